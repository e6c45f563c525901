"""The registry of effects: what an approved application adds to a career, and which facts it needs for that.

An item version names an effect by its code and says which of its answers gives which fact. A new kind of change is a
new entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.errors import Invalid
from app.messages import Message
from app.pay.careers import Person
from app.pay.events import Assessment, Event, Grading, Join, PostAppointment
from models.staff import Staff, StaffState

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class FactKind:
    """A fact that an effect needs: its type and whether it may be left out."""

    key: str
    type: str  # day, year, number, text
    label: Message
    required: bool = True


@dataclass(frozen=True)
class Effect:
    """One kind of change of a career."""

    code: str
    name: Message
    facts: tuple[FactKind, ...]
    needs: StaffState  # what the employee must be for it
    event_of: Callable[[Facts, str], Event]
    person_of: Callable[[Person, Facts], Person] = lambda person, facts: person
    roster_of: Callable[[Facts], dict[str, Any]] = lambda facts: {}


_DAY = FactKind("day", "day", Message("day"))
_POST = FactKind("post", "text", Message("post"))


def _join(facts: Facts, event_id: str) -> Event:
    return Join(id=event_id, date=facts["day"])


def _new_person(person: Person, facts: Facts) -> Person:
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


def _new_roster(facts: Facts) -> dict[str, Any]:
    return {
        "joined_on": facts["day"],
        "education": facts["education"],
        "occupation": facts.get("occupation"),
        "teaching_start_year": _teaching_start(facts),
        "state": StaffState.ACTIVE,
    }


def _grading(facts: Facts, event_id: str) -> Event:
    return Grading(
        id=event_id, date=facts["day"], post=facts.get("post"), extra_grades=facts.get("extra_grades") or 0
    )  # fmt: skip


def _assessment(facts: Facts, event_id: str) -> Event:
    return Assessment(id=event_id, year=facts["year"], result=facts["result"])


def _appointment(facts: Facts, event_id: str) -> Event:
    return PostAppointment(id=event_id, date=facts["day"], post=facts["post"])


def _post_of(facts: Facts) -> dict[str, Any]:
    return {"post": facts["post"]} if facts.get("post") else {}


EFFECTS: dict[str, Effect] = {
    effect.code: effect
    for effect in (
        Effect(
            "new_hire", Message("Wage of a new employee"),
            (_DAY, FactKind("education", "text", Message("education")),
             FactKind("occupation", "text", Message("occupation"), required=False),
             FactKind("teaching_start_year", "year", Message("first year of teaching or nursing"), required=False)),
            StaffState.PENDING, _join, _new_person, _new_roster,
        ),
        Effect(
            "grading", Message("Grading after probation"),
            (_DAY, FactKind("post", "text", Message("post"), required=False),
             FactKind("extra_grades", "number", Message("extra grades"), required=False)),
            StaffState.ACTIVE, _grading, roster_of=_post_of,
        ),
        Effect(
            "increment", Message("Annual increment"),
            (FactKind("year", "year", Message("assessment year")),
             FactKind("result", "text", Message("assessment result"))),
            StaffState.ACTIVE, _assessment,
        ),
        Effect(
            "post_appointment", Message("Post appointment"), (_DAY, _POST), StaffState.ACTIVE, _appointment,
            roster_of=_post_of,
        ),
    )
}  # fmt: skip


def facts_from_answers(effect_map: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an effect, from the answers of an application: `effect_map` says which field gives which fact."""
    return {fact: answers[key] for fact, key in effect_map.items() if answers.get(key) not in (None, "")}


def read_facts(effect: Effect, given: Facts) -> dict[str, Any]:
    """The facts in their types. Raises Invalid naming each fact that is missing or cannot be read."""
    facts: dict[str, Any] = {}
    wrong: dict[str, Message] = {}
    for kind in effect.facts:
        value = given.get(kind.key)
        if value in (None, "", "NONE"):
            if kind.required:
                wrong[kind.key] = Message("Still missing: %(fact)s.", fact=kind.label)
            continue
        try:
            facts[kind.key] = _READERS[kind.type](value)
        except (ValueError, TypeError):
            wrong[kind.key] = Message("This cannot be read: %(fact)s.", fact=kind.label)
    if wrong:
        raise Invalid(fields=wrong)
    return facts


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


_READERS: dict[str, Callable[[Any], Any]] = {"day": _day, "year": int, "number": int, "text": str}


def fits(effect: Effect, staff: Staff) -> Message | None:
    """Why the effect does not fit the employee as they are now; None if it does."""
    if staff.state == effect.needs:
        return None
    if staff.state == StaffState.ENDED:
        return Message("%(name)s has left the unit.", name=staff.name)
    if effect.needs == StaffState.PENDING:
        return Message("%(name)s already has a wage, so a first wage cannot be set again.", name=staff.name)
    return Message("%(name)s has no wage yet. File the wage of a new employee first.", name=staff.name)
