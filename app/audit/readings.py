"""Who read the pay or identity data of a person: what the employee sees, and what an auditor asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.access.permissions import PERMISSIONS
from app.messages import Message
from models import AuditEvent, AuditSubject, db


@dataclass(frozen=True)
class Reading:
    """One event that touched a person's data."""

    at: datetime
    actor_name: str
    what: Message


def readings_of(staff_id: int, *, except_account: int | None, limit: int = 20) -> list[Reading]:
    """The newest events about a person by people other than `except_account`, newest first."""
    rows = db.session.execute(
        select(AuditEvent.at, AuditEvent.actor_name, AuditEvent.action)
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .where(
            AuditSubject.staff_id == staff_id, AuditEvent.actor_id.is_not(None), AuditEvent.actor_id != except_account
        )
        .order_by(AuditSubject.seq.desc())
        .limit(limit)
    ).all()
    return [Reading(row.at, row.actor_name, PERMISSIONS.get(row.action) or Message("Other work")) for row in rows]
