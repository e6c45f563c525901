"""In which month each event takes effect, and in which order the changes of one month are made (G-1, G-6, D-3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from app.pay.events import (
    Assessment,
    CoerciveMeasure,
    Death,
    EducationChange,
    Event,
    Grading,
    Join,
    MeasureEnded,
    OccupationChange,
    Opening,
    PositionChange,
    PostAppointment,
    RankChange,
    Repricing,
    Retirement,
    Sanction,
    SanctionLifted,
    Separation,
    SickLeave,
    TechnicalGradeChange,
    Transfer,
)
from app.pay.months import NEVER, Month, month_after, month_of
from app.pay.rulebook import rule

# The longest sanction lasts 24 months, so that the January of the third year after it is free again.
_YEARS_OF_DELAY = 3
START, REPRICE, PROMOTION, SANCTION, GRADING, CHANGE, TRANSFER, END = range(8)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: an event, or (without an event) the normal promotion of the year of `day`."""

    month: Month
    group: int
    day: date
    place: int
    event: Event | None


def _in_the_month(event: Event) -> Month:
    return month_of(event.day)


@rule("G-1")
def _month_after(event: Event) -> Month:
    return month_after(event.day)


def _first_paid(event: Event) -> Month:
    assert isinstance(event, Transfer)
    return event.first_paid_month


_WHEN: dict[type[Event], tuple[int, Callable[[Event], Month]]] = {
    Join: (START, _in_the_month),
    Opening: (START, _in_the_month),
    Repricing: (REPRICE, _in_the_month),
    Assessment: (PROMOTION, _in_the_month),
    Sanction: (SANCTION, _month_after),
    SanctionLifted: (SANCTION, _in_the_month),
    Grading: (GRADING, _in_the_month),
    PostAppointment: (CHANGE, _month_after),
    PositionChange: (CHANGE, _month_after),
    RankChange: (CHANGE, _month_after),
    TechnicalGradeChange: (CHANGE, _month_after),
    EducationChange: (CHANGE, _month_after),
    OccupationChange: (CHANGE, _month_after),
    SickLeave: (CHANGE, _in_the_month),
    CoerciveMeasure: (CHANGE, _month_after),
    MeasureEnded: (CHANGE, _in_the_month),
    Transfer: (TRANSFER, _first_paid),
    Separation: (END, _month_after),
    Retirement: (END, _month_after),
    Death: (END, _month_after),
}


def effective_month(event: Event) -> Month:
    """The month from which an event counts; an assessment counts from January of the next year."""
    return _WHEN[type(event)][1](event)


@rule("G-6")
def agenda(events: Sequence[Event], start: Event, staff_type: str) -> list[Item]:
    """Everything to do, in order: by month, by group of D-3, by date, by place in the list."""
    items = [_promotion_item(year, events) for year in _promotion_years(events, start, staff_type)]
    for place, event in enumerate(events):
        if not isinstance(event, Assessment):
            group, when = _WHEN[type(event)]
            items.append(Item(when(event), group, event.day, place, event))
    made = [item for item in items if item is not None]
    return sorted(made, key=lambda item: (item.month, item.group, item.day, item.place))


def _promotion_years(events: Sequence[Event], start: Event, staff_type: str) -> list[int]:
    """The years whose January may bring a promotion, after the start (D-3).

    An increment of institution staff comes in the January after the assessed year or never. Levels and steps of the
    others count years together, so that a promotion may also come later: when a sanction has run out, or in the first
    January after a state was taken over.
    """
    assessed = [event.year + 1 for event in events if isinstance(event, Assessment)]
    if not assessed:
        return []
    last = max(assessed)
    others = (event.target.staff_type for event in events if isinstance(event, Transfer) and event.target is not None)
    if any(held != "INSTITUTION" for held in (staff_type, *others)):
        last = max(last, *(_last_year(event) + _YEARS_OF_DELAY for event in events))
    return list(range(start.day.year + 1, min(last, NEVER.year) + 1))


def _last_year(event: Event) -> int:
    return event.first_paid_month.year if isinstance(event, Transfer) else event.day.year


@rule("O-7")
def _promotion_item(year: int, events: Sequence[Event]) -> Item | None:
    """The promotion of a January; a transfer in that month moves it to February or drops it (D-40)."""
    january = date(year, 1, 1)
    month = january
    for event in events:
        if isinstance(event, Transfer) and event.first_paid_month == january:
            if not event.same_system:
                return None
            month = date(year, 2, 1)
    return Item(month, PROMOTION, january, 0, None)
