"""Who could decide each step of a version: steps that nobody can decide, and units that nobody reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from app.access.queries import holds_today
from app.access.roles import ROLES
from app.forms.conditions import facts_named, holds
from app.items.rules import BLOCKING, WARNING, Finding
from app.messages import Message, Named
from models import Account, RoleGrant, Unit, UnitReach, db
from models.accounts import AccountState, Reach

NAMED = 3  # units named in a sentence


def without_decider(steps: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """A blocking finding for a step that no active account can decide, a warning for units out of everyone's reach."""
    found: list[Finding] = []
    for step in steps:
        name, place = Named(step["name_zh"], step["name_en"]), f"steps.{step['key']}"
        grants = _grants(step["permission"])
        if not grants:
            found.append(
                Finding(
                    BLOCKING,
                    Message("Nobody can decide “%(step)s”: no active account has a role for it.", step=name),
                    Message("Ask the administrator to grant the role before this is published."),
                    place,
                )
            )
            continue
        asked = step.get("deciders_count", 1) if step.get("deciders") == "all" else 1
        if asked > 1 and (there := _people(step["permission"])) < asked:
            found.append(
                Finding(
                    BLOCKING,
                    Message("“%(step)s” asks for %(count)s people to approve, and only %(there)s could.",
                            step=name, count=asked, there=there),
                    Message("Ask for fewer, or have the administrator grant the role to more people."),
                    place,
                )
            )  # fmt: skip
        missed = _units_missed(grants, step["skip_condition"])
        if missed:
            found.append(
                Finding(
                    WARNING,
                    Message("“%(step)s” has nobody to decide for %(count)s units, among them %(units)s.",
                            step=name, count=len(missed), units=_listed(missed[:NAMED])),
                    Message("Ask the administrator to grant the role for these units."),
                    place,
                )
            )  # fmt: skip
    return found


def _grants(permission: str) -> list[tuple[str, int | None]]:
    """Reach and unit of every grant that gives the permission today to an active account."""
    roles = [role.code for role in ROLES.values() if permission in role.permissions]
    rows = db.session.execute(
        select(RoleGrant.reach, RoleGrant.unit_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.role.in_(roles), Account.state == AccountState.ACTIVE, holds_today())
        .distinct()
    )
    return [(reach, unit_id) for reach, unit_id in rows if reach != Reach.SELF]


def _people(permission: str) -> int:
    """How many active accounts could decide with this permission somewhere."""
    roles = [role.code for role in ROLES.values() if permission in role.permissions]
    return (
        db.session.scalar(
            select(func.count(func.distinct(RoleGrant.account_id)))
            .join(Account, Account.id == RoleGrant.account_id)
            .where(RoleGrant.role.in_(roles), Account.state == AccountState.ACTIVE, holds_today())
        )
        or 0
    )


def _units_missed(grants: list[tuple[str, int | None]], skip: Mapping[str, Any] | None) -> list[Unit]:
    if any(reach == Reach.ALL for reach, _ in grants):
        return []
    at_unit = [unit for reach, unit in grants if reach == Reach.UNIT]
    below = [unit for reach, unit in grants if reach == Reach.SUBTREE]
    units = db.session.scalars(
        select(Unit)
        .where(
            Unit.active,
            Unit.id.not_in(at_unit),
            Unit.id.not_in(select(UnitReach.unit_id).where(UnitReach.upper_id.in_(below))),
        )
        .order_by(Unit.name)
    ).all()
    return [unit for unit in units if not _skipped(skip, unit)]


def _skipped(skip: Mapping[str, Any] | None, unit: Unit) -> bool:
    """Whether the step never takes place for the unit; only conditions on the unit alone tell before an application."""
    if skip is None or not all(fact.startswith("unit.") for fact in facts_named(skip)):
        return False
    return holds(skip, {"unit.unit_type": unit.unit_type, "unit.supervised": unit.supervising_id is not None})


def _listed(units: list[Unit]) -> Named:
    return Named("、".join(unit.name for unit in units), ", ".join(unit.name_en or unit.name for unit in units))
