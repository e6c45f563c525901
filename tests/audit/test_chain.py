"""The chain holds, names the first event that does not, and the database itself refuses to change or remove one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.access.actor import system
from app.audit import queries
from app.audit.chain import Break, first_break, hash_of
from app.audit.service import MASKED, record
from app.uow import transaction
from models import AuditEvent, AuditHead, db
from models.audit import APPEND_ONLY_SQLITE
from tests.statements import counted

ROOT = system("test")


@pytest.fixture
def chain(app: Flask) -> int:
    """Ten events after those of the reference data; the number of the first."""
    first = (db.session.scalar(select(AuditHead.seq)) or 0) + 1
    for number in range(5):
        with transaction():
            for step in ("start", "end"):
                record(
                    f"thing:{step}", by=ROOT, kind="thing", record_id=number, subjects=[number], note="备注 ✓",
                    after={"name": f"第{number}件", "password_hash": "secret"},
                )  # fmt: skip
    return first


def verify() -> Break | None:
    db.session.rollback()
    return first_break(queries.chain_in_order(), queries.head())


def by_hand(statement: str, **values: Any) -> None:
    """Change the tables as somebody with the keys of the database would: triggers and foreign keys come off first."""
    on_postgresql = db.engine.dialect.name == "postgresql"
    off: tuple[str, ...] = ("ALTER TABLE audit_events DISABLE TRIGGER ALL",)
    on: tuple[str, ...] = ("ALTER TABLE audit_events ENABLE TRIGGER ALL",)
    if not on_postgresql:
        drop = (f"DROP TRIGGER audit_events_no_{verb}" for verb in ("update", "delete"))
        off = ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN", *drop)
        on = (*APPEND_ONLY_SQLITE, "COMMIT", "PRAGMA foreign_keys=ON", "BEGIN")
    with db.engine.begin() as connection:
        for line in off:
            connection.exec_driver_sql(line)
        assert connection.execute(text(statement), values).rowcount > 0
        for line in on:
            connection.exec_driver_sql(line)


def test_a_chain_left_alone_is_whole(app: Flask, chain: int) -> None:
    assert verify() is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "somebody else"), ("note", "备注 ✔"), ("at", "2018-04-03 01:00:00.000001"),
        ("action", "thing:stop"),
        ("record_id", "7"), ("address", "10.0.0.9"), ("unit_id", 1), ("actor_id", 1),
        ("after", '{"name": "第1件。", "password_hash": "•••"}'), ("before", "{}"), ("hash", "0" * 64),
    ],
)  # fmt: skip
def test_one_byte_changed_by_hand_is_named(app: Flask, chain: int, column: str, value: object) -> None:
    cast = ""
    if db.engine.dialect.name == "postgresql":
        cast = {"at": "::timestamptz", "after": "::json", "before": "::json"}.get(column, "")
    target = chain + 3
    by_hand(f"UPDATE audit_events SET {column} = (:value){cast} WHERE seq = :seq", value=value, seq=target)
    broken = verify()
    assert broken is not None
    assert broken.seq == target
    assert "changed" in broken.reason


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_subjects WHERE seq = :seq",
        "UPDATE audit_subjects SET staff_id = staff_id + 900 WHERE seq = :seq",
        "INSERT INTO audit_subjects (seq, staff_id) VALUES (:seq, 900)",
    ],
)
def test_whom_an_event_concerns_cannot_be_struck_out_changed_or_added(app: Flask, chain: int, statement: str) -> None:
    """Otherwise the page "who looked at my pay" could be made to lie."""
    by_hand(statement, seq=chain + 6)
    broken = verify()
    assert broken is not None
    assert broken.seq == chain + 6
    assert "whom it concerns" in broken.reason


def test_an_event_removed_from_the_middle_is_named(app: Flask, chain: int) -> None:
    by_hand("DELETE FROM audit_events WHERE seq = :seq", seq=chain + 4)
    assert verify() == Break(chain + 4, "this event is missing")


def test_events_removed_from_the_end_are_noticed(app: Flask, chain: int) -> None:
    by_hand("DELETE FROM audit_events WHERE seq >= :seq", seq=chain + 8)
    broken = verify()
    assert broken is not None
    assert broken.seq == chain + 8
    assert "missing" in broken.reason


def test_two_events_that_change_places_are_named(app: Flask, chain: int) -> None:
    for old, new in ((chain, -1), (chain + 1, chain), (-1, chain + 1)):
        by_hand("UPDATE audit_events SET seq = :new WHERE seq = :old", old=old, new=new)
    broken = verify()
    assert broken is not None
    assert broken.seq == chain


def test_an_event_sealed_anew_after_a_change_breaks_the_next_one(app: Flask, chain: int) -> None:
    """Whoever changes an event and its hash must change every hash after it, and the head."""
    row = db.session.get(AuditEvent, chain + 2)
    assert row is not None
    fields = {
        name: getattr(row, name)
        for name in ("seq", "at", "actor_id", "actor_name", "address", "request_id", "action", "record_kind",
                     "record_id", "unit_id", "before", "after", "note")
    }  # fmt: skip
    forged = hash_of({**fields, "note": "forged"}, row.previous_hash, [1])
    db.session.rollback()
    by_hand("UPDATE audit_events SET note = 'forged', hash = :hash WHERE seq = :seq", hash=forged, seq=chain + 2)
    assert verify() == Break(chain + 3, "it does not follow the event before it")


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET note = 'x'", "DELETE FROM audit_events"])
def test_the_database_refuses_to_change_or_remove_an_event(app: Flask, chain: int, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert verify() is None


def test_the_database_refuses_to_empty_the_table(app: Flask, chain: int) -> None:
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text("TRUNCATE audit_events CASCADE"))
    assert verify() is None


def test_work_that_fails_leaves_no_event(app: Flask, chain: int) -> None:
    before = queries.count()

    def fail() -> None:
        with transaction():
            record("thing:start", by=ROOT, kind="thing", record_id=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert queries.count() == before
    assert verify() is None


def test_secrets_are_masked_before_they_are_sealed(app: Flask, chain: int) -> None:
    assert {event.after["password_hash"] for event in newest(10) if event.after} == {MASKED}


def test_the_chain_is_read_in_pieces(app: Flask, chain: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PIECE", 3)
    assert [row.seq for row, _subjects in queries.chain_in_order()] == list(range(1, chain + 10))
    assert verify() is None


def test_the_command_says_that_the_chain_is_whole_and_how_long_it_is(app: Flask, chain: int) -> None:
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 0
    assert f"whole: {chain + 9} events" in result.output
    assert newest(1)[0].hash in result.output


def test_the_command_names_the_row_and_fails(app: Flask, chain: int) -> None:
    by_hand("UPDATE audit_events SET note = 'x' WHERE seq = :seq", seq=chain + 5)
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert f"broken at event {chain + 5}" in result.output


def test_an_empty_chain_is_whole(app: Flask) -> None:
    assert first_break([], None) is None
    assert first_break([], AuditHead(id=1, seq=2, hash="0" * 64)) is not None


def newest(count: int) -> Sequence[AuditEvent]:
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(count)).all()


def test_events_of_every_shape_are_sealed_in_four_statements(app: Flask, chain: int) -> None:
    with counted() as sent, transaction():
        for number in range(30):
            record(
                "thing:mix", by=ROOT, kind="thing", record_id=number, unit_id=number if number % 2 else None,
                before={"a": 1} if number % 3 else None, after=None if number % 5 else {"a": 2}, subjects=[number],
            )  # fmt: skip
    assert len([statement for statement in sent if "audit" in statement]) == 4
    assert verify() is None
    empty = (
        select(func.count()).select_from(AuditEvent).where(AuditEvent.before.is_(None), AuditEvent.seq >= chain + 10)
    )
    assert db.session.scalar(empty) == 10
