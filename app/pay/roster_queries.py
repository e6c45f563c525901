"""The roster of kept wages: who was in which state from which month, read with two statements however many people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import Row, select

from app.pay import queries
from app.pay.career import Career
from app.pay.careers import Person
from app.pay.errors import PayError
from app.pay.events import CoerciveMeasure, Event, MeasureEnded, SickLeave
from app.pay.kinds import KindBook
from app.pay.months import Month, month_of
from app.pay.periods import measures_of
from app.pay.queries import read_event
from app.pay.replay import replay
from app.pay.rosters import OPEN, Roster, month_number, roster_of_segments, with_careers
from app.pay.sick_leave import leaves_of
from app.pay.standards import Standards
from models import CareerEvent, Staff, WageRecord, db
from models.staff import StaffType

# These change what is paid for a time without changing the state that a wage record keeps (O-1, O-5).
ABSENCES = (SickLeave.type, CoerciveMeasure.type, MeasureEnded.type)


def kept_roster(unit_ids: Sequence[int] | None = None) -> Roster:
    """Everybody with a wage record (of some units): `ids` are staff, `units` where they are now."""
    return roster_of(chain_rows(unit_ids), absences(unit_ids))


def kept_rosters(since: Month, tables: Standards, unit_ids: Sequence[int] | None = None) -> tuple[Roster, Roster]:
    """The same people as they are kept, and as they would be had these tables held from a month that has begun.

    Civil servants' steps are chosen by amounts (C-6, D-8), so whoever of them changed since that month is replayed.
    """
    kept = kept_roster(unit_ids)
    changed = (
        select(WageRecord.staff_id)
        .join(Staff, Staff.id == WageRecord.staff_id)
        .where(
            Staff.staff_type == StaffType.CIVIL_SERVANT,
            WageRecord.effective_month >= since,
            WageRecord.voided_at.is_(None),
        )
    )
    ids = set(db.session.scalars(changed)) & set(kept.ids.tolist())
    places = {int(number): place for place, number in enumerate(kept.ids)}
    careers = {places[held.staff.id]: replayed(held, tables) for held in queries.held_by(sorted(ids))}
    return kept, with_careers(kept, careers)


def replayed(held: queries.Held, tables: Standards, until: Month = Month.min) -> Career:
    """The events that hold replayed with other tables, as far as a month and as the chain speaks of."""
    return replay(
        queries.person_of(held.staff), [read_event(row) for row in held.events],
        until=max(until, held.chain[-1].effective_month), tables=tables,
    )  # fmt: skip


def chain_rows(unit_ids: Sequence[int] | None = None) -> Sequence[Row[Any]]:
    """The wage records that hold, with what else a wage is read from; by person, and in the order of the chain."""
    asked = (
        select(
            Staff.id, Staff.unit_id, Staff.staff_type, Staff.teaching_start_year, Staff.teaching_deducted_years,
            Staff.work_start, Staff.interruption_years, WageRecord.effective_month, WageRecord.state,
        )
        .join(WageRecord, WageRecord.staff_id == Staff.id)
        .where(WageRecord.voided_at.is_(None))
        .order_by(Staff.id, WageRecord.position)
    )  # fmt: skip
    return db.session.execute(asked if unit_ids is None else asked.where(Staff.unit_id.in_(unit_ids))).all()


def absences(unit_ids: Sequence[int] | None = None) -> Sequence[CareerEvent]:
    """The sick leaves and coercive measures that hold, by person."""
    asked = (
        select(CareerEvent)
        .where(CareerEvent.kind.in_(ABSENCES), CareerEvent.voided_at.is_(None))
        .order_by(CareerEvent.staff_id, CareerEvent.id)
    )
    if unit_ids is not None:
        asked = asked.join(Staff, Staff.id == CareerEvent.staff_id).where(Staff.unit_id.in_(unit_ids))
    return db.session.scalars(asked).all()


def roster_of(rows: Iterable[Row[Any]], away: Iterable[CareerEvent]) -> Roster:
    """The roster of `chain_rows` and `absences`. Who cannot be read is set aside with the reason."""
    book = KindBook()
    events = {staff_id: list(group) for staff_id, group in groupby(away, key=lambda event: event.staff_id)}
    segments: list[tuple[int, int, int, int]] = []
    people: list[tuple[int, int]] = []
    for staff_id, group in groupby(rows, key=lambda row: row.id):
        links = list(group)
        place = len(people)
        people.append((staff_id, links[0].unit_id))
        kinds = _kinds(links, events.get(staff_id, []), book)
        starts = [month_number(link.effective_month) for link in links]
        ends = [*(start - 1 for start in starts[1:]), OPEN]
        segments += [(place, start, end, kind) for start, end, kind in zip(starts, ends, kinds, strict=True)]
    columns = np.array(segments, np.int64).reshape(-1, 4).T
    names = np.array(people, np.int64).reshape(-1, 2).T
    return roster_of_segments(
        book, len(people), columns[0], columns[1], columns[2], columns[3], ids=names[0], units=names[1]
    )  # fmt: skip


def _kinds(links: Sequence[Row[Any]], away: Sequence[CareerEvent], book: KindBook) -> list[int]:
    """The kind of each record of one person."""
    one = links[0]
    person = Person(
        staff_type=one.staff_type,
        teaching_start_year=one.teaching_start_year,
        teaching_deducted_years=one.teaching_deducted_years,
        work_start=month_of(one.work_start),
        interruption_years=one.interruption_years,
    )
    try:
        events: list[Event] = [read_event(event) for event in away]
    except PayError as error:
        return [book.refused(person, error)] * len(links)
    alone: dict[str, Any] = {"leaves": leaves_of(events), "measures": measures_of(events)} if events else {}
    return [book.number_of(link.state, person, **alone) for link in links]
