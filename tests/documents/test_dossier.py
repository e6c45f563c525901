"""The whole file of an application in one archive, and the links that lead to prints."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.roles import ROLES
from models import AuditEvent, db
from tests.access.browsing import send, somebody
from tests.applications.scene import Scene, a_draft, a_scene, filed
from tests.documents.prints import approved, pages_of, text_of


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def test_the_file_holds_forms_materials_and_history_and_its_sums_agree(app: Flask, scene: Scene) -> None:
    application = approved(scene, filed(scene))
    answer = somebody(app, "approver").get(f"/applications/{application.id}/dossier")
    assert answer.mimetype == "application/zip"
    archive = ZipFile(BytesIO(answer.data))
    names = archive.namelist()
    assert [name[8:11] for name in names if name.startswith("1-forms/")] == ["F01", "F02", "F19"]
    materials = [name for name in names if name.startswith("2-materials/")]
    assert len(materials) == len({name[15:18] for name in materials}) > 4
    assert all(len(pages_of(archive.read(name))) >= 1 for name in materials)
    history = text_of(archive.read("3-history.pdf"))
    for said in ("办理过程", "approver", "2018-04-0309:00"):
        assert said in history
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["application"] == application.number
    assert manifest["left_out"] == []
    for one in manifest["files"]:
        assert hashlib.sha256(archive.read(one["name"])).hexdigest() == one["sha256"]
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert {one["name"] for one in manifest["files"]} | {"manifest.json", "SHA256SUMS"} == set(names)


def test_taking_the_file_is_written_down_with_the_materials_in_it(app: Flask, scene: Scene) -> None:
    application = filed(scene)
    somebody(app, "clerk").get(f"/applications/{application.id}/dossier")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "application:dossier")).one()
    assert event.actor_name == "clerk"
    assert "M01" in event.note.split()


def test_who_may_not_see_materials_gets_the_file_without_them(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = filed(scene)
    narrow = ROLES["head"].permissions - {"material:read"}
    monkeypatch.setitem(ROLES, "head", type(ROLES["head"])("head", ROLES["head"].name, narrow, False))
    answer = somebody(app, "head").get(f"/applications/{application.id}/dossier")
    archive = ZipFile(BytesIO(answer.data))
    assert not [name for name in archive.namelist() if name.startswith("2-materials/")]
    assert "不能查看材料" in json.loads(archive.read("manifest.json"))["left_out"][0]["why"]


def test_the_pages_offer_the_forms_of_their_item(app: Flask, scene: Scene) -> None:
    application = filed(scene)
    page = somebody(app, "clerk").get(f"/applications/{application.id}").text
    desk = somebody(app, "reviewer").get(f"/admin/queue/{application.id}").text
    for code in ("F01", "F02", "F19"):
        assert f"/applications/{application.id}/print/{code}" in page
        assert f"/applications/{application.id}/print/{code}" in desk
    assert f"/print/{'F03'}" not in page
    for shown in (page, desk):
        assert f"/applications/{application.id}/dossier" in shown
    assert "打印完整身份证号" in desk
    assert "打印完整身份证号" not in page


def test_the_full_number_is_printed_by_a_form_that_sends_its_reason(app: Flask, scene: Scene) -> None:
    application = filed(scene)
    browser = somebody(app, "reviewer")
    answer = send(
        browser, f"/applications/{application.id}/print/F01", page=f"/admin/queue/{application.id}", reason="核对"
    )
    assert answer.mimetype == "application/pdf"
    assert "**" not in text_of(answer.data)
    refused = send(browser, f"/applications/{application.id}/print/F01", page="/password", reason="")
    assert refused.status_code == 422


def test_a_print_opens_in_the_browser_under_a_name_of_its_own(app: Flask, scene: Scene) -> None:
    application = a_draft(scene)
    answer = somebody(app, "clerk").get(f"/applications/{application.id}/print/F01")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert application.number in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"].startswith("no-")
