"""Editions made for a test: the standard of 2016 raised by a sum, and published by a second person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from hashlib import sha256

from sqlalchemy import insert

from app import clock
from app.standards import queries, service
from models import StandardCell, StandardEdition, db
from models.standards import EditionState
from tests.factories import actor_with

COMPLETE = ("tech_post", "tech_mgmt_grade")  # of 2016, only these are held in full


def published(
    day: date,
    raises: Mapping[str, int],
    *,
    without: Collection[tuple[str, str, str]] = (),
    publish: bool = True,
) -> StandardEdition:
    """An edition of these tables with every amount held before raised by so many fen.

    `without` leaves out rows of (table, category, level), as an incomplete edition of long ago may have.
    """
    held = queries.amounts_before(day, queries.current())
    cells = {
        place: amount + raises[place.table]
        for place, amount in held.items()
        if place.table in raises
        and (place.table, place.category, place.level) not in without
        and place.category in COMPLETE
    }
    content = sha256(repr((day, raises, without)).encode()).hexdigest()
    edition = StandardEdition(
        effective_from=day, document="演示〔2018〕1号", filename="演示.xlsx", sha256=content, cell_count=len(cells),
        imported_by_id=actor_with("rechecker").account_id, imported_at=clock.now(),
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    db.session.execute(
        insert(StandardCell),
        [
            {"edition_id": edition.id, "table_name": place.table, "category": place.category, "level": place.level,
             "step": place.step or 0, "amount_fen": amount}
            for place, amount in cells.items()
        ],
    )  # fmt: skip
    db.session.commit()
    second = actor_with("approver")
    if without:
        edition.decided_by_id = second.account_id
        edition.state, edition.decided_at = EditionState.PUBLISHED, clock.now()
        db.session.commit()
    elif publish:
        service.publish(edition.id, by=second, revision=1)
    return edition
