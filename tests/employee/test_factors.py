"""Second factors: set up, shown at log-in, not guessed, used once, removed; each change is written down."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.access import demands, factors
from app.access.factor_queries import factors_of
from app.access.proving import ATTEMPTS, WINDOW
from models import Account, AuditEvent, Factor, db
from tests.access.browsing import is_in, log_in, somebody, token_on
from tests.employee.authenticator import Device
from tests.factories import Reach, a_unit, actor_with, an_account, an_employee


@pytest.fixture
def me(app: Flask) -> Account:
    unit = a_unit()
    return an_account("me", ("employee", None, Reach.SELF), staff=an_employee(unit))


@pytest.fixture
def demanded() -> Iterator[None]:
    yield
    demands.configure(log_in=demands.WHEN_HELD, pay=demands.NEVER, pay_minutes=15)


def options_on(page: str) -> str:
    found = re.search(r'data-options="([^"]+)"', page)
    assert found, page[:800]
    return html.unescape(found.group(1))


def add_passkey(client: FlaskClient, device: Device) -> str:
    """Set a passkey up; answers the page with the recovery codes, or the list."""
    page = client.get("/factors/passkey")
    form = {"csrf_token": token_on(page), "passkey": device.make(options_on(page.text)), "name": "我的手机"}
    return client.post("/factors/passkey", data=form, follow_redirects=True).text


def add_codes(client: FlaskClient, account: Account) -> pyotp.TOTP:
    token = token_on(client.get("/factors"))
    assert client.post("/factors/codes", data={"csrf_token": token}).status_code == 302
    factor = db.session.scalars(select(Factor).where(Factor.account_id == account.id, Factor.kind == "TOTP")).one()
    password = pyotp.TOTP(factors.opened_secret(factor))
    assert password.secret in client.get("/factors/codes").text.replace(" ", "")
    db.session.rollback()
    now = int(clock.now().timestamp())
    answer = client.post("/factors/codes/first", data={"csrf_token": token, "code": password.at(now)})
    assert answer.status_code in (200, 302)
    return password


def show(client: FlaskClient, **given: str) -> int:
    return client.post("/factors/show", data={"csrf_token": token_on(client.get("/factors/show")), **given}).status_code


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", page)


def test_a_passkey_is_asked_for_at_the_next_log_in_and_nothing_opens_before(app: Flask, me: Account) -> None:
    device = Device()
    assert len(codes_on(add_passkey(somebody(app, "me"), device))) == factors.RECOVERY_CODES
    client = app.test_client()
    assert log_in(client, "me").location == "/factors/show?next=/"
    assert client.get("/my-wage").location == "/factors/show?next=/my-wage"
    assert client.get("/password").location.startswith("/factors/show")
    assert client.get("/factors/passkey").location.startswith("/factors/show")
    assert not is_in(client)
    page = client.get("/factors/show")
    form = {"csrf_token": token_on(page), "passkey": device.show(options_on(page.text)), "next": "/my-wage"}
    assert client.post("/factors/show", data=form).location == "/my-wage"
    assert client.get("/my-wage").status_code == 200
    assert is_in(client)


def test_the_form_of_a_passkey_asks_for_its_name_and_remembers_where_one_was_going(app: Flask, me: Account) -> None:
    client = somebody(app, "me")
    assert re.search(r'<input[^>]* name="name"', client.get("/factors/passkey").text)
    add_passkey(client, Device())
    page = client.get("/factors/show?next=/my-wage/months").text
    form = page.partition("data-passkey")[2].partition("</form>")[0]
    assert 'name="next" value="/my-wage/months"' in form
    assert "尚未使用" in client.get("/factors").text


def test_an_answer_of_a_passkey_counts_once_and_for_its_own_site(app: Flask, me: Account) -> None:
    device = Device()
    add_passkey(somebody(app, "me"), device)
    client = app.test_client()
    log_in(client, "me")
    page = client.get("/factors/show")
    answer = device.show(options_on(page.text))
    elsewhere = Device("http://evil.example", "evil.example", device.credential_id, device.key)
    form = {"csrf_token": token_on(page)}
    assert (
        client.post("/factors/show", data={**form, "passkey": elsewhere.show(options_on(page.text))}).status_code == 422
    )
    assert client.post("/factors/show", data={**form, "passkey": answer}).status_code == 422  # its challenge is spent
    assert client.post("/factors/show", data={**form, "passkey": "{}"}).status_code == 422
    assert not is_in(client)


def test_another_device_is_not_taken(app: Flask, me: Account) -> None:
    add_passkey(somebody(app, "me"), Device())
    client = app.test_client()
    log_in(client, "me")
    page = client.get("/factors/show")
    form = {"csrf_token": token_on(page), "passkey": Device().show(options_on(page.text))}
    assert "不属于本账号" in client.post("/factors/show", data=form).text


def test_a_one_time_password_counts_once(app: Flask, me: Account) -> None:
    password = add_codes(somebody(app, "me"), me)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        code = password.at(int(clock.now().timestamp()))
        first, second = app.test_client(), app.test_client()
        log_in(first, "me")
        log_in(second, "me")
        assert show(first, code=code) == 302
        assert show(second, code=code) == 422
        assert is_in(first)
        assert not is_in(second)


def test_a_clock_half_a_minute_off_is_forgiven_and_not_more(app: Flask, me: Account) -> None:
    password = add_codes(somebody(app, "me"), me)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        now = int(clock.now().timestamp())
        client = app.test_client()
        log_in(client, "me")
        assert show(client, code=password.at(now - 90)) == 422
        assert show(client, code=password.at(now - 30)) == 302


def test_guessing_codes_is_limited_for_the_account_in_whichever_session(app: Flask, me: Account) -> None:
    password = add_codes(somebody(app, "me"), me)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        for _ in range(ATTEMPTS):
            client = app.test_client()
            log_in(client, "me")
            assert show(client, code="000000") == 422
        assert show(client, code=password.at(int(clock.now().timestamp()))) == 429
    with clock.frozen(clock.now() + timedelta(minutes=2) + WINDOW):
        client = app.test_client()
        log_in(client, "me")
        assert show(client, code=password.at(int(clock.now().timestamp()))) == 302


def test_a_recovery_code_stands_in_once(app: Flask, me: Account) -> None:
    codes = codes_on(add_passkey(somebody(app, "me"), Device()))
    first, second = app.test_client(), app.test_client()
    log_in(first, "me")
    assert show(first, code=codes[0].lower().replace("-", " ")) == 302
    assert factors_of(me.id).codes_left == factors.RECOVERY_CODES - 1
    log_in(second, "me")
    assert show(second, code=codes[0]) == 422
    assert show(second, code=codes[1]) == 302


def test_the_first_factor_ends_sessions_that_were_opened_without_it(app: Flask, me: Account) -> None:
    other, client = somebody(app, "me"), somebody(app, "me")
    add_passkey(client, Device())
    assert not is_in(other)
    assert is_in(client)


def test_factors_change_only_soon_after_one_has_shown_who_one_is(app: Flask, me: Account) -> None:
    client = somebody(app, "me")
    with clock.frozen(clock.now() + demands.RECENTLY + timedelta(seconds=1)):
        assert client.get("/factors/passkey").location.startswith("/factors/show")
        assert show(client, password="wrong") == 422
        assert show(client, password="a quiet morning in spring") == 302
        assert client.get("/factors/passkey").status_code == 200


def test_a_factor_is_removed_by_its_owner_alone(app: Flask, me: Account) -> None:
    client = somebody(app, "me")
    add_passkey(client, Device())
    factor = db.session.scalars(select(Factor)).one()
    an_account("other", ("employee", None, Reach.SELF), staff=an_employee(a_unit()))
    stranger = somebody(app, "other")
    address = f"/factors/{factor.id}/remove"
    assert stranger.post(address, data={"csrf_token": token_on(stranger.get("/factors"))}).status_code == 404
    assert client.post(address, data={"csrf_token": token_on(client.get("/factors"))}).status_code == 302
    assert log_in(app.test_client(), "me").location == "/"
    actions = list(db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("factor:"))))
    assert actions == ["factor:make_codes", "factor:add", "factor:remove"] or set(actions) == {
        "factor:add", "factor:make_codes", "factor:remove",
    }  # fmt: skip


def test_an_administrator_helps_who_has_lost_everything(app: Flask, me: Account) -> None:
    client = somebody(app, "me")
    add_passkey(client, Device())
    assert factors.remove_all(me.id, by=actor_with("administrator")) == 1
    assert not is_in(client)
    assert log_in(app.test_client(), "me").location == "/"
    assert factors_of(me.id).codes_left == 0


def test_where_all_need_one_nothing_opens_before_it_is_set_up(app: Flask, me: Account, demanded: None) -> None:
    demands.configure(log_in=demands.REQUIRED, pay=demands.NEVER, pay_minutes=15)
    client = app.test_client()
    log_in(client, "me")
    assert client.get("/my-wage").location.startswith("/factors/show")
    assert client.get("/factors/show").location == "/factors"
    add_passkey(client, Device())
    assert client.get("/my-wage").status_code == 200
    factor = db.session.scalars(select(Factor)).one()
    token = token_on(client.get("/factors"))
    assert client.post(f"/factors/{factor.id}/remove", data={"csrf_token": token}).status_code == 409


def test_pay_opens_for_a_while_after_the_factor_where_the_house_demands_it(
    app: Flask, me: Account, demanded: None
) -> None:
    demands.configure(log_in=demands.WHEN_HELD, pay=demands.REQUIRED, pay_minutes=15)
    client = somebody(app, "me")
    assert client.get("/my-wage").location.startswith("/factors/show")
    add_passkey(client, Device())
    assert client.get("/my-wage").status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert client.get("/my-wage").location.startswith("/factors/show")
        assert client.get("/sessions").status_code == 200


def test_a_secret_is_of_use_to_its_own_account_alone(app: Flask, me: Account) -> None:
    add_codes(somebody(app, "me"), me)
    kept = db.session.scalars(select(Factor)).one()
    moved = Factor(account_id=me.id + 1, secret_cipher=kept.secret_cipher)
    with pytest.raises(InvalidTag):
        factors.opened_secret(moved)
    assert "otpauth" not in (kept.secret_cipher or "")
