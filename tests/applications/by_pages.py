"""One application through the pages, as people without script go: begun, answered, sent, and decided at every step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from app.applications import queries
from models import Application, RoleGrant, db
from tests.access.browsing import somebody, token_on
from tests.applications.scene import Scene
from tests.materials import files

DESKS = ("department", "reviewer", "rechecker", "approver")


class Pages:
    """Everybody's browser; each logs in when first needed."""

    def __init__(self, app: Flask, scene: Scene) -> None:
        self.app, self.scene = app, scene
        self._open: dict[str, FlaskClient] = {}
        db.session.execute(update(RoleGrant).values(valid_from=date(2006, 7, 1)))  # some cases lie years back
        db.session.commit()

    def of(self, name: str) -> FlaskClient:
        if name not in self._open:
            self._open[name] = somebody(self.app, name)
        return self._open[name]

    def file_and_approve(self, item: str, answers: Mapping[str, Any], *, staff_id: int | None = None) -> Application:
        """From the first page to the last approval. Without an employee the unit files for itself."""
        address = self._begin(item, staff_id)
        number = int(address.rpartition("/")[2])
        self._send(address, "save", {f"answer-{key}": value for key, value in answers.items()})
        self._add_materials(address, number)
        self._send(address, "submit", {})
        self._send(address, "confirm", {}, name="head", back="/")
        for name in DESKS:
            desk = f"/admin/queue/{number}"
            self._send(desk, "approve/", {"note": "同意"}, name=name, back="/admin/queue/")
        return the_application(number)

    def _begin(self, item: str, staff_id: int | None) -> str:
        """Choose for whom and what for; the browser is then at the application."""
        page = "/applications/new/unit" if staff_id is None else f"/applications/new?staff={staff_id}"
        shown = self.of("clerk").get(page)
        assert f'value="{item}"' in shown.text, f"{item} is not offered"
        chosen = {"unit": self.scene.unit.id} if staff_id is None else {"staff": staff_id}
        begun = self.of("clerk").post(
            page.partition("?")[0], data={"csrf_token": token_on(shown), "item": item, "key": "begin", **chosen}
        )
        assert begun.status_code == 302, begun.text
        return begun.location

    def _add_materials(self, address: str, number: int) -> None:
        """A document of its own for every material that the page asks for."""
        clerk = self.of("clerk")
        shown = clerk.get(address)
        for line in queries.sheet(queries.opened(self.scene.clerk, number)).needed:
            if line.shared:
                continue
            assert f'id="{line.anchor}"' in shown.text, f"the page does not ask for {line.code}"
            content = files.pdf_bytes(files.text_pdf(line.material.min_pages))
            sent = clerk.post(
                f"{address}/materials/{line.code}",
                data={"csrf_token": token_on(shown), "files": (BytesIO(content), f"{line.code}.pdf")},
            )
            assert sent.status_code == 302, sent.text
        db.session.rollback()

    def _send(
        self, address: str, verb: str, values: Mapping[str, Any], *, name: str = "clerk", back: str = ""
    ) -> TestResponse:
        """Press the button of a page; the answer leads to `back`, or to the page itself."""
        shown = self.of(name).get(address)
        assert shown.status_code == 200, shown.text
        hidden = {field: _hidden(shown, field) for field in ("csrf_token", "revision", "key")}
        answer = self.of(name).post(f"{address}/{verb}", data={**hidden, **values})
        assert answer.status_code == 302, (verb, _sentences(answer))
        assert answer.location.startswith(back or address), (verb, answer.location)
        return answer


def the_application(number: int) -> Application:
    """As the database has it now."""
    db.session.expire_all()
    return db.session.get_one(Application, number)


def _hidden(shown: TestResponse, field: str) -> str:
    found = re.search(rf'name="{field}" value="([^"]*)"', shown.text)
    assert found, f"the page has no {field}"
    return found.group(1)


def _sentences(answer: TestResponse) -> str:
    """What a page that refused says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())[:3000]
