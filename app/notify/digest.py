"""The digest: what gathered for a person over a channel goes as one message, at the time of day that they chose."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select, update

from app import clock
from app.notify.rules import shortened
from app.notify.service import insert_or_leave
from app.notify.templates import in_force, said
from app.uow import transaction
from models import Delivery, db
from models.messages import Channel, DeliveryState

EVENT = "digest"
CHUNK = 500
LONGEST = 8000


def gather_what_is_due() -> int:
    """Make the digests whose time has come; how many. A killed run has gathered nothing of its chunk."""
    made = 0
    while (done := _gather()) is not None:
        made += done
    return made


def _gather() -> int | None:
    due = (
        select(Delivery)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.gathers, Delivery.due <= clock.now())
        .order_by(Delivery.account_id, Delivery.channel, Delivery.id)
        .limit(CHUNK)
    )
    if db.session.scalar(due.with_only_columns(Delivery.id).limit(1)) is None:
        db.session.rollback()
        return None
    with transaction():
        rows = db.session.scalars(due.with_for_update().execution_options(populate_existing=True)).all()
        if not rows:
            return None
        edition = in_force([EVENT])[EVENT]
        groups = [list(group) for _, group in groupby(rows, key=lambda row: (row.account_id, row.channel))]
        made = [_digest(group, edition) for group in groups]
        table = Delivery.metadata.tables[Delivery.__tablename__]
        db.session.execute(insert_or_leave(table), made)
        ids: dict[str, int] = {
            row.key: row.id
            for row in db.session.execute(
                select(Delivery.id, Delivery.key).where(Delivery.key.in_([one["key"] for one in made]))
            )
        }
        for one, group in zip(made, groups, strict=True):
            db.session.execute(
                update(Delivery)
                .where(Delivery.id.in_([row.id for row in group]), Delivery.state == DeliveryState.WAITING)
                .values(state=DeliveryState.GATHERED, digest_id=ids[one["key"]], revision=Delivery.revision + 1)
                .execution_options(synchronize_session=False)
            )
    return len(made)


def _digest(group: Sequence[Delivery], edition: Any) -> dict[str, Any]:
    """One message of many, under a key of its own: the first of them never stands in another digest."""
    first = group[0]
    lines = "\n".join(f"· {row.subject}" for row in group)
    text = said(edition, {"count": len(group), "list": shortened(lines, LONGEST)}, first.language)
    now = clock.now()
    return {
        "key": f"digest:{first.channel}:{first.id}", "event": EVENT, "announcement_id": None,
        "account_id": first.account_id, "unit_id": None, "channel": first.channel, "address": first.address,
        "language": first.language, "subject": text.title,
        "body": text.body if first.channel == Channel.EMAIL else text.short, "link": "/messages", "secret": False,
        "gathers": False, "state": DeliveryState.WAITING, "due": now, "until": None, "attempts": 0, "lease": "",
        "lease_until": None, "problem": None, "receipt": "", "created_at": now, "sent_at": None, "digest_id": None,
        "revision": 1,
    }  # fmt: skip
