"""What fund-risk rules look at beside the record: payrolls as units paid them, establishments; their settings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Fen, Id, Key, one_of
from models.staff import Staff
from models.units import Unit


class PayrollOrigin(StrEnum):
    """`WORKBOOK` is what the unit says it paid; `RECORD` is written from wages and confirmed payments."""

    WORKBOOK = "WORKBOOK"
    RECORD = "RECORD"


class PayrollSheet(Base):
    """What one unit paid its staff in one month. A new sheet replaces the one before, which is kept."""

    __tablename__ = "payroll_sheets"
    __table_args__ = (
        one_of("origin", PayrollOrigin),
        CheckConstraint("line_count > 0", name="not_empty"),
        Index(
            "uq_payroll_sheets_standing", "unit_id", "month", unique=True,
            sqlite_where=text("replaced_at IS NULL"), postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_payroll_sheets_month", "month", "unit_id"),
    )  # fmt: skip

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    month: Mapped[date]  # the first day of the month
    origin: Mapped[str] = mapped_column(String(10))
    filename: Mapped[str] = mapped_column(String(200), default="", server_default="")
    line_count: Mapped[int] = mapped_column(Integer)
    total_fen: Mapped[int] = mapped_column(Fen)
    kept_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    kept_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    kept_by: Mapped[Account | None] = relationship()


class PayrollLine(Base):
    """What one person was paid. Identity and bank account are known by keyed indexes alone, and the account's end."""

    __tablename__ = "payroll_lines"
    __table_args__ = (
        UniqueConstraint("sheet_id", "row"),
        CheckConstraint("basic_fen >= 0 AND allowance_fen >= 0", name="not_negative"),
        CheckConstraint("length(id_number_index) = 64", name="index_is_whole"),
        Index("ix_payroll_lines_person", "id_number_index", "month"),
        Index("ix_payroll_lines_staff_id", "staff_id", "month"),
        Index("ix_payroll_lines_month", "month", "account_index"),
    )

    id: Mapped[Id]
    sheet_id: Mapped[int] = mapped_column(Key, ForeignKey("payroll_sheets.id", ondelete="RESTRICT"))
    row: Mapped[int] = mapped_column(Integer)  # where it stands in the sheet
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    month: Mapped[date]
    staff_id: Mapped[int | None] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))  # when it was kept
    name: Mapped[str] = mapped_column(String(60))
    id_number_index: Mapped[str] = mapped_column(String(64))
    post: Mapped[str | None] = mapped_column(String(20))  # the post whose standard it was paid by
    basic_fen: Mapped[int] = mapped_column(Fen)
    allowance_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    back_pay_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")  # negative where something was kept
    account_index: Mapped[str] = mapped_column(String(64), default="", server_default="")
    account_tail: Mapped[str] = mapped_column(String(4), default="", server_default="")

    sheet: Mapped[PayrollSheet] = relationship()
    unit: Mapped[Unit] = relationship()
    staff: Mapped[Staff | None] = relationship()


class Establishment(Base):
    """How many people a unit may employ, by document, over a half-open period. It is ended, never edited."""

    __tablename__ = "establishments"
    __table_args__ = (
        CheckConstraint("head_count >= 0", name="not_negative"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_after_it_begins"),
        UniqueConstraint("unit_id", "valid_from"),
        Index(
            "uq_establishments_in_force", "unit_id", unique=True,
            sqlite_where=text("valid_to IS NULL"), postgresql_where=text("valid_to IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    head_count: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    set_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    set_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()
    set_by: Mapped[Account | None] = relationship()


class RiskSetting(Base):
    """Whether a rule is on, and its parameters, for one class of units or for all, over a half-open period."""

    __tablename__ = "risk_settings"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_it_begins"),
        CheckConstraint("length(reason) > 0", name="has_a_reason"),
        Index(
            "uq_risk_settings_in_force", "rule", "unit_type", unique=True,
            sqlite_where=text("valid_to IS NULL"), postgresql_where=text("valid_to IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    rule: Mapped[str] = mapped_column(String(40))
    unit_type: Mapped[str] = mapped_column(String(30), default="", server_default="")  # empty: every unit
    active: Mapped[bool] = mapped_column(default=True, server_default="1")
    values: Mapped[dict[str, Any]]  # parameter and whole number; one that is not named has its default
    reason: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    set_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    set_at: Mapped[datetime]

    set_by: Mapped[Account | None] = relationship()
