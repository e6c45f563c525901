"""The unit's part while an application is in review: recall it, ask the claimer to give it back, urge a decision."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.errors import Conflict, NotFound
from app.items.queries import parts
from app.messages import Message
from app.uow import atomic
from app.workflow import records, rules
from app.workflow.calendar import working_hours_before
from app.workflow.moving import Moved, change_in_place, move, moved, note_events, second_guard
from app.workflow.opening import NOWHERE, found, present_step, to_decide, write_down
from app.workflow.passing_on import checked_text, require_claimed
from models import Application, Decision, Recall, Urge, db
from models.applications import ApplicationState as State
from models.applications import Outcome

BUREAU = ("application:first_review", "application:recheck", "application:approve")


@atomic
def recall(application_id: int, *, by: Actor, revision: int, reason: str) -> Moved:
    """Take an application back into a draft, to correct and submit it again, while nobody has it on the desk."""
    application = _of_the_unit(application_id, by=by)
    if application.revision != revision:
        raise records.overtaken(application.id)
    reason = checked_text(reason, "reason")
    _refuse_decided(application)
    cutoff = working_hours_before(clock.now(), rules.CLAIM_HOURS, records.corrections())
    if application.claimed_at is not None and application.claimed_at > cutoff:
        assert application.claimed_by is not None
        raise Conflict(
            Message("%(name)s has it on the desk already.", name=application.claimed_by.display_name),
            remedy=Message("Ask to have it back: whoever has it on the desk gives it back or says why not."),
        )
    guard = [or_(Application.claimed_by_id.is_(None), Application.claimed_at <= cutoff)]
    move(application, "recalled", revision=revision, guard=guard, **NOWHERE)
    note_events(application, "recalled", by=by, note=reason)
    write_down("application:recall", application, by=by, before={"state": State.IN_REVIEW}, note=reason)
    return moved(application)


@atomic
def ask_back(application_id: int, *, by: Actor, reason: str) -> Recall:
    """Ask whoever has it on the desk to give it back. One question at a time."""
    application = _of_the_unit(application_id, by=by)
    reason = checked_text(reason, "reason")
    _refuse_decided(application)
    if application.claimed_by_id is None:
        raise Conflict(
            Message("Nobody has it on the desk, so it need not be asked for."), remedy=Message("Recall it yourself.")
        )
    _end_questions_of_other_steps(application)
    asked = Recall(
        application_id=application.id, round=application.round, step_position=application.step_position,
        asked_by_id=by.account_id, asked_at=clock.now(), reason=reason,
    )  # fmt: skip
    if db.session.scalar(
        select(Recall.id).where(Recall.application_id == application.id, Recall.answered_at.is_(None))
    ):
        raise Conflict(
            Message("It was asked for already."), remedy=Message("The answer will stand here; until then urge it.")
        )
    with second_guard():
        db.session.add(asked)
        db.session.flush()
    note_events(application, "recall_asked", by=by, note=reason)
    write_down("application:ask_back", application, by=by, note=reason)
    return asked


@atomic
def answer_recall(recall_id: int, *, by: Actor, revision: int, granted: bool, note: str = "") -> Moved:
    """Give an application back to the unit, or say why not. Only whoever has it on the desk does that."""
    asked = db.session.get(Recall, recall_id, populate_existing=True)
    if asked is None:
        raise NotFound
    application, through = to_decide(asked.application_id, by=by, revision=revision)
    require_claimed(application, by)
    note = rules.checked_note(note, required=not granted)[:500]
    answered = db.session.execute(
        update(Recall)
        .where(
            Recall.id == asked.id, Recall.answered_at.is_(None), Recall.round == application.round,
            Recall.step_position == application.step_position,
        )
        .values(answered_at=clock.now(), answered_by_id=by.account_id, granted=granted, note=note)
    )  # fmt: skip
    if answered.rowcount != 1:  # type: ignore[attr-defined]
        raise records.overtaken(application.id)
    mine = [Application.claimed_by_id == by.account_id]
    if granted:
        move(application, "recalled", revision=revision, guard=mine, **NOWHERE)
        note_events(application, "recalled", by=by, note=asked.reason)
    else:
        change_in_place(application, revision=revision, guard=mine)
        note_events(application, "recall_refused", by=by, note=note)
    write_down("application:answer_recall", application, by=by, through=through, note=note,
               after={"granted": granted, "state": application.state})  # fmt: skip
    return moved(application)


@atomic
def urge(application_id: int, *, by: Actor, note: str = "") -> Urge:
    """Ask for haste: once a day, kept in the history and shown at the desk. It changes no limit."""
    application = _of_the_unit(application_id, by=by, permission="application:submit")
    note = rules.checked_note(note, required=False)[:500]
    today = clock.today()
    already = Conflict(
        Message("This application was urged today already."),
        remedy=Message("It can be urged again tomorrow; it stands at the desk with its reminder."),
    )
    if db.session.scalar(select(Urge.id).where(Urge.application_id == application.id, Urge.day == today)):
        raise already
    urged = Urge(
        application_id=application.id, day=today, round=application.round, step_position=application.step_position,
        by_id=by.account_id, note=note, at=clock.now(),
    )  # fmt: skip
    with second_guard():
        db.session.add(urged)
        db.session.flush()
    note_events(application, "urged", by=by, note=note)
    write_down("application:urge", application, by=by, note=note)
    return urged


def _of_the_unit(application_id: int, *, by: Actor, permission: str = "application:withdraw") -> Application:
    """An application in review that this person of the unit may take back."""
    application = found(application_id)
    policy.require(by, permission, application)
    if application.state != State.IN_REVIEW:
        raise Conflict(
            Message("This application is not in review."), remedy=Message("Open it again to see how it stands.")
        )
    present_step(application)
    return application


def _refuse_decided(application: Application) -> None:
    """What the bureau has approved a step of is not taken back by the unit any more."""
    bureau = [
        step.position for step in parts(application.item_version_id).steps if step.permission in BUREAU
    ]  # fmt: skip
    decided = db.session.scalar(
        select(Decision.id)
        .where(
            Decision.application_id == application.id, Decision.outcome == Outcome.APPROVED,
            Decision.step_position.in_(bureau),
        )
        .limit(1)
    )  # fmt: skip
    if decided is not None:
        raise Conflict(
            Message("The bureau has already approved a step of this application, so it is not recalled any more."),
            remedy=Message("Ask the bureau to return it to you."),
        )


def _end_questions_of_other_steps(application: Application) -> None:
    """A question that a decision has passed over is answered by it."""
    db.session.execute(
        update(Recall)
        .where(
            Recall.application_id == application.id, Recall.answered_at.is_(None),
            or_(Recall.round != application.round, Recall.step_position != application.step_position),
        )
        .values(answered_at=clock.now(), granted=False)
    )  # fmt: skip
