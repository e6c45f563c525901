"""Where a year of performance pay leads: what is gone, what the rest of the year is likely to take, with a band. Pure.

Basic pay goes on as in the last months. Incentive pay comes in its seasons: in the months in which it came last year,
as much as then times how this year compares so far; without a year before it is what the plan in force still holds.
What is committed for a month to come is taken where it is more. The band widens with the spread of the months and with
how little is known of the incentive pay; four years in five should end inside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

LAST_MONTHS = 3  # of basic pay that the rest of the year is read from
FOUR_IN_FIVE = 1.28  # standard deviations on each side
LEAST_SPREAD = 0.01  # of basic pay, a month: people come and go even where all months were equal
SPREAD_KNOWN = 0.15  # of incentive pay where there is a year before
SPREAD_PLANNED = 0.30  # where there is only a plan
GROWTH = (0.5, 2.0)  # how this year may compare with the one before; beyond it something else has happened
Months = Mapping[int, int]
"""Fen by month of the year, 1 to 12."""


@dataclass(frozen=True)
class Course:
    """What is known of a unit's year. `until` is the last month that is over; amounts in fen, those that count against
    the total only. `queued` is committed and not paid yet, in months after `until`; before it, it stands in the two."""

    until: int
    basic: Months = field(default_factory=dict)
    incentive: Months = field(default_factory=dict)
    queued: Months = field(default_factory=dict)
    last_incentive: Months = field(default_factory=dict)
    last_so_far: int = 0  # everything that the year before had used until the same month
    plan_left: int = 0


@dataclass(frozen=True)
class Forecast:
    """The year's end in fen, low and high of the band, and month by month what is expected to be used by then."""

    used: int
    expected: int
    low: int
    high: int
    by_month: tuple[int, ...]  # cumulative, twelve of them
    growth: float | None

    def short_of(self, total_fen: int) -> int:
        """How much the expected year passes a total; nought where it does not."""
        return max(self.expected - total_fen, 0)

    def month_of_breach(self, total_fen: int) -> int | None:
        """The month in which the total is expected to be passed."""
        return next((month for month, used in enumerate(self.by_month, 1) if used > total_fen), None)


def forecast(course: Course) -> Forecast:
    """Lead a course to the end of its year."""
    gone = {month: course.basic.get(month, 0) + course.incentive.get(month, 0) for month in range(1, 13)}
    used = sum(gone[month] for month in range(1, course.until + 1))
    a_month, spread = _basic(course)
    seasons, growth, incentive_spread = _incentive(course, used)
    by_month: list[int] = []
    running, basic_rest, incentive_rest = 0, 0, 0
    for month in range(1, 13):
        if month <= course.until:
            running += gone[month]
        else:
            basic, incentive = a_month, seasons.get(month, 0)
            queued = course.queued.get(month, 0)
            if queued > basic + incentive:
                basic, incentive = queued, 0  # known, so it adds nothing to the band
            else:
                basic_rest += basic
                incentive_rest += incentive
            running += basic + incentive
        by_month.append(running)
    left = 12 - course.until
    width = FOUR_IN_FIVE * sqrt((spread * sqrt(left)) ** 2 + (incentive_rest * incentive_spread) ** 2)
    expected = by_month[-1]
    known = max(used, expected - basic_rest - incentive_rest)
    return Forecast(
        used=used, expected=expected, low=max(round(expected - width), known), high=round(expected + width),
        by_month=tuple(by_month), growth=growth,
    )  # fmt: skip


def _basic(course: Course) -> tuple[int, float]:
    """What a month of basic pay takes, and its standard deviation."""
    months = [course.basic.get(month, 0) for month in range(max(course.until - LAST_MONTHS, 0) + 1, course.until + 1)]
    if not any(months):
        return 0, 0.0
    mean = sum(months) / len(months)
    deviation = sqrt(sum((one - mean) ** 2 for one in months) / len(months))
    return round(mean), max(deviation, mean * LEAST_SPREAD)


def _incentive(course: Course, used: int) -> tuple[dict[int, int], float | None, float]:
    """Incentive pay of the months to come, how the year compares with the one before, and how sure that is."""
    ahead = range(course.until + 1, 13)
    if sum(course.last_incentive.values()):
        growth = 1.0
        if course.last_so_far > 0 and course.until > 0:
            growth = min(max(used / course.last_so_far, GROWTH[0]), GROWTH[1])
        return (
            {month: round(course.last_incentive.get(month, 0) * growth) for month in ahead}, growth, SPREAD_KNOWN
        )  # fmt: skip
    if course.plan_left > 0 and ahead:
        return {12: course.plan_left}, None, SPREAD_PLANNED
    return {}, None, SPREAD_PLANNED
