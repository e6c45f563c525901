"""Files on record are offered again for the materials of a new application, by kind and term, in reach alone."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.applications import queries, service
from app.errors import Conflict, NotFound
from app.materials import places, saying
from app.materials.told import told
from app.proposals import on_file
from app.uow import transaction
from models import Application, AuditEvent, StoredFile, Upload, db
from models.accounts import Reach
from tests.applications.scene import NEW_HIRE, Scene, a_scene
from tests.factories import a_unit, acting, an_account, an_employee
from tests.materials import files
from tests.materials_records import read_papers as papers
from tests.statements import counted

DIPLOMA = "M04"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def decided(scene: Scene) -> Application:
    """An earlier application that was approved, its diploma read and its content in the store."""
    application = papers.filed(scene)
    diploma = next(one for one in uploads_of(application) if one.material_code == DIPLOMA)
    stored = places.store().receive(BytesIO(files.jpeg()), limit_bytes=10_000_000)
    with transaction():
        kept = StoredFile(sha256=stored.sha256, size=stored.size, media_type="image/jpeg", pages=1)
        kept.stored_at = application.created_at
        db.session.add(kept)
        db.session.flush()
        diploma.sha256 = stored.sha256
        db.session.execute(
            update(Application)
            .where(Application.id == application.id)
            .values(state="PAID", step_position=None, step_permission=None, decided_at=application.submitted_at,
                    paid_at=application.submitted_at)
        )  # fmt: skip
    papers.keep(diploma, papers.diploma(), by=scene.clerk)
    db.session.expire_all()
    return application


def uploads_of(application: Application) -> list[Upload]:
    return list(db.session.scalars(select(Upload).where(Upload.application_id == application.id).order_by(Upload.id)))


def another_draft(scene: Scene) -> Application:
    return service.start(NEW_HIRE, staff_id=scene.staff.id, by=scene.clerk)


def offered(scene: Scene, application: Application) -> dict[str, on_file.Offer]:
    db.session.expire_all()
    return on_file.offers(scene.clerk, queries.sheet(queries.opened(scene.clerk, application.id)))


def test_the_diploma_on_file_is_offered_and_taken_with_one_press(scene: Scene) -> None:
    earlier = decided(scene)
    draft = another_draft(scene)
    offer = offered(scene, draft)[DIPLOMA]
    assert str(offer.what) == "Diploma or degree certificate"
    assert offer.filed_on == date(2018, 4, 3)
    taken = on_file.take(draft.id, DIPLOMA, offer.files[0], by=scene.clerk)
    assert [(one.material_code, one.accepted, one.claimed_at) for one in taken] == [(DIPLOMA, True, None)]
    reading = saying.reading_of(taken[0])
    assert reading is not None
    assert [str(one.value) for one in told(reading).points if one.key == "name"] == ["陈静"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "material:reuse")).one()
    assert event.after is not None
    assert event.after["from"] == list(offer.files)
    assert DIPLOMA not in offered(scene, draft)
    with pytest.raises(Conflict):
        on_file.take(draft.id, DIPLOMA, offer.files[0], by=scene.clerk)
    assert {one.application_id for one in uploads_of(earlier)} == {earlier.id}


def test_what_has_expired_is_not_offered_and_the_sentence_says_why(scene: Scene) -> None:
    upload = next(one for one in uploads_of(decided(scene)) if one.material_code == DIPLOMA)
    papers.keep(upload, papers.page("普通高等学校毕业证书", "学生陈静", "有效期至2018年4月2日"), by=scene.clerk)
    draft = another_draft(scene)
    offer = offered(scene, draft)[DIPLOMA]
    assert "2018-04-02" in str(offer.expired)
    with pytest.raises(Conflict):
        on_file.take(draft.id, DIPLOMA, offer.files[0], by=scene.clerk)


def test_papers_of_somebody_else_and_of_another_unit_are_not_offered(scene: Scene) -> None:
    decided(scene)
    other = an_employee(scene.unit, "周宁")
    draft = service.start(NEW_HIRE, staff_id=other.id, by=scene.clerk)
    assert offered(scene, draft) == {}
    elsewhere = a_unit("别的学校")
    with transaction():
        scene.staff.unit_id = elsewhere.id
    db.session.expire_all()
    stranger = acting(an_account("stranger", ("clerk", elsewhere, Reach.UNIT)))
    draft = service.start(NEW_HIRE, staff_id=scene.staff.id, by=stranger)
    sheet = queries.sheet(queries.opened(stranger, draft.id))
    assert on_file.offers(stranger, sheet) == {}
    with pytest.raises(NotFound):
        on_file.take(draft.id, DIPLOMA, 1, by=scene.clerk)


def test_what_is_offered_costs_one_statement_however_much_is_on_file(scene: Scene) -> None:
    decided(scene)
    draft = another_draft(scene)
    clerk = scene.clerk
    sheet = queries.sheet(queries.opened(clerk, draft.id))
    with counted() as statements:
        on_file.offers(clerk, sheet)
    assert len(statements) == 1
