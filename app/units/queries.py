"""Reading units: those in which a person holds a permission."""

from __future__ import annotations

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
