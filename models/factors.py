"""Second factors of accounts: passkeys, one-time passwords, and recovery codes for the day when both are lost."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, one_of


class FactorKind(StrEnum):
    PASSKEY = "PASSKEY"
    TOTP = "TOTP"


class Factor(Base):
    """One second factor. A removed one is kept with its moment; one that is not confirmed yet opens nothing."""

    __tablename__ = "factors"
    __table_args__ = (
        one_of("kind", FactorKind),
        CheckConstraint("(kind = 'PASSKEY') = (credential_id IS NOT NULL)", name="passkey_has_a_credential"),
        CheckConstraint("(kind = 'PASSKEY') = (public_key IS NOT NULL)", name="passkey_has_a_key"),
        CheckConstraint("(kind = 'TOTP') = (secret_cipher IS NOT NULL)", name="one_time_password_has_a_secret"),
        UniqueConstraint("credential_id"),
        Index("ix_factors_account_id_removed_at", "account_id", "removed_at"),
        Index(
            "uq_factors_one_time_password", "account_id", unique=True,
            sqlite_where=text("kind = 'TOTP' AND removed_at IS NULL"),
            postgresql_where=text("kind = 'TOTP' AND removed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    secret_cipher: Mapped[str | None] = mapped_column(String(200))  # of a one-time password, bound to the account
    counter: Mapped[int] = mapped_column(Key, default=0, server_default="0")  # last step or signature count seen
    credential_id: Mapped[str | None] = mapped_column(String(1400))  # base64url, as the browser names it
    public_key: Mapped[str | None] = mapped_column(String(4000))
    site: Mapped[str | None] = mapped_column(String(255))  # the host name that the passkey was made for
    transports: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))

    account: Mapped[Account] = relationship()


class RecoveryCode(Base):
    """One of the codes that stand in for a lost factor. Kept as a keyed hash of its random letters; used once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
