"""The open guide's real figures: what was counted last, by item, step and reason. Small counts are never stored."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Key


class GuideCount(Base):
    """One counting of what was decided in a span of days. The newest is shown; older ones are kept for a year."""

    __tablename__ = "guide_counts"
    __table_args__ = (
        CheckConstraint("since < until", name="days_in_order"),
        CheckConstraint("least >= 2", name="nobody_alone"),
        Index("ix_guide_counts_counted_at", "counted_at"),
    )

    id: Mapped[Id]
    counted_at: Mapped[datetime]
    since: Mapped[date]
    until: Mapped[date]  # the first day not counted
    least: Mapped[int] = mapped_column(Integer)  # what is fewer than this is not told


class GuideFigure(Base):
    """What one item, or one step of it, came to. Without `cases` there were too few to tell anything."""

    __tablename__ = "guide_figures"
    __table_args__ = (
        UniqueConstraint("count_id", "item_id", "step_key"),
        CheckConstraint("(cases IS NULL) = (median_tenths IS NULL)", name="told_whole"),
        CheckConstraint("in_time_permille IS NULL OR in_time_permille BETWEEN 0 AND 1000", name="a_share_in_time"),
        CheckConstraint("returned_permille IS NULL OR returned_permille BETWEEN 0 AND 1000", name="a_share_returned"),
    )

    id: Mapped[Id]
    count_id: Mapped[int] = mapped_column(Key, ForeignKey("guide_counts.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="CASCADE"))
    step_key: Mapped[str] = mapped_column(String(40), default="", server_default="")  # empty: the item as a whole
    step_zh: Mapped[str] = mapped_column(String(80), default="", server_default="")
    step_en: Mapped[str] = mapped_column(String(120), default="", server_default="")
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cases: Mapped[int | None] = mapped_column(Integer)
    median_tenths: Mapped[int | None] = mapped_column(Integer)  # working days, in tenths
    calendar_tenths: Mapped[int | None] = mapped_column(Integer)  # days from filing to decision, in tenths; items only
    in_time_permille: Mapped[int | None] = mapped_column(Integer)
    returned_permille: Mapped[int | None] = mapped_column(Integer)  # of an item: returned to the unit at least once


class GuideReason(Base):
    """A reason of the library for which an item was returned, and how often; rarer ones are not stored."""

    __tablename__ = "guide_reasons"
    __table_args__ = (UniqueConstraint("count_id", "item_id", "position"),)

    id: Mapped[Id]
    count_id: Mapped[int] = mapped_column(Key, ForeignKey("guide_counts.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    text_zh: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300))
    times: Mapped[int] = mapped_column(Integer)
