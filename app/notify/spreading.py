"""Announcements become letters and deliveries: for whom, over which channels, in which words, and when.

Each chunk is one transaction that takes its announcements by a guarded update and inserts under unique keys, so two
workers spread nothing twice and a killed one leaves it to the next.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import clock
from app.notify.carriers import carried
from app.notify.events import EVENTS, Event
from app.notify.reaching import Reached, accounts_of, reached
from app.notify.rules import Text, after_quiet, next_at
from app.notify.sealing import opened_facts, seal
from app.notify.service import insert_or_leave
from app.notify.templates import LANGUAGES, Edition, in_force, said
from app.uow import transaction
from models import Announcement, Delivery, Letter, db
from models.messages import Channel, DeliveryState, Spread

log = logging.getLogger("zerotrip")
CHUNK = 200
TRIES = 5


def spread_all() -> int:
    """Spread everything that was told; how many announcements. One that cannot be spread holds up no other."""
    done = 0
    while ids := _told():
        try:
            done += _spread(ids)
        except Exception:
            log.exception("announcements %s to %s were not spread together", ids[0], ids[-1])
            done += sum(_alone(one) for one in ids)
    return done


def _told() -> list[int]:
    """The oldest that wait, seen without a lock."""
    with transaction():
        return list(
            db.session.scalars(
                select(Announcement.id).where(Announcement.state == Spread.TOLD).order_by(Announcement.id).limit(CHUNK)
            )
        )


def _alone(announcement_id: int) -> int:
    try:
        return _spread([announcement_id])
    except Exception as problem:
        log.exception("announcement %s was not spread", announcement_id)
        _put_aside(announcement_id, problem)
        return 0


def _put_aside(announcement_id: int, problem: Exception) -> None:
    """Counted, and after some tries given up for a person to look at."""
    with transaction():
        db.session.execute(
            update(Announcement)
            .where(Announcement.id == announcement_id, Announcement.state == Spread.TOLD)
            .values(
                attempts=Announcement.attempts + 1, problem=type(problem).__name__[:300],
                state=db.case((Announcement.attempts + 1 >= TRIES, Spread.FAILED), else_=Spread.TOLD),
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip


def _spread(ids: Sequence[int]) -> int:
    """A chunk, whole or not at all; some ten statements whatever its size."""
    now = clock.now()
    with transaction():
        taken = db.session.scalars(
            update(Announcement)
            .where(Announcement.id.in_(ids), Announcement.state == Spread.TOLD)
            .values(state=Spread.SPREAD, spread_at=now)
            .returning(Announcement.id)
            .execution_options(synchronize_session=False)
        ).all()
        rows = db.session.scalars(
            select(Announcement).where(Announcement.id.in_(taken)).order_by(Announcement.id)
            .execution_options(populate_existing=True)
        ).all()  # fmt: skip
        if not rows:
            return 0
        for_whom = accounts_of(rows)
        people = reached(one for ids in for_whom.values() for one in ids)
        editions = in_force({row.event for row in rows})
        letters: list[dict[str, Any]] = []
        deliveries: list[dict[str, Any]] = []
        for row in rows:
            event = EVENTS[row.event]
            texts = _texts(row, editions[row.event])
            told = [people[one] for one in for_whom[row.id] if one in people]
            if not event.secret:
                letters += [_letter(row, event, texts, one) for one in told if one.wants(event, Channel.IN_APP)]
            deliveries += _deliveries(row, event, texts, told, now)
        if letters:
            db.session.execute(insert_or_leave(Letter.metadata.tables[Letter.__tablename__]), letters)
        if deliveries:
            db.session.execute(insert_or_leave(Delivery.metadata.tables[Delivery.__tablename__]), deliveries)
        secrets = [row.id for row in rows if EVENTS[row.event].secret]
        if secrets:
            db.session.execute(
                update(Announcement).where(Announcement.id.in_(secrets)).values(facts={})
                .execution_options(synchronize_session=False)
            )  # fmt: skip
    return len(rows)


def _texts(row: Announcement, edition: Edition) -> dict[str, Text]:
    facts = opened_facts(row.facts, of=row.key)
    return {language: said(edition, facts, language) for language in LANGUAGES}


def _letter(row: Announcement, event: Event, texts: dict[str, Text], one: Reached) -> dict[str, Any]:
    return {
        "announcement_id": row.id, "account_id": one.account_id, "event": row.event, "link": row.link,
        "title_zh": texts["zh"].title, "title_en": texts["en"].title, "body_zh": texts["zh"].body,
        "body_en": texts["en"].body, "deadline": event.deadline, "at": row.at, "read_at": None,
    }  # fmt: skip


def _deliveries(
    row: Announcement, event: Event, texts: dict[str, Text], told: Sequence[Reached], now: datetime
) -> list[dict[str, Any]]:
    """One for each person and channel that something carries, and one for each address without an account."""
    made = []
    open_channels = carried()
    for one in told:
        for channel in open_channels:
            if one.addresses.get(channel) and one.wants(event, channel):
                due, gathers = _when(event, one, now)
                made.append(
                    _delivery(row, event, texts[one.language], channel, one.addresses[channel], one.language)
                    | {"account_id": one.account_id, "key": f"{row.key}:{one.account_id}:{channel}", "due": due,
                       "gathers": gathers}
                )  # fmt: skip
    for part in row.people:
        if "to" in part and Channel(part["channel"]) in open_channels:
            language = "en" if part["language"].startswith("en") else "zh"
            made.append(
                _delivery(row, event, texts[language], Channel(part["channel"]), part["to"], language)
                | {"account_id": None, "key": f"{row.key}:-:{part['channel']}", "due": now, "gathers": False}
            )
    if event.secret:
        made = [one | {"body": seal(one["body"], of=one["key"])} for one in made]
    return made


def _when(event: Event, one: Reached, now: datetime) -> tuple[datetime, bool]:
    """When it goes, and whether with the digest. Deadlines wait for no digest, and yet let people sleep."""
    habit = one.habit
    if event.at_once or habit is None:
        return now, False
    if habit.digest_at is not None and not event.deadline:
        return next_at(now, habit.digest_at), True
    return after_quiet(now, habit.quiet_from, habit.quiet_to), False


def _delivery(
    row: Announcement, event: Event, text: Text, channel: Channel, address: str, language: str
) -> dict[str, Any]:
    long = channel == Channel.EMAIL
    return {
        "event": row.event, "announcement_id": row.id, "unit_id": row.unit_id, "channel": channel,
        "address": address[:200], "language": language, "subject": text.title,
        "body": text.body if long else text.short, "link": row.link, "secret": event.secret,
        "state": DeliveryState.WAITING, "until": row.until, "attempts": 0, "lease": "", "lease_until": None,
        "problem": None, "receipt": "", "created_at": clock.now(), "sent_at": None, "digest_id": None, "revision": 1,
    }  # fmt: skip
