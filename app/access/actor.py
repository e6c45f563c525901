"""Who acts: an account with the grants that hold today, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.access.permissions import WHOLE_CITY
from app.access.roles import DECIDING, ROLES
from models.accounts import Reach

# What goes along with deciding for another: to see what is decided on, and nothing beyond it.
WITH_DECIDING = frozenset({"application:read", "material:read", "check:read", "pay:read", "item:read", "unit:read"})


@dataclass(frozen=True)
class Delegated:
    """A delegation that holds today: who gave it, and which kind of deciding (empty: all that the giver may)."""

    delegation_id: int
    account_id: int
    name: str
    staff_id: int | None = None
    permission: str = ""

    def passes(self, permission: str) -> bool:
        """Whether it hands on this permission of the giver."""
        return permission in WITH_DECIDING or (permission in DECIDING and self.permission in ("", permission))


@dataclass(frozen=True)
class Grant:
    """A role held at a unit, with its reach; one `through` a delegation is the giver's, narrowed to deciding."""

    role: str
    unit_id: int | None
    reach: str
    through: Delegated | None = None

    def gives(self, permission: str) -> bool:
        role = ROLES.get(self.role)
        if role is None or permission not in role.permissions:
            return False
        if self.through is not None and not (self.through.passes(permission) and role.permissions & DECIDING):
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
        return self.is_system or any(
            grant.reach == Reach.ALL and grant.through is None for grant in self.grants_for(permission)
        )

    @property
    def delegated(self) -> tuple[Delegated, ...]:
        """The delegations through which this person may act today, each once."""
        return tuple(dict.fromkeys(grant.through for grant in self.grants if grant.through is not None))

    @property
    def on_own_account(self) -> Actor:
        """The person without what others have delegated to them."""
        return replace(self, grants=tuple(grant for grant in self.grants if grant.through is None))

    def standing_in(self, through: Delegated) -> Actor:
        """The person acting only through one delegation."""
        return replace(self, grants=tuple(grant for grant in self.grants if grant.through == through))

    @property
    def hats(self) -> tuple[tuple[Actor, Delegated | None], ...]:
        """The ways in which the person may act: on their own account first, then through each delegation."""
        return ((self.on_own_account, None), *((self.standing_in(one), one) for one in self.delegated))

    @property
    def roles(self) -> frozenset[str]:
        if self.within is not None:
            return frozenset()
        return frozenset(
            grant.role for grant in self.grants if grant.through is None or grant.gives("application:read")
        )


def system(name: str) -> Actor:
    """The product itself acting, for example `system("demo data")`."""
    return Actor(account_id=None, username="", name=name, is_system=True)
