"""What the system prepares by itself: proposals, one for each person, item and occasion, and reported assessments."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.applications import Application
from models.base import Base, Fen, Id, Key, Revised, one_of
from models.items import ServiceItem
from models.staff import Staff
from models.units import Unit


class ProposalState(StrEnum):
    """`OPEN` waits for the clerk. `SUPERSEDED` was filed otherwise; `EXPIRED` is no longer due."""

    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    SET_ASIDE = "SET_ASIDE"
    SUPERSEDED = "SUPERSEDED"
    EXPIRED = "EXPIRED"


class Proposal(Revised, Base):
    """What one person is due for, prepared. The unique key is why nobody is proposed twice for the same occasion."""

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("staff_id", "item_id", "due_key"),
        one_of("state", ProposalState),
        CheckConstraint("(state = 'OPEN') = (closed_at IS NULL)", name="closed_has_a_moment"),
        CheckConstraint("state <> 'CONFIRMED' OR application_id IS NOT NULL", name="confirmed_has_an_application"),
        CheckConstraint("state <> 'OPEN' OR application_id IS NULL", name="open_has_no_application"),
        CheckConstraint("(state = 'SET_ASIDE') = (length(reason) > 0)", name="set_aside_has_a_reason"),
        CheckConstraint(
            "(state IN ('CONFIRMED', 'SET_ASIDE')) = (closed_by_id IS NOT NULL)", name="decided_by_somebody"
        ),
        CheckConstraint("length(digest) = 64", name="digest_is_whole"),
        Index("ix_proposals_unit_id_state", "unit_id", "state", "item_id", "due_on", "id"),
        Index("ix_proposals_state_id", "state", "id"),
        Index("ix_proposals_application_id", "application_id"),
    )

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"), index=True)
    due_key: Mapped[str] = mapped_column(String(40))  # the occasion: a year, an event, a day that comes once
    foresight: Mapped[str] = mapped_column(String(30))
    rule: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default=ProposalState.OPEN)
    why: Mapped[dict[str, Any]]  # a Message
    facts: Mapped[dict[str, Any]]  # answers, version, materials on file and amounts, as prepared
    digest: Mapped[str] = mapped_column(String(64))  # of the facts
    missing: Mapped[list[Any]] = mapped_column(default=list)  # Messages: what only the unit can add
    before_fen: Mapped[int | None] = mapped_column(Fen)
    after_fen: Mapped[int | None] = mapped_column(Fen)
    effective_month: Mapped[date | None]
    changes: Mapped[list[Any]] = mapped_column(default=list)  # Messages: what changed at `changed_at`
    changed_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    application_id: Mapped[int | None] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))

    staff: Mapped[Staff] = relationship()
    unit: Mapped[Unit] = relationship()
    item: Mapped[ServiceItem] = relationship()
    closed_by: Mapped[Account | None] = relationship()
    application: Mapped[Application | None] = relationship()

    def __str__(self) -> str:
        return f"{self.item_id}/{self.staff_id}/{self.due_key}"


class ReportedAssessment(Revised, Base):
    """The result of a year's assessment as the unit reported it. It becomes an event of the career through an
    application where it raises the wage, and by itself where it changes nothing."""

    __tablename__ = "reported_assessments"
    __table_args__ = (
        UniqueConstraint("staff_id", "year"),
        one_of(
            "result",
            ("EXCELLENT", "QUALIFIED", "BASICALLY_QUALIFIED", "UNQUALIFIED", "NO_GRADE", "NOT_ASSESSED"),
        ),
        CheckConstraint("year BETWEEN 1950 AND 2100", name="year_is_one"),
    )

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    year: Mapped[int] = mapped_column(Integer)
    result: Mapped[str] = mapped_column(String(20))
    reported_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    reported_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()
    reported_by: Mapped[Account | None] = relationship()
