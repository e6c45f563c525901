"""What lies on the reviewer's desk: the whole application, what speaks against it, and where one goes from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from admin_views.pages import Group, groups_of
from app.access import policy
from app.access.actor import Actor
from app.applications import queries as applications
from app.applications.precheck import Checked, Finding, Look, checked, groups, to_look_at
from app.applications.sheet import ApplicationSheet
from app.audit import service as audit
from app.materials import queries as materials
from app.messages import Message
from app.uow import reading
from app.workflow import queries as workflow
from app.workflow.rules import Mark
from models import Application


@dataclass(frozen=True)
class Against:
    """One thing to look at before deciding. `place` is its anchor on the desk; `shows` the page to open with it."""

    tone: str
    text: Message
    more: Message | str | None
    place: str
    shows: str = ""


@dataclass(frozen=True)
class Desk:
    """`may_decide` is whether the buttons of the decision are shown; otherwise `because` says why not."""

    sheet: ApplicationSheet
    against: list[Against]
    groups: list[Group]
    neighbours: workflow.Neighbours
    may_decide: bool
    because: Message | None
    sees_pay: bool
    sees_materials: bool
    claimed_by_me: bool
    marked: Mapping[str, Any] = field(default_factory=dict)  # by anchor: what the last return marked
    checked: Sequence[tuple[Message, list[Checked]]] = ()  # what the system has looked at, by what it is about
    looks: Sequence[Look] = ()  # what only a person can check

    @property
    def claimed_by_another(self) -> bool:
        return self.sheet.application.claimed_by_id is not None and not self.claimed_by_me


def open_desk(actor: Actor, application_id: int, *, ahead: bool = False) -> Desk:
    """Lay an application out. What it shows of wages and papers is written down in the audit before it is sent, also
    when a desk asks for its next application `ahead`."""
    application = applications.opened(actor, application_id)
    sheet = applications.sheet(application)
    around = workflow.neighbours(actor, application_id)
    may_decide, because = (True, None) if around.waits else _may_decide(actor, application)
    seen = _sees(actor, application)
    pages = groups_of(sheet, materials.replaced(application_id) if application.round > 1 else [])
    outcomes = checked(sheet)
    desk = Desk(
        sheet=sheet,
        against=_against(sheet, pages, [finding for one in outcomes for finding in one.findings or ()]),
        groups=pages,
        neighbours=around,
        may_decide=may_decide,
        because=because,
        sees_pay="pay:read" in seen,
        sees_materials="material:read" in seen,
        claimed_by_me=application.claimed_by_id is not None and application.claimed_by_id == actor.account_id,
        marked={line.anchor: line for line in sheet.marked},
        checked=groups(outcomes),
        looks=to_look_at(sheet),
    )
    _write_down(actor, desk, ahead=ahead)
    return desk


def _sees(actor: Actor, application: Application) -> frozenset[str]:
    asked = frozenset({"pay:read", "material:read"})
    if all(actor.holds_everywhere(permission) for permission in asked):
        return asked
    return applications.rights(actor, application) & asked


def _write_down(actor: Actor, desk: Desk, *, ahead: bool) -> None:
    """One event for the whole desk: the wage, and by their codes the materials of which it shows small pictures."""
    shown = [group.code for group in desk.groups if group.pages] if desk.sees_materials else []
    if not desk.sees_pay and not shown:
        return
    application = desk.sheet.application
    note = "; ".join(filter(None, [f"small pictures of {' '.join(shown)}" if shown else "", "loaded ahead" * ahead]))
    with reading():
        audit.read(
            "application:read_pay" if desk.sees_pay else "material:read", by=actor, kind="application",
            record_id=application.id, unit_id=application.unit_id,
            subjects=[one.staff_id for one in application.employees], note=note,
        )  # fmt: skip


def _may_decide(actor: Actor, application: Application) -> tuple[bool, Message | None]:
    permission = application.step_permission
    if permission is None:
        return False, None
    verdict = policy.may(actor, permission, application)
    return bool(verdict), verdict.reason


def _against(sheet: ApplicationSheet, groups: list[Group], found: Iterable[Finding]) -> list[Against]:
    """What speaks against it, the gravest first: what blocks, what warns, what was marked and has not changed; and at
    the end what is new since the return, which somebody has to look at again."""
    first = {group.code: group.pages[0].key for group in groups if group.pages}
    listed = [
        Against("bad" if one.severity == "blocking" else "warn", one.message, one.remedy, one.place,
                first.get(one.place.removeprefix("material-"), ""))
        for one in found
    ]  # fmt: skip
    for material in sheet.materials:
        for upload in material.accepted:
            for one in upload.findings:
                if not one.overridden:
                    tone = "bad" if one.severity == "blocking" else "warn"
                    text = Message("%(material)s: %(what)s", material=material.name, what=one.message)
                    shows = f"{upload.id}-{max(one.page, 1)}" if upload.pages else ""
                    listed.append(Against(tone, text, one.remedy, f"upload-{upload.id}", shows))
    for mark in sheet.marked:
        if not mark.changed:
            text = Message("“%(label)s” was marked, and the unit has left it unchanged.", label=mark.label)
            listed.append(Against("warn", text, mark.reason, mark.anchor, first.get(mark.key, "")))
    reasons = {mark.anchor: mark.reason for mark in sheet.marked}
    for change in sheet.changes:
        shows = _new_page(groups, change.anchor.removeprefix("material-"))
        listed.append(Against("info", change.text, reasons.get(change.anchor), change.anchor, shows))
    order = {"bad": 0, "warn": 1, "info": 2}
    return sorted(listed, key=lambda one: order[one.tone])


def _new_page(groups: list[Group], code: str) -> str:
    return next((page.key for group in groups if group.code == code for page in group.pages if page.new), "")


def marks_sent(form: MultiDict[str, str] | Mapping[str, Any]) -> list[Mark]:
    """The answers and materials marked in the form of a return, each with its reason."""
    chosen = form.getlist("mark") if isinstance(form, MultiDict) else form.get("mark", [])
    marks = []
    for one in dict.fromkeys(chosen[:200]):
        kind, _dot, key = one.replace("\x00", "").partition(".")
        reason = str(form.get(f"reason-{kind}.{key}", "")).replace("\x00", "").strip()
        marks.append(Mark(kind[:10], key[:40], reason[:2000]))
    return marks
