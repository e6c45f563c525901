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


def deciders_of_each(applications: Sequence[Application], permission: str) -> dict[int, list[Account]]:
    """The same for each of many applications at one step, by number: two statements, and one for each unit."""
    ids = [one.id for one in applications]
    about, taken = _people_of(ids), _earlier_deciders(applications)
    units = {one.unit_id: one for one in applications}
    reaching = {unit_id: _accounts_reaching(one, permission) for unit_id, one in units.items()}
    return {
        one.id: [
            account
            for account in reaching[one.unit_id]
            if account.id not in {one.created_by_id, one.submitted_by_id, *taken.get(one.id, ())}
            and account.staff_id not in about.get(one.id, ())
        ][:MOST]
        for one in applications
    }


def _people_of(ids: Sequence[int]) -> dict[int, set[int]]:
    rows = db.session.execute(
        select(ApplicationEmployee.application_id, ApplicationEmployee.staff_id).where(
            ApplicationEmployee.application_id.in_(ids)
        )
    )
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.application_id, set()).add(row.staff_id)
    return found


def _earlier_deciders(applications: Sequence[Application]) -> dict[int, set[int | None]]:
    """Who has decided another step of an application, or this step in this round; also in whose name."""
    standing = {one.id: (one.step_position, one.round) for one in applications}
    found: dict[int, set[int | None]] = {}
    for row in db.session.execute(
        select(
            Decision.application_id, Decision.decided_by_id, Decision.for_id, Decision.step_position, Decision.round
        ).where(Decision.application_id.in_(list(standing)))
    ):
        position, round_ = standing[row.application_id]
        if row.step_position != position or row.round == round_:
            found.setdefault(row.application_id, set()).update((row.decided_by_id, row.for_id))
    return found


def _accounts_reaching(application: Application, permission: str) -> list[Account]:
    return list(
        db.session.scalars(
            select(Account)
            .where(Account.state == AccountState.ACTIVE, Account.id.in_(_reaching(application, permission)))
            .order_by(Account.id)
        )
    )


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
