"""Attempts that are counted in the database: so many within a window under each key, whichever process they reach.

Counting is one statement that inserts or counts up and says what it came to, so a hundred attempts at once are a
hundred. What was refused is counted too; the window begins with its first attempt and is not drawn out by more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy import case, delete, literal, update

from app import clock
from app.errors import TooMany
from app.messages import Message
from models import AttemptCount, db

_FORGOTTEN_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """At most so many attempts under a key within a window; `message` is said when they are used up."""

    key: str
    most: int
    window: timedelta
    message: Message


@dataclass(frozen=True)
class Reached:
    """A limit that an attempt went beyond, and how many seconds there are to wait."""

    limit: Limit
    wait: int


def count(limits: Sequence[Limit]) -> list[Reached]:
    """Count one attempt under every key, in this order. Commit it before `refuse`, or it was never made."""
    reached = []
    now = clock.now()
    for limit in limits:
        row = db.session.execute(_one_more(limit, now)).one()
        if row.tried > limit.most:
            reached.append(Reached(limit, _seconds(row.began_at + limit.window - now)))
    db.session.execute(delete(AttemptCount).where(AttemptCount.began_at < now - _FORGOTTEN_AFTER))
    return reached


def refuse(reached: Sequence[Reached]) -> None:
    """Raise TooMany where the attempt just counted was one too many; the longest wait is said."""
    if reached:
        longest = max(reached, key=lambda one: one.wait)
        raise TooMany(
            longest.limit.message,
            retry_after=longest.wait,
            remedy=Message("Wait %(minutes)s minutes, then try again.", minutes=max(1, -(-longest.wait // 60))),
        )


def give_back(limits: Iterable[Limit]) -> None:
    """An attempt that succeeded was no guess."""
    keys = [limit.key for limit in limits]
    db.session.execute(
        update(AttemptCount)
        .where(AttemptCount.key.in_(keys), AttemptCount.tried > 0)
        .values(tried=AttemptCount.tried - 1)
        .execution_options(synchronize_session=False)
    )


def place_of(address: str) -> str:
    """Where an attempt comes from: the address, or the network of 64 bits that one subscriber has of IPv6."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return ":".join(found.exploded.split(":")[:4])
    return str(found)


def _one_more(limit: Limit, now: datetime) -> Any:
    insert = _insert()
    moment = literal(now, AttemptCount.__table__.c.began_at.type)
    over = AttemptCount.began_at <= now - limit.window
    return (
        insert(AttemptCount)
        .values(key=limit.key, began_at=now, tried=1)
        .on_conflict_do_update(
            index_elements=[AttemptCount.key],
            set_={
                "began_at": case((over, moment), else_=AttemptCount.began_at),
                "tried": case((over, 1), else_=AttemptCount.tried + 1),
            },
        )
        .returning(AttemptCount.tried, AttemptCount.began_at)
    )


def _insert() -> Any:
    if db.session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as to_postgresql

        return to_postgresql
    from sqlalchemy.dialects.sqlite import insert as to_sqlite

    return to_sqlite


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()) + 1)
