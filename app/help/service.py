"""Verbs of help: dismiss a tour, so that it is not offered again."""

from __future__ import annotations

from app import clock
from app.access.actor import Actor
from app.errors import NotFound
from app.help.tours import tours
from app.notify.service import insert_or_leave
from app.uow import atomic
from models import TourSeen, db


@atomic
def dismiss(tour: str, *, by: Actor) -> None:
    """Do not offer this tour by itself any more; twice does no harm. Raises NotFound for a tour that is none."""
    if tour not in tours():
        raise NotFound
    table = TourSeen.metadata.tables[TourSeen.__tablename__]
    db.session.execute(
        insert_or_leave(table), [{"account_id": by.account_id, "tour": tour, "at": clock.now()}]
    )  # fmt: skip
