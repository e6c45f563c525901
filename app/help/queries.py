"""What is asked most: the reasons for which applications were really returned, counted over a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app import clock
from app.messages import Named
from models import Decision, Reason, ReasonUse, ServiceItem, TourSeen, db
from models.applications import Outcome

PERIOD = timedelta(days=365)
LEAST = 5
"""Below so many a count could tell of one person, so it is not shown."""
MOST = 30


@dataclass(frozen=True)
class Asked:
    """A reason of the library, how many decisions said it, and the share of all that were returned in tenths of a
    percent; `item` where the reason belongs to one."""

    kind: str
    text: Named
    item: Named | None
    item_code: str
    count: int
    share: int


def asked_most() -> Sequence[Asked]:
    """Returns of the last year by the reasons of the library, the most frequent first; two statements.

    Only sentences of the library: what somebody typed may name a person. Counts below LEAST are left out.
    """
    since = clock.now() - PERIOD
    given_back = (Decision.outcome == Outcome.RETURNED, Decision.decided_at >= since)
    returned = db.session.scalar(select(func.count(Decision.id)).where(*given_back)) or 0
    said = func.count(func.distinct(ReasonUse.decision_id))
    rows = db.session.execute(
        select(
            Reason.kind, Reason.text_zh, Reason.text_en, ServiceItem.code, ServiceItem.name_zh, ServiceItem.name_en,
            said.label("said"),
        )
        .join(ReasonUse, ReasonUse.reason_id == Reason.id)
        .join(Decision, Decision.id == ReasonUse.decision_id)
        .outerjoin(ServiceItem, ServiceItem.id == Reason.item_id)
        .where(*given_back)
        .group_by(
            Reason.id, Reason.kind, Reason.text_zh, Reason.text_en, ServiceItem.code, ServiceItem.name_zh,
            ServiceItem.name_en,
        )
        .having(said >= LEAST)
        .order_by(said.desc(), Reason.id)
        .limit(MOST)
    ).all()  # fmt: skip
    return [
        Asked(
            row.kind, Named(row.text_zh, row.text_en), Named(row.name_zh, row.name_en) if row.code else None,
            row.code or "", row.said, 1000 * row.said // returned if returned else 0,
        )
        for row in rows
    ]  # fmt: skip


def has_seen(account_id: int | None, tour: str) -> bool:
    """Whether a person has dismissed a tour."""
    found = select(TourSeen.id).where(TourSeen.account_id == account_id, TourSeen.tour == tour)
    return db.session.scalar(found) is not None
