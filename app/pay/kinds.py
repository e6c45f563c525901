"""Kinds: everything a wage is read from besides tables and month, so that people who are alike are priced once.

A wage depends on few facts. Thirty thousand people fall into a few thousand kinds; each kind is priced by the engine
for one (there is no second copy of the rules), and the people are then looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from app.pay.career import Career
from app.pay.careers import Person, Settings
from app.pay.civil_state import CivilState
from app.pay.components import InForce
from app.pay.errors import PayError
from app.pay.events import SickLeave
from app.pay.institution import InstitutionState
from app.pay.months import Month
from app.pay.names import series_of
from app.pay.organ_worker import OrganWorkerState
from app.pay.periods import Measure
from app.pay.sheet import Sheet, unreadable
from app.pay.staff_types import Ended, Facts, State
from app.pay.standards import Standards

Numbers = npt.NDArray[np.int64]
# What of a state may be paid for. Clocks and causes are not.
PAID_FOR = (
    "staff_type", "phase", "education", "post", "grade", "occupation", "position", "leading", "rank", "level", "step",
    "technical_grade",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of employee in one state. With `error` there is no amount in any month, and it says why.

    `person` holds only the facts that amounts are read from. Leaves, measures and versions brought by events make a
    person a kind of their own.
    """

    person: Person
    state: State
    leaves: tuple[SickLeave, ...] = ()
    measures: tuple[Measure, ...] = ()
    versions: tuple[tuple[Month, InForce], ...] = ()
    error: PayError | None = None

    @property
    def differs_by_month(self) -> bool:
        """Whether each month must be priced by itself."""
        return bool(self.leaves or self.measures or self.versions)

    @property
    def category(self) -> str:
        """For totals: the occupation of teachers and nurses, else the series of the post, else the staff type."""
        if isinstance(self.state, InstitutionState) and self.state.post is not None:
            return self.state.occupation or series_of(self.state.post)
        return self.person.staff_type

    def career(self, tables: Standards, settings: Settings) -> Career:
        """A career that prices this kind: the engine for one, asked for a kind instead of a person."""
        facts = Facts(
            person=self.person,
            settings=settings,
            standards=tables,
            start_month=Month.min,
            leaves=self.leaves,
            measures=self.measures,
            versions=self.versions,
        )
        return Career(facts=facts)


class KindBook:
    """The kinds of a roster, each with its number, and what they are paid under each set of tables."""

    def __init__(self) -> None:
        self.kinds: list[Kind] = []
        self._numbers: dict[Hashable, int] = {}
        self._sheets: WeakKeyDictionary[Standards, dict[Settings, Sheet]] = WeakKeyDictionary()

    def number_of(
        self,
        kept: Mapping[str, Any],
        person: Person,
        *,
        leaves: tuple[SickLeave, ...] = (),
        measures: tuple[Measure, ...] = (),
        versions: tuple[tuple[Month, InForce], ...] = (),
    ) -> int:
        """The number of the kind of a person in a state, as the career format and the wage records write a state.

        A state that cannot be read is a kind with an error: whoever is in it is set aside, the others are priced.
        """
        alone = (leaves, measures, versions)
        served = (person.work_start, person.interruption_years) if any(alone) else None
        try:
            since = None
            if kept.get("occupation") is not None:
                since = (person.teaching_start_year, person.teaching_deducted_years)
            key = (*map(kept.get, PAID_FOR), since, served, alone)
            number = self._numbers.get(key)
            if number is None:
                paid_by = Person(
                    staff_type=kept["staff_type"],
                    teaching_start_year=since[0] if since else None,
                    teaching_deducted_years=since[1] if since else 0,
                    work_start=served[0] if served else None,
                    interruption_years=served[1] if served else 0,
                )
                number = self._add(key, Kind(paid_by, _state_of(kept), *alone))
        except (AttributeError, LookupError, TypeError):
            return self.refused(person, unreadable())
        return number

    def refused(self, person: Person, error: PayError) -> int:
        """The number of a kind that has no amount, and why."""
        key = (error.code, repr(error.message.to_json()), person.staff_type)
        number = self._numbers.get(key)
        return self._add(key, Kind(person, Ended(person.staff_type), error=error)) if number is None else number

    def sheet(self, tables: Standards, settings: Settings) -> Sheet:
        """What the kinds are paid under these tables; kept as long as the tables are."""
        sheets = self._sheets.setdefault(tables, {})
        if settings not in sheets:
            sheets[settings] = Sheet(self.kinds, tables, settings)
        return sheets[settings]

    def _add(self, key: Hashable, kind: Kind) -> int:
        number = self._numbers[key] = len(self.kinds)
        self.kinds.append(kind)
        return number


class KindTable:
    """Kinds by columns of small numbers: for people whose facts come as arrays of codes.

    `sizes` are the numbers of codes of each column; `read` gives state and person of one row of codes. A row of codes
    is read once, however many people have it.
    """

    def __init__(
        self, book: KindBook, sizes: Sequence[int], read: Callable[..., tuple[Mapping[str, Any], Person]]
    ) -> None:
        self.book, self.sizes, self._read = book, tuple(sizes), read
        self._numbers = np.full(int(np.prod(self.sizes)), -1, dtype=np.int64)

    def numbers_of(self, *columns: npt.NDArray[np.integer[Any]]) -> Numbers:
        """The number of the kind of each person. One column of codes for each size, all of one length."""
        for size, column in zip(self.sizes, columns, strict=True):
            if column.size and not 0 <= column.min() <= column.max() < size:
                raise ValueError(f"a code lies outside 0 to {size - 1}")
        place = columns[0].astype(np.int64)
        for size, column in zip(self.sizes[1:], columns[1:], strict=True):
            place *= size
            place += column
        numbers = self._numbers.take(place)
        if numbers.size and numbers.min() < 0:
            for new in np.unique(place[numbers < 0]):
                codes = np.unravel_index(int(new), self.sizes)
                self._numbers[new] = self.book.number_of(*self._read(*map(int, codes)))
            numbers = self._numbers.take(place)
        return numbers


def _state_of(kept: Mapping[str, Any]) -> State:
    """A state as the format writes it, without causes and clocks: pricing looks at neither."""
    staff_type, phase = kept["staff_type"], kept["phase"]
    if phase == "ENDED":
        return Ended(staff_type)
    if staff_type == "INSTITUTION":
        return InstitutionState(
            phase=phase,
            education=kept.get("education"),
            post=kept.get("post"),
            grade=kept.get("grade"),
            occupation=kept.get("occupation"),
        )
    if staff_type == "CIVIL_SERVANT":
        return CivilState(
            phase=phase,
            education=kept.get("education"),
            position=kept.get("position"),
            leading=kept.get("leading"),
            rank=kept.get("rank"),
            level=kept.get("level"),
            step=kept.get("step"),
        )
    if staff_type != "ORGAN_WORKER":
        raise LookupError(staff_type)
    return OrganWorkerState(technical_grade=kept["technical_grade"], step=kept["step"], step_clock=0)
