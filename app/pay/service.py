"""Verbs of pay on the database: show a change before it is made, write an approved one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Conflict, Invalid, Refused
from app.items.queries import parts
from app.messages import Message, joined
from app.pay import queries
from app.pay.agenda import effective_month
from app.pay.careers import Person
from app.pay.effects import EFFECTS, Effect, facts_from_answers, fits, read_facts
from app.pay.events import Assessment, Event
from app.pay.months import Month, month_after, month_of
from app.pay.preview import Preview, preview
from app.pay.recording import rewrite
from app.pay.replay import replay
from app.pay.rounding import fen
from app.pay.standards import Standards
from app.standards.queries import current
from app.uow import atomic
from models import Answer, Application, ApplicationEmployee, CareerEvent, Staff, WageRecord, db


@dataclass(frozen=True)
class Written:
    """An approved change as it was written: its link, and what finance is to pay. Amounts in fen.

    `before_fen` and `after_fen` are the monthly wage as paid until now and as it is to be paid from now on.
    """

    record: WageRecord
    staff_id: int
    unit_id: int
    effective_month: Month
    before_fen: int
    after_fen: int
    back_pay_fen: int


@dataclass(frozen=True)
class _Plan:
    effect: Effect
    facts: dict[str, Any]
    person: Person
    event: Event
    shown: Preview
    tables: Standards


def first_paid_month(day: date) -> Month:
    """The month in which a change approved on `day` is first paid: the next one. What is owed until then is back pay
    (G-4)."""
    return month_after(day)


def preview_change(staff: Staff, effect: str, facts: Mapping[str, Any], *, day: date | None = None) -> dict[str, Any]:
    """What an application would change, as JSON, if it were approved on `day` (default: today).

    `{"effective_month": "2018-04-01", "before": {"total_fen", "components"}, "after": {...}, "difference_fen",
    "back_pay": {"months", "lines", "total_fen"}, "reasons": [message], "problem": message | null, "remedy": message
    | null}`. If no amount can be given, `problem` says why, `remedy` what to do, and the amounts are null.
    """
    known = EFFECTS[effect]
    try:
        plan = _plan(staff, known, facts, queries.event_rows(staff.id), day=day or clock.today())
    except Refused as refused:
        return _without_amounts(refused)
    return _shown(plan)


@atomic
def write_effect(application: Application, employee: ApplicationEmployee, *, by: Actor) -> Written:
    """Write an approved change: the event, the link, and again every later link that a late change moves.

    Called by the last approval, in its transaction; the approval is the permission. Unique keys on the assessment
    year, on a person's next link and on the effect of an application refuse a second writer.
    """
    staff = employee.staff
    version = parts(application.item_version_id)
    effect = EFFECTS[version.effect or ""]
    facts = facts_from_answers(version.effect_map, _answers(application.id))
    rows = queries.event_rows(staff.id)
    try:
        plan = _plan(staff, effect, facts, rows, day=clock.today())
    except Refused as refused:
        raise Conflict(
            Message("The wage of %(name)s cannot be written: %(why)s", name=staff.name, why=refused.message),
            remedy=refused.remedy,
        ) from refused
    event_row = _keep_event(staff, application, plan.event)
    event = effect.event_of(plan.facts, queries.event_id(event_row))
    links = queries.links_of(staff.id)
    chain = queries.in_order(link for link in links if link.voided_at is None)
    month = max(plan.shown.effective_month, month_of(clock.today()))
    before = [link for link in chain if link.effective_month <= month]
    horizon = max([month, *(link.effective_month for link in chain)])
    career = replay(plan.person, [*map(queries.read_event, rows), event], until=horizon, tables=plan.tables)
    causes = {row.id: row.application_id for row in rows} | {event_row: application.id}
    written = rewrite(staff, career, links, chain, causes)
    record = next(link for link in written if link.event_id == event_row)
    state = career.state_in(horizon)
    _update_roster(staff, effect.roster_of(plan.facts) | ({"post": state["post"]} if state.get("post") else {}))
    result = Written(
        record, staff.id, staff.unit_id, plan.shown.effective_month,
        before_fen=before[-1].total_fen if before else 0, after_fen=fen(career.wage_in(month).total),
        back_pay_fen=fen(plan.shown.back_pay.amount),
    )  # fmt: skip
    _keep_figures(employee, plan)
    audit.record(
        "pay:write", by=by, kind="staff", record_id=staff.id, unit_id=staff.unit_id, subjects=[staff.id],
        before={"total_fen": result.before_fen},
        after={"total_fen": result.after_fen, "wage_record": record.id, "effective_month": result.effective_month,
               "application": application.number, "rewritten_links": len(written) - 1},
    )  # fmt: skip
    return result


def _plan(staff: Staff, effect: Effect, given: Mapping[str, Any], rows: Sequence[CareerEvent], *, day: date) -> _Plan:
    """The change worked out. Raises Refused (PayError, Invalid) with the reason why it cannot be."""
    objection = fits(effect, staff)
    if objection is not None:
        raise Conflict(objection, remedy=Message("Choose another employee or another service item."))
    facts = read_facts(effect, given)
    event = effect.event_of(facts, "new")
    if isinstance(event, Assessment) and any(row.year == event.year for row in rows):
        raise Conflict(
            Message("The assessment of %(year)s is already on record.", year=event.year),
            remedy=Message("Check the assessment year."),
        )
    person = effect.person_of(queries.person_of(staff), facts)
    month = max(first_paid_month(day), effective_month(event))
    tables = current()
    shown = preview(person, [queries.read_event(row) for row in rows], event, month=month, tables=tables)
    if shown.before_error is not None:
        raise shown.before_error
    if not shown.links:
        why = joined(list(shown.why_not), separator=" ") if shown.why_not else Message("The amounts stay as they are.")
        raise Conflict(
            Message("This would not change the wage. %(why)s", why=why),
            remedy=Message("Check the date and the answers."),
        )
    return _Plan(effect, facts, person, event, shown, tables)


def _shown(plan: _Plan) -> dict[str, Any]:
    shown = plan.shown
    before = shown.before.to_json() if shown.before else {"total_fen": 0, "components": []}
    after = shown.after.to_json()
    return {
        "effect": plan.effect.code,
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
        "problem": None,
        "remedy": None,
    }


def _without_amounts(refused: Refused) -> dict[str, Any]:
    problem = refused.message
    if isinstance(refused, Invalid) and refused.fields:
        problem = joined(list(refused.fields.values()), separator=" ")
    return {
        "effect": None, "effective_month": None, "before": None, "after": None, "difference_fen": None,
        "back_pay": {"months": 0, "lines": [], "total_fen": 0}, "reasons": [],
        "problem": problem.to_json(), "remedy": refused.remedy.to_json() if refused.remedy else None,
    }  # fmt: skip


def _answers(application_id: int) -> dict[str, Any]:
    rows = db.session.execute(select(Answer.key, Answer.value).where(Answer.application_id == application_id))
    return {row.key: row.value for row in rows}


def _keep_event(staff: Staff, application: Application, event: Event) -> int:
    written = db.session.execute(
        insert(CareerEvent)
        .values(staff_id=staff.id, application_id=application.id, created_at=clock.now(), **queries.kept_event(event))
        .returning(CareerEvent.id)
    )
    return int(written.scalar_one())


def _keep_figures(employee: ApplicationEmployee, plan: _Plan) -> None:
    """Keep with the application what was approved, if it differs from what was calculated when it was filed."""
    change = _shown(plan)
    figures = {
        "effective_month": plan.shown.effective_month,
        "before_fen": change["before"]["total_fen"],
        "after_fen": change["after"]["total_fen"],
        "back_pay_fen": change["back_pay"]["total_fen"],
    }
    if all(getattr(employee, name) == value for name, value in figures.items()):
        return
    db.session.execute(
        update(ApplicationEmployee)
        .where(ApplicationEmployee.id == employee.id)
        .values(**figures, change=change)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(employee, ["change", *figures])


def _update_roster(staff: Staff, values: dict[str, Any]) -> None:
    changed = {name: value for name, value in values.items() if getattr(staff, name) != value}
    if not changed:
        return
    changed["revision"] = staff.revision + 1
    if not _one(update(Staff).where(Staff.id == staff.id, Staff.revision == staff.revision).values(**changed)):
        raise Conflict(
            Message("The record of %(name)s was changed at the same moment.", name=staff.name),
            remedy=Message("Approve once more; the wage is then calculated from the new record."),
        )
    for name, value in changed.items():
        set_committed_value(staff, name, value)


def _one(statement: Any) -> bool:
    done: CursorResult[Any] = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return done.rowcount == 1
