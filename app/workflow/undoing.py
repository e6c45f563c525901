"""What becomes of an application whose wage record is undone."""

from __future__ import annotations

from app.access.actor import Actor
from app.workflow.moving import move, note_events
from models import Application, PaymentInstruction, Result, db


def end_undone(application_id: int, *, by: Actor, note: str) -> None:
    """End the application as rejected, unless it still holds for other employees: by their payments or results."""
    others = (
        db.session.query(PaymentInstruction.id).filter_by(application_id=application_id).first()
        or db.session.query(Result.id).filter_by(application_id=application_id, voided_at=None).first()
    )
    application = db.session.get(Application, application_id, populate_existing=True)
    if others is not None or application is None:
        return
    move(application, "undone", revision=application.revision)
    note_events(application, "undone", by=by, note=note)
