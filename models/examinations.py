"""Examinations of uploads, by which version of the checks and under which thresholds, and the thresholds as data."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.applications import Application
from models.base import Base, Id, Key, Revised, one_of
from models.items import ServiceItem
from models.materials import Upload


class Examination(Base):
    """One examination of one upload. It outlives an upload that was tidied away, as figures and without the file."""

    __tablename__ = "examinations"
    __table_args__ = (
        one_of("cause", ("upload", "again")),
        Index("ix_examinations_upload_id", "upload_id", "id"),
        Index("ix_examinations_figures", "examined_at", "item_id", "material_code", "unit_id", "accepted", "cause"),
    )

    id: Mapped[Id]
    upload_id: Mapped[int | None] = mapped_column(Key, ForeignKey("uploads.id", ondelete="RESTRICT"))
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"))
    material_code: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(10))  # with the upload, or again later
    checker_version: Mapped[str] = mapped_column(String(20))
    thresholds: Mapped[dict[str, Any]]  # those that departed from the product's own, by name
    accepted: Mapped[bool]
    codes: Mapped[list[Any]]  # everything that it found
    looks: Mapped[list[Any]]  # of each page that was looked at: `page` and `measures`
    examined_at: Mapped[datetime]

    upload: Mapped[Upload | None] = relationship()
    application: Mapped[Application] = relationship()


class ThresholdState(StrEnum):
    """`PROPOSED` waits for a second person; `IN_FORCE` is what judges; `ENDED` was in force until another came."""

    PROPOSED = "PROPOSED"
    IN_FORCE = "IN_FORCE"
    ENDED = "ENDED"
    REFUSED = "REFUSED"


class ThresholdSet(Revised, Base):
    """Thresholds of the house, or of one material of one item, that depart from the product's. Ended, never edited."""

    __tablename__ = "threshold_sets"
    __table_args__ = (
        one_of("state", ThresholdState),
        CheckConstraint("(item_id IS NULL) = (material_code IS NULL)", name="house_or_material"),
        CheckConstraint("(state = 'PROPOSED') = (decided_at IS NULL)", name="decided_has_a_moment"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="second_person"),
        CheckConstraint("(state = 'ENDED') = (ended_at IS NOT NULL)", name="ended_has_a_moment"),
        Index(
            "uq_threshold_sets_proposed",
            "place",
            unique=True,
            sqlite_where=text("state = 'PROPOSED'"),
            postgresql_where=text("state = 'PROPOSED'"),
        ),
        Index(
            "uq_threshold_sets_in_force",
            "place",
            unique=True,
            sqlite_where=text("state = 'IN_FORCE'"),
            postgresql_where=text("state = 'IN_FORCE'"),
        ),
    )

    id: Mapped[Id]
    place: Mapped[str] = mapped_column(String(60))  # "house", or item and material: one set is in force at each
    item_id: Mapped[int | None] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"))
    material_code: Mapped[str | None] = mapped_column(String(20))
    values: Mapped[dict[str, Any]]  # by name of the threshold; none of them: the product's own again
    before: Mapped[dict[str, Any]]  # what was in force here until then
    state: Mapped[str] = mapped_column(String(10), default=ThresholdState.PROPOSED)
    reason: Mapped[str] = mapped_column(String(500))
    proposed_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    ended_at: Mapped[datetime | None]

    item: Mapped[ServiceItem | None] = relationship()
    proposed_by: Mapped[Account] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])
