"""Single payments: the death benefit and the year-end bonus (O-4, O-6, D-38, D-39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.messages import Message
from app.pay.absences import wage_base
from app.pay.career import Career
from app.pay.errors import PayError
from app.pay.events import Death
from app.pay.months import Month, month_of
from app.pay.names import STAFF_TYPES
from app.pay.rounding import money_text
from app.pay.rulebook import rule
from app.pay.staff_types import Facts, State
from app.pay.table_files import DeathRow

# The rows of the table by cause; organ rows serve civil servants and organ workers (D-38).
ORGAN_CAUSES = {"ON_DUTY": "martyr_or_on_duty", "MARTYR": "martyr_or_on_duty", "ILLNESS": "illness"}
INSTITUTION_CAUSES = {"ON_DUTY": "on_duty", "ILLNESS": "illness", "MARTYR": "martyr"}


@dataclass(frozen=True, slots=True)
class DeathBenefit:
    """The benefit, and from what it was calculated."""

    row: DeathRow
    national_urban_income: Decimal
    wage_base: Decimal

    @property
    def income_part(self) -> Decimal:
        return self.row.income_multiple * self.national_urban_income

    @property
    def months_part(self) -> Decimal:
        return self.row.months * self.wage_base

    @property
    def amount(self) -> Decimal:
        return self.income_part + self.months_part

    def factors(self) -> dict[str, Any]:
        """The factors of the career-case format."""
        return {
            "income_multiple": self.row.income_multiple,
            "national_urban_income": money_text(self.national_urban_income),
            "months": self.row.months,
            "wage_base": money_text(self.wage_base),
            "income_part": money_text(self.income_part),
            "months_part": money_text(self.months_part),
        }


@dataclass(frozen=True, slots=True)
class YearEndBonus:
    """The bonus of a year; the wage base is null if none is granted."""

    year: int
    assessment: str | None
    wage_base: Decimal | None

    @property
    def amount(self) -> Decimal:
        return self.wage_base or Decimal(0)

    def factors(self) -> dict[str, Any]:
        """The factors of the career-case format."""
        return {
            "year": self.year,
            "assessment": self.assessment,
            "granted": self.wage_base is not None,
            "wage_base": money_text(self.wage_base) if self.wage_base is not None else None,
        }


@rule("O-4")
def death_benefit(career: Career, event: Death, national_urban_income: Decimal) -> DeathBenefit:
    """A multiple of the national income and some months of the wage base. Errors: `NOT_COVERED`, of the tables."""
    month = month_of(event.day)
    state = career.held_in(month)
    if state.ended:
        raise PayError("NOT_COVERED", Message("Employment had already ended; the rules give no death benefit."))
    base = _base_on_file(career, state, month)
    return DeathBenefit(_death_row(state, event, career.facts), national_urban_income, base)


def _death_row(state: State, event: Death, facts: Facts) -> DeathRow:
    """The row in force at the date of death."""
    own = state.staff_type == "INSTITUTION" and facts.settings.institution_death_formula == "own"
    kind, causes = ("institution", INSTITUTION_CAUSES) if own else ("organ", ORGAN_CAUSES)
    rows = [
        row
        for row in facts.standards.death_rows
        if (row.staff_type, row.cause) == (kind, causes[event.cause]) and row.effective_from <= event.day
    ]
    if not rows:
        raise PayError(
            "NO_TABLE_CELL", Message("The table of death benefits has no row for this death on %(day)s.", day=event.day)
        )
    return max(rows, key=lambda row: row.effective_from)


@rule("O-6")
def year_end_bonus(career: Career, year: int) -> YearEndBonus:
    """One month's wage base of December for qualified civil servants still employed. Error: `NOT_COVERED`."""
    month = date(year, 12, 1)
    state, assessment = career.held_in(month), career.facts.assessments.get(year)
    if state.staff_type == "ORGAN_WORKER":
        raise PayError(
            "NOT_COVERED",
            Message("The rules give no year-end bonus for: %(staff_type)s.", staff_type=STAFF_TYPES[state.staff_type]),
        )
    granted = (
        state.staff_type == "CIVIL_SERVANT" and not state.ended and assessment is not None and assessment.qualifies
    )
    base = _base_on_file(career, state, month) if granted else None
    return YearEndBonus(year, assessment.result if assessment else None, base)


def _base_on_file(career: Career, state: State, month: Month) -> Decimal:
    return wage_base(career.price_on_file(state, month).components)
