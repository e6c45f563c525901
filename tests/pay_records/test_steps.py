"""The Januaries of an employee from what is kept: newest first, and nothing where there is no career to ask."""

from __future__ import annotations

import pytest

from app import clock
from app.pay import queries
from app.pay.events import Event, event_from_json
from app.pay.steps import steps_of
from models import CareerEvent, Staff, db
from tests.factories import a_unit, an_employee
from tests.pay_records.careers import a_career

pytestmark = pytest.mark.usefixtures("app")


def enter(staff: Staff, event: Event) -> None:
    """An event as it comes to be kept, without a wage written for it."""
    db.session.add(CareerEvent(staff_id=staff.id, created_at=clock.now(), **queries.kept_event(event)))
    db.session.commit()


def test_each_january_since_the_start_tells_what_it_brought() -> None:
    staff = a_career(a_unit(), {"type": "assessment", "year": 2016, "result": "QUALIFIED"})
    assert [(step.year, step.risen) for step in steps_of(staff)] == [(2018, False), (2017, True)]


def test_who_has_no_wage_yet_has_no_januaries() -> None:
    assert steps_of(an_employee(a_unit())) == []


def test_a_career_that_contradicts_itself_has_no_januaries() -> None:
    staff = a_career(a_unit())
    enter(staff, event_from_json({"id": "x", "type": "join", "date": "2016-09-01"}))
    assert steps_of(staff) == []
