"""What drafts still lack before they can be submitted: questions without an answer, materials without a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.applications.rules import applying, needed_materials
from app.forms.facts import facts_of
from app.items import queries as items
from models import Answer, Application, ApplicationEmployee, Staff, StoredFile, Upload, db


@dataclass(frozen=True)
class Lacking:
    """How many questions wait for an answer and how many materials for a usable file."""

    answers: int = 0
    materials: int = 0


def lacking(drafts: Sequence[Application]) -> dict[int, Lacking]:
    """For each draft what it lacks, in two statements however many they are; items are remembered."""
    if not drafts:
        return {}
    ids = [draft.id for draft in drafts]
    versions = items.of_ids({draft.item_version_id for draft in drafts})
    staff, answers = _people_and_answers(ids)
    pages = _pages(ids)
    found = {}
    for draft in drafts:
        version, own = versions[draft.item_version_id], answers.get(draft.id, {})
        facts = facts_of(staff=staff.get(draft.id), unit=draft.unit, answers=own)
        asked = [field for field in applying(version.fields, facts) if field.required]
        wanted = [material for material in needed_materials(version.materials, facts) if not material.shared]
        found[draft.id] = Lacking(
            answers=sum(own.get(field.key) in (None, "") for field in asked),
            materials=sum(pages.get((draft.id, material.code), -1) < material.min_pages for material in wanted),
        )
    return found


def _people_and_answers(ids: Sequence[int]) -> tuple[dict[int, Staff], dict[int, dict[str, Any]]]:
    staff: dict[int, Staff] = {}
    answers: dict[int, dict[str, Any]] = {}
    rows = db.session.execute(
        select(Application.id, Staff, Answer.key, Answer.value)
        .outerjoin(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .outerjoin(Staff, Staff.id == ApplicationEmployee.staff_id)
        .outerjoin(Answer, Answer.application_id == Application.id)
        .where(Application.id.in_(ids))
        .order_by(ApplicationEmployee.id.desc())  # so that the first employee is the one who stays
    )
    for application, person, key, value in rows:
        if person is not None:
            staff[application] = person
        if key is not None:
            answers.setdefault(application, {})[key] = value
    return staff, answers


def _pages(ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """The usable pages by application and material."""
    rows = db.session.execute(
        select(Upload.application_id, Upload.material_code, func.sum(StoredFile.pages))
        .join(StoredFile, StoredFile.sha256 == Upload.sha256)
        .where(Upload.application_id.in_(ids), Upload.removed_at.is_(None), Upload.accepted)
        .group_by(Upload.application_id, Upload.material_code)
    )
    return {(application, code): int(pages) for application, code, pages in rows}
