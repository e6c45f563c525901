"""The verbs of finance: take a batch, confirm or return its lines, release a returned one; and the instruction itself.

Every verb is a guarded update of lines that stand where it may start, so nothing is taken, paid or returned twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import CursorResult, exists, insert, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.access import policy, scope
from app.access.actor import Actor
from app.audit import service as audit
from app.audit.queries import stale_page
from app.errors import Conflict, Invalid, NotFound
from app.idempotency import once
from app.messages import Message
from app.pay.many import Paid
from app.pay.service import Written
from app.payments import queries
from app.payments.sheet import workbook
from app.uow import atomic, reading, transaction
from app.workflow.moving import move_many, note_events
from models import Application, PaymentBatch, PaymentInstruction, db
from models.applications import ApplicationState
from models.payments import InstructionState as State

MAX_REASON = 500


@dataclass(frozen=True)
class Taken:
    """A batch as it was taken; `total_fen` is new monthly wages plus back pay."""

    batch_id: int
    number: str
    line_count: int
    total_fen: int


def instruct(application: Application, written: Written, *, by: Actor) -> None:
    """Put what an approval has to pay into the outbox, in the approval's own transaction."""
    db.session.execute(
        insert(PaymentInstruction).values(
            application_id=application.id, staff_id=written.staff_id, unit_id=written.unit_id,
            wage_record_id=written.record.id, effective_month=written.effective_month, before_fen=written.before_fen,
            after_fen=written.after_fen, back_pay_fen=written.back_pay_fen, state=State.WAITING,
            created_at=clock.now(),
        )
    )  # fmt: skip


def instruct_many(paid: Sequence[Paid]) -> None:
    """The same for many approvals at once, in one statement."""
    rows = [{**asdict(one), "state": State.WAITING, "created_at": clock.now()} for one in paid]
    if rows:
        db.session.execute(insert(PaymentInstruction), rows)


def take_batch(*, by: Actor, key: str | None = None) -> Taken:
    """Take everything that waits, in the actor's reach, as one batch; whole or not at all, and nothing twice.

    Raises Conflict if nothing waits. The same key gives the same batch.
    """
    return Taken(**once(key, "take_batch", {}, by, lambda: asdict(_take(by=by))))


def _take(*, by: Actor) -> Taken:
    policy.require(by, "payment:take")
    now = clock.now()
    batch_id = int(
        db.session.execute(
            insert(PaymentBatch)
            .values(number=uuid4().hex[:30], taken_by_id=by.account_id, taken_at=now, line_count=1, total_fen=0)
            .returning(PaymentBatch.id)
        ).scalar_one()
    )
    waiting = (
        select(PaymentInstruction.id)
        .where(PaymentInstruction.state == State.WAITING, scope.condition(by, "payment:take", PaymentInstruction))
        .order_by(PaymentInstruction.id)  # two at once lock in one order, so neither waits for ever
        .with_for_update()
    )
    lines = db.session.execute(
        update(PaymentInstruction)
        .where(PaymentInstruction.id.in_(waiting), PaymentInstruction.state == State.WAITING)
        .values(state=State.TAKEN, batch_id=batch_id, return_reason="", revision=PaymentInstruction.revision + 1)
        .returning(PaymentInstruction.staff_id, PaymentInstruction.after_fen, PaymentInstruction.back_pay_fen)
        .execution_options(synchronize_session=False)
    ).all()
    if not lines:
        raise Conflict(
            Message("Nothing waits to be taken: every approved payment is already in a batch."),
            remedy=Message("Look at the batches; new approvals appear here by themselves."),
        )
    number = f"FK{clock.today():%Y%m%d}-{batch_id:05d}"
    total = sum(line.after_fen + line.back_pay_fen for line in lines)
    db.session.execute(
        update(PaymentBatch)
        .where(PaymentBatch.id == batch_id)
        .values(number=number, line_count=len(lines), total_fen=total)
        .execution_options(synchronize_session=False)
    )
    move_many("taken", _applications_of(batch_id), by=by)
    audit.record(
        "payment:take", by=by, kind="payment_batch", record_id=batch_id, subjects={line.staff_id for line in lines},
        after={"number": number, "lines": len(lines), "total_fen": total},
    )  # fmt: skip
    return Taken(batch_id, number, len(lines), total)


@atomic
def confirm(instruction_id: int, *, by: Actor, revision: int) -> None:
    """Say that a taken line is paid. When it was the application's last, the application is paid."""
    line = _opened(instruction_id, "payment:confirm", by=by)
    _change(line, revision, State.TAKEN, state=State.CONFIRMED, confirmed_at=clock.now(),
            confirmed_by_id=by.account_id)  # fmt: skip
    if line.application_id is not None:
        _pay_applications([line.application_id], by=by)
    _audit("payment:confirm", line, by=by, before=State.TAKEN, after=State.CONFIRMED)


@atomic
def confirm_batch(batch_id: int, *, by: Actor) -> int:
    """Say that every line still open in a batch is paid. Returns how many there were."""
    batch = db.session.get(PaymentBatch, batch_id)
    if batch is None:
        raise NotFound
    policy.require(by, "payment:confirm", batch)
    lines = db.session.execute(
        update(PaymentInstruction)
        .where(
            PaymentInstruction.batch_id == batch_id, PaymentInstruction.state == State.TAKEN,
            scope.condition(by, "payment:confirm", PaymentInstruction),
        )
        .values(
            state=State.CONFIRMED, confirmed_at=clock.now(), confirmed_by_id=by.account_id,
            revision=PaymentInstruction.revision + 1,
        )
        .returning(PaymentInstruction.staff_id, PaymentInstruction.application_id)
        .execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    if not lines:
        raise Conflict(
            Message("No line of this batch is open: each is already confirmed or returned."),
            remedy=Message("Open the batch again to see it as it is now."),
        )
    _pay_applications(_applications_of(batch_id), by=by)
    audit.record(
        "payment:confirm", by=by, kind="payment_batch", record_id=batch_id,
        subjects={line.staff_id for line in lines}, after={"number": batch.number, "confirmed": len(lines)},
    )  # fmt: skip
    return len(lines)


@atomic
def return_line(instruction_id: int, *, by: Actor, revision: int, reason: str) -> None:
    """Give a taken line back to the bureau, with the reason why it cannot be paid."""
    line = _opened(instruction_id, "payment:confirm", by=by)
    reason = reason.strip()
    if not reason:
        raise Invalid(fields={"reason": Message("Write why this payment is returned, so that the bureau can act.")})
    if len(reason) > MAX_REASON:
        raise Invalid(fields={"reason": Message("Keep the reason to at most %(count)s characters.", count=MAX_REASON)})
    _change(line, revision, State.TAKEN, state=State.RETURNED, return_reason=reason)
    if line.application is not None:
        note_events(line.application, "line_returned", by=by, note=reason)
    _audit("payment:return", line, by=by, before=State.TAKEN, after=State.RETURNED, note=reason)


@atomic
def release_again(instruction_id: int, *, by: Actor, revision: int) -> None:
    """Put a returned line into the outbox once more; the next batch takes it."""
    line = _opened(instruction_id, "payment:release", by=by)
    reason, batch = line.return_reason, line.batch_id
    _change(line, revision, State.RETURNED, state=State.WAITING, batch_id=None, return_reason="")
    if line.application is not None:
        note_events(line.application, "line_released", by=by)
    _audit("payment:release", line, by=by, before=State.RETURNED, after=State.WAITING,
           note=f"batch {batch}: {reason}")  # fmt: skip


def write_down_reading(lines: Iterable[PaymentInstruction], *, by: Actor, batch: PaymentBatch | None = None) -> None:
    """Write down that a page with these wages was looked at: one event, with everybody on the page concerned."""
    subjects = {line.staff_id for line in lines}
    if subjects:
        with reading():
            audit.read(
                "payment:read", by=by, kind="payment_batch" if batch else "payment_instruction",
                record_id=batch.id if batch else "*", subjects=subjects, note=batch.number if batch else "",
            )  # fmt: skip


def download(batch_id: int, *, by: Actor) -> tuple[str, bytes]:
    """A batch as a workbook, with its file name. Reading so many wages is written down."""
    with transaction():
        sheet = queries.batch_sheet(by, batch_id)
        content = workbook(sheet)
        audit.read(
            "payment:export", by=by, kind="payment_batch", record_id=batch_id,
            subjects={line.staff_id for line in sheet.lines}, note=sheet.batch.number,
        )  # fmt: skip
        return f"{sheet.batch.number}.xlsx", content


def _applications_of(batch_id: int) -> Any:
    return select(PaymentInstruction.application_id).where(
        PaymentInstruction.batch_id == batch_id, PaymentInstruction.application_id.is_not(None)
    )


def _pay_applications(applications: Any, *, by: Actor) -> None:
    """Applications of which every line is confirmed are paid.

    They are locked first, in order: of two people who confirm the last two lines at once, the second sees the first.
    """
    db.session.execute(
        select(Application.id)
        .where(Application.id.in_(applications), Application.state == ApplicationState.AT_FINANCE)
        .order_by(Application.id)
        .with_for_update()
    )
    other = aliased(PaymentInstruction)
    settled = select(Application.id).where(
        Application.id.in_(applications),
        ~exists().where(other.application_id == Application.id, other.state != State.CONFIRMED),
    )
    move_many("paid", settled, by=by, paid_at=clock.now())


def _opened(instruction_id: int, permission: str, *, by: Actor) -> PaymentInstruction:
    line = queries.instruction(instruction_id)
    if line is None:
        raise NotFound
    policy.require(by, permission, line)
    return line


def _change(line: PaymentInstruction, revision: int, source: str, **values: Any) -> None:
    done: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(PaymentInstruction)
        .where(
            PaymentInstruction.id == line.id,
            PaymentInstruction.state == source,
            PaymentInstruction.revision == revision,
        )
        .values(**values, revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise stale_page("payment_instruction", line.id)


def _audit(
    action: str, line: PaymentInstruction, *, by: Actor, before: str, after: str, note: str = "",
    subjects: Iterable[int] = (),
) -> None:  # fmt: skip
    audit.record(
        action, by=by, kind="payment_instruction", record_id=line.id, unit_id=line.unit_id,
        before={"state": before}, after={"state": after}, note=note, subjects=[line.staff_id, *subjects],
    )  # fmt: skip
