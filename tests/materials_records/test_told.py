"""What a paper says is shown point by point, held against the application, and corrected by a person."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from app.applications import precheck, queries, service
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.jobs import service as jobs
from app.materials import saying
from app.materials.correcting import correct, may_correct, reveal_identity
from app.materials.told import told
from app.uow import transaction
from models import Application, AuditEvent, Job, MaterialCheck, MaterialReading, Upload, db
from tests.applications.scene import Scene, a_draft, a_scene
from tests.factories import id_number
from tests.materials_records import read_papers as papers


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def codes(upload: Upload) -> set[str]:
    return set(db.session.scalars(select(MaterialCheck.code).where(MaterialCheck.upload_id == upload.id)))


def said(row: MaterialReading) -> dict[str, str]:
    return {point.key: str(point.value) for point in told(row).points}


def test_kind_name_dates_and_number_are_told_with_how_sure_and_where(scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M04")
    row = papers.keep(upload, papers.diploma(), by=scene.clerk)
    shown = told(row)
    assert said(row) | {"kind": "Diploma or degree certificate", "name": "陈静", "day": "2017-07-01"} == said(row)
    assert said(row)["document_number"] == "105741201705001234"
    name = next(point for point in shown.points if point.key == "name")
    assert str(name.sure) == "clearly read"
    assert name.page == 1
    left, top, right, bottom = name.marks[0]
    assert 0 < left < right < 1
    assert 0 < top < bottom < 0.3
    assert not codes(upload)


def test_what_is_hardly_read_says_so(scene: Scene) -> None:
    row = papers.keep(papers.sent(scene, a_draft(scene).id, "M04"), papers.diploma(sure=0.55), by=scene.clerk)
    assert {str(point.sure) for point in told(row).points if point.key == "name"} == {"uncertain, please check"}


def test_a_page_read_on_its_side_has_its_marks_where_it_was_judged(scene: Scene) -> None:
    upright = papers.keep(papers.sent(scene, a_draft(scene).id, "M04"), papers.diploma(), by=scene.clerk)
    straight = next(one for one in told(upright).points if one.key == "name").marks[0]
    lying = papers.diploma()
    turned = type(lying)(lying.number, 90, lying.lines, lying.found)
    upload = papers.sent(scene, upright.upload.application_id, "M05")
    row = papers.keep(upload, turned, by=scene.clerk)
    left, top, right, bottom = next(one for one in told(row).points if one.key == "name").marks[0]
    assert (left, top, right, bottom) == pytest.approx(
        (straight[1], 1 - straight[2], straight[3], 1 - straight[0]), abs=0.001
    )


def test_an_appointment_where_a_diploma_is_asked_is_named_with_its_place(scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M04")
    papers.keep(upload, papers.appointment("林晓雨"), by=scene.clerk)
    checks = {one.code: one for one in db.session.scalars(select(MaterialCheck))}
    assert set(checks) == {"other_kind", "other_person"}
    assert all(one.measures["marks"] and one.page == 1 for one in checks.values())


def test_a_correction_is_kept_beside_what_was_found_and_clears_the_warnings(scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M04")
    row = papers.keep(upload, papers.appointment("林晓雨"), by=scene.clerk)
    found = dict(row.found)
    correct(upload.id, {"kind": "diploma", "name": "陈静"}, revision=row.revision, by=scene.clerk)
    assert not codes(upload)
    db.session.refresh(row)
    assert {key: row.found[key] for key in found} == found
    kind = next(point for point in told(row).points if point.key == "kind")
    assert (str(kind.value), str(kind.was)) == ("Diploma or degree certificate", "Appointment document")
    assert told(row).corrected_by == "clerk"
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "material:correct_reading")).one()
    assert event.before == {"kind": "appointment", "name": "林晓雨"}
    assert event.after == {"kind": "diploma", "name": "陈静"}


def test_a_correction_can_bring_a_warning(scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M07")
    row = papers.keep(upload, papers.identity_card("陈静", id_number(scene.staff.id)), by=scene.clerk)
    assert "expired" not in codes(upload)
    correct(upload.id, {"valid_to": "2018-01-01"}, revision=row.revision, by=scene.clerk)
    assert "expired" in codes(upload)


def test_what_a_person_has_judged_is_not_said_again(scene: Scene) -> None:
    application = papers.filed(scene)
    upload = db.session.scalars(select(Upload).where(Upload.material_code == "M04")).first()
    assert upload is not None
    row = papers.keep(upload, papers.appointment(), by=scene.clerk)
    from app.materials.service import override

    check = db.session.scalars(select(MaterialCheck).where(MaterialCheck.code == "other_kind")).one()
    override(check.id, by=scene.reviewer, revision=check.revision, reason="两证合订，看过了")
    correct(upload.id, {"name": "陈静"}, revision=row.revision, by=scene.reviewer)
    kept = db.session.scalars(select(MaterialCheck).where(MaterialCheck.code == "other_kind")).all()
    assert [one.override_reason for one in kept] == ["两证合订，看过了"]
    assert application.id == upload.application_id


def test_the_unit_corrects_before_and_the_reviewer_after_it_is_filed(scene: Scene) -> None:
    application = papers.filed(scene)
    upload = db.session.scalars(select(Upload).where(Upload.material_code == "M04")).first()
    assert upload is not None
    row = papers.keep(upload, papers.appointment(), by=scene.clerk)
    assert not may_correct(upload, by=scene.clerk)
    with pytest.raises(NotAllowed):
        correct(upload.id, {"kind": "diploma"}, revision=row.revision, by=scene.clerk)
    correct(upload.id, {"kind": "diploma"}, revision=row.revision, by=scene.reviewer)
    draft = a_draft_of_another(scene)
    other = papers.sent(scene, draft.id, "M04")
    papers.keep(other, papers.diploma(), by=scene.clerk)
    assert may_correct(other, by=scene.clerk)
    with pytest.raises((NotAllowed, NotFound)):
        correct(other.id, {"kind": "diploma"}, revision=1, by=scene.reviewer)
    assert application.id != draft.id


def a_draft_of_another(scene: Scene) -> Application:
    from tests.factories import an_employee

    other = an_employee(scene.unit, "周宁")
    return service.start("NCGZ-01", staff_id=other.id, by=scene.clerk)


def test_a_stale_page_and_a_wrong_day_are_refused(scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M04")
    row = papers.keep(upload, papers.diploma(), by=scene.clerk)
    with pytest.raises(Invalid) as refusal:
        correct(upload.id, {"day": "2017-13-45", "kind": "bill"}, revision=row.revision, by=scene.clerk)
    assert set(refusal.value.fields) == {"day", "kind"}
    with pytest.raises(Stale):
        correct(upload.id, {"name": "陈静"}, revision=row.revision + 1, by=scene.clerk)


def test_a_later_reading_leaves_the_correction(scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M04")
    row = papers.keep(upload, papers.appointment("林晓雨"), by=scene.clerk)
    correct(upload.id, {"kind": "diploma", "name": "陈静", "day": "2017-07-01"}, revision=row.revision, by=scene.clerk)
    row = papers.keep(upload, papers.appointment("林晓雨"), by=scene.clerk)
    assert (row.kind, row.name, said(row)["day"]) == ("diploma", "陈静", "2017-07-01")
    assert not codes(upload)


def test_another_identity_number_is_named_by_its_end_and_shown_whole_only_for_a_reason(scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M07")
    number = id_number(77)
    row = papers.keep(upload, papers.identity_card("陈静", number), by=scene.clerk)
    finding = db.session.scalars(select(MaterialCheck).where(MaterialCheck.code == "other_person")).one()
    assert number[-4:] in str(finding.message)
    kept = json.dumps([row.found, finding.message, finding.measures], ensure_ascii=False)
    kept += str(db.session.scalars(select(AuditEvent.after)).all())
    assert number not in kept
    assert said(row)["id_number"].endswith(number[-4:])
    assert said(row)["id_number"].startswith("*")
    with pytest.raises(NotAllowed):
        reveal_identity(upload.id, reason="核对身份证号", by=scene.clerk)
    application = db.session.get_one(Application, upload.application_id)
    assert application.state == "DRAFT"


def test_a_reviewer_sees_the_whole_number_and_that_is_written_down(scene: Scene) -> None:
    papers.filed(scene)
    upload = (
        db.session.scalars(select(Upload).where(Upload.material_code == "M07")).first()
        or db.session.scalars(select(Upload)).first()
    )
    assert upload is not None
    number = id_number(77)
    papers.keep(upload, papers.identity_card("陈静", number), by=scene.clerk)
    with pytest.raises(Invalid):
        reveal_identity(upload.id, reason=" ", by=scene.reviewer)
    assert reveal_identity(upload.id, reason="核对身份证号", by=scene.reviewer) == [number]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "material:read_identity")).one()
    assert event.note == "核对身份证号"


def test_a_date_on_the_diploma_that_contradicts_the_form_is_named_until_one_of_them_is_mended(scene: Scene) -> None:
    draft = a_draft(scene, graduation_year="2016")
    upload = papers.sent(scene, draft.id, "M04")
    row = papers.keep(upload, papers.diploma(day="2017年7月1日"), by=scene.clerk)

    def doubts() -> list[str]:
        db.session.expire_all()
        sheet = queries.sheet(queries.opened(scene.clerk, draft.id))
        return [str(one.message) for one in precheck.findings(sheet) if one.check == "papers.dated"]

    assert len(doubts()) == 1
    assert "2016" in doubts()[0]
    assert "2017-07-01" in doubts()[0]
    correct(upload.id, {"day": "2016-07-01"}, revision=row.revision, by=scene.clerk)
    assert not doubts()
    now = db.session.get_one(Application, draft.id)
    service.save_answers(draft.id, {"graduation_year": "2015"}, by=scene.clerk, revision=now.revision)
    assert len(doubts()) == 1


def test_a_reading_that_never_came_into_the_queue_is_taken_up_once(scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M04")
    assert jobs.take_up_lost() == 1
    assert jobs.take_up_lost() == 0
    waiting = db.session.scalars(select(Job).where(Job.kind == saying.KIND)).one()
    assert waiting.params == {"upload_id": upload.id}


def test_a_file_that_was_read_refused_or_taken_away_is_not_taken_up(scene: Scene) -> None:
    from app.materials import service as materials

    draft = a_draft(scene)
    read = papers.sent(scene, draft.id, "M04")
    papers.keep(read, papers.diploma(), by=scene.clerk)
    gone = papers.sent(scene, draft.id, "M05")
    materials.remove(gone.id, by=scene.clerk)
    refused = papers.sent(scene, draft.id, "M01")
    with transaction():
        refused.accepted = False
    assert jobs.take_up_lost() == 0


def test_a_decided_application_is_not_corrected(scene: Scene) -> None:
    application = papers.filed(scene)
    upload = db.session.scalars(select(Upload)).first()
    assert upload is not None
    row = papers.keep(upload, papers.diploma(), by=scene.clerk)
    from app.workflow import service as workflow

    now = db.session.get_one(Application, application.id)
    workflow.claim(now.id, by=scene.head, revision=now.revision)
    db.session.expire_all()
    now = db.session.get_one(Application, application.id)
    workflow.reject(now.id, by=scene.head, revision=now.revision, note="材料不符")
    with pytest.raises(Conflict):
        correct(upload.id, {"name": "陈静"}, revision=row.revision, by=scene.reviewer)
