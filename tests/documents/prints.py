"""Prints taken in a test, and what can be read from them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from flask import Flask
from flask_babel import force_locale, gettext

from app.access.actor import Actor
from app.documents import service
from app.documents.voice import Voice
from app.workflow import service as workflow
from models import Application, db
from tests.applications.scene import Scene, a_draft

CHECKED_AT = "https://wage.example/check"


def voice(*, chinese: bool = True) -> Voice:
    return Voice(gettext, chinese, lambda code: f"{CHECKED_AT}/{code}" if code else CHECKED_AT)


def printed(
    app: Flask, application: Application, code: str, by: Actor, *, chinese: bool = True, reason: str | None = None,
    only: int | None = None,
) -> bytes:  # fmt: skip
    """One form as a PDF."""
    with app.test_request_context(), force_locale("zh_Hans_CN" if chinese else "en"):
        language = voice(chinese=chinese)
        return service.print_form(application.id, code, by=by, voice=language, reason=reason, only=only).pdf


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page as it can be selected, without the breaks that its lines and cells bring."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def text_of(pdf: bytes) -> str:
    return "".join(pages_of(pdf))


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Every font of every page, and whether its outlines are in the file."""
    found: dict[str, bool] = {}
    with pikepdf.open(BytesIO(pdf)) as document:
        for page in document.pages:
            for font in page.Resources.get("/Font", {}).values():
                inner: Any = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                kept = inner.FontDescriptor.keys() & {"/FontFile", "/FontFile2", "/FontFile3"}
                found[str(font.BaseFont)] = bool(kept)
    return found


def in_review(scene: Scene) -> Application:
    """An application on its way, filed without its materials: forms need none, and examining them takes its time."""
    application = a_draft(scene, graduation_year="2017")
    workflow.enter_review(application, by=scene.clerk)
    db.session.expire_all()
    return application


def approved(scene: Scene, application: Application) -> Application:
    """The filed application after every step."""
    for name in ("head", "department", "reviewer", "rechecker", "approver"):
        db.session.expire_all()
        workflow.approve(application.id, by=getattr(scene, name), revision=application.revision, note="")
    db.session.expire_all()
    return application
