"""Drafts: started with what the records know, saved at any time, moved when their item is revised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.applications.marks import answer_is_open, filed_answers, marks_of
from app.applications.numbering import next_number
from app.applications.overtaking import overtaken
from app.applications.queries import open_draft
from app.applications.rules import applying
from app.applications.states import EDITABLE
from app.applications.versions import changes_between
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound, Refused
from app.forms import fields as forms
from app.forms.facts import facts_of
from app.idempotency import once
from app.items import queries as items
from app.messages import Message, Named
from app.pay.effects import EFFECTS, fits
from app.uow import atomic
from models import (
    Answer,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    Staff,
    Unit,
    db,
)
from models.applications import ApplicationState


def start(item_code: str, *, staff_id: int, by: Actor, key: str | None = None) -> Application:
    """Begin an application for one employee, answered as far as the records know; an open draft is offered instead.

    Raises NotFound for an employee out of reach, Invalid where item and employee do not fit.
    """
    body = {"item": item_code, "staff": staff_id}
    done = once(key, "application:start", body, by, lambda: _start(item_code, staff_id=staff_id, by=by))
    application = db.session.get(Application, done["application_id"])
    if application is None:
        raise NotFound
    return application


def _start(item_code: str, *, staff_id: int, by: Actor) -> dict[str, Any]:
    # The lock on the employee makes two who begin at once see each other's draft.
    staff = db.session.scalars(
        select(Staff).where(Staff.id == staff_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if staff is None:
        raise NotFound
    require(by, "staff:read", staff)
    require(by, "application:start", staff)
    version = fileable(item_code)
    _require_fit(version, staff)
    existing = open_draft(version.item_id, staff.id, by)
    if existing is not None:
        return {"application_id": existing}
    unit = db.session.get_one(Unit, staff.unit_id)
    now = clock.now()
    application = Application(
        number=next_number(), item_id=version.item_id, item_version_id=version.id, unit_id=unit.id, title=staff.name,
        state=ApplicationState.DRAFT, created_by_id=by.account_id, created_at=now, changed_at=now,
    )  # fmt: skip
    db.session.add(application)
    db.session.flush()
    db.session.add(ApplicationEmployee(application_id=application.id, staff_id=staff.id))
    note(application, "started", by=by)
    prefill(application, version.fields, {}, facts_of(staff=staff, unit=unit))
    audit.record(
        "application:start", by=by, kind="application", record_id=application.id, unit_id=unit.id,
        after={"number": application.number, "item": item_code, "version": version.number}, subjects=[staff.id],
    )  # fmt: skip
    db.session.flush()
    return {"application_id": application.id}


@atomic
def save_answers(application_id: int, answers: Mapping[str, Any], *, by: Actor, revision: int) -> Application:
    """Keep what was typed so far; gaps are fine. Raises Invalid naming every answer that cannot be read.

    In returned work only what was marked, or never answered, can change.
    """
    application = editable(application_id, by=by)
    version = items.parts(application.item_version_id)
    given = forms.parse_answers(version.fields, answers)
    rows = {row.key: row for row in db.session.scalars(select(Answer).where(Answer.application_id == application.id))}
    changed = {key: value for key, value in given.items() if value != (rows[key].value if key in rows else None)}
    if application.revision != revision:
        raise overtaken(application)
    if not changed:
        return application
    _require_open(application, changed, version, rows)
    hold(application, revision=revision)
    before = {key: rows[key].value if key in rows else None for key in changed}
    _write(application, changed, rows)
    _drop_what_no_longer_applies(application, version, rows, changed)
    audit.record(
        "application:edit", by=by, kind="application", record_id=application.id, unit_id=application.unit_id,
        before=before, after=changed, subjects=[employee.staff_id for employee in application.employees],
    )  # fmt: skip
    db.session.flush()
    db.session.expire(application)
    return application


@atomic
def move_draft(application_id: int, *, by: Actor) -> list[Message]:
    """Move a draft to the published version of its item, and say what changed. Answers that still fit stay."""
    application = editable(application_id, by=by)
    if application.state != ApplicationState.DRAFT:
        return []
    newest = items.published_of(application.item_id)
    if newest is None or newest.id == application.item_version_id:
        return []
    old, new = items.parts(application.item_version_id), newest
    said = changes_between(old, new)
    rows = {row.key: row for row in db.session.scalars(select(Answer).where(Answer.application_id == application.id))}
    hold(application, revision=application.revision, item_version_id=new.id)
    kept = {field.key: field for field in new.fields}
    for key, row in rows.items():
        if key not in kept or not _still_fits(kept[key], row.value):
            db.session.delete(row)
    staff = application.employees[0].staff if application.employees else None
    facts = facts_of(staff=staff, unit=application.unit)
    prefill(application, [field for field in new.fields if field.key not in rows], rows, facts)
    note(application, "moved", by=by)
    audit.record(
        "application:move", by=by, kind="application", record_id=application.id, unit_id=application.unit_id,
        before={"version": old.number}, after={"version": new.number, "changes": [one.to_json() for one in said]},
    )  # fmt: skip
    db.session.flush()
    db.session.expire(application)
    return said


def editable(application_id: int, *, by: Actor) -> Application:
    """The application if this person may edit it in its present state."""
    application = db.session.get(Application, application_id, populate_existing=True)
    if application is None:
        raise NotFound
    require(by, "application:edit", application)
    if application.state not in EDITABLE:
        raise Conflict(
            Message("This application is filed, so nothing in it can be changed now."),
            remedy=Message("Reload the page. It opens again if it is returned to you."),
        )
    return application


def hold(application: Application, *, revision: int, **values: Any) -> None:
    """The guarded update of an edit: state and revision, exactly one row, or the sentence who was first."""
    done = db.session.execute(
        update(Application)
        .where(Application.id == application.id, Application.revision == revision, Application.state.in_(EDITABLE))
        .values(revision=revision + 1, changed_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise overtaken(application)


def note(application: Application, kind: str, *, by: Actor) -> None:
    """Write an event of the unit's own work."""
    db.session.add(
        ApplicationEvent(
            application_id=application.id, kind=kind, at=clock.now(), by_id=by.account_id, state=application.state,
            step_position=application.step_position, round=application.round,
        )
    )  # fmt: skip


def fileable(item_code: str) -> items.Version:
    """The published item, if it can be filed online. Raises Invalid."""
    try:
        found = items.published(item_code[:30])
    except NotFound:
        raise Invalid(fields={"item": Message("Choose a service item from the list.")}) from None
    if found.effect is None:
        raise Invalid(
            fields={"item": Message("This item cannot be filed online yet.")},
            remedy=Message("Its guide says how to file it at the counter."),
        )
    return found


def _require_fit(version: items.Version, staff: Staff) -> None:
    if version.staff_types and staff.staff_type not in version.staff_types:
        raise Invalid(
            fields={"staff": Message("This item does not serve the staff type of %(name)s.", name=staff.name)},
            remedy=Message("Choose the item for this staff type, or correct the roster."),
        )
    unfit = fits(EFFECTS[version.effect or ""], staff)
    if unfit is not None:
        raise Invalid(
            fields={"staff": unfit}, remedy=Message("Choose another employee or another item, or correct the roster.")
        )


def prefill(
    application: Application, fields: Iterable[items.Field], known: Mapping[str, Any], facts: Mapping[str, Any]
) -> None:
    """Write the answers that the records already know, where they fit the question."""
    rows = []
    for field in fields:
        value = facts.get(field.prefill) if field.prefill else None
        if value is None or field.key in known:
            continue
        try:
            value = forms.parse(field.type, field.options, value)
        except Refused:
            continue  # the record does not fit the question, so the clerk is asked
        rows.append(
            {"application_id": application.id, "key": field.key, "value": value, "prefilled": True,
             "changed_at": clock.now()}
        )  # fmt: skip
    if rows:
        db.session.execute(insert(Answer), rows)


def _require_open(
    application: Application, changed: Mapping[str, Any], version: items.Version, rows: Mapping[str, Answer]
) -> None:
    marks = marks_of(application)
    if marks.whole:
        return
    filed = filed_answers(application)
    values = {key: row.value for key, row in rows.items()} | dict(changed)
    needed = {field.key for field in applying(version.fields, _facts(application, values)) if field.required}
    for key in changed:
        if answer_is_open(marks, key, closed=key in filed or key not in needed):
            continue
        field = version.field(key)
        raise Conflict(
            Message(
                "“%(label)s” was not marked when the application was returned, so it stays as it was filed.",
                label=Named(field.label_zh, field.label_en) if field else key,
            ),
            remedy=Message("Correct only the marked parts. If something else is wrong too, say so to the reviewer."),
        )


def _facts(application: Application, values: Mapping[str, Any]) -> dict[str, Any]:
    staff = application.employees[0].staff if application.employees else None
    return facts_of(staff=staff, unit=application.unit, answers=values)


def _write(application: Application, changed: Mapping[str, Any], rows: Mapping[str, Answer]) -> None:
    now = clock.now()
    for key, value in changed.items():
        row = rows.get(key)
        if row is None:
            db.session.add(Answer(application_id=application.id, key=key, value=value, changed_at=now))
        else:
            row.value, row.prefilled, row.changed_at = value, False, now


def _drop_what_no_longer_applies(
    application: Application, version: items.Version, rows: Mapping[str, Answer], changed: Mapping[str, Any]
) -> None:
    """An answer to a question that is no longer asked must not decide anything."""
    values = {key: row.value for key, row in rows.items()} | dict(changed)
    asked = {field.key for field in applying(version.fields, _facts(application, values))}
    gone = [key for key in values if key not in asked]
    if gone:
        db.session.flush()
        db.session.execute(
            delete(Answer)
            .where(Answer.application_id == application.id, Answer.key.in_(gone))
            .execution_options(synchronize_session=False)
        )


def _still_fits(field: items.Field, value: Any) -> bool:
    try:
        forms.parse(field.type, field.options, value)
    except Refused:
        return False
    return True
