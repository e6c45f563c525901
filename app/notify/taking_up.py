"""What happened to applications, taken from their own events and told.

A decision already writes its event in its own transaction, so that row is the outbox: a decision costs no statement
more, one on 400 lines at once neither, and nothing that moves an application can forget to tell. Each event is taken
once, by a guarded update together with its announcements.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app import clock
from app.items.queries import of_ids
from app.notify.application_news import Happened, Known, tellings, together
from app.notify.service import Telling, tell_many
from app.uow import transaction
from models import (
    Account,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    CopyTo,
    Draw,
    Opinion,
    WageRecord,
    db,
)
from models.applications import TOLD_KINDS

log = logging.getLogger("zerotrip")
CHUNK = 500
TOO_OLD = timedelta(days=7)
"""What lies further back is nobody's news: a system that was filled with the past tells nobody of it."""


def take_up() -> int:
    """Tell people of what happened to applications since; how many events were taken."""
    taken = after = 0
    while ids := _untold(after):
        try:
            taken += _take(ids)
        except Exception:
            log.exception("application events %s to %s were not taken up together", ids[0], ids[-1])
            taken += sum(_alone(one) for one in ids)
        after = ids[-1]
    return taken


def _alone(event_id: int) -> int:
    """One that cannot be told holds up no other; it stays untold and is looked at again with the next round."""
    try:
        return _take([event_id])
    except Exception:
        log.exception("application event %s was not taken up", event_id)
        return 0


def _untold(after: int) -> list[int]:
    with transaction():
        return list(
            db.session.scalars(
                select(ApplicationEvent.id)
                .where(
                    ApplicationEvent.told_at.is_(None), ApplicationEvent.kind.in_(TOLD_KINDS),
                    ApplicationEvent.id > after,
                )
                .order_by(ApplicationEvent.id)
                .limit(CHUNK)
            )
        )  # fmt: skip


def _take(ids: Sequence[int]) -> int:
    """Some dozen statements whatever their number."""
    now = clock.now()
    with transaction():
        taken = db.session.scalars(
            update(ApplicationEvent)
            .where(ApplicationEvent.id.in_(ids), ApplicationEvent.told_at.is_(None))
            .values(told_at=now)
            .returning(ApplicationEvent.id)
            .execution_options(synchronize_session=False)
        ).all()
        rows = db.session.execute(
            select(
                ApplicationEvent.id, ApplicationEvent.application_id, ApplicationEvent.kind, ApplicationEvent.at,
                ApplicationEvent.by_id, ApplicationEvent.step_position, ApplicationEvent.note,
            )
            .where(ApplicationEvent.id.in_(taken), ApplicationEvent.at > now - TOO_OLD)
            .order_by(ApplicationEvent.id)
        )  # fmt: skip
        events = [Happened(*row) for row in rows]
        if events:
            known = _read(events)
            told: dict[str, list[Telling]] = {}
            for event in events:
                for code, telling in tellings(event, known):
                    told.setdefault(code, []).append(telling)
            for code, alike in told.items():
                few, code_of_many, many = together(code, alike)
                tell_many(code, few)
                tell_many(code_of_many, many)
    return len(ids)


def _read(events: Sequence[Happened]) -> Known:
    ids = {event.application_id for event in events}
    kinds = {event.kind for event in events}
    applications = {
        one.id: one
        for one in db.session.scalars(
            select(Application).where(Application.id.in_(ids))
            .options(joinedload(Application.unit), joinedload(Application.item))
            .execution_options(populate_existing=True)
        )
    }  # fmt: skip
    people = {event.by_id for event in events if event.by_id is not None}
    rows = db.session.execute(select(Account.id, Account.display_name).where(Account.id.in_(people)))
    names: dict[int | None, str] = {row.id: row.display_name for row in rows}
    return Known(
        applications, names, _staff(ids) if "paid" in kinds else {}, _months(ids) if "approved" in kinds else {},
        _by_application(Opinion, ids, kinds, "opinion_asked", "opinion_given"),
        _by_application(CopyTo, ids, kinds, "copied"), _by_application(Draw, ids, kinds, "drawn"),
        of_ids({one.item_version_id for one in applications.values()}),
    )  # fmt: skip


def _staff(ids: set[int]) -> dict[int, list[int]]:
    """The people of each application."""
    found: dict[int, list[int]] = {}
    for row in db.session.execute(
        select(ApplicationEmployee.application_id, ApplicationEmployee.staff_id)
        .where(ApplicationEmployee.application_id.in_(ids))
        .order_by(ApplicationEmployee.id)
    ):
        found.setdefault(row.application_id, []).append(row.staff_id)
    return found


def _months(ids: set[int]) -> dict[int, dict[date, list[int]]]:
    """Whose wage each application changed, by the month from which it counts, as the wage records have it."""
    found: dict[int, dict[date, list[int]]] = {}
    for row in db.session.execute(
        select(WageRecord.application_id, WageRecord.effective_month, WageRecord.staff_id)
        .where(WageRecord.application_id.in_(ids), WageRecord.voided_at.is_(None))
        .order_by(WageRecord.effective_month, WageRecord.staff_id)
    ):
        found.setdefault(row.application_id or 0, {}).setdefault(row.effective_month, []).append(row.staff_id)
    return found


def _by_application(model: Any, ids: set[int], kinds: set[str], *asked: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    if kinds & set(asked):
        for one in db.session.scalars(select(model).where(model.application_id.in_(ids)).order_by(model.id)):
            found.setdefault(one.application_id, []).append(one)
    return found
