"""A decision worked out before it is written: its events, the wage before and after, what is owed, and its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.errors import Conflict, Invalid
from app.messages import Message, joined
from app.pay import queries
from app.pay.agenda import effective_month
from app.pay.career import Career
from app.pay.careers import Person
from app.pay.effects import Effect, Standing, fits, read_facts
from app.pay.effects.shape import Brought
from app.pay.events import Assessment, Event, SickLeave
from app.pay.months import Month, day_said, month_after
from app.pay.preview import Preview, preview, preview_again
from app.pay.replay import replay
from app.pay.results import Figure
from app.pay.rounding import fen
from app.pay.standards import Standards
from app.standards.queries import current
from models import CareerEvent, Staff, Unit, WageRecord, db
from models.staff import StaffState


@dataclass(frozen=True)
class Plan:
    """What an approval would write. `shown` is null if no wage is concerned; `horizon` is the last month written, and
    `rows` are the events that the career has so far."""

    effect: Effect
    facts: dict[str, Any]
    person: Person
    roster: dict[str, Any]
    rows: Sequence[CareerEvent]
    events: tuple[Event, ...]
    shown: Preview | None
    horizon: Month
    tables: Standards
    figures: tuple[Figure, ...] = ()

    @property
    def changes_pay(self) -> bool:
        """Whether any amount is another than it was, or the state is that of an item which is there to change it."""
        shown = self.shown
        if shown is None:
            return False
        moved = self.effect.must_change and bool(shown.links)
        return moved or bool(shown.difference) or any(line.difference for line in shown.back_pay.lines)


def first_paid_month(day: date) -> Month:
    """The month in which a change approved on `day` is first paid: the next one. What is owed until then is back pay
    (G-4)."""
    return month_after(day)


@dataclass(frozen=True)
class Known:
    """What a plan reads of one employee, where many are planned at once: events that hold, the chain, the tables."""

    rows: Sequence[CareerEvent]
    chain: Sequence[WageRecord]
    tables: Standards


def plan(
    staff: Staff, effect: Effect, given: Mapping[str, Any], *, day: date, known: Known | None = None
) -> Plan:  # fmt: skip
    """The change worked out for an approval on `day`. Raises Refused (PayError, Invalid) with the reason why not.

    `known` is what was read already; otherwise it is read here.
    """
    objection = fits(effect, staff)
    if objection is not None:
        raise Conflict(objection, remedy=Message("Choose another employee or another service item."))
    facts = read_facts(effect, given)
    rows = queries.event_rows(staff.id) if known is None else known.rows
    old = tuple(queries.read_event(row) for row in rows)
    standing = Standing(staff.name, staff.staff_type, StaffState(staff.state), staff.occupation, old)
    events = tuple(effect.events_of(facts, standing))
    _refuse_a_year_twice(events, rows)
    before = queries.person_of(staff)
    person = effect.person_of(before, facts, standing)
    roster = effect.roster_of(facts, standing) | _new_place(staff, facts)
    _refuse_to_leave_before_the_start(staff, roster)
    tables = current() if known is None else known.tables
    month = max([first_paid_month(day), *map(effective_month, events)])
    horizon = max([month, *(month_after(event.end_date) for event in events if isinstance(event, SickLeave))])
    shown = None
    if effect.recalculates and (old or events):
        chain = known.chain if known is not None else queries.chain_of(staff.id) if not events else ()
        shown = _shown(chain, before, person, old, events, month=month, horizon=horizon, tables=tables)
        _refuse_what_brings_nothing(effect, shown)
    figures = _figures(effect, facts, before, person, old, events, day=day, horizon=horizon, tables=tables)
    return Plan(effect, facts, person, roster, rows, events, shown, horizon, tables, figures)


def _shown(
    chain: Sequence[WageRecord], before: Person, person: Person, old: Sequence[Event], events: Sequence[Event], *,
    month: Month, horizon: Month, tables: Standards,
) -> Preview | None:  # fmt: skip
    """What changes in the pay. Raises PayError where an amount cannot be given (G-2)."""
    if not events:
        return preview_again(person, old, chain, month=month, tables=tables)
    shown = preview(person, old, events, month=month, tables=tables, before=before, until=horizon)
    if shown.before_error is not None:
        raise shown.before_error
    return shown


def _refuse_what_brings_nothing(effect: Effect, shown: Preview | None) -> None:
    if effect.must_change and (shown is None or not shown.links):
        why = Message("The amounts stay as they are.")
        if shown is not None and shown.why_not:
            why = joined(list(shown.why_not), separator=" ")
        raise Conflict(
            Message("This would not change the wage. %(why)s", why=why),
            remedy=Message("Check the date and the answers."),
        )
    if shown is not None and shown.before is not None and shown.links:
        objection = effect.looked_at(shown.before.state, shown.after.state)
        if objection is not None:
            raise Conflict(objection, remedy=Message("Choose another employee or another service item."))


def _refuse_a_year_twice(events: Sequence[Event], rows: Sequence[CareerEvent]) -> None:
    known = {row.year for row in rows}
    for event in events:
        if isinstance(event, Assessment) and event.year in known:
            raise Conflict(
                Message("The assessment of %(year)s is already on record.", year=event.year),
                remedy=Message("Check the assessment year."),
            )


def _refuse_to_leave_before_the_start(staff: Staff, roster: Mapping[str, Any]) -> None:
    started, left = roster.get("work_start", staff.work_start), roster.get("left_on", staff.left_on)
    if left is not None and left < started:
        raise Conflict(
            Message("%(name)s began to work on %(start)s and cannot have left on %(left)s.",
                    name=staff.name, start=day_said(started), left=day_said(left)),
            remedy=Message("Check the date and the answers."),
        )  # fmt: skip


def _new_place(staff: Staff, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Where somebody goes who moves to another unit of this system."""
    code = facts.get("new_unit_code")
    if code is None:
        return {}
    unit = db.session.scalars(
        select(Unit).where(or_(Unit.code == code, Unit.credit_code == code), Unit.active.is_(True))
    ).first()
    if unit is None or unit.id == staff.unit_id:
        raise Invalid(
            fields={"new_unit_code": Message("No other unit of this system has the code “%(code)s”.", code=code)},
            remedy=Message("Correct the code, or leave it empty if the new unit does not use this system."),
        )
    return {"unit_id": unit.id}


def _figures(
    effect: Effect, facts: dict[str, Any], before: Person, person: Person, old: Sequence[Event],
    events: tuple[Event, ...], *, day: date, horizon: Month, tables: Standards,
) -> tuple[Figure, ...]:  # fmt: skip
    """The figures of the result; without a career there are none to work out."""
    if not effect.recalculates or not (old or events):
        return ()
    was: Career | None = replay(before, old, until=horizon, tables=tables) if old else None
    now = replay(person, [*old, *events], until=horizon, tables=tables)
    return tuple(effect.figures_of(Brought(was, now, facts, events, day)))


def change_json(made: Plan) -> dict[str, Any]:
    """The plan for the database and the pages: amounts as integer fen, sentences as messages.

    Without a change of pay the amounts are null, `note` says so, and the figures of the result stand by themselves.
    """
    told: dict[str, Any] = {
        "effect": made.effect.code, "figures": [figure.to_json() for figure in made.figures], "problem": None,
        "remedy": None, "note": None,
    }  # fmt: skip
    shown = made.shown
    if not made.changes_pay or shown is None:
        reasons = (*shown.reasons, *shown.why_not) if shown is not None else ()
        note = Message("No amount of the basic wage changes. The decision is kept as a result.")
        return _NO_AMOUNTS | told | {"note": note.to_json(), "reasons": [one.to_json() for one in reasons]}
    before = shown.before.to_json() if shown.before else {"total_fen": 0, "components": []}
    after = shown.after.to_json()
    return told | {
        "effective_month": shown.effective_month.isoformat(),
        "before": before,
        "after": after,
        "difference_fen": after["total_fen"] - before["total_fen"],
        "back_pay": {
            "months": len(shown.back_pay.lines),
            "lines": [line.to_json() for line in shown.back_pay.lines],
            "total_fen": fen(shown.back_pay.amount),
        },
        "reasons": [reason.to_json() for reason in (*shown.reasons, *shown.why_not)],
    }


_NO_AMOUNTS: dict[str, Any] = {
    "effective_month": None, "before": None, "after": None, "difference_fen": None,
    "back_pay": {"months": 0, "lines": [], "total_fen": 0}, "reasons": [],
}  # fmt: skip


def refused_json(problem: Message, remedy: Message | None) -> dict[str, Any]:
    """The same shape where no plan can be made, and why."""
    return _NO_AMOUNTS | {
        "effect": None, "figures": [], "note": None, "problem": problem.to_json(),
        "remedy": remedy.to_json() if remedy else None,
    }  # fmt: skip
