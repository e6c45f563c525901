"""Reading applications: one in scope, its sheet, what to do next, and the list."""

from __future__ import annotations

from sqlalchemy import select

from app.access import scope
from app.access.actor import Actor
from app.applications.asking import material_lines
from app.applications.due import proposed
from app.applications.lists import Home, home, listing
from app.applications.reading import opened, rights, sheet
from models import Application, ApplicationEmployee, db
from models.applications import ApplicationState

__all__ = [
    "Home",
    "home",
    "listing",
    "material_lines",
    "open_draft",
    "opened",
    "proposed",
    "rights",
    "sheet",
]


def open_draft(item_id: int, staff_id: int, actor: Actor) -> int | None:
    """The draft or returned application that this person could go on with, instead of starting another."""
    return db.session.scalar(
        select(Application.id)
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .where(
            Application.item_id == item_id,
            ApplicationEmployee.staff_id == staff_id,
            Application.state.in_([ApplicationState.DRAFT, ApplicationState.RETURNED]),
            scope.condition(actor, "application:edit", Application),
        )
        .order_by(Application.id.desc())
        .limit(1)
    )
