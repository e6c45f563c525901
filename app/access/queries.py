"""Reading accounts: open sessions, who is administrator, the grants that hold."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app import clock
from app.access.actor import Actor
from app.access.held import GIVER, GRANTED, delegated_to, granted_to, grants_in
from models import Account, Delegation, LoginSession, RoleGrant, db
from models.accounts import AccountState, Reach


def holds_today() -> ColumnElement[bool]:
    """Whether a grant holds on the present day: from its first day until the day before its end."""
    today = clock.today()
    return and_(RoleGrant.valid_from <= today, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today))


def open_sessions(actor: Actor) -> Sequence[LoginSession]:
    """Where the person is logged in, the newest first."""
    return db.session.scalars(
        select(LoginSession)
        .where(LoginSession.account_id == actor.account_id, LoginSession.ended_at.is_(None))
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
        .limit(50)
    ).all()


def actor_of(account: Account) -> Actor:
    """The account as an actor outside a request, for commands and jobs, with the grants that hold today."""
    rows = db.session.execute(
        select(*GRANTED)
        .select_from(Account)
        .outerjoin(Delegation, delegated_to(Account.id))
        .outerjoin(GIVER, GIVER.id == Delegation.from_id)
        .outerjoin(RoleGrant, granted_to(Account.id))
        .where(Account.id == account.id)
        .order_by(RoleGrant.id)
    ).all()
    return Actor(
        account_id=account.id, username=account.username, name=account.display_name, unit_id=account.unit_id,
        staff_id=account.staff_id, grants=grants_in(rows, account.id),
    )  # fmt: skip


def another_administrator(*, than: int | None = None) -> bool:
    """Whether somebody else can still manage all accounts."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    RoleGrant.account_id == Account.id,
                    RoleGrant.role == "administrator",
                    holds_today(),
                    RoleGrant.reach == Reach.ALL,
                    Account.state == AccountState.ACTIVE,
                    Account.id != (than or 0),
                )
            )
        )
    )
