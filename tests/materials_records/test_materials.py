"""The record of materials: what is kept, what is refused in words, what is swept, and nothing without its file."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import system
from app.applications import service as applications
from app.errors import Conflict, NotFound, Refused, Stale
from app.items.queries import forget
from app.materials import desk, places, service, sweeping
from app.materials import service as materials
from models import ItemMaterial, MaterialCheck, StoredFile, Upload, db
from tests.applications.scene import NEW_HIRE, Scene, a_draft, a_scene, add, filed
from tests.conftest import MORNING
from tests.factories import an_employee
from tests.materials import files


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def codes(upload: Upload) -> set[str]:
    return set(db.session.scalars(select(MaterialCheck.code).where(MaterialCheck.upload_id == upload.id)))


def test_the_same_file_twice_in_one_application_is_named(scene: Scene) -> None:
    draft = a_draft(scene)
    first, second = add(scene, draft.id, "M01"), add(scene, draft.id, "M02")
    assert codes(first) == set()
    assert codes(second) == {"duplicate_here"}
    assert second.accepted
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 1


def test_the_same_file_in_another_application_is_named_within_the_unit(scene: Scene) -> None:
    first = a_draft(scene)
    add(scene, first.id, "M01")
    other = an_employee(scene.unit, "李娜")
    second = applications.start(NEW_HIRE, staff_id=other.id, by=scene.clerk)
    upload = add(scene, second.id, "M01")
    assert codes(upload) == {"duplicate_elsewhere"}
    check = db.session.scalars(select(MaterialCheck)).one()
    assert first.number in str(check.message)


def test_a_duplicate_blocks_where_the_item_says_so(scene: Scene) -> None:
    draft = a_draft(scene)
    material = db.session.scalars(
        select(ItemMaterial).where(ItemMaterial.version_id == draft.item_version_id, ItemMaterial.code == "M02")
    ).one()
    material.severities = {"duplicate_here": "blocking"}
    db.session.commit()
    forget()
    add(scene, draft.id, "M01")
    assert not add(scene, draft.id, "M02").accepted


def test_a_refused_file_is_kept_with_its_findings_and_their_remedies(scene: Scene) -> None:
    upload = add(scene, a_draft(scene).id, "M01", files.jpeg()[:2000], "a.jpg")
    assert not upload.accepted
    checks = db.session.scalars(select(MaterialCheck).where(MaterialCheck.upload_id == upload.id)).all()
    assert checks
    assert all(check.remedy["m"] for check in checks)


def test_an_empty_file_leaves_nothing_behind(scene: Scene, uploads: Path) -> None:
    with pytest.raises(Refused, match="empty"):
        add(scene, a_draft(scene).id, "M01", b"", "a.pdf")
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_file_above_the_limit_of_its_material_is_refused(scene: Scene) -> None:
    with pytest.raises(Refused, match="larger than"):
        add(scene, a_draft(scene).id, "M01", b"\xff\xd8\xff" + b"\x00" * (21 * 1024 * 1024), "a.jpg")


def test_an_application_takes_no_more_than_its_number_of_files(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materials, "MOST_FILES", 1)
    draft = a_draft(scene)
    add(scene, draft.id, "M01")
    with pytest.raises(Refused, match="at most"):
        add(scene, draft.id, "M01", files.png(), "b.png")


def test_a_filed_application_takes_no_more_files(scene: Scene) -> None:
    application = filed(scene)
    with pytest.raises(Conflict):
        add(scene, application.id, "M01")


def test_an_unknown_material_is_not_found(scene: Scene) -> None:
    with pytest.raises(NotFound):
        add(scene, a_draft(scene).id, "M99")


def test_every_row_has_its_file_with_the_right_content(scene: Scene) -> None:
    upload = add(scene, a_draft(scene).id, "M01")
    assert places.store().path(upload.sha256).read_bytes() == files.jpeg()


def broken() -> BytesIO:
    class Breaking(BytesIO):
        def read(self, *_size: int | None) -> bytes:
            raise OSError("the line broke")

    return Breaking()


def test_a_broken_line_leaves_no_row_and_no_part(scene: Scene, uploads: Path) -> None:
    draft = a_draft(scene)
    before = set(uploads.rglob("*"))
    with pytest.raises(OSError, match="line broke"):
        service.receive(draft.id, "M01", broken(), filename="a.jpg", by=scene.clerk)
    assert {one for one in uploads.rglob("*") if one.is_file()} == {one for one in before if one.is_file()}
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_crash_between_file_and_row_leaves_only_an_orphan_that_is_swept(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = a_draft(scene)
    content = files.png()

    def crash(*_args: object, **_values: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as cut:
        cut.setattr(materials, "_write_stored_file", crash)
        with pytest.raises(RuntimeError):
            add(scene, draft.id, "M01", content, "a.png")
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0
    digest = sha256(content).hexdigest()
    assert places.store().holds(digest)
    sweeping.sweep(by=system("tests"), unknown_for=timedelta(seconds=-1))
    assert not places.store().holds(digest)
    assert add(scene, draft.id, "M01", content, "a.png").accepted


def test_the_sweeper_takes_what_was_never_filed_and_leaves_what_was(scene: Scene) -> None:
    application = filed(scene)
    other = an_employee(scene.unit, "李娜")
    draft = applications.start(NEW_HIRE, staff_id=other.id, by=scene.clerk)
    loose = add(scene, draft.id, "M01", files.png(), "b.png")
    digest = loose.sha256
    service.remove(loose.id, by=scene.clerk)
    kept = db.session.scalar(select(func.count()).select_from(Upload).where(Upload.application_id == application.id))
    with clock.frozen(MORNING + timedelta(days=3)):
        swept = sweeping.sweep(by=system("tests"), unknown_for=timedelta(seconds=-1))
    assert swept.uploads == 1
    assert not places.store().holds(digest)
    assert db.session.scalar(select(func.count()).select_from(Upload)) == kept
    for known in db.session.scalars(select(StoredFile.sha256)):
        assert places.store().holds(known)


def test_an_override_needs_a_reason_another_person_and_the_present_revision(scene: Scene) -> None:
    draft = a_draft(scene)
    add(scene, draft.id, "M01")
    add(scene, draft.id, "M02")
    check = db.session.scalars(select(MaterialCheck)).one()
    with pytest.raises(Refused):
        service.override(check.id, by=scene.reviewer, revision=1, reason=" ")
    service.override(check.id, by=scene.reviewer, revision=1, reason="同一张证书，两处都需要")
    with pytest.raises(Stale, match="reviewer has already judged"):
        service.override(check.id, by=scene.approver, revision=1, reason="同一张证书")


def test_a_damaged_file_cannot_be_overridden(scene: Scene) -> None:
    upload = add(scene, a_draft(scene).id, "M01", files.jpeg()[:2000], "a.jpg")
    check = db.session.scalars(select(MaterialCheck).where(MaterialCheck.upload_id == upload.id)).first()
    assert check is not None
    with pytest.raises(Refused, match="cannot be accepted by hand"):
        service.override(check.id, by=scene.reviewer, revision=1, reason="看起来没问题")


def test_the_checks_of_other_units_are_not_listed(scene: Scene) -> None:
    from models.accounts import Reach
    from tests.factories import a_unit, acting, an_account

    draft = a_draft(scene)
    add(scene, draft.id, "M01")
    add(scene, draft.id, "M02")
    assert len(desk.checks(scene.reviewer, {}, 1)) == 1
    elsewhere = an_account("elsewhere", ("department", a_unit("别的局"), Reach.SUBTREE))
    assert len(desk.checks(acting(elsewhere), {}, 1)) == 0
