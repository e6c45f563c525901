"""What an event of an application is told as, to whom, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from app.messages import Message, Named
from app.notify.events import EVENTS
from app.notify.people import Audience, accounts, employees, holders
from app.notify.service import Telling
from app.workflow.rules import next_permission
from models import Application, CopyTo, Draw, Opinion
from models.applications import ApplicationState

SINGLY = 5
"""So many of one kind at one moment are told one by one; more of them, as in a batch, are told as one."""


class Happened(NamedTuple):
    """An event of an application."""

    id: int
    application_id: int
    kind: str
    at: datetime
    by_id: int | None
    step_position: int | None
    note: str


@dataclass(frozen=True)
class Known:
    """What the events of a chunk are told with, by the number of the application."""

    applications: Mapping[int, Application]
    names: Mapping[int | None, str]
    staff: Mapping[int, list[int]]
    months: Mapping[int, Mapping[date, list[int]]]  # whose wage changed, by the month from which it counts
    opinions: Mapping[int, list[Opinion]]
    copies: Mapping[int, list[CopyTo]]
    draws: Mapping[int, list[Draw]]
    versions: Mapping[int, Any]


_LIMIT_EVENTS = {"reminded": "limit_near", "overdue": "limit_over", "escalated": "limit_escalated"}
_OF_THE_UNIT = {"returned": "returned", "approved": "approved", "rejected": "rejected", "paid": "paid"}


def tellings(event: Happened, known: Known) -> list[tuple[str, Telling]]:
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
        return _named(event, one, told) + _of_ones_own(event, one, known, facts["item"])
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


def _of_ones_own(event: Happened, one: Application, known: Known, item: Named) -> list[tuple[str, Telling]]:
    """What the employees themselves are told: that their wage has changed, and that it was paid. No amounts."""
    told: list[tuple[str, str, list[int], dict[str, Any]]] = []
    if event.kind == "paid":
        told = [("wage_paid", "", known.staff.get(one.id, []), {"item": item})]
    if event.kind == "approved":
        told = [
            ("wage_changed", f"/{month:%Y-%m}", staff, {"item": item, "month": f"{month:%Y-%m}"})
            for month, staff in known.months.get(one.id, {}).items()
        ]
    return [
        (code, Telling(employees(staff), facts, f"{_key(event, code)}{part}", one.unit_id, "/my-wage", at=event.at))
        for code, part, staff, facts in told
        if staff
    ]


_Told = tuple[str, Audience, Mapping[str, Any], str]


def _between_colleagues(
    event: Happened, one: Application, known: Known, facts: dict[str, Any], noted: dict[str, Any], desk: str
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


def _to_confirm(event: Happened, one: Application, known: Known, facts: dict[str, Any], here: str) -> list[_Told]:
    """The unit's head, where their confirmation is what it waits for now."""
    if one.step_permission != "application:confirm" or one.state != ApplicationState.IN_REVIEW:
        return []
    heads = holders("application:confirm", unit_id=one.unit_id, but=[one.submitted_by_id, one.created_by_id])
    return [("to_confirm", heads, {**facts, "step": _step(event, one, known)}, here)]


def _limit(event: Happened, one: Application, known: Known, facts: dict[str, Any]) -> list[_Told]:
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


def together(code: str, tellings: Sequence[Telling]) -> tuple[list[Telling], str, list[Telling]]:
    """Those that are told one by one; and, after their event, those told as one: of the same moment, unit and people.

    What concerns somebody's own wage is always told by itself, and deadlines stay what nobody can turn off.
    """
    code_of_many = "many_limits" if EVENTS[code].deadline else "many"
    if EVENTS[code].group == "own":
        return list(tellings), code_of_many, []
    alike: dict[Any, list[Telling]] = {}
    for one in tellings:
        alike.setdefault((one.at, one.unit_id, str(one.people.parts)), []).append(one)
    few: list[Telling] = []
    many: list[Telling] = []
    for group in alike.values():
        if len(group) <= SINGLY:
            few += group
            continue
        first = group[0]
        facts = {"what": EVENTS[code].name, "count": len(group), "unit": first.facts["unit"]}
        many.append(Telling(first.people, facts, f"{first.key}/many", first.unit_id, _list_of(first.link), at=first.at))
    return few, code_of_many, many


def _list_of(link: str) -> str:
    """The list on which the page of a link stands."""
    return link.rpartition("/")[0] if link.rpartition("/")[2].isdigit() else link


def _key(event: Happened, code: str) -> str:
    """The event's own: whoever takes it up a second time tells nobody anything."""
    return f"application-event/{event.id}/{code}"


def _facts(one: Application) -> dict[str, Any]:
    return {
        "number": one.number, "item": Named(one.item.name_zh, one.item.name_en), "title": one.title,
        "unit": Named(one.unit.name, one.unit.name_en or one.unit.name),
    }  # fmt: skip


def _step(event: Happened, one: Application, known: Known) -> Named:
    step = known.versions[one.item_version_id].step(event.step_position or one.step_position or 0)
    return Named(step.name_zh, step.name_en) if step is not None else Named("", "")


def _named(event: Happened, one: Application, told: Sequence[_Told]) -> list[tuple[str, Telling]]:
    return [
        (code, Telling(whom, facts, _key(event, code), one.unit_id, link, at=event.at))
        for code, whom, facts, link in told
        if whom
    ]
