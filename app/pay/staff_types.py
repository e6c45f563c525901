"""The staff types: what each must be able to do, and which of them the engine covers.

A staff type is a module of its own that gives a `StaffRules`. To cover another one, write its module and name it in
`COVERED`; until then every question about it is answered `NOT_COVERED`, never by a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from app.messages import Message
from app.pay.careers import Person, Settings
from app.pay.components import Component, InForce
from app.pay.errors import PayError
from app.pay.events import Assessment, Event, Placement
from app.pay.months import Month
from app.pay.names import STAFF_TYPES
from app.pay.standards import Standards


class State(Protocol):
    """A person's state between two changes. Frozen; a change makes a new one."""

    @property
    def staff_type(self) -> str: ...

    @property
    def ended(self) -> bool: ...

    def to_json(self) -> dict[str, Any]:
        """The state in the shape of the career-case format."""


@dataclass(frozen=True, slots=True)
class Ended:
    """After separation, retirement, death or expulsion: nothing is paid."""

    staff_type: str
    ended: bool = True

    def to_json(self) -> dict[str, Any]:
        return {"staff_type": self.staff_type, "phase": "ENDED"}


@dataclass(frozen=True, slots=True)
class Period:
    """The time in which a sanction is in force: from its date to a day that no longer counts (D-29)."""

    kind: str
    start: date
    end: date

    def holds_on(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may look at besides the state."""

    person: Person
    settings: Settings
    standards: Standards
    start_month: Month
    assessments: Mapping[int, Assessment] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change does: the state after it, and why it came out so."""

    state: State
    reasons: tuple[Message, ...] = ()


class StaffRules(Protocol):
    """What a staff type brings along."""

    # How long each kind of sanction lasts, by parameter of I-10 or C-10.
    def sanction_months(self, kind: str, facts: Facts) -> int | None: ...

    def begin(self, event: Event, facts: Facts) -> Outcome: ...

    def take_over(self, target: Placement, event: Event, month: Month, facts: Facts) -> Outcome: ...

    def promote(self, state: State, year: int, month: Month, facts: Facts) -> Outcome:
        """The normal promotion of 1 January `year`, made in `month`."""

    def change(self, state: State, event: Event, month: Month, facts: Facts) -> Outcome: ...

    def price(self, state: State, month: Month, in_force: InForce, facts: Facts) -> tuple[Component, ...]: ...

    def changes_with_the_year(self, state: State) -> bool:
        """Whether amounts may differ in January although state and standard stay."""


def rules_for(staff_type: str) -> StaffRules:
    """The rules of a staff type. Error: `NOT_COVERED`."""
    from app.pay.institution import INSTITUTION

    covered: dict[str, StaffRules] = {"INSTITUTION": INSTITUTION}
    if staff_type not in covered:
        raise PayError(
            "NOT_COVERED",
            Message("Wages of this staff type are not calculated here yet: %(staff_type)s.",
                    staff_type=STAFF_TYPES[staff_type]),
        )  # fmt: skip
    return covered[staff_type]
