"""Deciding at a step: approve, return for correction, reject; each a guarded update and a row of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert

from app import clock
from app.access.actor import Actor, Delegated
from app.idempotency import once
from app.items.editions import Step
from app.items.queries import parts
from app.workflow import records, rules
from app.workflow.final import take_effect
from app.workflow.moving import Moved, free_for, move, moved, note_events, second_guard
from app.workflow.opening import NOBODY, NOWHERE, at_step, for_whom, free_claim, present_step, to_decide, write_down
from app.workflow.rules import Mark
from models import Application, Decision, ReturnMark, db
from models.applications import ApplicationState as State
from models.applications import Outcome


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


def _decided(key: str | None, verb: str, body: dict[str, Any], by: Actor, work: Any) -> Moved:
    return Moved(**once(key, verb, body, by, lambda: asdict(work())))


def _approve(application_id: int, *, by: Actor, revision: int, note: str) -> Moved:
    application, through = to_decide(application_id, by=by, revision=revision)
    note = rules.checked_note(note, required=False)
    steps, step = parts(application.item_version_id).steps, present_step(application)
    facts = records.skip_facts(application, rules.facts_asked(steps, after=step.position))
    following = rules.next_step(steps, facts, after=step.position)
    guard = [free_for(by, free_claim(application, by=by))]
    before = {"state": application.state, "step": step.key}
    permission, subjects = application.step_permission or "", list[int]()
    with second_guard():
        if following is None:
            move(application, "approved", revision=revision, guard=guard, decided_at=clock.now(), **NOWHERE)
        else:
            move(
                application, "passed", revision=revision, guard=guard, claimed_by_id=None, claimed_at=None,
                **at_step(following, records.corrections()),
            )  # fmt: skip
        _write_decision(application, step, Outcome.APPROVED, note, by=by, through=through)
        note_events(
            application, "approved" if following is None else "passed", by=by, note=note, for_id=for_whom(through)
        )
        if following is None:
            subjects = take_effect(application, by=by)
    after = {"state": application.state, "step": following.key if following else None}
    write_down(
        permission, application, by=by, before=before, after=after, note=note, subjects=subjects, through=through
    )
    return moved(application)


def _return(application_id: int, *, by: Actor, revision: int, note: str, marks: Sequence[Mark]) -> Moved:
    application, through = to_decide(application_id, by=by, revision=revision)
    note = rules.checked_note(note, required=True)
    version = parts(application.item_version_id)
    checked = rules.checked_marks(
        marks,
        answers={field.key for field in version.fields},
        materials={material.code for material in version.materials},
    )
    step = present_step(application)
    guard = [free_for(by, free_claim(application, by=by))]
    with second_guard():
        move(application, "returned", revision=revision, guard=guard, **NOBODY)
        decision_id = _write_decision(application, step, Outcome.RETURNED, note, by=by, through=through)
        db.session.execute(insert(ReturnMark), [{"decision_id": decision_id, **asdict(mark)} for mark in checked])
        note_events(application, "returned", by=by, note=note, for_id=for_whom(through))
    write_down(
        "application:return", application, by=by, note=note, through=through,
        before={"state": State.IN_REVIEW, "step": step.key},
        after={"state": State.RETURNED, "marks": [f"{mark.kind}:{mark.key}" for mark in checked]},
    )  # fmt: skip
    return moved(application)


def _reject(application_id: int, *, by: Actor, revision: int, note: str) -> Moved:
    application, through = to_decide(application_id, by=by, revision=revision)
    note = rules.checked_note(note, required=True)
    step = present_step(application)
    guard = [free_for(by, free_claim(application, by=by))]
    with second_guard():
        move(application, "rejected", revision=revision, guard=guard, decided_at=clock.now(), **NOWHERE)
        _write_decision(application, step, Outcome.REJECTED, note, by=by, through=through)
        note_events(application, "rejected", by=by, note=note, for_id=for_whom(through))
    write_down(
        "application:reject", application, by=by, note=note, through=through,
        before={"state": State.IN_REVIEW, "step": step.key},
        after={"state": State.REJECTED},
    )  # fmt: skip
    return moved(application)


def _write_decision(
    application: Application, step: Step, outcome: str, note: str, *, by: Actor, through: Delegated | None
) -> int:
    written = db.session.execute(
        insert(Decision)
        .values(
            application_id=application.id, round=application.round, step_position=step.position, step_key=step.key,
            outcome=outcome, note=note, decided_by_id=by.account_id, decided_at=clock.now(), for_id=for_whom(through),
        )
        .returning(Decision.id)
    )  # fmt: skip
    return int(written.scalar_one())
