"""How heavily the checks before submission weigh in an item version: as they are, or as the designer sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.applications.precheck import BLOCKING, CHECKS, SETTINGS, WARNING, Check
from app.applications.prechecks.case import GROUPS
from app.errors import Invalid
from app.messages import Message

WEIGHTS: dict[str, Message] = {BLOCKING: Message("Stands in the way"), WARNING: Message("Warns only")}


@dataclass(frozen=True)
class Weighed:
    """One check in a version: `chosen` is empty where the item leaves it as it is."""

    check: Check
    chosen: str

    @property
    def name(self) -> str:
        """What the field of the form is called."""
        return f"weight-{self.check.id}"

    @property
    def holds(self) -> Message:
        """What holds for applications under the version."""
        return WEIGHTS[self.chosen or self.check.severity]


def weighed(elements: Mapping[str, Any]) -> list[tuple[Message, list[Weighed]]]:
    """Every check by what it is about, with what the elements of a version set."""
    told = elements.get(SETTINGS, {})
    return [
        (name, [_one(check, told) for check in CHECKS.values() if check.group == group])
        for group, name in GROUPS.items()
        if any(check.group == group for check in CHECKS.values())
    ]


def _one(check: Check, told: Mapping[str, Any]) -> Weighed:
    chosen = told.get(check.id) if check.settable else None
    return Weighed(check, str(chosen) if chosen in WEIGHTS else "")


def read_weights(raws: Mapping[str, str]) -> dict[str, str]:
    """What a form sets, by id of the check. Raises Invalid for another weight, or where approval rests on the check."""
    found: dict[str, str] = {}
    for check in CHECKS.values():
        chosen = raws.get(f"weight-{check.id}", "")
        if chosen and (not check.settable or chosen not in WEIGHTS):
            raise Invalid(fields={f"weight-{check.id}": Message("Choose one of the weights in the list.")})
        if chosen:
            found[check.id] = chosen
    return found
