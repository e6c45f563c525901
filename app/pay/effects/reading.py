"""How the facts of an effect are read from answers, and whether an effect fits an employee."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from typing import Any

from app import clock
from app.errors import Invalid
from app.messages import Message
from app.pay.effects.shape import PENDING, Effect, Facts
from app.pay.names import (
    DEATH_CAUSES,
    MATTERS,
    MEASURES,
    OCCUPATIONS,
    RESULTS,
    SANCTIONS,
    SEPARATIONS,
    STAFF_TYPES,
)
from models.staff import Staff, StaffState


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
            facts[kind.key] = READERS[kind.type](value)
        except (ValueError, TypeError):
            wrong[kind.key] = Message("This cannot be read: %(fact)s.", fact=kind.label)
    if wrong:
        raise Invalid(fields=wrong)
    return facts


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _month(value: Any) -> date:
    return value.replace(day=1) if isinstance(value, date) else date.fromisoformat(f"{str(value)[:7]}-01")


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _one_of(codes: Container[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in codes:
            raise ValueError(value)
        return str(value)

    return read


READERS: dict[str, Callable[[Any], Any]] = {
    "day": _day,
    "month": _month,
    "year": int,
    "number": int,
    "amount": int,
    "yes_no": _flag,
    "text": str,
    **dict.fromkeys(("post", "education", "position", "rank", "technical_grade"), str),  # the replay knows the codes
    "occupation": _one_of(OCCUPATIONS),
    "assessment": _one_of(RESULTS),
    "staff_type": _one_of(STAFF_TYPES),
    "matter": _one_of(MATTERS),
    "sanction": _one_of(SANCTIONS),
    "measure": _one_of(MEASURES),
    "separation": _one_of(SEPARATIONS),
    "death_cause": _one_of(DEATH_CAUSES),
}


def fits(effect: Effect, staff: Staff) -> Message | None:
    """Why the effect does not fit the employee as they are now; None if it does.

    Who leaves on a day to come is still there until that day.
    """
    if effect.of_a_unit:
        return Message("%(effect)s is filed for the unit, not for one employee.", effect=effect.name)
    if staff.staff_type not in effect.staff_types:
        return Message(
            "%(effect)s does not exist for the staff type of %(name)s: %(staff_type)s.",
            effect=effect.name, name=staff.name, staff_type=STAFF_TYPES[staff.staff_type],
        )  # fmt: skip
    state = staff.state
    if state == StaffState.ENDED and staff.left_on is not None and staff.left_on > clock.today():
        state = StaffState.ACTIVE
    if state in effect.needs:
        return None
    if state == StaffState.ENDED:
        return Message("%(name)s has left the unit.", name=staff.name)
    if effect.needs == PENDING:
        return Message("%(name)s already has a wage, so a first wage cannot be set again.", name=staff.name)
    return Message("%(name)s has no wage yet. File the wage of a new employee first.", name=staff.name)
