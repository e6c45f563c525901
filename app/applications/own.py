"""What an employee sees of the applications that are for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Application, ApplicationEmployee, db
from models.applications import ApplicationState


def of_employee(staff_id: int, *, limit: int = 20) -> Sequence[Application]:
    """The newest applications for a person, drafts left out: a draft may never be filed."""
    return db.session.scalars(
        select(Application)
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .where(ApplicationEmployee.staff_id == staff_id, Application.state != ApplicationState.DRAFT)
        .options(joinedload(Application.item))
        .order_by(Application.id.desc())
        .limit(limit)
    ).all()
