"""The addresses under which files arrive piece by piece: announced, appended to where they stopped, finished once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.applications import service as applications
from models import IncomingFile, Upload, db
from models.accounts import Reach
from tests.access.browsing import somebody, token_on
from tests.applications.scene import Scene, a_draft, a_scene, ready
from tests.factories import an_account
from tests.materials import files
from tests.statements import counted


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


class Sender:
    """A script on the page of an application."""

    def __init__(self, app: Flask, application_id: int, username: str = "clerk") -> None:
        self.client: FlaskClient = somebody(app, username)
        self.materials = f"/applications/{application_id}/materials"
        self.headers = {
            "X-CSRFToken": token_on(self.client.get(f"/applications/{application_id}")),
            "Accept": "application/json",
            "X-Fragment": "1",
        }

    def announce(self, content: bytes, name: str = "扫描.jpg", code: str = "M01", **told: Any) -> TestResponse:
        body = {"filename": name, "type": "image/jpeg", "size": len(content), **told}
        return self.client.post(f"{self.materials}/{code}/files", json=body, headers=self.headers)

    def append(self, url: str, offset: object, piece: bytes) -> TestResponse:
        headers = {**self.headers, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.client.patch(url, data=piece, headers=headers)

    def finish(self, url: str) -> TestResponse:
        return self.client.post(f"{url}/finish", headers=self.headers)

    def sent(self, content: bytes, name: str = "扫描.jpg") -> dict[str, Any]:
        announced: dict[str, Any] = self.announce(content, name).json  # type: ignore[assignment]
        assert self.append(announced["url"], 0, content).status_code == 204
        return announced


def test_a_file_is_announced_appended_to_and_finished(app: Flask, scene: Scene) -> None:
    sender = Sender(app, a_draft(scene).id)
    content = files.jpeg()
    announced = sender.announce(content)
    assert announced.status_code == 201
    assert announced.json is not None
    url = announced.json["url"]
    assert (announced.headers["Location"], announced.json["offset"], announced.json["size"]) == (url, 0, len(content))
    first = sender.append(url, 0, content[:1000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    for method in ("GET", "HEAD"):
        stands = sender.client.open(url, method=method)
        assert (stands.headers["Upload-Offset"], stands.headers["Upload-Length"]) == ("1000", str(len(content)))
    assert sender.append(url, 1000, content[1000:]).headers["Upload-Offset"] == str(len(content))
    done = sender.finish(url)
    assert done.status_code == 200
    assert "扫描.jpg" in done.text
    assert 'id="upload-' in done.text
    assert sender.finish(url).text == done.text
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 1


def test_a_piece_in_the_wrong_place_is_answered_with_the_right_one(app: Flask, scene: Scene) -> None:
    sender = Sender(app, a_draft(scene).id)
    content = files.jpeg()
    url = sender.announce(content).json["url"]  # type: ignore[index]
    sender.append(url, 0, content[:500])
    wrong = sender.append(url, 0, content[:500])
    assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, "500")
    assert wrong.json is not None
    assert wrong.json["error"]
    unfinished = sender.finish(url)
    assert (unfinished.status_code, unfinished.headers["Upload-Offset"]) == (409, "500")


@pytest.mark.parametrize("offset", ["", "-1", "x", "9" * 40, "１"])
def test_a_piece_that_does_not_say_where_it_begins_is_refused(app: Flask, scene: Scene, offset: str) -> None:
    sender = Sender(app, a_draft(scene).id)
    url = sender.announce(files.jpeg()).json["url"]  # type: ignore[index]
    answer = sender.append(url, offset.encode().decode("latin-1"), b"x")
    assert answer.status_code == 422
    assert db.session.scalars(select(IncomingFile.received)).one() == 0


@pytest.mark.parametrize("told", [{"size": "many"}, {"size": -5}, {"size": None}, {"size": True}, {"size": [1]}])
def test_an_announcement_without_a_size_is_refused_in_words(app: Flask, scene: Scene, told: dict[str, Any]) -> None:
    answer = Sender(app, a_draft(scene).id).announce(files.jpeg(), **told)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]


def test_a_file_above_the_limit_is_refused_before_a_byte_is_sent(app: Flask, scene: Scene) -> None:
    answer = Sender(app, a_draft(scene).id).announce(b"", size=300 * 1024 * 1024)
    assert answer.status_code == 400
    assert answer.json is not None
    assert "MB" in answer.json["error"]
    assert db.session.scalar(select(func.count()).select_from(IncomingFile)) == 0


def test_a_key_of_somebody_else_is_like_none(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    url = Sender(app, draft.id).announce(files.jpeg()).json["url"]  # type: ignore[index]
    an_account("colleague", ("clerk", scene.unit, Reach.UNIT))
    other = Sender(app, draft.id, "colleague")
    for answer in (
        other.client.get(url), other.append(url, 0, b"x"), other.finish(url),
        other.client.delete(url, headers=other.headers),
    ):  # fmt: skip
        assert answer.status_code == 404


def test_without_the_token_nothing_is_taken(app: Flask, scene: Scene) -> None:
    sender = Sender(app, a_draft(scene).id)
    url = sender.announce(files.jpeg()).json["url"]  # type: ignore[index]
    del sender.headers["X-CSRFToken"]
    assert sender.append(url, 0, files.jpeg()).status_code == 400
    assert db.session.scalars(select(IncomingFile.received)).one() == 0


def test_what_cannot_be_filed_comes_back_as_a_tile_that_says_why(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    sender = Sender(app, draft.id)
    good, bad = sender.sent(files.jpeg(), "第一页.jpg"), sender.sent(b"MZ no picture", "第二页.jpg")
    body = {"keys": [good["key"], bad["key"]], "filename": "合同"}
    answer = sender.client.post(f"{sender.materials}/M01/documents", json=body, headers=sender.headers)
    assert answer.status_code == 422
    assert "第 2 页" in answer.text
    body["keys"] = [good["key"]]
    answer = sender.client.post(f"{sender.materials}/M01/documents", json=body, headers=sender.headers)
    assert answer.status_code == 200
    assert "合同.pdf" in answer.text


@pytest.mark.parametrize("keys", [None, "abc", [], [None, 7], ["x" * 5000]])
def test_keys_that_are_none_are_refused(app: Flask, scene: Scene, keys: object) -> None:
    sender = Sender(app, a_draft(scene).id)
    answer = sender.client.post(f"{sender.materials}/M01/documents", json={"keys": keys}, headers=sender.headers)
    assert answer.status_code in (404, 422)


def test_a_filed_application_says_so_and_takes_nothing(app: Flask, scene: Scene) -> None:
    application = ready(scene)
    sender = Sender(app, application.id)
    url = sender.announce(files.png()).json["url"]  # type: ignore[index]
    applications.submit(application.id, by=scene.clerk, revision=application.revision, key=None)
    for answer in (sender.append(url, 0, files.png()), sender.announce(files.png()), sender.client.get(url)):
        assert answer.status_code == 409


def test_a_cancelled_file_is_forgotten(app: Flask, scene: Scene) -> None:
    sender = Sender(app, a_draft(scene).id)
    url = sender.announce(files.jpeg()).json["url"]  # type: ignore[index]
    assert sender.client.delete(url, headers=sender.headers).status_code == 204
    assert sender.client.get(url, headers=sender.headers).status_code == 404


def test_a_piece_costs_few_statements(app: Flask, scene: Scene) -> None:
    sender = Sender(app, a_draft(scene).id)
    content = files.jpeg()
    url = sender.announce(content).json["url"]  # type: ignore[index]
    for start in (0, 1000, 2000):
        with counted() as statements:
            assert sender.append(url, start, content[start : start + 1000]).status_code == 204
        assert len(statements) <= 8, statements


def test_the_plain_form_takes_the_same_files(app: Flask, scene: Scene) -> None:
    sender = Sender(app, a_draft(scene).id)
    data = {"csrf_token": sender.headers["X-CSRFToken"], "files": (BytesIO(files.jpeg()), "a.jpg")}
    assert sender.client.post(f"{sender.materials}/M01", data=data).status_code == 302
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 1
