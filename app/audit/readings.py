"""Who read the pay or identity data of a person: what the employee sees, and what an auditor asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.access.permissions import PERMISSIONS
from app.messages import Message
from models import AuditEvent, AuditSubject, db

# What touches a person's data without being a permission of its own.
_FURTHER = {
    "application:read_pay": Message("Looked at the pay change"),
    "staff:read_pay": Message("Looked at the wage"),
    "staff:correct": Message("Corrected the entry in the roster"),
    "material:download": Message("Downloaded a material"),
    "material:claim": Message("Filed the materials"),
    "material:remove": Message("Removed a material"),
    "application:claim": Message("Took the application to the desk"),
    "application:release": Message("Put the application back into the queue"),
    "application:return": Message("Returned the application for correction"),
    "application:reject": Message("Rejected the application"),
    "pay:write": Message("Wrote the wage into the record"),
    "payment:export": Message("Downloaded the batch with the payment"),
    "payment:return": Message("Returned the payment"),
}


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
    return [Reading(row.at, row.actor_name, _in_words(row.action)) for row in rows]


def _in_words(action: str) -> Message:
    return _FURTHER.get(action) or PERMISSIONS.get(action) or Message("Other work")
