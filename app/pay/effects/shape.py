"""What an effect is: the facts it takes, whom it fits, and what it adds to a career, to the roster or to the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import Invalid
from app.messages import Message
from app.pay.career import Career
from app.pay.careers import Person
from app.pay.events import Event
from app.pay.results import Figure
from models.staff import StaffState

Facts = Mapping[str, Any]

PENDING, ACTIVE, ENDED = (frozenset({state}) for state in (StaffState.PENDING, StaffState.ACTIVE, StaffState.ENDED))
INSTITUTION, CIVIL_SERVANT, ORGAN_WORKER = (
    frozenset({kind}) for kind in ("INSTITUTION", "CIVIL_SERVANT", "ORGAN_WORKER")
)  # fmt: skip
EVERYBODY = INSTITUTION | CIVIL_SERVANT | ORGAN_WORKER
NEW = "new"


@dataclass(frozen=True)
class FactKind:
    """A fact that an effect needs: its type, see `reading.READERS`, and whether it may be left out."""

    key: str
    type: str
    label: Message
    required: bool = True


@dataclass(frozen=True)
class Standing:
    """What an effect may know of an employee besides the answers: what they are now, and their career so far."""

    name: str
    staff_type: str
    state: StaffState
    occupation: str | None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Brought:
    """What the figures of a result are read from: the career before and after, and the new events."""

    before: Career | None
    after: Career
    facts: Facts
    events: tuple[Event, ...]
    day: date


@dataclass(frozen=True)
class Effect:
    """One kind of decision. Without events and without another person it leaves a result document alone.

    `needs` is what the employee must be. With `must_change` an approval that moves no amount is refused: nobody would
    know why it was filed. `looked_at` holds the states before and after against what the effect is for.
    """

    code: str
    name: Message
    facts: tuple[FactKind, ...]
    needs: frozenset[StaffState]
    events_of: Callable[[Facts, Standing], Sequence[Event]] = lambda facts, standing: ()
    person_of: Callable[[Person, Facts, Standing], Person] = lambda person, facts, standing: person
    roster_of: Callable[[Facts, Standing], dict[str, Any]] = lambda facts, standing: {}
    figures_of: Callable[[Brought], Sequence[Figure]] = lambda brought: ()
    looked_at: Callable[[Mapping[str, Any], Mapping[str, Any]], Message | None] = lambda before, after: None
    staff_types: frozenset[str] = EVERYBODY
    must_change: bool = True
    recalculates: bool = True
    of_a_unit: bool = False

    @property
    def enters(self) -> bool:
        """Whether the effect begins the career here, so that its day is the day of joining."""
        return self.needs == PENDING


DAY = FactKind("day", "day", Message("day"))


def optional(key: str, kind: str, label: Message) -> FactKind:
    """A fact that may be left out."""
    return FactKind(key, kind, label, required=False)


def require(facts: Facts, *needed: FactKind) -> None:
    """Raises Invalid naming each of these facts that is missing: they are needed under the answers given."""
    wrong = {
        fact.key: Message("Still missing: %(fact)s.", fact=fact.label) for fact in needed if facts.get(fact.key) is None
    }
    if wrong:
        raise Invalid(fields=wrong)
