"""The ledger of a total: taken, released, paid, set anew. Each is one conditional update and one entry, so the sum of
the parts never passes the total, however many ask at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from app import clock
from app.access.actor import Actor
from app.budgets.rules import yuan
from app.errors import Conflict
from app.messages import Message
from models import BudgetEntry, BudgetTotal, db
from models.distributions import EntryKind

TRIES = 5
_BALANCE = BudgetTotal.total_fen - BudgetTotal.paid_fen - BudgetTotal.committed_fen


class Overdrawn(Conflict):
    """More than the balance allows; `short_fen` says by how much."""

    def __init__(self, *, total_id: int, amount_fen: int, balance_fen: int) -> None:
        super().__init__(
            Message(
                "This needs %(amount)s yuan and %(balance)s yuan are left of the total: %(short)s yuan too much.",
                amount=yuan(amount_fen), balance=yuan(balance_fen), short=yuan(amount_fen - balance_fen),
            ),
            remedy=Message("Lower the amounts, or have the total changed by a document first."),
        )  # fmt: skip
        self.total_id, self.amount_fen, self.balance_fen = total_id, amount_fen, balance_fen
        self.short_fen = amount_fen - balance_fen


def take(total_id: int, amount_fen: int, *, distribution_id: int, by: Actor) -> int:
    """Commit an amount of the total; returns the balance after it. Raises Overdrawn.

    On PostgreSQL the update waits for others on the same row and then looks at the balance again, so there is nothing
    to check beforehand.
    """
    for _ in range(TRIES):
        balance = _move(total_id, amount_fen <= _BALANCE, committed_fen=BudgetTotal.committed_fen + amount_fen)
        if balance is not None:
            _enter(total_id, EntryKind.COMMIT, amount_fen, balance, by, distribution_id=distribution_id)
            return balance
        left = balance_of(total_id)
        if left < amount_fen:
            raise Overdrawn(total_id=total_id, amount_fen=amount_fen, balance_fen=left)
    raise Conflict(  # others released and took again each time that we looked
        Message("Others are distributing from this total at this moment."), remedy=Message("Send it again.")
    )


def release(total_id: int, amount_fen: int, *, distribution_id: int, by: Actor) -> int:
    """Give back what a cancelled distribution had taken."""
    balance = _move(
        total_id, BudgetTotal.committed_fen >= amount_fen, committed_fen=BudgetTotal.committed_fen - amount_fen
    )
    return _entered(total_id, EntryKind.RELEASE, amount_fen, balance, by, distribution_id)


def pay(total_id: int, amount_fen: int, *, distribution_id: int, by: Actor) -> int:
    """What was committed is paid; the balance stays."""
    balance = _move(
        total_id, BudgetTotal.committed_fen >= amount_fen,
        committed_fen=BudgetTotal.committed_fen - amount_fen, paid_fen=BudgetTotal.paid_fen + amount_fen,
    )  # fmt: skip
    return _entered(total_id, EntryKind.PAY, amount_fen, balance, by, distribution_id)


def pay_outside(total_id: int, amount_fen: int) -> None:
    """What lies outside the total is only added up (P-6)."""
    _move(total_id, BudgetTotal.outside_fen >= 0, outside_fen=BudgetTotal.outside_fen + amount_fen)


def set_total(total_id: int, amount_fen: int, before_fen: int, *, proposal_id: int, by: Actor, **values: Any) -> int:
    """Set a total by its document. Raises Conflict where it would lie below what is paid and committed."""
    used = BudgetTotal.paid_fen + BudgetTotal.committed_fen
    balance = _move(
        total_id, used <= amount_fen, total_fen=amount_fen, approved_on=clock.today(),
        revision=BudgetTotal.revision + 1, **values,
    )  # fmt: skip
    if balance is None:
        raise below_what_is_used(amount_fen, used_of(total_id))
    _enter(total_id, EntryKind.TOTAL, amount_fen - before_fen, balance, by, proposal_id=proposal_id)
    return balance


def below_what_is_used(amount_fen: int, used_fen: int) -> Conflict:
    """The refusal of a total that is lower than what is gone already."""
    return Conflict(
        Message(
            "%(used)s yuan are paid or committed already, %(short)s yuan more than a total of %(amount)s yuan.",
            used=yuan(used_fen), short=yuan(used_fen - amount_fen), amount=yuan(amount_fen),
        ),
        remedy=Message("Cancel distributions that are not paid yet, or propose a higher total."),
    )  # fmt: skip


def balance_of(total_id: int) -> int:
    """What is left at this moment, as the database has it."""
    return int(db.session.execute(select(_BALANCE).where(BudgetTotal.id == total_id)).scalar_one())


def used_of(total_id: int) -> int:
    """What is paid and committed at this moment."""
    used = select(BudgetTotal.paid_fen + BudgetTotal.committed_fen).where(BudgetTotal.id == total_id)
    return int(db.session.execute(used).scalar_one())


def _move(total_id: int, allowed: ColumnElement[bool], **values: Any) -> int | None:
    """The one conditional update; the balance after it, or None where the condition did not hold."""
    moved = db.session.execute(
        update(BudgetTotal)
        .where(BudgetTotal.id == total_id, allowed)
        .values(**values)
        .returning(_BALANCE)
        .execution_options(synchronize_session=False)
    ).scalar()
    held = db.session.identity_map.get(db.session.identity_key(BudgetTotal, total_id))
    if held is not None:
        db.session.expire(held)
    return None if moved is None else int(moved)


def _entered(
    total_id: int, kind: EntryKind, amount_fen: int, balance: int | None, by: Actor, distribution_id: int
) -> int:
    if balance is None:  # the state of the distribution is guarded before, so nobody comes here twice
        raise Conflict(Message("The ledger no longer holds this amount."), remedy=Message("Reload the page."))
    _enter(total_id, kind, amount_fen, balance, by, distribution_id=distribution_id)
    return balance


def _enter(total_id: int, kind: EntryKind, amount_fen: int, balance: int, by: Actor, **origin: int) -> None:
    db.session.execute(
        insert(BudgetEntry).values(
            total_id=total_id, kind=kind, amount_fen=amount_fen, balance_fen=balance, by_id=by.account_id,
            at=clock.now(), **origin,
        )
    )  # fmt: skip
