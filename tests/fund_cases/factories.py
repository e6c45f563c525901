"""A matter to open a case with, and the people around it: a clerk, the department above, a bureau, another unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.access.actor import Actor, system
from app.cases.service import Figure, Matter, Piece, Place, open_case
from app.messages import Message
from models import Case, Staff, Unit, db
from models.accounts import Reach
from tests.factories import a_unit, acting, an_account, an_employee

NIGHT = system("nightly run")


@dataclass(frozen=True)
class Scene:
    """Two schools under one department, and one elsewhere."""

    department: Unit
    school: Unit
    other: Unit
    elsewhere: Unit
    clerk: Actor
    supervisor: Actor
    approver: Actor
    auditor: Actor
    stranger: Actor
    person: Staff


def a_scene() -> Scene:
    department = a_unit("教育局", unit_type="ORGAN")
    school, other = a_unit("第一小学", parent=department), a_unit("第二小学", parent=department)
    elsewhere = a_unit("文化馆")
    return Scene(
        department, school, other, elsewhere,
        acting(an_account("case-clerk", ("clerk", school, Reach.UNIT))),
        acting(an_account("case-department", ("department", department, Reach.SUBTREE))),
        acting(an_account("case-approver", ("approver", None, Reach.ALL))),
        acting(an_account("case-auditor", ("auditor", None, Reach.ALL))),
        acting(an_account("case-stranger", ("clerk", elsewhere, Reach.UNIT))),
        an_employee(school),
    )  # fmt: skip


def a_matter(unit: Unit, key: str = "risk:double-pay:1", *, amount: int = 178_000, **values: Any) -> Matter:
    person = values.pop("person", None)
    piece = Piece(
        Message("See cases"), (Figure(Message("Explained"), amount),), staff_id=person and person.id,
        unit_id=unit.id, place=Place("staff", person.id) if person else None,
    )  # fmt: skip
    return Matter(
        key, "risk", values.pop("rule", "double-pay"), unit.id, Message("See cases"), Message("Put right"), (piece,),
        people=(person.id,) if person else (), **values,
    )  # fmt: skip


def a_case(unit: Unit, key: str = "risk:double-pay:1", **values: Any) -> Case:
    """A case just opened."""
    return db.session.get_one(Case, open_case(a_matter(unit, key, **values), by=NIGHT).case_id)
