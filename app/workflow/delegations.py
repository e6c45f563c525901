"""Reading delegations: those of a person, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.errors import NotFound
from models import Account, Delegation, db

SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A delegation with its state today: coming, now, over or revoked."""

    row: Delegation
    state: str
    last_day: date


def own(actor: Actor) -> Sequence[Line]:
    """What this person has given and was given, the newest first."""
    rows = db.session.scalars(
        select(Delegation)
        .where(or_(Delegation.from_id == actor.account_id, Delegation.to_id == actor.account_id))
        .options(
            joinedload(Delegation.giver).load_only(Account.display_name),
            joinedload(Delegation.receiver).load_only(Account.display_name),
        )
        .order_by(Delegation.valid_from.desc(), Delegation.id.desc())
        .limit(SHOWN)
    )
    return [Line(row, state_of(row), row.valid_to - timedelta(days=1)) for row in rows]


def state_of(row: Delegation) -> str:
    """Whether a delegation is coming, holds now, is over, or was revoked."""
    today = clock.today()
    if row.revoked_at is not None:
        return "revoked"
    if row.valid_to <= today:
        return "over"
    return "coming" if row.valid_from > today else "now"


def opened(actor: Actor, delegation_id: int) -> Delegation:
    """One that this person gave or was given; NotFound for any other."""
    row = db.session.scalars(
        select(Delegation).where(
            Delegation.id == delegation_id,
            or_(Delegation.from_id == actor.account_id, Delegation.to_id == actor.account_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
