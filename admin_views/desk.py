"""What lies on the reviewer's desk: the whole application, what speaks against it, and where one goes from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.access import policy, scope
from app.access.actor import Actor
from app.applications import queries as applications
from app.applications.precheck import Finding, findings
from app.applications.sheet import ApplicationSheet
from app.audit import service as audit
from app.messages import Message
from app.uow import reading
from app.workflow import queries as workflow
from app.workflow.rules import Mark
from models import Application, ApplicationEmployee, db


@dataclass(frozen=True)
class Desk:
    """`may_decide` is whether the buttons of the decision are shown; otherwise `because` says why not."""

    sheet: ApplicationSheet
    findings: list[Finding]
    neighbours: Any
    may_decide: bool
    because: Message | None
    sees_pay: bool
    claimed_by_me: bool

    @property
    def pictures(self) -> list[tuple[Any, Any, int]]:
        """Every page that can be looked at: material, upload and page number."""
        return [
            (material, upload, page)
            for material in self.sheet.materials
            for upload in material.uploads
            for page in range(1, upload.pages + 1)
        ]


def open_desk(actor: Actor, application_id: int) -> Desk:
    """Lay an application out. Where the person may see wages, the reading is written down in the audit."""
    sees_pay = actor.holds("pay:read")
    if sees_pay:
        _write_down(actor, application_id)
    application = applications.opened(actor, application_id)
    sheet = applications.sheet(application)
    may_decide, because = _may_decide(actor, application)
    return Desk(
        sheet=sheet,
        findings=findings(sheet),
        neighbours=workflow.neighbours(actor, application_id),
        may_decide=may_decide,
        because=because,
        sees_pay=sees_pay,
        claimed_by_me=application.claimed_by_id is not None and application.claimed_by_id == actor.account_id,
    )


def _write_down(actor: Actor, application_id: int) -> None:
    """Write down the reading before the page is read, since a commit lets go of everything loaded."""
    rows = db.session.execute(
        select(Application.unit_id, ApplicationEmployee.staff_id)
        .outerjoin(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .where(
            Application.id == application_id,
            scope.condition(actor, "application:read", Application),  # a draft out of sight is not read
            scope.condition(actor, "pay:read", Application),
        )
    ).all()
    if rows:
        with reading():
            audit.read(
                "application:read_pay", by=actor, kind="application", record_id=application_id,
                unit_id=rows[0].unit_id, subjects=[row.staff_id for row in rows if row.staff_id is not None],
            )  # fmt: skip


def _may_decide(actor: Actor, application: Any) -> tuple[bool, Message | None]:
    permission = application.step_permission
    if permission is None:
        return False, None
    verdict = policy.may(actor, permission, application)
    return bool(verdict), verdict.reason


def marks_sent(form: MultiDict[str, str] | Mapping[str, Any]) -> list[Mark]:
    """The answers and materials marked in the form of a return, each with its reason."""
    chosen = form.getlist("mark") if isinstance(form, MultiDict) else form.get("mark", [])
    marks = []
    for one in dict.fromkeys(chosen[:200]):
        kind, _dot, key = one.replace("\x00", "").partition(".")
        reason = str(form.get(f"reason-{kind}.{key}", "")).replace("\x00", "").strip()
        marks.append(Mark(kind[:10], key[:40], reason[:2000]))
    return marks
