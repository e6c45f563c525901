"""Proposals that the system prepares, and the assessments that units report.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
RESULTS = "'EXCELLENT', 'QUALIFIED', 'BASICALLY_QUALIFIED', 'UNQUALIFIED', 'NO_GRADE', 'NOT_ASSESSED'"


def _to(column: str, table: str, owner: str = "proposals") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{owner}_{column}"), ondelete="RESTRICT")


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("due_key", sa.String(length=40), nullable=False),
        sa.Column("foresight", sa.String(length=30), nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("before_fen", sa.BigInteger(), nullable=True),
        sa.Column("after_fen", sa.BigInteger(), nullable=True),
        sa.Column("effective_month", sa.Date(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", KEY, nullable=True),
        sa.Column("reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("application_id", KEY, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('OPEN', 'CONFIRMED', 'SET_ASIDE', 'SUPERSEDED', 'EXPIRED')",
            name=op.f("ck_proposals_state_known"),
        ),
        sa.CheckConstraint("(state = 'OPEN') = (closed_at IS NULL)", name=op.f("ck_proposals_closed_has_a_moment")),
        sa.CheckConstraint(
            "state <> 'CONFIRMED' OR application_id IS NOT NULL", name=op.f("ck_proposals_confirmed_has_an_application")
        ),
        sa.CheckConstraint(
            "state <> 'OPEN' OR application_id IS NULL", name=op.f("ck_proposals_open_has_no_application")
        ),
        sa.CheckConstraint(
            "(state = 'SET_ASIDE') = (length(reason) > 0)", name=op.f("ck_proposals_set_aside_has_a_reason")
        ),
        sa.CheckConstraint(
            "(state IN ('CONFIRMED', 'SET_ASIDE')) = (closed_by_id IS NOT NULL)",
            name=op.f("ck_proposals_decided_by_somebody"),
        ),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_proposals_digest_is_whole")),
        _to("staff_id", "staff"),
        _to("unit_id", "units"),
        _to("item_id", "service_items"),
        _to("closed_by_id", "accounts"),
        _to("application_id", "applications"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("staff_id", "item_id", "due_key", name=op.f("uq_proposals_staff_id_item_id_due_key")),
    )
    op.create_index("ix_proposals_unit_id_state", "proposals", ["unit_id", "state", "item_id", "due_on", "id"])
    op.create_index("ix_proposals_state_id", "proposals", ["state", "id"])
    op.create_index("ix_proposals_application_id", "proposals", ["application_id"])
    op.create_index(op.f("ix_proposals_item_id"), "proposals", ["item_id"])
    op.create_table(
        "reported_assessments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("reported_by_id", KEY, nullable=True),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(f"result IN ({RESULTS})", name=op.f("ck_reported_assessments_result_known")),
        sa.CheckConstraint("year BETWEEN 1950 AND 2100", name=op.f("ck_reported_assessments_year_is_one")),
        _to("staff_id", "staff", "reported_assessments"),
        _to("reported_by_id", "accounts", "reported_assessments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_assessments")),
        sa.UniqueConstraint("staff_id", "year", name=op.f("uq_reported_assessments_staff_id_year")),
    )


def downgrade() -> None:
    for name in ("reported_assessments", "proposals"):
        op.drop_table(name)
