"""The open guide's pages: what they tell, in which language, to whom, and what is not invented."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker

from app.items import publication
from app.items.catalogue import element_names
from app.public import machine, state
from app.public.telling import TO_BE_GIVEN, tell
from models import ItemVersion, db
from tests.factories import actor_with
from tests.public.conftest import PAGES
from tests.statements import counted

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_log_in_in_its_language(visitor: FlaskClient, page: str, language: str) -> None:
    answer = visitor.get(page.format(language))
    assert answer.status_code == 200
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in answer.text


def test_the_guide_greets_in_the_language_that_was_chosen(visitor: FlaskClient) -> None:
    assert visitor.get("/guide").location == "/guide/zh/"


def test_every_item_tells_every_element_that_the_national_list_asks_for(app: Flask) -> None:
    asked = {
        code for code, row in element_names().items() if row["group"] != "material" and row["required"] == "yes"
    }  # fmt: skip
    now = state.present()
    assert len(now.items) == 26
    for one, version in zip(now.items, now.versions(), strict=True):
        told = {element.code for _, _, elements in tell(version, one).groups for element in elements}
        assert asked <= told, one.code


def test_what_the_bureau_has_not_given_is_said_to_be_missing_and_not_made_up(app: Flask) -> None:
    now = state.present()
    told = tell(now.versions()[0], now.items[0])
    values = {element.code: element for _, _, elements in told.groups for element in elements}
    assert values["complaint"].value == TO_BE_GIVEN
    assert not values["complaint"].known


def test_an_item_page_puts_conditions_in_words(visitor: FlaskClient) -> None:
    english = visitor.get("/guide/en/items/NCGZ-01").text
    assert "Needed if" in english
    assert 'id="material-M25"' in english


@pytest.mark.parametrize(
    "path",
    ["/guide/zh/items/NCGZ-99", "/guide/fr/", "/guide/zh/items/..%2f..", "/guide/items/NCGZ-99.json",
     "/guide/zh/items/NCGZ-01/forms/F99.pdf", "/guide/schemas/other.json", "/guide/zh/items/%00"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_a_withdrawn_item_leaves_the_guide_at_once(visitor: FlaskClient) -> None:
    assert visitor.get("/guide/zh/items/NCGZ-11").status_code == 200
    version = db.session.get_one(ItemVersion, state.present().item("NCGZ-11").version_id)
    publication.withdraw(version.id, by=actor_with("publisher"), revision=version.revision, reason="不再办理")
    assert visitor.get("/guide/zh/items/NCGZ-11").status_code == 404
    assert "NCGZ-11" not in visitor.get("/guide/zh/").text
    assert "NCGZ-11" not in visitor.get("/sitemap.xml").text


class TestMachines:
    def test_the_schemas_are_schemas(self) -> None:
        for name in ("item", "items"):
            Draft202012Validator.check_schema(json.loads(machine.schema(name)))

    def test_every_item_is_valid_by_the_schema_that_it_names(self, app: Flask, visitor: FlaskClient) -> None:
        answer = visitor.get("/guide/items.json")
        listed = _valid(visitor, answer.get_json(), answer.headers["Link"])
        assert len(listed["items"]) == 26
        for one in listed["items"]:
            answer = visitor.get(one["data"])
            told = _valid(visitor, answer.get_json(), answer.headers["Link"])
            assert told["code"] == one["code"]

    def test_what_is_not_known_is_null(self, visitor: FlaskClient) -> None:
        elements = visitor.get("/guide/items/NCGZ-01.json").get_json()["elements"]
        assert next(one for one in elements if one["code"] == "complaint")["value"] is None

    def test_figures_are_valid_too(self, counted_city: Flask) -> None:
        visitor = counted_city.test_client()
        answer = visitor.get("/guide/items/NCGZ-11.json")
        told = _valid(visitor, answer.get_json(), answer.headers["Link"])
        assert told["figures"]["cases"] >= 5

    def test_the_service_of_schema_org_stands_in_the_page_and_beside_it(self, visitor: FlaskClient) -> None:
        beside = json.loads(visitor.get("/guide/zh/items/NCGZ-01.jsonld").text)
        assert (beside["@context"], beside["@type"]) == ("https://schema.org", "GovernmentService")
        page = visitor.get("/guide/zh/items/NCGZ-01").text
        inside = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
        assert json.loads(inside) == beside
        assert beside["url"].endswith("/guide/zh/items/NCGZ-01")

    def test_nothing_in_the_data_ends_a_script(self) -> None:
        assert "<" not in machine.as_text({"name": "</script><script>alert(1)"})

    def test_the_sitemap_names_every_page_in_both_languages(self, visitor: FlaskClient) -> None:
        tree = ElementTree.fromstring(visitor.get("/sitemap.xml").data)
        pages = [one.text or "" for one in tree.iter(f"{SITEMAP}loc")]
        assert len(pages) == len(set(pages)) == 2 * (26 + 3)
        for page in pages[:8]:
            assert visitor.get(page).status_code == 200

    def test_crawlers_are_kept_to_the_guide(self, visitor: FlaskClient) -> None:
        lines = visitor.get("/robots.txt").text.splitlines()
        assert {"Allow: /guide/", "Disallow: /"} <= set(lines)


@pytest.mark.parametrize(
    "query", ["?_external=1&_scheme=javascript", "?language=en&code=x", "?q1=%00&q1=2", "?" + "x=1&" * 999]
)
def test_questions_that_mean_nothing_lead_nowhere(visitor: FlaskClient, query: str) -> None:
    answer = visitor.get("/guide/zh/items/NCGZ-20/needed" + query)
    assert answer.status_code == 200
    assert "javascript:" not in answer.text


class TestCrawledHard:
    @pytest.mark.parametrize("path", ["/guide/zh/", "/guide/zh/items/NCGZ-01", "/guide/items/NCGZ-01.json"])
    def test_what_somebody_has_is_not_sent_again(self, visitor: FlaskClient, path: str) -> None:
        first = visitor.get(path)
        assert "max-age" in first.headers["Cache-Control"]
        assert "public" in first.headers["Cache-Control"]
        with counted() as sent:
            again = visitor.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert len(sent) == 1

    def test_a_page_is_rendered_once_for_each_state(self, visitor: FlaskClient) -> None:
        first = visitor.get("/guide/zh/items/NCGZ-02")
        with counted() as sent:
            assert visitor.get("/guide/zh/items/NCGZ-02").data == first.data
        assert len(sent) == 1

    def test_nobody_gets_a_cookie_or_a_page_of_their_own(self, visitor: FlaskClient) -> None:
        answer = visitor.get("/guide/zh/items/NCGZ-02")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "csrf_token" not in answer.text

    def test_answers_are_compressed_for_who_takes_that(self, visitor: FlaskClient) -> None:
        plain = visitor.get("/guide/zh/")
        zipped = visitor.get("/guide/zh/", headers={"Accept-Encoding": "gzip"})
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert len(zipped.data) < len(plain.data) / 2

    def test_questions_after_the_address_fill_no_memory(self, visitor: FlaskClient) -> None:
        from app.public import caching

        caching.forget()
        for number in range(20):
            assert visitor.get(f"/guide/zh/policies?x={number}").status_code == 200
        assert not caching._kept


def _valid(visitor: FlaskClient, told: dict[str, Any], link: str) -> dict[str, Any]:
    address = link.split(">")[0].lstrip("<")
    schema = json.loads(visitor.get(address).data)
    problems = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(told))
    assert not problems, problems[:3]
    return told
