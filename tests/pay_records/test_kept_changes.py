"""A change that nobody wrote down is read again from the wage records that it brought."""

from __future__ import annotations

from typing import Any

import pytest

from app.applications.own import newest_change
from app.pay.kept_changes import kept_change
from app.pay.undoing import undo_newest
from models import Application, PaymentInstruction, Staff, db
from tests.pay_records.test_chain import again, in_work
from tests.workflow.factories import City, a_city, a_draft, a_new_hire, an_item, approved

pytestmark = pytest.mark.usefixtures("app")


def amounts(told: dict[str, Any] | None) -> dict[str, Any]:
    """What is told of a change, but for the number of its event, which is not known before it is approved."""
    assert told is not None
    wages = {
        side: [{key: value for key, value in part.items() if key != "cause"} for part in told[side]["components"]]
        for side in ("before", "after")
    }
    totals = [told[side]["total_fen"] for side in ("before", "after")]
    owed = {key: told["back_pay"][key] for key in ("lines", "total_fen")}
    return {"from": told["effective_month"], "more": told["difference_fen"], "owed": owed, "totals": totals, **wages}


def an_increment(city: City) -> Application:
    return approved(city, a_draft(city, in_work(city), "increment", assessment_year=2017, result="QUALIFIED"))


def test_it_tells_what_was_calculated_when_it_was_decided() -> None:
    city = a_city()
    for application in (an_increment(city), approved(city, a_new_hire(city))):
        (employee,) = application.employees
        assert employee.change is not None
        assert amounts(kept_change(application.id, employee.staff_id)) == amounts(employee.change)


def test_months_are_not_claimed_where_they_do_not_explain_what_was_owed() -> None:
    application = an_increment(a_city())
    (employee,) = application.employees
    paid = db.session.query(PaymentInstruction).one()
    paid.back_pay_fen += 1
    db.session.commit()
    told = kept_change(application.id, employee.staff_id)
    assert told is not None
    assert told["back_pay"] == {"lines": [], "total_fen": paid.back_pay_fen}


def test_without_a_record_that_holds_there_is_nothing_to_tell() -> None:
    city = a_city()
    application = an_increment(city)
    (employee,) = application.employees
    staff = again(db.session.get_one(Staff, employee.staff_id))
    undo_newest(staff.id, by=city.approver, revision=staff.revision, reason="算错了")
    assert kept_change(application.id, staff.id) is None


def test_the_employee_sees_the_newest_change_also_where_none_was_written_down() -> None:
    application = an_increment(a_city())
    (employee,) = application.employees
    kept = newest_change(employee.staff_id)
    employee.change = None
    db.session.commit()
    told = newest_change(employee.staff_id)
    assert kept is not None
    assert told is not None
    assert (told.change.after_fen, told.change.back_pay_fen) == (kept.change.after_fen, kept.change.back_pay_fen)
    assert told.application.id == application.id


def test_a_later_decision_that_changes_no_wage_does_not_hide_the_newest_change() -> None:
    city = a_city()
    increment = an_increment(city)
    (employee,) = increment.employees
    city.versions["certificate"] = an_item(None)
    approved(city, a_draft(city, db.session.get_one(Staff, employee.staff_id), "certificate"))
    told = newest_change(employee.staff_id)
    assert told is not None
    assert told.application.id == increment.id
