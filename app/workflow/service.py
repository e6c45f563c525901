"""The verbs of the way: enter review, claim, release, approve, return for correction, reject, withdraw.

Every change of state is a guarded update (state, revision and claim, exactly one row), and a decision also a row whose
unique key allows one per step and round, so that two at once can never both take effect.
"""

from __future__ import annotations

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.errors import Conflict
from app.items.editions import Step
from app.items.queries import parts
from app.messages import Message
from app.uow import atomic
from app.workflow import records, rules
from app.workflow.calendar import Corrections
from app.workflow.deciding import approve, reject, return_for_correction
from app.workflow.drawing import draw_at, drawn_for_nobody_but, go_on_drawn, refuse_drawn
from app.workflow.limits import used_days
from app.workflow.moving import Moved, change_in_place, free_for, move, moved, note_events
from app.workflow.opening import (
    NOWHERE,
    at_step,
    claimed_by_another,
    for_whom,
    free_claim,
    present_step,
    to_decide,
    write_down,
)
from app.workflow.opening import found as find
from app.workflow.rules import Mark
from models import Application, db
from models.applications import ApplicationState as State

__all__ = [
    "Mark", "Moved", "approve", "claim", "enter_review", "reject", "release", "return_for_correction", "withdraw",
]  # fmt: skip


@atomic
def enter_review(application: Application, *, by: Actor, revision: int | None = None) -> Moved:
    """Hand a checked application to its first step, or a corrected one back to the step that returned it.

    Called by the verb that submits, in its transaction. The step's limit begins, or runs on where it stopped.
    """
    expected = application.revision if revision is None else revision
    db.session.flush()
    found = find(application.id)
    policy.require(by, "application:submit", found)
    if found.state == State.RETURNED:
        return _resubmit(found, by=by, revision=expected)
    if found.state != State.DRAFT:
        raise records.overtaken(found.id)
    steps = parts(found.item_version_id).steps
    step = rules.next_step(steps, records.skip_facts(found, rules.facts_asked(steps)))
    if step is None:
        raise Conflict(
            Message("This service item has no step at which somebody decides."),
            remedy=Message("Tell the designer of the item; the draft is kept."),
        )
    corrections = records.corrections()
    move(
        found, "submitted", revision=expected, round=found.round + 1, submitted_at=clock.now(),
        submitted_by_id=by.account_id, **at_step(step, corrections, used=_used_before(found, step, corrections)),
    )  # fmt: skip
    note_events(found, "submitted", by=by)
    draw_at(found, step, by=by)
    write_down("application:submit", found, by=by, before={"state": State.DRAFT})
    return moved(found)


def _used_before(application: Application, step: Step, corrections: Corrections) -> int:
    """The days that the step had used before the unit recalled the application."""
    if not application.round:
        return 0
    events = records.events_of(application.id)
    return used_days(events, position=step.position, today=clock.today(), corrections=corrections)


def _resubmit(application: Application, *, by: Actor, revision: int) -> Moved:
    step = present_step(application)
    corrections = records.corrections()
    used = used_days(
        records.events_of(application.id), position=step.position, today=clock.today(), corrections=corrections
    )
    move(
        application, "resubmitted", revision=revision, round=application.round + 1,
        submitted_by_id=by.account_id, **at_step(step, corrections, used=used),
    )  # fmt: skip
    note_events(application, "resubmitted", by=by)
    go_on_drawn(application, step, by=by)
    write_down("application:submit", application, by=by, before={"state": State.RETURNED})
    return moved(application)


@atomic
def claim(application_id: int, *, by: Actor, revision: int) -> Moved:
    """Take an application to one's desk: until it is released or two working hours have passed, only the claimer
    decides on it."""
    application, through = to_decide(application_id, by=by, revision=revision)
    if application.claimed_by_id == by.account_id:
        return moved(application)
    cutoff = free_claim(application, by=by)
    people = [one for one in (by.account_id, for_whom(through)) if one is not None]
    if present_step(application).by_draw:
        refuse_drawn(application, people)
    change_in_place(
        application, revision=revision, guard=[free_for(by, cutoff), drawn_for_nobody_but(people)],
        claimed_by_id=by.account_id, claimed_at=clock.now(),
    )  # fmt: skip
    note_events(application, "claimed", by=by, for_id=for_whom(through))
    write_down("application:claim", application, by=by, through=through)
    return moved(application)


@atomic
def release(application_id: int, *, by: Actor, revision: int) -> Moved:
    """Put an application back into the queue. Only the claimer does that; an old claim expires by itself."""
    application, through = to_decide(application_id, by=by, revision=revision)
    if application.claimed_by_id is None:
        return moved(application)
    if application.claimed_by_id != by.account_id:
        raise claimed_by_another(application)
    change_in_place(
        application, revision=revision, guard=[Application.claimed_by_id == by.account_id],
        claimed_by_id=None, claimed_at=None,
    )  # fmt: skip
    note_events(application, "released", by=by, for_id=for_whom(through))
    write_down("application:release", application, by=by, through=through)
    return moved(application)


@atomic
def withdraw(application: Application, *, by: Actor, reason: str, revision: int | None = None) -> Moved:
    """Take an application back before it is decided. Called by the verb of the same name in applications."""
    policy.require(by, "application:withdraw", application)
    before = application.state
    move(
        application, "withdrawn", revision=application.revision if revision is None else revision, **NOWHERE
    )  # fmt: skip
    note_events(application, "withdrawn", by=by, note=reason)
    write_down("application:withdraw", application, by=by, before={"state": before}, note=reason)
    return moved(application)
