"""A state of the wage stated as it stands: from a transfer letter, a resettlement or a change of staff category."""

from __future__ import annotations

from typing import Any

from app.messages import Message
from app.pay.effects.shape import FactKind, Facts, optional, require

POST = optional("post", "post", Message("post"))
GRADE = optional("grade", "number", Message("grade of the wage"))
POSITION = optional("position", "position", Message("position"))
LEADING = optional("leading", "yes_no", Message("leading position"))
RANK = optional("rank", "rank", Message("rank"))
LEVEL = optional("level", "number", Message("level"))
STEP = optional("step", "number", Message("step of the wage"))
LEVEL_CLOCK = optional("level_clock", "year", Message("first year that counts for the level"))
STEP_CLOCK = optional("step_clock", "year", Message("first year that counts for the step"))
TECHNICAL_GRADE = optional("technical_grade", "technical_grade", Message("technical grade"))

PLACEMENT: tuple[FactKind, ...] = (
    POST, GRADE, POSITION, LEADING, RANK, LEVEL, STEP, LEVEL_CLOCK, STEP_CLOCK, TECHNICAL_GRADE,
)  # fmt: skip

_CIVIL = (LEVEL, STEP, LEVEL_CLOCK, STEP_CLOCK)
_OF: dict[str, tuple[tuple[FactKind, ...], tuple[FactKind, ...]]] = {
    "INSTITUTION": ((POST, GRADE), ()),
    "CIVIL_SERVANT": (_CIVIL, (POSITION, LEADING, RANK)),
    "ORGAN_WORKER": ((TECHNICAL_GRADE, STEP, STEP_CLOCK), ()),
}


def placement_of(facts: Facts, staff_type: str) -> dict[str, Any]:
    """The state that the facts give for a staff type. Raises Invalid naming what it lacks."""
    needed, allowed = _OF[staff_type]
    require(facts, *needed)
    if staff_type == "CIVIL_SERVANT":
        if facts.get("rank") is None:
            require(facts, POSITION)
        if facts.get("position") is not None:
            require(facts, LEADING)
    return {fact.key: facts[fact.key] for fact in (*needed, *allowed) if facts.get(fact.key) is not None}


def is_placed(facts: Facts) -> bool:
    """Whether any part of a state is stated."""
    return any(facts.get(fact.key) is not None for fact in PLACEMENT)
