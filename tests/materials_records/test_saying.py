"""What an upload says is read in the queue, kept with what contradicts the application, and corrected by a person."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.errors import Invalid, Stale
from app.jobs import service as jobs
from app.materials import saying, service
from app.materials.correcting import correct
from models import AuditEvent, Job, MaterialCheck, MaterialReading, Upload, db
from tests.applications.scene import Scene, a_draft, a_scene
from tests.materials import told_papers


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def _sent(scene: Scene, application_id: int, code: str, kind: str) -> tuple[Upload, told_papers.Told]:
    told = told_papers.PAPERS[kind](1400, np.random.default_rng(8))
    buffer = BytesIO()
    told.picture.save(buffer, "JPEG", quality=85)
    buffer.seek(0)
    upload = service.receive(application_id, code, buffer, filename="page.jpg", by=scene.clerk)
    saying.have_read(upload)
    return upload, told


def _codes(upload: Upload) -> set[str]:
    return set(db.session.scalars(select(MaterialCheck.code).where(MaterialCheck.upload_id == upload.id)))


def test_an_approval_form_where_a_diploma_is_asked_is_named_as_such(scene: Scene) -> None:
    upload, told = _sent(scene, a_draft(scene).id, "M04", "approval_form")
    assert jobs.work_off() == 1
    reading = saying.reading_of(upload)
    assert reading is not None
    assert (reading.kind, reading.name) == ("approval_form", told.name)
    assert _codes(upload) == {"other_kind", "other_person"}
    assert upload.accepted


def test_a_whole_identity_number_is_kept_nowhere(scene: Scene) -> None:
    upload, told = _sent(scene, a_draft(scene).id, "M01", "identity_card")
    jobs.work_off()
    reading = saying.reading_of(upload)
    assert reading is not None
    assert told.id_number is not None
    kept = str(reading.found) + str(db.session.scalars(select(Job.result)).all())
    assert told.id_number not in kept
    assert told.id_number[-4:] in kept


def test_a_reading_done_twice_is_kept_once(scene: Scene) -> None:
    upload, _ = _sent(scene, a_draft(scene).id, "M04", "approval_form")
    saying.have_read(upload)
    assert jobs.work_off() == 2
    assert db.session.scalar(select(func.count()).select_from(MaterialReading)) == 1
    assert _codes(upload) == {"other_kind", "other_person"}


def test_a_correction_is_kept_and_written_down(scene: Scene) -> None:
    upload, _ = _sent(scene, a_draft(scene).id, "M04", "approval_form")
    jobs.work_off()
    row = saying.reading_of(upload)
    assert row is not None
    with pytest.raises(Invalid):
        correct(upload.id, {"kind": "bill", "name": "张三"}, revision=row.revision, by=scene.clerk)
    seen = row.revision
    correct(upload.id, {"kind": "diploma", "name": "张三"}, revision=seen, by=scene.clerk)
    with pytest.raises(Stale):
        correct(upload.id, {"kind": "diploma", "name": "李四"}, revision=seen, by=scene.clerk)
    saying.have_read(upload)
    jobs.work_off()
    db.session.refresh(row)
    assert (row.kind, row.name) == ("diploma", "张三")
    written = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "material:correct_reading")).one()
    assert written.after == {"kind": "diploma", "name": "张三"}


def test_an_upload_that_was_taken_away_is_not_read(scene: Scene) -> None:
    upload, _ = _sent(scene, a_draft(scene).id, "M04", "approval_form")
    service.remove(upload.id, by=scene.clerk)
    jobs.work_off()
    assert saying.reading_of(upload) is None
