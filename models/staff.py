"""Staff, the dated events of their careers, and their wage records as a chain."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Fen, Id, Key, Revised, one_of
from models.units import Unit


class StaffType(StrEnum):
    INSTITUTION = "INSTITUTION"
    CIVIL_SERVANT = "CIVIL_SERVANT"
    ORGAN_WORKER = "ORGAN_WORKER"


class StaffState(StrEnum):
    """`PENDING` is on the roster and has no wage yet; `ENDED` has left."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


class Education(StrEnum):
    DOCTOR = "DOCTOR"
    MASTER = "MASTER"
    DUAL_OR_PGCLASS = "DUAL_OR_PGCLASS"
    BACHELOR = "BACHELOR"
    JUNIOR_COLLEGE = "JUNIOR_COLLEGE"
    SECONDARY = "SECONDARY"
    JUNIOR_HIGH = "JUNIOR_HIGH"


class Occupation(StrEnum):
    TEACHER = "TEACHER"
    COMPULSORY_TEACHER = "COMPULSORY_TEACHER"
    NURSE = "NURSE"


class Sex(StrEnum):
    MALE = "MALE"
    FEMALE = "FEMALE"


class Staff(Revised, Base):
    """One employee. The identity number is kept encrypted; two keyed indexes find it, whole or by its last four."""

    __tablename__ = "staff"
    __table_args__ = (
        one_of("staff_type", StaffType),
        one_of("state", StaffState),
        one_of("education", Education),
        one_of("occupation", Occupation, optional=True),
        one_of("sex", Sex),
        CheckConstraint("state <> 'ENDED' OR left_on IS NOT NULL", name="ended_has_a_day"),
        CheckConstraint("left_on IS NULL OR left_on >= work_start", name="leaves_after_starting"),
        CheckConstraint("occupation IS NULL OR teaching_start_year IS NOT NULL", name="occupation_has_a_first_year"),
        Index("ix_staff_unit_id_name", "unit_id", "name"),
        Index("ix_staff_name_initials", "name_initials"),
        Index("ix_staff_name", "name"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    staff_no: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    name_initials: Mapped[str] = mapped_column(String(20))
    sex: Mapped[str] = mapped_column(String(6))
    birth_date: Mapped[date]
    id_number_cipher: Mapped[str] = mapped_column(String(200))
    id_number_index: Mapped[str] = mapped_column(String(64), unique=True)
    id_tail_index: Mapped[str] = mapped_column(String(64), index=True)
    phone: Mapped[str] = mapped_column(String(20), default="", server_default="")
    staff_type: Mapped[str] = mapped_column(String(20))
    education: Mapped[str] = mapped_column(String(20))
    occupation: Mapped[str | None] = mapped_column(String(20))
    teaching_start_year: Mapped[int | None] = mapped_column(Integer)
    teaching_deducted_years: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    work_start: Mapped[date]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    interruption_years: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    post: Mapped[str | None] = mapped_column(String(20))  # code of the post held, as in the career format
    state: Mapped[str] = mapped_column(String(10), default=StaffState.PENDING)
    # Staff type, education and occupation when the career here began, where they differ now: replays begin with them.
    at_start: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    unit: Mapped[Unit] = relationship()

    def __str__(self) -> str:
        return self.name


class CareerEvent(Base):
    """A dated fact of a career, in the shape of the career format; wages are replayed from these."""

    __tablename__ = "career_events"
    __table_args__ = (
        Index("ix_career_events_staff_id_day", "staff_id", "day"),
        Index(
            "uq_career_events_assessment_year",
            "staff_id",
            "year",
            unique=True,
            sqlite_where=text("year IS NOT NULL AND voided_at IS NULL"),
            postgresql_where=text("year IS NOT NULL AND voided_at IS NULL"),
        ),
        CheckConstraint("(year IS NULL) = (kind <> 'assessment')", name="assessment_has_a_year"),
        CheckConstraint("(day IS NULL) = (kind = 'assessment')", name="other_events_have_a_day"),
    )

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(30))
    day: Mapped[date | None]
    year: Mapped[int | None] = mapped_column(Integer)
    data: Mapped[dict[str, Any]]  # the event's own fields in the career format, without id, type and date
    application_id: Mapped[int | None] = mapped_column(
        Key, ForeignKey("applications.id", ondelete="RESTRICT"), index=True
    )
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class WageRecord(Base):
    """One link of the wage chain. The current link is the one without successor; a voided link is kept as history."""

    __tablename__ = "wage_records"
    __table_args__ = (
        Index(
            "uq_wage_records_previous_id",
            "previous_id",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
        Index(
            "uq_wage_records_first_link",
            "staff_id",
            unique=True,
            sqlite_where=text("previous_id IS NULL AND voided_at IS NULL"),
            postgresql_where=text("previous_id IS NULL AND voided_at IS NULL"),
        ),
        Index(
            "uq_wage_records_effect_of_application",
            "application_id",
            "staff_id",
            unique=True,
            sqlite_where=text("application_id IS NOT NULL AND voided_at IS NULL"),
            postgresql_where=text("application_id IS NOT NULL AND voided_at IS NULL"),
        ),
        Index(
            "ix_wage_records_spells",  # who is paid what in a month, told from the index alone
            "staff_id",
            "position",
            "effective_month",
            "total_fen",
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
        UniqueConstraint("staff_id", "position"),
        CheckConstraint("total_fen >= 0", name="total_not_negative"),
    )

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    previous_id: Mapped[int | None] = mapped_column(Key, ForeignKey("wage_records.id", ondelete="RESTRICT"))
    position: Mapped[int] = mapped_column(Integer)  # counts every link ever written for the person, from 1
    effective_month: Mapped[date]  # the first day of the month
    cause: Mapped[str] = mapped_column(String(30))  # kind of the event, or `increment`, `repricing`
    event_id: Mapped[int | None] = mapped_column(Key, ForeignKey("career_events.id", ondelete="RESTRICT"))
    application_id: Mapped[int | None] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    standard_version: Mapped[date]
    state: Mapped[dict[str, Any]]  # as the career format's `state`
    components: Mapped[list[Any]]  # each with amount, rule, table, document: see app/pay/components.py
    total_fen: Mapped[int] = mapped_column(Fen)
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()
