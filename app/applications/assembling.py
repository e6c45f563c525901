"""Builds the lines of an application sheet from rows that are already loaded. No database here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.applications.marks import Marks, answer_is_open, material_is_open
from app.applications.rules import applying, is_needed
from app.applications.sheet import (
    ChangeLine,
    FieldLine,
    FindingLine,
    HistoryLine,
    MarkedLine,
    MaterialLine,
    StepLine,
    UploadLine,
)
from app.forms import fields as forms
from app.forms.conditions import because, holds
from app.forms.facts import Fact
from app.items.editions import Field, Material, Step
from app.materials.comparing import Stated, contradicted, dates_stated
from app.materials.told import told
from app.messages import Message, Named
from app.workflow.states import event_name
from models import Account, Answer, Application, ApplicationEvent, Decision, Upload
from models.applications import ApplicationState, Outcome
from models.items import Necessity

Facts = Mapping[str, Any]
Known = Mapping[str, Fact]
READ_WITHIN = timedelta(minutes=30)
"""How long a new file is said to be waiting for its reading; later nobody expects one any more."""


def field_lines(
    fields: Sequence[Field],
    answers: Mapping[str, Answer],
    values: Mapping[str, Any],
    *,
    facts: Facts,
    known: Known,
    marks: Marks,
    filed: set[str],
    typed: Mapping[str, Any],
    problems: Mapping[str, Message],
) -> tuple[FieldLine, ...]:
    """Every question, each with its answer, whether it is asked under these facts, and whether it is open."""
    lines = []
    asked = {field.key for field in applying(fields, facts)}
    for field in fields:
        value = values.get(field.key)
        row = answers.get(field.key)
        closed = field.key in filed or not (field.required and field.key in asked)
        lines.append(
            FieldLine(
                key=field.key,
                type=field.type,
                label=Named(field.label_zh, field.label_en),
                help=Named(field.help_zh, field.help_en) if field.help_zh or field.help_en else None,
                required=field.required,
                options=field.options,
                control=forms.control(field.type, field.options),
                value=value,
                shown=forms.shown(field.type, field.options, value),
                prefilled=bool(row and row.prefilled and row.value == value),
                editable=answer_is_open(marks, field.key, closed=closed) and _is_editing(marks),
                because=because(field.condition, facts, known) if field.condition else None,
                asked=field.key in asked,
                reason=marks.answers.get(field.key, ""),
                typed=typed.get(field.key),
                problem=problems.get(field.key),
            )
        )
    return tuple(lines)


def material_lines(
    materials: Sequence[Material],
    uploads: Sequence[Upload],
    *,
    application: Application,
    facts: Facts,
    known: Known,
    marks: Marks,
    stated: Sequence[Stated] = (),
) -> tuple[MaterialLine, ...]:
    """Every material that is needed, may be added, or was sent; in the order of the item."""
    lines = []
    for material in materials:
        own = [upload for upload in uploads if upload.material_code == material.code]
        needed = is_needed(material, facts)
        optional = material.necessity == Necessity.OPTIONAL
        if not needed and not optional and not own:
            continue
        closed = not needed or any(upload.claimed_at is not None for upload in own)
        open_now = _is_editing(marks) and material_is_open(marks, material.code, closed=closed)
        lines.append(
            MaterialLine(
                material=material,
                code=material.code,
                name=Named(material.name_zh, material.name_en),
                needed=needed,
                because=_why(material, facts, known),
                uploads=tuple(_upload_line(upload, application, material, open_now, stated) for upload in own),
                editable=open_now,
                reason=marks.materials.get(material.code, ""),
            )
        )
    return tuple(lines)


def _is_editing(marks: Marks) -> bool:
    return marks.whole or bool(marks.step_key)


def _why(material: Material, facts: Facts, known: Known) -> Message | None:
    if material.necessity == Necessity.CONDITIONAL:
        return because(material.condition, facts, known)
    return None


def dates_of(fields: Sequence[Field], values: Mapping[str, Any]) -> list[Stated]:
    """The answers that give a date, for the papers that must show the same."""
    labels = {field.key: (field.type, Named(field.label_zh, field.label_en)) for field in fields}
    return dates_stated(values, labels)


def _upload_line(
    upload: Upload, application: Application, material: Material, open_now: bool, stated: Sequence[Stated]
) -> UploadLine:
    said = told(upload.reading) if upload.reading is not None else None
    return UploadLine(
        id=upload.id,
        filename=upload.filename,
        media_type=upload.file.media_type,
        size=upload.file.size,
        pages=upload.file.pages,
        accepted=upload.accepted,
        findings=tuple(
            FindingLine(
                id=check.id,
                revision=check.revision,
                code=check.code,
                severity=check.severity,
                page=check.page,
                message=Message.from_json(check.message),
                remedy=Message.from_json(check.remedy),
                overridden=check.override_reason,
                overridden_by=check.overridden_by.display_name if check.overridden_by else "",
                measures=check.measures,
            )
            for check in upload.checks
        ),
        uploaded_by=upload.uploaded_by.display_name,
        uploaded_at=upload.uploaded_at,
        claimed_round=upload.claimed_round,
        is_new=_came_after_return(upload, application),
        removable=open_now,
        sha256=upload.sha256,
        fingerprint=upload.file.fingerprint,
        sheets=tuple(upload.sheets),
        told=said,
        waits=said is None and upload.accepted and upload.uploaded_at > clock.now() - READ_WITHIN,
        doubt=contradicted(said.reading, asked=material.document_kinds, stated=stated, dated=material.answer_dated)
        if said is not None and upload.accepted
        else None,
    )


def _came_after_return(upload: Upload, application: Application) -> bool:
    if application.round < 1 or application.state not in (ApplicationState.IN_REVIEW, ApplicationState.RETURNED):
        return False
    if upload.claimed_round is None:
        return True
    return application.round > 1 and upload.claimed_round == application.round


def step_lines(
    steps: Sequence[Step],
    decisions: Sequence[Decision],
    *,
    application: Application,
    facts: Facts,
    known: Known,
    due: Mapping[int, date],
) -> tuple[StepLine, ...]:
    """The way ahead: what is done, where it is, what is skipped and why, and when each step is expected to end."""
    latest = {decision.step_position: decision for decision in decisions}
    lines = []
    for step in steps:
        decision = latest.get(step.position)
        skipped = step.skip_condition is not None and holds(step.skip_condition, facts)
        state = _step_state(step, application, decision, skipped)
        done = decision if decision is not None and state in ("done", "problem") else None
        lines.append(
            StepLine(
                position=step.position,
                key=step.key,
                name=Named(step.name_zh, step.name_en),
                permission=step.permission,
                limit_days=step.limit_days,
                state=state,
                because=because(step.skip_condition, facts, known) if state == "skipped" else None,
                due_on=due.get(step.position) if state in ("current", "waiting") else None,
                decided_by=in_name_of(done.decided_by, done.stood_for) if done else "",
                decided_at=done.decided_at if done else None,
                outcome=done.outcome if done else "",
                note=done.note if done else "",
            )
        )
    return tuple(lines)


def in_name_of(by: Account | None, stood_for: Account | None) -> Message | str:
    """Who acted, as the record shows it: both names where it was done through a delegation."""
    name = by.display_name if by is not None else ""
    if stood_for is None:
        return name
    return Message("%(name)s in the name of %(other)s", name=name, other=stood_for.display_name)


def _step_state(step: Step, application: Application, decision: Decision | None, skipped: bool) -> str:
    here = application.step_position
    if skipped and (decision is None or decision.outcome != Outcome.APPROVED):
        return "skipped"
    if here == step.position:
        return "problem" if application.state == ApplicationState.RETURNED else "current"
    if decision is not None and decision.outcome == Outcome.APPROVED:
        return "done"
    if decision is not None and decision.outcome == Outcome.REJECTED:
        return "problem"
    return "waiting"


def history_lines(events: Sequence[ApplicationEvent], steps: Sequence[Step]) -> tuple[HistoryLine, ...]:
    """What happened, newest first."""
    names = {step.position: Named(step.name_zh, step.name_en) for step in steps}
    return tuple(
        HistoryLine(
            kind=event.kind,
            what=event_name(event.kind),
            at=event.at,
            by=in_name_of(event.by, event.stood_for),
            note=event.note,
            step=names.get(event.step_position) if event.step_position is not None else None,
        )
        for event in reversed(events)
    )


def changed_since(
    moment: datetime | None, answers: Iterable[Answer], fields: Iterable[Field], materials: Iterable[MaterialLine]
) -> tuple[ChangeLine, ...]:
    """What the unit changed after a moment, usually that of the return."""
    if moment is None:
        return ()
    labels = {field.key: field for field in fields}
    changed = [
        ChangeLine(
            Message(
                "Answer changed: %(label)s, now %(value)s.",
                label=Named(labels[answer.key].label_zh, labels[answer.key].label_en),
                value=forms.shown(labels[answer.key].type, labels[answer.key].options, answer.value),
            ),
            f"answer-{answer.key}",
        )
        for answer in answers
        if answer.key in labels and answer.changed_at > moment
    ]
    for line in materials:
        fresh = [upload.filename for upload in line.uploads if upload.uploaded_at > moment]
        if fresh:
            text = Message("New for %(material)s: %(files)s.", material=line.name, files=", ".join(fresh))
            changed.append(ChangeLine(text, line.anchor))
    return tuple(changed)


def marked_lines(
    decisions: Sequence[Decision], answers: Iterable[Answer], fields: Iterable[Field], materials: Iterable[Material],
    uploads: Iterable[Upload],
) -> tuple[MarkedLine, ...]:  # fmt: skip
    """What the newest return marked: a thing counts as changed if its answer or one of its files is younger.

    An answer that was typed anew with the same value is not written again, so it counts as unchanged.
    """
    returned = next((one for one in reversed(decisions) if one.outcome == Outcome.RETURNED), None)
    if returned is None:
        return ()
    names = {("ANSWER", one.key): Named(one.label_zh, one.label_en) for one in fields}
    names |= {("MATERIAL", one.code): Named(one.name_zh, one.name_en) for one in materials}
    fresh = {("ANSWER", row.key) for row in answers if row.changed_at > returned.decided_at}
    fresh |= {("MATERIAL", one.material_code) for one in uploads if one.uploaded_at > returned.decided_at}
    return tuple(
        MarkedLine(mark.kind, mark.key, name, mark.reason, (mark.kind, mark.key) in fresh)
        for mark in returned.marks
        if (name := names.get((mark.kind, mark.key))) is not None
    )
