"""Takes back what was decided last about a wage: its event is voided, and the chain follows from the rest (G-7).

The newest decision is the one that was entered last, however far back it counts: when a late promotion is taken back,
the increments that followed it are voided with it and written again from the lower wage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, delete, select, update

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound, Stale
from app.messages import Message
from app.pay import queries
from app.pay.events import Join, Opening
from app.pay.recording import Change, rewrite
from app.pay.replay import Career, Link, replay
from app.pay.rounding import fen
from app.standards.queries import current
from app.uow import atomic
from app.workflow.undoing import end_undone
from models import Application, CareerEvent, PaymentInstruction, Staff, WageRecord, db
from models.payments import InstructionState
from models.staff import StaffState

_CORRECT_IT = Message("File an application that corrects the wage instead.")


@dataclass(frozen=True, eq=False)
class Undoing:
    """What taking the newest decision back would do, in fen a month.

    `record` is the link that it brought; `gone` are all links that no longer hold, `anew` those written in their place.
    `after_fen` is 0 if no wage remains; `payment` is what finance has not taken yet.
    """

    application: Application
    event: CareerEvent
    record: WageRecord
    kept: Sequence[WageRecord]
    gone: Sequence[WageRecord]
    anew: Sequence[Link]
    payment: PaymentInstruction | None
    career: Career | None

    @property
    def before_fen(self) -> int:
        return self.gone[-1].total_fen

    @property
    def after_fen(self) -> int:
        if self.anew:
            return fen(self.anew[-1].total)
        return self.kept[-1].total_fen if self.kept else 0

    @property
    def post(self) -> str | None:
        """The post that remains."""
        if self.anew:
            return self.anew[-1].state.get("post")
        return self.kept[-1].state.get("post") if self.kept else None


def what_undoing_does(staff: Staff) -> Undoing:
    """Work it out; nothing is written. Raises Conflict, with the way out, if it cannot be taken back."""
    rows = queries.event_rows(staff.id)
    links = queries.links_of(staff.id)
    chain = queries.in_order(link for link in links if link.voided_at is None)
    if not chain:
        raise Conflict(Message("%(name)s has no wage record.", name=staff.name))
    newest = rows[-1] if rows else None
    record = next((link for link in chain if newest is not None and link.event_id == newest.id), None)
    if newest is None or record is None or newest.application_id is None:
        raise Conflict(
            Message("The newest wage record of %(name)s was not decided by an application, so it cannot be undone.",
                    name=staff.name),
            remedy=_CORRECT_IT,
        )  # fmt: skip
    payment = _payment_of(newest)
    career = _career_without(staff, rows[:-1], chain)
    if career is None:
        kept: Sequence[WageRecord] = ()
        gone: Sequence[WageRecord] = chain
        anew: Sequence[Link] = ()
    else:
        change = Change(staff, career, links, chain, {})
        kept, gone, anew = chain[: change.kept], change.gone, change.written
    application = db.session.get_one(Application, newest.application_id)
    return Undoing(application, newest, record, kept, gone, anew, payment, career)


@atomic
def undo_newest(staff_id: int, *, by: Actor, revision: int, reason: str) -> None:
    """Take back the newest decision, as long as finance has not taken its payment.

    Raises Conflict if finance holds or has paid it, or if it was not decided by an application; Stale if the employee's
    record was changed since. The application ends rejected, so that the unit can file again.
    """
    staff = db.session.get(Staff, staff_id, populate_existing=True)
    if staff is None:
        raise NotFound
    policy.require(by, "pay:undo", staff)
    if not reason.strip():
        raise Invalid(fields={"reason": Message("Write why the newest wage record is undone.")})
    undoing = what_undoing_does(staff)
    _take_back(undoing.payment)
    _void(undoing)
    roster = {"state": StaffState.ACTIVE if undoing.career else StaffState.PENDING, "post": undoing.post}
    if _rows(update(Staff).where(Staff.id == staff_id, Staff.revision == revision)
             .values(**roster, revision=Staff.revision + 1)) != 1:  # fmt: skip
        raise Stale(
            Message("The record of %(name)s was changed since you opened it.", name=staff.name),
            remedy=Message("Open it again to see it as it is now."),
        )
    db.session.expire(staff)
    if undoing.career is not None:
        causes = {row.id: row.application_id for row in queries.event_rows(staff_id)}
        rewrite(staff, undoing.career, queries.links_of(staff_id), undoing.kept, causes)
    end_undone(undoing.application.id, by=by, note=reason)
    audit.record(
        "pay:undo", by=by, kind="staff", record_id=staff_id, unit_id=staff.unit_id, subjects=[staff_id], note=reason,
        before={"total_fen": undoing.before_fen, "wage_record": undoing.record.id},
        after={"total_fen": undoing.after_fen, "voided_links": len(undoing.gone), "written_links": len(undoing.anew)},
    )  # fmt: skip


def _career_without(staff: Staff, rows: Sequence[CareerEvent], chain: Sequence[WageRecord]) -> Career | None:
    """The career without the newest event, as far as the chain reaches; None if nothing of it has begun."""
    events = [queries.read_event(row) for row in rows]
    if not any(isinstance(event, Join | Opening) for event in events):
        return None
    until = max(link.effective_month for link in chain)
    career = replay(queries.person_of(staff), events, until=until, tables=current())
    if career.stopped is not None:
        raise Conflict(
            Message("Without it the wage cannot be worked out: %(why)s", why=career.stopped.error.message),
            remedy=_CORRECT_IT,
        )
    return career


def _payment_of(newest: CareerEvent) -> PaymentInstruction | None:
    """The payment of the decision. Raises Conflict if finance has it, or if a later payment builds on it."""
    held = db.session.scalars(
        select(PaymentInstruction)
        .where(PaymentInstruction.staff_id == newest.staff_id, PaymentInstruction.created_at >= newest.created_at)
        .order_by(PaymentInstruction.id)
        .execution_options(populate_existing=True)
    ).all()
    payment = next((one for one in held if one.application_id == newest.application_id), None)
    if any(one is not payment for one in held):
        raise Conflict(
            Message("A new standard was paid on the wage that this decision brought."), remedy=_CORRECT_IT
        )  # fmt: skip
    if payment is not None and payment.state == InstructionState.TAKEN:
        raise Conflict(
            Message("Finance has already taken this payment."),
            remedy=Message("Ask finance to return the payment, then undo the record."),
        )
    if payment is not None and payment.state == InstructionState.CONFIRMED:
        raise Conflict(Message("This wage is already paid."), remedy=_CORRECT_IT)
    return payment


def _take_back(payment: PaymentInstruction | None) -> None:
    """Remove the instruction, guarded: finance may take it at this very moment."""
    if payment is not None and _rows(delete(PaymentInstruction).where(
        PaymentInstruction.id == payment.id, PaymentInstruction.revision == payment.revision,
        PaymentInstruction.state.in_((InstructionState.WAITING, InstructionState.RETURNED)),
    )) != 1:  # fmt: skip
        raise _undone_before()


def _void(undoing: Undoing) -> None:
    """Void the links that no longer hold and the event; nothing is deleted."""
    now = clock.now()
    links = update(WageRecord).where(
        WageRecord.id.in_([link.id for link in undoing.gone]), WageRecord.voided_at.is_(None)
    )
    if _rows(links.values(voided_at=now)) != len(undoing.gone):
        raise _undone_before()
    event = update(CareerEvent).where(CareerEvent.id == undoing.event.id, CareerEvent.voided_at.is_(None))
    if _rows(event.values(voided_at=now)) != 1:
        raise _undone_before()


def _undone_before() -> Stale:
    return Stale(
        Message("Somebody else changed this wage record or its payment at the same moment."),
        remedy=Message("Open the employee's wage again to see it as it is now."),
    )


def _rows(statement: Any) -> int:
    done: CursorResult[Any] = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return done.rowcount
