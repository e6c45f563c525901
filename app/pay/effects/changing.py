"""Effects that change post, position, rank, technical grade, staff category, education or occupation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.errors import Conflict
from app.messages import Message
from app.pay.careers import Person
from app.pay.effects.placing import GRADE, PLACEMENT, POST, placement_of
from app.pay.effects.shape import (
    ACTIVE,
    CIVIL_SERVANT,
    DAY,
    INSTITUTION,
    NEW,
    ORGAN_WORKER,
    Effect,
    FactKind,
    Facts,
    Standing,
    optional,
    require,
)
from app.pay.events import (
    EducationChange,
    Event,
    OccupationChange,
    PositionChange,
    PostAppointment,
    RankChange,
    Target,
    TechnicalGradeChange,
    Transfer,
)
from app.pay.months import month_after, month_of
from app.pay.names import STAFF_TYPES

_START_YEAR = optional("teaching_start_year", "year", Message("first year of teaching or nursing"))


def _appointment(facts: Facts, standing: Standing) -> Sequence[Event]:
    return (PostAppointment(id=NEW, date=facts["day"], post=facts["post"], grade=facts.get("grade")),)


def _position(facts: Facts, standing: Standing) -> Sequence[Event]:
    return (PositionChange(id=NEW, date=facts["day"], position=facts["position"], leading=facts["leading"]),)


def _rank(facts: Facts, standing: Standing) -> Sequence[Event]:
    return (RankChange(id=NEW, date=facts["day"], rank=facts["rank"]),)


def _technical_grade(facts: Facts, standing: Standing) -> Sequence[Event]:
    return (TechnicalGradeChange(id=NEW, date=facts["day"], technical_grade=facts["technical_grade"]),)


def _category(facts: Facts, standing: Standing) -> Sequence[Event]:
    """Within an institution a post of another kind with the grade set anew (I-7); otherwise another system (O-7)."""
    new = facts["staff_type"]
    if new == standing.staff_type == "INSTITUTION":
        require(facts, POST, GRADE)
        return _appointment(facts, standing)
    if new == standing.staff_type:
        raise Conflict(
            Message("%(name)s already belongs to: %(staff_type)s.", name=standing.name, staff_type=STAFF_TYPES[new]),
            remedy=Message("Choose the new category, or the item for a change within it."),
        )
    target = Target(staff_type=new, **placement_of(facts, new))
    return (
        Transfer(
            id=NEW, date=facts["day"], same_system=False, last_paid_month=month_of(facts["day"]),
            first_paid_month=month_after(facts["day"]), target=target,
        ),
    )  # fmt: skip


def _education(facts: Facts, standing: Standing) -> Sequence[Event]:
    return (EducationChange(id=NEW, date=facts["day"], education=facts["education"]),)


def _occupation(facts: Facts, standing: Standing) -> Sequence[Event]:
    """Entering or leaving a teaching or nursing post is an event; a corrected first year is a fact of the person."""
    occupation = facts.get("occupation")
    if occupation is not None:
        require(facts, _START_YEAR)
    if occupation == standing.occupation:
        return ()
    return (OccupationChange(id=NEW, date=facts["day"], occupation=occupation),)


def _person_with_years(person: Person, facts: Facts, standing: Standing) -> Person:
    return replace(
        person,
        teaching_start_year=facts.get("teaching_start_year") or person.teaching_start_year,
        teaching_deducted_years=facts.get("teaching_deducted_years") or person.teaching_deducted_years,
    )


def _roster_with_years(facts: Facts, standing: Standing) -> dict[str, Any]:
    kept = {key: facts[key] for key in ("teaching_start_year", "teaching_deducted_years") if facts.get(key)}
    return {"occupation": facts.get("occupation"), **kept}


CHANGING = (
    Effect(
        "post_appointment", Message("Post appointment"),
        (DAY, FactKind("post", "post", Message("post")), GRADE), ACTIVE, _appointment,
        roster_of=lambda facts, standing: {"post": facts["post"]}, staff_types=INSTITUTION,
    ),
    Effect(
        "position_change", Message("Change of position"),
        (DAY, FactKind("position", "position", Message("position")),
         FactKind("leading", "yes_no", Message("leading position"))),
        ACTIVE, _position, staff_types=CIVIL_SERVANT,
    ),
    Effect(
        "rank_change", Message("Change of rank"), (DAY, FactKind("rank", "rank", Message("rank"))), ACTIVE, _rank,
        staff_types=CIVIL_SERVANT,
    ),
    Effect(
        "technical_grade_change", Message("Change of technical grade"),
        (DAY, FactKind("technical_grade", "technical_grade", Message("technical grade"))), ACTIVE, _technical_grade,
        staff_types=ORGAN_WORKER,
    ),
    Effect(
        "category_change", Message("Change of staff category"),
        (DAY, FactKind("staff_type", "staff_type", Message("new staff category")), *PLACEMENT), ACTIVE, _category,
    ),
    Effect(
        "education_change", Message("Change of education"),
        (DAY, FactKind("education", "education", Message("education"))), ACTIVE, _education,
        roster_of=lambda facts, standing: {"education": facts["education"]},
    ),
    Effect(
        "occupation_change", Message("Teaching or nursing post and years"),
        (DAY, optional("occupation", "occupation", Message("occupation")), _START_YEAR,
         optional("teaching_deducted_years", "number", Message("years not counted for teaching or nursing"))),
        ACTIVE, _occupation, _person_with_years, _roster_with_years, staff_types=INSTITUTION, must_change=False,
    ),
)  # fmt: skip
