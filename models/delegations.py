"""Delegations: who lets another decide in their name, for which days, and why."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, Revised


class Delegation(Revised, Base):
    """One account decides in the name of another for a half-open period of days. It is revoked, never edited."""

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="two_people"),
        CheckConstraint("valid_to > valid_from", name="ends_after_it_begins"),
        CheckConstraint("length(reason) > 0", name="has_a_reason"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked_by_somebody"),
        Index("ix_delegations_from_id", "from_id", "valid_to"),
        Index("ix_delegations_to_id", "to_id", "valid_to"),
    )

    id: Mapped[Id]
    from_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    to_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    permission: Mapped[str | None] = mapped_column(String(60))  # one kind of deciding; none: all that the giver may
    reason: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[date]
    valid_to: Mapped[date]  # the first day on which it no longer holds
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))

    giver: Mapped[Account] = relationship(foreign_keys=[from_id])
    receiver: Mapped[Account] = relationship(foreign_keys=[to_id])
    created_by: Mapped[Account | None] = relationship(foreign_keys=[created_by_id])
    revoked_by: Mapped[Account | None] = relationship(foreign_keys=[revoked_by_id])
