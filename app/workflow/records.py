"""What a decision reads: the application with all that decides about it, the calendar, and who was there first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.errors import Stale
from app.forms.facts import facts_of
from app.messages import Message
from app.workflow.calendar import Correction, Corrections
from app.workflow.states import event_name, state_name
from models import (
    Account,
    Answer,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    CalendarDay,
    db,
)


def corrections() -> Corrections:
    """The city's corrections of the official calendar: a handful of rows."""
    rows = db.session.execute(select(CalendarDay.day, CalendarDay.working, CalendarDay.note))
    return {row.day: Correction(row.working, row.note) for row in rows}


def for_decision(application_id: int) -> Application | None:
    """The application with unit, claim and employees, in one statement, as the database has it now."""
    return db.session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.unit),
            joinedload(Application.claimed_by).load_only(Account.display_name),
            joinedload(Application.employees).joinedload(ApplicationEmployee.staff),
        )
        .execution_options(populate_existing=True)
    ).unique().one_or_none()  # fmt: skip


def answers_of(application_id: int) -> dict[str, Any]:
    rows = db.session.execute(select(Answer.key, Answer.value).where(Answer.application_id == application_id))
    return {row.key: row.value for row in rows}


def skip_facts(application: Application, asked: Collection[str]) -> dict[str, Any]:
    """The facts that skip conditions look at; answers are only read if one is asked for."""
    if not asked:
        return {}
    employees = application.employees
    return facts_of(
        staff=employees[0].staff if employees else None,
        unit=application.unit,
        answers=answers_of(application.id) if any(fact.startswith("field.") for fact in asked) else None,
        people=len(employees),
        filed_on=clock.local(application.submitted_at).date() if application.submitted_at else None,
    )


def events_of(application_id: int) -> Sequence[ApplicationEvent]:
    return db.session.scalars(
        select(ApplicationEvent).where(ApplicationEvent.application_id == application_id).order_by(ApplicationEvent.id)
    ).all()


def overtaken(application_id: int) -> Stale:
    """The refusal of a stale page: who changed the application, what they did, when, and how it stands now."""
    last = db.session.execute(
        select(ApplicationEvent.kind, ApplicationEvent.at, Account.display_name, Application.state)
        .join(Application, Application.id == ApplicationEvent.application_id)
        .outerjoin(Account, Account.id == ApplicationEvent.by_id)
        .where(ApplicationEvent.application_id == application_id)
        .order_by(ApplicationEvent.id.desc())
        .limit(1)
    ).one_or_none()
    remedy = Message("Open the application again to see it as it is now, then decide.")
    if last is None:
        return Stale(Message("This application was changed since you opened it."), remedy=remedy)
    return Stale(
        Message(
            "This application was changed since you opened it: %(what)s by %(name)s at %(at)s. It is now: %(state)s.",
            what=event_name(last.kind),
            name=last.display_name or Message("the system"),
            at=f"{clock.local(last.at):%Y-%m-%d %H:%M}",
            state=state_name(last.state),
        ),
        remedy=remedy,
    )
