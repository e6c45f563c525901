"""Verbs of pay on the database: show a change before it is made, write an approved one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from app.pay.effects import EFFECTS, facts_from_answers, read_facts
from app.pay.events import Event
from app.pay.kept_results import keep_result
from app.pay.months import Month, month_of
from app.pay.planning import Plan, change_json, first_paid_month, plan, refused_json
from app.pay.recording import rewrite
from app.pay.replay import replay
from app.pay.rounding import fen
from app.uow import atomic
from models import Answer, Application, ApplicationEmployee, CareerEvent, Staff, WageRecord, db
from models.staff import StaffState

__all__ = ["Written", "first_paid_month", "preview_change", "write_effect", "write_unit_result"]
STARTED_AS = ("staff_type", "education", "occupation")


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


def preview_change(staff: Staff, effect: str, facts: Mapping[str, Any], *, day: date | None = None) -> dict[str, Any]:
    """What an application would change, as JSON, if it were approved on `day` (default: today).

    `{"effective_month": "2018-04-01", "before": {"total_fen", "components"}, "after": {...}, "difference_fen",
    "back_pay": {"months", "lines", "total_fen"}, "reasons": [message], "figures": [figure], "note": message | null,
    "problem": message | null, "remedy": message | null}`. `note` says that no amount changes; if no amount can be
    given, `problem` says why, `remedy` what to do; in both cases the amounts are null.
    """
    try:
        return change_json(plan(staff, EFFECTS[effect], facts, day=day or clock.today()))
    except Refused as refused:
        return refused_json(*why_refused(refused))


def why_refused(refused: Refused) -> tuple[Message, Message | None]:
    if isinstance(refused, Invalid) and refused.fields:
        return joined(list(refused.fields.values()), separator=" "), refused.remedy
    return refused.message, refused.remedy


@atomic
def write_effect(application: Application, employee: ApplicationEmployee, *, by: Actor) -> Written | None:
    """Write an approved decision: its events, the link, again every later link that a late change moves, the roster
    and the result. Returns what finance is to pay; null if no amount changes.

    Called by the last approval, in its transaction; the approval is the permission. Unique keys on the assessment
    year, on a person's next link and on the effect of an application refuse a second writer.
    """
    staff = employee.staff
    version = parts(application.item_version_id)
    effect = EFFECTS[version.effect or ""]
    given = facts_from_answers(version.effect_map, _answers(application.id))
    try:
        made = plan(staff, effect, given, day=clock.today())
    except Refused as refused:
        why, remedy = why_refused(refused)
        raise Conflict(
            Message("The wage of %(name)s cannot be written: %(why)s", name=staff.name, why=why), remedy=remedy
        ) from refused
    unit_id = staff.unit_id
    written, roster = _write_chain(staff, application, made) if made.shown is not None or made.events else (None, {})
    before = _update_roster(staff, roster | made.roster)
    keep_result(application, made.effect, made.facts, made.figures, staff=staff, unit_id=unit_id, roster_before=before)
    _keep_figures(employee, made)
    audit.record(
        "pay:write", by=by, kind="staff", record_id=staff.id, unit_id=unit_id, subjects=[staff.id],
        before={"total_fen": written.before_fen if written else None, **before},
        after={"effect": effect.code, "application": application.number,
               **{name: str(value) for name, value in (roster | made.roster).items()},
               **({"total_fen": written.after_fen, "wage_record": written.record.id,
                   "effective_month": written.effective_month} if written else {})},
    )  # fmt: skip
    return written


@atomic
def write_unit_result(application: Application, *, by: Actor) -> None:
    """Keep the result of an approved application of a unit, which names no employee."""
    version = parts(application.item_version_id)
    effect = EFFECTS[version.effect or ""]
    facts = read_facts(effect, facts_from_answers(version.effect_map, _answers(application.id)))
    keep_result(application, effect, facts, (), staff=None, unit_id=application.unit_id)
    audit.record(
        "pay:result", by=by, kind="application", record_id=application.id, unit_id=application.unit_id,
        after={"effect": effect.code, **{key: str(value) for key, value in facts.items()}},
    )  # fmt: skip


def _write_chain(staff: Staff, application: Application, made: Plan) -> tuple[Written | None, dict[str, Any]]:
    """The events and links of a plan; what finance is to pay, and what the roster must say with the new state."""
    rows = made.rows
    numbers = [_keep_event(staff, application, event) for event in made.events]
    events = [replace(event, id=queries.event_id(number)) for event, number in zip(made.events, numbers, strict=True)]
    links = queries.links_of(staff.id)
    chain = queries.in_order(link for link in links if link.voided_at is None)
    shown = made.shown
    month = max([month_of(clock.today()), *([shown.effective_month] if shown else [])])
    horizon = max([month, made.horizon if made.events else month, *(link.effective_month for link in chain)])
    career = replay(made.person, [*map(queries.read_event, rows), *events], until=horizon, tables=made.tables)
    causes = queries.applications_of(rows) | dict.fromkeys(numbers[:1], application.id)
    written = rewrite(staff, career, links, chain, causes)
    roster = roster_of_state(staff, career.state_in(horizon), made)
    if shown is None or not made.changes_pay or not written:
        return None, roster
    record = next((link for link in written if link.event_id in numbers[:1]), written[-1])
    before = [link for link in chain if link.effective_month <= month]
    return Written(
        record, staff.id, staff.unit_id, shown.effective_month,
        before_fen=before[-1].total_fen if before else 0, after_fen=fen(career.wage_in(month).total),
        back_pay_fen=fen(shown.back_pay.amount),
    ), roster  # fmt: skip


def roster_of_state(staff: Staff, state: Mapping[str, Any], made: Plan) -> dict[str, Any]:
    """What the roster says is what the career says: the post, the category, and that somebody has left."""
    if state["phase"] == "GRADED":
        held = {"post": state.get("post"), "staff_type": state["staff_type"]}
        return held | ({"occupation": state["occupation"]} if "occupation" in state else {"occupation": None})
    if state["phase"] == "ENDED":
        day = staff.left_on or made.roster.get("left_on") or made.facts["day"]
        return {"state": StaffState.ENDED, "left_on": day}
    return {}


def _answers(application_id: int) -> dict[str, Any]:
    rows = db.session.execute(select(Answer.key, Answer.value).where(Answer.application_id == application_id))
    return {row.key: row.value for row in rows}


def _keep_event(staff: Staff, application: Application, event: Event) -> int:
    """The row of a new event."""
    written = db.session.execute(
        insert(CareerEvent)
        .values(
            staff_id=staff.id, application_id=application.id, created_at=clock.now(), **queries.kept_event(event)
        )
        .returning(CareerEvent.id)
    )  # fmt: skip
    return int(written.scalar_one())


def figures_of(change: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an application's employee that an explained change fills."""
    month, before, after = change["effective_month"], change["before"], change["after"]
    return {
        "effective_month": date.fromisoformat(month) if month else None,
        "before_fen": before["total_fen"] if before else None,
        "after_fen": after["total_fen"] if after else None,
        "back_pay_fen": change["back_pay"]["total_fen"] if after else None,
    }


def _keep_figures(employee: ApplicationEmployee, made: Plan) -> None:
    """Keep with the application what was approved, if it differs from what was calculated when it was filed."""
    change = change_json(made)
    figures = figures_of(change)
    if employee.change is not None and all(getattr(employee, name) == value for name, value in figures.items()):
        return
    db.session.execute(
        update(ApplicationEmployee)
        .where(ApplicationEmployee.id == employee.id)
        .values(**figures, change=change)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(employee, ["change", *figures])


def roster_changes(staff: Staff, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs on the roster, and what stands there. What the career began with is kept when it changes."""
    changed = {name: value for name, value in values.items() if getattr(staff, name) != value}
    begun = {name: getattr(staff, name) for name in STARTED_AS if name in changed}
    if staff.state != StaffState.PENDING and begun:
        changed["at_start"] = {**begun, **(staff.at_start or {})}
    return changed, {name: getattr(staff, name) for name in changed}


def _update_roster(staff: Staff, values: dict[str, Any]) -> dict[str, Any]:
    """Write what changes on the roster. Returns what it was before, to be put back if the decision is undone."""
    changed, before = roster_changes(staff, values)
    if not changed:
        return {}
    changed["revision"] = staff.revision + 1
    if not _one(update(Staff).where(Staff.id == staff.id, Staff.revision == staff.revision).values(**changed)):
        raise Conflict(
            Message("The record of %(name)s was changed at the same moment.", name=staff.name),
            remedy=Message("Approve once more; the wage is then calculated from the new record."),
        )
    for name, value in changed.items():
        set_committed_value(staff, name, value)
    return before


def _one(statement: Any) -> bool:
    done: CursorResult[Any] = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return done.rowcount == 1
