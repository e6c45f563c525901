"""The desk of a reviewer: one application with its steps, its time, its claim and everything decided so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.access.policy import Verdict
from app.errors import NotFound
from app.items.editions import Step
from app.items.queries import parts
from app.workflow import records, rules
from app.workflow.calendar import Corrections, working_hours_before
from app.workflow.limits import Standing, standing, used_days
from models import Account, Application, ApplicationEvent, Decision, ItemStep, db


@dataclass(frozen=True)
class StepView:
    """One step of the way: `state` is done, current, waiting, skipped, or ended (rejected here)."""

    step: Step
    state: str
    decision: Decision | None
    used: int | None


@dataclass(frozen=True)
class Desk:
    """What a reviewer needs to decide, beside the answers and materials: steps, time, claim, history."""

    application: Application
    steps: Sequence[StepView]
    current: Step | None
    standing: Standing | None
    decisions: Sequence[Decision]
    events: Sequence[ApplicationEvent]
    may_decide: Verdict
    claimed_by: str | None
    claimed_at: datetime | None
    mine: bool
    claim_expired: bool


def desk(actor: Actor, application_id: int) -> Desk:
    """An application as its reviewer sees it. NotFound outside the actor's reach. At most six statements."""
    application = records.for_decision(application_id)
    if application is None:
        raise NotFound
    permission = application.step_permission
    if permission is not None and actor.holds(permission):
        verdict = policy.may(actor, permission, application)
    else:
        policy.require(actor, "application:read", application)
        verdict = policy.may(actor, permission, None) if permission is not None else Verdict(False)
    if verdict.hidden:
        raise NotFound
    version = parts(application.item_version_id)
    decisions = decisions_of(application_id)
    events = db.session.scalars(
        select(ApplicationEvent)
        .where(ApplicationEvent.application_id == application_id)
        .options(
            joinedload(ApplicationEvent.by).load_only(Account.display_name),
            joinedload(ApplicationEvent.stood_for).load_only(Account.display_name),
        )
        .order_by(ApplicationEvent.id)
    ).all()
    corrections = records.corrections()
    facts = records.skip_facts(application, rules.facts_asked(version.steps))
    current = version.step(application.step_position) if application.step_position is not None else None
    cutoff = working_hours_before(clock.now(), rules.CLAIM_HOURS, corrections)
    return Desk(
        application=application,
        steps=[_step_view(step, application, decisions, events, facts, corrections) for step in version.steps],
        current=current,
        standing=standing_of(application, events, current, corrections) if current else None,
        decisions=decisions,
        events=events,
        may_decide=verdict,
        claimed_by=application.claimed_by.display_name if application.claimed_by else None,
        claimed_at=application.claimed_at,
        mine=application.claimed_by_id is not None and application.claimed_by_id == actor.account_id,
        claim_expired=application.claimed_at is not None and application.claimed_at <= cutoff,
    )


def decisions_of(application_id: int) -> Sequence[Decision]:
    """Every decision with its marks and who made it, in order."""
    return (
        db.session.scalars(
            select(Decision)
            .where(Decision.application_id == application_id)
            .options(
                joinedload(Decision.marks),
                joinedload(Decision.decided_by).load_only(Account.display_name),
                joinedload(Decision.stood_for).load_only(Account.display_name),
            )
            .order_by(Decision.id)
        )
        .unique()
        .all()
    )


def standing_of(
    application: Application,
    events: Sequence[ApplicationEvent],
    step: Step | ItemStep,
    corrections: Corrections,
) -> Standing:
    """How the present step stands now."""
    return standing(
        events, position=step.position, limit=step.limit_days, now=clock.now(), corrections=corrections
    )  # fmt: skip


def _step_view(
    step: Step, application: Application, decisions: Sequence[Decision], events: Sequence[ApplicationEvent],
    facts: Mapping[str, object], corrections: Corrections,
) -> StepView:  # fmt: skip
    made = [decision for decision in decisions if decision.step_position == step.position]
    here = application.step_position
    if here == step.position:
        state = "current"
    elif made and made[-1].outcome == "APPROVED":
        state = "done"
    elif made:
        state = "ended"
    elif rules.skipped(step, facts):
        state = "skipped"
    else:
        state = "waiting"
    touched = any(event.step_position == step.position for event in events)
    used = used_days(events, position=step.position, today=clock.today(), corrections=corrections) if touched else None
    return StepView(step, state, made[-1] if made else None, used)
