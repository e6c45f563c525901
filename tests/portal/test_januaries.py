"""Why a grade rose in January or did not, on the page of the clerk and the reviewer, and on the employee's own."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.pay.steps import steps_of
from models import AuditEvent, CareerEvent, Staff, db
from tests.admin_views.browsing import Person
from tests.factories import Reach, a_unit, an_account, an_employee
from tests.workflow.factories import City, a_city, an_employee_with_career

OPENING = {"type": "opening", "date": "2015-07-01", "post": "TECH-12", "grade": 7}
POOR = {"type": "assessment", "year": 2017, "result": "UNQUALIFIED"}


@pytest.fixture
def city(app: Flask) -> City:
    return a_city()


def _page(app: Flask, who: str, staff: Staff) -> tuple[int, str]:
    answer = Person(app, who).get(f"/roster/{staff.id}/januaries")
    return answer.status_code, answer.text


@pytest.mark.parametrize("who", ["clerk", "reviewer"])
def test_who_sees_the_wage_sees_why_it_did_not_rise(app: Flask, city: City, who: str) -> None:
    staff = an_employee_with_career(city.school, OPENING, POOR, joined_on=date(2010, 7, 1))
    status, text = _page(app, who, staff)
    assert status == 200
    for said in ("2018年1月1日", "未晋升", "仅优秀、合格", "G-8", "尚无2016年度考核结果"):
        assert said in text
    read = select(func.count()).where(AuditEvent.action == "staff:read_pay", AuditEvent.record_id == str(staff.id))
    assert db.session.scalar(read) == 1


def test_nobody_sees_those_out_of_reach(app: Flask, city: City) -> None:
    stranger = an_employee_with_career(a_unit(), OPENING, joined_on=date(2010, 7, 1))
    assert _page(app, "clerk", stranger)[0] == 404
    an_account("boss", ("administrator", a_unit(), Reach.ALL))
    assert _page(app, "boss", stranger)[0] == 403


def test_the_employee_asks_on_the_own_page(app: Flask, city: City) -> None:
    staff = an_employee_with_career(city.school, OPENING, POOR, joined_on=date(2010, 7, 1))
    an_account("self", ("employee", None, Reach.SELF), staff=staff)
    text = Person(app, "self").get("/my-wage").text
    assert "为何今年未晋升" in text
    assert "仅优秀、合格" in text


def test_without_a_wage_there_is_nothing_to_tell(app: Flask, city: City) -> None:
    newcomer = an_employee(city.school)
    assert steps_of(newcomer) == []
    assert "尚无工资记录" in _page(app, "clerk", newcomer)[1]


def test_a_career_that_contradicts_itself_is_left_to_the_proof(app: Flask, city: City) -> None:
    staff = an_employee_with_career(city.school, OPENING, joined_on=date(2010, 7, 1))
    twice = CareerEvent(staff_id=staff.id, kind="join", day=date(2016, 7, 1), data={}, created_at=clock.now())
    db.session.add(twice)
    db.session.commit()
    assert steps_of(staff) == []
