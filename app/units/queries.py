"""Reading units: those in which a person holds a permission."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.access import scope
from app.access.actor import Actor
from models import Unit, db

MOST_LISTED = 100


def in_reach(actor: Actor, permission: str, *, limit: int = MOST_LISTED) -> list[Unit]:
    """The units in operation in which the person holds the permission, by name; at most `limit`."""
    return list(
        db.session.scalars(
            select(Unit).where(scope.units(actor, permission), Unit.active).order_by(Unit.name).limit(limit)
        )
    )


def ids_in_reach(actor: Actor, permission: str, ids: Collection[int]) -> set[int]:
    """Which of these units the permission reaches."""
    if not ids:
        return set()
    reached = select(Unit.id).where(Unit.id.in_(sorted(ids)), scope.units(actor, permission))
    return set(db.session.scalars(reached))
