"""What a civil servant is paid in one month: the better of duty and rank wage, and the level wage (C-1, C-2)."""

from __future__ import annotations

from typing import cast

from app.pay.civil_state import CivilState
from app.pay.civil_steps import LEVEL_CATEGORY, LEVEL_TABLE
from app.pay.components import Component, InForce, from_cell, latest
from app.pay.months import Month
from app.pay.rulebook import rule
from app.pay.staff_types import Facts

DUTY_TABLE, RANK_TABLE = "civil_duty_wage", "civil_rank_wage"


def components_of(state: CivilState, month: Month, in_force: InForce, facts: Facts) -> tuple[Component, ...]:
    """All parts of a month's wage in the order of reading: duty, rank, level."""
    if state.phase == "PROBATION":
        return (_probation_part(state, month, in_force, facts),)
    return (_position_part(state, month, in_force, facts), _level_part(state, month, in_force, facts))


@rule("C-2")
def _probation_part(state: CivilState, month: Month, in_force: InForce, facts: Facts) -> Component:
    cell = facts.standards.civil_probation_wage(cast(str, state.education), month, version=in_force.version)
    return from_cell("PROBATION_WAGE", "C-2", cell, latest(state.why_paid, in_force.cause()))


@rule("C-1")
def _position_part(state: CivilState, month: Month, in_force: InForce, facts: Facts) -> Component:
    """The better of duty and rank wage, duty on a tie; both cells must exist (D-22)."""
    read, version, repriced = facts.standards.cell, in_force.version, in_force.cause()
    parts = []
    if state.position is not None:
        category = "duty_leading" if state.leading else "duty_non_leading"
        cell = read(DUTY_TABLE, category, state.position, None, month, version=version)
        parts.append(from_cell("DUTY_WAGE", "C-1", cell, latest(state.why_position, repriced)))
    if state.rank is not None:
        cell = read(RANK_TABLE, "rank_wage", state.rank, None, month, version=version)
        parts.append(from_cell("RANK_WAGE", "C-1", cell, latest(state.why_rank, repriced)))
    return max(parts, key=lambda part: part.amount)


@rule("C-1")
def _level_part(state: CivilState, month: Month, in_force: InForce, facts: Facts) -> Component:
    place = state.place
    cell = facts.standards.cell(
        LEVEL_TABLE, LEVEL_CATEGORY, str(place.level), place.step, month, version=in_force.version
    )
    return from_cell("LEVEL_WAGE", "C-1", cell, latest(state.why_level, in_force.cause()))
