"""The normal promotions of civil servants on 1 January: level after five years, step after two (C-4, C-5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

from app.messages import Message
from app.pay.civil_positions import top_level
from app.pay.civil_state import CivilState, restarted
from app.pay.civil_steps import rise
from app.pay.components import Cause
from app.pay.months import Month
from app.pay.rulebook import rule
from app.pay.staff_types import Facts, Outcome

# The only sanction under which steps go on (D-30).
LIGHT = "WARNING"


@rule("G-6", "G-8")
def promote(state: CivilState, year: int, month: Month, facts: Facts) -> Outcome:
    """First the level, then the step (D-7); what an assessment did not bring is said."""
    if state.phase == "PROBATION":
        return Outcome(state)
    cause = _cause(year, month, facts)
    level = _promote_level(state, year, cause, facts)
    step = _promote_step(cast(CivilState, level.state), year, cause, facts)
    said = step.state is not state or year - 1 in facts.assessments
    return Outcome(step.state, (*level.reasons, *step.reasons) if said else ())


@rule("C-4")
def _promote_level(state: CivilState, year: int, cause: Cause, facts: Facts) -> Outcome:
    """One level up below the top of the range; at the top one step, and the level clock restarts (D-8)."""
    clock, needed = cast(int, state.level_clock), int(facts.standards.parameter("C-4", "qualified_years"))
    years = facts.qualified_years(clock, year)
    if years < needed:
        return Outcome(state, (_not_yet(Message("Wage level"), years, needed, clock),))
    if any(period.holds_on(date(year, 1, 1)) for period in facts.periods):
        return Outcome(state, (Message("No level: a sanction is in force on 1 January %(year)s.", year=str(year)),))
    if state.place.level <= top_level(state, facts):
        reason = Message(
            "The top of the range is reached: %(years)s qualified years give one step, and the level clock restarts.",
            years=needed,
        )
        step = state.place.step + 1
        return Outcome(replace(state, step=step, level_clock=year, why_level=cause), (reason,))
    place, over_raise = rise(state.place, 1, cause.month, facts)
    after = replace(state, level=place.level, step=place.step, level_clock=year, why_level=cause)
    reasons = [
        Message("%(years)s qualified years: up to level %(level)s, step %(step)s.",
                years=needed, level=place.level, step=place.step)
    ]  # fmt: skip
    if over_raise:
        after = replace(after, step_clock=restarted(after.step_clock, year))
        reasons.append(
            Message("The rise is more than a step would have been: the step clock restarts in %(year)s.",
                    year=str(year))
        )  # fmt: skip
    return Outcome(after, tuple(reasons))


@rule("C-5")
def _promote_step(state: CivilState, year: int, cause: Cause, facts: Facts) -> Outcome:
    """One step up, and the step clock restarts."""
    clock, needed = cast(int, state.step_clock), int(facts.standards.parameter("C-5", "qualified_years"))
    years = facts.qualified_years(clock, year)
    if years < needed:
        return Outcome(state, (_not_yet(Message("Wage step"), years, needed, clock),))
    january = date(year, 1, 1)
    if any(period.holds_on(january) and period.kind != LIGHT for period in facts.periods):
        reason = Message("No step: a demerit or a heavier sanction is in force on 1 January %(year)s.", year=str(year))
        return Outcome(state, (reason,))
    step = state.place.step + 1
    reason = Message("%(years)s qualified years: up to step %(step)s.", years=needed, step=step)
    return Outcome(replace(state, step=step, step_clock=year, why_level=cause), (reason,))


def _cause(year: int, month: Month, facts: Facts) -> Cause:
    assessment = facts.assessments.get(year - 1)
    return Cause("promotion", assessment.id if assessment else None, month)


def _not_yet(what: Message, years: int, needed: int, clock: int) -> Message:
    return Message(
        "%(what)s: %(years)s of %(needed)s qualified years since %(clock)s.",
        what=what,
        years=years,
        needed=needed,
        clock=str(clock),
    )
