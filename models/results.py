"""What approved applications brought about: the facts decided, for an employee or for a unit, kept as a document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.applications import Application
from models.base import Base, Id, Key
from models.staff import Staff


class Result(Base):
    """One decision as it took effect. A result that was undone is kept, with the moment."""

    __tablename__ = "results"
    __table_args__ = (
        Index(
            "uq_results_employee",
            "application_id",
            "staff_id",
            unique=True,
            sqlite_where=text("staff_id IS NOT NULL AND voided_at IS NULL"),
            postgresql_where=text("staff_id IS NOT NULL AND voided_at IS NULL"),
        ),
        Index(
            "uq_results_unit",
            "application_id",
            unique=True,
            sqlite_where=text("staff_id IS NULL AND voided_at IS NULL"),
            postgresql_where=text("staff_id IS NULL AND voided_at IS NULL"),
        ),
        Index("ix_results_staff_id", "staff_id", "id"),
        Index("ix_results_unit_id", "unit_id", "effect"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    staff_id: Mapped[int | None] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    effect: Mapped[str] = mapped_column(String(40))
    decided_on: Mapped[date]
    facts: Mapped[dict[str, Any]]  # the facts of the effect as they were decided
    figures: Mapped[list[Any]]  # what was worked out from them: see app/pay/results.py
    roster_before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what it changed there
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    staff: Mapped[Staff | None] = relationship()
