"""Effects of the annual assessment: increment, level, step; each takes the results of earlier years along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.messages import Message
from app.pay.effects.shape import (
    ACTIVE,
    CIVIL_SERVANT,
    INSTITUTION,
    NEW,
    ORGAN_WORKER,
    Effect,
    FactKind,
    Facts,
    Standing,
    optional,
)
from app.pay.events import Assessment, Event

_YEAR = FactKind("year", "year", Message("assessment year"))
_RESULT = FactKind("result", "assessment", Message("assessment result"))
_EARLIER = {
    1: optional("result_1", "assessment", Message("result of the year before")),
    2: optional("result_2", "assessment", Message("result two years before")),
    3: optional("result_3", "assessment", Message("result three years before")),
    4: optional("result_4", "assessment", Message("result four years before")),
}


def _assessments(facts: Facts, standing: Standing) -> Sequence[Event]:
    """The assessment, and those of earlier years that the record does not have yet."""
    known = {event.year for event in standing.events if isinstance(event, Assessment)}
    new = [Assessment(id=NEW, year=facts["year"], result=facts["result"])]
    for before, kind in _EARLIER.items():
        year, result = facts["year"] - before, facts.get(kind.key)
        if result is not None and year not in known:
            new.append(Assessment(id=f"{NEW}-{before}", year=year, result=result))
    return tuple(new)


def _level_rises(before: Mapping[str, Any], after: Mapping[str, Any]) -> Message | None:
    if before.get("level_clock") != after.get("level_clock"):
        return None
    return Message("No level is due by this assessment; a step is. File the promotion of the step.")


def _only_the_step_rises(before: Mapping[str, Any], after: Mapping[str, Any]) -> Message | None:
    if before.get("level_clock") == after.get("level_clock"):
        return None
    return Message("A level is due by this assessment too. File the promotion of the level; it brings both.")


def _effect(
    code: str,
    name: Message,
    years: int,
    staff_types: frozenset[str],
    looked_at: Callable[[Mapping[str, Any], Mapping[str, Any]], Message | None] = lambda before, after: None,
) -> Effect:
    """A promotion that counts this many years in all."""
    earlier = tuple(kind for before, kind in _EARLIER.items() if before < years)
    return Effect(
        code, name, (_YEAR, _RESULT, *earlier), ACTIVE, _assessments, staff_types=staff_types, looked_at=looked_at
    )


PROMOTING = (
    _effect("increment", Message("Annual increment"), 1, INSTITUTION),
    _effect("level_promotion", Message("Promotion of the level by assessment"), 5, CIVIL_SERVANT, _level_rises),
    _effect("step_promotion", Message("Promotion of the step by assessment"), 2, CIVIL_SERVANT, _only_the_step_rises),
    _effect("worker_step", Message("Step of organ workers by assessment"), 2, ORGAN_WORKER),
)
