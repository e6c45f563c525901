"""What a distribution must know of the unit's people: who is on probation, on long sick leave or under sanction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import func, select

from app.pay.errors import PayError
from app.pay.events import Event, Sanction, SanctionLifted, SickLeave
from app.pay.months import month_of, months_between
from app.pay.periods import sanction_periods
from app.pay.queries import read_event
from app.pay.standards import Standards
from app.standards.queries import current
from models import CareerEvent, Staff, WageRecord, db

LONG_FROM_MONTH = 3
"""O-1 pays two months of sick leave in full; from the third on it is a long one."""
_TELLING = (SickLeave.type, Sanction.type, SanctionLifted.type)


@dataclass(frozen=True)
class Colleague:
    """One person as a plan sees them."""

    staff_id: int
    staff_no: str
    name: str
    unit_id: int
    post: str | None
    left_on: date | None = None
    on_probation: bool = False
    sick_since: date | None = None
    sanction: str | None = None
    sanction_until: date | None = None


def colleagues(unit_id: int, day: date) -> dict[int, Colleague]:
    """Everybody on the roster of a unit on a day; three statements however many."""
    people = db.session.execute(
        select(Staff.id, Staff.staff_no, Staff.name, Staff.unit_id, Staff.post, Staff.left_on, Staff.staff_type)
        .where(Staff.unit_id == unit_id, Staff.joined_on <= day, (Staff.left_on.is_(None)) | (Staff.left_on > day))
        .order_by(Staff.name, Staff.id)
    ).all()
    ids = [row.id for row in people]
    probation = _on_probation(ids, day)
    events = _events(ids)
    tables = current() if events else None
    found = {}
    for row in people:
        own = events.get(row.id, [])
        sanction, until = _sanction(own, row.staff_type, tables, day) if own and tables else (None, None)
        found[row.id] = Colleague(
            row.id, row.staff_no, row.name, row.unit_id, row.post, row.left_on, row.id in probation,
            _sick_since(own, day), sanction, until,
        )  # fmt: skip
    return found


def named(staff_ids: Iterable[int]) -> dict[int, Colleague]:
    """People who need not be on the unit's roster, by name alone."""
    rows = db.session.execute(
        select(Staff.id, Staff.staff_no, Staff.name, Staff.unit_id, Staff.post, Staff.left_on).where(
            Staff.id.in_(list(staff_ids))
        )
    )
    return {row.id: Colleague(row.id, row.staff_no, row.name, row.unit_id, row.post, row.left_on) for row in rows}


def _on_probation(ids: Sequence[int], day: date) -> set[int]:
    newest = (
        select(WageRecord.staff_id, func.max(WageRecord.position).label("position"))
        .where(WageRecord.staff_id.in_(ids), WageRecord.voided_at.is_(None), WageRecord.effective_month <= day)
        .group_by(WageRecord.staff_id)
        .subquery()
    )
    states = db.session.execute(
        select(WageRecord.staff_id, WageRecord.state).join(
            newest,
            (WageRecord.staff_id == newest.c.staff_id) & (WageRecord.position == newest.c.position),
        )
    )
    return {row.staff_id for row in states if row.state.get("phase") == "PROBATION"}


def _events(ids: Sequence[int]) -> Mapping[int, list[Event]]:
    rows = db.session.scalars(
        select(CareerEvent)
        .where(CareerEvent.staff_id.in_(ids), CareerEvent.kind.in_(_TELLING), CareerEvent.voided_at.is_(None))
        .order_by(CareerEvent.staff_id, CareerEvent.id)
    )
    found: dict[int, list[Event]] = {}
    for staff_id, group in groupby(rows, key=lambda row: row.staff_id):
        try:
            found[staff_id] = [read_event(row) for row in group]
        except PayError:  # an event that cannot be read is shown at the employee; it says nothing here
            continue
    return found


def _sick_since(events: Sequence[Event], day: date) -> date | None:
    for event in events:
        if (
            isinstance(event, SickLeave)
            and event.day <= day <= event.end_date
            and months_between(month_of(event.day), month_of(day)) + 1 >= LONG_FROM_MONTH
        ):
            return event.day
    return None


def _sanction(
    events: Sequence[Event], staff_type: str, tables: Standards, day: date
) -> tuple[str | None, date | None]:  # fmt: skip
    held = [one for one in sanction_periods(events, staff_type, tables) if one.holds_on(day)]
    return (held[-1].kind, held[-1].end) if held else (None, None)
