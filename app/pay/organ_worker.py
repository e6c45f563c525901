"""Organ workers: step every two years, technical grades, sanctions, and their wage (W-1 to W-3, D-32)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, cast

from app.messages import Message
from app.pay.components import Cause, Component, InForce, from_cell, latest
from app.pay.errors import PayError, not_applicable
from app.pay.events import EducationChange, Event, Opening, Placement, Sanction, TechnicalGradeChange
from app.pay.months import Month
from app.pay.names import technical_grade_name
from app.pay.rulebook import rule
from app.pay.staff_types import Ended, Facts, Outcome, State
from app.pay.standards import Cell

TABLE, POST, GRADE = "organ_worker_wage", "organ_worker_post", "organ_worker_technical_grade"
# From the lowest. Ordinary workers have no technical grade and no wage for it.
GRADES = (
    "ORDINARY_WORKER", "JUNIOR_WORKER", "INTERMEDIATE_WORKER", "SENIOR_WORKER", "TECHNICIAN", "SENIOR_TECHNICIAN",
)  # fmt: skip
ORDINARY_WORKER, LOWEST_GRADES = GRADES[0], GRADES[:2]
KINDS = ("WARNING", "DEMERIT", "POST_LOWERED", "EXPULSION")
STOPS_STEPS = ("DEMERIT", "POST_LOWERED")


@dataclass(frozen=True, slots=True)
class OrganWorkerState:
    """An organ worker: technical grade, step of the post wage, and the clock of the step."""

    technical_grade: str
    step: int
    step_clock: int
    why_grade: Cause | None = None
    why_step: Cause | None = None
    staff_type: str = "ORGAN_WORKER"
    ended: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "staff_type": self.staff_type,
            "phase": "GRADED",
            "technical_grade": self.technical_grade,
            "step": self.step,
            "step_clock": self.step_clock,
        }


class OrganWorkerRules:
    """The rules of organ workers, in the shape that the replay calls."""

    promotion = "promotion"

    def begin(self, event: Event, facts: Facts) -> Outcome:
        """An opening takes the state over from the file; organ workers do not join on probation here."""
        if not isinstance(event, Opening) or event.staff_type != "ORGAN_WORKER":
            raise not_applicable(event.type, Message("It carries the state of another staff type."))
        return _placed(event, Cause(event.type, event.id, facts.start_month))

    @rule("O-7")
    def take_over(self, target: Placement, event: Event, month: Month, facts: Facts) -> Outcome:
        """The state that a transfer from another system sets (D-40)."""
        return _placed(target, Cause(event.type, event.id, month))

    @rule("W-1", "G-8")
    def promote(self, state: State, year: int, month: Month, facts: Facts) -> Outcome:
        """Two qualified years give one step of the post wage; demerit and lowering of post stop it (D-30)."""
        held = _worker(state)
        assessment = facts.assessments.get(year - 1)
        needed = int(facts.standards.parameter("W-1", "qualified_years"))
        years = facts.qualified_years(held.step_clock, year)
        if years < needed:
            reason = Message(
                "%(what)s: %(years)s of %(needed)s qualified years since %(clock)s.",
                what=Message("Wage step"),
                years=years,
                needed=needed,
                clock=str(held.step_clock),
            )
            return Outcome(held, (reason,) if assessment else ())
        january = date(year, 1, 1)
        if any(period.holds_on(january) and period.kind in STOPS_STEPS for period in facts.periods):
            reason = Message(
                "No step: a demerit or lowering of post is in force on 1 January %(year)s.", year=str(year)
            )
            return Outcome(held, (reason,) if assessment else ())
        cause = Cause(self.promotion, assessment.id if assessment else None, month)
        step = held.step + 1
        reason = Message("%(years)s qualified years: up to step %(step)s.", years=needed, step=step)
        return Outcome(replace(held, step=step, step_clock=year, why_step=cause), (reason,))

    def change(self, state: State, event: Event, month: Month, facts: Facts) -> Outcome:
        """What one event does. Errors: `EVENT_NOT_APPLICABLE`, `NOT_COVERED` and those of the rule."""
        held = _worker(state)
        if isinstance(event, TechnicalGradeChange):
            return change_technical_grade(held, event, month, facts)
        if isinstance(event, Sanction):
            return sanction(held, event, month, facts)
        if isinstance(event, EducationChange):
            return Outcome(held, (Message("After grading, a change of education does not change the wage here."),))
        raise not_applicable(event.type, Message("It belongs to another staff type."))

    @rule("W-1", "W-2")
    def price(self, state: State, month: Month, in_force: InForce, facts: Facts) -> tuple[Component, ...]:
        """Post wage, and technical-grade wage but for ordinary workers."""
        held, repriced = _worker(state), in_force.cause()
        cell = _post_cell(held.technical_grade, held.step, month, in_force, facts)
        parts = [from_cell("ORGAN_POST_WAGE", "W-1", cell, latest(held.why_step, repriced))]
        if held.technical_grade != ORDINARY_WORKER:
            cell = _grade_cell(held.technical_grade, month, in_force, facts)
            parts.append(from_cell("TECHNICAL_GRADE_WAGE", "W-2", cell, latest(held.why_grade, repriced)))
        return tuple(parts)

    def changes_with_the_year(self, state: State) -> bool:
        """No part grows with the calendar year."""
        return False

    def grown_in(self, state: State, month: Month, facts: Facts) -> int:
        """No part grows with the calendar year."""
        return 0


ORGAN_WORKER = OrganWorkerRules()


@rule("W-2")
def change_technical_grade(state: OrganWorkerState, event: TechnicalGradeChange, month: Month, facts: Facts) -> Outcome:
    """The lowest step of the higher grade that pays more than before; the step clock runs on (D-32)."""
    old, new = GRADES.index(state.technical_grade), GRADES.index(event.technical_grade)
    if new == old:
        raise not_applicable(event.type, Message("The employee already holds this technical grade."))
    if new < old:
        raise PayError("NOT_COVERED", Message("The rules give no wage for a lower technical grade."))
    in_force = facts.version_in(month)
    before = _post_cell(state.technical_grade, state.step, month, in_force, facts).amount
    extra = Decimal(0)
    if facts.settings.technical_grade_in_comparison:
        before += _grade_wage(state.technical_grade, month, in_force, facts)
        extra = _grade_wage(event.technical_grade, month, in_force, facts)
    step = next(
        step
        for step in count(1)
        if _post_cell(event.technical_grade, step, month, in_force, facts).amount + extra > before
    )
    cause = Cause(event.type, event.id, month)
    reason = Message("%(grade)s: the lowest step above the present wage is step %(step)s.",
                     grade=technical_grade_name(event.technical_grade), step=step)  # fmt: skip
    after = replace(state, technical_grade=event.technical_grade, step=step, why_grade=cause, why_step=cause)
    return Outcome(after, (reason,))


@rule("W-3")
def sanction(state: OrganWorkerState, event: Sanction, month: Month, facts: Facts) -> Outcome:
    """Lowering of post takes two steps off junior and ordinary workers; expulsion ends pay (D-32)."""
    if event.kind not in KINDS or event.post is not None or event.position or event.level is not None:
        raise not_applicable(event.type, Message("This sanction does not exist for organ workers."))
    if event.kind == "EXPULSION":
        return Outcome(Ended(state.staff_type), (Message("Expulsion: pay stops in the month after."),))
    if event.kind != "POST_LOWERED":
        return Outcome(state)
    if state.technical_grade not in LOWEST_GRADES:
        raise PayError("NOT_COVERED", Message("The rules give no wage for lowering this technical grade."))
    step = max(1, state.step - int(facts.standards.parameter("W-3", "steps_off")))
    cause = Cause(event.type, event.id, month) if step != state.step else state.why_step
    return Outcome(replace(state, step=step, why_step=cause), (Message("Lowered to step %(step)s.", step=step),))


def _worker(state: State) -> OrganWorkerState:
    if not isinstance(state, OrganWorkerState):
        raise TypeError(f"not a state of an organ worker: {state!r}")
    return state


def _post_cell(grade: str, step: int, month: Month, in_force: InForce, facts: Facts) -> Cell:
    return facts.standards.cell(TABLE, POST, grade, step, month, version=in_force.version)


def _grade_cell(grade: str, month: Month, in_force: InForce, facts: Facts) -> Cell:
    return facts.standards.cell(TABLE, GRADE, grade, None, month, version=in_force.version)


def _grade_wage(grade: str, month: Month, in_force: InForce, facts: Facts) -> Decimal:
    return Decimal(0) if grade == ORDINARY_WORKER else _grade_cell(grade, month, in_force, facts).amount


def _placed(placement: Placement, cause: Cause) -> Outcome:
    state = OrganWorkerState(
        technical_grade=cast(str, placement.technical_grade),
        step=cast(int, placement.step),
        step_clock=cast(int, placement.step_clock),
        why_grade=cause,
        why_step=cause,
    )
    reason = Message("Taken over: %(grade)s, step %(step)s.",
                     grade=technical_grade_name(state.technical_grade), step=state.step)  # fmt: skip
    return Outcome(state, (reason,))
