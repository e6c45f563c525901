"""Decisions of every shape taken back: several events or links, links that fell away, the roster, a result alone."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import Conflict
from app.pay import queries
from app.pay.proof import differences
from app.pay.undoing import undo_newest, what_undoing_does
from models import (
    Result,
    Staff,
    db,
)
from models.applications import ApplicationState
from models.staff import StaffState
from tests.factories import an_employee
from tests.pay_records.decisions import CIVIL, IN_2010, OFFICIAL, OPENING, at, decided, in_work
from tests.workflow.factories import City, a_city

pytestmark = pytest.mark.usefixtures("app")


def test_a_sick_leave_of_several_records_is_undone_as_a_whole() -> None:
    city = a_city()
    staff = in_work(city, work_start=date(2014, 7, 1))
    decided(city, staff, "sick_leave", day="2018-01-10", end_day="2018-05-20")
    chain = queries.chain_of(staff.id)
    assert [link.effective_month.month for link in chain] == [7, 1, 3, 6]
    assert [link.application_id is not None for link in chain] == [False, True, False, False]
    undo_newest(staff.id, by=city.approver, revision=staff.revision, reason="病假证明有误")
    assert len(queries.chain_of(staff.id)) == 1
    assert db.session.query(Result).filter(Result.voided_at.is_not(None)).count() == 1


def undo(city: City, staff: Staff) -> None:
    """Take back what was decided last; the proof has nothing to object afterwards."""
    undo_newest(staff.id, by=city.approver, revision=staff.revision, reason="批准文件有误")
    db.session.expire_all()
    assert not list(differences())


def paid(staff: Staff) -> list[tuple[date, str, int]]:
    return [(link.effective_month, link.cause, link.total_fen) for link in queries.chain_of(staff.id)]


def test_a_leave_with_an_increment_in_between_is_undone_after_the_increment() -> None:
    city = a_city()
    staff = in_work(city, work_start=date(2014, 7, 1))
    first = paid(staff)
    decided(city, staff, "sick_leave", day="2017-10-10", end_day="2018-02-20")
    leave = paid(staff)
    decided(city, staff, "increment", year=2017, result="QUALIFIED")
    undo(city, staff)
    assert paid(staff) == leave
    undo(city, staff)
    assert paid(staff) == first


def test_the_earlier_years_that_a_promotion_took_along_go_with_it() -> None:
    with at(2011, 3, 8):
        city = a_city()
        staff = in_work(city, OFFICIAL, {"type": "assessment", "year": 2009, "result": "EXCELLENT"}, **CIVIL)
        first = paid(staff)
        decided(city, staff, "step_promotion", year=2010, result="QUALIFIED", result_1="QUALIFIED")
        undo(city, staff)
        assert paid(staff) == first
        assert [row.year for row in queries.event_rows(staff.id)] == [None, 2009]
        decided(city, staff, "step_promotion", year=2010, result="QUALIFIED", result_1="QUALIFIED")
    with at(2012, 3, 8):
        older = in_work(city, OFFICIAL, **CIVIL)
        start = paid(older)
        years = {f"result_{before}": "QUALIFIED" for before in range(1, 5)}
        decided(city, older, "level_promotion", year=2010, result="QUALIFIED", **years)
        assert [row.year for row in queries.event_rows(older.id)] == [None, 2010, 2009, 2008, 2007, 2006]
        carry = [link for link in queries.chain_of(older.id) if link.application_id is not None]
        assert [(link.cause, link.effective_month) for link in carry] == [("promotion", date(2011, 1, 1))]
        undo(city, older)
        assert (paid(older), len(queries.event_rows(older.id))) == (start, 1)


def test_undoing_a_demerit_gives_the_increment_back() -> None:
    city = a_city()
    staff = in_work(city, OPENING, {"type": "assessment", "year": 2017, "result": "QUALIFIED"})
    before = paid(staff)
    decided(city, staff, "treatment", day="2017-12-05", matter="SANCTION", sanction="DEMERIT")
    told = what_undoing_does(staff)
    assert (told.record, str(told.decision.name)) == (None, "Sanction or coercive measure, and its end")
    assert told.after_fen - told.before_fen == before[-1][2] - before[0][2]
    undo(city, staff)
    assert paid(staff) == before


def test_undoing_service_years_puts_the_first_day_of_work_and_the_wage_back() -> None:
    city = a_city()
    leave = {"type": "sick_leave", "date": "2018-01-10", "end_date": "2018-05-20"}
    staff = in_work(city, OPENING, leave, work_start=date(2014, 7, 1))
    before = paid(staff)
    decided(city, staff, "service_years", work_start="2005-07-01")
    assert paid(staff) != before
    undo(city, staff)
    assert (paid(staff), staff.work_start) == (before, date(2014, 7, 1))


def test_a_decision_that_left_a_result_alone_is_undone_and_the_wage_stays() -> None:
    city = a_city()
    staff = in_work(city)
    before = [link.id for link in queries.chain_of(staff.id)]
    decided(city, staff, "allowance", day="2018-03-05", kind="POST", action="START", monthly=26_000)
    application = db.session.query(Result).one().application
    told = what_undoing_does(staff)
    assert (told.record, list(told.gone), list(told.anew), told.roster) == (None, [], [], {})
    assert told.before_fen == told.after_fen == queries.chain_of(staff.id)[-1].total_fen
    undo(city, staff)
    assert [link.id for link in queries.chain_of(staff.id)] == before
    assert db.session.query(Result).one().voided_at is not None
    assert application.state == ApplicationState.REJECTED
    with pytest.raises(Conflict, match="not decided by an application"):
        what_undoing_does(staff)


def test_a_result_without_any_wage_is_undone() -> None:
    city = a_city()
    staff = an_employee(city.school, state=StaffState.ENDED, left_on=date(2018, 1, 31), work_start=date(1980, 1, 1))
    decided(city, staff, "death", day="2018-03-20", cause="ILLNESS")
    told = what_undoing_does(staff)
    assert (told.before_fen, told.after_fen) == (0, 0)
    undo(city, staff)
    assert (staff.state, staff.left_on) == (StaffState.ENDED, date(2018, 1, 31))
    with pytest.raises(Conflict, match="has no wage record"):
        what_undoing_does(staff)


def test_who_had_left_stays_so_when_a_promotion_before_is_undone() -> None:
    with at(2012, 5, 8):
        city = a_city()
        staff = in_work(city, IN_2010)
        decided(city, staff, "retirement", day="2012-06-30")
        before = paid(staff)
        decided(city, staff, "post_appointment", day="2012-04-20", post="TECH-10")
        undo(city, staff)
        assert paid(staff) == before
        assert (staff.state, staff.left_on, staff.post) == (StaffState.ENDED, date(2012, 6, 30), "TECH-12")


def test_undoing_a_category_change_puts_the_roster_back() -> None:
    with at(2012, 5, 8):
        city = a_city()
        staff = in_work(city, IN_2010)
        decided(city, staff, "category_change", day="2012-04-10", staff_type="CIVIL_SERVANT", position="STAFF",
                leading=False, level=24, step=5, level_clock=2012, step_clock=2012)  # fmt: skip
        assert (staff.staff_type, staff.post) == ("CIVIL_SERVANT", None)
        undo_newest(staff.id, by=city.approver, revision=staff.revision, reason="批准文件有误")
        db.session.expire_all()
        assert (staff.staff_type, staff.post, staff.at_start) == ("INSTITUTION", "TECH-12", None)


def test_undoing_a_retirement_brings_the_employee_back() -> None:
    city = a_city()
    staff = in_work(city)
    decided(city, staff, "retirement", day="2018-03-31")
    assert (staff.state, staff.left_on) == (StaffState.ENDED, date(2018, 3, 31))
    undo_newest(staff.id, by=city.approver, revision=staff.revision, reason="批准文件有误")
    db.session.expire_all()
    assert (staff.state, staff.left_on) == (StaffState.ACTIVE, None)
