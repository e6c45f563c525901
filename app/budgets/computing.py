"""Works out totals from the roster and wages of December (P-1, P-2): what counts, and how the sum comes about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.budgets.rules import Policy, class_of, percent_of, yuan
from app.messages import Message
from models import Staff, Unit, WageRecord, db
from models.staff import Occupation
from models.units import UnitType

BESIDE_THE_BASIC_WAGE = frozenset({"SENIORITY_ALLOWANCE", "LIVING_ALLOWANCE", "SICK_LEAVE_DEDUCTION"})
"""Components of a wage record that the basic wage does not consist of (section 1 of the rules, I-9)."""


@dataclass(frozen=True)
class December:
    """What the roster of a unit's December holds: people, their basic wages of that one month, who has no wage yet."""

    unit_id: int
    unit_type: str
    people: int = 0
    basic_fen: int = 0
    without_wage: int = 0
    compulsory_teachers: int = 0
    joined: int = 0  # of them in that December itself

    @property
    def unit_class(self) -> str | None:
        return class_of(self.unit_type, compulsory_teachers=self.compulsory_teachers, staff=self.people)


@dataclass(frozen=True)
class Basis:
    """How a total was worked out. `adjustment_fen` is the unit's performance result or knowledge density (P-1)."""

    year: int
    people: int
    without_wage: int
    basic_fen: int
    normed_fen: int
    margin_percent: str
    margin_fen: int
    adjustment_fen: int
    adjustment_reason: str

    @property
    def total_fen(self) -> int:
        return max(self.basic_fen + self.normed_fen + self.margin_fen + self.adjustment_fen, 0)

    def lines(self) -> list[Message]:
        """The sum in sentences."""
        said = [
            Message("Basic wages of December %(year)s, %(people)s people: %(amount)s yuan (P-1, P-2)",
                    year=self.year - 1, people=self.people, amount=yuan(self.basic_fen)),
            Message("Normed allowances and subsidies: %(amount)s yuan (P-1)", amount=yuan(self.normed_fen)),
        ]  # fmt: skip
        if self.margin_fen:
            said.append(Message("Margin of %(percent)s percent: %(amount)s yuan (P-1)", percent=self.margin_percent,
                                amount=yuan(self.margin_fen)))  # fmt: skip
        if self.adjustment_fen:
            said.append(Message("Adjusted by %(amount)s yuan: %(reason)s (P-1)", amount=yuan(self.adjustment_fen),
                                reason=self.adjustment_reason))  # fmt: skip
        if self.without_wage:
            said.append(Message("%(count)s people of that roster have no wage on file yet and count with nothing.",
                                count=self.without_wage))  # fmt: skip
        if not self.normed_fen:
            said.append(Message("The city has not set normed allowances yet, so none are counted."))
        return said

    def to_json(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Basis:
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__})


def decembers(year: int, unit_ids: Sequence[int] | None = None) -> dict[int, December]:
    """The December before a year, unit by unit, in two statements however many units.

    People count where they are on the roster now; who left before the year began does not.
    """
    first, last = date(year - 1, 12, 1), date(year - 1, 12, 31)
    there = and_(Staff.joined_on <= last, or_(Staff.left_on.is_(None), Staff.left_on > last))
    if unit_ids is not None:
        there = and_(there, Staff.unit_id.in_(unit_ids))
    of_them = select(Unit.id, Unit.unit_type).where(Unit.active if unit_ids is None else Unit.id.in_(unit_ids))
    newest = (
        select(WageRecord.staff_id, func.max(WageRecord.position).label("position"))
        .join(Staff, Staff.id == WageRecord.staff_id)
        .where(WageRecord.voided_at.is_(None), WageRecord.effective_month <= first, there)
        .group_by(WageRecord.staff_id)
        .subquery()
    )
    in_force = and_(WageRecord.staff_id == newest.c.staff_id, WageRecord.position == newest.c.position)
    asked = (
        select(Staff.unit_id, Staff.occupation, Staff.joined_on, WageRecord.components)
        .outerjoin(newest, newest.c.staff_id == Staff.id)
        .outerjoin(WageRecord, in_force)
        .where(there)
    )
    types: dict[int, str] = {row.id: row.unit_type for row in db.session.execute(of_them)}
    sums: dict[int, list[int]] = {unit_id: [0] * 5 for unit_id in types}
    for row in db.session.execute(asked):
        if row.unit_id in sums:
            counted = (
                1, basic_wage(row.components or []), row.components is None,
                row.occupation == Occupation.COMPULSORY_TEACHER, row.joined_on >= first,
            )  # fmt: skip
            sums[row.unit_id] = [held + int(more) for held, more in zip(sums[row.unit_id], counted, strict=True)]
    return {unit_id: December(unit_id, types[unit_id], *found) for unit_id, found in sums.items()}


def basic_wage(components: Sequence[Mapping[str, Any]]) -> int:
    """The basic wage among the components of a wage record, in fen."""
    return sum(part["amount_fen"] for part in components if part["code"] not in BESIDE_THE_BASIC_WAGE)


def work_out(
    december: December, policy: Policy, year: int, *, adjustment_fen: int = 0, adjustment_reason: str = ""
) -> Basis:
    """The total by P-1: the basic wages of December and normed allowances, a margin where the unit has one, and what
    the bureau adds or takes off for the unit's result."""
    normed = int(policy["normed_allowance"] * 100) * december.people
    margin = Decimal(0) if december.unit_type == UnitType.FULLY_FUNDED else policy["margin_percent"]
    return Basis(
        year=year, people=december.people, without_wage=december.without_wage, basic_fen=december.basic_fen,
        normed_fen=normed, margin_percent=f"{margin.normalize():f}",
        margin_fen=percent_of(december.basic_fen + normed, margin), adjustment_fen=adjustment_fen,
        adjustment_reason=adjustment_reason,
    )  # fmt: skip
