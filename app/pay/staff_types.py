"""The staff types: what each must be able to do, what its rules may look at, and where they are found.

A staff type is a module of its own that gives a `StaffRules`; `rules_for` names them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from app.messages import Message
from app.pay.careers import Person, Settings
from app.pay.components import Component, InForce
from app.pay.errors import PayError
from app.pay.events import Assessment, Event, Placement, SickLeave
from app.pay.months import Month, month_said
from app.pay.periods import Measure, Period
from app.pay.rulebook import rule
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
class Facts:
    """What rules may look at besides the state."""

    person: Person
    settings: Settings
    standards: Standards
    start_month: Month
    assessments: Mapping[int, Assessment] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()
    measures: tuple[Measure, ...] = ()
    leaves: tuple[SickLeave, ...] = ()
    # With `repricing: by_event`: the version of the start month, then those that events bring.
    versions: tuple[tuple[Month, InForce], ...] = ()

    @rule("G-2", "G-3")
    def version_in(self, month: Month) -> InForce:
        """The version in force in a month: by date, or by the last re-pricing event (setting `repricing`)."""
        if self.settings.repricing == "by_event":
            index = bisect_right([start for start, _ in self.versions], month)
            if index == 0:
                raise PayError(
                    "NO_TABLE_CELL", Message("No wage standard is known for %(month)s.", month=month_said(month))
                )
            return self.versions[index - 1][1]
        version = self.standards.version_in(month)
        return InForce(version, version)

    def qualified_years(self, since: int, until: int) -> int:
        """How many years from `since` (counted) to `until` (not counted) have a qualifying assessment (G-8, D-7)."""
        return sum(event.qualifies for year, event in self.assessments.items() if since <= year < until)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change does: the state after it, and why it came out so."""

    state: State
    reasons: tuple[Message, ...] = ()


class StaffRules(Protocol):
    """What a staff type brings along."""

    # What the normal promotion of January is called as a cause.
    promotion: str

    def begin(self, event: Event, facts: Facts) -> Outcome: ...

    def take_over(self, target: Placement, event: Event, month: Month, facts: Facts) -> Outcome: ...

    def promote(self, state: State, year: int, month: Month, facts: Facts) -> Outcome:
        """The normal promotion of 1 January `year`, made in `month`."""

    def change(self, state: State, event: Event, month: Month, facts: Facts) -> Outcome: ...

    def price(self, state: State, month: Month, in_force: InForce, facts: Facts) -> tuple[Component, ...]: ...

    def changes_with_the_year(self, state: State) -> bool:
        """Whether amounts may differ in January although state and standard stay."""

    def grown_in(self, state: State, month: Month, facts: Facts) -> int:
        """How far the parts have grown that grow with the calendar year; months of one number pay alike."""


@cache
def rules_for(staff_type: str) -> StaffRules:
    """The rules of a staff type."""
    # The staff types import this module.
    from app.pay.civil import CIVIL
    from app.pay.institution import INSTITUTION
    from app.pay.organ_worker import ORGAN_WORKER

    rules: dict[str, StaffRules] = {"INSTITUTION": INSTITUTION, "CIVIL_SERVANT": CIVIL, "ORGAN_WORKER": ORGAN_WORKER}
    return rules[staff_type]
