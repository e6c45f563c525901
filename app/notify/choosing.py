"""Verbs of one's own messages: open one, note all, choose what comes where and when, ask for a trial."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from sqlalchemy import delete, func, insert, select, update

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Invalid, NotFound, Stale, TooMany
from app.messages import Message
from app.notify.people import accounts
from app.notify.queries import concerning
from app.notify.rules import read_minute
from app.notify.service import insert_or_leave, tell
from app.uow import atomic
from models import Announcement, Letter, MessageChoice, MessageHabit, db
from models.messages import Channel

_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,}")
_PHONE = re.compile(r"\+?\d{5,18}")
_CHAT = re.compile(r"[A-Za-z0-9@._-]{1,80}")
TRIALS_A_DAY = 5


@atomic
def open_letter(letter_id: int, *, by: Actor) -> str:
    """Note a letter of one's own as read; where it leads, or empty. Raises NotFound."""
    link = db.session.scalar(select(Letter.link).where(Letter.id == letter_id, Letter.account_id == by.account_id))
    if link is None:
        raise NotFound
    db.session.execute(
        update(Letter).where(Letter.id == letter_id, Letter.read_at.is_(None)).values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return link


@atomic
def note_all(*, upto: int, by: Actor) -> int:
    """Note everything up to a letter as read: what came after the page was shown stays new. How many."""
    done = db.session.execute(
        update(Letter)
        .where(Letter.account_id == by.account_id, Letter.id <= upto, Letter.read_at.is_(None))
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


@atomic
def choose(
    typed: Mapping[str, str], wanted: Collection[tuple[str, str]], channels: Collection[Channel], *, by: Actor,
    revision: int,
) -> None:  # fmt: skip
    """Keep where, when and of what a person wants to be told. `wanted` are pairs of event and channel.

    What the page did not offer stays as it was: other channels, events that do not concern the person, and deadlines,
    which nobody chooses. Raises Invalid naming the fields, and Stale if the page was old.
    """
    values = _checked(typed)
    now, table = clock.now(), MessageHabit.metadata.tables[MessageHabit.__tablename__]
    db.session.execute(insert_or_leave(table), [{"account_id": by.account_id, "changed_at": now, "revision": 0}])
    done = db.session.execute(
        update(MessageHabit)
        .where(MessageHabit.account_id == by.account_id, MessageHabit.revision == revision)
        .values(**values, changed_at=now, revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(
            Message("You have changed your choices on another page since."),
            remedy=Message("Load this page again and choose anew."),
        )
    offered = [
        (event.code, channel, (event.code, str(channel)) in wanted, channel in event.channels)
        for event in concerning(by)
        if not event.deadline
        for channel in channels
    ]
    db.session.execute(
        delete(MessageChoice).where(
            MessageChoice.account_id == by.account_id, MessageChoice.channel.in_(list(channels)),
            MessageChoice.event.in_({one[0] for one in offered}),
        )
    )  # fmt: skip
    differing = [
        {"account_id": by.account_id, "event": code, "channel": channel, "wanted": wish}
        for code, channel, wish, usual in offered
        if wish != usual
    ]
    if differing:
        db.session.execute(insert(MessageChoice), differing)
    audit.record("message_habit:change", by=by, kind="account", record_id=by.account_id or 0, unit_id=by.unit_id,
                 after={"choices": len(differing), "addresses": sorted(name for name in _ADDRESSES if values[name]),
                        "quiet": values["quiet_from"] is not None,
                        "digest": values["digest_at"] is not None})  # fmt: skip


_ADDRESSES = ("email", "phone", "chat")


def _checked(typed: Mapping[str, str]) -> dict[str, str | int | None]:
    fields: dict[str, Message] = {}
    kept: dict[str, str | int | None] = {name: typed.get(name, "").strip() for name in _ADDRESSES}
    for name, shape, problem in (
        ("email", _MAIL, Message("Write the address like name@example.com.")),
        ("phone", _PHONE, Message("Write the number with digits only, with + before the code of a country.")),
        ("chat", _CHAT, Message("Letters, digits and . _ - @ only: the handle in the enterprise chat.")),
    ):
        if kept[name] and not shape.fullmatch(str(kept[name])):
            fields[name] = problem
    for name in ("quiet_from", "quiet_to", "digest_at"):
        text = typed.get(name, "").strip()
        kept[name] = read_minute(text) if text else None
        if text and kept[name] is None:
            fields[name] = Message("Write the time like 22:30.")
    for name, other in (("quiet_from", "quiet_to"), ("quiet_to", "quiet_from")):
        if kept[name] is None and kept[other] is not None and name not in fields:
            fields[name] = Message("Quiet hours have a beginning and an end.")
    if fields:
        raise Invalid(fields=fields)
    return kept


@atomic
def ask_for_trial(*, by: Actor) -> None:
    """Have a trial message sent to oneself over every channel that is open to one. Raises TooMany."""
    day = f"trial/{by.account_id}/{clock.today()}/"
    before = db.session.scalar(
        select(func.count(Announcement.id)).where(Announcement.key.in_([f"{day}{n}" for n in range(TRIALS_A_DAY)]))
    )
    if (before or 0) >= TRIALS_A_DAY:
        raise TooMany(Message("You have sent enough trial messages for today."), retry_after=3600)
    tell("trial", people=accounts([by.account_id]), facts={"name": by.name}, key=f"{day}{before}", link="/messages")
