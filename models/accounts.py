"""Accounts, the roles granted to them with reach and dates, and their sessions on the server."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, Key, Revised, one_of
from models.staff import Staff
from models.units import Unit


class AccountState(StrEnum):
    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class Reach(StrEnum):
    """How far a grant goes from its unit."""

    SELF = "SELF"
    UNIT = "UNIT"
    SUBTREE = "SUBTREE"
    ALL = "ALL"


class Account(Revised, Base):
    """Somebody who can log in. The password is only known as an Argon2 hash."""

    __tablename__ = "accounts"
    __table_args__ = (one_of("state", AccountState),)

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    password_changed_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default=AccountState.ACTIVE)
    unit_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    staff_id: Mapped[int | None] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"), unique=True)
    failed_logins: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    locale: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()
    staff: Mapped[Staff | None] = relationship()
    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="account", foreign_keys="RoleGrant.account_id", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.display_name


class RoleGrant(Revised, Base):
    """A role, given at a unit with a reach, for a half-open period of days. It is ended, never edited away."""

    __tablename__ = "role_grants"
    __table_args__ = (
        one_of("reach", Reach),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_it_begins"),
        CheckConstraint("reach IN ('ALL', 'SELF') OR unit_id IS NOT NULL", name="reach_has_a_unit"),
        Index("ix_role_grants_account_id", "account_id"),
        Index("ix_role_grants_role", "role"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    role: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    reach: Mapped[str] = mapped_column(String(10))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]

    account: Mapped[Account] = relationship(back_populates="grants", foreign_keys=[account_id])
    granted_by: Mapped[Account | None] = relationship(foreign_keys=[granted_by_id])
    unit: Mapped[Unit | None] = relationship()


class LoginSession(Base):
    """A session on the server. The browser holds a random token, the table only its hash."""

    __tablename__ = "login_sessions"
    __table_args__ = (Index("ix_login_sessions_account_id_ended_at", "account_id", "ended_at"),)

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(60))
    user_agent: Mapped[str] = mapped_column(String(200), default="", server_default="")
    factor_due: Mapped[bool] = mapped_column(default=False, server_default="0")  # opens nothing until shown
    factor_at: Mapped[datetime | None]  # when a second factor was shown in this session
    password_at: Mapped[datetime | None]  # when the password was typed again in it
    challenge: Mapped[str | None] = mapped_column(String(100))  # the one that a passkey has to sign now
    challenge_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class LoginFailure(Base):
    """An attempt to log in that did not succeed, counted per address and per name."""

    __tablename__ = "login_failures"
    __table_args__ = (
        Index("ix_login_failures_address_at", "address", "at"),
        Index("ix_login_failures_username_at", "username", "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(60))
    username: Mapped[str] = mapped_column(String(60))
