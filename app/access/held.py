"""The grants that a person holds today, their own and through delegations, as parts of one statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased

from app import clock
from app.access.actor import Delegated, Grant
from models import Account, Delegation, RoleGrant
from models.accounts import AccountState

GIVER = aliased(Account)
GRANTED: tuple[Any, ...] = (
    RoleGrant.account_id.label("holder_id"), RoleGrant.role, RoleGrant.unit_id.label("grant_unit_id"), RoleGrant.reach,
    Delegation.id.label("delegation_id"), Delegation.from_id, Delegation.permission, GIVER.state.label("giver_state"),
    GIVER.display_name.label("giver_name"), GIVER.staff_id.label("giver_staff_id"),
)  # fmt: skip


def delegation_holds() -> ColumnElement[bool]:
    """Whether a delegation holds on the present day: begun, not ended, not revoked."""
    today = clock.today()
    return and_(Delegation.valid_from <= today, Delegation.valid_to > today, Delegation.revoked_at.is_(None))


def delegated_to(account_id: Any) -> ColumnElement[bool]:
    """The delegations that an account holds today."""
    return and_(Delegation.to_id == account_id, delegation_holds())


def granted_to(account_id: Any) -> ColumnElement[bool]:
    """The grants that hold today of an account, and of who has delegated to it."""
    today = clock.today()
    return and_(
        or_(RoleGrant.account_id == account_id, RoleGrant.account_id == Delegation.from_id),
        RoleGrant.valid_from <= today,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
    )


def grants_in(rows: Iterable[Any], account_id: int) -> tuple[Grant, ...]:
    """The grants among such rows. A giver whose account is disabled gives nothing any more."""
    found: dict[Grant, None] = {}
    for row in rows:
        if row.role is None:
            continue
        through = None
        if row.holder_id != account_id:
            if row.giver_state != AccountState.ACTIVE:
                continue
            through = Delegated(
                row.delegation_id, row.from_id, row.giver_name, row.giver_staff_id, row.permission or ""
            )  # fmt: skip
        found.setdefault(Grant(row.role, row.grant_unit_id, row.reach, through))
    return tuple(found)
