"""The database goes away at any statement of a verb: nothing of it is left behind, and repeating it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from app.applications import service as filing
from app.audit import queries as audit
from app.audit.chain import first_break
from app.materials import service as materials
from app.payments import service as payments
from app.workflow import service
from models import db
from tests.applications import scene
from tests.materials import files
from tests.workflow.factories import a_city, approved, at_last_step, fresh


class PowerCut(Exception):
    """The connection broke."""


@contextmanager
def power_cut_at(number: int) -> Iterator[list[str]]:
    """Break at the statement of that number, counted with the commit; says what was sent until then."""
    sent: list[str] = []

    def count(what: str) -> None:
        sent.append(what)
        if len(sent) == number:
            raise PowerCut(what)

    def at_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            count(statement)

    def at_commit(_connection: Any) -> None:
        count("COMMIT")

    event.listen(db.engine, "before_cursor_execute", at_statement)
    event.listen(db.engine, "commit", at_commit)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", at_statement)
        event.remove(db.engine, "commit", at_commit)


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.remove()
    return {
        name: sorted(map(repr, db.session.execute(select(table)).all())) for name, table in db.metadata.tables.items()
    }


def never_half_done(verb: Callable[[], Any]) -> int:
    """Break the verb at each of its statements in turn; returns how many there were."""
    before = everything()
    for number in range(1, 200):
        db.session.remove()
        with power_cut_at(number) as sent:
            try:
                verb()
            except PowerCut:
                pass
            else:
                break
        assert everything() == before, sent[-1]
    assert everything() != before
    db.session.remove()
    assert first_break(audit.chain_in_order(), audit.head()) is None
    return number


def test_a_final_approval(app: Flask) -> None:
    city = a_city()
    application = at_last_step(city)
    key, revision, approver = application.id, fresh(application).revision, city.approver
    assert never_half_done(lambda: service.approve(key, by=approver, revision=revision, key="once")) > 10


def test_a_batch_of_payments(app: Flask) -> None:
    city = a_city()
    approved(city)
    finance = city.finance
    assert never_half_done(lambda: payments.take_batch(by=finance, key="once")) > 5


def test_a_submission(app: Flask) -> None:
    given = scene.a_scene()
    draft = scene.ready(given)
    key, revision, clerk = draft.id, draft.revision, given.clerk
    assert never_half_done(lambda: filing.submit(key, by=clerk, revision=revision, key="once")) > 10


def test_an_upload_leaves_at_most_a_file_that_the_sweeper_removes(app: Flask) -> None:
    given = scene.a_scene()
    key, clerk, content = scene.a_draft(given).id, given.clerk, files.jpeg()
    assert never_half_done(
        lambda: materials.receive(key, "M05", BytesIO(content), filename="a.jpg", by=clerk)
    ) > 5  # fmt: skip
