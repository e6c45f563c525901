"""Writing down that somebody looked at a material: its pages and its original show identity and pay of a person."""

from __future__ import annotations

from app.access.actor import Actor
from app.audit import service as audit
from app.uow import reading
from models import Upload


def write_down(action: str, upload: Upload, *, by: Actor, note: str) -> None:
    """The reading of one page, or of the original, with the employees of its application as those concerned."""
    with reading():
        application = upload.application
        audit.read(
            action, by=by, kind="upload", record_id=upload.id, unit_id=application.unit_id,
            subjects=[employee.staff_id for employee in application.employees], note=note,
        )  # fmt: skip
