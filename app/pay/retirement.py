"""The retirement fee of the old method: a percentage of the wage on the tables of 2006 (O-3, D-37)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.messages import Message
from app.pay.absences import OUTSIDE_THE_BASE, wage_base
from app.pay.career import Career
from app.pay.components import Component, InForce
from app.pay.errors import PayError
from app.pay.events import Retirement
from app.pay.months import month_of
from app.pay.organ_worker import ORDINARY_WORKER
from app.pay.rounding import money_text, round_half_up
from app.pay.rulebook import rule
from app.pay.service_years import service_years
from app.pay.staff_types import State, rules_for


@dataclass(frozen=True, slots=True)
class RetirementFee:
    """The fee a month, and from what it was calculated."""

    service_years: int
    percent: int
    components: tuple[Component, ...]
    base: Decimal
    percent_amount: Decimal
    seniority_allowance: Decimal
    version: date

    @property
    def amount(self) -> Decimal:
        return self.percent_amount + self.seniority_allowance

    def factors(self) -> dict[str, Any]:
        """The factors of the career-case format."""
        return {
            "service_years": self.service_years,
            "percent": self.percent,
            "components": [part.answer() for part in self.components],
            "base": money_text(self.base),
            "percent_amount": money_text(self.percent_amount),
            "seniority_allowance": money_text(self.seniority_allowance),
            "standard_version": self.version.isoformat(),
        }


@rule("O-3")
def retirement_fee(career: Career, event: Retirement) -> RetirementFee:
    """The fee of who retires with this event. Errors: `NOT_COVERED`, `MISSING_FACT`, those of the tables."""
    month, facts = month_of(event.day), career.facts
    state = career.held_in(month)
    if state.ended or state.to_json()["phase"] == "PROBATION":
        raise PayError("NOT_COVERED", Message("There is no retirement fee on probation or after the end."))
    years = service_years(month, facts)
    version = date.fromisoformat(facts.standards.parameter("O-3", "standard_version"))
    parts = rules_for(state.staff_type).price(state, month, InForce(version, version), facts)
    base, percent = wage_base(parts), _percent(state, years, career)
    allowance = sum((part.amount for part in parts if part.code == OUTSIDE_THE_BASE), Decimal(0))
    return RetirementFee(
        service_years=years,
        percent=percent,
        components=tuple(part for part in parts if part.code != OUTSIDE_THE_BASE),
        base=base,
        percent_amount=round_half_up(base * percent / 100, facts.settings.retirement_rounding),
        seniority_allowance=allowance,
        version=version,
    )


def _percent(state: State, years: int, career: Career) -> int:
    """The percentage by service years; who has none falls into the lowest row."""
    kind = _row_of(state)
    rows = [row for row in career.facts.standards.retirement_ratios if row.staff_type == kind]
    lowest = min(rows, key=lambda row: row.years_from)
    reached = [row for row in rows if row.years_from <= years]
    return max(reached, key=lambda row: row.years_from, default=lowest).percent


def _row_of(state: State) -> str:
    if state.staff_type == "INSTITUTION":
        return "institution"
    if state.staff_type == "CIVIL_SERVANT":
        return "civil"
    ordinary = state.to_json()["technical_grade"] == ORDINARY_WORKER
    return "organ_ordinary_worker" if ordinary else "organ_technical_worker"
