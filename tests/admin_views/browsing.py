"""A browser without script for the tests of the back office: it logs in, keeps the token and counts statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from models import Account, Unit, db
from models.accounts import Reach
from tests.factories import PASSWORD, an_account

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ROLES = (
    "clerk", "head", "department", "reviewer", "rechecker", "approver", "finance", "designer", "publisher",
    "administrator", "auditor", "employee",
)  # fmt: skip


class Person:
    """Somebody logged in, with a browser."""

    def __init__(self, app: Flask, username: str) -> None:
        self.client: FlaskClient = app.test_client()
        answer = self.client.get("/login")
        token = _token(answer)
        answer = self.client.post("/login", data={"username": username, "password": PASSWORD, "csrf_token": token})
        assert answer.status_code == 302, answer.text

    def get(self, url: str, **kwargs: Any) -> TestResponse:
        return self.client.get(url, **kwargs)

    def post(self, url: str, data: Any = None, *, token: bool = True, **kwargs: Any) -> TestResponse:
        sent = dict(data or {})
        if token:
            sent["csrf_token"] = _token(self.client.get("/sessions"))
        return self.client.post(url, data=sent, **kwargs)


def a_person(app: Flask, role: str, unit: Unit | None = None, *, reach: str = "", name: str = "") -> Person:
    """Somebody with one role: everywhere, unless a unit is given."""
    person_account(role, unit, reach=reach, name=name)
    return Person(app, name or role)


def person_account(role: str, unit: Unit | None = None, *, reach: str = "", name: str = "") -> Account:
    return an_account(name or role, (role, unit, reach or (Reach.SUBTREE if unit is not None else Reach.ALL)))


def _token(answer: TestResponse) -> str:
    found = _TOKEN.search(answer.text)
    assert found, answer.text[:500]
    return found.group(1)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without BEGIN and COMMIT."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(("BEGIN", "COMMIT", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
