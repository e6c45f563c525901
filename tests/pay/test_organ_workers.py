"""Organ workers: steps, technical grades, sanctions, their wage (W-1 to W-3, D-5, D-30, D-32)."""

from __future__ import annotations

from typing import Any

import pytest

from app.pay.events import Event, event_from_json
from tests.pay.people import career, event, parts_in, qualified, refusal_in, state_in, stopped_in, worker


def held(grade: str, step: int, day: str = "2016-07-01", clock: int = 2016) -> Event:
    said = {"technical_grade": grade, "step": step, "step_clock": clock}
    return event_from_json({"type": "opening", "id": "opened", "date": day, **said})


def step_in(when: str, *events: Event, **settings: Any) -> tuple[int, int]:
    state = state_in(when, worker(), *events, **settings)
    return state["step"], state["step_clock"]


def raised(grade: str, day: str = "2017-02-03") -> Event:
    return event("technical_grade_change", day, technical_grade=grade)


def test_a_technical_worker_is_paid_post_and_technical_grade() -> None:
    assert parts_in("2016-07", worker(), held("TECHNICIAN", 2)) == {
        "ORGAN_POST_WAGE": "1558.00",
        "TECHNICAL_GRADE_WAGE": "1025.00",
    }


def test_an_ordinary_worker_is_paid_the_post_alone() -> None:
    assert parts_in("2016-07", worker(), held("ORDINARY_WORKER", 2)) == {"ORGAN_POST_WAGE": "1587.00"}


@pytest.mark.parametrize("when", ["2016-06", "2018-07"])
def test_only_the_standard_of_2016_has_cells(when: str) -> None:
    assert refusal_in(when, worker(), held("TECHNICIAN", 2, "2016-01-01")) == "NO_TABLE_CELL"


def test_w1_two_qualified_years_give_a_step() -> None:
    events = (held("TECHNICIAN", 2, clock=2015), *qualified(2015, 2016))
    assert step_in("2016-12", *events) == (2, 2015)
    assert step_in("2017-01", *events) == (3, 2017)


def test_d5_steps_above_the_printed_top_have_no_amount() -> None:
    events = (held("TECHNICIAN", 15, clock=2015), *qualified(2015, 2016))
    assert step_in("2017-01", *events) == (16, 2017)
    assert refusal_in("2017-01", worker(), *events) == "NO_TABLE_CELL"


@pytest.mark.parametrize(("kind", "after"), [("WARNING", 3), ("DEMERIT", 2)])
def test_d30_a_demerit_stops_the_step_and_a_warning_does_not(kind: str, after: int) -> None:
    events = (held("TECHNICIAN", 2, clock=2015), *qualified(2015, 2016), event("sanction", "2016-09-01", kind=kind))
    assert step_in("2017-01", *events)[0] == after
    assert step_in("2018-01", *events)[0] == 3


def test_d30_a_lowering_of_post_stops_steps_for_24_months() -> None:
    lowered = event("sanction", "2016-09-01", kind="POST_LOWERED", no_lower_post=True)
    events = (held("JUNIOR_WORKER", 5, clock=2015), *qualified(2015, 2017), lowered)
    assert step_in("2018-01", *events) == (3, 2015)
    assert step_in("2019-01", *events) == (4, 2019)


def test_w2_the_lowest_step_that_pays_more_and_the_clock_runs_on() -> None:
    # A senior worker of step 4 has 1452; the first technician's step above it is the first (1473).
    events = (held("SENIOR_WORKER", 4, clock=2015), raised("TECHNICIAN"))
    assert step_in("2017-02", *events) == (4, 2015)
    assert step_in("2017-03", *events) == (1, 2015)
    assert parts_in("2017-03", worker(), *events)["TECHNICAL_GRADE_WAGE"] == "1025.00"


def test_w2_with_the_technical_grade_in_the_comparison() -> None:
    # 1952 + 0 before; 1509 + 555 is the first sum above 1969.
    events = (held("ORDINARY_WORKER", 9), raised("JUNIOR_WORKER"))
    assert step_in("2017-03", *events, technical_grade_in_comparison=True)[0] == 9
    assert step_in("2017-03", *events)[0] == 16


def test_w2_where_no_step_pays_more_there_is_no_cell() -> None:
    events = (held("ORDINARY_WORKER", 19), raised("JUNIOR_WORKER"))
    assert stopped_in("2017-03", worker(), *events) == "NO_TABLE_CELL"


def test_d32_a_lower_technical_grade_is_not_covered_and_the_same_does_not_fit() -> None:
    assert stopped_in("2017-03", worker(), held("TECHNICIAN", 2), raised("SENIOR_WORKER")) == "NOT_COVERED"
    assert stopped_in("2017-03", worker(), held("TECHNICIAN", 2), raised("TECHNICIAN")) == "EVENT_NOT_APPLICABLE"


@pytest.mark.parametrize(
    ("grade", "before", "after"), [("JUNIOR_WORKER", 5, 3), ("ORDINARY_WORKER", 2, 1), ("ORDINARY_WORKER", 1, 1)]
)
def test_w3_lowering_takes_two_steps_off(grade: str, before: int, after: int) -> None:
    events = (held(grade, before), event("sanction", "2017-02-03", kind="POST_LOWERED"))
    assert step_in("2017-03", *events) == (after, 2016)


def test_d32_lowering_others_is_not_covered() -> None:
    events = (held("INTERMEDIATE_WORKER", 5), event("sanction", "2017-02-03", kind="POST_LOWERED"))
    assert stopped_in("2017-03", worker(), *events) == "NOT_COVERED"


def test_expulsion_ends_pay() -> None:
    events = (held("TECHNICIAN", 5), event("sanction", "2017-02-03", kind="EXPULSION"))
    assert state_in("2017-03", worker(), *events) == {"staff_type": "ORGAN_WORKER", "phase": "ENDED"}


@pytest.mark.parametrize(
    "wrong",
    [
        event("sanction", "2017-02-03", kind="MAJOR_DEMERIT"),
        event("sanction", "2017-02-03", kind="POST_LOWERED", post="TECH-9"),
        event("post_appointment", "2017-02-03", post="TECH-9"),
        event("rank_change", "2017-02-03", rank="RANK_CLERK_1"),
        event("position_change", "2017-02-03", position="STAFF", leading=False),
        event("occupation_change", "2017-02-03", occupation=None),
        event("grading", "2017-03-03"),
    ],
)
def test_an_event_of_another_staff_type_does_not_fit(wrong: Event) -> None:
    assert stopped_in("2017-03", worker(), held("JUNIOR_WORKER", 5), wrong) == "EVENT_NOT_APPLICABLE"


def test_an_education_changes_nothing() -> None:
    events = (held("JUNIOR_WORKER", 5), event("education_change", "2017-02-03", education="BACHELOR"))
    assert step_in("2017-03", *events) == (5, 2016)


def test_a_step_names_the_assessment_that_brought_it() -> None:
    events = (held("TECHNICIAN", 2, clock=2015), *qualified(2015, 2016))
    newest = career(worker(), *events).links[-1]
    assert (newest.cause.kind, newest.cause.event) == ("promotion", "assessed-2016")
