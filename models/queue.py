"""What happens to an application while it waits: draws, copies, opinions, urging, recall, reminders, and reasons."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from models.accounts import Account
from models.applications import Application
from models.base import Base, Id, Key, Revised, one_of

_UNANSWERED = text("answered_at IS NULL")
_OPEN = text("answered_at IS NULL AND withdrawn_at IS NULL")
_IN_FORCE = text("replaced_at IS NULL")


class Draw(Base):
    """Who was drawn by lot to review an application at a step, from whom, and by which seed, so that it can be checked.

    Without an account nobody could be drawn, and whoever may decide takes it.
    """

    __tablename__ = "draws"
    __table_args__ = (
        UniqueConstraint("application_id", "round", "step_position", "number"),
        Index(
            "uq_draws_in_force", "application_id", "round", "step_position", unique=True,
            sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE,
        ),
        CheckConstraint("length(seed) = 64", name="seed_is_whole"),
        Index("ix_draws_account_id", "account_id"),
    )  # fmt: skip

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    round: Mapped[int] = mapped_column(Integer)
    step_position: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)  # counts the draws of one step and round
    account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    pool: Mapped[list[Any]]  # the ids of those who could be drawn, in order
    seed: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship()


class CopyTo(Base):
    """An application sent to somebody for their information; it gives no right to decide."""

    __tablename__ = "application_copies"
    __table_args__ = (
        UniqueConstraint("application_id", "to_id"),
        Index("ix_application_copies_to_id", "to_id", "id"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    to_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    from_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    sent_at: Mapped[datetime]
    noted_at: Mapped[datetime | None]  # when the receiver said to have taken note

    application: Mapped[Application] = relationship()
    receiver: Mapped[Account] = relationship(foreign_keys=[to_id])
    sender: Mapped[Account] = relationship(foreign_keys=[from_id])


class Opinion(Revised, Base):
    """A question to another account about an application, and the answer. The decision stays with who asked."""

    __tablename__ = "opinions"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (length(answer) = 0)", name="answer_has_a_moment"),
        CheckConstraint("answered_at IS NULL OR withdrawn_at IS NULL", name="answered_or_withdrawn"),
        CheckConstraint("asked_by_id <> asked_of_id", name="two_people"),
        Index(
            "uq_opinions_open", "application_id", "asked_of_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_opinions_asked_of_id", "asked_of_id", "id"),
        Index("ix_opinions_application_id", "application_id", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    round: Mapped[int] = mapped_column(Integer)
    step_position: Mapped[int] = mapped_column(Integer)
    asked_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    asked_of_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    question: Mapped[str] = mapped_column(String(1000))
    holds: Mapped[bool] = mapped_column(default=False, server_default="0")  # whether the decision waits for it
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    asked_of: Mapped[Account] = relationship(foreign_keys=[asked_of_id])


class Urge(Base):
    """The unit asks for haste, once a day at most: the unique key is the guard."""

    __tablename__ = "urges"
    __table_args__ = (UniqueConstraint("application_id", "day"),)

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    day: Mapped[date]
    round: Mapped[int] = mapped_column(Integer)
    step_position: Mapped[int] = mapped_column(Integer)
    by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    at: Mapped[datetime]

    by: Mapped[Account] = relationship()


class Recall(Base):
    """The unit asks the claimer to give an application back; granted or refused by whoever has it on the desk."""

    __tablename__ = "recalls"
    __table_args__ = (
        Index(
            "uq_recalls_open", "application_id", unique=True,
            sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED,
        ),
        CheckConstraint("(answered_at IS NULL) = (granted IS NULL)", name="answered_with_yes_or_no"),
        Index("ix_recalls_application_id", "application_id", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    round: Mapped[int] = mapped_column(Integer)
    step_position: Mapped[int] = mapped_column(Integer)
    asked_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    granted: Mapped[bool | None]
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")

    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Account | None] = relationship(foreign_keys=[answered_by_id])


class ReminderLevel(StrEnum):
    SOON = "SOON"
    OVERDUE = "OVERDUE"
    ESCALATED = "ESCALATED"


class Reminder(Base):
    """That a step was reminded of its limit, each level once, whatever returns lie between. It decides nothing."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("application_id", "step_position", "level"),
        one_of("level", ReminderLevel),
        Index("ix_reminders_permission_level", "permission", "level"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    step_position: Mapped[int] = mapped_column(Integer)
    level: Mapped[str] = mapped_column(String(10))
    permission: Mapped[str] = mapped_column(String(60))  # whom it tells: those who hold this in reach
    used_days: Mapped[int] = mapped_column(Integer)
    limit_days: Mapped[int] = mapped_column(Integer)
    day: Mapped[date]
    at: Mapped[datetime]


class ReasonKind(StrEnum):
    ANSWER = "ANSWER"
    MATERIAL = "MATERIAL"
    REJECT = "REJECT"


class Reason(Revised, Base):
    """A ready sentence for returning or rejecting; for all items and steps unless it names one."""

    __tablename__ = "reasons"
    __table_args__ = (
        one_of("kind", ReasonKind),
        CheckConstraint("length(text_zh) > 0 AND length(text_en) > 0", name="said_in_both_languages"),
        Index("ix_reasons_kind", "kind", "active"),
        Index("ix_reasons_item_id", "item_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10))
    item_id: Mapped[int | None] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"))
    step_key: Mapped[str | None] = mapped_column(String(40))
    text_zh: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300))
    active: Mapped[bool] = mapped_column(default=True, server_default="1")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))

    uses: ClassVar[Any]  # how often it was said, counted with the row

    def __str__(self) -> str:
        return self.text_zh


class ReasonUse(Base):
    """That a decision said a reason of the library."""

    __tablename__ = "reason_uses"
    __table_args__ = (
        UniqueConstraint("reason_id", "decision_id"),
        Index("ix_reason_uses_decision_id", "decision_id"),
    )

    id: Mapped[Id]
    reason_id: Mapped[int] = mapped_column(Key, ForeignKey("reasons.id", ondelete="RESTRICT"))
    decision_id: Mapped[int] = mapped_column(Key, ForeignKey("decisions.id", ondelete="RESTRICT"))


Reason.uses = column_property(
    select(func.count(ReasonUse.id)).where(ReasonUse.reason_id == Reason.id).correlate_except(ReasonUse)
    .scalar_subquery()
)  # fmt: skip
