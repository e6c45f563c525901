"""The printed form of a wage change: amounts, reasons, back pay and opinions, for those who may see the wage."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Application, AuditEvent, db
from tests.admin_views.browsing import Person
from tests.factories import Reach, a_unit, an_account
from tests.workflow.factories import City, a_city, a_draft, an_employee_with_career, approved, fresh

OPENING = {"type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": 7}


@pytest.fixture
def city(app: Flask) -> City:
    return a_city()


def late_promotion(city: City) -> Application:
    staff = an_employee_with_career(city.school, OPENING)
    return approved(city, a_draft(city, staff, "post_appointment", appointed_on="2017-08-15", post="TECH-11"))


@pytest.mark.parametrize("who", ["clerk", "reviewer", "approver"])
def test_it_shows_amounts_reasons_months_and_opinions(app: Flask, city: City, who: str) -> None:
    application = late_promotion(city)
    page = Person(app, who).get(f"/applications/{application.id}/paper")
    assert page.status_code == 200
    for said in (
        "工资变动审批表", application.number, "原岗位", "专业技术十二级岗位", "1,490.00", "1,510.00", "+20.00",
        "2017年9月", "2018年4月", "+160.00", "I-1", "2016年7月1日", "国办发〔2016〕62号（文号待核实）", "同意",
    ):  # fmt: skip
        assert said in page.text, said


def test_printing_is_a_reading_of_the_wage(app: Flask, city: City) -> None:
    application = late_promotion(city)
    Person(app, "clerk").get(f"/applications/{application.id}/paper")
    noted = select(func.count()).where(
        AuditEvent.action == "application:read_pay", AuditEvent.record_id == str(application.id)
    )
    assert db.session.scalar(noted) == 1


def test_it_is_closed_to_who_may_not_see_the_wage_or_is_elsewhere(app: Flask, city: City) -> None:
    application = late_promotion(city)
    elsewhere = a_unit()
    an_account("neighbour", ("clerk", elsewhere, Reach.UNIT))
    an_account("boss", ("administrator", elsewhere, Reach.ALL))
    assert Person(app, "neighbour").get(f"/applications/{application.id}/paper").status_code == 404
    assert Person(app, "boss").get(f"/applications/{application.id}/paper").status_code == 403


def test_a_draft_without_amounts_says_what_is_missing(app: Flask, city: City) -> None:
    staff = an_employee_with_career(city.school, OPENING)
    draft = a_draft(city, staff, "post_appointment", appointed_on="2017-08-15")
    page = Person(app, "clerk").get(f"/applications/{fresh(draft).id}/paper")
    assert page.status_code == 200
    assert "月工资变动" not in page.text
