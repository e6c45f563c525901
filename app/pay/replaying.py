"""Many careers replayed with one memory of prices: a state that was priced for one person is not priced again.

The links are those of `replay` in month, order, cause, state, status, reasons and amounts with their rules and tables.
Only `Component.cause` is null: what brought a part differs from person to person, the part itself does not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.pay.career import Career
from app.pay.careers import Person, Settings
from app.pay.components import Wage
from app.pay.errors import PayError
from app.pay.events import Event
from app.pay.kinds import PAID_FOR
from app.pay.months import Month
from app.pay.replay import replay
from app.pay.staff_types import Facts, State, rules_for
from app.pay.standards import Standards, standards


@dataclass
class SharingCareer(Career):
    """A career that looks a price up before it asks the rules for it."""

    prices: dict[Hashable, Wage] = field(default_factory=dict)

    def price(self, state: State, month: Month) -> Wage:
        """What a state is paid in a month; errors as for one."""
        facts = self.facts
        if state.ended or facts.leaves or facts.measures or facts.versions:
            return super().price(state, month)
        kept = state.to_json()
        person = facts.person
        alike: Hashable = None
        if rules_for(state.staff_type).changes_with_the_year(state):
            alike = (month.year, person.teaching_start_year, person.teaching_deducted_years)
        key = (facts.standards.era_of(month), alike, *map(kept.get, PAID_FOR))
        known = self.prices.get(key)
        if known is None:
            wage = super().price(state, month)
            parts = tuple(replace(part, cause=None) for part in wage.components)
            known = self.prices[key] = replace(wage, components=parts)
        return Wage(month, known.pay_status, known.standard_version, kept, known.components)


class ManyReplays:
    """Replays careers one after the other under one set of tables and settings, and remembers prices."""

    def __init__(self, *, settings: Settings = Settings(), tables: Standards | None = None) -> None:
        self._settings, self._tables = settings, tables or standards()
        self._prices: dict[Hashable, Wage] = {}

    def replay(self, person: Person, events: Sequence[Event], *, until: Month | None = None) -> Career:
        """As `replay.replay`: raises the errors of a whole case."""
        return replay(
            person, events, settings=self._settings, until=until, tables=self._tables, begin=self._career
        )  # fmt: skip

    def _career(self, facts: Facts) -> Career:
        return SharingCareer(facts=facts, prices=self._prices)


def replay_many(
    cases: Iterable[tuple[Person, Sequence[Event]]],
    *,
    settings: Settings = Settings(),
    until: Month | None = None,
    tables: Standards | None = None,
) -> Iterator[Career | PayError]:
    """Each career in turn, or the error of who cannot be replayed: one bad case stops nobody else."""
    many = ManyReplays(settings=settings, tables=tables)
    for person, events in cases:
        try:
            yield many.replay(person, events, until=until)
        except PayError as error:
            yield error
