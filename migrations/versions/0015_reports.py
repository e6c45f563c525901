"""Reports: exports kept for a time, saved questions, schedules; an index over the wage chain for reports of months.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STANDING = sa.text("voided_at IS NULL")
NOT_ENDED = sa.text("ended_at IS NULL")
NOT_SWEPT = sa.text("swept_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_wage_records_spells", "wage_records", ["staff_id", "position", "effective_month", "total_fen"],
        sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip
    op.create_table(
        "saved_pivots",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _to("account_id", "accounts", "saved_pivots"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_pivots")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_saved_pivots_account_id_name")),
    )
    _schedules()
    _exports()


def downgrade() -> None:
    op.drop_table("report_exports")
    op.drop_table("report_schedules")
    op.drop_table("saved_pivots")
    op.drop_index("ix_wage_records_spells", table_name="wage_records")


def _to(column: str, table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{owner}_{column}"), ondelete="RESTRICT")


def _schedules() -> None:
    op.create_table(
        "report_schedules",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("report", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("frequency", sa.String(length=10), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("format IN ('XLSX', 'PDF')", name=op.f("ck_report_schedules_format_known")),
        sa.CheckConstraint("frequency IN ('WEEKLY', 'MONTHLY')", name=op.f("ck_report_schedules_frequency_known")),
        sa.CheckConstraint("months >= 1", name=op.f("ck_report_schedules_at_least_a_month")),
        _to("account_id", "accounts", "report_schedules"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedules")),
    )
    op.create_index("ix_report_schedules_account_id", "report_schedules", ["account_id"])
    op.create_index(
        "ix_report_schedules_next_on", "report_schedules", ["next_on"], sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
    )  # fmt: skip


def _exports() -> None:
    op.create_table(
        "report_exports",
        sa.Column("id", KEY, nullable=False),
        sa.Column("report", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("reach", sa.JSON(), nullable=False),
        sa.Column("job_id", KEY, nullable=True),
        sa.Column("schedule_id", KEY, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("keep_until", MOMENT, nullable=False),
        sa.Column("swept_at", MOMENT, nullable=True),
        sa.CheckConstraint("format IN ('XLSX', 'PDF')", name=op.f("ck_report_exports_format_known")),
        sa.CheckConstraint(
            "(schedule_id IS NULL) = (due_on IS NULL)", name=op.f("ck_report_exports_scheduled_has_a_day")
        ),
        _to("job_id", "jobs", "report_exports"),
        _to("schedule_id", "report_schedules", "report_exports"),
        _to("made_by_id", "accounts", "report_exports"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_exports")),
        sa.UniqueConstraint("job_id", name=op.f("uq_report_exports_job_id")),
        sa.UniqueConstraint("schedule_id", "due_on", name=op.f("uq_report_exports_schedule_id_due_on")),
    )
    op.create_index("ix_report_exports_made_by_id", "report_exports", ["made_by_id", "id"])
    op.create_index(
        "ix_report_exports_keep_until", "report_exports", ["keep_until"], sqlite_where=NOT_SWEPT,
        postgresql_where=NOT_SWEPT,
    )  # fmt: skip
