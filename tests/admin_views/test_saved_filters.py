"""Lists kept by name in the back office: saved, opened first, shared by their address, and only what one may see."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from models import SavedFilter, db
from tests.admin_views.browsing import Person, a_person, statements
from tests.admin_views.test_lists import LISTS
from tests.factories import a_unit, an_employee
from tests.workflow.factories import a_city


@pytest.fixture
def auditor(app: Flask) -> Person:
    return a_person(app, "auditor", name="inspector")


def save(person: Person, **sent: str) -> str:
    answer = person.post("/admin/filters/save/", {"endpoint": "staff", "name": "在职人员", **sent})
    assert answer.status_code == 302, answer.text
    return answer.location


def test_a_list_is_kept_and_opened_again_by_its_name(app: Flask, auditor: Person) -> None:
    unit = a_unit()
    an_employee(unit, "甲某", education="MASTER")
    an_employee(unit, "乙某", education="BACHELOR")
    page = auditor.get("/admin/staff/?flt0_education=MASTER&sort=2&desc=1&page_size=20").text
    assert "存为" in page
    where = save(auditor, query="flt0_education=MASTER")
    assert where == "/admin/staff/?flt0_education=MASTER"
    page = auditor.get(where).text
    assert "甲某" in page
    assert "乙某" not in page


def test_what_the_page_offers_to_keep_is_known_again_when_opened(app: Flask, auditor: Person) -> None:
    an_employee(a_unit(), "甲某", education="MASTER")
    page = auditor.get("/admin/staff/?flt3_education=MASTER&search=甲&sort=0&desc=1&page=0").text
    query = page.split('name="query" value="')[1].split('"')[0].replace("&amp;", "&")
    assert query == "desc=1&flt_education=MASTER&search=%E7%94%B2&sort=name"
    page = auditor.get(save(auditor, query=query)).text
    assert 'aria-current="true">' in page.split("saved-bar")[1].split("</ul>")[0]
    assert 'aria-sort="descending"' in page


def test_a_list_opens_with_the_chosen_one_and_everything_stays_one_click_away(app: Flask, auditor: Person) -> None:
    an_employee(a_unit(), "甲某", education="MASTER")
    an_employee(a_unit(), "乙某", education="BACHELOR")
    save(auditor, query="flt_education=MASTER", opens_first="1")
    assert auditor.get("/admin/staff/").location == "/admin/staff/?flt_education=MASTER"
    page = auditor.get("/admin/staff/?flt_education=MASTER").text
    everything = page.split('class="chips chips-line"')[1].split('href="')[1].split('"')[0]
    assert everything.endswith("all=1")
    page = auditor.get(everything).text
    assert "甲某" in page
    assert "乙某" in page
    assert auditor.get("/admin/units/").status_code == 200


def test_what_a_filter_was_set_to_may_vanish_and_the_rest_is_shown(app: Flask) -> None:
    unit, other = a_unit("可见单位"), a_unit("别处单位")
    an_employee(unit, "甲某", education="MASTER")
    reviewer = a_person(app, "department", unit)
    link = f"/admin/staff/?flt_unit={other.id}&flt_education=GONE&flt_abolished=1&search=甲"
    page = reviewer.get(link).text
    assert "不在您的权限范围内" in page
    assert "别处单位" not in page
    assert "不认识" in page or "没有" in page
    assert "甲某" in page
    offered = page.split('name="query" value="')[1].split('"')[0]
    assert offered == "search=%E7%94%B2"


def test_a_name_that_is_missing_is_asked_for_and_nothing_typed_is_lost(auditor: Person) -> None:
    answer = auditor.post("/admin/filters/save/", {"endpoint": "staff", "name": " ", "query": "search=x",
                                                   "opens_first": "1"})  # fmt: skip
    assert answer.status_code == 422
    assert 'value="search=x"' in answer.text
    assert "checked" in answer.text
    assert "请填写名称" in answer.text


def test_a_kept_list_is_renamed_and_deleted_after_a_question(auditor: Person) -> None:
    save(auditor, query="search=x")
    kept = db.session.scalars(select(SavedFilter)).one()
    assert "在职人员" in auditor.get("/admin/filters/").text
    assert auditor.post(f"/admin/filters/{kept.id}/", {"name": "新名称"}).status_code == 302
    assert "新名称" in auditor.get("/admin/filters/").text
    assert "新名称" in auditor.get(f"/admin/filters/{kept.id}/delete/").text
    assert db.session.scalars(select(SavedFilter)).all() != []
    assert auditor.post(f"/admin/filters/{kept.id}/delete/").status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(SavedFilter)).all() == []


def test_a_kept_list_of_somebody_else_is_as_one_that_does_not_exist(app: Flask, auditor: Person) -> None:
    save(auditor, query="search=x")
    kept = db.session.scalars(select(SavedFilter)).one()
    stranger = a_person(app, "auditor", name="stranger")
    for road in (f"/admin/filters/{kept.id}/", f"/admin/filters/{kept.id}/delete/"):
        assert stranger.get(road).status_code == 404
        assert stranger.post(road, {"name": "x"}).status_code == 404
    assert "在职人员" not in stranger.get("/admin/staff/").text
    assert "在职人员" not in stranger.get("/admin/filters/").text


def test_nothing_is_kept_for_a_list_that_one_may_not_open(app: Flask) -> None:
    reviewer = a_person(app, "reviewer", a_unit())
    for endpoint in ("accounts", "nowhere", "saved_filters", ""):
        sent = {"endpoint": endpoint, "name": "x", "query": "search=x"}
        assert reviewer.post("/admin/filters/save/", sent).status_code == 404
    assert db.session.scalars(select(SavedFilter)).all() == []


def test_many_kept_lists_cost_one_statement(app: Flask, auditor: Person) -> None:
    for number in range(12):
        save(auditor, name=f"第{number}", query=f"search={number}")
    with statements() as seen:
        auditor.get("/admin/staff/?search=3")
    assert len([one for one in seen if "saved_filters" in one]) == 1


@pytest.mark.parametrize("role", ["clerk", "head", "department", "reviewer", "finance"])
def test_a_filter_offers_only_what_lies_in_reach(app: Flask, role: str) -> None:
    """Whoever works for one unit is offered no name of another's, in no list and in no look-up."""
    a_city()
    home, foreign = a_unit("自家单位"), a_unit("他家单位")
    an_employee(home, "自家职工")
    an_employee(foreign, "他家职工")
    person = a_person(app, role, home, name=f"{role}-at-home")
    for endpoint in LISTS:
        answer = person.get(f"/admin/{endpoint}/?flt_unit={foreign.id}")
        if answer.status_code != 200:
            continue
        assert "他家" not in answer.text, endpoint
        for name in ("unit", "staff", "account", "item"):
            found = person.get(f"/admin/{endpoint}/ajax/lookup/?name={name}&query=他家")
            assert found.status_code == 404 or found.json == {"results": []}, (endpoint, name)
        own = person.get(f"/admin/{endpoint}/ajax/lookup/?name=unit&query=自家")
        assert own.status_code == 404 or len(own.json["results"]) == 1, endpoint


@pytest.mark.parametrize(("endpoint", "role", "query"), [("queue", "reviewer", "light=red&tab=free"),
                                                         ("checks", "reviewer", "severity=blocking")])  # fmt: skip
def test_lists_of_work_are_kept_too(app: Flask, endpoint: str, role: str, query: str) -> None:
    person = a_person(app, role, a_unit(), name="worker")
    assert person.get(f"/admin/{endpoint}/?{query}").text.count(query.replace("&", "&amp;")) >= 1
    where = save(person, endpoint=endpoint, query=query, name="红灯", opens_first="1")
    assert where == f"/admin/{endpoint}/?{query}"
    assert person.get(f"/admin/{endpoint}/").location == where
    assert 'aria-current="true"' in person.get(where).text
    assert person.get(f"/admin/{endpoint}/?all=1").status_code == 200
