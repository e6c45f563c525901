"""Payment instructions, written with the approval, and the batches in which finance takes them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.applications import Application
from models.base import Base, Fen, Id, Key, Revised, one_of
from models.staff import Staff, WageRecord
from models.units import Unit


class InstructionState(StrEnum):
    WAITING = "WAITING"
    TAKEN = "TAKEN"
    CONFIRMED = "CONFIRMED"
    RETURNED = "RETURNED"


class PaymentBatch(Base):
    """What finance took at one moment. Count and total are those of its lines, and never change."""

    __tablename__ = "payment_batches"
    __table_args__ = (CheckConstraint("line_count > 0", name="not_empty"),)

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    taken_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    taken_at: Mapped[datetime]
    line_count: Mapped[int] = mapped_column(Integer)
    total_fen: Mapped[int] = mapped_column(Fen)  # new monthly wages plus back pay

    taken_by: Mapped[Account] = relationship()

    def __str__(self) -> str:
        return self.number


class PaymentInstruction(Revised, Base):
    """One change of one person's wage, to be paid: approved with an application, or brought by a new standard that a
    job wrote for everybody. It is taken once and confirmed once."""

    __tablename__ = "payment_instructions"
    __table_args__ = (
        UniqueConstraint("application_id", "staff_id"),
        UniqueConstraint("job_id", "staff_id"),
        UniqueConstraint("wage_record_id"),
        CheckConstraint("(application_id IS NULL) = (job_id IS NOT NULL)", name="one_origin"),
        one_of("state", InstructionState),
        CheckConstraint("state <> 'TAKEN' OR batch_id IS NOT NULL", name="taken_is_in_a_batch"),
        CheckConstraint("(state = 'CONFIRMED') = (confirmed_at IS NOT NULL)", name="confirmed_has_a_moment"),
        CheckConstraint("state <> 'RETURNED' OR length(return_reason) > 0", name="returned_has_a_reason"),
        Index("ix_payment_instructions_state_id", "state", "id"),
        Index("ix_payment_instructions_batch_id", "batch_id"),
    )

    id: Mapped[Id]
    application_id: Mapped[int | None] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    job_id: Mapped[int | None] = mapped_column(Key, ForeignKey("jobs.id", ondelete="RESTRICT"))
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    wage_record_id: Mapped[int] = mapped_column(Key, ForeignKey("wage_records.id", ondelete="RESTRICT"))
    effective_month: Mapped[date]
    before_fen: Mapped[int] = mapped_column(Fen)
    after_fen: Mapped[int] = mapped_column(Fen)
    back_pay_fen: Mapped[int] = mapped_column(Fen)
    state: Mapped[str] = mapped_column(String(10), default=InstructionState.WAITING)
    batch_id: Mapped[int | None] = mapped_column(Key, ForeignKey("payment_batches.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    return_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")

    application: Mapped[Application | None] = relationship()
    staff: Mapped[Staff] = relationship()
    unit: Mapped[Unit] = relationship()
    wage_record: Mapped[WageRecord] = relationship()
    batch: Mapped[PaymentBatch | None] = relationship()

    @property
    def reference(self) -> str:
        """What it was decided by: the number of the application, or that of the re-pricing."""
        return self.application.number if self.application else f"TB-{self.job_id:05d}"
