"""Distributions of performance pay: the unit's plans, what was paid to whom, and the ledger of each total."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Fen, Id, Key, Revised, one_of
from models.budgets import BudgetItem, BudgetProposal, BudgetTotal
from models.staff import Staff
from models.units import Unit


class PlanState(StrEnum):
    """`REPLACED` was in force until a later plan of the same item was approved."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    REPLACED = "REPLACED"


class DistributionState(StrEnum):
    """`HELD` and `COMMITTED` have taken their part of the balance; `HELD` waits for an answer to a finding."""

    HELD = "HELD"
    COMMITTED = "COMMITTED"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


class EntryKind(StrEnum):
    TOTAL = "TOTAL"
    COMMIT = "COMMIT"
    PAY = "PAY"
    RELEASE = "RELEASE"


class BudgetPlan(Revised, Base):
    """How a unit means to distribute an item: who, by which coefficient, tier and share."""

    __tablename__ = "budget_plans"
    __table_args__ = (
        one_of("state", PlanState),
        one_of("item", ("BASIC", "INCENTIVE")),
        CheckConstraint("pool_fen >= 0", name="pool_not_negative"),
        CheckConstraint("state NOT IN ('APPROVED', 'RETURNED') OR decided_at IS NOT NULL", name="decided_has_a_moment"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> submitted_by_id", name="second_person"),
        Index("ix_budget_plans_total_id", "total_id", "state"),
        Index("ix_budget_plans_unit_id", "unit_id", "state"),
        Index(
            "uq_budget_plans_in_force", "total_id", "item", unique=True,
            sqlite_where=text("state = 'APPROVED'"), postgresql_where=text("state = 'APPROVED'"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    total_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_totals.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    item: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120))
    pool_fen: Mapped[int] = mapped_column(Fen)  # what the plan distributes in the year
    tiers: Mapped[dict[str, Any]]  # assessment tier -> factor in hundredths
    state: Mapped[str] = mapped_column(String(10), default=PlanState.DRAFT)
    findings: Mapped[list[Any]]  # as they stood when it was submitted
    answer: Mapped[str] = mapped_column(String(500), default="", server_default="")  # what the unit says to them
    made_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    submitted_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")

    total: Mapped[BudgetTotal] = relationship()
    unit: Mapped[Unit] = relationship()
    submitted_by: Mapped[Account | None] = relationship(foreign_keys=[submitted_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    def __str__(self) -> str:
        return self.title


class BudgetPlanLine(Base):
    """One person of a plan. Somebody may stand in it twice: a check names that, so that nothing typed is lost."""

    __tablename__ = "budget_plan_lines"
    __table_args__ = (
        CheckConstraint("coefficient >= 0 AND amount_fen >= 0", name="not_negative"),
        CheckConstraint("share_percent BETWEEN 0 AND 100", name="share_is_a_percentage"),
        Index("ix_budget_plan_lines_plan_id", "plan_id", "position"),
        Index("ix_budget_plan_lines_staff_id", "staff_id"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_plans.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    post: Mapped[str | None] = mapped_column(String(20))
    coefficient: Mapped[int] = mapped_column(Integer)  # in hundredths
    tier: Mapped[str] = mapped_column(String(20))
    share_percent: Mapped[int] = mapped_column(Integer, default=100, server_default="100")
    leader: Mapped[bool] = mapped_column(default=False, server_default="0")  # the unit's main leader (P-4)
    amount_fen: Mapped[int] = mapped_column(Fen)

    staff: Mapped[Staff] = relationship()


class BudgetDistribution(Revised, Base):
    """One payment of an item to people of the unit. Committed once, paid or cancelled once."""

    __tablename__ = "budget_distributions"
    __table_args__ = (
        one_of("state", DistributionState),
        one_of("item", BudgetItem),
        CheckConstraint("amount_fen > 0 AND people > 0", name="not_empty"),
        CheckConstraint("(state = 'PAID') = (paid_at IS NOT NULL)", name="paid_has_a_moment"),
        CheckConstraint("(state = 'CANCELLED') = (cancelled_at IS NOT NULL)", name="cancelled_has_a_moment"),
        CheckConstraint("paid_by_id IS NULL OR paid_by_id <> made_by_id", name="second_person_pays"),
        CheckConstraint("released_by_id IS NULL OR released_by_id <> made_by_id", name="second_person_releases"),
        Index(
            "uq_budget_distributions_same", "total_id", "digest", unique=True,
            sqlite_where=text("state <> 'CANCELLED'"), postgresql_where=text("state <> 'CANCELLED'"),
        ),
        Index("ix_budget_distributions_total_id", "total_id", "month", "item"),
        Index("ix_budget_distributions_unit_id", "unit_id", "state"),
        Index("ix_budget_distributions_month", "month", "state"),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    total_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_totals.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    plan_id: Mapped[int | None] = mapped_column(Key, ForeignKey("budget_plans.id", ondelete="RESTRICT"))
    month: Mapped[date]  # the first day of the month it is paid for
    item: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120))
    counted: Mapped[bool]  # False: it lies outside the total
    amount_fen: Mapped[int] = mapped_column(Fen)
    people: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    findings: Mapped[list[Any]]  # what the rules said when it was sent
    digest: Mapped[str] = mapped_column(String(64))  # of what is paid to whom: the same thing sent twice has the same
    made_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    released_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    paid_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    paid_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")

    total: Mapped[BudgetTotal] = relationship()
    unit: Mapped[Unit] = relationship()
    plan: Mapped[BudgetPlan | None] = relationship()
    made_by: Mapped[Account | None] = relationship(foreign_keys=[made_by_id])
    released_by: Mapped[Account | None] = relationship(foreign_keys=[released_by_id])
    paid_by: Mapped[Account | None] = relationship(foreign_keys=[paid_by_id])

    def __str__(self) -> str:
        return self.number


class BudgetPayment(Base):
    """What one person gets in a distribution."""

    __tablename__ = "budget_payments"
    __table_args__ = (
        UniqueConstraint("distribution_id", "staff_id"),
        CheckConstraint("amount_fen >= 0", name="not_negative"),
        Index("ix_budget_payments_staff_id", "staff_id"),
    )

    id: Mapped[Id]
    distribution_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_distributions.id", ondelete="RESTRICT"))
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    amount_fen: Mapped[int] = mapped_column(Fen)
    leader: Mapped[bool] = mapped_column(default=False, server_default="0")

    distribution: Mapped[BudgetDistribution] = relationship()
    staff: Mapped[Staff] = relationship()


class BudgetEntry(Base):
    """One line of a total's ledger: what was approved, committed, paid or released, and the balance after it."""

    __tablename__ = "budget_entries"
    __table_args__ = (
        one_of("kind", EntryKind),
        UniqueConstraint("distribution_id", "kind"),
        UniqueConstraint("proposal_id"),
        CheckConstraint("(distribution_id IS NULL) = (kind = 'TOTAL')", name="one_origin"),
        CheckConstraint("(proposal_id IS NULL) = (kind <> 'TOTAL')", name="total_by_a_document"),
        CheckConstraint("balance_fen >= 0", name="never_below_nought"),
        Index("ix_budget_entries_total_id", "total_id", "id"),
    )

    id: Mapped[Id]
    total_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_totals.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(10))
    distribution_id: Mapped[int | None] = mapped_column(Key, ForeignKey("budget_distributions.id", ondelete="RESTRICT"))
    proposal_id: Mapped[int | None] = mapped_column(Key, ForeignKey("budget_proposals.id", ondelete="RESTRICT"))
    amount_fen: Mapped[int] = mapped_column(Fen)  # of a total the difference to the one before
    balance_fen: Mapped[int] = mapped_column(Fen)
    by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    distribution: Mapped[BudgetDistribution | None] = relationship()
    proposal: Mapped[BudgetProposal | None] = relationship()


class BudgetWorkbook(Base):
    """An uploaded workbook between its check and the taking of its rows."""

    __tablename__ = "budget_workbooks"
    __table_args__ = (
        one_of("kind", ("DISTRIBUTION", "PLAN")),
        Index("ix_budget_workbooks_unit_id", "unit_id"),
    )

    id: Mapped[Id]
    total_id: Mapped[int] = mapped_column(Key, ForeignKey("budget_totals.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(12))
    asked: Mapped[dict[str, Any]]  # month, item and title that it was uploaded for
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    uploaded_at: Mapped[datetime]
    taken_id: Mapped[int | None] = mapped_column(Key)  # the distribution or plan it became

    total: Mapped[BudgetTotal] = relationship()
    unit: Mapped[Unit] = relationship()
