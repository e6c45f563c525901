"""A version tried before it counts: nothing is stored, readings are written down, returns lead to hints."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.errors import Invalid, NotAllowed, NotFound
from app.forms.conditions import holds
from app.items import queries, returns, service, trying
from app.workflow import service as workflow
from models import Answer, Application, AuditEvent, AuditSubject, Staff, Unit, db
from tests.factories import Reach, a_unit, acting, an_account, an_employee
from tests.items.people import Office, an_office
from tests.workflow.factories import City, a_city, a_new_hire, filed, fresh

MASTER = {"fact": "staff.education", "op": "eq", "value": "MASTER"}
STORED = (Application, Answer, Staff, Unit, AuditEvent)


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office()


def counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in STORED]


def test_a_preview_for_somebody_invented_shows_the_page_and_stores_nothing(office: Office) -> None:
    version = queries.published("NCGZ-01")
    before = counts()
    with trying.as_applicant(version.id, by=office.designer, invented="INSTITUTION") as seen:
        assert {line.key for line in seen.sheet.fields} >= {"joined_on", "education"}
        assert {line.code for line in seen.sheet.needed} >= {"M08"}
        assert seen.whole
    assert counts() == before


def test_what_is_typed_in_a_preview_decides_what_is_needed(office: Office) -> None:
    version = queries.published("NCGZ-01")
    typed = {"occupation": "TEACHER", "graduation_year": "not a year"}
    with trying.as_applicant(version.id, by=office.designer, invented="INSTITUTION", typed=typed) as seen:
        assert "M25" in {line.code for line in seen.sheet.needed}
        year = next(line for line in seen.sheet.questions if line.key == "graduation_year")
        assert year.problem is not None
        assert year.typed == "not a year"
        held = {str(one.name): one.holds for one in seen.verdicts if one.part == "materials"}
        assert True in held.values()


def test_a_draft_is_previewed_as_it_stands(office: Office) -> None:
    draft = service.copy_item(
        queries.published("NCGZ-18").item_id, "NCGZ-27", name_zh="乡村教师补贴", name_en="Allowance", by=office.designer
    )
    with trying.as_applicant(draft.id, by=office.publisher, invented="INSTITUTION") as seen:
        assert seen.sheet.pay.waiting_for


def test_a_preview_for_a_real_employee_is_written_down_as_a_reading(office: Office) -> None:
    staff = an_employee(a_unit(), "张伟", education="MASTER")
    version = queries.published("NCGZ-01")
    before = db.session.scalar(select(func.count()).select_from(Application))
    with trying.as_applicant(version.id, by=office.designer, staff_id=staff.id) as seen:
        assert seen.sheet.staff is not None
        assert seen.sheet.staff.name == "张伟"
        assert not seen.whole, "a designer sees no wage"
    assert db.session.scalar(select(func.count()).select_from(Application)) == before
    read = select(AuditSubject.staff_id).join(AuditEvent).where(AuditEvent.action == "item:try")
    assert db.session.scalars(read).all() == [staff.id]


def test_a_condition_is_answered_in_words_for_an_employee(office: Office) -> None:
    unit = a_unit()
    master, bachelor = an_employee(unit, "张伟", education="MASTER"), an_employee(unit, "李娜", education="BACHELOR")
    version = queries.published("NCGZ-01")
    assert str(trying.tried(MASTER, version, master.id, by=office.designer)) == (
        "It holds for 张伟: because education on the roster is master."
    )
    assert str(trying.tried(MASTER, version, bachelor.id, by=office.designer)) == (
        "It does not hold for 李娜: only if education on the roster is master."
    )
    assert holds(MASTER, {"staff.education": "MASTER"})


def test_nobody_tries_an_item_on_an_employee_out_of_reach(office: Office) -> None:
    school, other = a_unit(), a_unit()
    stranger = an_employee(other, "李娜")
    designer = acting(an_account("at-a-school", ("designer", school, Reach.UNIT)))
    version = queries.published("NCGZ-01")
    with pytest.raises(NotFound):
        trying.tried(MASTER, version, stranger.id, by=designer)
    with pytest.raises(NotAllowed):
        trying.tried(MASTER, version, stranger.id, by=office.publisher)


@pytest.fixture
def city(app: Flask) -> City:
    return a_city()


def returned(city: City, *marks: tuple[str, str, str]) -> Application:
    """An application that the head returned with these marks."""
    application = filed(city, a_new_hire(city))
    workflow.return_for_correction(
        application.id, by=city.head, revision=fresh(application).revision, note="请补正",
        marks=[workflow.Mark(*mark) for mark in marks],
    )  # fmt: skip
    return fresh(application)


def test_returns_are_counted_beside_what_they_marked(city: City) -> None:
    returned(city, ("ANSWER", "joined_on", "日期与报到单不一致"))
    returned(city, ("ANSWER", "joined_on", "日期与报到单不一致"), ("MATERIAL", "M01", "缺页"))
    filed(city, a_new_hire(city))
    told = returns.statistics(city.versions["new_hire"].item_id)
    assert told[("ANSWER", "joined_on")] == returns.Returned(2, 3, (("日期与报到单不一致", 2),))
    assert told[("MATERIAL", "M01")].times == 1


def hint(draft: Any, part: str, key: str, by: Any, zh: str = "以报到单为准", en: str = "As on the slip") -> None:
    service.add_hint(draft.id, part, key, zh=zh, en=en, by=by, revision=draft.revision)


def test_a_hint_is_added_to_what_is_said_already(office: Office) -> None:
    draft = service.begin_draft(queries.published("NCGZ-01").item_id, by=office.designer)
    hint(draft, "fields", "joined_on", office.designer)
    field = next(one for one in draft.fields if one.key == "joined_on")
    assert field.help_zh.endswith("；以报到单为准")
    hint(draft, "materials", "M01", office.designer, zh="漏扫背面", en="The back is missing")
    material = next(one for one in draft.materials if one.code == "M01")
    assert material.mistakes_zh.endswith("；漏扫背面")


def test_a_hint_needs_both_languages_and_room(office: Office) -> None:
    draft = service.begin_draft(queries.published("NCGZ-01").item_id, by=office.designer)
    with pytest.raises(Invalid) as refused:
        hint(draft, "fields", "joined_on", office.designer, zh="字" * 300, en="")
    assert set(refused.value.fields) == {"zh", "en"}
    with pytest.raises(NotFound):
        hint(draft, "steps", "decision", office.designer)
