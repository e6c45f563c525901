"""The refusal of a stale page: who changed the application since it was opened, and when."""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.errors import Stale
from app.messages import Message
from app.workflow.states import state_name
from models import Application, AuditEvent, db


def overtaken(application: Application) -> Stale:
    """Names the last person who changed it. The audit record knows every saving, not only moves of state."""
    state = db.session.scalar(select(Application.state).where(Application.id == application.id)) or application.state
    last = db.session.execute(
        select(AuditEvent.actor_name, AuditEvent.at)
        .where(
            AuditEvent.record_kind == "application",
            AuditEvent.record_id == str(application.id),
            AuditEvent.action != "application:read",
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).first()
    remedy = Message("Open the application again to see it as it is now. What you typed is still on this page.")
    if last is None:
        return Stale(Message("This application was changed since you opened it."), remedy=remedy)
    return Stale(
        Message(
            "%(name)s changed this application at %(at)s, after you opened it. It is now: %(state)s.",
            name=last.actor_name,
            at=f"{clock.local(last.at):%Y-%m-%d %H:%M}",
            state=state_name(state),
        ),
        remedy=remedy,
    )
