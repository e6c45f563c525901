"""Who lives where mistakes are tried: units with their clerks, everybody who decides, and people with careers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from stdnum.cn import uscc

from app import clock
from app.access.actor import Actor, Grant
from app.demo.names import a_name
from app.demo.people import an_identity_number
from app.pay import queries as pay
from app.pay.events import event_from_json
from app.pay.recording import rewrite
from app.pay.replay import replay
from app.staff import identity
from app.uow import transaction
from models import Account, CareerEvent, RoleGrant, Staff, Unit, UnitReach, db
from models.accounts import Reach
from models.staff import StaffState
from models.units import UnitType

DECIDERS = ("head", "department", "reviewer", "rechecker", "approver")
PEOPLE_A_UNIT = 40
_GRANTED = date(2006, 1, 1)
_LOCKED = "!"  # nobody logs in here


@dataclass
class Town:
    """Everybody made so far. A unit takes so many people; then another one is founded."""

    random: Random
    deciders: dict[str, Actor] = field(default_factory=dict)
    clerks: dict[int, Actor] = field(default_factory=dict)
    _units: dict[str, int] = field(default_factory=dict)
    _filled: dict[int, int] = field(default_factory=dict)
    _count: int = 0
    _taken: set[str] = field(default_factory=set)
    _names: set[str] = field(default_factory=set)

    def number(self) -> int:
        self._count += 1
        return self._count


def found(seed: int) -> Town:
    """A town with those who decide and nobody else."""
    town = Town(Random(seed))
    with transaction():
        for role in DECIDERS:
            town.deciders[role] = _an_account(town, role, None, Reach.ALL)
    return town


def a_unit(town: Town, kind: UnitType, *, new: bool = False) -> Unit:
    """A unit of that kind with room for somebody, and its clerk."""
    number = town._units.get(kind)
    if number is None or new or town._filled[number] >= PEOPLE_A_UNIT:
        with transaction():
            number = _found_unit(town, kind).id
        town._units[kind] = number
    town._filled[number] += 1
    return db.session.get_one(Unit, number)


def _found_unit(town: Town, kind: UnitType) -> Unit:
    number = town.number()
    base = f"12360100{number:09d}"
    name = f"演示市第{number}中学" if kind == UnitType.FULLY_FUNDED else f"演示市第{number}局"
    unit = Unit(
        code=f"E{number:05d}", name=name, unit_type=kind, credit_code=base + str(uscc.calc_check_digit(base)),
    )  # fmt: skip
    db.session.add(unit)
    db.session.flush()
    db.session.add(UnitReach(upper_id=unit.id, unit_id=unit.id))
    town.clerks[unit.id] = _an_account(town, "clerk", unit.id, Reach.UNIT)
    town._filled[unit.id] = 0
    return unit


def _an_account(town: Town, role: str, unit_id: int | None, reach: Reach) -> Actor:
    username = f"{role}-{town.number()}"
    account = Account(
        username=username, display_name=username, password_hash=_LOCKED, must_change_password=False,
        created_at=clock.now(), unit_id=unit_id,
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    db.session.add(
        RoleGrant(
            account_id=account.id, role=role, unit_id=unit_id, reach=reach, valid_from=_GRANTED,
            created_at=clock.now(),
        )
    )  # fmt: skip
    return Actor(
        account_id=account.id, username=username, name=username, unit_id=unit_id, staff_id=None,
        grants=(Grant(role, unit_id, reach),),
    )  # fmt: skip


def settle(town: Town, unit: Unit, events: Sequence[dict[str, Any]], **person: Any) -> Staff:
    """Somebody on the roster of a unit; with events, somebody whose wage follows from them until today."""
    number = town.number()
    born, male = person.pop("birth_date", date(1985, 5, 17)), person.pop("sex", "MALE") == "MALE"
    plain = an_identity_number(born, male, town.random, town._taken)
    staff_no = f"S{number:07d}"
    with transaction():
        staff = Staff(
            unit_id=unit.id, staff_no=staff_no, name=_new_name(town), name_initials="YS",
            sex="MALE" if male else "FEMALE", birth_date=born,
            id_number_cipher=identity.encrypt(plain, staff_no=staff_no), id_number_index=identity.index_of(plain),
            id_tail_index=identity.tail_index_of(plain), state=StaffState.ACTIVE if events else StaffState.PENDING,
            **{"staff_type": "INSTITUTION", "education": "BACHELOR", **person},
        )  # fmt: skip
        db.session.add(staff)
        db.session.flush()
        if events:
            _live(staff, events)
    return staff


def _live(staff: Staff, events: Sequence[dict[str, Any]]) -> None:
    kept = []
    for place, event in enumerate(events):
        read = event_from_json({"id": f"x{place}", **event})
        row = CareerEvent(staff_id=staff.id, created_at=clock.now(), **pay.kept_event(read))
        db.session.add(row)
        db.session.flush()
        kept.append(pay.read_event(row))
    career = replay(pay.person_of(staff), kept, until=clock.today().replace(day=1))
    rewrite(staff, career, [], [], {})
    staff.post = career.state_in(clock.today()).get("post")


def _new_name(town: Town) -> str:
    """A name that nobody else here has, so that a file named after somebody is about one person."""
    while True:
        name = a_name(town.random)[0] + town.random.choice("安柏辰达恩帆皓嘉凯澜铭宁沛清瑞思桐威熙宜泽哲之知中卓")
        if name not in town._names:
            town._names.add(name)
            return name
