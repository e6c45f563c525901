"""People are found by name, pinyin and initials: only in one's reach, and never without a record."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor
from app.audit.readings import readings_of
from app.search import service
from app.search.people import sounds
from app.search.rules import read
from models import AuditEvent, AuditSubject, db
from tests.access.browsing import somebody
from tests.factories import Reach, a_unit, acting, an_account, an_employee
from tests.statements import counted


@pytest.fixture
def clerk(app: Flask) -> Actor:
    school, hospital = a_unit("实验学校"), a_unit("人民医院")
    for name, initials in (("张伟", "ZW"), ("单小红", "SXH"), ("王芳", "WF"), ("欧阳修", "OYX")):
        an_employee(school, name, name_initials=initials)
    an_employee(hospital, "张薇", name_initials="ZW")
    return acting(an_account("clerk", ("clerk", school, Reach.UNIT)))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("张伟", ["张伟"]), ("伟", ["张伟"]), ("zw", ["张伟"]), ("ZhangWei", ["张伟"]), ("zhangw", ["张伟"]),
        ("shanxiaohong", ["单小红"]), ("sxh", ["单小红"]), ("ouyang", ["欧阳修"]), ("王 芳", []), ("%", []), ("_", []),
        ("z", []), ("张" * 10_000, []), ("a" * 10_000, []), ("1234", []),
    ],
)  # fmt: skip
def test_names_in_reach_are_found(clerk: Actor, typed: str, names: list[str]) -> None:
    assert [one.name for one in service.find_people(read(typed), by=clerk)] == names


def test_names_out_of_reach_are_not_found(clerk: Actor) -> None:
    assert service.find_people(read("张薇"), by=clerk) == []
    assert service.find_people(read("zhangwei"), by=clerk)[0].name == "张伟"


def test_whoever_may_see_no_roster_finds_nobody(clerk: Actor) -> None:
    own = acting(an_account("own", ("employee", None, Reach.SELF), staff=an_employee(a_unit(), "李雷")))
    with counted() as sent:
        assert service.find_people(read("李雷"), by=own) == []
    assert sent == []


def test_that_somebody_was_found_is_written_down_for_them(clerk: Actor) -> None:
    (one,) = service.find_people(read("王芳"), by=clerk)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "staff:search")).one()
    assert (event.actor_id, event.note) == (clerk.account_id, "王芳")
    assert db.session.scalars(select(AuditSubject.staff_id).where(AuditSubject.seq == event.seq)).all() == [one.id]
    assert str(readings_of(one.id, except_account=None)[0].what) == "Found the name in a search"


def test_finding_nobody_writes_nothing(clerk: Actor) -> None:
    service.find_people(read("没有"), by=clerk)
    assert db.session.scalars(select(AuditEvent).where(AuditEvent.action == "staff:search")).all() == []


def test_every_reading_of_a_character_counts() -> None:
    assert sounds("单小红", "shanxiao")
    assert sounds("单小红", "dan")
    assert not sounds("张伟", "wei")


def test_the_page_finds_people_and_guide_within_its_statements(app: Flask, clerk: Actor) -> None:
    service.refresh()
    browser = somebody(app, "clerk")
    with counted() as sent:
        page = browser.get("/search?q=王芳")
    assert "王芳" in page.text
    assert len(sent) <= 14, sent  # eight to look, six to write down whom one found
    with counted() as sent:
        page = browser.get("/search?q=gongzi")
    assert page.text.count("<mark>") > 5
    assert len(sent) <= 8, sent


@pytest.mark.parametrize("typed", ["'", '"', "%", "_", "<script>alert(1)</script>", "a" * 10_000, "工" * 10_000])
def test_anything_may_be_typed(app: Flask, clerk: Actor, typed: str) -> None:
    page = somebody(app, "clerk").get("/search", query_string={"q": typed})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
