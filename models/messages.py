"""Messages: what was told, the letters it became, their deliveries; templates, each person's choices; tours seen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, Revised, one_of

_TOLD = text("state = 'TOLD'")
_UNREAD = text("read_at IS NULL")
_OPEN = text("state IN ('WAITING', 'SENDING')")


class Spread(StrEnum):
    """`TOLD` was written with the fact itself; `SPREAD` became letters and deliveries; `FAILED` could not."""

    TOLD = "TOLD"
    SPREAD = "SPREAD"
    FAILED = "FAILED"


class DeliveryState(StrEnum):
    """`SENDING` with a lease that is over waits for somebody to send it again, under the same key.

    `GATHERED` went into a digest; `DROPPED` was not worth sending any more when its turn came.
    """

    WAITING = "WAITING"
    SENDING = "SENDING"
    SENT = "SENT"
    DEAD = "DEAD"
    GATHERED = "GATHERED"
    DROPPED = "DROPPED"


class Channel(StrEnum):
    IN_APP = "IN_APP"
    EMAIL = "EMAIL"
    SMS = "SMS"
    CHAT = "CHAT"


class Announcement(Base):
    """Something that happened and that people are to be told, written in the transaction in which it happened.

    The key is the fact's own (`application/12/returned/1/3`): a fact told twice is told once.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        one_of("state", Spread),
        Index("ix_announcements_told", "id", sqlite_where=_TOLD, postgresql_where=_TOLD),
        Index("ix_announcements_unit_id", "unit_id", "id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    event: Mapped[str] = mapped_column(String(40))
    people: Mapped[list[Any]]  # whom to tell, as app/notify/people.py writes it
    facts: Mapped[dict[str, Any]]  # what its sentences speak of; sealed for events that carry a secret
    unit_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    link: Mapped[str] = mapped_column(String(200), default="", server_default="")
    at: Mapped[datetime]
    until: Mapped[datetime | None]  # when it is not worth sending any more
    state: Mapped[str] = mapped_column(String(10), default=Spread.TOLD, server_default=Spread.TOLD)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    problem: Mapped[str] = mapped_column(String(300), default="", server_default="")
    spread_at: Mapped[datetime | None]


class Letter(Base):
    """What one person finds in their inbox, in both languages, as the templates said it that day."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("announcement_id", "account_id"),
        Index("ix_letters_account_id", "account_id", "id"),
        Index("ix_letters_unread", "account_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )

    id: Mapped[Id]
    announcement_id: Mapped[int] = mapped_column(Key, ForeignKey("announcements.id", ondelete="RESTRICT"))
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    event: Mapped[str] = mapped_column(String(40))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    body_zh: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(200), default="", server_default="")
    deadline: Mapped[bool] = mapped_column(default=False, server_default="0")
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Delivery(Revised, Base):
    """One message over one channel to one address. Its key goes to the gateway with every attempt."""

    __tablename__ = "deliveries"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("state", DeliveryState),
        CheckConstraint("(state = 'SENDING') = (lease_until IS NOT NULL)", name="sending_has_a_lease"),
        CheckConstraint("(state = 'SENT') = (sent_at IS NOT NULL)", name="sent_has_a_moment"),
        CheckConstraint("(state = 'GATHERED') = (digest_id IS NOT NULL)", name="gathered_has_a_digest"),
        Index("ix_deliveries_open", "due", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_deliveries_state_id", "state", "id"),
        Index("ix_deliveries_account_id", "account_id", "id"),
        Index("ix_deliveries_unit_id", "unit_id", "id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(240), unique=True)
    event: Mapped[str] = mapped_column(String(40))
    announcement_id: Mapped[int | None] = mapped_column(Key, ForeignKey("announcements.id", ondelete="RESTRICT"))
    account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    unit_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)  # sealed while an event that carries a secret waits, and empty afterwards
    link: Mapped[str] = mapped_column(String(200), default="", server_default="")
    secret: Mapped[bool] = mapped_column(default=False, server_default="0")
    gathers: Mapped[bool] = mapped_column(default=False, server_default="0")  # waits for the person's digest
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.WAITING)
    due: Mapped[datetime]
    until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    lease: Mapped[str] = mapped_column(String(40), default="", server_default="")
    lease_until: Mapped[datetime | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # a sentence: why it did not go
    receipt: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    digest_id: Mapped[int | None] = mapped_column(Key, ForeignKey("deliveries.id", ondelete="RESTRICT"))

    account: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return self.subject


class MessageTemplate(Base):
    """One edition of what an event says. The highest version of an event holds; none is ever changed."""

    __tablename__ = "message_templates"
    __table_args__ = (
        UniqueConstraint("event", "version"),
        CheckConstraint("version >= 1", name="versions_begin_with_one"),
    )

    id: Mapped[Id]
    event: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    title_zh: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100))
    body_zh: Mapped[str] = mapped_column(String(1000))
    body_en: Mapped[str] = mapped_column(String(1000))
    short_zh: Mapped[str] = mapped_column(String(200))  # for text messages and chat
    short_en: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))

    made_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.event} {self.version}"


class MessageChoice(Base):
    """That a person wants an event over a channel, or does not; without one the event's own custom holds."""

    __tablename__ = "message_choices"
    __table_args__ = (UniqueConstraint("account_id", "event", "channel"), one_of("channel", Channel))

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(10))
    wanted: Mapped[bool]


class MessageHabit(Revised, Base):
    """Where and when a person wants to be reached: addresses, quiet hours in minutes of the day, a digest."""

    __tablename__ = "message_habits"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name="quiet_hours_are_whole"),
        CheckConstraint("quiet_from IS NULL OR quiet_from BETWEEN 0 AND 1439", name="quiet_from_is_a_minute"),
        CheckConstraint("quiet_to IS NULL OR quiet_to BETWEEN 0 AND 1439", name="quiet_to_is_a_minute"),
        CheckConstraint("digest_at IS NULL OR digest_at BETWEEN 0 AND 1439", name="digest_at_is_a_minute"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="CASCADE"), unique=True)
    email: Mapped[str] = mapped_column(String(200), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(20), default="", server_default="")
    chat: Mapped[str] = mapped_column(String(80), default="", server_default="")
    quiet_from: Mapped[int | None] = mapped_column(Integer)
    quiet_to: Mapped[int | None] = mapped_column(Integer)
    digest_at: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[datetime]


class TourSeen(Base):
    """That a person has dismissed a tour, so that it is not shown by itself again."""

    __tablename__ = "tours_seen"
    __table_args__ = (UniqueConstraint("account_id", "tour"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="CASCADE"))
    tour: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
