"""Times that events open and close: sanctions in force (D-29) and coercive measures (D-34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.pay.events import CoerciveMeasure, Event, MeasureEnded, Sanction, SanctionLifted
from app.pay.months import Month, month_after, month_of, same_day_after
from app.pay.rulebook import rule
from app.pay.standards import Standards

Ending = TypeVar("Ending", SanctionLifted, MeasureEnded)


@dataclass(frozen=True, slots=True)
class Period:
    """The time in which a sanction is in force: from its date to a day that no longer counts (D-29)."""

    kind: str
    start: date
    end: date

    def holds_on(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class Measure:
    """A coercive measure that was not cleared: its first month, and its last if it has ended (D-34)."""

    kind: str
    event: str
    first: Month
    last: Month | None
    ended_by: str | None = None

    def holds_in(self, month: Month) -> bool:
        return self.first <= month and (self.last is None or month <= self.last)


def _by_day(events: Sequence[Event], kind: type[Ending]) -> list[Ending]:
    """In the order of time, not of entry (D-1): of two endings of one sanction or measure the later one holds."""
    return sorted((event for event in events if isinstance(event, kind)), key=lambda event: event.day)


@rule("C-10", "I-10")
def sanction_periods(events: Sequence[Event], staff_type: str, tables: Standards) -> tuple[Period, ...]:
    """The times in which sanctions are in force, ended early or late by their lifting (D-29)."""
    lifted = {event.sanction: event.day for event in _by_day(events, SanctionLifted)}
    periods = []
    for event in events:
        if isinstance(event, Sanction):
            months = _months_of(event.kind, staff_type, tables)
            if months is not None:
                end = lifted.get(event.id) or same_day_after(event.day, months)
                periods.append(Period(event.kind, event.day, end))
    return tuple(periods)


def _months_of(kind: str, staff_type: str, tables: Standards) -> int | None:
    """How long a sanction lasts; expulsion has no period."""
    order = ("C-10", "I-10") if staff_type == "CIVIL_SERVANT" else ("I-10", "C-10")
    for rule_id in order:
        if (rule_id, f"period_months.{kind}") in tables.parameters:
            return int(tables.parameter(rule_id, f"period_months.{kind}"))
    return None


@rule("O-5")
def measures_of(events: Sequence[Event]) -> tuple[Measure, ...]:
    """The measures from the month after their start; one that was cleared has no effect at all (D-34)."""
    ends = {event.measure: event for event in _by_day(events, MeasureEnded)}
    measures = []
    for event in events:
        if isinstance(event, CoerciveMeasure):
            end = ends.get(event.id)
            if end is None or not end.cleared:
                last = month_of(end.day) if end else None
                measures.append(Measure(event.kind, event.id, month_after(event.day), last, end.id if end else None))
    return tuple(sorted(measures, key=lambda measure: measure.first))
