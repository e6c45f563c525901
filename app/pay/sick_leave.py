"""Sick leave: months, percentages, and what is paid instead of the wage on file (O-1, D-33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.messages import Message
from app.pay.components import Cause, Component
from app.pay.errors import PayError
from app.pay.events import Event, SickLeave
from app.pay.months import Month, month_of, months_between
from app.pay.rounding import money_text, round_half_up
from app.pay.rulebook import rule
from app.pay.service_years import service_years
from app.pay.staff_types import Facts
from app.pay.table_files import SickRatio

TABLE = "sick_leave_ratio"


@dataclass(frozen=True, slots=True)
class SickPay:
    """What a month of sick leave pays, and from what it was calculated."""

    amount: Decimal
    wage_base: Decimal
    sick_month: int
    service_years: int
    ratio: SickRatio

    def factors(self) -> dict[str, Any]:
        """The factors of the career-case format."""
        return {
            "wage_base": money_text(self.wage_base),
            "sick_month": self.sick_month,
            "service_years": self.service_years,
            "percent": self.ratio.percent,
        }


def leaves_of(events: Sequence[Event]) -> tuple[SickLeave, ...]:
    """The sick leaves in the order of time; no two meet in one month."""
    leaves = [event for event in events if isinstance(event, SickLeave)]
    return tuple(sorted(leaves, key=lambda leave: leave.day))


def leave_in(month: Month, facts: Facts) -> SickLeave | None:
    """The leave that a month belongs to: months of its first and last day included."""
    for leave in facts.leaves:
        if month_of(leave.day) <= month <= leave.end_date:
            return leave
    return None


@rule("O-1")
def sick_pay(leave: SickLeave, month: Month, wage_base: Decimal, facts: Facts) -> SickPay:
    """A percentage of the wage base by month of the leave and service years. Error: `MISSING_FACT`."""
    number = months_between(month_of(leave.day), month) + 1
    years = service_years(month, facts)
    ratio = _ratio(number, years, facts.standards.sick_ratios)
    amount = round_half_up(wage_base * ratio.percent / 100, "cent")
    return SickPay(amount, wage_base, number, years, ratio)


def _ratio(number: int, years: int, ratios: Sequence[SickRatio]) -> SickRatio:
    for ratio in ratios:
        if ratio.month_from <= number and (ratio.month_to is None or number <= ratio.month_to):
            bound = ratio.service_years
            if bound == "any" or (years >= int(bound[2:]) if bound.startswith(">=") else years < int(bound[1:])):
                return ratio
    raise PayError("NO_TABLE_CELL", Message("The table of sick pay has no row for month %(number)s.", number=number))


def deduction_of(pay: SickPay, leave: SickLeave) -> Component:
    """What the leave takes off the wage on file; nothing at 100 percent."""
    return Component(
        code="SICK_LEAVE_DEDUCTION",
        amount=pay.amount - pay.wage_base,
        rule="O-1",
        table=TABLE,
        category="sick_leave",
        level=str(pay.sick_month),
        source=pay.ratio.source,
        confidence=pay.ratio.confidence,
        factors={**pay.factors(), "sick_pay": money_text(pay.amount)},
        cause=Cause(leave.type, leave.id, month_of(leave.day)),
    )
