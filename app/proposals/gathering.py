"""Reads what foresight needs of many people: nine statements however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.items import queries as items
from app.items.editions import Version
from app.pay import queries as pay
from app.pay.events import Event
from app.pay.replaying import ManyReplays
from app.pay.standards import Standards
from app.proposals.preparing import OnFile, reusable
from app.proposals.rules import Kept, Reported, Subject
from app.standards import queries as tables
from models import (
    Application,
    ApplicationEmployee,
    CareerEvent,
    PaymentInstruction,
    Proposal,
    ReportedAssessment,
    Staff,
    StoredFile,
    Upload,
    WageRecord,
    db,
)
from models.applications import ApplicationState
from models.payments import InstructionState
from models.proposals import ProposalState
from models.staff import StaffState

IN_FLIGHT = frozenset({ApplicationState.DRAFT, ApplicationState.IN_REVIEW, ApplicationState.RETURNED})
GONE = frozenset({ApplicationState.WITHDRAWN, ApplicationState.REJECTED})
DECIDED = frozenset({ApplicationState.APPROVED, ApplicationState.AT_FINANCE, ApplicationState.PAID})


@dataclass(frozen=True)
class Filed:
    """An application for a person: of which item, in which state, begun when, and whether finance has it to pay."""

    id: int
    item_id: int
    state: str
    begun_at: datetime
    to_be_paid: bool = False


@dataclass(frozen=True)
class Seen:
    """One person with everything that is on record about them for proposals."""

    subject: Subject
    proposals: Sequence[Row[Any]]
    filed: Sequence[Filed]


@dataclass(frozen=True)
class Gathered:
    """Many people, the published items, and the day on which they are looked at."""

    people: tuple[Seen, ...]
    versions: tuple[Version, ...]
    today: date
    last_id: int = 0
    staff_ids: tuple[int, ...] = field(default=())


def looked_at() -> ColumnElement[bool]:
    """Who is looked at: everybody in service, and who has left with a proposal still open."""
    open_one = select(Proposal.id).where(Proposal.staff_id == Staff.id, Proposal.state == ProposalState.OPEN)
    return or_(Staff.state != StaffState.ENDED, open_one.exists())


def next_people(after: int, most: int) -> Gathered:
    """The next people by number."""
    return _gather(and_(Staff.id > after, looked_at()), most)


def these_people(staff_ids: Collection[int]) -> Gathered:
    """Just these people."""
    return _gather(Staff.id.in_(list(staff_ids)), len(staff_ids))


def _gather(which: ColumnElement[bool], most: int) -> Gathered:
    people = db.session.scalars(
        select(Staff).options(joinedload(Staff.unit)).where(which).order_by(Staff.id).limit(most)
    ).all()
    ids = [staff.id for staff in people]
    today = clock.today()
    versions = tuple(version for version in items.published_items() if version.effect)
    if not ids:
        return Gathered((), versions, today)
    held = tables.current()
    events, links, reports = _events(ids), _links(ids), _reports(ids)
    proposals, filed = _proposals(ids), _filed(ids)
    seen = []
    for staff in people:
        own = events.get(staff.id, [])
        known = {row.year for row in own if row.year is not None}
        subject = Subject(
            staff=staff, person=pay.person_of(staff), events=[_read(row) for row in own],
            reported=[one for one in reports.get(staff.id, ()) if one.year not in known],
            kept=links.get(staff.id, ()), today=today, many=_many(held), tables=held,
        )  # fmt: skip
        seen.append(Seen(subject, proposals.get(staff.id, ()), filed.get(staff.id, ())))
    return Gathered(tuple(seen), versions, today, ids[-1], tuple(ids))


@lru_cache(maxsize=2)
def _many(held: Standards) -> ManyReplays:
    """One memory of prices for each set of tables in this process."""
    return ManyReplays(tables=held)


def _read(row: Any) -> Event:
    return pay.read_event(row)


def _by_person(rows: Iterable[Any], made: Any = None) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.staff_id, []).append(made(row) if made else row)
    return found


def _events(ids: Sequence[int]) -> dict[int, list[Any]]:
    return _by_person(
        db.session.execute(
            select(CareerEvent.id, CareerEvent.staff_id, CareerEvent.kind, CareerEvent.day, CareerEvent.year,
                   CareerEvent.data)
            .where(CareerEvent.staff_id.in_(ids), CareerEvent.voided_at.is_(None))
            .order_by(CareerEvent.staff_id, CareerEvent.id)
        )
    )  # fmt: skip


def _links(ids: Sequence[int]) -> dict[int, list[Kept]]:
    rows = db.session.execute(
        select(WageRecord.staff_id, WageRecord.effective_month, WageRecord.total_fen)
        .where(WageRecord.staff_id.in_(ids), WageRecord.voided_at.is_(None))
        .order_by(WageRecord.staff_id, WageRecord.effective_month, WageRecord.position)
    )
    return _by_person(rows, lambda row: Kept(row.effective_month, row.total_fen))


def _reports(ids: Sequence[int]) -> dict[int, list[Reported]]:
    rows = db.session.execute(
        select(ReportedAssessment.staff_id, ReportedAssessment.year, ReportedAssessment.result).where(
            ReportedAssessment.staff_id.in_(ids)
        )
    )
    return _by_person(rows, lambda row: Reported(row.year, row.result))


def _proposals(ids: Sequence[int]) -> dict[int, list[Any]]:
    return _by_person(db.session.execute(select(Proposal.__table__).where(Proposal.staff_id.in_(ids))))


def _filed(ids: Sequence[int]) -> dict[int, list[Filed]]:
    rows = db.session.execute(
        select(ApplicationEmployee.staff_id, Application.id, Application.item_id, Application.state,
               Application.created_at, (Application.state.in_(DECIDED) & _unpaid()).label("to_be_paid"))
        .join(Application, Application.id == ApplicationEmployee.application_id)
        .where(ApplicationEmployee.staff_id.in_(ids))
    )  # fmt: skip
    return _by_person(rows, lambda row: Filed(row.id, row.item_id, row.state, row.created_at, row.to_be_paid))


def _unpaid() -> ColumnElement[bool]:
    """Whether finance has a line of the application that is not paid yet."""
    open_line = PaymentInstruction.state != InstructionState.CONFIRMED
    return select(PaymentInstruction.id).where(PaymentInstruction.application_id == Application.id, open_line).exists()


def on_file(staff_ids: Collection[int]) -> dict[int, list[OnFile]]:
    """What was filed for these people with applications that are decided, of the materials that serve again."""
    if not staff_ids:
        return {}
    rows = db.session.execute(
        select(
            ApplicationEmployee.staff_id, Upload.id, Upload.material_code, Upload.sha256, Upload.filename,
            StoredFile.media_type, StoredFile.pages, Upload.claimed_at, Application.number,
        )
        .join(Application, Application.id == ApplicationEmployee.application_id)
        .join(Upload, Upload.application_id == Application.id)
        .join(StoredFile, StoredFile.sha256 == Upload.sha256)
        .where(
            ApplicationEmployee.staff_id.in_(list(staff_ids)), Application.state.in_(DECIDED), Upload.accepted,
            Upload.removed_at.is_(None), Upload.claimed_at.is_not(None), Upload.material_code.in_(list(reusable())),
        )
        .order_by(Upload.id)
    )  # fmt: skip
    return _by_person(
        rows,
        lambda row: OnFile(
            row.id, row.material_code, row.sha256, row.filename, row.media_type, row.pages,
            clock.local(row.claimed_at).date(), row.number,
        ),
    )  # fmt: skip
