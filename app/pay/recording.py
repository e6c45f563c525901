"""Writes a replayed career into the kept chain: what still holds stays, the rest is voided and written anew (G-7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import CursorResult, insert, update

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


@dataclass(frozen=True, eq=False)
class Change:
    """A replayed career against the kept chain of one person.

    `links` are all ever written, `chain` those that hold, `applications` the application of each career event.
    """

    staff: Staff
    career: Career
    links: Sequence[WageRecord]
    chain: Sequence[WageRecord]
    applications: Mapping[int, int | None]

    @cached_property
    def kept(self) -> int:
        """How many links from the start still hold."""
        wanted = priced(self.career)
        kept = 0
        while kept < min(len(self.chain), len(wanted)) and agrees(self.chain[kept], wanted[kept]):
            kept += 1
        return kept

    @cached_property
    def written(self) -> list[Link]:
        """The links to be written after those that hold. None, and nothing is voided, if the chain agrees."""
        return priced(self.career)[self.kept :]

    @property
    def gone(self) -> Sequence[WageRecord]:
        """The kept links that no longer hold."""
        return self.chain[self.kept :]


def rewrite(
    staff: Staff,
    career: Career,
    links: Sequence[WageRecord],
    chain: Sequence[WageRecord],
    applications: Mapping[int, int | None],
) -> list[WageRecord]:
    """Bring the chain up to the career. Returns the new links in order.

    A late change voids what follows it and writes it again; positions count on, so two writers at once cannot both
    succeed. If links only fall away, the one before them is written again: what is owed then is paid by that record.
    """
    change = Change(staff, career, links, chain, applications)
    kept = change.kept - (1 if change.gone and not change.written else 0)
    _void(chain[kept:])
    previous = chain[kept - 1].id if kept else None
    position = max((link.position for link in links), default=0)
    told = {link.event_id for link in chain[:kept]}
    written = []
    for number, link in enumerate(priced(career)[kept:], start=position + 1):
        record = WageRecord(**_values(staff, link, previous, number, applications, told))
        db.session.add(record)
        db.session.flush()  # the next link points to this one
        previous = record.id
        written.append(record)
    return written


def rewrite_many(changes: Sequence[Change]) -> dict[int, int]:
    """Bring the chains of many people up to their careers; the newest record of each person, by staff.

    The statements do not grow with the people: one voids, and one writes the first new link of everybody, one the
    second, and so on.
    """
    _void([record for change in changes for record in change.gone])
    told = {change.staff.id: {link.event_id for link in change.chain[: change.kept]} for change in changes}
    newest: dict[int, int | None] = {
        change.staff.id: change.chain[change.kept - 1].id if change.kept else None for change in changes
    }
    for place in range(max((len(change.written) for change in changes), default=0)):
        layer = [change for change in changes if place < len(change.written)]
        rows = [
            _values(
                change.staff, change.written[place], newest[change.staff.id],
                max((link.position for link in change.links), default=0) + place + 1, change.applications,
                told[change.staff.id],
            )
            for change in layer
        ]  # fmt: skip
        written = db.session.execute(insert(WageRecord).returning(WageRecord.staff_id, WageRecord.id), rows)
        newest |= {row.staff_id: row.id for row in written}
    return {staff: number for staff, number in newest.items() if number is not None}


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


def _values(
    staff: Staff, link: Link, previous: int | None, position: int, applications: Mapping[int, int | None],
    told: set[int | None],
) -> dict[str, Any]:  # fmt: skip
    """The columns of a link. Of several links of one event (a sick leave) the first carries the application."""
    event = row_id(link.cause.event)
    application = applications.get(event) if event is not None and event not in told else None
    told.add(event)
    return {
        "staff_id": staff.id,
        "previous_id": previous,
        "position": position,
        "effective_month": link.effective_month,
        "cause": link.cause.kind,
        "event_id": event,
        "application_id": application,
        "standard_version": link.standard_version,
        "state": dict(link.state),
        "components": [part.to_json() for part in link.components],
        "total_fen": fen(link.total),
        "created_at": clock.now(),
    }
