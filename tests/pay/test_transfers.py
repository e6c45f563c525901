"""Transfers within the system and from another one, and careers that cross staff types (O-7, D-40, G-6)."""

from __future__ import annotations

from typing import Any

from app.pay.events import Event
from tests.pay.people import (
    assessed,
    career,
    event,
    grade_in,
    joined,
    month,
    opened,
    place_in,
    placed,
    qualified,
    refusal_in,
    servant,
    staff,
    state_in,
    stopped_in,
    teacher,
    worker,
)

TO_OFFICE = {"staff_type": "CIVIL_SERVANT", "position": "STAFF", "leading": False, "level": 25, "step": 2,
             "level_clock": 2011, "step_clock": 2009}  # fmt: skip
TO_SCHOOL = {"staff_type": "INSTITUTION", "post": "TECH-9", "grade": 20}
TO_BENCH = {"staff_type": "ORGAN_WORKER", "technical_grade": "TECHNICIAN", "step": 2, "step_clock": 2015}


def moved(first: str, target: dict[str, Any] | None = None) -> Event:
    year, number = int(first[:4]), int(first[5:])
    last = f"{year}-{number - 1:02d}" if number > 1 else f"{year - 1}-12"
    said = {"target": target} if target else {}
    return event(
        "transfer",
        f"{last}-15",
        same_system=target is None,
        last_paid_month=last,
        first_paid_month=first,
        **said,
    )


def test_d40_within_the_system_nothing_changes() -> None:
    events = (opened("2010-01-01", "TECH-9", 15), moved("2010-05"))
    held = career(staff(), *events)
    assert [link.cause.kind for link in held.links] == ["opening"]


def test_d40_the_promotions_of_january_are_made_in_february() -> None:
    events = (placed("2010-01-01", "STAFF", 25, 2), *qualified(2010, 2011), moved("2012-01"))
    assert place_in("2012-01", servant(), *events) == "25-2"
    assert place_in("2012-02", servant(), *events) == "25-3"
    assert state_in("2012-02", servant(), *events)["step_clock"] == 2012
    increments = (opened("2010-01-01", "TECH-9", 15), assessed(2011), moved("2012-01"))
    assert [grade_in(when, staff(), *increments) for when in ("2012-01", "2012-02")] == [15, 16]


def test_d40_another_system_sets_the_state_and_ends_the_occupation() -> None:
    events = (opened("2010-01-01", "TECH-7", 25), moved("2012-03", TO_SCHOOL))
    assert state_in("2012-03", teacher(), *events)["occupation"] is None
    assert state_in("2012-02", teacher(), *events)["occupation"] == "TEACHER"


def test_d40_no_normal_promotion_in_the_month_of_transfer() -> None:
    events = (opened("2010-01-01", "TECH-7", 25), *qualified(2009, 2012), moved("2012-01", TO_OFFICE))
    assert place_in("2012-02", staff(), *events) == "25-2"
    # In the next January the clocks of the target count.
    assert place_in("2013-01", staff(), *events) == "25-3"


def test_a_step_that_the_taken_over_clock_owes_comes_in_the_first_january() -> None:
    events = (opened("2010-01-01", "TECH-7", 25), *qualified(2009, 2010), moved("2012-03", TO_OFFICE))
    assert place_in("2012-12", staff(), *events) == "25-2"
    assert place_in("2013-01", staff(), *events) == "25-3"


def test_a_civil_servant_becomes_institution_staff_and_an_organ_worker() -> None:
    events = (placed("2010-01-01", "STAFF", 25, 2), moved("2012-03", TO_SCHOOL), assessed(2012))
    assert grade_in("2013-01", servant(), *events) == 21
    events = (*events, moved("2016-08", TO_BENCH))
    assert state_in("2016-08", servant(), *events)["technical_grade"] == "TECHNICIAN"
    assert career(servant(), *events).wage_in(month("2016-08")).total == 1558 + 1025


def test_after_the_transfer_the_events_of_the_old_system_do_not_fit() -> None:
    events = (opened("2010-01-01", "TECH-7", 25), moved("2012-03", TO_OFFICE))
    appointed = event("post_appointment", "2012-05-05", post="TECH-5")
    assert stopped_in("2012-06", staff(), *events, appointed) == "EVENT_NOT_APPLICABLE"
    up = event("position_change", "2012-05-05", position="SECT_DEPUTY", leading=True)
    assert place_in("2012-06", staff(), *events, up) == "24-1"


def test_a_sanction_of_the_old_system_runs_on_in_the_new_one() -> None:
    demerit = event("sanction", "2012-02-01", kind="DEMERIT")
    events = (opened("2010-01-01", "TECH-7", 25), *qualified(2009, 2012), demerit, moved("2012-03", TO_OFFICE))
    assert place_in("2013-01", staff(), *events) == "25-2"
    assert place_in("2014-01", staff(), *events) == "25-3"


def test_from_probation_to_another_system_one_is_graded() -> None:
    events = (joined("2011-08-01"), moved("2012-03", TO_OFFICE))
    assert state_in("2012-03", servant(education="BACHELOR"), *events)["phase"] == "GRADED"


def test_the_opening_must_be_of_the_staff_type_of_the_person() -> None:
    assert refusal_in("2010-01", servant(), opened("2010-01-01", "TECH-7", 25)) == "EVENT_NOT_APPLICABLE"
    assert refusal_in("2010-01", worker(), opened("2010-01-01", "TECH-7", 25)) == "EVENT_NOT_APPLICABLE"
    assert refusal_in("2010-01", staff(), placed("2010-01-01", "STAFF", 25, 2)) == "EVENT_NOT_APPLICABLE"
