"""Who acts: an account with the grants that hold today, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.access.roles import ROLES
from models.accounts import Reach


@dataclass(frozen=True)
class Grant:
    """A role held at a unit, with its reach."""

    role: str
    unit_id: int | None
    reach: str

    def gives(self, permission: str) -> bool:
        role = ROLES.get(self.role)
        return role is not None and permission in role.permissions


@dataclass(frozen=True)
class Actor:
    """Passed to every verb as `by`. `account_id` is None only for the system."""

    account_id: int | None
    username: str
    name: str
    unit_id: int | None = None
    staff_id: int | None = None
    grants: tuple[Grant, ...] = ()
    session_id: int | None = None
    address: str = ""
    request_id: str = ""
    is_system: bool = field(default=False)

    def grants_for(self, permission: str) -> list[Grant]:
        return [grant for grant in self.grants if grant.gives(permission)]

    def holds(self, permission: str) -> bool:
        """Whether any grant gives the permission, wherever it reaches."""
        return self.is_system or any(grant.gives(permission) for grant in self.grants)

    def holds_everywhere(self, permission: str) -> bool:
        return self.is_system or any(grant.reach == Reach.ALL for grant in self.grants_for(permission))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)


def system(name: str) -> Actor:
    """The product itself acting, for example `system("demo data")`."""
    return Actor(account_id=None, username="", name=name, is_system=True)
