"""What is read of messages: the inbox, what a person has chosen, what lies dead, what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.access.scope import condition
from app.notify.carriers import carried
from app.notify.events import EVENTS, GROUPS, Event
from app.notify.reaching import addresses_of
from app.paging import Page
from models import Announcement, Letter, MessageChoice, MessageHabit, MessageTemplate, Staff, db
from models.messages import Channel, Spread

PER_PAGE = 25
_NOT_CHOSEN = frozenset({"digest", "trial", "activation_code"})


def inbox(actor: Actor, *, unread_only: bool = False, page: int = 1) -> Page[Letter]:
    """One's own letters, the newest first; one statement."""
    chosen = select(Letter).where(Letter.account_id == actor.account_id)
    if unread_only:
        chosen = chosen.where(Letter.read_at.is_(None))
    rows = list(
        db.session.scalars(
            chosen.order_by(Letter.id.desc()).offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)
        )
    )  # fmt: skip
    return Page(rows[:PER_PAGE], page, PER_PAGE, len(rows) > PER_PAGE)


@dataclass(frozen=True)
class Line:
    """An event that concerns a person, with whether it comes over each channel."""

    event: Event
    wanted: dict[Channel, bool]


@dataclass(frozen=True)
class Choices:
    """What a person has chosen, as the page shows it; `addresses` with what stands on file where nothing was named."""

    habit: MessageHabit | None
    groups: list[tuple[Any, list[Line]]]
    channels: list[Channel]
    addresses: dict[Channel, str]
    phone_on_file: str


def choices_of(actor: Actor) -> Choices:
    """Three statements at most."""
    habit = db.session.scalars(select(MessageHabit).where(MessageHabit.account_id == actor.account_id)).one_or_none()
    made = {
        (one.event, one.channel): one.wanted
        for one in db.session.scalars(select(MessageChoice).where(MessageChoice.account_id == actor.account_id))
    }
    on_file = ""
    if actor.staff_id is not None:
        on_file = db.session.scalar(select(Staff.phone).where(Staff.id == actor.staff_id)) or ""
    channels = [Channel.IN_APP, *carried()]
    groups: list[tuple[Any, list[Line]]] = []
    for code, name in GROUPS.items():
        lines = [
            Line(event, {one: _comes(event, one, made) for one in channels})
            for event in concerning(actor)
            if event.group == code
        ]
        if lines:
            groups.append((name, lines))
    return Choices(habit, groups, channels, addresses_of(habit, on_file), on_file)


def concerning(actor: Actor) -> Sequence[Event]:
    """The events that this person may be told of, by what they may do."""
    return [
        event
        for event in EVENTS.values()
        if event.code not in _NOT_CHOSEN and (not event.to or any(actor.holds(one) for one in event.to))
    ]


def _comes(event: Event, channel: Channel, made: dict[tuple[str, str], bool]) -> bool:
    usual = channel in event.channels
    return usual if event.deadline else made.get((event.code, channel), usual)


def unspread(actor: Actor) -> Sequence[Announcement]:
    """What was told within one's reach and could not be turned into messages, the newest first; a page of it."""
    return db.session.scalars(
        select(Announcement)
        .where(Announcement.state == Spread.FAILED, condition(actor, "message:read", Announcement))
        .order_by(Announcement.id.desc())
        .limit(PER_PAGE)
    ).all()


def versions_of(event: str) -> Sequence[MessageTemplate]:
    """The editions that the back office has written of an event, the newest first."""
    return db.session.scalars(
        select(MessageTemplate)
        .options(joinedload(MessageTemplate.made_by))
        .where(MessageTemplate.event == event)
        .order_by(MessageTemplate.version.desc())
    ).all()
