"""Undoing: the newest decision of a chain taken back, with its payment, its event and what it wrote on the roster."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, delete, update

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound, Stale
from app.messages import Message
from app.pay import queries
from app.pay.kept_results import void_result
from app.uow import atomic
from app.workflow.undoing import end_undone
from models import CareerEvent, PaymentInstruction, Staff, WageRecord, db
from models.payments import InstructionState
from models.staff import StaffState


@atomic
def undo_newest(staff_id: int, *, by: Actor, revision: int, reason: str) -> None:
    """Take back the newest link of a chain and the event it came from, as long as finance has not taken it.

    Raises Conflict if finance holds or has paid it, or if the link follows from the standards alone; Stale if the
    employee's record was changed since. The application ends rejected, so that the unit can file again.
    """
    staff = db.session.get(Staff, staff_id, populate_existing=True)
    if staff is None:
        raise NotFound
    policy.require(by, "pay:undo", staff)
    if not reason.strip():
        raise Invalid(fields={"reason": Message("Write why the newest wage record is undone.")})
    chain = queries.chain_of(staff_id)
    if not chain:
        raise Conflict(Message("%(name)s has no wage record.", name=staff.name))
    newest = chain[-1]
    brought = [link for link in chain if link.event_id == newest.event_id] if newest.event_id is not None else []
    previous = chain[-len(brought) - 1] if len(chain) > len(brought) else None
    decided = next((link for link in brought if link.application_id is not None), None)
    if decided is None or decided.application_id is None:
        raise Conflict(
            Message("The newest wage record of %(name)s was not decided by an application, so it cannot be undone.",
                    name=staff.name),
            remedy=Message("File an application that corrects the wage instead."),
        )  # fmt: skip
    if chain[-len(brought) :] != brought:
        raise Conflict(
            Message("Other changes lie between the wage records of this decision, so it cannot be undone."),
            remedy=Message("File an application that corrects the wage instead."),
        )
    _take_back_payment(decided)
    now = clock.now()
    for link in brought:
        if not _one(update(WageRecord).where(WageRecord.id == link.id, WageRecord.voided_at.is_(None))
                    .values(voided_at=now)):  # fmt: skip
            raise _undone_before()
    db.session.execute(update(CareerEvent).where(CareerEvent.id == newest.event_id).values(voided_at=now))
    roster = {"state": StaffState.ACTIVE, "post": previous.state.get("post")} if previous else {
        "state": StaffState.PENDING, "post": None
    }  # fmt: skip
    roster |= void_result(decided.application_id, staff_id)
    if not _one(update(Staff).where(Staff.id == staff_id, Staff.revision == revision)
                .values(**roster, revision=Staff.revision + 1)):  # fmt: skip
        raise Stale(
            Message("The record of %(name)s was changed since you opened it.", name=staff.name),
            remedy=Message("Open it again to see it as it is now."),
        )
    db.session.expire(staff)
    end_undone(decided.application_id, by=by, note=reason)
    audit.record(
        "pay:undo", by=by, kind="staff", record_id=staff_id, unit_id=staff.unit_id, subjects=[staff_id], note=reason,
        before={"total_fen": newest.total_fen, "wage_record": newest.id},
        after={"total_fen": previous.total_fen if previous else 0},
    )  # fmt: skip


def _take_back_payment(link: WageRecord) -> None:
    """Remove the instruction if finance has not taken it; refuse, with the way out, if it has."""
    payment = db.session.query(PaymentInstruction).filter_by(wage_record_id=link.id).populate_existing().one_or_none()
    if payment is None:
        return
    if payment.state in (InstructionState.TAKEN, InstructionState.CONFIRMED):
        taken = payment.state == InstructionState.TAKEN
        raise Conflict(
            Message("Finance has already taken this payment.") if taken else Message("This wage is already paid."),
            remedy=Message("Ask finance to return the payment, then undo the record.") if taken
            else Message("File an application that corrects the wage instead."),
        )  # fmt: skip
    if not _one(delete(PaymentInstruction).where(
        PaymentInstruction.id == payment.id, PaymentInstruction.revision == payment.revision,
        PaymentInstruction.state.in_((InstructionState.WAITING, InstructionState.RETURNED)),
    )):  # fmt: skip
        raise _undone_before()


def _undone_before() -> Stale:
    return Stale(
        Message("Somebody else changed this wage record or its payment at the same moment."),
        remedy=Message("Open the employee's wage again to see it as it is now."),
    )


def _one(statement: Any) -> bool:
    done: CursorResult[Any] = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return done.rowcount == 1
