"""Institution staff: new hire, grading, increments, changes of post and education, sanctions (I-2 to I-11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, cast

from app.messages import Message
from app.pay.components import Cause, Component, InForce
from app.pay.errors import PayError, not_applicable
from app.pay.events import (
    EducationChange,
    Event,
    Grading,
    Join,
    OccupationChange,
    Opening,
    Placement,
    PostAppointment,
    Sanction,
)
from app.pay.institution_posts import lower_post, move_to_post
from app.pay.months import Month, month_said
from app.pay.names import RESULTS, education_name, post_name, series_of
from app.pay.probation import check_probation_over, due_month
from app.pay.rulebook import rule
from app.pay.staff_types import Ended, Facts, Outcome, State

KINDS = ("WARNING", "DEMERIT", "POST_LOWERED", "EXPULSION")
STOPS_INCREMENTS = ("DEMERIT", "POST_LOWERED")


@dataclass(frozen=True, slots=True)
class InstitutionState:
    """A member of institution staff. On probation there is no grade, and a post only if one was appointed."""

    phase: Literal["PROBATION", "GRADED"]
    education: str | None
    post: str | None
    grade: int | None
    occupation: str | None
    # The month from which grade and post are paid, and the year of grading if that was an event (D-15).
    graded_from: Month | None = None
    grading_year: int | None = None
    # Years whose increment of 1 January is skipped after a raise to a starting grade (D-16).
    skipped_years: tuple[int, ...] = ()
    why_paid: Cause | None = None
    why_post: Cause | None = None
    why_grade: Cause | None = None
    why_occupation: Cause | None = None
    staff_type: str = "INSTITUTION"
    ended: bool = False

    def to_json(self) -> dict[str, Any]:
        if self.phase == "PROBATION":
            return {"staff_type": self.staff_type, "phase": self.phase, "education": self.education}
        return {
            "staff_type": self.staff_type,
            "phase": self.phase,
            "post": self.post,
            "grade": self.grade,
            "occupation": self.occupation,
        }


class InstitutionRules:
    """The rules of institution staff, in the shape that the replay calls."""

    promotion = "increment"

    @rule("I-2")
    def begin(self, event: Event, facts: Facts) -> Outcome:
        """Joining starts probation; an opening takes the state over from the file."""
        person, month = facts.person, facts.start_month
        cause = Cause(event.type, event.id, month)
        if isinstance(event, Join):
            state = InstitutionState(
                phase="PROBATION",
                education=person.education,
                post=None,
                grade=None,
                occupation=person.occupation,
                why_paid=cause,
                why_occupation=cause,
            )
            return Outcome(state, (_probation_reason(state, facts),))
        if not isinstance(event, Opening) or event.staff_type != "INSTITUTION":
            raise not_applicable(event.type, Message("It carries the state of another staff type."))
        return _placed(event, cause, occupation=person.occupation, education=person.education)

    @rule("O-7")
    def take_over(self, target: Placement, event: Event, month: Month, facts: Facts) -> Outcome:
        """The state that a transfer from another system sets; the occupation ends (D-40)."""
        cause = Cause(event.type, event.id, month)
        return _placed(target, cause, occupation=None, education=facts.person.education)

    @rule("I-5", "G-8")
    def promote(self, state: State, year: int, month: Month, facts: Facts) -> Outcome:
        """One grade up on 1 January after a qualified year, unless something stands against it (D-15)."""
        held = _institution(state)
        assessment = facts.assessments.get(year - 1)
        if assessment is None:
            return Outcome(held)
        against = _against_increment(held, year, facts)
        if against is not None:
            return Outcome(held, (against,))
        grade = cast(int, held.grade) + 1
        cause = Cause("increment", assessment.id, month)
        reason = Message(
            "Assessed as %(result)s in %(assessed)s: one grade up from 1 January %(year)s, to grade %(grade)s.",
            result=RESULTS[assessment.result],
            assessed=str(year - 1),
            year=str(year),
            grade=grade,
        )
        return Outcome(replace(held, grade=grade, why_grade=cause), (reason,))

    def change(self, state: State, event: Event, month: Month, facts: Facts) -> Outcome:
        """What one event does. Errors: `EVENT_NOT_APPLICABLE`, `NOT_COVERED` and those of the rule."""
        held = _institution(state)
        if isinstance(event, Grading):
            return grade_after_probation(held, event, month, facts)
        if isinstance(event, PostAppointment):
            return appoint(held, event, month, facts)
        if isinstance(event, EducationChange):
            return change_education(held, event, month, facts)
        if isinstance(event, OccupationChange):
            cause = Cause(event.type, event.id, month)
            return Outcome(replace(held, occupation=event.occupation, why_occupation=cause))
        if isinstance(event, Sanction):
            return sanction(held, event, month, facts)
        raise not_applicable(event.type, Message("It belongs to another staff type."))

    def price(self, state: State, month: Month, in_force: InForce, facts: Facts) -> tuple[Component, ...]:
        """The components of a month."""
        from app.pay.institution_wage import components_of

        return components_of(_institution(state), month, in_force, facts)

    def changes_with_the_year(self, state: State) -> bool:
        """The seniority allowance grows with the calendar year (I-9)."""
        return isinstance(state, InstitutionState) and state.phase == "GRADED" and state.occupation is not None

    def grown_in(self, state: State, month: Month, facts: Facts) -> int:
        """The years from which the seniority allowance of the month is paid (I-9)."""
        from app.pay.institution_wage import seniority_band

        return seniority_band(month, facts)[1].years_from if self.changes_with_the_year(state) else 0


INSTITUTION = InstitutionRules()


@rule("I-3", "I-4")
def grade_after_probation(state: InstitutionState, event: Grading, month: Month, facts: Facts) -> Outcome:
    """Post and grade after probation: by appointment and education, or as the event states (D-11, D-12)."""
    if state.phase == "GRADED":
        raise not_applicable(event.type, Message("The employee is already graded."))
    if event.position or event.rank or event.level is not None or event.leading is not None:
        raise not_applicable(event.type, Message("It carries the state of another staff type."))
    education = facts.standards.educations[cast(str, state.education)]
    check_probation_over(education.code, month, facts)
    post = event.post or state.post or education.default_tech_post
    start_grade = facts.standards.start_grades[post]
    reasons = [Message("Post on the grading date: %(post)s.", post=post_name(post))]
    if event.grade is not None:
        grade = event.grade
        reasons.append(Message("The application states grade %(grade)s.", grade=grade))
    elif series_of(post) == "WORKER":
        raise PayError(
            "GRADE_REQUIRED", Message("A worker post has no grade by education, so the grade must be stated.")
        )
    else:
        grade = max(education.grade, start_grade) + event.extra_grades
        reasons += _grading_reasons(state, education.grade, start_grade, event.extra_grades, grade)
    cause = Cause(event.type, event.id, month)
    graded = replace(
        state,
        phase="GRADED",
        post=post,
        grade=grade,
        graded_from=month,
        grading_year=month.year,
        why_post=cause,
        why_grade=cause,
    )
    return Outcome(graded, tuple(reasons))


def appoint(state: InstitutionState, event: PostAppointment, month: Month, facts: Facts) -> Outcome:
    """An appointment: on probation it only sets the post (D-14), afterwards I-6 or I-7."""
    if state.phase == "PROBATION":
        reason = Message("On probation an appointment only sets the post; it counts at the grading.")
        return Outcome(replace(state, post=event.post), (reason,))
    old_post, old_grade = cast(str, state.post), cast(int, state.grade)
    move = move_to_post(old_post, old_grade, event, month, facts)
    cause = Cause(event.type, event.id, month)
    skipped = (*state.skipped_years, month.year + 1) if move.skips_increment else state.skipped_years
    after = replace(
        state,
        post=event.post,
        grade=move.grade,
        skipped_years=skipped,
        why_post=cause if event.post != old_post else state.why_post,
        why_grade=cause if move.grade != old_grade else state.why_grade,
    )
    return Outcome(after, move.reasons)


@rule("I-11")
def change_education(state: InstitutionState, event: EducationChange, month: Month, facts: Facts) -> Outcome:
    """On probation the sum and the later grading follow (D-14); afterwards only by the parameter (D-21)."""
    cause = Cause(event.type, event.id, month)
    after = replace(state, education=event.education)
    name = education_name(event.education)
    if state.phase == "PROBATION":
        reason = Message("From %(month)s the probation wage is that for %(education)s.",
                         month=month_said(month), education=name)  # fmt: skip
        return Outcome(replace(after, why_paid=cause), (reason,))
    grade = facts.standards.educations[event.education].grade
    held = cast(int, state.grade)
    if not facts.settings.institution_education_change or series_of(cast(str, state.post)) == "WORKER":
        return Outcome(after, (Message("After grading, a change of education does not change the wage here."),))
    if grade <= held:
        return Outcome(
            after, (Message("Grading by %(education)s would not be above grade %(grade)s.",
                            education=name, grade=held),)
        )  # fmt: skip
    skipped = state.skipped_years if month.month == 1 else (*state.skipped_years, month.year + 1)
    reason = Message("Graded again by %(education)s: grade %(grade)s.", education=name, grade=grade)
    return Outcome(replace(after, grade=grade, skipped_years=skipped, why_grade=cause), (reason,))


@rule("I-10")
def sanction(state: InstitutionState, event: Sanction, month: Month, facts: Facts) -> Outcome:
    """Warning and demerit cut nothing; lowering of post changes post and grade; expulsion ends pay (D-20)."""
    if event.kind not in KINDS or event.position or event.level is not None:
        raise not_applicable(event.type, Message("This sanction does not exist for institution staff."))
    if event.kind == "EXPULSION":
        return Outcome(Ended(state.staff_type), (Message("Expulsion: pay stops in the month after."),))
    if event.kind != "POST_LOWERED":
        return Outcome(state)
    if state.phase == "PROBATION":
        raise not_applicable(event.type, Message("The employee is not graded yet."))
    post, grade, reason = lower_post(cast(str, state.post), cast(int, state.grade), event, facts)
    cause = Cause(event.type, event.id, month)
    after = replace(
        state,
        post=post,
        grade=grade,
        why_post=cause if post != state.post else state.why_post,
        why_grade=cause if grade != state.grade else state.why_grade,
    )
    return Outcome(after, (reason,))


def _institution(state: State) -> InstitutionState:
    if not isinstance(state, InstitutionState):
        raise TypeError(f"not a state of institution staff: {state!r}")
    return state


def _placed(event: Placement, cause: Cause, *, occupation: str | None, education: str | None) -> Outcome:
    state = InstitutionState(
        phase="GRADED",
        education=education,
        post=event.post,
        grade=event.grade,
        occupation=occupation,
        graded_from=cause.month,
        why_post=cause,
        why_grade=cause,
        why_occupation=cause,
    )
    reason = Message("Taken over: %(post)s, grade %(grade)s.",
                     post=post_name(cast(str, event.post)), grade=cast(int, event.grade))  # fmt: skip
    return Outcome(state, (reason,))


def _against_increment(state: InstitutionState, year: int, facts: Facts) -> Message | None:
    """Why there is no increment on 1 January `year`, or null."""
    january = date(year, 1, 1)
    assessment = facts.assessments[year - 1]
    if state.graded_from is None or state.graded_from >= january:
        return Message("No increment: on 1 January %(year)s the employee is not graded yet.", year=str(year))
    if not assessment.qualifies:
        return Message(
            "No increment: the assessment of %(assessed)s is '%(result)s'; only Excellent and Qualified count.",
            assessed=str(year - 1),
            result=RESULTS[assessment.result],
        )
    if year in state.skipped_years:
        return Message(
            "No increment on 1 January %(year)s: the grade was raised to the starting grade of the post in "
            "%(raised)s, and the next increment is then skipped.",
            year=str(year),
            raised=str(year - 1),
        )
    if state.grading_year == year - 1 and not facts.settings.grading_year_counts:
        return Message("No increment on 1 January %(year)s: the year of grading does not count here.", year=str(year))
    if any(period.kind in STOPS_INCREMENTS and period.holds_on(january) for period in facts.periods):
        return Message("No increment: a demerit or lowering of post is in force on 1 January %(year)s.", year=str(year))
    return None


def _probation_reason(state: InstitutionState, facts: Facts) -> Message:
    education = cast(str, state.education)
    return Message(
        "Paid the fixed sum for %(education)s from the month of joining. Grading is due from %(due)s.",
        education=education_name(education),
        due=month_said(due_month(education, facts)),
    )


def _grading_reasons(
    state: InstitutionState, by_education: int, start_grade: int, extra: int, grade: int
) -> list[Message]:
    reasons = [
        Message("Grade by education (%(education)s): %(grade)s.",
                education=education_name(cast(str, state.education)), grade=by_education)
    ]  # fmt: skip
    if start_grade > by_education:
        reasons.append(Message("The post starts at the higher grade %(grade)s, which is taken.", grade=start_grade))
    if extra:
        reasons.append(Message("%(extra)s extra grades give grade %(grade)s.", extra=extra, grade=grade))
    return reasons
