"""Reminders by working days: near the limit, over it, and escalated. Each once at a step, whatever returns lie between.

Nothing is ever decided by time: whoever reads a reminder decides, or nobody does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.items.editions import Version
from app.items.queries import of_ids
from app.uow import transaction
from app.workflow import records
from app.workflow.drawing import replace_lost
from app.workflow.limits import standing
from app.workflow.rules import next_permission
from models import Application, ApplicationEvent, Reminder, db
from models.applications import ApplicationState as State
from models.queue import ReminderLevel

ESCALATE_AFTER = 2  # working days over the limit
_PIECE = 500
_EVENTS = {ReminderLevel.SOON: "reminded", ReminderLevel.OVERDUE: "overdue", ReminderLevel.ESCALATED: "escalated"}


@dataclass
class Done:
    """What a run has done."""

    soon: int = 0
    overdue: int = 0
    escalated: int = 0
    drawn: int = 0


def levels(used: int, limit: int) -> list[ReminderLevel]:
    """The levels that a step has come to: one day left or none, over the limit, and well over it."""
    reached = []
    if limit - used <= 1:
        reached.append(ReminderLevel.SOON)
    if used > limit:
        reached.append(ReminderLevel.OVERDUE)
    if used >= limit + ESCALATE_AFTER:
        reached.append(ReminderLevel.ESCALATED)
    return reached


def remind(*, by: Actor) -> Done:
    """Remind of everything in review. A second run on the same day does nothing; a killed one is simply run again."""
    done = Done()
    for ids in _pieces():
        with transaction():
            _remind_piece(ids, done, by)
    for application_id in _to_draw():
        with transaction():
            application = records.for_decision(application_id)
            if application is not None and application.state == State.IN_REVIEW:
                done.drawn += replace_lost(application, by=by)
    return done


def _pieces() -> Iterator[list[int]]:
    after = 0
    while True:
        ids = list(
            db.session.scalars(
                select(Application.id)
                .where(Application.state == State.IN_REVIEW, Application.id > after)
                .order_by(Application.id)
                .limit(_PIECE)
            )
        )
        if not ids:
            return
        yield ids
        after = ids[-1]


def _remind_piece(ids: Sequence[int], done: Done, by: Actor) -> None:
    """Five statements whatever their number. The rows are locked, so that none is decided under the reminder."""
    rows = db.session.scalars(
        select(Application)
        .where(Application.id.in_(ids), Application.state == State.IN_REVIEW)
        .order_by(Application.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    known = {
        (row.application_id, row.step_position, row.level)
        for row in db.session.execute(
            select(Reminder.application_id, Reminder.step_position, Reminder.level).where(
                Reminder.application_id.in_(ids)
            )
        )
    }
    events: dict[int, list[ApplicationEvent]] = {}
    for event in db.session.scalars(
        select(ApplicationEvent).where(ApplicationEvent.application_id.in_(ids)).order_by(ApplicationEvent.id)
    ):
        events.setdefault(event.application_id, []).append(event)
    versions = of_ids({row.item_version_id for row in rows})
    corrections, now = records.corrections(), clock.now()
    reminders, told = [], []
    for row in rows:
        step = versions[row.item_version_id].step(row.step_position or 0)
        if step is None:
            continue
        stands = standing(events.get(row.id, []), position=step.position, limit=step.limit_days, now=now,
                          corrections=corrections)  # fmt: skip
        for level in levels(stands.used, step.limit_days):
            if (row.id, step.position, level) in known:
                continue
            whom = _whom(level, row, versions[row.item_version_id])
            reminders.append(
                {"application_id": row.id, "step_position": step.position, "level": level, "permission": whom,
                 "used_days": stands.used, "limit_days": step.limit_days, "day": clock.today(), "at": now}
            )  # fmt: skip
            told.append(
                {"application_id": row.id, "kind": _EVENTS[level], "at": now, "by_id": by.account_id,
                 "state": row.state, "step_position": row.step_position, "round": row.round,
                 "note": f"{stands.used}/{step.limit_days}", "for_id": None}
            )  # fmt: skip
            setattr(done, level.lower(), getattr(done, level.lower()) + 1)
            audit.record(
                "application:remind", by=by, kind="application", record_id=row.id, unit_id=row.unit_id,
                after={"level": level, "used": stands.used, "limit": step.limit_days, "told": whom},
            )  # fmt: skip
    if reminders:
        db.session.execute(insert(Reminder), reminders)
        db.session.execute(insert(ApplicationEvent), told)


def _whom(level: ReminderLevel, application: Application, version: Version) -> str:
    """Whom it tells: those of the step; an escalation those of the step that follows, since they wait for it."""
    here = application.step_permission or ""
    if level != ReminderLevel.ESCALATED:
        return here
    return next_permission(version.steps, application.step_position or 0) or here


def _to_draw() -> list[int]:
    """Applications at a step by lot whose draw may have lost its person, or that have none."""
    used = select(Application.item_version_id).where(Application.state == State.IN_REVIEW).distinct()
    versions = of_ids(set(db.session.scalars(used)))
    by_lot = [(version.id, step.position) for version in versions.values() for step in version.steps if step.by_draw]
    found: list[int] = []
    for version_id, position in by_lot:
        found += db.session.scalars(
            select(Application.id)
            .where(
                Application.state == State.IN_REVIEW, Application.item_version_id == version_id,
                Application.step_position == position,
            )
            .order_by(Application.id)
        ).all()  # fmt: skip
    return found
