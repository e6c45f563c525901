"""The chain itself: how an event is hashed, sealed to the one before, and proved.

The hash of an event covers all its fields, the people it concerns and the hash before it, written as canonical JSON:
whoever strikes a person from an event, so that nobody seems to have looked, breaks the chain like whoever changes a
word. The head row is locked while a transaction appends, at its very end, so the chain has no forks and the lock is
short.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models.audit import AuditEvent, AuditHead, AuditSubject

GENESIS = "0" * 64
_EVENTS = AuditEvent.metadata.tables[AuditEvent.__tablename__]
_SUBJECTS = AuditSubject.metadata.tables[AuditSubject.__tablename__]
_FIELDS = (
    "seq", "at", "actor_id", "actor_name", "address", "request_id", "action", "record_kind", "record_id", "unit_id",
    "before", "after", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Pending:
    """An event that waits for the end of its transaction."""

    fields: dict[str, Any]
    subjects: tuple[int, ...] = ()


@dataclass(frozen=True)
class Break:
    """The first link that does not hold."""

    seq: int
    reason: str


def hash_of(fields: dict[str, Any], previous_hash: str, subjects: Iterable[int]) -> str:
    """SHA-256 over the event's fields and whom it concerns in canonical JSON, with the hash before it."""
    plain = {name: fields[name] for name in _FIELDS}
    at = plain["at"]
    plain["at"] = at.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(at, datetime) else at
    text = json.dumps(
        [previous_hash, plain, sorted(set(subjects))], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return sha256(text.encode()).hexdigest()


def add(session: Session, pending: Pending) -> None:
    session.info.setdefault("audit", []).append(pending)


def seal_pending(session: Session) -> None:
    """Append the transaction's events to the chain. Called once, by the unit of work, just before the commit."""
    waiting: list[Pending] = session.info.pop("audit", [])
    if waiting:
        session.flush()
        append(session, waiting)


def append(session: Session, events: Sequence[Pending]) -> None:
    """Seal events in their order. Four statements, however many events there are."""
    head = session.execute(select(AuditHead.seq, AuditHead.hash).with_for_update()).one_or_none()
    if head is None:
        session.execute(insert(AuditHead).values(id=1, seq=0, hash=GENESIS))
    seq, last = (head.seq, head.hash) if head else (0, GENESIS)
    rows: list[dict[str, Any]] = []
    subjects: list[dict[str, int]] = []
    for event in events:
        seq += 1
        fields = {**event.fields, "seq": seq}
        sealed = hash_of(fields, last, event.subjects)
        rows.append({**fields, "previous_hash": last, "hash": sealed})
        subjects.extend({"seq": seq, "staff_id": staff_id} for staff_id in dict.fromkeys(event.subjects))
        last = sealed
    # On the tables themselves: the mapper would leave out what is empty and so split the rows into many statements.
    session.execute(insert(_EVENTS), rows)
    if subjects:
        session.execute(insert(_SUBJECTS), subjects)
    session.execute(update(AuditHead).values(seq=seq, hash=last))


def first_break(rows: Iterable[tuple[Any, Sequence[int]]], head: AuditHead | None) -> Break | None:
    """Walk the chain from its beginning, each event with its subjects; None when every link and the head hold."""
    expected, last = 0, GENESIS
    for row, subjects in rows:
        expected += 1
        if row.seq != expected:
            return Break(expected, "this event is missing")
        if row.previous_hash != last:
            return Break(row.seq, "it does not follow the event before it")
        fields = {name: getattr(row, name) for name in _FIELDS}
        if hash_of(fields, last, subjects) != row.hash:
            return Break(row.seq, "its content, or whom it concerns, was changed after it was sealed")
        last = row.hash
    if head is None:
        return None if expected == 0 else Break(expected, "the head of the chain is missing")
    if (head.seq, head.hash) != (expected, last):
        return Break(expected + 1, "events at the end of the chain are missing, or its head was changed")
    return None
