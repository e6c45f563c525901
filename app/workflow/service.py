"""The verbs of the way: enter review, claim, release, approve, return for correction, reject, withdraw.

Every change of state is a guarded update (state, revision and claim, exactly one row), and a decision also a row whose
unique key allows one per step and round, so that two at once can never both take effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import insert

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Conflict, NotFound
from app.idempotency import once
from app.items.editions import Step
from app.items.queries import parts
from app.messages import Message
from app.uow import atomic
from app.workflow import records, rules
from app.workflow.calendar import Corrections, working_hours_before
from app.workflow.final import take_effect
from app.workflow.limits import due_day, used_days
from app.workflow.moving import Moved, change_in_place, free_for, move, moved, note_events, second_guard
from app.workflow.rules import Mark
from models import Application, Decision, ReturnMark, db
from models.applications import ApplicationState as State
from models.applications import Outcome

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
    found = _found(application.id)
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
    move(
        found, "submitted", revision=expected, round=found.round + 1,
        submitted_at=clock.now(), submitted_by_id=by.account_id, **_at_step(step, records.corrections()),
    )  # fmt: skip
    note_events(found, "submitted", by=by)
    _audit("application:submit", found, by=by, before={"state": State.DRAFT})
    return moved(found)


def _resubmit(application: Application, *, by: Actor, revision: int) -> Moved:
    step = _present_step(application)
    corrections = records.corrections()
    used = used_days(
        records.events_of(application.id), position=step.position, today=clock.today(), corrections=corrections
    )
    move(
        application, "resubmitted", revision=revision, round=application.round + 1,
        submitted_by_id=by.account_id, **_at_step(step, corrections, used=used),
    )  # fmt: skip
    note_events(application, "resubmitted", by=by)
    _audit("application:submit", application, by=by, before={"state": State.RETURNED})
    return moved(application)


@atomic
def claim(application_id: int, *, by: Actor, revision: int) -> Moved:
    """Take an application to one's desk: until it is released or two working hours have passed, only the claimer
    decides on it."""
    application = _to_decide(application_id, by=by, revision=revision)
    if application.claimed_by_id == by.account_id:
        return moved(application)
    cutoff = _free_claim(application, by=by)
    change_in_place(
        application, revision=revision, guard=[free_for(by, cutoff)],
        claimed_by_id=by.account_id, claimed_at=clock.now(),
    )  # fmt: skip
    note_events(application, "claimed", by=by)
    _audit("application:claim", application, by=by)
    return moved(application)


@atomic
def release(application_id: int, *, by: Actor, revision: int) -> Moved:
    """Put an application back into the queue. Only the claimer does that; an old claim expires by itself."""
    application = _to_decide(application_id, by=by, revision=revision)
    if application.claimed_by_id is None:
        return moved(application)
    if application.claimed_by_id != by.account_id:
        raise _claimed_by_another(application)
    change_in_place(
        application, revision=revision, guard=[Application.claimed_by_id == by.account_id],
        claimed_by_id=None, claimed_at=None,
    )  # fmt: skip
    note_events(application, "released", by=by)
    _audit("application:release", application, by=by)
    return moved(application)


def approve(application_id: int, *, by: Actor, revision: int, note: str = "", key: str | None = None) -> Moved:
    """Approve at the present step. The last step's approval writes the wage and the payment in the same transaction.

    Raises NotFound, NotAllowed, Conflict (somebody else's claim, a wage that cannot be written) and Stale.
    """
    body = {"application_id": application_id, "revision": revision, "note": note}
    return _decided(key, "approve", body, by, lambda: _approve(application_id, by=by, revision=revision, note=note))


def return_for_correction(
    application_id: int, *, by: Actor, revision: int, note: str, marks: Sequence[Mark], key: str | None = None
) -> Moved:
    """Give an application back to the unit. Only the marked answers and materials are open; the clock stops."""
    body = {
        "application_id": application_id, "revision": revision, "note": note, "marks": [asdict(mark) for mark in marks]
    }  # fmt: skip
    return _decided(
        key, "return", body, by, lambda: _return(application_id, by=by, revision=revision, note=note, marks=marks)
    )


def reject(application_id: int, *, by: Actor, revision: int, note: str, key: str | None = None) -> Moved:
    """End an application for a reason that no correction can heal."""
    body = {"application_id": application_id, "revision": revision, "note": note}
    return _decided(key, "reject", body, by, lambda: _reject(application_id, by=by, revision=revision, note=note))


@atomic
def withdraw(application: Application, *, by: Actor, reason: str, revision: int | None = None) -> Moved:
    """Take an application back before it is decided. Called by the verb of the same name in applications."""
    policy.require(by, "application:withdraw", application)
    before = application.state
    move(
        application, "withdrawn", revision=application.revision if revision is None else revision, **_NOWHERE
    )  # fmt: skip
    note_events(application, "withdrawn", by=by, note=reason)
    _audit("application:withdraw", application, by=by, before={"state": before}, note=reason)
    return moved(application)


_NOBODY: dict[str, Any] = {"step_permission": None, "claimed_by_id": None, "claimed_at": None, "due_on": None}
_NOWHERE: dict[str, Any] = {**_NOBODY, "step_position": None}


def _decided(key: str | None, verb: str, body: dict[str, Any], by: Actor, work: Any) -> Moved:
    return Moved(**once(key, verb, body, by, lambda: asdict(work())))


def _approve(application_id: int, *, by: Actor, revision: int, note: str) -> Moved:
    application = _to_decide(application_id, by=by, revision=revision)
    note = rules.checked_note(note, required=False)
    steps, step = parts(application.item_version_id).steps, _present_step(application)
    facts = records.skip_facts(application, rules.facts_asked(steps, after=step.position))
    following = rules.next_step(steps, facts, after=step.position)
    guard = [free_for(by, _free_claim(application, by=by))]
    before = {"state": application.state, "step": step.key}
    permission, subjects = application.step_permission or "", list[int]()
    with second_guard():
        if following is None:
            move(application, "approved", revision=revision, guard=guard, decided_at=clock.now(), **_NOWHERE)
        else:
            move(
                application, "passed", revision=revision, guard=guard, claimed_by_id=None, claimed_at=None,
                **_at_step(following, records.corrections()),
            )  # fmt: skip
        _write_decision(application, step, Outcome.APPROVED, note, by=by)
        note_events(application, "approved" if following is None else "passed", by=by, note=note)
        if following is None:
            subjects = take_effect(application, by=by)
    after = {"state": application.state, "step": following.key if following else None}
    _audit(permission, application, by=by, before=before, after=after, note=note, subjects=subjects)
    return moved(application)


def _return(application_id: int, *, by: Actor, revision: int, note: str, marks: Sequence[Mark]) -> Moved:
    application = _to_decide(application_id, by=by, revision=revision)
    note = rules.checked_note(note, required=True)
    version = parts(application.item_version_id)
    checked = rules.checked_marks(
        marks,
        answers={field.key for field in version.fields},
        materials={material.code for material in version.materials},
    )
    step = _present_step(application)
    guard = [free_for(by, _free_claim(application, by=by))]
    with second_guard():
        move(application, "returned", revision=revision, guard=guard, **_NOBODY)
        decision_id = _write_decision(application, step, Outcome.RETURNED, note, by=by)
        db.session.execute(insert(ReturnMark), [{"decision_id": decision_id, **asdict(mark)} for mark in checked])
        note_events(application, "returned", by=by, note=note)
    _audit(
        "application:return", application, by=by, note=note, before={"state": State.IN_REVIEW, "step": step.key},
        after={"state": State.RETURNED, "marks": [f"{mark.kind}:{mark.key}" for mark in checked]},
    )  # fmt: skip
    return moved(application)


def _reject(application_id: int, *, by: Actor, revision: int, note: str) -> Moved:
    application = _to_decide(application_id, by=by, revision=revision)
    note = rules.checked_note(note, required=True)
    step = _present_step(application)
    guard = [free_for(by, _free_claim(application, by=by))]
    with second_guard():
        move(application, "rejected", revision=revision, guard=guard, decided_at=clock.now(), **_NOWHERE)
        _write_decision(application, step, Outcome.REJECTED, note, by=by)
        note_events(application, "rejected", by=by, note=note)
    _audit(
        "application:reject", application, by=by, note=note, before={"state": State.IN_REVIEW, "step": step.key},
        after={"state": State.REJECTED},
    )  # fmt: skip
    return moved(application)


def _found(application_id: int) -> Application:
    application = records.for_decision(application_id)
    if application is None:
        raise NotFound
    return application


def _to_decide(application_id: int, *, by: Actor, revision: int) -> Application:
    """The application, if this person may decide on it where it stands. A row out of reach is not there at all.

    Whoever decides from an old page after it has gone on to somebody else's step learns that, not what they may not do.
    """
    application = _found(application_id)
    permission = application.step_permission
    if permission is None or not by.holds(permission):
        policy.require(by, "application:read", application)
        if permission is None or application.revision != revision:
            raise records.overtaken(application.id)
    policy.require(by, permission, application)
    return application


def _present_step(application: Application) -> Step:
    step = parts(application.item_version_id).step(application.step_position or 0)
    if step is None:
        raise records.overtaken(application.id)
    return step


def _free_claim(application: Application, *, by: Actor) -> Any:
    """The moment before which claims have expired, if somebody else holds one; Conflict if theirs still holds."""
    if application.claimed_by_id in (None, by.account_id):
        return None
    cutoff = working_hours_before(clock.now(), rules.CLAIM_HOURS, records.corrections())
    assert application.claimed_at is not None
    if application.claimed_at > cutoff:
        raise _claimed_by_another(application)
    return cutoff


def _claimed_by_another(application: Application) -> Conflict:
    assert application.claimed_by is not None
    assert application.claimed_at is not None
    return Conflict(
        Message("%(name)s has had this application on the desk since %(at)s.",
                name=application.claimed_by.display_name, at=f"{clock.local(application.claimed_at):%Y-%m-%d %H:%M}"),
        remedy=Message("Take the next one from the queue. The claim ends when it is released, "
                       "or by itself after %(hours)s working hours.", hours=rules.CLAIM_HOURS),
    )  # fmt: skip


def _at_step(step: Step, corrections: Corrections, *, used: int = 0) -> dict[str, Any]:
    today: date = clock.today()
    return {
        "step_position": step.position,
        "step_permission": step.permission,
        "step_entered_at": clock.now(),
        "due_on": due_day(today, step.limit_days, used=used, corrections=corrections),
    }


def _write_decision(application: Application, step: Step, outcome: str, note: str, *, by: Actor) -> int:
    written = db.session.execute(
        insert(Decision)
        .values(
            application_id=application.id, round=application.round, step_position=step.position, step_key=step.key,
            outcome=outcome, note=note, decided_by_id=by.account_id, decided_at=clock.now(),
        )
        .returning(Decision.id)
    )  # fmt: skip
    return int(written.scalar_one())


def _audit(
    action: str, application: Application, *, by: Actor, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None, note: str = "", subjects: Sequence[int] = (),
) -> None:  # fmt: skip
    audit.record(
        action, by=by, kind="application", record_id=application.id, unit_id=application.unit_id, before=before,
        after=after or {"state": application.state}, note=note, subjects=subjects,
    )  # fmt: skip
