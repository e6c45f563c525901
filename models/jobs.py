"""Long work: what runs, how far it has come, and what came of each record."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, Revised, one_of


class JobState(StrEnum):
    """`RUNNING` with a lease that is over waits for somebody to go on with it."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    STOPPED = "STOPPED"
    FAILED = "FAILED"


class LineOutcome(StrEnum):
    DONE = "DONE"
    UNCHANGED = "UNCHANGED"
    SET_ASIDE = "SET_ASIDE"


class Job(Revised, Base):
    """One piece of long work, done in chunks; each chunk and its progress are one transaction."""

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("state", JobState),
        CheckConstraint(
            "(state IN ('DONE', 'STOPPED', 'FAILED')) = (finished_at IS NOT NULL)", name="ended_has_a_moment"
        ),
        CheckConstraint("handled <= total", name="not_more_than_all"),
        Index("ix_jobs_state_id", "state", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING)
    total: Mapped[int] = mapped_column(Integer)
    handled: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    set_aside: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cursor: Mapped[int] = mapped_column(Key, default=0, server_default="0")  # the last record handled
    lease: Mapped[str] = mapped_column(String(40), default="", server_default="")  # who works on it
    lease_until: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problem: Mapped[dict[str, Any] | None]  # a Message
    made_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    made_by: Mapped[Account] = relationship()


class JobLine(Base):
    """What came of one record."""

    __tablename__ = "job_lines"
    __table_args__ = (
        UniqueConstraint("job_id", "record_id"),
        one_of("outcome", LineOutcome),
        Index("ix_job_lines_job_id_outcome", "job_id", "outcome"),
    )

    id: Mapped[Id]
    job_id: Mapped[int] = mapped_column(Key, ForeignKey("jobs.id", ondelete="RESTRICT"))
    record_id: Mapped[int] = mapped_column(Key)
    outcome: Mapped[str] = mapped_column(String(10))
    message: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # a Message: why it was set aside
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
