"""The prints opened with poppler, which shares no code with what sets them or with how the other tests read them."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask_babel import force_locale

from app.documents import service
from tests.applications.scene import Scene, a_scene
from tests.documents.prints import approved, in_review, printed, voice


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def told(tool: str, pdf: bytes, *options: str) -> str:
    """What one of poppler's commands says of a print."""
    return subprocess.run([tool, *options], input=pdf, capture_output=True, check=True).stdout.decode()


def fonts(pdf: bytes) -> dict[str, tuple[str, ...]]:
    """Each font: whether it is embedded, whether only in part, and whether its signs lead back to characters."""
    rows = [row.split() for row in told("pdffonts", pdf, "-").splitlines()[2:]]
    return {row[0]: tuple(row[-5:-2]) for row in rows}


@pytest.mark.parametrize("chinese", [True, False])
def test_the_approval_form_is_one_page_of_selectable_text_that_equals_the_record(
    app: Flask, scene: Scene, chinese: bool
) -> None:
    application = approved(scene, in_review(scene))
    pdf = printed(app, application, "F01", scene.approver, chinese=chinese)
    assert re.search(r"^Pages: +1$", told("pdfinfo", pdf, "-"), re.MULTILINE)
    assert set(fonts(pdf).values()) == {("yes", "yes", "yes")}
    text = re.sub(r"\s+", "", told("pdftotext", pdf, "-layout", "-", "-"))
    staff, change = application.employees[0].staff, application.employees[0].change
    assert change is not None
    for said in (staff.name, staff.staff_no, application.unit.name, application.number):
        assert said in text, said
    for part in change["after"]["components"]:
        assert f"{part['amount_fen'] / 100:,.2f}" in text
    assert f"{change['after']['total_fen'] / 100:,.2f}" in text


def test_every_form_of_an_application_carries_its_fonts(app: Flask, scene: Scene) -> None:
    application = approved(scene, in_review(scene))
    archive = BytesIO()
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        service.pack_dossier(application.id, by=scene.approver, voice=voice(), to=archive)
    opened = ZipFile(archive)
    forms = [name for name in opened.namelist() if name.endswith(".pdf")]
    assert len(forms) > 1
    for name in forms:
        pdf = opened.read(name)
        assert set(fonts(pdf).values()) == {("yes", "yes", "yes")}, name
        assert application.number in told("pdftotext", pdf, "-layout", "-", "-"), name
