"""Civil servants: new hire, grading, and which rule each event falls under (C-1 to C-10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

from app.messages import Message
from app.pay.civil_positions import change_position, change_rank
from app.pay.civil_promotion import promote
from app.pay.civil_sanctions import sanction
from app.pay.civil_state import CivilState, civil
from app.pay.civil_wage import components_of
from app.pay.components import Cause, Component, InForce
from app.pay.errors import PayError, not_applicable
from app.pay.events import (
    EducationChange,
    Event,
    Grading,
    Join,
    Opening,
    Placement,
    PositionChange,
    RankChange,
    Sanction,
)
from app.pay.months import Month, month_said
from app.pay.names import education_name, position_name
from app.pay.probation import check_probation_over, due_month
from app.pay.rulebook import rule
from app.pay.staff_types import Facts, Outcome, State
from app.pay.table_files import CivilGrading


class CivilRules:
    """The rules of civil servants, in the shape that the replay calls."""

    promotion = "promotion"

    @rule("C-2")
    def begin(self, event: Event, facts: Facts) -> Outcome:
        """Joining starts probation; an opening takes the state over from the file."""
        cause = Cause(event.type, event.id, facts.start_month)
        if isinstance(event, Join):
            education = cast(str, facts.person.education)
            reason = Message(
                "Paid the fixed sum for %(education)s from the month of joining. Grading is due from %(due)s.",
                education=education_name(education),
                due=month_said(due_month(education, facts)),
            )
            return Outcome(CivilState(phase="PROBATION", education=education, why_paid=cause), (reason,))
        if not isinstance(event, Opening) or event.staff_type != "CIVIL_SERVANT":
            raise not_applicable(event.type, Message("It carries the state of another staff type."))
        return _placed(event, cause, facts)

    @rule("O-7")
    def take_over(self, target: Placement, event: Event, month: Month, facts: Facts) -> Outcome:
        """The state that a transfer from another system sets (D-40)."""
        return _placed(target, Cause(event.type, event.id, month), facts)

    def promote(self, state: State, year: int, month: Month, facts: Facts) -> Outcome:
        """Level and step on 1 January."""
        return promote(civil(state), year, month, facts)

    def change(self, state: State, event: Event, month: Month, facts: Facts) -> Outcome:
        """What one event does. Errors: `EVENT_NOT_APPLICABLE`, `NOT_COVERED` and those of the rule."""
        held = civil(state)
        if isinstance(event, Grading):
            return grade_after_probation(held, event, month, facts)
        if isinstance(event, PositionChange):
            return change_position(held, event, month, facts)
        if isinstance(event, RankChange):
            return change_rank(held, event, month, facts)
        if isinstance(event, EducationChange):
            return _change_education(held, event, month)
        if isinstance(event, Sanction):
            return sanction(held, event, month, facts)
        raise not_applicable(event.type, Message("It belongs to another staff type."))

    def price(self, state: State, month: Month, in_force: InForce, facts: Facts) -> tuple[Component, ...]:
        """The components of a month."""
        return components_of(civil(state), month, in_force, facts)

    def changes_with_the_year(self, state: State) -> bool:
        """No part grows with the calendar year."""
        return False

    def grown_in(self, state: State, month: Month, facts: Facts) -> int:
        """No part grows with the calendar year."""
        return 0


CIVIL = CivilRules()


@rule("C-3")
def grade_after_probation(state: CivilState, event: Grading, month: Month, facts: Facts) -> Outcome:
    """Position or rank, level and step by education, or as the event states (D-11, D-13)."""
    if state.phase == "GRADED":
        raise not_applicable(event.type, Message("The employee is already graded."))
    if event.post is not None or event.grade is not None or event.extra_grades:
        raise not_applicable(event.type, Message("It carries the state of another staff type."))
    education = cast(str, state.education)
    check_probation_over(education, month, facts)
    cause = Cause(event.type, event.id, month)
    position, leading, rank = event.position, event.leading, event.rank
    if position is None and rank is None:
        row = _grading_row(education, facts)
        if month < date.fromisoformat(facts.standards.parameter("C-3", "ranks_from")):
            position, leading = row.position, False
        else:
            rank = row.rank
    level, step = event.level, event.step
    if level is None:  # then the step is not stated either
        row = _grading_row(education, facts)
        level, step = row.level, row.step
    clock = month.year if facts.settings.grading_year_counts else month.year + 1
    graded = CivilState(
        phase="GRADED",
        education=education,
        position=position,
        leading=leading,
        rank=rank,
        level=level,
        step=step,
        level_clock=clock,
        step_clock=clock,
        why_position=cause,
        why_rank=cause,
        why_level=cause,
    )
    reason = Message("Graded by %(education)s: %(position)s, level %(level)s, step %(step)s.",
                     education=education_name(education), position=position_name(cast(str, rank or position)),
                     level=level, step=step)  # fmt: skip
    return Outcome(graded, (reason,))


def _grading_row(education: str, facts: Facts) -> CivilGrading:
    row = facts.standards.civil_gradings.get(education)
    if row is None:
        raise PayError(
            "NOT_COVERED",
            Message("The rules grade no civil servant with the education %(education)s.",
                    education=education_name(education)),
        )  # fmt: skip
    return row


def _change_education(state: CivilState, event: EducationChange, month: Month) -> Outcome:
    """On probation the sum and the later grading follow (D-14); afterwards nothing changes."""
    after = replace(state, education=event.education)
    if state.phase == "GRADED":
        return Outcome(after, (Message("After grading, a change of education does not change the wage here."),))
    reason = Message("From %(month)s the probation wage is that for %(education)s.",
                     month=month_said(month), education=education_name(event.education))  # fmt: skip
    return Outcome(replace(after, why_paid=Cause(event.type, event.id, month)), (reason,))


def _placed(placement: Placement, cause: Cause, facts: Facts) -> Outcome:
    state = CivilState(
        phase="GRADED",
        education=facts.person.education,
        position=placement.position,
        leading=placement.leading,
        rank=placement.rank,
        level=placement.level,
        step=placement.step,
        level_clock=placement.level_clock,
        step_clock=placement.step_clock,
        why_position=cause,
        why_rank=cause,
        why_level=cause,
    )
    reason = Message(
        "Taken over: %(position)s, level %(level)s, step %(step)s.",
        position=position_name(cast(str, placement.position or placement.rank)),
        level=cast(int, placement.level),
        step=cast(int, placement.step),
    )
    return Outcome(state, (reason,))
