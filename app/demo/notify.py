"""The demo's messages: the past is nobody's news, the last days are; some people are reached by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.notify.taking_up import TOO_OLD
from models import Account, ApplicationEvent, MessageHabit

_BY_MAIL = ("clerk", "head", "reviewer", "approver")


def write(session: Session, now: datetime, *, small: bool) -> int:
    """Mark what happened as told, in the small city but for the last days, and give some accounts an address. Returns
    how many have one."""
    until = now - TOO_OLD if small else now + timedelta(days=1)
    session.execute(
        update(ApplicationEvent)
        .where(ApplicationEvent.at <= until)
        .values(told_at=ApplicationEvent.at)
        .execution_options(synchronize_session=False)
    )
    accounts = session.execute(select(Account.id, Account.username).where(Account.username.in_(_BY_MAIL))).all()
    if small and accounts:
        session.execute(
            insert(MessageHabit),
            [
                {"account_id": row.id, "email": f"{row.username}@example.test", "quiet_from": 22 * 60,
                 "quiet_to": 7 * 60, "changed_at": now}
                for row in accounts
            ],
        )  # fmt: skip
    return len(accounts)
