"""A school and an office with their clerks, people with careers, and what the system proposes for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, system
from app.proposals import service
from models import Account, Proposal, Staff, Unit, db
from models.accounts import Reach
from models.proposals import ProposalState
from models.units import UnitType
from tests.factories import a_unit, acting, an_account, an_employee
from tests.workflow.factories import an_employee_with_career

NIGHT = system("nightly run")


@dataclass
class Scene:
    """Two units of one department, a unit of nobody else's, and who works there."""

    department: Unit
    school: Unit
    office: Unit
    other: Unit
    accounts: dict[str, Account]

    def actor(self, name: str) -> Actor:
        return acting(self.accounts[name])

    @property
    def clerk(self) -> Actor:
        return self.actor("clerk")


def a_scene() -> Scene:
    department = a_unit("演示市教育局", unit_type=UnitType.ORGAN)
    school = a_unit("演示第一中学", parent=department)
    office = a_unit("演示市档案局", parent=department, unit_type=UnitType.ORGAN)
    other = a_unit("演示市图书馆")
    accounts = {
        "clerk": an_account("clerk", ("clerk", school, Reach.UNIT), ("clerk", office, Reach.UNIT)),
        "head": an_account("head", ("head", school, Reach.UNIT)),
        "other_clerk": an_account("other_clerk", ("clerk", other, Reach.UNIT)),
        "administrator": an_account("administrator", ("administrator", None, Reach.ALL)),
        "auditor": an_account("auditor", ("auditor", None, Reach.ALL)),
    }
    return Scene(department, school, office, other, accounts)


@contextmanager
def on(day: date) -> Iterator[None]:
    """The morning of a day."""
    with clock.frozen(datetime(day.year, day.month, day.day, 9, 0, tzinfo=clock.SHANGHAI)):
        yield


def a_newcomer(scene: Scene, name: str = "陈静", **values: Any) -> Staff:
    """Somebody on the roster since March 2018, without a wage."""
    values = {"joined_on": date(2018, 3, 1), "work_start": date(2018, 3, 1)} | values
    return an_employee(values.pop("unit", scene.school), name, **values)


def a_teacher_of_the_file(scene: Scene, name: str = "李明", *more: dict[str, Any], **values: Any) -> Staff:
    """Somebody of the institution, taken over in July 2016 with a professional post and grade 20."""
    opening = {"type": "opening", "date": "2016-07-01", "post": "TECH-10", "grade": 20}
    values = {"joined_on": date(2005, 7, 1), "work_start": date(2005, 7, 1)} | values
    return an_employee_with_career(values.pop("unit", scene.school), opening, *more, name=name, **values)


def reported(staff: Staff, *results: tuple[int, str]) -> None:
    """The unit reported these assessments."""
    service.report([service.Result(staff.id, year, result) for year, result in results], by=NIGHT)


def refresh(*people: Staff) -> service.Tally:
    """The night comes for these people."""
    return service.refresh_people([one.id for one in people], by=NIGHT)


def proposals_of(staff: Staff) -> list[Proposal]:
    """Every proposal ever made for somebody, as the database has it now."""
    db.session.expire_all()
    return list(db.session.scalars(select(Proposal).where(Proposal.staff_id == staff.id).order_by(Proposal.id)))


def open_of(staff: Staff) -> list[tuple[str, str]]:
    """What is open for somebody: the kind and the occasion."""
    return [(one.foresight, one.due_key) for one in proposals_of(staff) if one.state == ProposalState.OPEN]


def the_proposal(staff: Staff) -> Proposal:
    """The only proposal of somebody, after a refresh."""
    refresh(staff)
    (found,) = proposals_of(staff)
    return found
