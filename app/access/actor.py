"""Who acts: an account with the grants that hold today, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.access.permissions import WHOLE_CITY
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
        if role is None or permission not in role.permissions:
            return False
        return self.reach == Reach.ALL or permission not in WHOLE_CITY


CONFINED_TO = frozenset({"material:upload", "material:read"})


@dataclass(frozen=True)
class Confined:
    """Acting through a phone link: of all that the person may, only files of one application are left.

    Permissions are narrowed here, rows in `scope`. The person's own grants still have to reach the row, so whoever
    loses a role loses it through their links too.
    """

    link_id: int
    application_id: int
    material_code: str | None = None  # None: every material of the application


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
    within: Confined | None = None

    def grants_for(self, permission: str) -> list[Grant]:
        if self.within is not None and permission not in CONFINED_TO:
            return []
        return [grant for grant in self.grants if grant.gives(permission)]

    def holds(self, permission: str) -> bool:
        """Whether any grant gives the permission, wherever it reaches."""
        return self.is_system or bool(self.grants_for(permission))

    def holds_everywhere(self, permission: str) -> bool:
        if self.within is not None:
            return False
        return self.is_system or any(grant.reach == Reach.ALL for grant in self.grants_for(permission))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset() if self.within is not None else frozenset(grant.role for grant in self.grants)


def system(name: str) -> Actor:
    """The product itself acting, for example `system("demo data")`."""
    return Actor(account_id=None, username="", name=name, is_system=True)
