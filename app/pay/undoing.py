"""Takes back what was decided last about an employee: its events, links and result are voided, the roster is put back,
and the chain follows from the rest (G-7).

The newest decision is the one that was entered last, however far back it counts: when a late promotion is taken back,
the increments that followed it are voided with it and written again from the lower wage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, select, update

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound, Stale
from app.messages import Message
from app.pay import queries
from app.pay.effects import EFFECTS
from app.pay.events import Join, Opening
from app.pay.kept_results import newest_result, roster_before, void_result
from app.pay.names import cause_name
from app.pay.recording import Change, rewrite
from app.pay.replay import Career, Link, replay
from app.pay.rounding import fen
from app.standards.queries import current
from app.uow import atomic
from app.workflow.undoing import end_undone
from models import Application, CareerEvent, PaymentInstruction, Result, Staff, WageRecord, db
from models.payments import InstructionState
from models.staff import StaffState

_CORRECT_IT = Message("File an application that corrects the wage instead.")


@dataclass(frozen=True, eq=False)
class Decision:
    """What one application entered for an employee: its events, and the result unless it was taken over without one.

    `record` is the first link that it brought, none if it brought a result alone or made others fall away; `name` says
    in a word what was decided.
    """

    application_id: int
    name: Message
    events: Sequence[CareerEvent]
    record: WageRecord | None
    result: Result | None

    @property
    def entered_at(self) -> datetime:
        """When the first of it was written."""
        written = [event.created_at for event in self.events] + ([self.result.created_at] if self.result else [])
        return min(written)


@dataclass(frozen=True, eq=False)
class Undoing:
    """What taking the newest decision back would do, in fen a month.

    `gone` are all links that no longer hold, `anew` those written in their place. `after_fen` is 0 if no wage remains;
    `payment` is what finance has not taken yet, `roster` what the roster says afterwards.
    """

    application: Application
    decision: Decision
    kept: Sequence[WageRecord]
    gone: Sequence[WageRecord]
    anew: Sequence[Link]
    payment: PaymentInstruction | None
    career: Career | None
    roster: dict[str, Any]

    @property
    def record(self) -> WageRecord | None:
        return self.decision.record

    @property
    def before_fen(self) -> int:
        chain = self.gone or self.kept
        return chain[-1].total_fen if chain else 0

    @property
    def after_fen(self) -> int:
        if self.anew:
            return fen(self.anew[-1].total)
        return self.kept[-1].total_fen if self.kept else 0


def what_undoing_does(staff: Staff) -> Undoing:
    """Work it out; nothing is written. Raises Conflict, with the way out, if it cannot be taken back."""
    rows = queries.event_rows(staff.id)
    links = queries.links_of(staff.id)
    chain = queries.in_order(link for link in links if link.voided_at is None)
    decision = _newest_decision(staff, rows, chain)
    events = {event.id for event in decision.events}
    before = roster_before(decision.result)
    # The chain reached as far as what stands, and as what the decision itself made fall away.
    reached = [link for link in links if link.voided_at is None or link.voided_at >= decision.entered_at]
    career = _career_without(staff, [row for row in rows if row.id not in events], reached, before)
    kept: Sequence[WageRecord] = () if events else chain
    gone: Sequence[WageRecord] = chain if events else ()
    anew: Sequence[Link] = ()
    if career is not None:
        change = Change(staff, career, links, chain, {})
        kept, gone, anew = chain[: change.kept], change.gone, change.written
    payment = _payment_of(staff, decision, moves=bool(gone or anew))
    application = db.session.get_one(Application, decision.application_id)
    state = anew[-1].state if anew else kept[-1].state if kept else None
    roster = (_roster_of_state(state) if events else {}) | before
    return Undoing(application, decision, kept, gone, anew, payment, career, roster)


def _newest_decision(staff: Staff, rows: Sequence[CareerEvent], chain: Sequence[WageRecord]) -> Decision:
    """The application that entered something last. Raises Conflict if something else came after it, or nothing did."""
    result, newest = newest_result(staff.id), rows[-1] if rows else None
    application_id = result.application_id if result is not None else None
    if newest is not None and (result is None or newest.created_at > result.created_at):
        application_id, result = newest.application_id, None
    if application_id is None and not chain:
        raise Conflict(Message("%(name)s has no wage record.", name=staff.name))
    events = [row for row in rows if row.application_id == application_id]
    numbers = {event.id for event in events}
    record = next((link for link in chain if link.event_id in numbers), None)
    name = cause_name(record.cause) if record is not None else EFFECTS[result.effect].name if result else None
    torn = any(link.application_id == application_id and link.event_id not in numbers for link in chain)
    if application_id is None or name is None or torn:
        raise Conflict(
            Message("What was entered last for %(name)s was not decided by an application, so it cannot be undone.",
                    name=staff.name),
            remedy=_CORRECT_IT,
        )  # fmt: skip
    return Decision(application_id, name, events, record, result)


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
        raise Invalid(fields={"reason": Message("Write why the decision is undone.")})
    undoing = what_undoing_does(staff)
    unit_id, before = staff.unit_id, {name: getattr(staff, name) for name in undoing.roster}
    _take_back(undoing.payment)
    _void(undoing)
    if _rows(update(Staff).where(Staff.id == staff_id, Staff.revision == revision)
             .values(**undoing.roster, revision=Staff.revision + 1)) != 1:  # fmt: skip
        raise Stale(
            Message("The record of %(name)s was changed since you opened it.", name=staff.name),
            remedy=Message("Open it again to see it as it is now."),
        )
    db.session.expire(staff)
    if undoing.career is not None:
        causes = queries.applications_of(queries.event_rows(staff_id))
        rewrite(staff, undoing.career, queries.links_of(staff_id), undoing.kept, causes)
    end_undone(undoing.application.id, by=by, note=reason)
    audit.record(
        "pay:undo", by=by, kind="staff", record_id=staff_id, unit_id=unit_id, subjects=[staff_id], note=reason,
        before={"total_fen": undoing.before_fen, "wage_record": undoing.record.id if undoing.record else None,
                **_said(before)},
        after={"total_fen": undoing.after_fen, "voided_links": len(undoing.gone), "written_links": len(undoing.anew),
               **_said(undoing.roster)},
    )  # fmt: skip


def _career_without(
    staff: Staff, rows: Sequence[CareerEvent], reached: Sequence[WageRecord], roster: dict[str, Any]
) -> Career | None:
    """The career without the decision, as far as the chain reached; None if nothing of it has begun."""
    events = [queries.read_event(row) for row in rows]
    if not reached or not any(isinstance(event, Join | Opening) for event in events):
        return None
    until = max(link.effective_month for link in reached)
    career = replay(queries.person_of(staff, instead=roster), events, until=until, tables=current())
    if career.stopped is not None:
        raise Conflict(
            Message("Without it the wage cannot be worked out: %(why)s", why=career.stopped.error.message),
            remedy=_CORRECT_IT,
        )
    return career


def _roster_of_state(state: Any) -> dict[str, Any]:
    """What the roster says with the state that remains."""
    if state is None:
        return {"state": StaffState.PENDING, "post": None}
    if state["phase"] == "ENDED":
        return {"state": StaffState.ENDED}
    return {"state": StaffState.ACTIVE, "post": state.get("post")}


def _payment_of(staff: Staff, decision: Decision, *, moves: bool) -> PaymentInstruction | None:
    """The payment of the decision. Raises Conflict if finance has it, or if a later payment builds on what it moved."""
    held = db.session.scalars(
        select(PaymentInstruction)
        .where(PaymentInstruction.staff_id == staff.id, PaymentInstruction.created_at >= decision.entered_at)
        .order_by(PaymentInstruction.id)
        .execution_options(populate_existing=True)
    ).all()
    payment = next((one for one in held if one.application_id == decision.application_id), None)
    later = [one for one in held if (one.id > payment.id if payment else one.created_at > decision.entered_at)]
    if moves and later:
        raise Conflict(
            Message("A new standard was paid on the wage that this decision brought."), remedy=_CORRECT_IT
        )  # fmt: skip
    if payment is not None and payment.state == InstructionState.TAKEN:
        raise Conflict(
            Message("Finance has already taken this payment."),
            remedy=Message("Ask finance to return the payment, then undo the decision."),
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
    """Void the links that no longer hold, the events and the result; nothing is deleted."""
    now, events = clock.now(), undoing.decision.events
    links = update(WageRecord).where(
        WageRecord.id.in_([link.id for link in undoing.gone]), WageRecord.voided_at.is_(None)
    )
    if _rows(links.values(voided_at=now)) != len(undoing.gone):
        raise _undone_before()
    entered = update(CareerEvent).where(
        CareerEvent.id.in_([event.id for event in events]), CareerEvent.voided_at.is_(None)
    )
    if _rows(entered.values(voided_at=now)) != len(events):
        raise _undone_before()
    if undoing.decision.result is not None and not void_result(undoing.decision.result):
        raise _undone_before()


def _undone_before() -> Stale:
    return Stale(
        Message("Somebody else changed this decision or its payment at the same moment."),
        remedy=Message("Open the employee's wage again to see it as it is now."),
    )


def _said(roster: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in roster.items()}


def _rows(statement: Any) -> int:
    done: CursorResult[Any] = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return done.rowcount
