"""What becomes of a distribution that was sent: a held one is answered for; it is confirmed as paid, or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from app import clock
from app.access.actor import Actor
from app.access.policy import may, require
from app.audit import service as audit
from app.budgets import ledger
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.messages import Message
from app.uow import atomic
from models import BudgetDistribution, db
from models.distributions import DistributionState as State

_OPEN = (State.HELD, State.COMMITTED)


@atomic
def answer_for(distribution_id: int, *, by: Actor, revision: int, reason: str) -> BudgetDistribution:
    """Let a held distribution go on, with the reason, as somebody who did not send it."""
    row = _opened(distribution_id, by, "budget:override")
    _another_person(
        row.made_by_id, by, Message("You sent this distribution yourself, so somebody else answers for it.")
    )
    said = _reason(reason)
    _move(row, (State.HELD,), revision, state=State.COMMITTED, released_by_id=by.account_id, released_at=clock.now(),
          release_reason=said)  # fmt: skip
    _tell(row, "budget:override", by, said)
    return row


@atomic
def confirm_paid(distribution_id: int, *, by: Actor, revision: int) -> BudgetDistribution:
    """Confirm that the money has gone out, as somebody who did not send it. Once."""
    row = _opened(distribution_id, by, "budget:pay")
    _another_person(row.made_by_id, by, Message("You sent this distribution yourself, so somebody else confirms it."))
    _move(row, (State.COMMITTED,), revision, state=State.PAID, paid_by_id=by.account_id, paid_at=clock.now())
    if row.counted:
        ledger.pay(row.total_id, row.amount_fen, distribution_id=row.id, by=by)
    else:
        ledger.pay_outside(row.total_id, row.amount_fen)
    _tell(row, "budget:pay", by, "")
    return row


@atomic
def cancel(distribution_id: int, *, by: Actor, revision: int, reason: str) -> BudgetDistribution:
    """Take back what is not paid yet: by the unit, or by who would have to answer for it."""
    held = db.session.get(BudgetDistribution, distribution_id)
    refusing = held is not None and held.state == State.HELD and bool(may(by, "budget:override", held))
    row = _opened(distribution_id, by, "budget:override" if refusing else "budget:distribute")
    said = _reason(reason)
    _move(row, _OPEN, revision, state=State.CANCELLED, cancelled_at=clock.now(), cancel_reason=said)
    if row.counted:
        ledger.release(row.total_id, row.amount_fen, distribution_id=row.id, by=by)
    _tell(row, "budget:cancel", by, said)
    return row


def _opened(distribution_id: int, by: Actor, permission: str) -> BudgetDistribution:
    row = db.session.get(BudgetDistribution, distribution_id)
    if row is None:
        raise NotFound
    require(by, permission, row)
    return row


def _another_person(maker: int | None, by: Actor, said: Message) -> None:
    if maker is not None and maker == by.account_id:
        raise NotAllowed(said, remedy=Message("Ask a second person who may do this."))


def _reason(text: str) -> str:
    if not 4 <= len(text.strip()) <= 500:
        raise Invalid(fields={"reason": Message("Write the reason in 4 to 500 characters.")})
    return text.strip()


def _move(row: BudgetDistribution, states: Sequence[State], revision: int, **values: Any) -> None:
    """The guarded update: from one of these states, as the page showed it, exactly one row."""
    done = db.session.execute(
        update(BudgetDistribution)
        .where(
            BudgetDistribution.id == row.id, BudgetDistribution.state.in_(states),
            BudgetDistribution.revision == revision,
        )
        .values(**values, revision=BudgetDistribution.revision + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.refresh(row)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        if row.state in states:
            raise Stale(
                Message("This distribution was changed since you opened it."),
                remedy=Message("Open it again to see it as it is now."),
            )
        raise Conflict(
            Message("This distribution is paid already.")
            if row.state == State.PAID
            else Message("This distribution was cancelled.")
            if row.state == State.CANCELLED
            else Message("This distribution does not wait for that now."),
            remedy=Message("Open it again to see it as it is now."),
        )


def _tell(row: BudgetDistribution, action: str, by: Actor, note: str) -> None:
    audit.record(
        action, by=by, kind="budget_distribution", record_id=row.id, unit_id=row.unit_id, note=note,
        after={"number": row.number, "amount_fen": row.amount_fen, "state": row.state},
    )  # fmt: skip
