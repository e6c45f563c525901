"""Editions of wage standards that the bureau has imported, and their cells. A published edition never changes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Fen, Id, Key, Revised, one_of


class EditionState(StrEnum):
    """`PROPOSED` waits for a second person; `PUBLISHED` is in force from its day; `REFUSED` ends it."""

    PROPOSED = "PROPOSED"
    PUBLISHED = "PUBLISHED"
    REFUSED = "REFUSED"


class StandardEdition(Revised, Base):
    """One imported workbook of official tables, in force from a day, with its document number."""

    __tablename__ = "standard_editions"
    __table_args__ = (
        one_of("state", EditionState),
        CheckConstraint("(state = 'PROPOSED') = (decided_at IS NULL)", name="decided_has_a_day"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> imported_by_id", name="second_person"),
        Index("ix_standard_editions_state", "state", "id"),
    )

    id: Mapped[Id]
    effective_from: Mapped[date]
    document: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default=EditionState.PROPOSED)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    cell_count: Mapped[int] = mapped_column(Integer)
    imported_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    imported_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")

    imported_by: Mapped[Account] = relationship(foreign_keys=imported_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)

    def __str__(self) -> str:
        return f"{self.document} {self.effective_from.isoformat()}"


class StandardCell(Base):
    """One amount of an edition: whole fen a month at one place of one table."""

    __tablename__ = "standard_cells"
    __table_args__ = (
        UniqueConstraint("edition_id", "table_name", "category", "level", "step"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    id: Mapped[Id]
    edition_id: Mapped[int] = mapped_column(Key, ForeignKey("standard_editions.id", ondelete="RESTRICT"))
    table_name: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(60))
    step: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # 0: the table has no steps
    amount_fen: Mapped[int] = mapped_column(Fen)
