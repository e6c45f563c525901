"""Effects that begin a career here or move it in: new hire, resettlement, transfer in, grading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.errors import Invalid
from app.messages import Message
from app.pay.careers import Person
from app.pay.effects.placing import (
    GRADE,
    LEADING,
    LEVEL,
    PLACEMENT,
    POSITION,
    POST,
    RANK,
    STEP,
    STEP_CLOCK,
    TECHNICAL_GRADE,
    is_placed,
    placement_of,
)
from app.pay.effects.shape import (
    ACTIVE,
    CIVIL_SERVANT,
    DAY,
    INSTITUTION,
    NEW,
    PENDING,
    Effect,
    FactKind,
    Facts,
    Standing,
    optional,
    require,
)
from app.pay.events import Event, Grading, Join, Opening, Target, Transfer
from app.pay.months import month_after
from models.staff import StaffState

_OCCUPATION = optional("occupation", "occupation", Message("occupation"))
_STOP_MONTH = FactKind("stop_month", "month", Message("last month paid by the former unit"))


def _join(facts: Facts, standing: Standing) -> Sequence[Event]:
    """Organ workers know no probation in these rules: they begin with grade and step."""
    if standing.staff_type == "ORGAN_WORKER":
        return _opening(facts, standing)
    return (Join(id=NEW, date=facts["day"]),)


def _new_person(person: Person, facts: Facts, standing: Standing) -> Person:
    return replace(
        person,
        education=facts["education"],
        occupation=facts.get("occupation"),
        teaching_start_year=_teaching_start(facts),
    )


def _teaching_start(facts: Facts) -> int | None:
    """Who has not taught or nursed before begins in the year of joining."""
    if facts.get("occupation") is None:
        return None
    year: int = facts.get("teaching_start_year") or facts["day"].year
    return year


def _new_roster(facts: Facts, standing: Standing) -> dict[str, Any]:
    return {
        "joined_on": facts["day"],
        "education": facts["education"],
        "occupation": facts.get("occupation"),
        "teaching_start_year": _teaching_start(facts),
        "state": StaffState.ACTIVE,
    }


def _opening(facts: Facts, standing: Standing) -> Sequence[Event]:
    return (Opening(id=NEW, date=facts["day"], **placement_of(facts, standing.staff_type)),)


def _entered(facts: Facts, standing: Standing) -> dict[str, Any]:
    return {"joined_on": facts["day"], "state": StaffState.ACTIVE}


def _transfer_in(facts: Facts, standing: Standing) -> Sequence[Event]:
    """From outside, the state is taken over in the first month paid here; within the system the career goes on."""
    first = month_after(facts["stop_month"])
    if standing.state == StaffState.PENDING:
        return (Opening(id=NEW, date=first, **placement_of(facts, standing.staff_type)),)
    moved = {"last_paid_month": facts["stop_month"], "first_paid_month": first}
    if not is_placed(facts):
        return (Transfer(id=NEW, date=facts["day"], same_system=True, **moved),)
    target = Target(staff_type=standing.staff_type, **placement_of(facts, standing.staff_type))
    return (Transfer(id=NEW, date=facts["day"], same_system=False, target=target, **moved),)


def _grading(facts: Facts, standing: Standing) -> Sequence[Event]:
    if standing.staff_type == "INSTITUTION":
        extra = facts.get("extra_grades") or 0
        graded = Grading(
            id=NEW, date=facts["day"], post=facts.get("post"), grade=facts.get("grade"), extra_grades=extra
        )  # fmt: skip
        return (graded,)
    if facts.get("position") is not None:
        require(facts, LEADING)
    if (facts.get("level") is None) != (facts.get("step") is None):
        raise Invalid(Message("Level and step are stated together, or neither: then they follow from the education."))
    held: dict[str, Any] = {fact.key: facts.get(fact.key) for fact in (POSITION, LEADING, RANK, LEVEL, STEP)}
    return (Grading(id=NEW, date=facts["day"], **held),)


ENTERING = (
    Effect(
        "new_hire", Message("Wage of a new employee"),
        (DAY, FactKind("education", "education", Message("education")), _OCCUPATION,
         optional("teaching_start_year", "year", Message("first year of teaching or nursing")), TECHNICAL_GRADE, STEP,
         STEP_CLOCK),
        PENDING, _join, _new_person, _new_roster,
    ),
    Effect(
        "placement", Message("Wage set as for staff of the same conditions"),
        (DAY, *PLACEMENT), PENDING, _opening, roster_of=_entered,
    ),
    Effect(
        "transfer_in", Message("Transfer in"), (DAY, _STOP_MONTH, *PLACEMENT), PENDING | ACTIVE, _transfer_in,
        roster_of=lambda facts, standing: _entered(facts, standing) if standing.state == StaffState.PENDING else {},
        must_change=False,
    ),
    Effect(
        "grading", Message("Grading after probation"),
        (DAY, POST, GRADE, optional("extra_grades", "number", Message("extra grades")), POSITION, LEADING, RANK, LEVEL,
         STEP),
        ACTIVE, _grading, staff_types=INSTITUTION | CIVIL_SERVANT,
    ),
)  # fmt: skip
