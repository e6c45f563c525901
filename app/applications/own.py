"""What an employee sees of the applications that are for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.applications.decided import DECIDED, change_made
from app.applications.paychange import pay_change
from app.applications.sheet import PayChange
from models import Application, ApplicationEmployee, db
from models.applications import ApplicationState


@dataclass(frozen=True)
class Decided:
    """An approved application and the change as it was approved."""

    application: Application
    change: PayChange


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


def newest_change(staff_id: int) -> Decided | None:
    """The pay change that was approved last for a person; none if it is not known any more."""
    held = db.session.scalars(
        select(ApplicationEmployee)
        .join(ApplicationEmployee.application)
        .join(Application.item)
        .options(contains_eager(ApplicationEmployee.application).contains_eager(Application.item))
        .where(
            ApplicationEmployee.staff_id == staff_id,
            Application.state.in_(DECIDED),
        )
        .order_by(Application.decided_at.desc(), Application.id.desc())
        .limit(1)
    ).first()
    made = change_made(held) if held is not None else None
    return Decided(held.application, pay_change(made)) if held is not None and made is not None else None
