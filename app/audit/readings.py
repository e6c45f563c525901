"""Who read the pay or identity data of a person: what the employee sees, and what an auditor asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app import clock
from app.access.permissions import PERMISSIONS
from app.messages import Message
from models import Account, AuditEvent, AuditSubject, Unit, db

MOST_EVENTS = 400  # looked through for one page

# What touches a person's data without being a permission of its own.
_FURTHER = {
    "application:read_pay": Message("Looked at the pay change"),
    "staff:read_pay": Message("Looked at the wage"),
    "application:print": Message("Printed a form with the wage"),
    "application:dossier": Message("Downloaded the whole file"),
    "staff:correct": Message("Corrected the entry in the roster"),
    "activation:issue": Message("Made an activation code for the account"),
    "account:activate": Message("Opened the account"),
    "case:read": Message("Looked at a case that concerns the pay"),
    "staff:search": Message("Found the name in a search"),
    "material:download": Message("Downloaded a material"),
    "material:claim": Message("Filed the materials"),
    "material:remove": Message("Removed a material"),
    "material:scan": Message("Scanned a held file again"),
    "material:lay": Message("Changed how a page is shown"),
    "application:claim": Message("Took the application to the desk"),
    "application:release": Message("Put the application back into the queue"),
    "application:return": Message("Returned the application for correction"),
    "application:reject": Message("Rejected the application"),
    "pay:write": Message("Wrote the wage into the record"),
    "pay:reprice": Message("Wrote the wage by a new standard"),
    "standard:preview": Message("Looked at what a new standard would bring"),
    "payment:export": Message("Downloaded the batch with the payment"),
    "payment:return": Message("Returned the payment"),
    "budget:read_payments": Message("Looked at the performance pay"),
    "budget:template": Message("Downloaded a workbook of performance pay with the name"),
    "item:read_rehearsal": Message("Looked at the rehearsal of a service item"),
    "item:try": Message("Tried a service item on the entry in the roster"),
    "material:recognise": Message("Had a page read by text recognition"),
    "material:correct_reading": Message("Corrected what was read from a page"),
    "material:read_identity": Message("Looked at the identity number on a page"),
    "material:reuse": Message("Used a material again in another application"),
    "application:read_copy": Message("Looked at a copy of the application"),
    "assessment:report": Message("Reported the result of an assessment"),
    "proposal:set_aside": Message("Set a proposal aside"),
    "proposal:reopen": Message("Took a proposal up again"),
    "batch:make": Message("Put the name into a batch"),
    "batch:refresh": Message("Brought a batch with the name up to date"),
    "batch:take_out": Message("Took the name out of a batch"),
    "batch:file": Message("Filed a batch with the name"),
    "batch:read": Message("Looked at a batch with the name"),
    "batch:template": Message("Downloaded a workbook of a batch with the name"),
    "payroll:read": Message("Looked at a payroll with the name"),
    "case:opened": Message("Opened a case that concerns the pay"),
    "case:found_anew": Message("Added to a case that concerns the pay"),
    "case:reopened": Message("Opened a case that concerns the pay again"),
}
_EXPORTED = Message("Exported a list with the name")


@dataclass(frozen=True)
class Reading:
    """What somebody did with a person's data on one day: when last, and how often."""

    at: datetime
    actor_name: str
    what: Message
    times: int
    place: str = ""  # the unit of their account


def readings_of(staff_id: int, *, except_account: int | None, limit: int = 20) -> list[Reading]:
    """What people other than `except_account` did with a person's data, newest first, gathered by person and day."""
    rows = db.session.execute(
        select(AuditEvent.at, AuditEvent.actor_name, AuditEvent.action, Unit.name)
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .outerjoin(Account, Account.id == AuditEvent.actor_id)
        .outerjoin(Unit, Unit.id == Account.unit_id)
        .where(
            AuditSubject.staff_id == staff_id, AuditEvent.actor_id.is_not(None), AuditEvent.actor_id != except_account
        )
        .order_by(AuditSubject.seq.desc())
        .limit(MOST_EVENTS)
    ).all()
    gathered: dict[tuple[str, str, str, date], list[datetime]] = {}
    for row in rows:
        day = clock.local(row.at).date()
        gathered.setdefault((row.actor_name, row.name or "", row.action, day), []).append(row.at)
    readings = [
        Reading(moments[0], name, in_words(action) or Message("Other work"), len(moments), place)
        for (name, place, action, _), moments in gathered.items()
    ]
    return readings[:limit]


def in_words(action: str) -> Message | None:
    """What somebody did with a person's data, as the person reads it; None for what nobody has put in words."""
    said = _FURTHER.get(action) or PERMISSIONS.get(action)
    return _EXPORTED if said is None and action.endswith(":export") else said
