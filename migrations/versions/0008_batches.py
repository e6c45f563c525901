"""Batches: filings for many employees, their lines, what was done with them, and the workbooks they came from.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _to(column: str, table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{owner}_{column}"), ondelete="RESTRICT")


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("item_version_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_by_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("submitted_by_id", KEY, nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(origin = 'ROUND') = (year IS NOT NULL)", name=op.f("ck_batches_round_has_a_year")),
        sa.CheckConstraint(
            "origin IN ('PROPOSALS', 'ROSTER', 'WORKBOOK', 'ROUND')", name=op.f("ck_batches_origin_known")
        ),
        sa.CheckConstraint("state <> 'FILED' OR submitted_at IS NOT NULL", name=op.f("ck_batches_filed_has_a_moment")),
        sa.CheckConstraint("state <> 'OPEN' OR submitted_at IS NULL", name=op.f("ck_batches_open_is_not_filed")),
        sa.CheckConstraint("state IN ('OPEN', 'FILED', 'GIVEN_UP')", name=op.f("ck_batches_state_known")),
        _to("created_by_id", "accounts", "batches"),
        _to("item_id", "service_items", "batches"),
        _to("item_version_id", "item_versions", "batches"),
        _to("submitted_by_id", "accounts", "batches"),
        _to("unit_id", "units", "batches"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("number", name=op.f("uq_batches_number")),
    )
    op.create_index("ix_batches_unit_id_state", "batches", ["unit_id", "state", "id"])
    op.create_index("ix_batches_year", "batches", ["year", "id"])
    op.create_table(
        "batch_runs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("verb", sa.String(length=10), nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=True),
        sa.CheckConstraint("verb IN ('FILE', 'APPROVE', 'RETURN', 'REJECT')", name=op.f("ck_batch_runs_verb_known")),
        _to("batch_id", "batches", "batch_runs"),
        _to("job_id", "jobs", "batch_runs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_runs")),
        sa.UniqueConstraint("job_id", name=op.f("uq_batch_runs_job_id")),
    )
    op.create_index("ix_batch_runs_batch_id", "batch_runs", ["batch_id", "id"])
    op.create_table(
        "batch_workbooks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by_id", KEY, nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("batch_id", KEY, nullable=True),
        _to("batch_id", "batches", "batch_workbooks"),
        _to("item_id", "service_items", "batch_workbooks"),
        _to("unit_id", "units", "batch_workbooks"),
        _to("uploaded_by_id", "accounts", "batch_workbooks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_workbooks")),
    )
    op.create_index("ix_batch_workbooks_unit_id", "batch_workbooks", ["unit_id"])
    op.create_table(
        "batch_lines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("proposal_id", KEY, nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("application_id", KEY, nullable=True),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("alike", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint(
            "application_id IS NULL OR length(alike) = 64", name=op.f("ck_batch_lines_filed_has_a_pattern")
        ),
        _to("application_id", "applications", "batch_lines"),
        _to("batch_id", "batches", "batch_lines"),
        _to("proposal_id", "proposals", "batch_lines"),
        _to("staff_id", "staff", "batch_lines"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_lines")),
        sa.UniqueConstraint("application_id", name=op.f("uq_batch_lines_application_id")),
        sa.UniqueConstraint("batch_id", "staff_id", name=op.f("uq_batch_lines_batch_id_staff_id")),
    )
    op.create_index("ix_batch_lines_proposal_id", "batch_lines", ["proposal_id"])
    op.create_index("ix_batch_lines_staff_id", "batch_lines", ["staff_id"])


def downgrade() -> None:
    for name in ("batch_lines", "batch_workbooks", "batch_runs", "batches"):
        op.drop_table(name)
