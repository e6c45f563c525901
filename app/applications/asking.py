"""What an application asks for, without the rest of its sheet: for those who only send files."""

from __future__ import annotations

from sqlalchemy import select

from app.applications import assembling
from app.applications.marks import marks_of
from app.applications.sheet import MaterialLine
from app.forms.facts import facts_of, known_facts
from app.items import queries as items
from app.materials import queries as materials
from models import Answer, Application, db


def material_lines(application: Application) -> tuple[MaterialLine, ...]:
    """What the application asks for and what was sent, no pay, no history."""
    rows = db.session.scalars(select(Answer).where(Answer.application_id == application.id)).all()
    values = {row.key: row.value for row in rows}
    version = items.parts(application.item_version_id)
    facts = facts_of(
        staff=application.employees[0].staff if application.employees else None, unit=application.unit,
        answers=values, people=len(application.employees) or 1,
    )  # fmt: skip
    return assembling.material_lines(
        version.materials, materials.uploads_of(application.id), application=application, facts=facts,
        known=known_facts(version.fields), marks=marks_of(application),
        stated=assembling.dates_of(version.fields, values),
    )  # fmt: skip
