"""Units, people and accounts made for a test, each by one call with good defaults."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from app import clock
from app.access import passwords
from app.access.actor import Actor, Grant
from app.staff import identity
from models import Account, RoleGrant, Staff, Unit, UnitReach, db
from models.accounts import Reach
from models.staff import StaffState
from models.units import UnitType

PASSWORD = "a quiet morning in spring"
_numbers = count(1)


def credit_code(number: int) -> str:
    """A unified social credit code with a right check digit."""
    from stdnum.cn import uscc

    base = f"1236010{number:010d}"[:17]
    return base + str(uscc.calc_check_digit(base))


def id_number(number: int, *, born: date = date(1990, 5, 17), male: bool = True) -> str:
    """An identity number with a right check digit."""
    from stdnum.cn import ric

    sequence = (number * 2 + (1 if male else 0)) % 1000
    base = f"360102{born:%Y%m%d}{sequence:03d}"
    return base + str(ric.calc_check_digit(base + "0"))


def a_unit(name: str = "", *, parent: Unit | None = None, supervising: Unit | None = None, **values: Any) -> Unit:
    """A fully funded institution; supervised by its parent unless said otherwise."""
    number = next(_numbers)
    unit = Unit(
        code=f"U{number:05d}",
        name=name or f"演示单位{number}",
        unit_type=values.pop("unit_type", UnitType.FULLY_FUNDED),
        credit_code=credit_code(number),
        parent_id=parent.id if parent else None,
        supervising_id=(supervising or parent).id if (supervising or parent) else None,  # type: ignore[union-attr]
        **values,
    )
    db.session.add(unit)
    db.session.flush()
    uppers = {unit.id}
    for above in (parent, supervising):
        if above is not None:
            uppers.update(db.session.scalars(select(UnitReach.upper_id).where(UnitReach.unit_id == above.id)))
    db.session.add_all(UnitReach(upper_id=upper, unit_id=unit.id) for upper in uppers)
    db.session.commit()
    return unit


def an_employee(unit: Unit, name: str = "张伟", **values: Any) -> Staff:
    """Somebody on the unit's roster, without a wage yet."""
    number = next(_numbers)
    staff_no = f"S{number:07d}"
    born = values.pop("birth_date", date(1990, 5, 17))
    plain = values.pop("id_number", None) or id_number(number, born=born)
    staff = Staff(
        unit_id=unit.id,
        staff_no=staff_no,
        name=name,
        name_initials=values.pop("name_initials", "ZW"),
        sex="MALE",
        birth_date=born,
        id_number_cipher=identity.encrypt(plain, staff_no=staff_no),
        id_number_index=identity.index_of(plain),
        id_tail_index=identity.tail_index_of(plain),
        staff_type=values.pop("staff_type", "INSTITUTION"),
        education=values.pop("education", "BACHELOR"),
        work_start=values.pop("work_start", date(2018, 4, 1)),
        joined_on=values.pop("joined_on", date(2018, 4, 1)),
        state=values.pop("state", StaffState.PENDING),
        **values,
    )
    db.session.add(staff)
    db.session.commit()
    return staff


def an_account(username: str, *grants: tuple[str, Unit | None, str], staff: Staff | None = None) -> Account:
    """An account with grants `(role, unit, reach)`; its password is PASSWORD and need not be changed."""
    account = Account(
        username=username,
        display_name=username,
        password_hash=passwords.hash_password(PASSWORD),
        must_change_password=False,
        staff_id=staff.id if staff else None,
        created_at=clock.now(),
        unit_id=next((unit.id for _, unit, _ in grants if unit is not None), None),
    )
    db.session.add(account)
    db.session.flush()
    for role, unit, reach in grants:
        db.session.add(
            RoleGrant(
                account_id=account.id,
                role=role,
                unit_id=unit.id if unit else None,
                reach=reach,
                valid_from=date(2018, 1, 1),
                created_at=clock.now(),
            )
        )
    db.session.commit()
    return account


def acting(account: Account) -> Actor:
    """The account as an actor, with the grants it holds now."""
    rows = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id)).all()
    return Actor(
        account_id=account.id,
        username=account.username,
        name=account.display_name,
        unit_id=account.unit_id,
        staff_id=account.staff_id,
        grants=tuple(Grant(row.role, row.unit_id, row.reach) for row in rows),
    )


def actor_with(*roles: str) -> Actor:
    """Somebody who holds these roles everywhere."""
    return acting(an_account(f"somebody-{next(_numbers)}", *((role, None, Reach.ALL) for role in roles)))


__all__ = [
    "PASSWORD",
    "Reach",
    "a_unit",
    "acting",
    "actor_with",
    "an_account",
    "an_employee",
    "credit_code",
    "id_number",
]
