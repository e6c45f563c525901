"""A replayed career: the states from month to month, what each month pays, and the links of the chain."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.messages import Message
from app.pay.absences import paid_in
from app.pay.components import Cause, Component, InForce, Wage
from app.pay.errors import PayError
from app.pay.months import Month, month_of, month_said
from app.pay.staff_types import Facts, State, rules_for


@dataclass(frozen=True, slots=True)
class Moment:
    """The state from a month on, why it began, and the reasons in words."""

    month: Month
    cause: Cause
    state: State
    reasons: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was considered and changed nothing, and why."""

    month: Month
    cause: Cause
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """An event that cannot be replayed: from its month on there is no answer but its error."""

    month: Month
    cause: Cause
    error: PayError


@dataclass(frozen=True)
class Link:
    """One link of the chain: a change of state or amount. `order` counts the links of one month from 0.

    If the tables lack an amount, `error` says so, and reading `components` or `total` raises it.
    """

    effective_month: Month
    order: int
    cause: Cause
    state: Mapping[str, Any]
    standard_version: date | None
    reasons: tuple[Message, ...]
    wage: Wage | None
    error: PayError | None = None

    @property
    def components(self) -> tuple[Component, ...]:
        return self._priced().components

    @property
    def total(self) -> Decimal:
        return self._priced().total

    @property
    def pay_status(self) -> str:
        return self._priced().pay_status

    def _priced(self) -> Wage:
        if self.wage is None:
            assert self.error is not None
            raise self.error
        return self.wage


@dataclass
class Career:
    """A replayed career. Ask it for a month, or read its `links` in order."""

    facts: Facts
    moments: list[Moment] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    stopped: Stop | None = None
    links: list[Link] = field(default_factory=list)

    def state_in(self, month: Month) -> dict[str, Any]:
        """The state of a month in the shape of the format. Errors as the format says."""
        return self.held_in(month).to_json()

    def wage_in(self, month: Month) -> Wage:
        """The wage of a month. Errors as the format says."""
        month = month_of(month)
        return self.price(self.held_in(month), month)

    def version_in(self, month: Month) -> InForce:
        """The version in force in a month: by date, or by the last re-pricing event (setting `repricing`)."""
        return self.facts.version_in(month)

    @property
    def versions(self) -> tuple[tuple[Month, InForce], ...]:
        """With `repricing: by_event`: which version holds from which month."""
        return self.facts.versions

    def last_link_in(self, month: Month) -> Link | None:
        """The link that holds in a month, if there is one."""
        held = [link for link in self.links if link.effective_month <= month]
        return held[-1] if held else None

    def held_in(self, month: Month) -> State:
        """The state of a month as the rules see it. Errors: `MONTH_BEFORE_START`, or that of the event that stopped."""
        month = month_of(month)
        if month < self.facts.start_month:
            raise PayError(
                "MONTH_BEFORE_START",
                Message("In %(month)s the employee was not yet employed here.", month=month_said(month)),
            )
        if self.stopped is not None and month >= self.stopped.month:
            raise self.stopped.error
        index = bisect_right(self.moments, month, key=lambda moment: moment.month)
        return self.moments[index - 1].state

    def price(self, state: State, month: Month) -> Wage:
        """What a state is paid in a month. Errors: `NO_TABLE_CELL`, `LOW_CONFIDENCE`, `MISSING_FACT`."""
        on_file = self.price_on_file(state, month)
        if state.ended:
            return on_file
        pay_status, parts = paid_in(month, on_file.components, self.facts)
        if pay_status == on_file.pay_status:
            return on_file
        return replace(on_file, pay_status=pay_status, components=parts)

    def price_on_file(self, state: State, month: Month) -> Wage:
        """The wage without sick leave and coercive measures."""
        in_force = self.version_in(month)
        if state.ended:
            return Wage(month, "STOPPED", in_force.version, state.to_json(), ())
        parts = rules_for(state.staff_type).price(state, month, in_force, self.facts)
        return Wage(month, "NORMAL", in_force.version, state.to_json(), parts)
