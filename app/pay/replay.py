"""Replays a career: facts and events in, the chain of states and wages out (G-7).

The replay knows no rule of any staff type. It puts the events in order, lets the rules of the staff type make each
change, and then reads the amounts of every link from the standard of its month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from app.messages import Message
from app.pay.agenda import Item, agenda
from app.pay.career import Career, Link, Moment, Note, Stop
from app.pay.careers import Person, Settings
from app.pay.checks import check_career
from app.pay.components import Cause, InForce
from app.pay.errors import PayError, not_applicable
from app.pay.events import (
    Assessment,
    CoerciveMeasure,
    Death,
    Event,
    MeasureEnded,
    Repricing,
    Retirement,
    SanctionLifted,
    Separation,
    SickLeave,
    Transfer,
)
from app.pay.links import make_chain
from app.pay.months import Month, month_of
from app.pay.names import CAUSES
from app.pay.periods import measures_of, sanction_periods
from app.pay.rulebook import rule
from app.pay.sick_leave import leaves_of
from app.pay.staff_types import Ended, Facts, Outcome, State, rules_for
from app.pay.standards import Standards, standards

_ENDS = (Separation, Retirement, Death)
# These change what is paid for a time, the amounts read or a period, not the state (O-1, O-5, G-3, D-29).
_CHANGES_NO_STATE = (SickLeave, CoerciveMeasure, MeasureEnded, Repricing, SanctionLifted)


def replay(
    person: Person,
    events: Sequence[Event],
    *,
    settings: Settings = Settings(),
    until: Month | None = None,
    tables: Standards | None = None,
    begin: Callable[[Facts], Career] = Career,
) -> Career:
    """The career that follows from facts and events, in any order of entry.

    `until` is the last month for which links are made (default: the month of the last change); a month after it can
    still be asked. Raises the errors of a whole case; an event that cannot be replayed is `Career.stopped`.
    """
    held = tables or standards()
    start = check_career(person, events, held)
    facts = Facts(
        person=person,
        settings=settings,
        standards=held,
        start_month=month_of(start.day),
        assessments={event.year: event for event in events if isinstance(event, Assessment)},
        periods=sanction_periods(events, person.staff_type, held),
        measures=measures_of(events),
        leaves=leaves_of(events),
        versions=_versions(events, month_of(start.day), settings, held),
    )
    career = begin(facts)
    _play(career, person.staff_type, agenda(events, start, person.staff_type), events)
    career.links = make_chain(career, until)
    return career


@rule("G-7")
def _play(career: Career, staff_type: str, items: list[Item], events: Sequence[Event]) -> None:
    """Make every change in order; the first that cannot be made ends the replay."""
    state: State | None = None
    for item in items:
        kind = item.event.type if item.event else rules_for(cast(State, state).staff_type).promotion
        cause = Cause(kind, item.event.id if item.event else _assessment_of(item, career), item.month)
        try:
            if state is None:
                assert item.event is not None
                outcome = rules_for(staff_type).begin(item.event, career.facts)
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
    if isinstance(event, Repricing) and facts.settings.repricing != "by_event":
        # Such an event takes effect only with `by_event`; where versions come by date it changes and stops nothing.
        return Outcome(state, (Message("New standards come into force by their date here."),))
    if state.ended:
        raise not_applicable(event.type, Message("Employment had already ended."))
    if isinstance(event, _CHANGES_NO_STATE):
        return Outcome(state)
    if isinstance(event, _ENDS):
        return _end(state, event)
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


def _versions(
    events: Sequence[Event], start: Month, settings: Settings, tables: Standards
) -> tuple[tuple[Month, InForce], ...]:
    """With `by_event`: the version of the start month, then those that events bring."""
    if settings.repricing != "by_event":
        return ()
    held = [(start, InForce(tables.version_in(start), start))] if tables.versions[0] <= start else []
    repricings = sorted((event for event in events if isinstance(event, Repricing)), key=lambda event: event.day)
    for event in repricings:
        month = month_of(event.day)
        held.append((month, InForce(event.version, month, event.id)))
    return tuple(held)


def _assessment_of(item: Item, career: Career) -> str | None:
    assessment = career.facts.assessments.get(item.day.year - 1)
    return assessment.id if assessment else None


__all__ = ["Career", "Link", "Moment", "Note", "Stop", "replay"]
