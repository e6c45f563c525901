"""Cases: a matter that somebody must answer, opened by a warning or by a risk rule, with its evidence and history."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, Revised, one_of
from models.staff import Staff
from models.units import Unit


class CaseState(StrEnum):
    """`OPEN` waits for the unit's answer, `ANSWERED` for somebody above it to judge, `CLOSED` has an outcome."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


class CaseAnswer(StrEnum):
    EXPLAINED = "EXPLAINED"
    CORRECTED = "CORRECTED"


class CaseOutcome(StrEnum):
    """`CORRECTED` and `ACCEPTED` confirm what was found; `UNFOUNDED` says that nothing was wrong."""

    CORRECTED = "CORRECTED"
    ACCEPTED = "ACCEPTED"
    UNFOUNDED = "UNFOUNDED"


class CaseSeverity(StrEnum):
    NOTICE = "NOTICE"
    WARNING = "WARNING"
    GRAVE = "GRAVE"


class Case(Revised, Base):
    """One matter. Its key is why the same matter opens one case only, also when two runs find it at once."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("key"),
        one_of("state", CaseState),
        one_of("severity", CaseSeverity),
        one_of("answer", CaseAnswer, optional=True),
        one_of("outcome", CaseOutcome, optional=True),
        CheckConstraint("(state = 'CLOSED') = (outcome IS NOT NULL)", name="closed_has_an_outcome"),
        CheckConstraint("(state = 'CLOSED') = (closed_at IS NOT NULL)", name="closed_has_a_moment"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_a_moment"),
        CheckConstraint("state <> 'ANSWERED' OR answer IS NOT NULL", name="answered_has_an_answer"),
        CheckConstraint("state <> 'OPEN' OR answer IS NULL", name="open_waits_for_an_answer"),
        CheckConstraint("times_opened > 0", name="opened_at_least_once"),
        CheckConstraint("length(digest) = 64", name="digest_is_whole"),
        Index("ix_cases_unit_id_state", "unit_id", "state", "due_on", "id"),
        Index("ix_cases_state_due_on", "state", "due_on", "id"),
        Index("ix_cases_rule_outcome", "rule", "outcome"),
        Index("ix_cases_about", "about_kind", "about_id"),
        Index("ix_cases_assigned_to_id", "assigned_to_id", "state"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(20))  # the room that opened it: `risk`, `budgets`
    rule: Mapped[str] = mapped_column(String(40))
    about_kind: Mapped[str] = mapped_column(String(30), default="", server_default="")
    about_id: Mapped[int | None] = mapped_column(Key)
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    subject: Mapped[dict[str, Any]]  # a Message
    reason: Mapped[dict[str, Any]]  # a Message: which rule or regulation it offends, and how
    evidence: Mapped[list[Any]]  # see app/cases/evidence.py
    accounts: Mapped[list[Any]] = mapped_column(default=list)  # accounts that it is about: they do not judge it
    digest: Mapped[str] = mapped_column(String(64))  # of what was found: another one is news
    latest: Mapped[str] = mapped_column(String(20), default="", server_default="")  # until when it goes on, if it does
    severity: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=CaseState.OPEN)
    answer: Mapped[str | None] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(10))
    assigned_to_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    days: Mapped[int] = mapped_column(Integer)  # working days in which it is to be answered
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    found_at: Mapped[datetime]  # when the matter was last found in the record
    gone_at: Mapped[datetime | None]  # since when it is no longer found there
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    times_opened: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    unit: Mapped[Unit] = relationship()
    assigned_to: Mapped[Account | None] = relationship(foreign_keys=[assigned_to_id])
    answered_by: Mapped[Account | None] = relationship(foreign_keys=[answered_by_id])
    closed_by: Mapped[Account | None] = relationship(foreign_keys=[closed_by_id])

    @property
    def number(self) -> str:
        """What people call it, for example YJ2018-000012."""
        return f"YJ{self.opened_at:%Y}-{self.id:06d}"

    def __str__(self) -> str:
        return self.number


class CaseEvent(Base):
    """What happened to a case: opened, found anew, assigned, answered, sent back, closed; never changed afterwards."""

    __tablename__ = "case_events"
    __table_args__ = (Index("ix_case_events_case_id", "case_id", "id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(Key, ForeignKey("cases.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    by_name: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)  # who it went to, the evidence that was replaced

    case: Mapped[Case] = relationship()


class CasePerson(Base):
    """An employee whom a case concerns: answers which cases speak of somebody, and who may not judge."""

    __tablename__ = "case_people"
    __table_args__ = (Index("ix_case_people_staff_id", "staff_id"),)

    case_id: Mapped[int] = mapped_column(Key, ForeignKey("cases.id", ondelete="RESTRICT"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"), primary_key=True)

    staff: Mapped[Staff] = relationship()
