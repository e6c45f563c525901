"""Whom to tell: named accounts, employees, whoever holds a permission at a unit, or an address of no account.

Who that is, is found out when the message is spread, with the grants of that moment and outside the deciding
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.access.permissions import PERMISSIONS
from models.messages import Channel


@dataclass(frozen=True)
class Audience:
    """Some people, as the announcement keeps them; audiences are put together with `+`."""

    parts: tuple[dict[str, Any], ...]

    def __add__(self, other: Audience) -> Audience:
        return Audience(self.parts + other.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)


NOBODY = Audience(())


def accounts(ids: Iterable[int | None]) -> Audience:
    """These accounts; None among them (the system) is nobody."""
    known = sorted({one for one in ids if one is not None})
    return Audience(({"accounts": known},) if known else ())


def employees(staff_ids: Iterable[int]) -> Audience:
    """The accounts of these employees, where they have one."""
    known = sorted(set(staff_ids))
    return Audience(({"staff": known},) if known else ())


def holders(permission: str, *, unit_id: int | None, but: Iterable[int | None] = ()) -> Audience:
    """Whoever holds a permission on their own account and reaches the unit; without a unit, who reaches all of them.

    `but` are accounts that are left out: who did it themselves need not be told.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission!r}")
    left_out = sorted({one for one in but if one is not None})
    return Audience(({"holders": permission, "unit": unit_id, "but": left_out},))


def address(channel: Channel, to: str, *, language: str = "zh_Hans_CN") -> Audience:
    """One address that belongs to no account yet, for example the telephone on file of a new employee."""
    if channel == Channel.IN_APP:
        raise ValueError("an inbox belongs to an account")
    return Audience(({"to": to, "channel": str(channel), "language": language},))
