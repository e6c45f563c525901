"""What is decided of many at once is written as if each had been decided alone, to the fen and to the last column."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.items.queries import parts
from app.messages import Message
from app.pay import queries
from app.pay.many import Asked, Planned, Refusal, lock_people, plan_many
from models import Application, ApplicationEmployee, CareerEvent, Result, Staff, WageRecord, db
from models.staff import StaffState
from tests.factories import an_employee
from tests.pay_records.decisions import (
    CIVIL,
    IN_2010,
    OFFICIAL,
    OPENING,
    an_approved,
    at,
    decided,
    decided_together,
    in_work,
)
from tests.workflow.factories import City, a_city

pytestmark = pytest.mark.usefixtures("app")

INCREMENT = {"type": "assessment", "year": 2017, "result": "QUALIFIED"}
NEW_CATEGORY = {
    "day": "2012-04-10", "staff_type": "CIVIL_SERVANT", "position": "STAFF", "leading": False, "level": 24, "step": 5,
    "level_clock": 2012, "step_clock": 2012,
}  # fmt: skip
ROSTER = (
    "unit_id", "state", "staff_type", "post", "education", "occupation", "teaching_start_year", "joined_on",
    "work_start", "interruption_years", "left_on", "at_start", "revision",
)  # fmt: skip


def on_record(staff: Staff) -> dict[str, Any]:
    """Everything that a decision writes about a person; what is numbered by rows is told by its place."""
    own = list(
        db.session.scalars(
            select(ApplicationEmployee).where(ApplicationEmployee.staff_id == staff.id).order_by(ApplicationEmployee.id)
        )
    )
    applications = [one.application_id for one in own]
    events = list(db.session.scalars(select(CareerEvent).filter_by(staff_id=staff.id).order_by(CareerEvent.id)))
    numbers = [one.id for one in events]
    links = queries.links_of(staff.id)
    records = [one.id for one in links]

    def place(number: int | None, among: list[int]) -> int | None:
        return among.index(number) if number is not None else None

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        if isinstance(value, str) and re.fullmatch(r"e\d+", value):
            return f"event {place(int(value[1:]), numbers)}"
        return value

    return {
        "roster": {name: getattr(staff, name) for name in ROSTER},
        "events": [
            (one.kind, one.day, one.year, plain(one.data), place(one.application_id, applications)) for one in events
        ],
        "wages": [
            (one.position, one.effective_month, one.cause, one.total_fen, plain(one.state), plain(one.components),
             one.standard_version, place(one.previous_id, records), place(one.event_id, numbers),
             place(one.application_id, applications), one.voided_at is None)
            for one in links
        ],
        "results": [
            (one.effect, one.facts, one.figures, one.roster_before)
            for one in db.session.scalars(select(Result).filter_by(staff_id=staff.id).order_by(Result.id))
        ],
        "figures": [
            (one.before_fen, one.after_fen, one.back_pay_fen, one.effective_month, plain(one.change)) for one in own
        ],
    }  # fmt: skip


def both(city: City, *events: dict[str, Any], decision: tuple[str, dict[str, Any]], **person: Any) -> Staff:
    """Two people alike, one decided alone and one together with others: their records are the same. The second."""
    alone, together = (in_work(city, *events, **person) for _ in range(2))
    effect, facts = decision
    written = decided(city, alone, effect, **facts)
    paid = decided_together(city, (together, effect, facts))
    assert on_record(together) == on_record(alone)
    if written is None:
        assert paid == []
    else:
        (owed,) = paid
        assert (owed.effective_month, owed.before_fen, owed.after_fen, owed.back_pay_fen) == (
            written.effective_month, written.before_fen, written.after_fen, written.back_pay_fen
        )  # fmt: skip
        first, second = (db.session.get_one(WageRecord, number) for number in (written.record.id, owed.wage_record_id))
        assert (first.position, first.cause) == (second.position, second.cause)
    return together


@pytest.mark.parametrize(
    ("events", "effect", "facts"),
    [
        ((), "increment", {"year": 2017, "result": "QUALIFIED"}),
        ((), "retirement", {"day": "2018-03-31"}),
        ((OPENING, INCREMENT), "post_appointment", {"day": "2017-08-15", "post": "TECH-11"}),
        ((OPENING, INCREMENT), "treatment", {"day": "2017-12-05", "matter": "SANCTION", "sanction": "DEMERIT"}),
        ((), "treatment", {"day": "2018-03-05", "matter": "SANCTION", "sanction": "DEMERIT"}),
        ((), "sick_leave", {"day": "2018-01-10", "end_day": "2018-05-20"}),
        ((), "sick_leave", {"day": "2018-02-10", "end_day": "2018-03-20"}),
        ((), "allowance", {"day": "2018-03-05", "kind": "POST", "action": "START", "monthly": 26_000}),
        ((), "service_years", {"work_start": "2008-07-01", "interruption_years": 2}),
    ],
)  # fmt: skip
def test_what_is_written_together_is_what_is_written_alone(
    events: tuple[dict[str, Any], ...], effect: str, facts: dict[str, Any]
) -> None:
    both(a_city(), *events, decision=(effect, facts), work_start=date(2014, 7, 1))


def test_service_years_that_pay_more_of_a_leave_are_written_together_too() -> None:
    leave = {"type": "sick_leave", "date": "2018-01-10", "end_date": "2018-05-20"}
    both(a_city(), OPENING, leave, decision=("service_years", {"work_start": "2005-07-01"}),
         work_start=date(2014, 7, 1))  # fmt: skip


def test_another_category_is_kept_on_the_roster_with_what_the_career_began_with() -> None:
    with at(2012, 5, 8):
        staff = both(a_city(), IN_2010, decision=("category_change", NEW_CATEGORY))
        assert (staff.staff_type, staff.at_start) == ("CIVIL_SERVANT", {"staff_type": "INSTITUTION"})


def test_earlier_years_come_along_together_as_they_do_alone() -> None:
    with at(2012, 3, 8):
        years = {f"result_{before}": "QUALIFIED" for before in range(1, 5)}
        both(a_city(), OFFICIAL, decision=("level_promotion", {"year": 2010, "result": "QUALIFIED", **years}), **CIVIL)


def test_decisions_of_every_kind_are_written_in_one_go() -> None:
    city = a_city()
    promoted, leaving, allowed = in_work(city), in_work(city), in_work(city)
    paid = decided_together(
        city,
        (promoted, "increment", {"year": 2017, "result": "QUALIFIED"}),
        (leaving, "retirement", {"day": "2018-03-31"}),
        (allowed, "allowance", {"day": "2018-03-05", "kind": "POST", "action": "START", "monthly": 26_000}),
    )
    assert [one.staff_id for one in paid] == [promoted.id, leaving.id]
    assert [one.state for one in (promoted, leaving, allowed)] == [
        StaffState.ACTIVE, StaffState.ENDED, StaffState.ACTIVE,
    ]  # fmt: skip
    assert db.session.query(Result).count() == 3


def test_a_first_wage_is_set_together_as_it_is_alone() -> None:
    city = a_city()
    facts = {"day": "2018-04-01", "education": "BACHELOR"}
    alone, together = (an_employee(city.school, joined_on=date(2018, 4, 1)) for _ in range(2))
    decided(city, alone, "new_hire", **facts)
    (owed,) = decided_together(city, (together, "new_hire", facts))
    assert on_record(together) == on_record(alone)
    assert (owed.before_fen, together.state) == (0, StaffState.ACTIVE)


def test_who_is_refused_is_told_why_and_holds_up_nobody() -> None:
    city = a_city()
    here, gone = in_work(city), in_work(city)
    decided(city, gone, "retirement", day="2018-02-28")
    facts = {"year": 2017, "result": "QUALIFIED"}
    filed = [an_approved(city, staff, "increment", facts) for staff in (here, gone)]
    asked = [_asked(one, facts) for one in filed]
    first, second = plan_many(asked, held=lock_people({here.id, gone.id}))
    assert isinstance(first, Planned)
    assert isinstance(second, Refusal)
    assert str(second.why) == f"{gone.name} has left the unit."
    assert second.remedy == Message("Choose another employee or another service item.")


def _asked(application: Application, facts: dict[str, Any]) -> Asked:
    (employee,) = application.employees
    return Asked(employee.staff_id, parts(application.item_version_id), facts, application.id)


def test_the_figures_that_were_approved_are_kept_with_the_application() -> None:
    city = a_city()
    staff, facts = in_work(city), {"year": 2017, "result": "QUALIFIED"}
    decided_together(city, (staff, "increment", facts))
    (kept,) = db.session.query(ApplicationEmployee).filter_by(staff_id=staff.id)
    assert kept.change is not None
    assert kept.after_fen == kept.change["after"]["total_fen"] > (kept.before_fen or 0) > 0
