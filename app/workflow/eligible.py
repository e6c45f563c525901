"""Who could decide on an application at its step: by grant and reach, and without a part in it so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.access.queries import holds_today
from app.access.roles import ROLES
from models import Account, Application, ApplicationEmployee, Decision, RoleGrant, UnitReach, db
from models.accounts import AccountState, Reach

MOST = 300


def deciders(application: Application, permission: str, *, but: Sequence[int] = ()) -> list[Account]:
    """The active accounts that may decide on it with this permission, by id; one statement."""
    return list(
        db.session.scalars(
            select(Account).where(may_decide(application, permission), Account.id.not_in(but)).order_by(Account.id)
            .limit(MOST)
        )
    )  # fmt: skip


def readers(application: Application, *, but: Sequence[int] = ()) -> list[Account]:
    """The active accounts that may see the application by their own grants, by name; one statement."""
    return list(
        db.session.scalars(
            select(Account)
            .where(
                Account.state == AccountState.ACTIVE, Account.id.not_in(but),
                Account.id.in_(_reaching(application, "application:read")),
            )
            .order_by(Account.display_name, Account.id)
            .limit(MOST)
        )
    )  # fmt: skip


def may_decide(application: Application, permission: str) -> ColumnElement[bool]:
    """Whether an account reaches the application with this permission and neither filed it, nor is it about them, nor
    have they decided on it."""
    about = select(ApplicationEmployee.staff_id).where(ApplicationEmployee.application_id == application.id)
    earlier = select(Decision.id).where(
        Decision.application_id == application.id,
        or_(Decision.decided_by_id == Account.id, Decision.for_id == Account.id),
        or_(Decision.step_position != application.step_position, Decision.round == application.round),
    )
    return and_(
        Account.state == AccountState.ACTIVE, Account.id.in_(_reaching(application, permission)),
        Account.id.not_in([one for one in (application.created_by_id, application.submitted_by_id) if one is not None]),
        or_(Account.staff_id.is_(None), Account.staff_id.not_in(about)), ~earlier.exists(),
    )  # fmt: skip


def _reaching(application: Application, permission: str) -> Select[Any]:
    """The accounts whose grants of today give the permission for the application's unit."""
    roles = [code for code, role in ROLES.items() if permission in role.permissions]
    uppers = select(UnitReach.upper_id).where(UnitReach.unit_id == application.unit_id)
    return select(RoleGrant.account_id).where(
        RoleGrant.role.in_(roles),
        holds_today(),
        or_(
            RoleGrant.reach == Reach.ALL,
            and_(RoleGrant.reach == Reach.UNIT, RoleGrant.unit_id == application.unit_id),
            and_(RoleGrant.reach == Reach.SUBTREE, RoleGrant.unit_id.in_(uppers)),
        ),
    )
