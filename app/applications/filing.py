"""Submission and withdrawal: checked, claimed, explained and entered into review in one transaction, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor
from app.access.policy import require
from app.applications.drafting import editable, save_answers
from app.applications.overtaking import overtaken
from app.applications.precheck import BLOCKING, Finding, findings
from app.applications.queries import opened, sheet
from app.applications.sheet import ApplicationSheet
from app.applications.states import BUREAU
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound
from app.idempotency import once
from app.materials import service as materials
from app.messages import Message
from app.uow import atomic
from app.workflow import service as workflow
from app.workflow.service import Moved
from models import Application, Decision, ItemStep, db
from models.applications import ApplicationState, Outcome


class NotReady(Invalid):
    """The check before submission found what must be put right first."""

    def __init__(self, found: list[Finding]) -> None:
        super().__init__(
            Message("The application cannot be submitted yet: %(count)s places need your attention.", count=len(found)),
            fields={finding.place: finding.message for finding in found},
            remedy=Message("Put each of them right as it says, then submit again. Everything else is kept."),
        )
        self.findings = found


def submit(
    application_id: int, *, by: Actor, revision: int, key: str | None, answers: Mapping[str, Any] | None = None
) -> Moved:
    """File a draft, or file corrected work again, at most once: a repeat with the same key gets the first result.

    `answers` typed on the same page are kept with it. Raises NotReady with every finding that blocks, Stale where
    somebody changed it meanwhile, Conflict for a key that came with other content.
    """
    body = {"application_id": application_id, "revision": revision, "answers": dict(answers or {})}
    return Moved(
        **once(
            key, "application:submit", body, by,
            lambda: asdict(_submit(application_id, by=by, revision=revision, answers=answers)),
        )
    )  # fmt: skip


def _submit(application_id: int, *, by: Actor, revision: int, answers: Mapping[str, Any] | None) -> Moved:
    # Locked from here on: a file that is just coming in waits, and then finds the application filed.
    db.session.execute(select(Application.id).where(Application.id == application_id).with_for_update())
    application = editable(application_id, by=by)
    require(by, "application:submit", application)
    if application.revision != revision:
        raise overtaken(application)
    if answers:
        application = save_answers(application_id, answers, by=by, revision=revision)
    application = opened(by, application_id, "application:submit")
    laid_out = sheet(application)
    if laid_out.withdrawn is not None:
        raise Invalid(
            laid_out.withdrawn,
            remedy=Message(
                "Your draft is kept with all its files. Once the item is in force again, it goes on from here."
            ),
        )
    blocking = [finding for finding in findings(laid_out) if finding.severity == BLOCKING]
    if blocking:
        raise NotReady(blocking)
    _keep_change(laid_out)
    moved = workflow.enter_review(application, by=by)
    db.session.refresh(application)
    claimed = materials.claim_for(application)
    audit.record(
        "material:claim", by=by, kind="application", record_id=application.id, unit_id=application.unit_id,
        after={"round": application.round, "files": claimed},
    )  # fmt: skip
    return moved


def _keep_change(laid_out: ApplicationSheet) -> None:
    """The pay change as the unit saw it goes with the application, so that a reviewer can compare."""
    pay = laid_out.pay
    for employee in laid_out.application.employees:
        employee.change = dict(pay.raw) if pay.raw is not None else None
        employee.effective_month = pay.effective_month
        employee.before_fen = pay.before_fen
        employee.after_fen = pay.after_fen
        employee.back_pay_fen = pay.back_pay_fen if pay.known else None


@atomic
def withdraw(application_id: int, *, by: Actor, revision: int, reason: str) -> Moved:
    """Take an application back, with a reason, before the bureau has decided anything; drafts are given up so too."""
    application = db.session.get(Application, application_id, populate_existing=True)
    if application is None:
        raise NotFound
    require(by, "application:withdraw", application)
    reason = " ".join(reason.split())
    if not 2 <= len(reason) <= 500:
        raise Invalid(fields={"reason": Message("Write in 2 to 500 characters why it is withdrawn.")})
    if application.revision != revision:
        raise overtaken(application)
    if application.state not in (ApplicationState.DRAFT, ApplicationState.IN_REVIEW, ApplicationState.RETURNED):
        raise Conflict(
            Message("This application is decided or ended, so it cannot be withdrawn."),
            remedy=Message("If the decision is wrong, ask the bureau to take it back."),
        )
    if _bureau_has_decided(application):
        raise Conflict(
            Message("The bureau has already approved a step of this application, so it cannot be withdrawn any more."),
            remedy=Message("Ask the bureau to return it to you."),
        )
    return workflow.withdraw(application, by=by, reason=reason, revision=revision)


def _bureau_has_decided(application: Application) -> bool:
    found = db.session.execute(
        select(Decision.id)
        .join(
            ItemStep,
            (ItemStep.version_id == application.item_version_id) & (ItemStep.position == Decision.step_position),
        )
        .where(
            Decision.application_id == application.id,
            Decision.outcome == Outcome.APPROVED,
            ItemStep.permission.in_(BUREAU),
        )
    ).first()
    return found is not None
