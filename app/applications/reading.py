"""One application as a whole: opened in scope, and laid out as a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.applications import assembling, assessing
from app.applications.around import read_around
from app.applications.marks import FILINGS, marks_of, was_filed
from app.applications.sheet import ApplicationSheet
from app.errors import NotFound
from app.forms.facts import facts_of, known_facts
from app.items import queries as items
from app.materials import queries as materials
from app.messages import Message, Named
from app.workflow import limits
from app.workflow import records as workflow
from models import (
    Answer,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    Decision,
    db,
)
from models.applications import ApplicationState

RIGHTS = (
    "application:edit", "application:submit", "application:withdraw", "application:confirm", "material:upload",
    "material:read", "pay:read",
)  # fmt: skip


def opened(actor: Actor, application_id: int, permission: str = "application:read") -> Application:
    """One application with its unit, item and employees; raises NotFound outside the actor's reach."""
    wanted = whole(select(Application)).where(
        Application.id == application_id, scope.condition(actor, permission, Application)
    )
    application: Application | None = db.session.scalars(wanted).unique().first()
    if application is None:
        raise NotFound
    return application


def rights(actor: Actor, application: Application) -> frozenset[str]:
    """What this person may do with the application, as far as role and reach say; asked in one statement."""
    asked = {name: scope.condition(actor, name, Application) for name in RIGHTS if actor.holds(name)}
    if not asked:
        return frozenset()
    row = db.session.execute(
        select(*(condition.label(f"right_{place}") for place, condition in enumerate(asked.values())))
        .select_from(Application)
        .where(Application.id == application.id)
    ).one()
    return frozenset(name for name, held in zip(asked, row, strict=True) if held)


def whole(wanted: Select[Any]) -> Select[Any]:
    """The applications with all that a page says of them, in one statement."""
    return (
        wanted.join(Application.item)
        .join(Application.unit)
        .outerjoin(Application.employees)
        .outerjoin(ApplicationEmployee.staff)
        .options(
            contains_eager(Application.item),
            contains_eager(Application.unit),
            contains_eager(Application.employees).contains_eager(ApplicationEmployee.staff),
            joinedload(Application.created_by),
            joinedload(Application.claimed_by),
        )
        .execution_options(populate_existing=True)
    )


def sheet(
    application: Application,
    *,
    values: Mapping[str, Any] | None = None,
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, Message] | None = None,
) -> ApplicationSheet:
    """The whole application, with `values` not saved yet, `typed` as it stood in the fields, `problems` with it."""
    version = items.parts(application.item_version_id)
    staff = application.employees[0].staff if application.employees else None
    read = read_around(application, version, staff)
    rows = read.answers
    answers = {key: row.value for key, row in rows.items()} | dict(values or {})
    filed_on = clock.local(application.submitted_at).date() if application.submitted_at else None
    facts = facts_of(
        staff=staff, unit=application.unit, answers=answers, people=len(application.employees) or 1, filed_on=filed_on
    )
    known = known_facts(version.fields)
    marks = marks_of(application)
    events, decisions = _events(application.id), _decisions(application)
    uploads = materials.uploads_of(application.id)
    material_lines = assembling.material_lines(
        version.materials, uploads,
        application=application, facts=facts, known=known, marks=marks,
        stated=assembling.dates_of(version.fields, answers),
    )  # fmt: skip
    corrections = workflow.corrections()
    standing = _standing(application, events, version.steps, corrections)
    returned = [event for event in events if event.kind == "returned"]
    return ApplicationSheet(
        application=application,
        version=version,
        item_name=Named(application.item.name_zh, application.item.name_en),
        staff=staff,
        unit=application.unit,
        questions=assembling.field_lines(
            version.fields, rows, answers,
            facts=facts, known=known, marks=marks, filed=_filed(rows.values(), events),
            typed=typed or {}, problems=problems or {},
        ),
        materials=material_lines,
        steps=assembling.step_lines(
            version.steps, decisions, application=application, facts=facts, known=known,
            due=assessing.expected(application, version.steps, facts, corrections),
        ),
        pay=assessing.pay_change(application, version, staff, answers),
        history=assembling.history_lines(events, version.steps),
        returned_note=marks.note,
        returned_by=assembling.in_name_of(returned[-1].by, returned[-1].stood_for) if returned else "",
        changes=assembling.changed_since(
            returned[-1].at if returned else None, rows.values(), version.fields, material_lines
        ),
        marked=assembling.marked_lines(decisions, rows.values(), version.fields, version.materials, uploads)
        if application.state == ApplicationState.IN_REVIEW
        else (),
        standing=standing,
        facts=facts,
        around=read.around,
        newer_version=_newer_version(application, read.published),
        withdrawn=items.withdrawn(application.item_id)
        if application.state == ApplicationState.DRAFT and read.published is None
        else None,
    )  # fmt: skip


def _filed(rows: Iterable[Answer], events: Sequence[ApplicationEvent]) -> set[str]:
    """The keys that carried an answer when the application was last filed."""
    filed_at = next((event.at for event in reversed(events) if event.kind in FILINGS), None)
    return {row.key for row in rows if was_filed(row, filed_at)}


def _events(application_id: int) -> list[ApplicationEvent]:
    return list(
        db.session.scalars(
            select(ApplicationEvent)
            .options(joinedload(ApplicationEvent.by), joinedload(ApplicationEvent.stood_for))
            .where(ApplicationEvent.application_id == application_id)
            .order_by(ApplicationEvent.id)
        )
    )


def _decisions(application: Application) -> list[Decision]:
    """What was decided, with the marks of returns; the oldest first, so that the newest of a step counts."""
    if not application.round:
        return []
    return list(
        db.session.scalars(
            select(Decision)
            .options(joinedload(Decision.decided_by), joinedload(Decision.stood_for), joinedload(Decision.marks))
            .where(Decision.application_id == application.id)
            .order_by(Decision.id)
        ).unique()
    )


def _standing(
    application: Application, events: Sequence[ApplicationEvent], steps: Sequence[items.Step], corrections: Any
) -> limits.Standing | None:
    step = next((step for step in steps if step.position == application.step_position), None)
    if step is None:
        return None
    return limits.standing(
        events, position=step.position, limit=step.limit_days, now=clock.now(), corrections=corrections
    )


def _newer_version(application: Application, newest: int | None) -> int | None:
    """The number of the published version, where a draft still stands on an older one."""
    if application.state != ApplicationState.DRAFT or newest is None or newest == application.item_version_id:
        return None
    return items.parts(newest).number
