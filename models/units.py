"""Units: the tree of organs and institutions, who supervises whom, and how far an office reaches."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, Key, Revised, one_of


class UnitType(StrEnum):
    ORGAN = "ORGAN"
    CIVIL_LAW_INSTITUTION = "CIVIL_LAW_INSTITUTION"
    FULLY_FUNDED = "FULLY_FUNDED"
    PARTLY_FUNDED = "PARTLY_FUNDED"
    SELF_FUNDED = "SELF_FUNDED"


class Unit(Revised, Base):
    """One organ or institution. `supervising_id` names its supervising department, often but not always its parent."""

    __tablename__ = "units"
    __table_args__ = (
        one_of("unit_type", UnitType),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("length(credit_code) = 18", name="credit_code_has_18_characters"),
        Index("ix_units_name", "name"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160), default="", server_default="")
    unit_type: Mapped[str] = mapped_column(String(30))
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    parent_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    supervising_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    active: Mapped[bool] = mapped_column(default=True, server_default="1")

    parent: Mapped[Unit | None] = relationship(foreign_keys=[parent_id], remote_side="Unit.id")
    supervising: Mapped[Unit | None] = relationship(foreign_keys=[supervising_id], remote_side="Unit.id")

    def __str__(self) -> str:
        return self.name


class UnitReach(Base):
    """`upper` reaches `unit`: itself, what lies below it in the tree, what it supervises. Kept by the unit service."""

    __tablename__ = "unit_reach"
    __table_args__ = (Index("ix_unit_reach_unit_id", "unit_id"),)

    upper_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True)
