"""Time limits as lights: working days used at a step, summed from events, and the sum in words.

The day after a step is entered is day 1. Days on which the application waits for the unit are not counted. What is
shown is always summed afresh; the stored due date only orders the queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app import clock
from app.messages import Message
from app.workflow.calendar import (
    NONE,
    Corrections,
    Day,
    add_working_days,
    day_kind,
    day_name,
    days_after,
    working_days_between,
)
from models.applications import ApplicationState

GREEN, YELLOW, RED = "green", "yellow", "red"


class Happening(Protocol):
    """What is needed of an application event."""

    @property
    def at(self) -> datetime: ...
    @property
    def state(self) -> str: ...
    @property
    def step_position(self) -> int | None: ...


@dataclass(frozen=True)
class Standing:
    """How a step stands: its light, the days used of its limit, the due day, and the sum in words."""

    light: str
    used: int
    limit: int
    due_on: date | None
    lines: tuple[Message, ...]
    provisional: bool = False

    @property
    def left(self) -> int:
        return self.limit - self.used

    @property
    def in_words(self) -> Message:
        """The light as a word with its number, since a colour alone tells nothing."""
        if self.light == RED:
            over = max(self.used - self.limit, 0)
            if over == 0:
                return Message("Overdue since %(day)s", day=day_name(self.due_on)) if self.due_on else _OVERDUE
            return Message("Overdue, working days: %(days)s", days=over)
        if self.left == 0:
            return Message("Due today")
        return Message("Working days left: %(days)s", days=self.left)


_OVERDUE = Message("Overdue")


@dataclass(frozen=True)
class _Stretch:
    """Days between two events: counted when a step was asked, not counted while the unit corrected."""

    start: date
    end: date
    counted: bool


def standing(
    events: Iterable[Happening],
    *,
    position: int,
    limit: int,
    now: datetime,
    corrections: Corrections = NONE,
) -> Standing:
    """How the step at `position` stands now, from the application's events in their order."""
    today = clock.local(now).date()
    stretches = _stretches(list(events), position, today)
    counted = [stretch for stretch in stretches if stretch.counted]
    used = sum(working_days_between(stretch.start, stretch.end, corrections) for stretch in counted)
    due_on = _due(counted, limit, corrections)
    kinds = [day_kind(day, corrections) for stretch in counted for day in days_after(stretch.start, stretch.end)]
    lines = tuple(_lines(stretches, corrections))
    return Standing(_light(used, limit, due_on, today), used, limit, due_on, lines,
                    provisional=any(kind.provisional for kind in kinds))  # fmt: skip


def due_day(entered: date, limit: int, *, used: int = 0, corrections: Corrections = NONE) -> date:
    """The last day of a limit that began, or began to run again, on `entered`."""
    return add_working_days(entered, max(limit - used, 0), corrections)


def used_days(events: Iterable[Happening], *, position: int, today: date, corrections: Corrections = NONE) -> int:
    """Working days that the step at `position` has used so far."""
    stretches = _stretches(list(events), position, today)
    return sum(working_days_between(part.start, part.end, corrections) for part in stretches if part.counted)


def _light(used: int, limit: int, due_on: date | None, today: date) -> str:
    if used > limit or (due_on is not None and today > due_on):
        return RED
    return YELLOW if limit - used <= 1 else GREEN


def _due(counted: Sequence[_Stretch], limit: int, corrections: Corrections) -> date | None:
    if not counted:
        return None
    used = sum(working_days_between(part.start, part.end, corrections) for part in counted[:-1])
    return due_day(counted[-1].start, limit, used=used, corrections=corrections)


def _stretches(events: Sequence[Happening], position: int, today: date) -> list[_Stretch]:
    """The stretches of time at one step, neighbours of one kind joined; waiting for the unit is kept, not counted."""
    result: list[_Stretch] = []
    for index, event in enumerate(events):
        if event.step_position != position:
            continue
        if event.state not in (ApplicationState.IN_REVIEW, ApplicationState.RETURNED):
            continue
        start = clock.local(event.at).date()
        end = clock.local(events[index + 1].at).date() if index + 1 < len(events) else today
        counted = event.state == ApplicationState.IN_REVIEW
        if result and result[-1].counted == counted and result[-1].end == start:
            result[-1] = _Stretch(result[-1].start, end, counted)
        else:
            result.append(_Stretch(start, end, counted))
    return result


def _lines(stretches: Sequence[_Stretch], corrections: Corrections) -> Iterable[Message]:
    """The sum in words: each run of days of one kind as one line."""
    number = 0
    for stretch in stretches:
        if not stretch.counted:
            yield Message("From %(first)s to %(last)s with the unit for correction: not counted",
                          first=day_name(stretch.start), last=day_name(stretch.end))  # fmt: skip
            continue
        yield Message("%(day)s: received, counting begins the day after", day=day_name(stretch.start))
        run: list[Day] = []
        for day in days_after(stretch.start, stretch.end):
            kind = day_kind(day, corrections)
            if run and not _same_run(run[-1], kind):
                number, line = _line(run, number)
                yield line
                run = []
            run.append(kind)
        if run:
            number, line = _line(run, number)
            yield line


def _same_run(one: Day, other: Day) -> bool:
    return (one.working, one.reason, one.provisional) == (other.working, other.reason, other.provisional)


def _line(run: Sequence[Day], number: int) -> tuple[int, Message]:
    """One run of days, and the number of the last day counted."""
    first, last, reason = run[0].day, run[-1].day, run[0].reason
    span = (
        Message("%(day)s", day=day_name(first))
        if first == last
        else Message("%(first)s to %(last)s", first=day_name(first), last=day_name(last))
    )
    if not run[0].working:
        line = Message("%(span)s %(why)s: not counted", span=span, why=reason or "")
    else:
        count = len(run)
        if reason is not None:
            line = Message("%(span)s (%(why)s): counted, day %(number)s", span=span, why=reason, number=number + count)
        elif count == 1:
            line = Message("%(span)s: day %(number)s", span=span, number=number + 1)
        else:
            line = Message("%(span)s: days %(from)s to %(to)s", span=span, **{"from": number + 1, "to": number + count})
        number += count
    if run[0].provisional:
        line = Message("%(line)s (provisional: the official calendar of that year is not out yet)", line=line)
    return number, line
