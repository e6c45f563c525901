"""Reading the roster: one employee in reach, the list, look-up by name, initials or end of the identity number."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from app.access import policy, scope
from app.access.actor import Actor
from app.errors import NotFound
from app.paging import Page
from app.staff import identity
from models import Staff, db

MOST_FOUND = 20
_END_OF_NUMBER = re.compile(r"[0-9]{3,17}[0-9X]")


def opened(actor: Actor, staff_id: int, permission: str = "staff:read") -> Staff:
    """One employee with the unit. Raises NotFound outside the person's reach, NotAllowed without the permission."""
    policy.require(actor, permission)
    found = db.session.scalars(
        select(Staff)
        .options(joinedload(Staff.unit))
        .where(Staff.id == staff_id, scope.condition(actor, permission, Staff))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def search(actor: Actor, text: str, permission: str = "staff:read", limit: int = MOST_FOUND) -> list[Staff]:
    """Employees in reach whose name, initials, staff number or end of the identity number is `text`; at most 20."""
    plain = _plain(text)
    if not plain:
        return []
    limit = max(1, min(limit, MOST_FOUND))
    if _END_OF_NUMBER.fullmatch(plain.upper()):
        return _by_number(actor, plain.upper(), permission, limit)
    found = _in_reach(actor, permission).where(_called(plain)).order_by(Staff.name, Staff.id).limit(limit)
    return list(db.session.scalars(found))


def roster(
    actor: Actor, *, text: str = "", state: str = "", unit_id: int | None = None, page: int = 1, size: int = 50,
) -> Page[Staff]:  # fmt: skip
    """One page of the roster in reach, by name."""
    wanted = _in_reach(actor, "staff:read")
    plain = _plain(text)
    if plain and _END_OF_NUMBER.fullmatch(plain.upper()):
        wanted = wanted.where(_numbered(plain.upper()))
    elif plain:
        wanted = wanted.where(_called(plain))
    if state:
        wanted = wanted.where(Staff.state == state)
    if unit_id is not None:
        wanted = wanted.where(Staff.unit_id == unit_id)
    rows = db.session.scalars(wanted.order_by(Staff.name, Staff.id).offset((page - 1) * size).limit(size + 1)).all()
    return Page(list(rows[:size]), page, size, more=len(rows) > size)


def _plain(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:60]


def _in_reach(actor: Actor, permission: str) -> Select[Staff]:
    return select(Staff).options(joinedload(Staff.unit)).where(scope.condition(actor, permission, Staff))


def _called(plain: str) -> ColumnElement[bool]:
    ways = [Staff.name.contains(plain, autoescape=True), Staff.staff_no == plain.upper()]
    if plain.isascii() and plain.isalpha():
        ways.append(Staff.name_initials.startswith(plain.upper(), autoescape=True))
    return or_(*ways)


def _numbered(number: str) -> ColumnElement[bool]:
    """By the keyed indexes: the whole number, or its last four. Also a staff number made of digits."""
    if len(number) == 18:
        return or_(Staff.id_number_index == identity.index_of(number), Staff.staff_no == number)
    return or_(Staff.id_tail_index == identity.tail_index_of(number), Staff.staff_no == number)


def _by_number(actor: Actor, number: str, permission: str, limit: int) -> list[Staff]:
    """The index knows four characters; more of them are compared with the number itself."""
    found = _in_reach(actor, permission).where(_numbered(number)).order_by(Staff.name, Staff.id)
    if len(number) in (identity.TAIL, 18):
        return list(db.session.scalars(found.limit(limit)))
    fitting = []
    for staff in db.session.scalars(found.limit(500)):
        plain = identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no)
        if plain.endswith(number) or staff.staff_no == number:
            fitting.append(staff)
    return fitting[:limit]
