"""Performance-pay totals of units: policy values by date, approved totals, what they rest on, refusals, warnings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Fen, Id, Key, Revised, one_of
from models.units import Unit


class UnitClass(StrEnum):
    """What policy tells apart; a school of compulsory education has its own share of basic performance pay (P-3)."""

    COMPULSORY_SCHOOL = "COMPULSORY_SCHOOL"
    FULLY_FUNDED = "FULLY_FUNDED"
    PARTLY_FUNDED = "PARTLY_FUNDED"
    SELF_FUNDED = "SELF_FUNDED"


class BudgetItem(StrEnum):
    """What performance pay is paid as. `TALENT` and `SCIENCE` lie outside the total where policy says so (P-6)."""

    BASIC = "BASIC"
    INCENTIVE = "INCENTIVE"
    TALENT = "TALENT"
    SCIENCE = "SCIENCE"


class ProposalState(StrEnum):
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class WarningState(StrEnum):
    """`RIGHT`: what it warned of came. `AVERTED`: the unit changed course. `WRONG`: it did not come by itself."""

    OPEN = "OPEN"
    RIGHT = "RIGHT"
    AVERTED = "AVERTED"
    WRONG = "WRONG"


class BudgetPolicy(Base):
    """One policy value of one unit class over a period. A value is ended, never edited."""

    __tablename__ = "budget_policies"
    __table_args__ = (
        one_of("unit_class", UnitClass),
        UniqueConstraint("unit_class", "key", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_after_it_begins"),
        Index(
            "uq_budget_policies_in_force", "unit_class", "key", unique=True,
            sqlite_where=text("valid_to IS NULL"), postgresql_where=text("valid_to IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    unit_class: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(20))  # a decimal number as text
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    document: Mapped[str] = mapped_column(String(200))
    changed_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime]

    changed_by: Mapped[Account | None] = relationship()


class BudgetTotal(Revised, Base):
    """The total of one unit and year, and how much of it is committed and paid. The database itself refuses more."""

    __tablename__ = "budget_totals"
    __table_args__ = (
        one_of("unit_class", UnitClass),
        UniqueConstraint("unit_id", "year"),
        CheckConstraint("committed_fen >= 0 AND paid_fen >= 0 AND outside_fen >= 0", name="not_negative"),
        CheckConstraint("paid_fen + committed_fen <= total_fen", name="never_more_than_the_total"),
        CheckConstraint("approved_on IS NOT NULL OR total_fen = 0", name="nothing_before_the_approval"),
        CheckConstraint("basic_percent BETWEEN 0 AND 100", name="basic_is_a_percentage"),
        Index("ix_budget_totals_year", "year", "unit_id"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    year: Mapped[int] = mapped_column(Integer)
    unit_class: Mapped[str] = mapped_column(String(20))
    total_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    committed_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    paid_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    outside_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")  # paid outside the total (P-6)
    basic_percent: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    items: Mapped[list[Any]]  # codes of what may be paid
    document: Mapped[str] = mapped_column(String(200), default="", server_default="")
    approved_on: Mapped[date | None]

    unit: Mapped[Unit] = relationship()

    @property
    def balance_fen(self) -> int:
        """What may still be committed."""
        return self.total_fen - self.paid_fen - self.committed_fen


class BudgetProposal(Revised, Base):
    """A total as it is asked for: how it was worked out, by which document, and who decided on it."""

    __tablename__ = "budget_proposals"
    __table_args__ = (
        one_of("state", ProposalState),
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("(state = 'PROPOSED') = (decided_at IS NULL)", name="decided_has_a_moment"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="second_person"),
        Index(
            "uq_budget_proposals_open", "total_id", unique=True,
            sqlite_where=text("state = 'PROPOSED'"), postgresql_where=text("state = 'PROPOSED'"),
        ),
        Index("ix_budget_proposals_total_id", "total_id", "id"),
        Index("ix_budget_proposals_unit_id", "unit_id", "state"),
    )  # fmt: skip

    id: Mapped[Id]
    total_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_totals.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    before_fen: Mapped[int | None] = mapped_column(Fen)  # the total that it changes; null for the first of a year
    amount_fen: Mapped[int] = mapped_column(Fen)
    basic_percent: Mapped[int] = mapped_column(Integer)
    items: Mapped[list[Any]]
    basis: Mapped[dict[str, Any]]  # what it was worked out from: see app/budgets/computing.py
    document: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), default=ProposalState.PROPOSED)
    proposed_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")

    total: Mapped[BudgetTotal] = relationship()
    unit: Mapped[Unit] = relationship()
    proposed_by: Mapped[Account | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])


class BudgetRefusal(Base):
    """A distribution that the balance did not allow, and by how much."""

    __tablename__ = "budget_refusals"
    __table_args__ = (
        CheckConstraint("short_fen > 0", name="was_short"),
        Index("ix_budget_refusals_total_id", "total_id", "id"),
    )

    id: Mapped[Id]
    total_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_totals.id", ondelete="RESTRICT"))
    amount_fen: Mapped[int] = mapped_column(Fen)
    short_fen: Mapped[int] = mapped_column(Fen)
    by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    at: Mapped[datetime]


class BudgetWarning(Revised, Base):
    """A warning before the event, what it rested on, and whether it was right in the end."""

    __tablename__ = "budget_warnings"
    __table_args__ = (
        one_of("state", WarningState),
        CheckConstraint("(state = 'OPEN') = (closed_on IS NULL)", name="closed_has_a_day"),
        CheckConstraint("state <> 'RIGHT' OR breach_on IS NOT NULL", name="right_has_a_breach"),
        Index(
            "uq_budget_warnings_open", "total_id", "code", unique=True,
            sqlite_where=text("state = 'OPEN'"), postgresql_where=text("state = 'OPEN'"),
        ),
        Index("ix_budget_warnings_unit_id", "unit_id", "state"),
        Index("ix_budget_warnings_code", "code", "state"),
    )  # fmt: skip

    id: Mapped[Id]
    total_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_totals.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(String(30))
    message: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default=WarningState.OPEN)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    breach_on: Mapped[date | None]  # when what it warned of came

    total: Mapped[BudgetTotal] = relationship()
    unit: Mapped[Unit] = relationship()
