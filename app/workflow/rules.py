"""Pure rules of the way: which step is next, and what a reason and a mark must look like."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from app.errors import Invalid
from app.forms.conditions import facts_named, holds
from app.messages import Message

ANSWER, MATERIAL = "ANSWER", "MATERIAL"
CLAIM_HOURS = 2  # working hours after which a claim may be taken over
MAX_NOTE, MAX_REASON = 1000, 500


class Step(Protocol):
    """What is needed of a step of an item version."""

    @property
    def position(self) -> int: ...
    @property
    def skip_condition(self) -> dict[str, Any] | None: ...


S = TypeVar("S", bound=Step)


@dataclass(frozen=True)
class Mark:
    """One answer (`ANSWER`, key of its field) or material (`MATERIAL`, its code) that a return opens, and why."""

    kind: str
    key: str
    reason: str


def next_step(steps: Sequence[S], facts: Mapping[str, Any], *, after: int | None = None) -> S | None:
    """The first step behind `after` that is not skipped for these facts; None when no step is left."""
    for step in sorted(steps, key=lambda step: step.position):
        if (after is None or step.position > after) and not skipped(step, facts):
            return step
    return None


def next_permission(steps: Sequence[Any], after: int) -> str | None:
    """Who decides at the step behind `after`, whether or not it will be skipped; None behind the last."""
    return next((str(one.permission) for one in steps if one.position > after), None)


def skipped(step: Step, facts: Mapping[str, Any]) -> bool:
    """Whether the step's condition to be skipped holds. A step without one is never skipped."""
    return step.skip_condition is not None and holds(step.skip_condition, facts)


def facts_asked(steps: Sequence[Step], *, after: int | None = None) -> set[str]:
    """The facts that the skip conditions of the steps behind `after` look at."""
    return {
        fact
        for step in steps
        if step.skip_condition is not None and (after is None or step.position > after)
        for fact in facts_named(step.skip_condition)
    }


def checked_note(note: str, *, required: bool) -> str:
    """The note without blanks around it. Refusing without a reason is not possible."""
    note = note.strip()
    if required and not note:
        raise Invalid(fields={"note": Message("Write why, so that the unit knows what to do.")})
    if len(note) > MAX_NOTE:
        raise Invalid(fields={"note": Message("Keep the note to at most %(count)s characters.", count=MAX_NOTE)})
    return note


def checked_marks(marks: Sequence[Mark], *, answers: Collection[str], materials: Collection[str]) -> list[Mark]:
    """The marks, each once, each on a place that the item version has, each with its reason."""
    if not marks:
        raise Invalid(fields={"marks": Message("Mark at least one answer or material that the unit has to correct.")})
    known = {ANSWER: answers, MATERIAL: materials}
    kept: dict[tuple[str, str], Mark] = {}
    for mark in marks:
        if mark.kind not in known or mark.key not in known[mark.kind]:
            raise Invalid(
                fields={"marks": Message("This application has no place called “%(key)s”.", key=mark.key[:40])}
            )
        reason = mark.reason.strip()
        if not reason:
            raise Invalid(fields={f"{mark.kind}.{mark.key}": Message("Say what is wrong with this one.")})
        if len(reason) > MAX_REASON:
            raise Invalid(
                fields={
                    f"{mark.kind}.{mark.key}": Message(
                        "Keep the reason to at most %(count)s characters.", count=MAX_REASON
                    )
                }
            )
        kept[mark.kind, mark.key] = Mark(mark.kind, mark.key, reason)
    return list(kept.values())
