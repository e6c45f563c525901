"""Service items as data: each with its versions, and each version with fields, materials, steps and printed forms."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, Key, Revised, one_of


class VersionState(StrEnum):
    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class Necessity(StrEnum):
    REQUIRED = "REQUIRED"
    CONDITIONAL = "CONDITIONAL"
    OPTIONAL = "OPTIONAL"


class ServiceItem(Base):
    """One of the city's service items, for example NCGZ-01. What it asks for stands in its versions."""

    __tablename__ = "service_items"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(200))

    versions: Mapped[list[ItemVersion]] = relationship(
        back_populates="item", order_by="ItemVersion.number", passive_deletes="all"
    )

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class ItemVersion(Revised, Base):
    """One edition of an item. A published one never changes; an application keeps the one it was filed under."""

    __tablename__ = "item_versions"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        one_of("state", VersionState),
        CheckConstraint(
            "(published_at IS NOT NULL) = (state IN ('PUBLISHED', 'RETIRED'))", name="published_has_a_moment"
        ),
        CheckConstraint(
            "published_by_id IS NULL OR proposed_by_id IS NULL OR published_by_id <> proposed_by_id",
            name="published_by_a_second_person",
        ),
        Index(
            "uq_item_versions_one_published",
            "item_id",
            unique=True,
            sqlite_where=text("state = 'PUBLISHED'"),
            postgresql_where=text("state = 'PUBLISHED'"),
        ),
        Index(
            "uq_item_versions_one_in_work",
            "item_id",
            unique=True,
            sqlite_where=text("state IN ('DRAFT', 'PROPOSED')"),
            postgresql_where=text("state IN ('DRAFT', 'PROPOSED')"),
        ),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), default=VersionState.DRAFT)
    elements: Mapped[dict[str, Any]]  # the item-level elements, by field_code of the national list
    staff_types: Mapped[list[Any]]  # staff and unit kinds that the item serves
    effect: Mapped[str | None] = mapped_column(String(40))  # code in the registry of effects; none: result document
    effect_map: Mapped[dict[str, Any]]  # fact of the effect -> key of the field that gives it
    promised_days: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    effective_from: Mapped[date | None]

    item: Mapped[ServiceItem] = relationship(back_populates="versions")
    fields: Mapped[list[ItemField]] = relationship(
        back_populates="version", order_by="ItemField.position", cascade="all, delete-orphan"
    )
    materials: Mapped[list[ItemMaterial]] = relationship(
        back_populates="version", order_by="ItemMaterial.position", cascade="all, delete-orphan"
    )
    steps: Mapped[list[ItemStep]] = relationship(
        back_populates="version", order_by="ItemStep.position", cascade="all, delete-orphan"
    )
    forms: Mapped[list[ItemForm]] = relationship(
        back_populates="version", order_by="ItemForm.position", cascade="all, delete-orphan"
    )

    def __str__(self) -> str:
        return f"v{self.number}"


class ItemField(Base):
    """A question of the form: its type comes from the registry of field types, its condition is data."""

    __tablename__ = "item_fields"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("item_versions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(30))
    label_zh: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(160))
    help_zh: Mapped[str] = mapped_column(String(300), default="", server_default="")
    help_en: Mapped[str] = mapped_column(String(300), default="", server_default="")
    required: Mapped[bool] = mapped_column(default=True)
    options: Mapped[dict[str, Any]]  # of the type: choices, minimum, maximum, pattern
    condition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    prefill: Mapped[str | None] = mapped_column(String(60))  # fact that fills it in, for example `staff.education`

    version: Mapped[ItemVersion] = relationship(back_populates="fields")


class ItemMaterial(Base):
    """A material that an application must, may, or under a condition must carry."""

    __tablename__ = "item_materials"
    __table_args__ = (
        UniqueConstraint("version_id", "code"),
        one_of("necessity", Necessity),
        CheckConstraint("(necessity = 'CONDITIONAL') = (condition IS NOT NULL)", name="conditional_has_one"),
        CheckConstraint("min_pages >= 1 AND max_pages >= min_pages", name="pages_in_order"),
    )

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("item_versions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(30))  # original_scan, copy_scan, data_exchange
    necessity: Mapped[str] = mapped_column(String(12))
    condition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    condition_zh: Mapped[str] = mapped_column(String(200), default="", server_default="")
    condition_en: Mapped[str] = mapped_column(String(300), default="", server_default="")
    copies: Mapped[int] = mapped_column(Integer, default=1)
    min_pages: Mapped[int] = mapped_column(Integer, default=1)
    max_pages: Mapped[int] = mapped_column(Integer, default=30)
    accepts: Mapped[list[Any]]  # media types
    max_megabytes: Mapped[int] = mapped_column(Integer, default=20)
    severities: Mapped[dict[str, Any]]  # finding code -> blocking | warning, where it departs from the default
    notes_zh: Mapped[str] = mapped_column(Text, default="", server_default="")
    notes_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    mistakes_zh: Mapped[str] = mapped_column(Text, default="", server_default="")
    mistakes_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    sample_sha256: Mapped[str | None] = mapped_column(String(64))
    elements: Mapped[dict[str, Any]]  # the material elements of the national list that apply, by field_code
    source: Mapped[str] = mapped_column(String(60), default="", server_default="")

    version: Mapped[ItemVersion] = relationship(back_populates="materials")

    def __str__(self) -> str:
        return self.name_zh


class ItemStep(Base):
    """Who decides next, in how many working days, and when the step is skipped."""

    __tablename__ = "item_steps"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        UniqueConstraint("version_id", "position"),
        CheckConstraint("limit_days >= 0", name="limit_not_negative"),
        one_of("deciders", ("one", "any", "all")),
        CheckConstraint("deciders_count BETWEEN 1 AND 9", name="a_few_decide"),
        CheckConstraint("(deciders = 'one') = (deciders_count = 1)", name="several_are_more_than_one"),
    )

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("item_versions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    permission: Mapped[str] = mapped_column(String(60))  # who may decide: holders of this permission in reach
    limit_days: Mapped[int] = mapped_column(Integer)
    skip_condition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    deciders: Mapped[str] = mapped_column(String(3), default="one", server_default="one")  # one, any or all of several
    deciders_count: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    by_draw: Mapped[bool] = mapped_column(default=False, server_default="0")  # who reviews is drawn by lot

    version: Mapped[ItemVersion] = relationship(back_populates="steps")


class ItemForm(Base):
    """A form that the item prints."""

    __tablename__ = "item_forms"
    __table_args__ = (UniqueConstraint("version_id", "code"),)

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("item_versions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(60), default="", server_default="")

    version: Mapped[ItemVersion] = relationship(back_populates="forms")
