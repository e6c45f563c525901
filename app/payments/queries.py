"""Reading payments: what waits for finance, the batches, and the lines of one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access import policy, scope
from app.access.actor import Actor
from app.errors import NotFound
from app.messages import Message
from app.pay.months import month_of
from models import Account, Application, PaymentBatch, PaymentInstruction, Staff, Unit, db
from models.payments import InstructionState

PER_PAGE = 40
"""Lines on a page; each may have its back pay as a second row below it."""
BATCH_PER_PAGE = 20
"""The same on the page of a batch, where every line can be confirmed or returned."""
COUNT_CAP = 1000

INSTRUCTION_STATES: dict[str, Message] = {
    InstructionState.WAITING: Message("Waiting for finance"),
    InstructionState.TAKEN: Message("Taken by finance"),
    InstructionState.CONFIRMED: Message("Confirmed as paid"),
    InstructionState.RETURNED: Message("Returned by finance"),
}


@dataclass(frozen=True)
class Waiting:
    """What finance could take now: how many lines and how much, new monthly wages plus back pay, in fen."""

    count: int
    total_fen: int


@dataclass(frozen=True)
class Lines:
    """A page of payment instructions. `total` counts to 1000 at most; `counted_to_cap` says that there are more."""

    rows: Sequence[PaymentInstruction]
    page: int
    per_page: int
    total: int
    counted_to_cap: bool


@dataclass(frozen=True)
class BatchSheet:
    """A batch with its lines, all or a page of them, and how many of all are in each state."""

    batch: PaymentBatch
    lines: Sequence[PaymentInstruction]
    by_state: Mapping[str, int]
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-sum(self.by_state.values()) // BATCH_PER_PAGE))


def months_owed(line: PaymentInstruction) -> tuple[date, date] | None:
    """The first and last month of the back pay of a line: a change approved in a month is first paid in the next, so
    what is owed goes from the effective month to the month of the approval (G-4). None if nothing is owed."""
    last = month_of(clock.local(line.created_at).date())
    return (line.effective_month, last) if line.back_pay_fen and line.effective_month <= last else None


def waiting(actor: Actor) -> Waiting:
    """Count and total of what `take_batch` would take, in the actor's reach."""
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(PaymentInstruction.after_fen + PaymentInstruction.back_pay_fen), 0))
        .where(PaymentInstruction.state == InstructionState.WAITING,
               scope.condition(actor, "payment:take", PaymentInstruction))
    ).one()  # fmt: skip
    return Waiting(row[0], int(row[1]))


def lines(actor: Actor, *, state: str | None = None, batch_id: int | None = None, page: int = 1) -> Lines:
    """Payment instructions in the actor's reach, oldest first."""
    where = [scope.condition(actor, "payment:read", PaymentInstruction)]
    if state is not None:
        where.append(PaymentInstruction.state == state)
    if batch_id is not None:
        where.append(PaymentInstruction.batch_id == batch_id)
    page = max(1, min(page, COUNT_CAP // PER_PAGE))
    chosen = (
        select(PaymentInstruction.id).where(*where).order_by(PaymentInstruction.id)
        .limit(PER_PAGE).offset((page - 1) * PER_PAGE).subquery()
    )  # fmt: skip
    rows = db.session.scalars(
        _with_names(select(PaymentInstruction))
        .join(chosen, chosen.c.id == PaymentInstruction.id)
        .order_by(PaymentInstruction.id)
    ).all()
    counted = select(PaymentInstruction.id).where(*where).limit(COUNT_CAP).subquery()
    total = db.session.scalar(select(func.count()).select_from(counted)) or 0
    return Lines(rows, page, PER_PAGE, total, counted_to_cap=total >= COUNT_CAP)


def batches(actor: Actor, *, page: int = 1) -> Sequence[PaymentBatch]:
    """Batches with a line in the actor's reach, newest first."""
    return db.session.scalars(
        select(PaymentBatch)
        .where(scope.condition(actor, "payment:read", PaymentBatch))
        .options(joinedload(PaymentBatch.taken_by).load_only(Account.display_name))
        .order_by(PaymentBatch.id.desc())
        .limit(PER_PAGE)
        .offset((max(page, 1) - 1) * PER_PAGE)
    ).all()


def batch(actor: Actor, batch_id: int) -> PaymentBatch:
    """One batch. NotFound outside the actor's reach."""
    found = db.session.scalars(
        select(PaymentBatch).where(PaymentBatch.id == batch_id).options(joinedload(PaymentBatch.taken_by))
    ).one_or_none()
    if found is None:
        raise NotFound
    policy.require(actor, "payment:read", found)
    return found


def batch_sheet(actor: Actor, batch_id: int, *, page: int | None = None) -> BatchSheet:
    """A batch with the lines in the actor's reach: all of them, as the workbook has them, or one page."""
    opened = batch(actor, batch_id)
    where = (
        PaymentInstruction.batch_id == batch_id,
        scope.condition(actor, "payment:read", PaymentInstruction),
    )
    counted = select(PaymentInstruction.state, func.count()).where(*where).group_by(PaymentInstruction.state)
    by_state = {state: count for state, count in db.session.execute(counted)}  # noqa: C416 - rows, not pairs
    found = _with_names(select(PaymentInstruction)).where(*where).order_by(PaymentInstruction.id)
    if page is not None:
        found = found.limit(BATCH_PER_PAGE).offset((page - 1) * BATCH_PER_PAGE)
    return BatchSheet(opened, db.session.scalars(found).all(), by_state, page or 1)


def instruction(instruction_id: int) -> PaymentInstruction | None:
    return db.session.scalars(
        _with_names(select(PaymentInstruction))
        .where(PaymentInstruction.id == instruction_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def instruction_state(state: str) -> Message:
    return INSTRUCTION_STATES.get(state) or Message("%(code)s", code=state)


def _with_names(statement: Select[Any]) -> Select[Any]:
    """With the names that a line shows, in the same statement."""
    shown: Any = (
        joinedload(PaymentInstruction.staff).load_only(Staff.name, Staff.staff_no),
        joinedload(PaymentInstruction.unit).load_only(Unit.code, Unit.name, Unit.name_en),
        joinedload(PaymentInstruction.application).load_only(Application.number, Application.state),
        joinedload(PaymentInstruction.batch).load_only(PaymentBatch.number),
    )
    return statement.options(*shown)
