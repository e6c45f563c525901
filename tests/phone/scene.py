"""A desk with an application whose materials are open, and phones that come to its link."""

from __future__ import annotations

from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.access.service import Visitor
from app.phone import service
from app.phone.service import NewLink, PhoneVisit
from models import Application
from tests.access.browsing import token_on
from tests.applications.scene import Scene
from tests.materials import files

VISITOR = Visitor(address="10.0.0.9", user_agent="A phone")


def a_link(scene: Scene, draft: Application, *, code: str | None = None) -> NewLink:
    """A link that the clerk made at the desk."""
    return service.make(draft.id, code=code, locale="zh_Hans_CN", by=scene.clerk)


def opened(link: NewLink) -> str:
    """The secret of the device that opened the link."""
    return service.open_on_device(link.token, visitor=VISITOR).device_secret


def visiting(secret: str) -> PhoneVisit:
    """What comes of arriving with the secret of a device."""
    return service.arrive(secret, visitor=VISITOR)


def a_phone(app: Flask, link: NewLink) -> FlaskClient:
    """A browser that has opened the link."""
    phone = app.test_client()
    answer = phone.post(f"/phone/{link.token}", data={"csrf_token": token_on(phone.get(f"/phone/{link.token}"))})
    assert (answer.status_code, answer.location) == (302, "/phone")
    return phone


def photograph(phone: FlaskClient, code: str, *, name: str = "photo.jpg", content: bytes | None = None) -> TestResponse:
    """Send one photo for one material, as the plain form does."""
    return phone.post(
        f"/phone/materials/{code}",
        data={
            "csrf_token": token_on(phone.get("/phone")),
            "files": (BytesIO(files.jpeg() if content is None else content), name),
        },
    )
