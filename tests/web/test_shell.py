"""What a browser may keep, what makes the product installable, and what the server says of text that is kept."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.web.shell import colours
from models.accounts import Reach
from tests.access.browsing import send, somebody, token_on
from tests.factories import a_unit, an_account, an_employee

NUMBER = "0123456789ab"


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    """A clerk's browser without script."""
    unit = a_unit()
    an_account("typist", ("clerk", unit, Reach.UNIT))
    return somebody(app, "typist")


@pytest.mark.parametrize(("language", "name"), [("zh", "智慧工资"), ("en", "ZeroTrip")])
def test_the_manifest_speaks_the_language_and_its_pictures_are_as_large_as_it_says(
    client: FlaskClient, language: str, name: str
) -> None:
    answer = client.get(f"/manifest.webmanifest?lang={language}")
    said = json.loads(answer.data)
    assert answer.mimetype == "application/manifest+json"
    assert (said["short_name"], said["start_url"], said["scope"], said["display"]) == (name, "/", "/", "standalone")
    assert said["theme_color"] == colours()["light"]["surface"]
    sizes = set()
    for icon in said["icons"]:
        picture = client.get(icon["src"])
        assert picture.status_code == 200
        if icon["type"] == "image/png":
            width, height = Image.open(BytesIO(picture.data)).size
            assert icon["sizes"] == f"{width}x{height}"
            sizes.add((width, icon.get("purpose", "any")))
    assert sizes >= {(192, "any"), (512, "any"), (512, "maskable")}


def test_every_page_links_the_manifest_and_names_both_colours(client: FlaskClient) -> None:
    page = client.get("/login").text
    assert 'rel="manifest" href="/manifest.webmanifest?lang=zh"' in page
    for mode in ("light", "dark"):
        assert f'content="{colours()[mode]["surface"]}" media="(prefers-color-scheme: {mode})"' in page
    assert 'rel="apple-touch-icon"' in page


def test_the_worker_is_asked_for_anew_and_keeps_assets_and_one_page_in_two_languages(client: FlaskClient) -> None:
    answer = client.get("/worker.js?lang=en")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    shell = json.loads(re.match(r"const SHELL = (\{.*\});\n", answer.text).group(1))  # type: ignore[union-attr]
    assert shell["offline"] == "/offline?lang=en"
    assert shell["pages"] == ["/offline?lang=zh", "/offline?lang=en"]
    for address in shell["assets"]:
        assert address.startswith("/assets/")
        assert "immutable" in client.get(address).headers["Cache-Control"], address


def test_the_page_without_a_line_names_nobody(clerk: FlaskClient, client: FlaskClient) -> None:
    """It is kept for whoever sits at this device next."""
    for language in ("zh", "en"):
        mine = clerk.get(f"/offline?lang={language}")
        assert mine.text == client.get(f"/offline?lang={language}").text
        assert "Set-Cookie" not in mine.headers
        assert "csrf" not in mine.text


def test_the_pulse_gives_a_token_to_who_is_logged_in_and_to_nobody_else(
    clerk: FlaskClient, client: FlaskClient
) -> None:
    assert client.get("/pulse").json == {"actor": None}
    said = clerk.get("/pulse").json
    assert said["actor"]
    assert clerk.post("/language", data={"csrf_token": said["csrf"], "locale": "en"}).status_code == 302


def test_only_what_was_carried_out_is_forgotten(clerk: FlaskClient) -> None:
    def number_after(url: str, **values: str) -> str | None:
        answer = send(clerk, url, page="/roster/new", _kept=NUMBER, **values)
        return next((one for one in answer.headers.getlist("Set-Cookie") if one.startswith("kept-")), None)

    assert number_after("/roster/new", name="") is None, "a refused form is shown again"
    done = number_after("/language", locale="zh_Hans_CN")
    assert done
    assert done.startswith(f"kept-{NUMBER}=1")
    assert number_after("/logout") is not None


@pytest.mark.parametrize("number", ["", "x", "0123456789ab; path=/", "0123456789ABCDEF", "../../etc"])
def test_a_number_that_no_script_of_ours_makes_sets_no_cookie(clerk: FlaskClient, number: str) -> None:
    answer = send(clerk, "/language", page="/roster/new", _kept=number, locale="en")
    assert not [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("kept-")]


def test_nothing_is_forgotten_when_the_session_has_ended(app: Flask, clerk: FlaskClient) -> None:
    token = token_on(clerk.get("/roster/new"))
    send(somebody(app, "typist"), "/logout", page="/roster/new")
    other = somebody(app, "typist")
    other.get("/sessions")
    with clerk.session_transaction() as kept:
        kept.pop("login")
    answer = clerk.post(
        "/roster/new", data={"csrf_token": token, "_kept": NUMBER}, headers={"Referer": "http://localhost/roster/new"}
    )
    assert answer.location == "/login?next=/roster/new"
    assert "kept-" not in str(answer.headers)


def test_a_log_out_names_the_account_whose_text_is_to_be_forgotten(clerk: FlaskClient) -> None:
    account = clerk.get("/pulse").json["actor"]
    answer = send(clerk, "/logout", page="/roster/new")
    assert any(one.startswith(f"left={account};") for one in answer.headers.getlist("Set-Cookie"))


def test_a_form_of_a_session_that_is_gone_leads_to_the_log_in_and_back(client: FlaskClient) -> None:
    sent_from = {"Referer": "http://localhost/applications/7/save"}
    answer = client.post("/applications/7/save", data={"csrf_token": "old"}, headers=sent_from)
    assert answer.location == "/login?next=/applications/7"
    assert client.post("/applications/7/save", data={"csrf_token": "old"}).status_code == 400


def test_a_script_learns_of_the_end_of_the_session_without_being_sent_away(client: FlaskClient) -> None:
    token = token_on(client.get("/login"))
    answer = client.post(
        "/applications/7/live",
        data={"csrf_token": token},
        headers={"X-Fragment": "1", "Referer": "http://localhost/applications/7"},
    )
    assert answer.status_code == 401
    assert answer.headers["X-Log-In"] == "/login?next=/applications/7"
    assert "登录已失效" in answer.text


def test_a_form_of_an_earlier_session_is_told_where_to_open_its_page_again(clerk: FlaskClient) -> None:
    answer = clerk.post(
        "/roster/new", data={"csrf_token": "of an earlier session"}, headers={"Referer": "http://localhost/roster/new"}
    )
    assert answer.status_code == 400
    assert 'href="/roster/new"' in answer.text
    assert "重新打开页面" in answer.text


def test_every_page_of_the_frame_has_one_heading_one_main_and_a_way_past_the_menu(app: Flask) -> None:
    unit = a_unit()
    an_account("reader", ("employee", None, Reach.SELF), staff=an_employee(unit))
    reader = somebody(app, "reader")
    for address in ("/login", "/password", "/sessions", "/my-wage", "/no/such/page"):
        page = reader.get(address, follow_redirects=True).text
        assert page.count("<h1") == 1, address
        assert page.count("<main") == 1, address
        assert '<a class="skip" href="#main">' in page
        assert '<html lang="zh-CN">' in page
