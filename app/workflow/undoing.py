"""What becomes of an application whose wage record is undone."""

from __future__ import annotations

from app.access.actor import Actor
from app.workflow.moving import move, note_events
from models import Application, PaymentInstruction, db


def end_undone(application_id: int, *, by: Actor, note: str) -> None:
    """End the application as rejected, unless other employees of it still have their payments."""
    others = db.session.query(PaymentInstruction.id).filter_by(application_id=application_id).first()
    application = db.session.get(Application, application_id, populate_existing=True)
    if others is not None or application is None:
        return
    move(application, "undone", revision=application.revision)
    note_events(application, "undone", by=by, note=note)
