"""Reports that people keep: exports as files for a time, questions of their own (pivots), and schedules."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, Revised, one_of
from models.jobs import Job


class ReportFormat(StrEnum):
    XLSX = "XLSX"
    PDF = "PDF"


class Frequency(StrEnum):
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class SavedPivot(Base):
    """A question of one person: over which report, by which fields, what is counted or added up."""

    __tablename__ = "saved_pivots"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(60))
    question: Mapped[dict[str, Any]]  # report, rows, columns, measure, and what narrows it
    created_at: Mapped[datetime]

    def __str__(self) -> str:
        return self.name


class ReportSchedule(Revised, Base):
    """A report that its maker gets again every week or month, over the months that have passed by then."""

    __tablename__ = "report_schedules"
    __table_args__ = (
        one_of("format", ReportFormat),
        one_of("frequency", Frequency),
        CheckConstraint("months >= 1", name="at_least_a_month"),
        Index("ix_report_schedules_account_id", "account_id"),
        Index("ix_report_schedules_next_on", "next_on", sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    report: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]]  # without the months, which move on
    months: Mapped[int] = mapped_column(Integer)  # how many months up to the last whole one
    format: Mapped[str] = mapped_column(String(4))
    language: Mapped[str] = mapped_column(String(2))
    frequency: Mapped[str] = mapped_column(String(10))
    next_on: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # why the last one was not made

    account: Mapped[Account] = relationship()


class ReportExport(Base):
    """One report as files, made by a job, kept for a time, and handed to nobody but who asked for it."""

    __tablename__ = "report_exports"
    __table_args__ = (
        UniqueConstraint("job_id"),
        UniqueConstraint("schedule_id", "due_on"),
        one_of("format", ReportFormat),
        CheckConstraint("(schedule_id IS NULL) = (due_on IS NULL)", name="scheduled_has_a_day"),
        Index("ix_report_exports_made_by_id", "made_by_id", "id"),
        Index("ix_report_exports_keep_until", "keep_until", sqlite_where=text("swept_at IS NULL"),
              postgresql_where=text("swept_at IS NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    report: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]]  # as in the address of the report
    format: Mapped[str] = mapped_column(String(4))
    language: Mapped[str] = mapped_column(String(2))  # zh or en
    reach: Mapped[list[Any]]  # the grants that opened the rows when it was made
    job_id: Mapped[int | None] = mapped_column(Key, ForeignKey("jobs.id", ondelete="RESTRICT"))
    schedule_id: Mapped[int | None] = mapped_column(Key, ForeignKey("report_schedules.id", ondelete="RESTRICT"))
    due_on: Mapped[date | None]
    made_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    rows: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    totals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    files: Mapped[list[Any]] = mapped_column(default=list)  # each with name, bytes, rows and sha256
    done_at: Mapped[datetime | None]
    keep_until: Mapped[datetime]
    swept_at: Mapped[datetime | None]

    job: Mapped[Job | None] = relationship()
    made_by: Mapped[Account] = relationship()
