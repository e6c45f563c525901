"""Writes a replayed career into the kept chain: what still holds stays, the rest is voided and written anew (G-7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, update

from app import clock
from app.errors import Conflict
from app.messages import Message
from app.pay.queries import row_id
from app.pay.replay import Career, Link
from app.pay.rounding import fen
from models import Staff, WageRecord, db


def priced(career: Career) -> list[Link]:
    """The links that have an amount. A month whose table is not loaded leaves no link, never an older amount (G-2)."""
    return [link for link in career.links if link.wage is not None]


def agrees(record: WageRecord, link: Link) -> bool:
    """Whether a kept link is the one that the replay gives."""
    return (record.effective_month, record.cause, record.event_id, record.total_fen, record.state) == (
        link.effective_month, link.cause.kind, row_id(link.cause.event), fen(link.total), dict(link.state),
    )  # fmt: skip


def rewrite(
    staff: Staff,
    career: Career,
    links: Sequence[WageRecord],
    chain: Sequence[WageRecord],
    applications: Mapping[int, int | None],
) -> list[WageRecord]:
    """Bring the chain up to the career. Returns the new links in order.

    `links` are all ever written, `chain` those that hold, `applications` the application of each career event. A late
    change voids what follows it and writes it again; positions count on, so two writers at once cannot both succeed.
    """
    wanted = priced(career)
    kept = 0
    while kept < min(len(chain), len(wanted)) and agrees(chain[kept], wanted[kept]):
        kept += 1
    _void(chain[kept:])
    previous = chain[kept - 1].id if kept else None
    position = max((link.position for link in links), default=0)
    written = []
    for number, link in enumerate(wanted[kept:], start=position + 1):
        record = _record(staff, link, previous, number, applications)
        db.session.add(record)
        db.session.flush()  # the next link points to this one
        previous = record.id
        written.append(record)
    return written


def _void(gone: Sequence[WageRecord]) -> None:
    if not gone:
        return
    done: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(WageRecord)
        .where(WageRecord.id.in_([record.id for record in gone]), WageRecord.voided_at.is_(None))
        .values(voided_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != len(gone):
        raise Conflict(
            Message("Another change of this employee's wage was written at the same moment."),
            remedy=Message("Approve once more; the wage is then calculated with that change."),
        )


def _record(
    staff: Staff, link: Link, previous: int | None, position: int, applications: Mapping[int, int | None]
) -> WageRecord:
    assert link.standard_version is not None
    event = row_id(link.cause.event)
    return WageRecord(
        staff_id=staff.id,
        previous_id=previous,
        position=position,
        effective_month=link.effective_month,
        cause=link.cause.kind,
        event_id=event,
        application_id=applications.get(event) if event is not None else None,
        standard_version=link.standard_version,
        state=dict(link.state),
        components=[part.to_json() for part in link.components],
        total_fen=fen(link.total),
        created_at=clock.now(),
    )
