"""Files on the application page: each judged by itself, shown redrawn, handed out only as a download."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from models import AuditEvent, Upload, db
from tests.access.browsing import somebody, token_on
from tests.applications.scene import Scene, a_draft, a_scene, add
from tests.materials import files


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def test_garbage_among_good_files_is_named_and_the_others_are_kept(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    url = f"/applications/{draft.id}"
    sent = clerk.post(
        f"{url}/materials/M01",
        data={
            "csrf_token": token_on(clerk.get(url)),
            "files": [
                (BytesIO(files.jpeg()), "审批表.jpg"),
                (BytesIO(b"MZ not a picture at all"), "坏文件.jpg"),
                (BytesIO(b""), "空.pdf"),
                (BytesIO(files.scan_pdf(3)), "合同.pdf"),
            ],
        },
        headers={"X-Fragment": "1"},
    )
    assert sent.status_code == 200
    for name in ("审批表.jpg", "坏文件.jpg", "空.pdf", "合同.pdf"):
        assert name in sent.text
    kept = {one.filename: one.accepted for one in db.session.scalars(select(Upload))}
    assert kept == {"审批表.jpg": True, "坏文件.jpg": False, "合同.pdf": True}


def test_without_script_the_page_says_which_file_was_refused(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    url = f"/applications/{draft.id}"
    data = {"csrf_token": token_on(clerk.get(url)), "files": (BytesIO(b"no picture"), "坏文件.jpg")}
    page = clerk.post(f"{url}/materials/M01", data=data, follow_redirects=True)
    assert page.status_code == 200
    assert "坏文件.jpg" in page.text


def test_a_material_that_the_item_does_not_ask_for_is_404(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    url = f"/applications/{draft.id}"
    data = {"csrf_token": token_on(clerk.get(url)), "files": (BytesIO(files.jpeg()), "a.jpg")}
    assert clerk.post(f"{url}/materials/NOPE", data=data).status_code == 404


def test_what_is_shown_is_redrawn_and_the_reading_is_written_down(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    original = files.scan_pdf(2)
    upload_id = add(scene, draft.id, "M01", original, "合同.pdf").id
    clerk = somebody(app, "clerk")
    for page in (1, 2):
        shown = clerk.get(f"/materials/{upload_id}/pages/{page}")
        assert shown.mimetype == "image/jpeg"
        assert shown.data[:3] == b"\xff\xd8\xff"
    assert clerk.get(f"/materials/{upload_id}/pages/3").status_code == 404
    assert clerk.get(f"/materials/{upload_id}/thumbnails/1").mimetype == "image/jpeg"
    readings = db.session.scalars(select(AuditEvent.note).where(AuditEvent.action == "material:read")).all()
    assert readings == ["page 1", "page 2"]


def test_the_original_is_a_download_that_no_browser_opens(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    content = files.jpeg()
    upload_id = add(scene, draft.id, "M01", content, '审批"表.jpg').id
    answer = somebody(app, "clerk").get(f"/materials/{upload_id}/original")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E5%AE%A1%E6%89%B9%22%E8%A1%A8.jpg" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/octet-stream"


def test_removing_a_file_keeps_what_was_typed(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    upload_id = add(scene, draft.id, "M01").id
    clerk = somebody(app, "clerk")
    page = clerk.get(f"/applications/{draft.id}")
    done = clerk.post(
        f"/materials/{upload_id}/remove",
        data={"csrf_token": token_on(page), "revision": "1", "answer-graduation_year": "2015"},
    )
    assert done.status_code == 302
    assert 'value="2015"' in clerk.get(f"/applications/{draft.id}").text
    db.session.expire_all()
    assert db.session.get_one(Upload, upload_id).removed_at is not None
