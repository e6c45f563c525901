"""An employee of the demo school whose account waits to be opened: somebody with a wage history, and a code that is
printed at the start. The code is for looking at the product; real ones are made by the clerk and shown once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, insert, select

from app.access import passwords
from app.access.activation_codes import plain_code
from app.staff import identity
from models import Account, Activation, Application, ApplicationEmployee, Staff, db
from models.activations import ActivationWay
from models.applications import ApplicationState
from models.staff import StaffState

CODE = "WAGES-23456"
_LASTS = timedelta(days=3650)


def write(session: Any, school_id: int, now: datetime) -> int:
    """Make the code; returns how many there are. Whoever has an application at the bureau comes first, so that the
    reviewers' readings can be seen by the person."""
    waits = exists().where(
        ApplicationEmployee.staff_id == Staff.id, ApplicationEmployee.application_id == Application.id,
        Application.state == ApplicationState.IN_REVIEW,
    )  # fmt: skip
    staff_id = session.scalar(
        select(Staff.id)
        .where(
            Staff.unit_id == school_id, Staff.state == StaffState.ACTIVE,
            ~exists().where(Account.staff_id == Staff.id),
        )
        .order_by(~waits, Staff.id)
        .limit(1)
    )  # fmt: skip
    if staff_id is None:
        return 0
    clerk = session.scalar(select(Account.id).where(Account.username == "clerk"))
    session.execute(
        insert(Activation).values(
            staff_id=staff_id, way=ActivationWay.HANDED, code_hash=passwords.hash_password(plain_code(CODE) or ""),
            made_at=now, made_by_id=clerk, expires_at=now + _LASTS,
        )
    )  # fmt: skip
    return 1


def waiting() -> Staff | None:
    """The person whose account can still be opened."""
    return db.session.scalars(
        select(Staff).join(Activation, Activation.staff_id == Staff.id)
        .where(Activation.used_at.is_(None), Activation.revoked_at.is_(None))
        .order_by(Activation.id).limit(1)
    ).first()  # fmt: skip


def as_text() -> str:
    """What the start prints: what this invented person types at /activate."""
    staff = waiting()
    if staff is None:
        return ""
    number = identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no)
    return f"  An account to open at /activate: {staff.name}, identity number {number}, code {CODE}"
