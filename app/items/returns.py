"""What reviewers marked when they returned applications of an item: where it is filled in wrongly, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select

from app import clock
from models import Application, Decision, ReturnMark, db

BACK = timedelta(days=365)
REASONS = 3


@dataclass(frozen=True)
class Returned:
    """How often one question or material was marked in twelve months, in how many filed, and the reasons most given."""

    times: int
    filed: int
    reasons: tuple[tuple[str, int], ...]


def statistics(item_id: int) -> dict[tuple[str, str], Returned]:
    """By kind (`ANSWER`, `MATERIAL`) and key of the part, over all versions of the item; two statements."""
    since = clock.now() - BACK
    filed = db.session.scalar(
        select(func.count())
        .select_from(Application)
        .where(Application.item_id == item_id, Application.submitted_at >= since)
    )
    times: dict[tuple[str, str], int] = {}
    reasons: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for kind, key, reason, count in db.session.execute(_marked(item_id).where(Decision.decided_at >= since)):
        place = (kind, key)
        times[place] = times.get(place, 0) + count
        reasons.setdefault(place, []).append((reason, count))
    return {
        place: Returned(count, filed or 0, tuple(reasons[place][:REASONS])) for place, count in times.items()
    }  # fmt: skip


def _marked(item_id: int) -> Select[str, str, str, int]:
    """Each mark with its reason and how often it was given, the most frequent first."""
    count = func.count()
    return (
        select(ReturnMark.kind, ReturnMark.key, ReturnMark.reason, count)
        .join(Decision, Decision.id == ReturnMark.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .where(Application.item_id == item_id)
        .group_by(ReturnMark.kind, ReturnMark.key, ReturnMark.reason)
        .order_by(count.desc(), ReturnMark.reason)
    )
