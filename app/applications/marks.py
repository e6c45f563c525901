"""What is open to the unit: everything in a draft; in returned work what was marked, and what has become necessary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.applications.rules import is_needed
from app.errors import Conflict
from app.forms.facts import facts_of
from app.items.editions import Material
from app.messages import Message
from models import Answer, Application, ApplicationEvent, Decision, ReturnMark, Upload, db
from models.applications import ApplicationState, Outcome

FILINGS = ("submitted", "resubmitted")


@dataclass(frozen=True)
class Marks:
    """The marks of the newest return, each with its reason. A draft has none and is open as a whole."""

    whole: bool
    answers: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    step_key: str = ""
    by: str = ""


def marks_of(application: Application) -> Marks:
    """What the newest return marked; a draft is open as a whole, anything else not at all."""
    if application.state == ApplicationState.DRAFT:
        return Marks(whole=True)
    if application.state != ApplicationState.RETURNED:
        return Marks(whole=False)
    newest = (
        select(Decision.id)
        .where(Decision.application_id == application.id, Decision.outcome == Outcome.RETURNED)
        .order_by(Decision.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Decision.note, Decision.step_key, ReturnMark.kind, ReturnMark.key, ReturnMark.reason)
        .outerjoin(ReturnMark, ReturnMark.decision_id == Decision.id)
        .where(Decision.id == newest)
    ).all()
    return Marks(
        whole=False,
        answers={key: reason for _, _, kind, key, reason in rows if kind == "ANSWER"},
        materials={key: reason for _, _, kind, key, reason in rows if kind == "MATERIAL"},
        note=rows[0][0] if rows else "",
        step_key=rows[0][1] if rows else "",
    )


def answer_is_open(marks: Marks, key: str, *, closed: bool) -> bool:
    """Whether an answer may be given or changed. `closed` opens only by a mark: it was filed, or nobody needs it."""
    return marks.whole or key in marks.answers or not closed


def material_is_open(marks: Marks, code: str, *, closed: bool) -> bool:
    """Whether files may be added to or taken from a material. `closed` opens only by a mark."""
    return marks.whole or code in marks.materials or not closed


def require_material_open(application: Application, material: Material) -> None:
    """Raise Conflict unless files of this material may be sent or taken away now.

    Beside what was marked that is a material which a corrected answer has made necessary and which was never filed.
    """
    marks = marks_of(application)
    if marks.whole or material.code in marks.materials:
        return
    filed = db.session.execute(
        select(Upload.id).where(
            Upload.application_id == application.id,
            Upload.material_code == material.code,
            Upload.claimed_at.is_not(None),
            Upload.removed_at.is_(None),
        )
    ).first()
    if filed is None and application.state == ApplicationState.RETURNED and is_needed(material, _facts(application)):
        return
    raise _closed()


def _facts(application: Application) -> dict[str, Any]:
    answers = {
        row.key: row.value for row in db.session.scalars(select(Answer).where(Answer.application_id == application.id))
    }
    employees = application.employees
    return facts_of(
        staff=employees[0].staff if employees else None, unit=application.unit, answers=answers,
        people=len(employees) or 1,
    )  # fmt: skip


def filed_answers(application: Application) -> set[str]:
    """Keys that had an answer when the application was last filed."""
    filed_at = db.session.scalar(
        select(func.max(ApplicationEvent.at)).where(
            ApplicationEvent.application_id == application.id, ApplicationEvent.kind.in_(FILINGS)
        )
    )
    if filed_at is None:
        return set()
    rows = db.session.scalars(select(Answer).where(Answer.application_id == application.id))
    return {row.key for row in rows if was_filed(row, filed_at)}


def was_filed(answer: Answer, filed_at: datetime | None) -> bool:
    """Whether the answer went along when the application was last filed."""
    return filed_at is not None and answer.changed_at <= filed_at and answer.value is not None


def _closed() -> Conflict:
    return Conflict(
        Message("This part was not marked when the application was returned, so it stays as it was filed."),
        remedy=Message("Correct only the marked parts. If something else is wrong too, say so to the reviewer."),
    )
