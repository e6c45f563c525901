"""Activation of employees' accounts: the codes handed over, and how often activation and second factors were tried."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, one_of
from models.staff import Staff


class ActivationWay(StrEnum):
    """`HANDED` was printed or told by the unit; `SENT` went to the telephone on file."""

    HANDED = "HANDED"
    SENT = "SENT"


class Activation(Base):
    """A code with which one person opens an account. Only its Argon2 hash is kept; it is used once, and it expires."""

    __tablename__ = "activations"
    __table_args__ = (
        one_of("way", ActivationWay),
        CheckConstraint("expires_at > made_at", name="lasts_a_while"),
        CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="used_or_revoked"),
        CheckConstraint("(used_at IS NULL) = (account_id IS NULL)", name="used_has_an_account"),
        Index("ix_activations_staff_id_id", "staff_id", "id"),
        Index(
            "uq_activations_open", "staff_id", unique=True,
            sqlite_where=text("used_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("used_at IS NULL AND revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    way: Mapped[str] = mapped_column(String(10))
    code_hash: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    revoked_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()
    made_by: Mapped[Account | None] = relationship(foreign_keys=[made_by_id])


class AttemptCount(Base):
    """How often something was tried within the present window, under one key: an identity number (as its keyed index),
    an address, an account, or all together. One row a key, counted up by one statement, so that no two attempts at
    once, in whichever process, are one."""

    __tablename__ = "attempt_counts"
    __table_args__ = (CheckConstraint("tried >= 0", name="not_negative"),)

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(index=True)
    tried: Mapped[int] = mapped_column(Integer)
