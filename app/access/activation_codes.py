"""The codes by which employees open their account: handed over by the unit, or sent to the telephone on file.

A code is ten signs of chance. Whoever holds one still needs the identity number and the name that it was made for; it
serves once, and a new one ends the one before.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access import passwords, policy, scope
from app.access.actor import Actor
from app.audit.service import record
from app.errors import Conflict, NotFound
from app.messages import Message
from app.notify.service import address, tell
from app.uow import atomic
from models import Account, Activation, RoleGrant, Staff, db
from models.accounts import AccountState
from models.activations import ActivationWay
from models.messages import Channel
from models.staff import StaffState

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, 1, I and O, which are mistaken for each other
LENGTH = 10
LASTS = {ActivationWay.HANDED: timedelta(days=14), ActivationWay.SENT: timedelta(days=1)}


@dataclass(frozen=True)
class HandedCode:
    """What is handed over once: the code is kept nowhere in this form."""

    staff_id: int
    name: str
    staff_no: str
    code: str
    expires_at: datetime
    again: bool  # whether the person had an account already and gets a new password with it
    sent_to: str = ""  # the end of the telephone number that it was sent to; then nobody at the unit sees the code


def new_code() -> str:
    """Ten signs in two groups, as `K7QM2-9RTXW`."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return f"{signs[:5]}-{signs[5:]}"


def plain_code(typed: str) -> str | None:
    """What was typed as a code, without signs between; None if it cannot be one."""
    signs = "".join(sign for sign in typed.upper()[:40] if sign.isalnum())
    return signs if len(signs) == LENGTH and all(sign in SIGNS for sign in signs) else None


@atomic
def issue_code(staff_id: int, *, by: Actor, way: ActivationWay = ActivationWay.HANDED) -> HandedCode:
    """Make a code for one employee in reach; a code that was open ends.

    A code that is sent goes to the telephone on file by the gateway, and nobody at the unit sees it.

    Raises NotFound out of reach, Conflict for who has left or whose account is not that of an employee alone: with a
    code the unit could otherwise act in another's office.
    """
    policy.require(by, "activation:issue")
    staff = db.session.scalars(
        select(Staff)
        .where(Staff.id == staff_id, scope.condition(by, "activation:issue", Staff))
        .with_for_update()
    ).one_or_none()  # fmt: skip
    if staff is None:
        raise NotFound
    if staff.state == StaffState.ENDED:
        raise Conflict(
            Message("%(name)s has left, so no code is handed out.", name=staff.name),
            remedy=Message("Whoever needs to see an earlier wage asks the unit for the wage card."),
        )
    account = db.session.scalars(select(Account).where(Account.staff_id == staff.id)).one_or_none()
    if account is not None:
        require_employee_alone(account.id, account.state)
    if way == ActivationWay.SENT and not staff.phone:
        raise Conflict(
            Message("No telephone of %(name)s is on file, so nothing was sent.", name=staff.name),
            remedy=Message("Print the slip, or write the telephone into the roster first."),
        )
    return _made(staff, way, by, again=account is not None)


def _made(staff: Staff, way: ActivationWay, by: Actor, *, again: bool) -> HandedCode:
    now, code = clock.now(), new_code()
    open_ones = (Activation.staff_id == staff.id, Activation.used_at.is_(None), Activation.revoked_at.is_(None))
    db.session.execute(update(Activation).where(*open_ones).values(revoked_at=now))
    made = Activation(
        staff_id=staff.id, way=way, code_hash=passwords.hash_password(plain_code(code) or ""), made_at=now,
        made_by_id=by.account_id, expires_at=now + LASTS[way],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        raise Conflict(
            Message("A code for %(name)s was made just now by somebody else.", name=staff.name),
            remedy=Message("Ask your colleague for it, or make a new one in a minute."),
        ) from None
    record(
        "activation:issue", by=by, kind="activation", record_id=made.id, unit_id=staff.unit_id, subjects=[staff.id],
        after={"way": way, "expires_at": made.expires_at, "code_hash": made.code_hash},
    )  # fmt: skip
    if way == ActivationWay.HANDED:
        return HandedCode(staff.id, staff.name, staff.staff_no, code, made.expires_at, again)
    tell(
        "activation_code", people=address(Channel.SMS, staff.phone), key=f"activation/{made.id}", unit_id=staff.unit_id,
        facts={"code": code, "hours": int(LASTS[way].total_seconds()) // 3600}, link="/activate",
        until=made.expires_at,
    )  # fmt: skip
    return HandedCode(staff.id, staff.name, staff.staff_no, "", made.expires_at, again, staff.phone[-4:])


def require_employee_alone(account_id: int, state: str) -> None:
    """Raise Conflict unless an account is active and holds no role but that of an employee, now or later."""
    if state != AccountState.ACTIVE:
        raise Conflict(
            Message("This account is disabled."), remedy=Message("Ask your administrator if it is needed again.")
        )
    other = db.session.scalar(
        select(func.count()).where(
            RoleGrant.account_id == account_id, RoleGrant.role != "employee",
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > clock.today()),
        )
    )  # fmt: skip
    if other:
        raise Conflict(
            Message("This person's account holds other tasks as well, so a code of the unit does not open it."),
            remedy=Message("The administrator hands out a new first password for it."),
        )
