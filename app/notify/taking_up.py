"""What happened to applications, taken from their own events and told.

A decision already writes its event in its own transaction, so that row is the outbox: a decision costs no statement
more, one on 400 lines at once neither, and nothing that moves an application can forget to tell. Each event is taken
once, by a guarded update together with its announcements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import joinedload

from app import clock
from app.items.queries import of_ids
from app.messages import Message, Named
from app.notify.events import EVENTS
from app.notify.people import Audience, accounts, employees, holders
from app.notify.service import Telling, tell_many
from app.uow import transaction
from app.workflow.rules import next_permission
from models import (
    Account,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    CopyTo,
    Draw,
    Opinion,
    Reminder,
    db,
)
from models.applications import TOLD_KINDS, ApplicationState

CHUNK = 500
SINGLY = 5
"""So many of one kind at one moment are told one by one; more of them, as in a batch, are told as one."""
TOO_OLD = timedelta(days=7)
"""What lies further back is nobody's news: a system that was filled with the past tells nobody of it."""


@dataclass(frozen=True)
class _Known:
    """What the events of a chunk are told with, by the number of the application."""

    applications: Mapping[int, Application]
    names: Mapping[int | None, str]
    staff: Mapping[int, list[int]]
    opinions: Mapping[int, list[Opinion]]
    copies: Mapping[int, list[CopyTo]]
    draws: Mapping[int, list[Draw]]
    limits: Mapping[tuple[int, int | None, str], Reminder]
    versions: Mapping[int, Any]


def take_up() -> int:
    """Tell people of what happened to applications since; how many events were taken."""
    taken = 0
    while ids := _untold():
        taken += _take(ids)
    return taken


def _untold() -> list[int]:
    with transaction():
        return list(
            db.session.scalars(
                select(ApplicationEvent.id)
                .where(ApplicationEvent.told_at.is_(None), ApplicationEvent.kind.in_(TOLD_KINDS))
                .order_by(ApplicationEvent.id)
                .limit(CHUNK)
            )
        )


def _take(ids: Sequence[int]) -> int:
    """Some dozen statements whatever their number."""
    now = clock.now()
    with transaction():
        taken = db.session.scalars(
            update(ApplicationEvent)
            .where(ApplicationEvent.id.in_(ids), ApplicationEvent.told_at.is_(None))
            .values(told_at=now)
            .returning(ApplicationEvent.id)
            .execution_options(synchronize_session=False)
        ).all()
        events = db.session.execute(
            select(
                ApplicationEvent.id, ApplicationEvent.application_id, ApplicationEvent.kind, ApplicationEvent.at,
                ApplicationEvent.by_id, ApplicationEvent.step_position, ApplicationEvent.round, ApplicationEvent.note,
            )
            .where(ApplicationEvent.id.in_(taken), ApplicationEvent.at > now - TOO_OLD)
            .order_by(ApplicationEvent.id)
        ).all()  # fmt: skip
        if events:
            known = _read(events)
            told: dict[str, list[Telling]] = {}
            for event in events:
                for code, telling in _tellings(event, known):
                    told.setdefault(code, []).append(telling)
            for code, tellings in told.items():
                few, many = _together(code, tellings)
                tell_many(code, few)
                tell_many("many", many)
    return len(ids)


def _read(events: Sequence[Row[Any]]) -> _Known:
    ids = {event.application_id for event in events}
    kinds = {event.kind for event in events}
    applications = {
        one.id: one
        for one in db.session.scalars(
            select(Application).where(Application.id.in_(ids))
            .options(joinedload(Application.unit), joinedload(Application.item))
            .execution_options(populate_existing=True)
        )
    }  # fmt: skip
    people = {event.by_id for event in events if event.by_id is not None}
    rows = db.session.execute(select(Account.id, Account.display_name).where(Account.id.in_(people)))
    names: dict[int | None, str] = {row.id: row.display_name for row in rows}
    staff: dict[int, list[int]] = {}
    if kinds & {"approved", "paid"}:
        for row in db.session.execute(
            select(ApplicationEmployee.application_id, ApplicationEmployee.staff_id).where(
                ApplicationEmployee.application_id.in_(ids)
            )
        ):
            staff.setdefault(row.application_id, []).append(row.staff_id)
    return _Known(
        applications, names, staff,
        _by_application(Opinion, ids, kinds, "opinion_asked", "opinion_given"),
        _by_application(CopyTo, ids, kinds, "copied"), _by_application(Draw, ids, kinds, "drawn"),
        _limits(ids, kinds), of_ids({one.item_version_id for one in applications.values()}),
    )  # fmt: skip


def _by_application(model: Any, ids: set[int], kinds: set[str], *asked: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    if kinds & set(asked):
        for one in db.session.scalars(select(model).where(model.application_id.in_(ids)).order_by(model.id)):
            found.setdefault(one.application_id, []).append(one)
    return found


def _limits(ids: set[int], kinds: set[str]) -> dict[tuple[int, int | None, str], Reminder]:
    if not kinds & _LEVELS.keys():
        return {}
    rows = db.session.scalars(select(Reminder).where(Reminder.application_id.in_(ids)))
    return {(one.application_id, one.step_position, one.level): one for one in rows}


_LEVELS = {"reminded": "SOON", "overdue": "OVERDUE", "escalated": "ESCALATED"}
_LIMIT_EVENTS = {"reminded": "limit_near", "overdue": "limit_over", "escalated": "limit_escalated"}
_OF_THE_UNIT = {"returned": "returned", "approved": "approved", "rejected": "rejected", "paid": "paid"}


def _tellings(event: Row[Any], known: _Known) -> list[tuple[str, Telling]]:
    """What one event is told as, and to whom."""
    one = known.applications[event.application_id]
    facts = _facts(one)
    noted = {**facts, "by": known.names.get(event.by_id) or Message("the system"), "note": event.note}
    clerk = accounts([one.submitted_by_id, one.created_by_id])
    here = f"/applications/{one.id}"
    desk = f"/admin/queue/{one.id}"
    if event.kind in _OF_THE_UNIT:
        code = _OF_THE_UNIT[event.kind]
        told = [(code, clerk, noted if code in ("returned", "rejected") else facts, here)]
        own = employees(known.staff.get(one.id, ()))
        if event.kind == "paid":
            told.append(("wage_paid", own, {"item": facts["item"]}, "/my-wage"))
        return _named(event, one, told)
    if event.kind in ("submitted", "resubmitted"):
        return _named(event, one, _to_confirm(event, one, known, facts, here))
    if event.kind in _LIMIT_EVENTS:
        return _named(event, one, _limit(event, one, known, facts))
    if event.kind in ("recalled", "recall_refused"):
        if event.by_id in (one.created_by_id, one.submitted_by_id):
            return []  # they took it back themselves
        answer = Message("given back") if event.kind == "recalled" else Message("not given back")
        return _named(event, one, [("recall_answered", clerk, {**noted, "answer": answer}, here)])
    return _named(event, one, _between_colleagues(event, one, known, facts, noted, desk))


_Told = tuple[str, Audience, Mapping[str, Any], str]


def _between_colleagues(
    event: Row[Any], one: Application, known: _Known, facts: dict[str, Any], noted: dict[str, Any], desk: str
) -> list[_Told]:
    """What those who decide tell each other, and who is asked to come into it."""
    if event.kind == "urged" and one.state == ApplicationState.IN_REVIEW:
        whom = accounts([one.claimed_by_id]) if one.claimed_by_id else _deciders(one)
        return [("urged", whom, noted, desk)]
    if event.kind == "opinion_asked":
        asked = [row.asked_of_id for row in known.opinions.get(one.id, ()) if row.asked_at == event.at]
        return [("opinion_asked", accounts(asked), noted, "/for-me")]
    if event.kind == "opinion_given":
        given = [row.asked_by_id for row in known.opinions.get(one.id, ()) if row.answered_at == event.at]
        return [("opinion_given", accounts(given), noted, desk)]
    if event.kind == "copied":
        copied = [row.to_id for row in known.copies.get(one.id, ()) if row.sent_at == event.at]
        return [("copied", accounts(copied), noted, "/for-me")]
    if event.kind == "transferred" and one.claimed_by_id not in (None, event.by_id):
        return [("handed_over", accounts([one.claimed_by_id]), noted, desk)]
    if event.kind == "drawn":
        drawn = [row.account_id for row in known.draws.get(one.id, ()) if row.drawn_at == event.at]
        return [("drawn", accounts(drawn), {**facts, "step": _step(event, one, known)}, desk)]
    return []


def _to_confirm(event: Row[Any], one: Application, known: _Known, facts: dict[str, Any], here: str) -> list[_Told]:
    """The unit's head, where their confirmation is what it waits for now."""
    if one.step_permission != "application:confirm" or one.state != ApplicationState.IN_REVIEW:
        return []
    heads = holders("application:confirm", unit_id=one.unit_id, but=[one.submitted_by_id, one.created_by_id])
    return [("to_confirm", heads, {**facts, "step": _step(event, one, known)}, here)]


def _limit(event: Row[Any], one: Application, known: _Known, facts: dict[str, Any]) -> list[_Told]:
    """Who decides, as long as it waits at that step; an escalation those of the step that follows."""
    if one.state != ApplicationState.IN_REVIEW or one.step_position != event.step_position:
        return []
    used, _, limit = event.note.partition("/")
    said = {**facts, "step": _step(event, one, known), "used": used, "limit": limit}
    code, whom = _LIMIT_EVENTS[event.kind], _deciders(one)
    if event.kind == "escalated":
        following = next_permission(known.versions[one.item_version_id].steps, one.step_position or 0)
        whom = _deciders(one, following or one.step_permission)
    elif one.claimed_by_id is not None:
        whom = accounts([one.claimed_by_id])
    return [(code, whom, said, f"/admin/queue/{one.id}")]


def _deciders(one: Application, permission: str | None = None) -> Audience:
    asked = permission or one.step_permission or "application:approve"
    return holders(asked, unit_id=one.unit_id, but=[one.created_by_id, one.submitted_by_id])


def _together(code: str, tellings: Sequence[Telling]) -> tuple[list[Telling], list[Telling]]:
    """Those that are told one by one, and those told as one: of the same moment, unit and people."""
    alike: dict[Any, list[Telling]] = {}
    for one in tellings:
        alike.setdefault((one.at, one.unit_id, str(one.people.parts), one.link == "/my-wage"), []).append(one)
    few: list[Telling] = []
    many: list[Telling] = []
    for group in alike.values():
        if len(group) <= SINGLY:
            few += group
            continue
        first = group[0]
        facts = {"what": EVENTS[code].name, "count": len(group), "unit": first.facts["unit"]}
        many.append(Telling(first.people, facts, f"{first.key}/many", first.unit_id, "/applications", at=first.at))
    return few, many


def _facts(one: Application) -> dict[str, Any]:
    return {
        "number": one.number, "item": Named(one.item.name_zh, one.item.name_en), "title": one.title,
        "unit": Named(one.unit.name, one.unit.name_en or one.unit.name),
    }  # fmt: skip


def _step(event: Row[Any], one: Application, known: _Known) -> Named:
    step = known.versions[one.item_version_id].step(event.step_position or one.step_position or 0)
    return Named(step.name_zh, step.name_en) if step is not None else Named("", "")


def _named(event: Row[Any], one: Application, told: Sequence[_Told]) -> list[tuple[str, Telling]]:
    """Under the event's own key: whoever takes it up a second time tells nobody anything."""
    return [
        (code, Telling(whom, facts, f"application-event/{event.id}/{code}", one.unit_id, link, at=event.at))
        for code, whom, facts, link in told
        if whom
    ]
