"""How a photographed page is shown: straightened at first, as taken or turned when a person says so, and back."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from app.errors import Conflict, NotFound, Refused, Stale
from app.materials import laying, places, queries
from app.materials.sheets import Sheet, boxes_shown, place_in_words
from models import AuditEvent, MaterialCheck, Upload, db
from tests.access.browsing import somebody, token_on
from tests.applications.scene import Scene, a_draft, a_scene, add
from tests.materials import files, pages, photographs
from tests.materials.files import rng
from tests.phone.scene import a_link, a_phone, photograph

A4 = 2**0.5


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A sheet on a desk, leaning and turned."""
    chance = rng(21)
    page = pages.seal(pages.letter(1200, chance), chance)
    made = photographs.photographed(page, chance, desk="wood", longest=1500, fill=0.86, turn=19.0, lean=0.12)
    return files.saved(made.picture, "JPEG", quality=88)


def shape(upload: Upload, **how: bool) -> float:
    """Height over width of the first page as people see it."""
    with Image.open(queries.picture_of(upload, 1, **how)) as picture:
        return picture.height / picture.width


def sent(scene: Scene, photo: bytes) -> Upload:
    return add(scene, a_draft(scene).id, "M01", photo, "审批表.jpg")


def test_what_people_see_is_the_straightened_page_and_the_photo_is_kept(scene: Scene, photo: bytes) -> None:
    upload = sent(scene, photo)
    assert upload.accepted
    (sheet,) = (Sheet.from_json(one) for one in upload.sheets)
    assert sheet.shown and sheet.was_found  # noqa: PT018
    assert shape(upload) == pytest.approx(A4, rel=0.005)
    assert shape(upload, as_sent=True) < 1.395
    with places.store().open(upload.sha256) as kept:
        assert kept.read() == photo


def test_the_photo_can_be_taken_back_and_the_page_again_and_both_are_written_down(scene: Scene, photo: bytes) -> None:
    upload = sent(scene, photo)
    taken = laying.show_as_taken(upload.id, 1, by=scene.clerk, revision=upload.revision)
    assert shape(taken) < 1.395
    straight = laying.show_straightened(upload.id, 1, by=scene.clerk, revision=taken.revision)
    assert shape(straight) == pytest.approx(A4, rel=0.005)
    told = db.session.scalars(select(AuditEvent.after).where(AuditEvent.action == "material:lay")).all()
    assert [one["straightened"] for one in told] == [False, True]


def test_a_page_can_be_turned_by_hand_and_a_full_turn_is_none(scene: Scene) -> None:
    upload = add(scene, a_draft(scene).id, "M01", files.jpeg(), "扫描件.jpg")
    assert upload.sheets == []
    upright = shape(upload)
    turned = laying.turn(upload.id, 1, quarters=1, by=scene.clerk, revision=upload.revision)
    assert shape(turned) == pytest.approx(1 / upright, rel=0.01)
    for _ in range(3):
        turned = laying.turn(upload.id, 1, quarters=1, by=scene.clerk, revision=turned.revision)
    assert turned.sheets == []


def test_an_old_page_changes_nothing(scene: Scene, photo: bytes) -> None:
    upload = sent(scene, photo)
    revision = upload.revision
    laying.show_as_taken(upload.id, 1, by=scene.clerk, revision=revision)
    with pytest.raises(Stale):
        laying.turn(upload.id, 1, quarters=1, by=scene.clerk, revision=revision)


def test_where_no_sheet_was_found_there_is_nothing_to_straighten(scene: Scene) -> None:
    upload = add(scene, a_draft(scene).id, "M01", files.jpeg(), "扫描件.jpg")
    with pytest.raises(Refused):
        laying.show_straightened(upload.id, 1, by=scene.clerk, revision=upload.revision)
    with pytest.raises(NotFound):
        laying.turn(upload.id, 2, quarters=1, by=scene.clerk, revision=upload.revision)


def test_nobody_changes_a_page_of_an_application_that_is_filed(scene: Scene, photo: bytes) -> None:
    upload = sent(scene, photo)
    upload.application.state = "WITHDRAWN"
    db.session.commit()
    with pytest.raises((Conflict, NotFound)):
        laying.show_as_taken(upload.id, 1, by=scene.clerk, revision=upload.revision)


def test_the_page_of_a_file_shows_marks_and_says_where_they_are(app: Flask, scene: Scene, photo: bytes) -> None:
    upload = sent(scene, photo)
    check = MaterialCheck(
        upload_id=upload.id, code="blur", severity="warning", page=0, checked_at=upload.uploaded_at,
        message={"m": "The picture is too blurred to read its text."},
        remedy={"m": "Reload the page."}, measures={"marks": [[0.7, 0.05, 0.9, 0.15]]},
    )  # fmt: skip
    db.session.add(check)
    db.session.commit()
    shown = somebody(app, "clerk").get(f"/materials/{upload.id}")
    assert shown.status_code == 200
    assert '<rect x="70.00%" y="5.00%" width="20.00%" height="10.00%"' in shown.text
    assert "右上" in shown.text
    assert "style=" not in shown.text.split("<main")[1].split("</main")[0]


def test_buttons_beside_a_page_lay_it_otherwise(app: Flask, scene: Scene, photo: bytes) -> None:
    upload = sent(scene, photo)
    clerk = somebody(app, "clerk")
    address = f"/materials/{upload.id}"
    form = {"csrf_token": token_on(clerk.get(address)), "revision": str(upload.revision), "how": "taken"}
    answer = clerk.post(f"{address}/pages/1/lay", data=form, follow_redirects=True)
    assert "原图" in answer.text
    db.session.expire_all()
    assert not db.session.get_one(Upload, upload.id).sheets[0]["shown"]
    assert clerk.post(f"{address}/pages/1/lay", data=form).status_code == 409
    assert clerk.get(f"{address}/pages/1?as=sent").mimetype == "image/jpeg"


def test_a_phone_sees_its_photo_straightened_and_may_take_it_back(app: Flask, scene: Scene, photo: bytes) -> None:
    draft = a_draft(scene)
    phone = a_phone(app, a_link(scene, draft))
    photograph(phone, "M01", content=photo)
    here = phone.get("/phone")
    assert "已拉正" in here.text
    upload = db.session.scalars(select(Upload)).one()
    shown = phone.get(f"/phone/uploads/{upload.id}")
    assert shown.status_code == 200
    picture = phone.get(f"/phone/uploads/{upload.id}/pages/1")
    with Image.open(BytesIO(picture.data)) as page:
        assert page.height / page.width == pytest.approx(A4, rel=0.005)
    form = {"csrf_token": token_on(shown), "revision": str(upload.revision), "how": "taken"}
    assert phone.post(f"/phone/uploads/{upload.id}/pages/1/lay", data=form).status_code == 302
    db.session.expire_all()
    assert not db.session.get_one(Upload, upload.id).sheets[0]["shown"]


def test_a_phone_sees_no_pages_that_others_sent(app: Flask, scene: Scene, photo: bytes) -> None:
    draft = a_draft(scene)
    upload = add(scene, draft.id, "M01", photo, "桌面上传.jpg")
    phone = a_phone(app, a_link(scene, draft))
    for address in (f"/phone/uploads/{upload.id}", f"/phone/uploads/{upload.id}/pages/1"):
        assert phone.get(address).status_code == 404


def test_marks_follow_the_page_when_it_is_turned_or_shown_as_taken() -> None:
    corners = ((0.2, 0.1), (0.8, 0.1), (0.8, 0.9), (0.2, 0.9))
    measures = {"marks": [[0.0, 0.0, 0.5, 0.25], ["x", 0, 1, 1], [0.4, 0.4, 0.3, 0.5]]}
    sheet = Sheet(page=1, corners=corners)
    assert boxes_shown(measures, None) == [(0.0, 0.0, 0.5, 0.25)]
    assert boxes_shown(measures, sheet) == [(0.0, 0.0, 0.5, 0.25)]
    assert boxes_shown(measures, sheet, as_sent=True) == [pytest.approx((0.2, 0.1, 0.5, 0.3))]
    assert boxes_shown(measures, sheet.turned(1)) == [pytest.approx((0.75, 0.0, 1.0, 0.5))]
    assert str(place_in_words(boxes_shown(measures, sheet))) == str(place_in_words([(0.0, 0.0, 0.3, 0.2)]))
    assert place_in_words([]) is None


def test_removed_files_are_laid_no_more(scene: Scene, photo: bytes) -> None:
    upload = sent(scene, photo)
    db.session.execute(update(Upload).where(Upload.id == upload.id).values(removed_at=upload.uploaded_at))
    db.session.commit()
    with pytest.raises(NotFound):
        laying.show_as_taken(upload.id, 1, by=scene.clerk, revision=upload.revision)


def test_a_page_that_was_read_upside_down_is_turned_unless_a_person_wants_the_photo(scene: Scene, photo: bytes) -> None:
    upload = sent(scene, photo)
    assert laying.turn_as_read(upload, {1: 180})
    assert upload.sheets[0]["turn"] == 2
    assert not laying.turn_as_read(upload, {1: 0})
    db.session.commit()
    taken = laying.show_as_taken(upload.id, 1, by=scene.clerk, revision=upload.revision)
    assert not laying.turn_as_read(taken, {1: 90})
