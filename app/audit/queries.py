"""Reading the audit: the history of a record, who changed it last, and the whole chain in pieces."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from app.errors import Stale
from app.messages import Message
from models import AuditEvent, AuditHead, AuditSubject, db

PIECE = 5000  # events read at a time when the whole chain is walked


def history(kind: str, record_id: int | str, *, limit: int = 100) -> Sequence[AuditEvent]:
    """The newest events of one record, newest first."""
    return db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.record_kind == kind, AuditEvent.record_id == str(record_id))
        .order_by(AuditEvent.seq.desc())
        .limit(limit)
    ).all()


def stale_page(kind: str, record_id: int | str) -> Stale:
    """The refusal of a page that is older than its record, naming who changed it last and when."""
    newest = next(iter(history(kind, record_id, limit=1)), None)
    remedy = Message("Reload the page, look at the change, and decide again if it is still needed.")
    if newest is None:
        return Stale(Message("This record was changed since you opened the page."), remedy=remedy)
    from app import clock

    return Stale(
        Message(
            "%(who)s changed this record at %(moment)s, after you opened the page.",
            who=newest.actor_name or "–",
            moment=f"{clock.local(newest.at):%Y-%m-%d %H:%M:%S}",
        ),
        remedy=remedy,
    )


def acted_on(kind: str, record_id: int | str, account_id: int, *, besides: Collection[str]) -> bool:
    """Whether a person did anything to a record, besides these actions. Who did may not decide on it (four eyes)."""
    done = select(AuditEvent.seq).where(
        AuditEvent.record_kind == kind, AuditEvent.record_id == str(record_id),
        AuditEvent.actor_id == account_id, AuditEvent.action.not_in(besides),
    )  # fmt: skip
    return db.session.scalar(done.limit(1)) is not None


def head() -> AuditHead | None:
    """The newest link as the head row knows it."""
    return db.session.scalars(select(AuditHead)).one_or_none()


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def chain_in_order() -> Iterator[tuple[Any, list[int]]]:
    """All events from the first to the last, each with whom it concerns, never more than a piece of them in memory."""
    table = AuditEvent.__table__
    after = -1
    while True:
        piece = db.session.execute(select(table).where(table.c.seq > after).order_by(table.c.seq).limit(PIECE)).all()
        subjects = _subjects(after, piece[-1].seq) if piece else {}
        for row in piece:
            yield row, subjects.get(row.seq, [])
        if len(piece) < PIECE:
            return
        after = piece[-1].seq


def _subjects(after: int, last: int) -> dict[int, list[int]]:
    """Whom the events of a piece concern."""
    concerned: dict[int, list[int]] = {}
    for seq, staff_id in db.session.execute(
        select(AuditSubject.seq, AuditSubject.staff_id).where(AuditSubject.seq > after, AuditSubject.seq <= last)
    ):
        concerned.setdefault(seq, []).append(staff_id)
    return concerned
