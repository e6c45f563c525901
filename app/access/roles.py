"""The roles and what each may do. A role is granted at a unit with a reach; a permission alone shows nobody a row."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.permissions import PERMISSIONS
from app.messages import Message


@dataclass(frozen=True)
class Role:
    code: str
    name: Message
    permissions: frozenset[str]
    back_office: bool  # whether /admin/ is this role's place of work


_EVERYBODY = ("course:read",)
"""What comes with every role: courses teach whoever works here."""


def _role(code: str, name: str, *permissions: str, back_office: bool) -> Role:
    unknown = set(permissions) - PERMISSIONS.keys()
    if unknown:
        raise ValueError(f"role {code} names unknown permissions: {sorted(unknown)}")
    return Role(code, Message(name), frozenset((*permissions, *_EVERYBODY)), back_office)


_DESK = (
    "application:read", "material:read", "check:read", "check:override", "staff:read", "pay:read", "unit:read",
    "item:read", "calendar:read", "standard:read", "history:read", "delegation:give", "reason:read", "budget:read",
    "report:read", "report:export",
)  # fmt: skip

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role(
            "clerk", "Unit clerk",
            "application:start", "application:read", "application:edit", "application:submit",
            "application:withdraw", "proposal:read", "proposal:confirm", "proposal:refresh", "material:upload",
            "material:read", "staff:read", "staff:register", "staff:edit", "activation:issue", "pay:read",
            "item:read", "history:read",
            "budget:read", "budget:propose", "budget:plan", "budget:distribute",
            "payroll:import",
            "case:read", "case:answer",
            "report:read", "report:export",
            back_office=False,
        ),
        _role(
            "head", "Unit head",
            "application:read", "application:confirm", "material:read", "staff:read", "pay:read", "item:read",
            "history:read", "delegation:give", "case:read", "case:answer", "budget:read", "budget:pay",
            "report:read", "report:export",
            back_office=False,
        ),
        _role(
            "department", "Department reviewer",
            "application:review", "case:read", "case:assign", "case:judge", "risk:read", "budget:approve_plan",
            "budget:override",
            *_DESK,
            back_office=True,
        ),
        _role(
            "reviewer", "First reviewer",
            "application:first_review", "staff:read_identity", "case:read", *_DESK,
            back_office=True,
        ),
        _role(
            "rechecker", "Rechecker",
            "application:recheck", "staff:read_identity", "standard:import", "threshold:propose", "check:again",
            "case:read", "case:assign", "case:judge", "risk:read", "risk:run", "payroll:import",
            "establishment:edit", "budget:propose",
            *_DESK,
            back_office=True,
        ),
        _role(
            "approver", "Approver",
            "application:approve", "application:export", "staff:read_identity", "payment:read", "payment:release",
            "pay:undo", "calendar:edit", "standard:publish", "reason:edit",
            "threshold:publish", "check:again",
            "case:read", "case:assign", "case:judge", "risk:read", "risk:run", "risk:edit",
            "budget:approve", "budget:policy", "budget:override",
            *_DESK,
            back_office=True,
        ),
        _role(
            "finance", "Finance officer",
            "payment:read", "payment:take", "payment:confirm", "pay:read", "unit:read", "staff:read", "history:read",
            "case:read", "risk:read", "payroll:import", "budget:read", "budget:pay",
            "report:read", "report:export",
            back_office=True,
        ),
        _role(
            "designer", "Item designer", "item:read", "item:design", "item:try", "unit:read", "history:read",
            "course:write",
            back_office=True,
        ),
        _role(
            "publisher", "Item publisher", "item:read", "item:publish", "history:read", "course:publish",
            back_office=True,
        ),
        _role(
            "administrator", "Administrator",
            "account:read", "account:edit", "grant:read", "grant:edit", "unit:read", "unit:edit", "staff:read",
            "calendar:read", "calendar:edit", "history:read", "proposal:read", "proposal:run",
            "delegation:read", "delegation:edit",
            "message:read", "message:send", "message:edit",
            back_office=True,
        ),
        _role(
            "auditor", "Auditor",
            "application:read", "application:export", "proposal:read", "material:read", "check:read", "staff:read",
            "staff:export", "pay:read", "unit:read", "item:read", "payment:read", "account:read", "grant:read",
            "calendar:read", "standard:read", "audit:read", "history:read",
            "delegation:read", "reason:read", "case:read", "risk:read", "budget:read", "message:read",
            "report:read", "report:export",
            back_office=True,
        ),
        _role("employee", "Employee", "pay:read_own", back_office=False),
    )
}  # fmt: skip

DECIDING = frozenset(
    {
        "application:confirm",
        "application:review",
        "application:first_review",
        "application:recheck",
        "application:approve",
    }
)  # nobody uses one of these on what they filed themselves
