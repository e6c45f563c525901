"""Batches: one filing of an item for many employees of one unit, a line for each, and the workbooks they came from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.applications import Application
from models.base import Base, Id, Key, Revised, one_of
from models.items import ItemVersion, ServiceItem
from models.jobs import Job
from models.proposals import Proposal
from models.staff import Staff
from models.units import Unit


class BatchState(StrEnum):
    """`OPEN` is being put together; `FILED` has been submitted, although single lines may have stayed behind."""

    OPEN = "OPEN"
    FILED = "FILED"
    GIVEN_UP = "GIVEN_UP"


class BatchOrigin(StrEnum):
    PROPOSALS = "PROPOSALS"
    ROSTER = "ROSTER"
    WORKBOOK = "WORKBOOK"
    ROUND = "ROUND"


class Batch(Revised, Base):
    """One filing for many. Its lines become applications of their own, so that none of them holds up another."""

    __tablename__ = "batches"
    __table_args__ = (
        one_of("state", BatchState),
        one_of("origin", BatchOrigin),
        CheckConstraint("state <> 'FILED' OR submitted_at IS NOT NULL", name="filed_has_a_moment"),
        CheckConstraint("state <> 'OPEN' OR submitted_at IS NULL", name="open_is_not_filed"),
        CheckConstraint("(origin = 'ROUND') = (year IS NOT NULL)", name="round_has_a_year"),
        Index("ix_batches_unit_id_state", "unit_id", "state", "id"),
        Index("ix_batches_year", "year", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"))
    item_version_id: Mapped[int] = mapped_column(Key, ForeignKey("item_versions.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    origin: Mapped[str] = mapped_column(String(10))
    year: Mapped[int | None] = mapped_column(Integer)  # of the annual round that prepared it
    state: Mapped[str] = mapped_column(String(10), default=BatchState.OPEN)
    created_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    submitted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    item: Mapped[ServiceItem] = relationship()
    version: Mapped[ItemVersion] = relationship()
    unit: Mapped[Unit] = relationship()
    created_by: Mapped[Account] = relationship(foreign_keys=[created_by_id])
    submitted_by: Mapped[Account | None] = relationship(foreign_keys=[submitted_by_id])

    def __str__(self) -> str:
        return self.number


class BatchLine(Base):
    """One employee of a batch: what is to be filed, the application once it is, or why it is not."""

    __tablename__ = "batch_lines"
    __table_args__ = (
        UniqueConstraint("batch_id", "staff_id"),
        UniqueConstraint("application_id"),
        CheckConstraint("application_id IS NULL OR length(alike) = 64", name="filed_has_a_pattern"),
        Index("ix_batch_lines_staff_id", "staff_id"),
        Index("ix_batch_lines_proposal_id", "proposal_id"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(Key, ForeignKey("batches.id", ondelete="RESTRICT"))
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    proposal_id: Mapped[int | None] = mapped_column(Key, ForeignKey("proposals.id", ondelete="RESTRICT"))
    answers: Mapped[dict[str, Any]]
    files: Mapped[list[Any]]  # uploads on record that serve again
    application_id: Mapped[int | None] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    problems: Mapped[list[Any]]  # Messages: why it was not filed
    traits: Mapped[dict[str, Any]]  # what a reviewer compares, as it was filed
    alike: Mapped[str] = mapped_column(String(64), default="", server_default="")  # digest of the traits

    batch: Mapped[Batch] = relationship()
    staff: Mapped[Staff] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    application: Mapped[Application | None] = relationship()


class BatchRun(Base):
    """One deed on a batch, filing or deciding. Its job knows who did it, how far it is, and each line's result."""

    __tablename__ = "batch_runs"
    __table_args__ = (
        UniqueConstraint("job_id"),
        one_of("verb", ("FILE", "APPROVE", "RETURN", "REJECT")),
        Index("ix_batch_runs_batch_id", "batch_id", "id"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(Key, ForeignKey("batches.id", ondelete="RESTRICT"))
    job_id: Mapped[int] = mapped_column(Key, ForeignKey("jobs.id", ondelete="RESTRICT"))
    verb: Mapped[str] = mapped_column(String(10))
    step_position: Mapped[int | None] = mapped_column(Integer)

    batch: Mapped[Batch] = relationship()
    job: Mapped[Job] = relationship()


class BatchWorkbook(Base):
    """An uploaded workbook between its check and the taking of its good rows."""

    __tablename__ = "batch_workbooks"
    __table_args__ = (Index("ix_batch_workbooks_unit_id", "unit_id"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"))
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    uploaded_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(Key, ForeignKey("batches.id", ondelete="RESTRICT"))  # once taken

    unit: Mapped[Unit] = relationship()
    item: Mapped[ServiceItem] = relationship()
