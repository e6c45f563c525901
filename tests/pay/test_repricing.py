"""Which standard holds: by date or by event, late versions, ends of employment (G-2, G-3, D-2, D-36, O-8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pay.people import (
    asked,
    career,
    code_of,
    event,
    joined,
    month,
    parts_in,
    placed,
    qualified,
    refusal_in,
    servant,
    staff,
    state_in,
    stopped_in,
    worker,
)
from tests.pay.told import bench, causes_in

CLERK = placed("2016-01-01", "CLERK", 27, 1)
BY_EVENT: dict[str, Any] = {"repricing": "by_event"}


def repriced(day: str, version: str) -> Any:
    return event("repricing", day, version=version)


def total(when: str, *events: Any, **settings: Any) -> str:
    return f"{career(servant(), *events, **settings).wage_in(month(when)).total:.2f}"


def test_g3_level_and_step_stay_and_the_amounts_follow() -> None:
    held = career(servant(), CLERK)
    assert [f"{held.wage_in(month(when)).total:.2f}" for when in ("2016-06", "2016-07", "2018-07")] == [
        "1320.00",
        "1605.00",
        "1770.00",
    ]


def test_by_event_the_version_of_the_start_stays_until_a_repricing() -> None:
    assert total("2018-08", CLERK, **BY_EVENT) == "1320.00"
    events = (CLERK, repriced("2017-02-20", "2016-07-01"))
    assert total("2017-01", *events, **BY_EVENT) == "1320.00"
    assert total("2017-02", *events, **BY_EVENT) == "1605.00"
    assert total("2018-08", *events, **BY_EVENT) == "1605.00"


def test_a_repricing_event_changes_nothing_where_versions_come_by_date() -> None:
    events = (CLERK, repriced("2016-02-20", "2018-07-01"))
    assert [total(when, *events) for when in ("2016-02", "2016-07", "2018-07")] == ["1320.00", "1605.00", "1770.00"]
    assert "by their date" in str(career(servant(), *events).notes[0].reasons[0])


def test_d2_the_step_is_chosen_in_the_standard_of_the_month() -> None:
    up = event("position_change", "2016-06-20", position="SECT_DEPUTY", leading=False)
    start = placed("2016-01-01", "STAFF", 18, 3)
    # From July the level is read in the tables of 2016, where level 17 is not confirmed below step 8.
    assert stopped_in("2016-07", servant(), start, up) == "LOW_CONFIDENCE"
    lower = placed("2016-01-01", "STAFF", 21, 3)
    assert stopped_in("2016-07", servant(), lower, up) == "NO_TABLE_CELL"


def test_a_version_without_cells_is_an_error_and_never_an_older_amount() -> None:
    assert refusal_in("2021-10", servant(), CLERK) == "NO_TABLE_CELL"
    assert state_in("2021-10", servant(), CLERK)["level"] == 27
    early = placed("2006-06-01", "CLERK", 27, 1)
    assert refusal_in("2006-06", servant(), early) == "NO_TABLE_CELL"
    assert total("2006-07", early) == "630.00"


CASE = [
    {"type": "opening", "date": "2016-01-01", "position": "CLERK", "leading": False, "level": 27, "step": 1,
     "level_clock": 2016, "step_clock": 2016},
]  # fmt: skip


def test_d36_back_pay_for_a_late_version() -> None:
    answer = asked({"staff_type": "CIVIL_SERVANT"}, CASE, type="back_pay", from_month="2016-07",
                   first_paid_month="2016-09", late_version="2016-07-01")  # fmt: skip
    assert answer["amount"] == "570.00"
    assert [line["old_total"] for line in answer["factors"]["lines"]] == ["1320.00", "1320.00"]


def test_d36_by_event_a_late_version_takes_its_repricing_away() -> None:
    events = [*CASE, {"type": "repricing", "date": "2016-07-01", "version": "2016-07-01"}]
    answer = asked({"staff_type": "CIVIL_SERVANT"}, events, type="back_pay", from_month="2016-07",
                   first_paid_month="2016-09", late_version="2016-07-01", settings=BY_EVENT)  # fmt: skip
    assert answer["amount"] == "570.00"


def test_d36_back_pay_may_be_negative_and_fails_with_the_month_that_fails() -> None:
    downgrade = {"type": "sanction", "date": "2012-05-05", "kind": "DOWNGRADE"}
    start = {**CASE[0], "date": "2012-01-01", "position": "STAFF", "level": 25, "step": 3}
    answer = asked({"staff_type": "CIVIL_SERVANT"}, [start, downgrade], type="back_pay", from_month="2012-06",
                   first_paid_month="2012-08", late_events=["e1"])  # fmt: skip
    # 25-3 pays 408 and 26-4 401.
    assert answer["amount"] == "-14.00"
    wrong = asked({"staff_type": "CIVIL_SERVANT"}, [start, downgrade], type="back_pay", from_month="2011-12",
                  first_paid_month="2012-08", late_events=["e1"])  # fmt: skip
    assert code_of(wrong) == "MONTH_BEFORE_START"


@pytest.mark.parametrize(
    "end",
    [
        event("separation", "2017-03-31", reason="IMPRISONMENT"),
        event("retirement", "2017-03-01"),
        event("death", "2017-03-01", cause="ON_DUTY"),
        event("sanction", "2017-03-01", kind="EXPULSION"),
    ],
)
def test_o8_pay_stops_in_the_month_after(end: Any) -> None:
    held = career(servant(), CLERK, *qualified(2016, 2019), end)
    assert held.wage_in(month("2017-03")).pay_status == "NORMAL"
    stopped = held.wage_in(month("2017-04"))
    assert (stopped.pay_status, stopped.components, stopped.state) == (
        "STOPPED",
        (),
        {"staff_type": "CIVIL_SERVANT", "phase": "ENDED"},
    )


@pytest.mark.parametrize(
    "after",
    [
        event("position_change", "2017-05-01", position="STAFF", leading=False),
        event("sick_leave", "2017-06-01", end_date="2017-06-30"),
        event("coercive_measure", "2017-05-01", kind="ARREST"),
        event("death", "2017-05-01", cause="ILLNESS"),
        event("retirement", "2017-05-01"),
    ],
)
def test_an_event_after_the_end_does_not_fit(after: Any) -> None:
    events = (CLERK, event("separation", "2017-03-31", reason="RESIGNATION"), after)
    assert state_in("2017-05", servant(), *events)["phase"] == "ENDED"
    assert stopped_in("2017-06", servant(), *events) == "EVENT_NOT_APPLICABLE"


# -- by event, each staff type is paid from the standard that was brought last ----------------------------------------


def test_by_event_the_probation_wage_waits_for_the_standard_too() -> None:
    unit = (staff(education="BACHELOR"), joined("2014-03-01"))
    new = repriced("2016-09-01", "2016-07-01")
    assert [parts_in(when, *unit, new, **BY_EVENT) for when in ("2016-08", "2016-09")] == [
        parts_in("2014-03", *unit), parts_in("2016-07", *unit),
    ]  # fmt: skip
    assert causes_in("2016-10", *unit, new, **BY_EVENT) == {"PROBATION_WAGE": ("repricing", new.id, "2016-09")}


def test_by_event_the_probation_wage_of_the_office_waits_for_the_standard_too() -> None:
    office = (servant(education="BACHELOR"), joined("2018-03-01"))
    assert refusal_in("2018-09", *office, **BY_EVENT) == "NO_TABLE_CELL"
    new = repriced("2018-09-01", "2018-07-01")
    assert parts_in("2018-09", *office, new, **BY_EVENT) == {"PROBATION_WAGE": "1780.00"}
    assert causes_in("2018-10", *office, new, **BY_EVENT) == {"PROBATION_WAGE": ("repricing", new.id, "2018-09")}


@pytest.mark.parametrize("grade", ["TECHNICIAN", "ORDINARY_WORKER"])
def test_by_event_organ_workers_go_on_under_the_standard_of_2016(grade: str) -> None:
    kept = parts_in("2018-08", worker(), bench(grade, 2), **BY_EVENT)
    assert kept == parts_in("2018-06", worker(), bench(grade, 2))
    assert refusal_in("2018-08", worker(), bench(grade, 2)) == "NO_TABLE_CELL"


def test_by_event_a_technical_grade_is_compared_under_the_standard_in_force() -> None:
    raised = event("technical_grade_change", "2018-08-03", technical_grade="TECHNICIAN")
    said = {**BY_EVENT, "technical_grade_in_comparison": True}
    assert state_in("2018-09", worker(), bench("SENIOR_WORKER", 8), raised, **said)["step"] == 3
