"""Uploads examined again: by job, resumable, with a line each; nothing accepted is refused afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.errors import Invalid, NotAllowed
from app.jobs import queries, service
from app.materials import again, places, sweeping
from app.materials import service as materials
from app.materials.verdicts import CHECKER_VERSION, Limits
from models import AuditEvent, Examination, Job, JobLine, MaterialCheck, Upload, db
from models.jobs import JobState, LineOutcome
from tests.applications.scene import Scene, a_draft, a_scene, add, filed
from tests.factories import Reach, a_unit, acting, an_account
from tests.materials import files
from tests.materials_records.test_thresholds import in_force


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def begun(scene: Scene, **chosen: Any) -> Job:
    today = clock.today()
    return again.begin(since=today - timedelta(days=30), until=today, by=scene.approver, **chosen)


def done(scene: Scene, **chosen: Any) -> Job:
    job = begun(scene, **chosen)
    service.work_off()
    db.session.refresh(job)
    assert job.state == JobState.DONE, job.problem
    return job


def checks(upload: Upload) -> dict[str, MaterialCheck]:
    db.session.expire_all()
    return {
        one.code: one for one in db.session.scalars(select(MaterialCheck).where(MaterialCheck.upload_id == upload.id))
    }


def aged(upload: Upload) -> None:
    db.session.execute(update(Upload).where(Upload.id == upload.id).values(checker_version="0.9"))
    db.session.commit()


def test_an_upload_that_is_judged_the_same_is_unchanged_and_now_of_this_version(scene: Scene) -> None:
    upload = add(scene, a_draft(scene).id, "M01")
    aged(upload)
    job = done(scene, older=True)
    assert [line.outcome for line in queries.lines(job)] == [LineOutcome.UNCHANGED]
    db.session.refresh(upload)
    assert upload.checker_version == CHECKER_VERSION
    causes = db.session.scalars(select(Examination.cause).order_by(Examination.id)).all()
    assert causes == ["upload", "again"]
    with pytest.raises(Invalid):
        begun(scene, older=True)


def test_a_filed_material_that_is_accepted_gets_a_note_and_stays_accepted(scene: Scene) -> None:
    application = filed(scene)
    upload = db.session.scalars(select(Upload).where(Upload.application_id == application.id)).first()
    assert upload is not None
    assert upload.claimed_at is not None
    in_force(scene, upload.material_code, item_id=application.item_id, lowres_pixels="2000")
    job = done(scene)
    found = checks(upload)["lowres"]
    assert (found.severity, found.afterwards, found.checker_version) == ("warning", True, CHECKER_VERSION)
    assert db.session.get_one(Upload, upload.id).accepted
    lines = {line.record_id: line.figures for line in queries.lines(job, outcome=LineOutcome.DONE)}
    assert lines[upload.id]["new"] == ["lowres"]
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "check:again")).all()
    assert str(upload.id) in {one.record_id for one in told}


def test_a_refused_draft_upload_is_accepted_when_nothing_blocks_any_more(scene: Scene) -> None:
    draft = a_draft(scene)
    in_force(scene, "M01", item_id=draft.item_id, lowres_pixels="2000")
    upload = add(scene, draft.id, "M01")
    assert not upload.accepted
    in_force(scene, "M01", item_id=draft.item_id)
    job = done(scene, code="lowres")
    assert checks(upload) == {}
    assert db.session.get_one(Upload, upload.id).accepted
    assert job.result == {"changed": 1, "new": 0, "gone": 1, "accepted": 1}


def test_what_a_person_has_judged_stays(scene: Scene) -> None:
    draft = a_draft(scene)
    in_force(scene, "M01", item_id=draft.item_id, lowres_pixels="2000")
    upload = add(scene, draft.id, "M01")
    check = checks(upload)["lowres"]
    materials.override(check.id, by=scene.reviewer, revision=check.revision, reason="原件如此")
    in_force(scene, "M01", item_id=draft.item_id)
    done(scene)
    assert checks(upload)["lowres"].override_reason == "原件如此"


def test_an_examiner_that_breaks_off_changes_no_verdict(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = add(scene, a_draft(scene).id, "M01")
    monkeypatch.setattr(again, "_limits", lambda version_id, code: Limits(seconds=0.0))
    job = done(scene)
    assert [line.outcome for line in queries.lines(job)] == [LineOutcome.SET_ASIDE]
    assert checks(upload) == {}
    assert db.session.get_one(Upload, upload.id).accepted


def test_what_is_said_of_a_file_without_blocking_it_is_said_once(scene: Scene) -> None:
    """A signature is told by every examination; only the first writes it down."""
    upload = add(scene, a_draft(scene).id, "M01")
    now = clock.now()
    db.session.add(
        MaterialCheck(upload_id=upload.id, code="signed", severity="warning", message={"m": "x", "p": {}},
                      remedy={"m": "x", "p": {}}, measures={}, checked_at=now)
    )  # fmt: skip
    db.session.commit()
    done(scene)
    assert "signed" not in checks(upload), "nothing is signed any more"


def test_duplicates_are_left_as_they_are(scene: Scene) -> None:
    draft = a_draft(scene)
    add(scene, draft.id, "M01")
    second = add(scene, draft.id, "M02")
    done(scene)
    assert set(checks(second)) == {"duplicate_here"}


def test_a_killed_run_goes_on_after_its_last_whole_chunk(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = a_draft(scene)
    uploads = [add(scene, draft.id, "M01", files.saved(files.letter(1000 + n), "JPEG"), f"{n}.jpg") for n in range(3)]
    monkeypatch.setattr(again, "_AT_ONCE", 1)
    job = begun(scene)
    service._claim("first")
    assert service._do_chunk(job.id, "first", service._prepare(job.id, "first"))
    service._prepare(job.id, "first")  # the process dies while it looks at the second file
    db.session.rollback()
    assert service.work_off() == 0, "somebody still holds the lease"
    with clock.frozen(clock.now() + service.LEASE + timedelta(seconds=1)):
        assert service.work_off() == 1
    db.session.refresh(job)
    assert (job.state, job.handled) == (JobState.DONE, 3)
    lines = db.session.scalars(select(JobLine.record_id).order_by(JobLine.id)).all()
    assert list(lines) == [one.id for one in uploads]
    assert len(db.session.scalars(select(Examination).where(Examination.cause == "again")).all()) == 3


def test_a_stopped_run_goes_on_when_it_is_asked_to(scene: Scene) -> None:
    add(scene, a_draft(scene).id, "M01")
    job = begun(scene)
    service.stop(job.id, by=scene.approver)
    service.go_on(job.id, by=scene.approver)
    service.work_off()
    db.session.refresh(job)
    assert (job.state, job.handled) == (JobState.DONE, 1)


def test_a_file_that_is_gone_is_told_and_holds_up_no_other(scene: Scene) -> None:
    draft = a_draft(scene)
    lost = add(scene, draft.id, "M01")
    sound = add(scene, draft.id, "M02", files.saved(files.letter(1100), "JPEG"), "b.jpg")
    places.store().remove(lost.sha256)
    job = done(scene)
    outcomes = {line.record_id: line.outcome for line in queries.lines(job)}
    assert outcomes == {lost.id: LineOutcome.SET_ASIDE, sound.id: LineOutcome.UNCHANGED}


def test_a_run_reaches_no_further_than_who_began_it(scene: Scene) -> None:
    add(scene, a_draft(scene).id, "M01")
    other = acting(an_account("elsewhere", ("approver", a_unit(), Reach.SUBTREE)))
    with pytest.raises(Invalid):
        again.begin(since=clock.today(), until=clock.today(), by=other)
    with pytest.raises(NotAllowed):
        again.begin(since=clock.today(), until=clock.today(), by=scene.reviewer)


def test_what_was_found_on_a_swept_file_still_counts_and_names_its_place(scene: Scene) -> None:
    draft = a_draft(scene)
    upload = add(scene, draft.id, "M01", files.jpeg()[:2000], "a.jpg")
    upload_id, draft_id = upload.id, draft.id
    materials.remove(upload_id, by=scene.clerk)
    with clock.frozen(clock.now() + timedelta(days=3)):
        sweeping.sweep(by=scene.approver)
    assert db.session.get(Upload, upload_id) is None
    found = db.session.scalars(select(MaterialCheck)).all()
    assert found
    assert {(one.upload_id, one.application_id, one.material_code) for one in found} == {(None, draft_id, "M01")}
    with clock.frozen(clock.now() + sweeping.KEEP_FIGURES + timedelta(days=3)):
        sweeping.sweep(by=scene.approver)
    assert db.session.scalars(select(MaterialCheck)).all() == []
