"""Deciding at a step: approve, return for correction, reject; each a guarded update and a row of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, insert, select

from app import clock
from app.access.actor import Actor, Delegated
from app.errors import Stale
from app.idempotency import once
from app.items.editions import Step
from app.items.queries import parts
from app.workflow import records, rules
from app.workflow.drawing import draw_at, drawn_for_nobody_but, refuse_drawn
from app.workflow.final import take_effect
from app.workflow.moving import Moved, change_in_place, free_for, move, moved, note_events, second_guard
from app.workflow.opening import NOBODY, NOWHERE, at_step, for_whom, free_claim, present_step, to_decide, write_down
from app.workflow.opinions import nothing_awaited, refuse_awaited
from app.workflow.reasons import count_uses
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


@dataclass(frozen=True)
class _Case:
    """An application opened for a decision: at which step, through which delegation, which voice of how many."""

    application: Application
    step: Step
    through: Delegated | None
    by: Actor
    seat: int
    voices: Sequence[str]  # the outcomes of the voices before this one

    def last(self, outcome: str) -> bool:
        """Whether this voice ends the step: with one decider always; else as many as are asked for the same."""
        if self.step.deciders == "one" or outcome == Outcome.RETURNED:
            return True
        alike = 1 + sum(one == outcome for one in self.voices)
        ends_alone = Outcome.REJECTED if self.step.deciders == "all" else Outcome.APPROVED
        return outcome == ends_alone or alike >= self.step.deciders_count


def _opened(application_id: int, *, by: Actor, revision: int) -> _Case:
    application, through = to_decide(application_id, by=by, revision=revision)
    step = present_step(application)
    voices: Sequence[str] = ()
    if step.deciders != "one":
        voices = db.session.scalars(
            select(Decision.outcome)
            .where(
                Decision.application_id == application.id, Decision.round == application.round,
                Decision.step_position == step.position,
            )
            .order_by(Decision.seat)
        ).all()  # fmt: skip
    return _Case(application, step, through, by, len(voices) + 1, voices)


@contextmanager
def _deciding(case: _Case) -> Iterator[list[ColumnElement[bool]]]:
    """The guards of the decision's update: the claim is free, no opinion is awaited, nobody else was drawn. What they
    refuse is said as what it is."""
    people = [case.by.account_id, for_whom(case.through)]
    guards = [
        free_for(case.by, free_claim(case.application, by=case.by)), nothing_awaited(), drawn_for_nobody_but(people)
    ]  # fmt: skip
    try:
        with second_guard():
            yield guards
    except Stale:
        refuse_awaited(case.application)
        refuse_drawn(case.application, [one for one in people if one is not None])
        raise


def _approve(application_id: int, *, by: Actor, revision: int, note: str) -> Moved:
    case = _opened(application_id, by=by, revision=revision)
    application, step = case.application, case.step
    note = rules.checked_note(note, required=False)
    if not case.last(Outcome.APPROVED):
        return _add_voice(case, Outcome.APPROVED, "agreed", note, revision=revision)
    steps = parts(application.item_version_id).steps
    facts = records.skip_facts(application, rules.facts_asked(steps, after=step.position))
    following = rules.next_step(steps, facts, after=step.position)
    before = {"state": application.state, "step": step.key}
    permission, subjects = application.step_permission or "", list[int]()
    with _deciding(case) as guard:
        if following is None:
            move(application, "approved", revision=revision, guard=guard, decided_at=clock.now(), **NOWHERE)
        else:
            move(
                application, "passed", revision=revision, guard=guard, claimed_by_id=None, claimed_at=None,
                **at_step(following, records.corrections()),
            )  # fmt: skip
        _write_decision(case, Outcome.APPROVED, note)
        _note(case, "approved" if following is None else "passed", note)
        if following is None:
            subjects = take_effect(application, by=by)
        else:
            draw_at(application, following, by=by)
    after = {"state": application.state, "step": following.key if following else None}
    write_down(
        permission, application, by=by, before=before, after=after, note=note, subjects=subjects, through=case.through
    )
    return moved(application)


def _add_voice(case: _Case, outcome: str, event: str, note: str, *, revision: int) -> Moved:
    """One of several voices: the application stays at its step, free for the next person."""
    application = case.application
    with _deciding(case) as guard:
        change_in_place(application, revision=revision, guard=guard, claimed_by_id=None, claimed_at=None)
        _write_decision(case, outcome, note)
        _note(case, event, note)
    write_down(
        application.step_permission or "", application, by=case.by, note=note, through=case.through,
        after={"state": application.state, "step": case.step.key, "voice": case.seat, "outcome": outcome},
    )  # fmt: skip
    return moved(application)


def _return(application_id: int, *, by: Actor, revision: int, note: str, marks: Sequence[Mark]) -> Moved:
    case = _opened(application_id, by=by, revision=revision)
    application = case.application
    note = rules.checked_note(note, required=True)
    version = parts(application.item_version_id)
    checked = rules.checked_marks(
        marks,
        answers={field.key for field in version.fields},
        materials={material.code for material in version.materials},
    )
    with _deciding(case) as guard:
        move(application, "returned", revision=revision, guard=guard, **NOBODY)
        decision_id = _write_decision(case, Outcome.RETURNED, note)
        db.session.execute(insert(ReturnMark), [{"decision_id": decision_id, **asdict(mark)} for mark in checked])
        _note(case, "returned", note)
        count_uses(decision_id, [mark.reason for mark in checked], version.item_id)
    write_down(
        "application:return", application, by=by, note=note, through=case.through,
        before={"state": State.IN_REVIEW, "step": case.step.key},
        after={"state": State.RETURNED, "marks": [f"{mark.kind}:{mark.key}" for mark in checked]},
    )  # fmt: skip
    return moved(application)


def _reject(application_id: int, *, by: Actor, revision: int, note: str) -> Moved:
    case = _opened(application_id, by=by, revision=revision)
    application = case.application
    note = rules.checked_note(note, required=True)
    if not case.last(Outcome.REJECTED):
        return _add_voice(case, Outcome.REJECTED, "disagreed", note, revision=revision)
    with _deciding(case) as guard:
        move(application, "rejected", revision=revision, guard=guard, decided_at=clock.now(), **NOWHERE)
        decision_id = _write_decision(case, Outcome.REJECTED, note)
        _note(case, "rejected", note)
        count_uses(decision_id, [note], application.item_id)
    write_down(
        "application:reject", application, by=by, note=note, through=case.through,
        before={"state": State.IN_REVIEW, "step": case.step.key}, after={"state": State.REJECTED},
    )  # fmt: skip
    return moved(application)


def _note(case: _Case, event: str, note: str) -> None:
    note_events(case.application, event, by=case.by, note=note, for_id=for_whom(case.through))


def _write_decision(case: _Case, outcome: str, note: str) -> int:
    written = db.session.execute(
        insert(Decision)
        .values(
            application_id=case.application.id, round=case.application.round, step_position=case.step.position,
            step_key=case.step.key, outcome=outcome, note=note, decided_by_id=case.by.account_id,
            decided_at=clock.now(), seat=case.seat, for_id=for_whom(case.through),
        )
        .returning(Decision.id)
    )  # fmt: skip
    return int(written.scalar_one())
