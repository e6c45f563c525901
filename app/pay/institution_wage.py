"""What an institution post and grade are paid in one month, part by part (I-1, I-2, I-8, I-9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from app.pay.components import Cause, Component, InForce, from_cell, latest
from app.pay.months import Month
from app.pay.names import CATEGORY_OF_SERIES, level_of, series_of
from app.pay.rounding import money_text, round_half_up
from app.pay.rulebook import rule
from app.pay.staff_types import Facts
from app.pay.standards import Band, Cell

if TYPE_CHECKING:
    from app.pay.institution import InstitutionState

POST_TABLE = "institution_post_wage"
CADRE_TABLE = "institution_grade_wage_cadre"
WORKER_TABLE = "institution_grade_wage_worker"


def components_of(state: InstitutionState, month: Month, in_force: InForce, facts: Facts) -> tuple[Component, ...]:
    """All parts of a month's wage in the order of reading: post, grade, uplift, seniority. Zero parts are left out."""
    if state.phase == "PROBATION":
        return (_probation_part(state, month, in_force, facts),)
    post, grade = basic_parts(state, month, in_force, facts)
    parts = [post, grade]
    if state.occupation is not None:
        uplift = _uplift_part(state, post, grade, in_force, facts)
        parts += [uplift] if uplift else []
        parts += _seniority_part(state, month, facts)
    return tuple(part for part in parts if part.amount)


@rule("I-1")
def basic_parts(state: InstitutionState, month: Month, in_force: InForce, facts: Facts) -> tuple[Component, Component]:
    """Post wage and grade wage."""
    post_code, grade = cast(str, state.post), str(state.grade)
    series = series_of(post_code)
    category, grade_table, grade_category = CATEGORY_OF_SERIES[series], CADRE_TABLE, "tech_mgmt_grade"
    level = level_of(post_code)
    if has_own_table(state, in_force, facts):
        # Only professional posts have a level there; any other post is asked by its code and has no cell (D-19).
        category, grade_category = "compulsory_teacher_post", "compulsory_teacher_grade"
        level = level if series == "TECH" else post_code
    elif series == "WORKER":
        grade_table, grade_category = WORKER_TABLE, "worker_grade"
    read = facts.standards.cell
    post_cell = read(POST_TABLE, category, level, None, month, version=in_force.version)
    grade_cell = read(grade_table, grade_category, grade, None, month, version=in_force.version)
    repriced = in_force.cause()
    return (
        from_cell("POST_WAGE", "I-1", post_cell, latest(state.why_post, repriced)),
        from_cell("GRADE_WAGE", "I-1", grade_cell, latest(state.why_grade, repriced)),
    )


def has_own_table(state: InstitutionState, in_force: InForce, facts: Facts) -> bool:
    """Whether the table of teachers in compulsory education holds, which already contains the uplift."""
    return state.occupation == "COMPULSORY_TEACHER" and in_force.version >= facts.standards.compulsory_table_from


@rule("I-2")
def _probation_part(state: InstitutionState, month: Month, in_force: InForce, facts: Facts) -> Component:
    cell: Cell = facts.standards.probation_wage(cast(str, state.education), month, version=in_force.version)
    code = "INITIAL_WAGE" if cell.category == "initial" else "PROBATION_WAGE"
    return from_cell(code, "I-2", cell, latest(state.why_paid, in_force.cause()))


@rule("I-8")
def _uplift_part(
    state: InstitutionState, post: Component, grade: Component, in_force: InForce, facts: Facts
) -> Component | None:
    """Ten percent of post and grade wage, rounded once on the sum (G-5)."""
    if has_own_table(state, in_force, facts):
        return None
    percent = Decimal(facts.standards.parameter("I-8", "uplift_percent"))
    base, unit = post.amount + grade.amount, facts.settings.uplift_rounding
    exact = base * percent / 100
    return Component(
        code="UPLIFT",
        amount=round_half_up(exact, unit),
        rule="I-8",
        source=facts.standards.parameter_source("I-8", "uplift_percent"),
        factors={
            "base": money_text(base),
            "percent": str(percent),
            "exact": money_text(exact),
            "rounding": unit,
            "occupation": state.occupation,
        },
        cause=latest(state.why_occupation, post.cause, grade.cause),
    )


@rule("I-9")
def _seniority_part(state: InstitutionState, month: Month, facts: Facts) -> list[Component]:
    """By years of teaching or nursing; less than none counts as none (D-19)."""
    first_year, deducted = _teaching_of(facts)
    years, band = seniority_band(month, facts)
    grown = Cause("seniority", None, date(first_year + deducted + band.years_from, 1, 1))
    factors = {"years": years, "year": month.year, "first_year": first_year, "deducted_years": deducted}
    return [from_cell("SENIORITY_ALLOWANCE", "I-9", band.cell, latest(state.why_occupation, grown), factors)]


def seniority_band(month: Month, facts: Facts) -> tuple[int, Band]:
    """The years of teaching or nursing that count in a month, and the line of the table that they reach."""
    first_year, deducted = _teaching_of(facts)
    years = max(0, month.year - first_year - deducted)
    reached = [band for band in facts.standards.seniority if band.years_from <= years]
    return years, max(reached, key=lambda band: band.years_from)


def _teaching_of(facts: Facts) -> tuple[int, int]:
    """The first year of teaching or nursing, and the years that do not count."""
    # No career of a teacher or nurse is replayed without the first year (`check_career`).
    return cast(int, facts.person.teaching_start_year), facts.person.teaching_deducted_years
