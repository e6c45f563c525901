"""A payroll town for these tests: two schools with people who have a wage, and payrolls that agree with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from sqlalchemy import select

from app.access.actor import Actor
from app.pay.months import months_from, plus_months
from app.risk.service import Paid, keep_payroll, look
from models import Case, Staff, Unit, WageRecord, db
from models.accounts import Reach
from tests.factories import a_unit, acting, an_account
from tests.pay_records.careers import a_career

FIRST, LAST = date(2017, 10, 1), date(2018, 4, 1)
MONTHS = months_from(FIRST, plus_months(LAST, 1))


@dataclass
class Town:
    school: Unit
    other: Unit
    approver: Actor
    people: list[Staff]
    neighbours: list[Staff]


def a_town(people: int = 3) -> Town:
    department = a_unit("教育局", unit_type="ORGAN")
    school, other = a_unit("第一小学", parent=department), a_unit("第二小学", parent=department)
    approver = acting(an_account("risk-approver", ("approver", None, Reach.ALL), ("rechecker", None, Reach.ALL)))
    return Town(
        school, other, approver, [a_career(school, name=f"甲{number}") for number in range(people)],
        [a_career(other, name=f"乙{number}") for number in range(people)],
    )  # fmt: skip


def wage_of(person: Staff, month: date) -> int:
    """What the record gives in a month."""
    return db.session.scalars(
        select(WageRecord.total_fen)
        .where(WageRecord.staff_id == person.id, WageRecord.voided_at.is_(None), WageRecord.effective_month <= month)
        .order_by(WageRecord.position.desc())
        .limit(1)
    ).one()


def line_for(person: Staff, month: date, **changes: object) -> Paid:
    """A line that agrees with the record, but for what is changed."""
    account = sha256(person.staff_no.encode()).hexdigest()
    right = Paid(person.name, person.id_number_index, wage_of(person, month), 50_000, 0, person.post, account, "0001")
    return replace(right, **changes)  # type: ignore[arg-type]


def a_ghost(name: str, fen: int = 200_000) -> Paid:
    """Somebody whom no roster knows."""
    return Paid(name, sha256(name.encode()).hexdigest(), fen, 50_000, 0, None, sha256(b"x" + name.encode()).hexdigest())


def pay(town: Town, unit: Unit, *, months: list[date] | None = None, more: list[Paid] = [], **by_name: object) -> None:  # noqa: B006
    """Hand in payrolls of a unit: right lines, changed by `by_name` (a function of the month, or None for no line)."""
    people = town.people if unit is town.school else town.neighbours
    for month in months or MONTHS:
        lines = []
        for person in people:
            change = by_name.get(person.name)
            line: Paid | None = change(person, month) if callable(change) else line_for(person, month)
            if line is not None:
                lines.append(line)
        keep_payroll(unit.id, month, [*lines, *more], by=town.approver)


def cases_of(town: Town, rule: str, *, until: date = LAST) -> list[Case]:
    """The cases of a rule after it has looked."""
    look(rule, until=until, by=town.approver)
    return list(db.session.scalars(select(Case).where(Case.rule == rule).order_by(Case.id)))
