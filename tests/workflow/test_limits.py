"""Working days by the official calendar with corrections, and the sum in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import clock
from app.workflow import limits
from app.workflow.calendar import (
    Correction,
    add_working_days,
    day_kind,
    is_working,
    working_days_between,
    working_hours_before,
)


@dataclass
class Happened:
    at: datetime
    state: str
    step_position: int | None


def at(month: int, day: int, hour: int = 10, year: int = 2018) -> datetime:
    return datetime(year, month, day, hour, tzinfo=clock.SHANGHAI)


def test_the_swapped_sunday_after_tomb_sweeping_is_worked_and_the_holiday_is_not() -> None:
    assert [is_working(date(2018, 4, day)) for day in range(4, 10)] == [True, False, False, False, True, True]
    assert not is_working(date(2018, 4, 14))
    assert not is_working(date(2018, 2, 15))  # New Year's Eve
    assert is_working(date(2018, 2, 11))  # worked in exchange


def test_a_correction_of_the_city_goes_before_the_official_calendar() -> None:
    corrections = {date(2018, 4, 8): Correction(False, "防汛"), date(2018, 4, 14): Correction(True, "补班")}
    assert not is_working(date(2018, 4, 8), corrections)
    assert is_working(date(2018, 4, 14), corrections)


def test_a_year_without_official_calendar_follows_the_week_and_says_so() -> None:
    monday = day_kind(date(2040, 1, 2))
    assert (monday.working, monday.provisional) == (True, True)
    assert not day_kind(date(2040, 1, 7)).working


def test_the_day_after_entering_is_day_one() -> None:
    assert add_working_days(date(2018, 4, 3), 1) == date(2018, 4, 4)
    assert add_working_days(date(2018, 4, 3), 2) == date(2018, 4, 8)
    assert working_days_between(date(2018, 4, 3), date(2018, 4, 8)) == 2
    assert working_days_between(date(2018, 4, 3), date(2018, 4, 3)) == 0


@settings(deadline=None)
@given(st.dates(date(2017, 1, 1), date(2019, 12, 31)), st.integers(1, 60))
def test_adding_and_counting_agree(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert is_working(end)
    assert working_days_between(start, end) == count


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (at(4, 3, 11), at(4, 3, 9)),
        (datetime(2018, 4, 3, 9, 0, tzinfo=clock.SHANGHAI), datetime(2018, 4, 2, 16, 30, tzinfo=clock.SHANGHAI)),
        (datetime(2018, 4, 8, 9, 0, tzinfo=clock.SHANGHAI), datetime(2018, 4, 4, 16, 30, tzinfo=clock.SHANGHAI)),
        (datetime(2018, 4, 3, 14, 0, tzinfo=clock.SHANGHAI), datetime(2018, 4, 3, 10, 30, tzinfo=clock.SHANGHAI)),
        (datetime(2018, 4, 5, 15, 0, tzinfo=clock.SHANGHAI), datetime(2018, 4, 4, 16, 0, tzinfo=clock.SHANGHAI)),
    ],
)
def test_two_working_hours_reach_back_over_noon_night_and_holiday(now: datetime, since: datetime) -> None:
    assert working_hours_before(now, 2) == since


def test_the_light_turns_yellow_on_the_last_day_and_red_after_it() -> None:
    events = [Happened(at(4, 3), "IN_REVIEW", 1)]
    lights = {}
    for day in (3, 4, 8, 9, 10, 11):
        standing = limits.standing(events, position=1, limit=3, now=at(4, day))
        lights[day] = (standing.light, standing.used)
    assert lights == {
        3: ("green", 0), 4: ("green", 1), 8: ("yellow", 2), 9: ("yellow", 3), 10: ("red", 4), 11: ("red", 5),
    }  # fmt: skip
    assert limits.standing(events, position=1, limit=3, now=at(4, 4)).due_on == date(2018, 4, 9)


def test_a_limit_that_ended_on_friday_is_overdue_on_saturday() -> None:
    events = [Happened(at(4, 9), "IN_REVIEW", 1)]
    standing = limits.standing(events, position=1, limit=4, now=at(4, 14))
    assert (standing.light, standing.used, standing.due_on) == ("red", 4, date(2018, 4, 13))


def test_days_with_the_unit_are_not_counted_and_the_limit_runs_on_where_it_stopped() -> None:
    events = [
        Happened(at(4, 9), "IN_REVIEW", 1),
        Happened(at(4, 9, 15), "IN_REVIEW", 1),  # a claim
        Happened(at(4, 11), "RETURNED", 1),
        Happened(at(4, 17), "IN_REVIEW", 1),
    ]
    standing = limits.standing(events, position=1, limit=5, now=at(4, 19))
    assert standing.used == 4
    assert standing.due_on == date(2018, 4, 20)
    assert limits.used_days(events, position=1, today=date(2018, 4, 19)) == 4
    assert limits.due_day(date(2018, 4, 17), 5, used=2) == date(2018, 4, 20)


def test_the_sum_is_said_in_words() -> None:
    events = [
        Happened(at(4, 3), "IN_REVIEW", 2),
        Happened(at(4, 9), "RETURNED", 2),
        Happened(at(4, 11), "IN_REVIEW", 2),
    ]
    said = [str(line) for line in limits.standing(events, position=2, limit=9, now=at(4, 16)).lines]
    assert said == [
        "3 Apr: received, counting begins the day after",
        "4 Apr: day 1",
        "5 Apr to 7 Apr Tomb-sweeping Day holiday: not counted",
        "8 Apr (Sunday, worked in exchange for a holiday): counted, day 2",
        "9 Apr: day 3",
        "From 9 Apr to 11 Apr with the unit for correction: not counted",
        "11 Apr: received, counting begins the day after",
        "12 Apr to 13 Apr: days 4 to 5",
        "14 Apr to 15 Apr weekend: not counted",
        "16 Apr: day 6",
    ]


def test_another_steps_days_do_not_count_here() -> None:
    events = [Happened(at(4, 3), "IN_REVIEW", 1), Happened(at(4, 9), "IN_REVIEW", 2)]
    assert limits.used_days(events, position=1, today=date(2018, 4, 20)) == 3
    assert limits.standing(events, position=2, limit=3, now=at(4, 10)).used == 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=6).map(sorted), st.integers(0, 10))
def test_used_days_are_the_same_however_often_somebody_claims_in_between(hours: list[int], limit: int) -> None:
    start = at(4, 2, 9)
    entered = [Happened(start, "IN_REVIEW", 1)]
    claims = [Happened(start + timedelta(hours=hour), "IN_REVIEW", 1) for hour in hours]
    now = start + timedelta(hours=401)
    plain = limits.standing(entered, position=1, limit=limit, now=now)
    assert limits.standing([*entered, *claims], position=1, limit=limit, now=now) == plain
