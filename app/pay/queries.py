"""What is read of careers and wage chains: facts and events of a person, the links in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from app.pay.careers import Person
from app.pay.events import Event, event_from_json
from app.pay.months import month_of
from models import CareerEvent, Staff, WageRecord, db


def person_of(staff: Staff, *, instead: Mapping[str, Any] = {}) -> Person:
    """The facts of a person that do not come from an event; those that events change, as the career began with them.

    `instead` are facts of the roster that are to be taken for those that stand there.
    """

    def fact(name: str) -> Any:
        return instead[name] if name in instead else getattr(staff, name)

    at_start = fact("at_start") or {}
    return Person(
        staff_type=at_start.get("staff_type", fact("staff_type")),
        education=at_start.get("education", fact("education")),
        occupation=at_start.get("occupation", fact("occupation")),
        teaching_start_year=fact("teaching_start_year"),
        teaching_deducted_years=fact("teaching_deducted_years"),
        work_start=month_of(fact("work_start")),
        interruption_years=fact("interruption_years"),
    )


def event_id(row_id: int) -> str:
    """The id of an event of a career, from its row."""
    return f"e{row_id}"


def row_id(event: str | None) -> int | None:
    """The row of an event of a career, from its id."""
    return int(event[1:]) if event and event[1:].isdecimal() else None


def read_event(row: CareerEvent) -> Event:
    """A kept event in the shape of the career format."""
    own: dict[str, object] = {**row.data, "id": event_id(row.id), "type": row.kind}
    own |= {"year": row.year} if row.year is not None else {"date": row.day.isoformat() if row.day else None}
    return event_from_json(own)


def kept_event(event: Event) -> dict[str, object]:
    """The columns of a career event: what `read_event` reads back."""
    own = event.to_json()
    kind, year, day = own.pop("type"), own.pop("year", None), own.pop("date", None)
    own.pop("id")
    return {"kind": kind, "year": year, "day": date.fromisoformat(day) if day else None, "data": own}


def event_rows(staff_id: int) -> Sequence[CareerEvent]:
    """The events of a person that hold, in the order in which they were entered."""
    return db.session.scalars(
        select(CareerEvent)
        .where(CareerEvent.staff_id == staff_id, CareerEvent.voided_at.is_(None))
        .order_by(CareerEvent.id)
    ).all()


def applications_of(rows: Iterable[CareerEvent]) -> dict[int, int | None]:
    """The application that the link of each event carries. An application carries one link of a person: that of the
    event it is about, which was entered first; what it brought along of earlier years has links without one."""
    told: set[int | None] = {None}
    found: dict[int, int | None] = {}
    for row in rows:
        found[row.id] = None if row.application_id in told else row.application_id
        told.add(row.application_id)
    return found


def career_of(staff: Staff) -> tuple[Person, list[Event]]:
    """The facts and events from which a person's wage is replayed."""
    return person_of(staff), [read_event(row) for row in event_rows(staff.id)]


@dataclass(frozen=True)
class Held:
    """One employee with the events that hold and every link ever written: what a replay and a rewriting need."""

    staff: Staff
    events: Sequence[CareerEvent]
    links: Sequence[WageRecord]

    @property
    def standing(self) -> list[WageRecord]:
        """The links that were not voided, in the order of writing."""
        return [link for link in self.links if link.voided_at is None]

    @property
    def chain(self) -> list[WageRecord]:
        """The same from the first to the current one."""
        return in_order(self.standing)


def next_with_a_wage(after: int, most: int) -> list[Held]:
    """The next employees by number who have a wage record that holds; three statements however many."""
    held = select(WageRecord.id).where(WageRecord.staff_id == Staff.id, WageRecord.voided_at.is_(None)).exists()
    return held_of(db.session.scalars(select(Staff).where(Staff.id > after, held).order_by(Staff.id).limit(most)).all())


def held_by(ids: Sequence[int]) -> list[Held]:
    """These employees; three statements for every thousand of them."""
    return [
        held
        for at in range(0, len(ids), 1000)
        for held in held_of(db.session.scalars(select(Staff).where(Staff.id.in_(ids[at : at + 1000]))).all())
    ]


def held_of(people: Sequence[Staff]) -> list[Held]:
    """These employees, who are loaded already; two statements."""
    ids = [staff.id for staff in people]
    events = _by_person(
        db.session.scalars(
            select(CareerEvent)
            .where(CareerEvent.staff_id.in_(ids), CareerEvent.voided_at.is_(None))
            .order_by(CareerEvent.staff_id, CareerEvent.id)
        )
    )
    links = _by_person(
        db.session.scalars(
            select(WageRecord).where(WageRecord.staff_id.in_(ids)).order_by(WageRecord.staff_id, WageRecord.position)
        )
    )
    return [Held(staff, events.get(staff.id, []), links.get(staff.id, [])) for staff in people]


def people_with_a_wage() -> int:
    """How many employees have a wage record that holds."""
    held = select(WageRecord.staff_id).where(WageRecord.voided_at.is_(None)).distinct().subquery()
    return db.session.scalar(select(func.count()).select_from(held)) or 0


def _by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    return {staff_id: list(group) for staff_id, group in groupby(rows, key=lambda row: row.staff_id)}


def links_of(staff_id: int) -> list[WageRecord]:
    """Every link ever written for a person, voided ones too, in the order of writing."""
    return list(
        db.session.scalars(
            select(WageRecord).where(WageRecord.staff_id == staff_id).order_by(WageRecord.position)
        )
    )  # fmt: skip


def chain_of(staff_id: int) -> list[WageRecord]:
    """The links that hold, from the first to the current one."""
    return in_order(link for link in links_of(staff_id) if link.voided_at is None)


def chains_of(staff_ids: Collection[int]) -> dict[int, list[WageRecord]]:
    """The wage records that hold of several people, each from the first to the current one; one statement."""
    rows = db.session.scalars(
        select(WageRecord)
        .where(WageRecord.staff_id.in_(staff_ids), WageRecord.voided_at.is_(None))
        .order_by(WageRecord.staff_id, WageRecord.position)
    )
    by_person: dict[int, list[WageRecord]] = {}
    for row in rows:
        by_person.setdefault(row.staff_id, []).append(row)
    return {staff_id: in_order(links) for staff_id, links in by_person.items()}


def in_order(links: Iterable[WageRecord]) -> list[WageRecord]:
    """Links as a chain: each after the one it points to."""
    after = {link.previous_id: link for link in links}
    chain: list[WageRecord] = []
    current = after.get(None)
    while current is not None:
        chain.append(current)
        current = after.get(current.id)
    return chain


def current_link(staff_id: int) -> WageRecord | None:
    """The link without a successor: the newest change, which may begin in a month still to come."""
    chain = chain_of(staff_id)
    return chain[-1] if chain else None
