"""Replays a career: facts and events in, the chain of states and wages out (G-7).

The replay knows no rule of any staff type. It puts the events in order, lets the rules of the staff type make each
change, and then reads the amounts of every link from the standard of its month.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.messages import Message
from app.pay.agenda import Item, agenda
from app.pay.careers import Person, Settings
from app.pay.checks import check_career
from app.pay.components import Cause, Component, InForce, Wage
from app.pay.errors import PayError
from app.pay.events import (
    Assessment,
    CoerciveMeasure,
    Death,
    Event,
    Join,
    MeasureEnded,
    Opening,
    Repricing,
    Retirement,
    Sanction,
    SanctionLifted,
    Separation,
    SickLeave,
    Transfer,
)
from app.pay.months import Month, month_after, month_of, month_text, same_day_after
from app.pay.names import CAUSES
from app.pay.rulebook import rule
from app.pay.staff_types import Ended, Facts, Outcome, Period, StaffRules, State, rules_for
from app.pay.standards import Standards, standards

_ENDS = (Separation, Retirement, Death)
_LATER = (SickLeave, CoerciveMeasure, MeasureEnded)


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
    versions: list[tuple[Month, InForce]] = field(default_factory=list)

    def state_in(self, month: Month) -> dict[str, Any]:
        """The state of a month in the shape of the format. Errors as the format says."""
        return self._state(month).to_json()

    def wage_in(self, month: Month) -> Wage:
        """The wage of a month. Errors as the format says."""
        month = month_of(month)
        return self._price(self._state(month), month)

    def version_in(self, month: Month) -> InForce:
        """The version in force in a month: by date, or by the last re-pricing event (setting `repricing`)."""
        if self.facts.settings.repricing == "by_event":
            index = bisect_right([start for start, _ in self.versions], month)
            if index:
                return self.versions[index - 1][1]
        version = self.facts.standards.version_in(month)
        return InForce(version, version)

    def last_link_in(self, month: Month) -> Link | None:
        """The link that holds in a month, if there is one."""
        held = [link for link in self.links if link.effective_month <= month]
        return held[-1] if held else None

    def _state(self, month: Month) -> State:
        month = month_of(month)
        if month < self.facts.start_month:
            raise PayError(
                "MONTH_BEFORE_START",
                Message("In %(month)s the employee was not yet employed here.", month=month_text(month)),
            )
        if self.stopped is not None and month >= self.stopped.month:
            raise self.stopped.error
        index = bisect_right(self.moments, month, key=lambda moment: moment.month)
        return self.moments[index - 1].state

    def _price(self, state: State, month: Month) -> Wage:
        in_force = self.version_in(month)
        if state.ended:
            return Wage(month, "STOPPED", in_force.version, state.to_json(), ())
        parts = rules_for(state.staff_type).price(state, month, in_force, self.facts)
        return Wage(month, "NORMAL", in_force.version, state.to_json(), parts)


def replay(
    person: Person,
    events: Sequence[Event],
    *,
    settings: Settings = Settings(),
    until: Month | None = None,
    tables: Standards | None = None,
) -> Career:
    """The career that follows from facts and events, in any order of entry.

    `until` is the last month for which links are made (default: the month of the last change); a month after it can
    still be asked. Raises the errors of a whole case; an event that cannot be replayed is `Career.stopped`.
    """
    held = tables or standards()
    start = check_career(person, events, settings, held)
    facts = Facts(
        person=person,
        settings=settings,
        standards=held,
        start_month=month_of(start.day),
        assessments={event.year: event for event in events if isinstance(event, Assessment)},
    )
    career = Career(facts=facts)
    _play(career, person.staff_type, agenda(events, start), events)
    career.links = _chain(career, until)
    return career


@rule("G-7")
def _play(career: Career, staff_type: str, items: list[Item], events: Sequence[Event]) -> None:
    """Make every change in order; the first that cannot be made ends the replay."""
    state: State | None = None
    for item in items:
        kind = item.event.type if item.event else "increment"
        cause = Cause(kind, item.event.id if item.event else _assessment_of(item, career), item.month)
        try:
            if state is None:
                assert item.event is not None
                rules = rules_for(staff_type)
                _note_versions(career, events)
                career.facts = _with_periods(career.facts, events, rules)
                outcome = rules.begin(item.event, career.facts)
            else:
                outcome = _make(state, item, career)
        except PayError as error:
            career.stopped = Stop(item.month, cause, error)
            return
        if state is None or outcome.state.to_json() != state.to_json():
            career.moments.append(Moment(item.month, cause, outcome.state, outcome.reasons))
        else:
            # What the person sees stays; what only the rules see (a skipped year, a post set on probation) goes on.
            last = career.moments[-1]
            career.moments[-1] = Moment(last.month, last.cause, outcome.state, last.reasons)
            if outcome.reasons:
                career.notes.append(Note(item.month, cause, outcome.reasons))
        state = outcome.state


def _make(state: State, item: Item, career: Career) -> Outcome:
    """One change of one state."""
    event, facts = item.event, career.facts
    if event is None:
        return Outcome(state) if state.ended else rules_for(state.staff_type).promote(
            state, item.day.year, item.month, facts
        )  # fmt: skip
    if state.ended:
        raise _not_applicable(event, Message("Employment had already ended."))
    if isinstance(event, Join | Opening):
        raise _not_applicable(event, Message("The career has already begun."))
    if isinstance(event, _LATER):
        raise PayError(
            "NOT_COVERED",
            Message("%(event)s: wages during this event are not calculated here yet.", event=CAUSES[event.type]),
        )
    if isinstance(event, _ENDS):
        return _end(state, event)
    if isinstance(event, Repricing):
        if facts.settings.repricing != "by_event":
            raise _not_applicable(event, Message("New standards come into force by their date here."))
        return Outcome(state)
    if isinstance(event, SanctionLifted):
        return Outcome(state)
    if isinstance(event, Transfer):
        return _transfer(state, event, item.month, facts)
    return rules_for(state.staff_type).change(state, event, item.month, facts)


@rule("O-8")
def _end(state: State, event: Event) -> Outcome:
    reason = Message("%(event)s: pay stops in the month after.", event=CAUSES[event.type])
    return Outcome(Ended(state.staff_type), (reason,))


@rule("O-7")
def _transfer(state: State, event: Transfer, month: Month, facts: Facts) -> Outcome:
    """Within the system nothing changes; from another system the state is set (D-40)."""
    if event.target is None:
        return Outcome(state, (Message("A transfer within the same system does not change the wage."),))
    return rules_for(event.target.staff_type).take_over(event.target, event, month, facts)


@rule("G-3")
def _chain(career: Career, until: Month | None) -> list[Link]:
    """The links up to a month: changes of state, new standards, and amounts that grow with the calendar year."""
    if not career.moments:
        return []
    limit = month_after(until or career.moments[-1].month)
    if career.stopped is not None:
        limit = min(limit, career.stopped.month)
    links: list[Link] = []
    for moment, following in zip(career.moments, [*career.moments[1:], None], strict=True):
        if moment.month >= limit:
            break
        _append(links, career, moment.month, moment.cause, moment.state, moment.reasons)
        _append_quiet_changes(links, career, moment, following, limit)
    return links


def _append_quiet_changes(
    links: list[Link], career: Career, moment: Moment, following: Moment | None, limit: Month
) -> None:
    """Links between two changes of state: re-pricing, and in January what grows with the year."""
    if moment.state.ended:
        return
    rules = rules_for(moment.state.staff_type)
    yearly = rules.changes_with_the_year(moment.state)
    # A standard or a year that begins in the month of the next change is first seen on the old state.
    end = limit if following is None else min(month_after(following.month), limit)
    for month in _quiet_months(career, moment.month, end, yearly=yearly):
        in_force = career.version_in(month) if career.facts.standards.versions[0] <= month else None
        if in_force is not None and links[-1].standard_version != in_force.version:
            cause = Cause("repricing", in_force.event, month)
            reason = Message("A new wage standard is in force from %(month)s; post and grade stay.",
                             month=month_text(month))  # fmt: skip
            _append(links, career, month, cause, moment.state, (reason,))
        elif yearly and links[-1].wage is not None:
            before = links[-1].total
            _append(links, career, month, Cause("seniority", None, month), moment.state, ())
            if links[-1].wage is not None and links[-1].total == before:
                links.pop()


def _quiet_months(career: Career, start: Month, end: Month, *, yearly: bool) -> list[Month]:
    if career.facts.settings.repricing == "by_event":
        months = {month for month, _ in career.versions}
    else:
        months = set(career.facts.standards.versions)
    if yearly:
        months |= {date(year, 1, 1) for year in range(start.year + 1, end.year + 1)}
    return sorted(month for month in months if start < month < end)


def _append(
    links: list[Link], career: Career, month: Month, cause: Cause, state: State, reasons: tuple[Message, ...]
) -> None:
    """Add one link, priced if the tables allow it."""
    order = links[-1].order + 1 if links and links[-1].effective_month == month else 0
    wage, error, version = None, None, None
    try:
        version = career.version_in(month).version
        wage = career._price(state, month)
    except PayError as refused:
        error = refused
    links.append(Link(month, order, cause, state.to_json(), version, reasons, wage, error))


def _note_versions(career: Career, events: Sequence[Event]) -> None:
    """With `by_event`: the version of the start month, then those that events bring."""
    if career.facts.settings.repricing != "by_event":
        return
    start = career.facts.start_month
    tables = career.facts.standards
    held = [(start, InForce(tables.version_in(start), start))] if tables.versions[0] <= start else []
    repricings = sorted((event for event in events if isinstance(event, Repricing)), key=lambda event: event.day)
    for event in repricings:
        month = month_of(event.day)
        held.append((month, InForce(event.version, month, event.id)))
    career.versions = held


def _with_periods(facts: Facts, events: Sequence[Event], rules: StaffRules) -> Facts:
    """The times in which sanctions are in force, ended early or late by their lifting (D-29)."""
    lifted = {event.sanction: event.day for event in events if isinstance(event, SanctionLifted)}
    periods = []
    for event in events:
        if isinstance(event, Sanction):
            months = rules.sanction_months(event.kind, facts)
            if months is not None:
                end = lifted.get(event.id) or same_day_after(event.day, months)
                periods.append(Period(event.kind, event.day, end))
    return Facts(
        person=facts.person,
        settings=facts.settings,
        standards=facts.standards,
        start_month=facts.start_month,
        assessments=facts.assessments,
        periods=tuple(periods),
    )


def _assessment_of(item: Item, career: Career) -> str | None:
    assessment = career.facts.assessments.get(item.day.year - 1)
    return assessment.id if assessment else None


def _not_applicable(event: Event, why: Message) -> PayError:
    return PayError(
        "EVENT_NOT_APPLICABLE",
        Message("%(event)s does not fit this employee. %(why)s", event=CAUSES[event.type], why=why),
    )
