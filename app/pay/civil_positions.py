"""Changes of position and rank of civil servants, up and down (C-7, C-8, C-9, D-23 to D-26)."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from app.messages import Message
from app.pay.civil_state import CivilState, restarted
from app.pay.civil_steps import fall, rise
from app.pay.components import Cause
from app.pay.errors import PayError, not_applicable
from app.pay.events import PositionChange, RankChange
from app.pay.months import Month
from app.pay.names import position_name
from app.pay.rulebook import rule
from app.pay.staff_types import Facts, Outcome

# The position whose tier a rank counts as (D-23).
POSITION_OF_RANK = {
    "RANK_INSPECTOR_1": "BUREAU_CHIEF",
    "RANK_INSPECTOR_2": "BUREAU_DEPUTY",
    "RANK_RESEARCHER_1": "DIV_CHIEF",
    "RANK_RESEARCHER_2": "DIV_CHIEF",
    "RANK_RESEARCHER_3": "DIV_DEPUTY",
    "RANK_RESEARCHER_4": "DIV_DEPUTY",
    "RANK_CHIEF_CLERK_1": "SECT_CHIEF",
    "RANK_CHIEF_CLERK_2": "SECT_CHIEF",
    "RANK_CHIEF_CLERK_3": "SECT_DEPUTY",
    "RANK_CHIEF_CLERK_4": "SECT_DEPUTY",
    "RANK_CLERK_1": "STAFF",
    "RANK_CLERK_2": "CLERK",
}
# Ranks that come from one old tier: lower and higher one (C-8).
PAIRS = {
    ("RANK_RESEARCHER_4", "RANK_RESEARCHER_3"),
    ("RANK_RESEARCHER_2", "RANK_RESEARCHER_1"),
    ("RANK_CHIEF_CLERK_4", "RANK_CHIEF_CLERK_3"),
    ("RANK_CHIEF_CLERK_2", "RANK_CHIEF_CLERK_1"),
}


def tier_of(code: str, facts: Facts) -> int:
    """The tier of a position or rank; 0 is the highest (D-23)."""
    positions = [held.code for held in facts.standards.civil_ranges.values() if held.kind == "duty"]
    return positions.index(POSITION_OF_RANK.get(code, code))


def present_tier(state: CivilState, facts: Facts) -> int:
    """The higher of the tiers of position and rank."""
    return min(tier_of(code, facts) for code in (state.position, state.rank) if code is not None)


def top_level(state: CivilState, facts: Facts) -> int:
    """The top of the range: the higher top of position and rank (D-24)."""
    held = (code for code in (state.position, state.rank) if code is not None)
    return min(facts.standards.civil_ranges[code].highest for code in held)


def change_position(state: CivilState, event: PositionChange, month: Month, facts: Facts) -> Outcome:
    """A promotion, a change at the same tier, a lower position, or the leading position given up."""
    _check_graded(state, event.type)
    cause = Cause(event.type, event.id, month)
    after = replace(state, position=event.position, leading=event.leading, why_position=cause)
    if event.position is None:
        if state.position is None or state.rank is None:
            raise not_applicable(event.type, Message("A position is given up only by who also holds a rank."))
        return _keep_below_top(after, cause, month, facts)
    new, present = tier_of(event.position, facts), present_tier(state, facts)
    if new < present:
        _check_no_sanction(event, facts)
        return _promote(after, event.position, cause, month, facts)
    if new > present:
        return _keep_below_top(after, cause, month, facts)
    return Outcome(after, (Message("A position of the same tier: only the duty wage follows, level and step stay."),))


def change_rank(state: CivilState, event: RankChange, month: Month, facts: Facts) -> Outcome:
    """The first rank, a higher rank, or a lower one."""
    _check_graded(state, event.type)
    cause = Cause(event.type, event.id, month)
    after = replace(state, rank=event.rank, why_rank=cause)
    if state.rank is None:
        return _first_rank(after, event, facts)
    if event.rank == state.rank:
        raise not_applicable(event.type, Message("The employee already holds this rank."))
    order = list(facts.standards.civil_ranges)
    if order.index(event.rank) > order.index(state.rank):
        return _keep_below_top(after, cause, month, facts)
    _check_no_sanction(event, facts)
    if (state.rank, event.rank) in PAIRS:
        return _promote_in_pair(after, event.rank, cause, month, facts)
    return _promote(after, event.rank, cause, month, facts)


@rule("C-8")
def _first_rank(after: CivilState, event: RankChange, facts: Facts) -> Outcome:
    """The move to parallel ranks: level, step and clocks stay; a non-leading position ends (D-25)."""
    if not after.leading:
        position = cast(str, after.position)
        if tier_of(position, facts) != tier_of(event.rank, facts):
            raise not_applicable(event.type, Message("The first rank must be of the tier of the position held."))
        after = replace(after, position=None, leading=None)
    return Outcome(after, (Message("The first rank: level, step and clocks stay."),))


@rule("C-7", "C-8", "G-1")
def _promote(after: CivilState, code: str, cause: Cause, month: Month, facts: Facts) -> Outcome:
    """To the lowest level of the new range, or one level up below its top (D-24)."""
    level, lowest = after.place.level, facts.standards.civil_ranges[code].lowest
    levels = max(level - lowest, 1 if level > top_level(after, facts) else 0)
    return _raised(after, code, levels, cause, month, facts, restarts=levels > 1)


@rule("C-8")
def _promote_in_pair(after: CivilState, rank: str, cause: Cause, month: Month, facts: Facts) -> Outcome:
    """Inside a pair the level rises only to the lowest of the new range, and then the level clock restarts."""
    levels = max(0, after.place.level - facts.standards.civil_ranges[rank].lowest)
    return _raised(after, rank, levels, cause, month, facts, restarts=True)


def _raised(
    after: CivilState, code: str, levels: int, cause: Cause, month: Month, facts: Facts, *, restarts: bool
) -> Outcome:
    """Level by level up; an over-raise restarts the step clock (C-6, D-9, D-10)."""
    name = position_name(code)
    if not levels:
        return Outcome(after, (Message("%(position)s: level and step stay.", position=name),))
    place, over_raise = rise(after.place, levels, month, facts)
    reasons = [
        Message("%(position)s: up to level %(level)s, step %(step)s.",
                position=name, level=place.level, step=place.step)
    ]  # fmt: skip
    after = replace(after, level=place.level, step=place.step, why_level=cause)
    if restarts:
        after = replace(after, level_clock=restarted(after.level_clock, month.year))
        reasons.append(Message("The level clock restarts in %(year)s.", year=str(month.year)))
    if over_raise:
        after = replace(after, step_clock=restarted(after.step_clock, month.year))
        reasons.append(
            Message("The rise is more than a step would have been: the step clock restarts in %(year)s.",
                    year=str(month.year))
        )  # fmt: skip
    return Outcome(after, tuple(reasons))


@rule("C-9")
def _keep_below_top(after: CivilState, cause: Cause, month: Month, facts: Facts) -> Outcome:
    """Level and step stay unless the level is above the top of the new range (D-24)."""
    top = top_level(after, facts)
    if after.place.level >= top:
        return Outcome(after, (Message("A lower position or rank: level and step stay."),))
    place = fall(after.place, top - after.place.level, month, facts)
    reason = Message("The level is above the range and becomes level %(level)s, step %(step)s.",
                     level=place.level, step=place.step)  # fmt: skip
    return Outcome(replace(after, level=place.level, step=place.step, why_level=cause), (reason,))


def _check_graded(state: CivilState, kind: str) -> None:
    if state.phase == "PROBATION":
        raise not_applicable(kind, Message("The employee is not graded yet."))


@rule("C-10")
def _check_no_sanction(event: PositionChange | RankChange, facts: Facts) -> None:
    """No promotion of position or rank dated inside the period of a sanction (D-31)."""
    if any(period.holds_on(event.day) for period in facts.periods):
        raise PayError(
            "PROMOTION_DURING_SANCTION",
            Message("A sanction is in force on %(day)s; no promotion of position or rank is possible.", day=event.day),
        )
