"""A small town for these tests: a department, a school with wages of December, and one person for each task."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from app import clock
from app.access.actor import Actor
from app.budgets import service
from app.budgets.service import Order, Part, Wanted
from models import BudgetDistribution, BudgetTotal, Staff, Unit, WageRecord, db
from models.staff import StaffState
from tests.factories import Reach, a_unit, acting, an_account, an_employee

DECEMBER = date(2017, 12, 1)
_numbers = count(1)


@dataclass
class Town:
    """The units, the staff of the school, and who acts: clerk, head, department, rechecker, approver, finance."""

    upper: Unit
    school: Unit
    other: Unit
    staff: list[Staff] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def a_town(*, staff: int = 4, post_fen: int = 200_000, grade_fen: int = 100_000) -> Town:
    """A school with so many people, each with a post and a grade wage since 2016."""
    department = a_unit("教育局")
    town = Town(department, a_unit("实验学校", parent=department), a_unit("别处学校"))
    for number in range(staff):
        town.staff.append(a_colleague(town.school, f"教师{number + 1}", post_fen=post_fen, grade_fen=grade_fen))
    places = {
        "clerk": (town.school, Reach.UNIT), "head": (town.school, Reach.UNIT),
        "department": (department, Reach.SUBTREE), "rechecker": (None, Reach.ALL), "approver": (None, Reach.ALL),
        "finance": (None, Reach.ALL), "auditor": (None, Reach.ALL),
    }  # fmt: skip
    for role, (place, reach) in places.items():
        town.people[role] = acting(an_account(role, (role, place, reach)))
    town.people["stranger"] = acting(an_account("stranger", ("clerk", town.other, Reach.UNIT)))
    return town


def a_colleague(unit: Unit, name: str, *, post_fen: int = 200_000, grade_fen: int = 100_000, **values: Any) -> Staff:
    """Somebody with a wage on file."""
    one = an_employee(
        unit, name, state=values.pop("state", StaffState.ACTIVE), post=values.pop("post", "TECH-10"),
        work_start=values.pop("work_start", date(2010, 7, 1)), joined_on=values.pop("joined_on", date(2010, 7, 1)),
        **values,
    )  # fmt: skip
    parts = [("POST_WAGE", post_fen), ("GRADE_WAGE", grade_fen), ("SENIORITY_ALLOWANCE", 1000)]
    db.session.add(
        WageRecord(
            staff_id=one.id, position=1, effective_month=date(2016, 7, 1), cause="opening",
            standard_version=date(2016, 7, 1), state={}, created_at=clock.now(), total_fen=post_fen + grade_fen + 1000,
            components=[{"code": code, "amount_fen": amount} for code, amount in parts],
        )
    )  # fmt: skip
    db.session.commit()
    return one


def wanted(**values: Any) -> Wanted:
    """What is typed to propose a total."""
    return Wanted(**{"document": "人社核〔2018〕1号", "reason": "年度核定", **values})


def a_total(town: Town, yuan: int = 100_000, *, year: int = 2018, **values: Any) -> BudgetTotal:
    """An approved total of the school."""
    asked = wanted(amount_fen=yuan * 100, **values)
    proposal = service.propose(town.school.id, year, asked, by=town.rechecker)
    service.approve(proposal.id, by=town.approver, revision=proposal.revision)
    return proposal.total


def an_order(town: Town, *yuan: int, month: int = 4, item: str = "BASIC", title: str = "", **values: Any) -> Order:
    """A distribution: so many yuan to each of the staff in turn."""
    parts = [Part(one.id, amount * 100) for one, amount in zip(town.staff, yuan, strict=False)]
    return Order(date(2018, month, 1), item, title or f"发放{next(_numbers)}", parts, **values)


def sent(town: Town, total: BudgetTotal, *yuan: int, **values: Any) -> BudgetDistribution:
    """A distribution that was sent by the clerk."""
    done = service.distribute(total.id, an_order(town, *yuan, **values), by=town.clerk)
    return db.session.get_one(BudgetDistribution, done.distribution_id)


def paid(town: Town, total: BudgetTotal, *yuan: int, **values: Any) -> BudgetDistribution:
    """One that finance confirmed."""
    row = sent(town, total, *yuan, **values)
    return service.confirm_paid(row.id, by=town.finance, revision=row.revision)
