"""What an employee sees of the applications that are for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.applications.decided import DECIDED, change_made
from app.applications.paychange import pay_change
from app.applications.sheet import PayChange
from models import Application, ApplicationEmployee, WageRecord, db
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
    """The pay change that was approved last for a person, passing over decisions that changed no wage; none if none is
    known."""
    brought_a_record = exists().where(
        WageRecord.application_id == ApplicationEmployee.application_id,
        WageRecord.staff_id == staff_id,
        WageRecord.voided_at.is_(None),
    )
    held = db.session.scalars(
        select(ApplicationEmployee)
        .join(ApplicationEmployee.application)
        .join(Application.item)
        .options(contains_eager(ApplicationEmployee.application).contains_eager(Application.item))
        .where(
            ApplicationEmployee.staff_id == staff_id,
            Application.state.in_(DECIDED),
            or_(ApplicationEmployee.change.is_not(None), brought_a_record),
        )
        .order_by(Application.decided_at.desc(), Application.id.desc())
        .limit(1)
    ).first()
    made = change_made(held) if held is not None else None
    return Decided(held.application, pay_change(made)) if held is not None and made is not None else None
