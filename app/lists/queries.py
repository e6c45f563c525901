"""Which lists a person keeps."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.access.actor import Actor
from app.errors import NotFound
from models import SavedFilter, db


def kept(actor: Actor, endpoint: str) -> Sequence[SavedFilter]:
    """What the person keeps for one list, by name."""
    if actor.account_id is None:
        return []
    return db.session.scalars(
        select(SavedFilter)
        .where(SavedFilter.account_id == actor.account_id, SavedFilter.endpoint == endpoint)
        .order_by(SavedFilter.name, SavedFilter.id)
    ).all()


def own(actor: Actor, filter_id: int) -> SavedFilter:
    """One that the person keeps. Raises NotFound for that of somebody else, as for one that does not exist."""
    found = db.session.scalars(
        select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.account_id == actor.account_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
