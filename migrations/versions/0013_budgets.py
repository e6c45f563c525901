"""Performance pay: policy values, totals, proposals, plans, distributions, the ledger, refusals and warnings.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _budget_policies()
    _budget_totals()
    _budget_proposals()
    _budget_plans()
    _budget_plan_lines()
    _budget_distributions()
    _budget_payments()
    _budget_entries()
    _budget_refusals()
    _budget_workbooks()
    _budget_warnings()


def downgrade() -> None:
    for table in (
        "budget_warnings",
        "budget_workbooks",
        "budget_refusals",
        "budget_entries",
        "budget_payments",
        "budget_distributions",
        "budget_plan_lines",
        "budget_plans",
        "budget_proposals",
        "budget_totals",
        "budget_policies",
    ):
        op.drop_table(table)


def _budget_policies() -> None:
    op.create_table(
        "budget_policies",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_class", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("changed_by_id", KEY, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "unit_class IN ('COMPULSORY_SCHOOL', 'FULLY_FUNDED', 'PARTLY_FUNDED', 'SELF_FUNDED')",
            name=op.f("ck_budget_policies_unit_class_known"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_budget_policies_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["accounts.id"], name=op.f("fk_budget_policies_changed_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_policies")),
        sa.UniqueConstraint(
            "unit_class", "key", "valid_from", name=op.f("uq_budget_policies_unit_class_key_valid_from")
        ),
    )
    op.create_index(
        "uq_budget_policies_in_force",
        "budget_policies",
        ["unit_class", "key"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )


def _budget_totals() -> None:
    op.create_table(
        "budget_totals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_class", sa.String(length=20), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("committed_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("outside_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("basic_percent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("document", sa.String(length=200), server_default="", nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "unit_class IN ('COMPULSORY_SCHOOL', 'FULLY_FUNDED', 'PARTLY_FUNDED', 'SELF_FUNDED')",
            name=op.f("ck_budget_totals_unit_class_known"),
        ),
        sa.CheckConstraint(
            "approved_on IS NOT NULL OR total_fen = 0", name=op.f("ck_budget_totals_nothing_before_the_approval")
        ),
        sa.CheckConstraint("basic_percent BETWEEN 0 AND 100", name=op.f("ck_budget_totals_basic_is_a_percentage")),
        sa.CheckConstraint(
            "committed_fen >= 0 AND paid_fen >= 0 AND outside_fen >= 0", name=op.f("ck_budget_totals_not_negative")
        ),
        sa.CheckConstraint(
            "paid_fen + committed_fen <= total_fen", name=op.f("ck_budget_totals_never_more_than_the_total")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_budget_totals_unit_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_totals")),
        sa.UniqueConstraint("unit_id", "year", name=op.f("uq_budget_totals_unit_id_year")),
    )
    op.create_index("ix_budget_totals_year", "budget_totals", ["year", "unit_id"], unique=False)


def _budget_proposals() -> None:
    op.create_table(
        "budget_proposals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("total_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("before_fen", sa.BigInteger(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("basic_percent", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by_id", KEY, nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'PROPOSED') = (decided_at IS NULL)", name=op.f("ck_budget_proposals_decided_has_a_moment")
        ),
        sa.CheckConstraint(
            "state IN ('PROPOSED', 'APPROVED', 'REFUSED')", name=op.f("ck_budget_proposals_state_known")
        ),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_budget_proposals_amount_not_negative")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_budget_proposals_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_budget_proposals_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_budget_proposals_proposed_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["total_id"], ["budget_totals.id"], name=op.f("fk_budget_proposals_total_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_budget_proposals_unit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_proposals")),
    )
    op.create_index("ix_budget_proposals_total_id", "budget_proposals", ["total_id", "id"], unique=False)
    op.create_index("ix_budget_proposals_unit_id", "budget_proposals", ["unit_id", "state"], unique=False)
    op.create_index(
        "uq_budget_proposals_open",
        "budget_proposals",
        ["total_id"],
        unique=True,
        sqlite_where=sa.text("state = 'PROPOSED'"),
        postgresql_where=sa.text("state = 'PROPOSED'"),
    )


def _budget_plans() -> None:
    op.create_table(
        "budget_plans",
        sa.Column("id", KEY, nullable=False),
        sa.Column("total_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("pool_fen", sa.BigInteger(), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=500), server_default="", nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("submitted_by_id", KEY, nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("item IN ('BASIC', 'INCENTIVE')", name=op.f("ck_budget_plans_item_known")),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED', 'REPLACED')",
            name=op.f("ck_budget_plans_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('APPROVED', 'RETURNED') OR decided_at IS NOT NULL",
            name=op.f("ck_budget_plans_decided_has_a_moment"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> submitted_by_id", name=op.f("ck_budget_plans_second_person")
        ),
        sa.CheckConstraint("pool_fen >= 0", name=op.f("ck_budget_plans_pool_not_negative")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_budget_plans_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_budget_plans_made_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["accounts.id"], name=op.f("fk_budget_plans_submitted_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["total_id"], ["budget_totals.id"], name=op.f("fk_budget_plans_total_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_budget_plans_unit_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_plans")),
    )
    op.create_index("ix_budget_plans_total_id", "budget_plans", ["total_id", "state"], unique=False)
    op.create_index("ix_budget_plans_unit_id", "budget_plans", ["unit_id", "state"], unique=False)
    op.create_index(
        "uq_budget_plans_in_force",
        "budget_plans",
        ["total_id", "item"],
        unique=True,
        sqlite_where=sa.text("state = 'APPROVED'"),
        postgresql_where=sa.text("state = 'APPROVED'"),
    )


def _budget_plan_lines() -> None:
    op.create_table(
        "budget_plan_lines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("post", sa.String(length=20), nullable=True),
        sa.Column("coefficient", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("share_percent", sa.Integer(), server_default="100", nullable=False),
        sa.Column("leader", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("coefficient >= 0 AND amount_fen >= 0", name=op.f("ck_budget_plan_lines_not_negative")),
        sa.CheckConstraint("share_percent BETWEEN 0 AND 100", name=op.f("ck_budget_plan_lines_share_is_a_percentage")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["budget_plans.id"], name=op.f("fk_budget_plan_lines_plan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_budget_plan_lines_staff_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_plan_lines")),
    )
    op.create_index("ix_budget_plan_lines_plan_id", "budget_plan_lines", ["plan_id", "position"], unique=False)
    op.create_index("ix_budget_plan_lines_staff_id", "budget_plan_lines", ["staff_id"], unique=False)


def _budget_distributions() -> None:
    op.create_table(
        "budget_distributions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("total_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("released_by_id", KEY, nullable=True),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("release_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("paid_by_id", KEY, nullable=True),
        sa.Column("paid_at", MOMENT, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'CANCELLED') = (cancelled_at IS NOT NULL)",
            name=op.f("ck_budget_distributions_cancelled_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(state = 'PAID') = (paid_at IS NOT NULL)", name=op.f("ck_budget_distributions_paid_has_a_moment")
        ),
        sa.CheckConstraint(
            "item IN ('BASIC', 'INCENTIVE', 'TALENT', 'SCIENCE')", name=op.f("ck_budget_distributions_item_known")
        ),
        sa.CheckConstraint(
            "state IN ('HELD', 'COMMITTED', 'PAID', 'CANCELLED')", name=op.f("ck_budget_distributions_state_known")
        ),
        sa.CheckConstraint("amount_fen > 0 AND people > 0", name=op.f("ck_budget_distributions_not_empty")),
        sa.CheckConstraint(
            "paid_by_id IS NULL OR paid_by_id <> made_by_id", name=op.f("ck_budget_distributions_second_person_pays")
        ),
        sa.CheckConstraint(
            "released_by_id IS NULL OR released_by_id <> made_by_id",
            name=op.f("ck_budget_distributions_second_person_releases"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_budget_distributions_made_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["paid_by_id"], ["accounts.id"], name=op.f("fk_budget_distributions_paid_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["budget_plans.id"], name=op.f("fk_budget_distributions_plan_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"],
            ["accounts.id"],
            name=op.f("fk_budget_distributions_released_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["total_id"], ["budget_totals.id"], name=op.f("fk_budget_distributions_total_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_budget_distributions_unit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_distributions")),
        sa.UniqueConstraint("number", name=op.f("uq_budget_distributions_number")),
    )
    op.create_index("ix_budget_distributions_month", "budget_distributions", ["month", "state"], unique=False)
    op.create_index(
        "ix_budget_distributions_total_id", "budget_distributions", ["total_id", "month", "item"], unique=False
    )
    op.create_index("ix_budget_distributions_unit_id", "budget_distributions", ["unit_id", "state"], unique=False)
    op.create_index(
        "uq_budget_distributions_same",
        "budget_distributions",
        ["total_id", "digest"],
        unique=True,
        sqlite_where=sa.text("state <> 'CANCELLED'"),
        postgresql_where=sa.text("state <> 'CANCELLED'"),
    )


def _budget_payments() -> None:
    op.create_table(
        "budget_payments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("distribution_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("leader", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_budget_payments_not_negative")),
        sa.ForeignKeyConstraint(
            ["distribution_id"],
            ["budget_distributions.id"],
            name=op.f("fk_budget_payments_distribution_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_budget_payments_staff_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_payments")),
        sa.UniqueConstraint("distribution_id", "staff_id", name=op.f("uq_budget_payments_distribution_id_staff_id")),
    )
    op.create_index("ix_budget_payments_staff_id", "budget_payments", ["staff_id"], unique=False)


def _budget_entries() -> None:
    op.create_table(
        "budget_entries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("total_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("distribution_id", KEY, nullable=True),
        sa.Column("proposal_id", KEY, nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("(distribution_id IS NULL) = (kind = 'TOTAL')", name=op.f("ck_budget_entries_one_origin")),
        sa.CheckConstraint(
            "(proposal_id IS NULL) = (kind <> 'TOTAL')", name=op.f("ck_budget_entries_total_by_a_document")
        ),
        sa.CheckConstraint("kind IN ('TOTAL', 'COMMIT', 'PAY', 'RELEASE')", name=op.f("ck_budget_entries_kind_known")),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_budget_entries_never_below_nought")),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_budget_entries_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["distribution_id"],
            ["budget_distributions.id"],
            name=op.f("fk_budget_entries_distribution_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["budget_proposals.id"], name=op.f("fk_budget_entries_proposal_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["total_id"], ["budget_totals.id"], name=op.f("fk_budget_entries_total_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_entries")),
        sa.UniqueConstraint("distribution_id", "kind", name=op.f("uq_budget_entries_distribution_id_kind")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_budget_entries_proposal_id")),
    )
    op.create_index("ix_budget_entries_total_id", "budget_entries", ["total_id", "id"], unique=False)


def _budget_refusals() -> None:
    op.create_table(
        "budget_refusals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("total_id", KEY, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("short_fen", sa.BigInteger(), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("short_fen > 0", name=op.f("ck_budget_refusals_was_short")),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_budget_refusals_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["total_id"], ["budget_totals.id"], name=op.f("fk_budget_refusals_total_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_refusals")),
    )
    op.create_index("ix_budget_refusals_total_id", "budget_refusals", ["total_id", "id"], unique=False)


def _budget_workbooks() -> None:
    op.create_table(
        "budget_workbooks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("total_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by_id", KEY, nullable=True),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("taken_id", KEY, nullable=True),
        sa.CheckConstraint("kind IN ('DISTRIBUTION', 'PLAN')", name=op.f("ck_budget_workbooks_kind_known")),
        sa.ForeignKeyConstraint(
            ["total_id"], ["budget_totals.id"], name=op.f("fk_budget_workbooks_total_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_budget_workbooks_unit_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["accounts.id"], name=op.f("fk_budget_workbooks_uploaded_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_workbooks")),
    )
    op.create_index("ix_budget_workbooks_unit_id", "budget_workbooks", ["unit_id"], unique=False)


def _budget_warnings() -> None:
    op.create_table(
        "budget_warnings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("total_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("breach_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'OPEN') = (closed_on IS NULL)", name=op.f("ck_budget_warnings_closed_has_a_day")),
        sa.CheckConstraint(
            "state <> 'RIGHT' OR breach_on IS NOT NULL", name=op.f("ck_budget_warnings_right_has_a_breach")
        ),
        sa.CheckConstraint(
            "state IN ('OPEN', 'RIGHT', 'AVERTED', 'WRONG')", name=op.f("ck_budget_warnings_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["total_id"], ["budget_totals.id"], name=op.f("fk_budget_warnings_total_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_budget_warnings_unit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_warnings")),
    )
    op.create_index("ix_budget_warnings_code", "budget_warnings", ["code", "state"], unique=False)
    op.create_index("ix_budget_warnings_unit_id", "budget_warnings", ["unit_id", "state"], unique=False)
    op.create_index(
        "uq_budget_warnings_open",
        "budget_warnings",
        ["total_id", "code"],
        unique=True,
        sqlite_where=sa.text("state = 'OPEN'"),
        postgresql_where=sa.text("state = 'OPEN'"),
    )
