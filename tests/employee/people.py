"""An employee of a school, the clerk who hands out codes, and what the employee types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.access import service
from app.access.actor import Actor
from app.access.service import Activated, Claim, Visitor
from app.notify.sealing import opened_facts
from models import Announcement, Staff, Unit, db
from tests.factories import Reach, a_unit, acting, an_account, an_employee

PASSWORD = "the wheat turns green in march"
VISITOR = Visitor(address="10.1.2.3", user_agent="A phone")


@dataclass(frozen=True)
class School:
    """A school with its clerk and one employee who has no account yet."""

    unit: Unit
    clerk: Actor
    person: Staff


def a_number(sequence: int = 3) -> str:
    """An identity number that is right, of somebody born on 12 June 1988."""
    from stdnum.cn import ric

    base = f"36010219880612{sequence:03d}"
    return base + str(ric.calc_check_digit(base + "0"))


def a_school() -> School:
    unit = a_unit("第三小学")
    clerk = acting(an_account("roster-clerk", ("clerk", unit, Reach.UNIT)))
    person = an_employee(unit, "欧阳海燕", id_number=a_number(), birth_date=date(1988, 6, 12))
    return School(unit, clerk, person)


def a_claim(code: str, **instead: Any) -> Claim:
    """What the employee types, all right unless said otherwise."""
    typed = {"number": a_number(), "name": "欧阳海燕", "code": code, "password": PASSWORD, "repeated": PASSWORD}
    return Claim(**typed | instead)


def activated(school: School) -> Activated:
    """The employee has opened the account."""
    handed = service.issue_code(school.person.id, by=school.clerk)
    return service.activate(a_claim(handed.code), visitor=VISITOR)


def code_sent() -> str:
    """The code in the newest text message, which only the gateway can read."""
    told = db.session.scalars(select(Announcement).order_by(Announcement.id.desc()).limit(1)).one()
    return str(opened_facts(told.facts, of=told.key)["code"])
