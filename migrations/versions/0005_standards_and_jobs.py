"""Imported wage standards, long work in jobs, and payments that a job brings."""

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Integer(), server_default="0", nullable=False),
        sa.Column("set_aside", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cursor", KEY, server_default="0", nullable=False),
        sa.Column("lease", sa.String(length=40), server_default="", nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('WAITING', 'RUNNING', 'DONE', 'STOPPED', 'FAILED')", name=op.f("ck_jobs_state_known")),
        sa.CheckConstraint(
            "(state IN ('DONE', 'STOPPED', 'FAILED')) = (finished_at IS NOT NULL)", name=op.f("ck_jobs_ended_has_a_moment")
        ),
        sa.CheckConstraint("handled <= total", name=op.f("ck_jobs_not_more_than_all")),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_jobs_made_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_state_id", "jobs", ["state", "id"])
    op.create_table(
        "job_lines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("message", sa.JSON(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.CheckConstraint("outcome IN ('DONE', 'UNCHANGED', 'SET_ASIDE')", name=op.f("ck_job_lines_outcome_known")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_lines_job_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_lines")),
        sa.UniqueConstraint("job_id", "record_id", name=op.f("uq_job_lines_job_id_record_id")),
    )
    op.create_index("ix_job_lines_job_id_outcome", "job_lines", ["job_id", "outcome"])
    op.create_table(
        "standard_editions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("cell_count", sa.Integer(), nullable=False),
        sa.Column("imported_by_id", KEY, nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('PROPOSED', 'PUBLISHED', 'REFUSED')", name=op.f("ck_standard_editions_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'PROPOSED') = (decided_at IS NULL)", name=op.f("ck_standard_editions_decided_has_a_day")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_standard_editions_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> imported_by_id", name=op.f("ck_standard_editions_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["accounts.id"], name=op.f("fk_standard_editions_imported_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_standard_editions_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_editions")),
    )
    op.create_index("ix_standard_editions_state", "standard_editions", ["state", "id"])
    op.create_table(
        "standard_cells",
        sa.Column("id", KEY, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_standard_cells_amount_positive")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_editions.id"], name=op.f("fk_standard_cells_edition_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_cells")),
        sa.UniqueConstraint(
            "edition_id", "table_name", "category", "level", "step", name=op.f("uq_standard_cells_edition_id_table_name_category_level_step")
        ),
    )
    with op.batch_alter_table("payment_instructions") as table:
        table.alter_column("application_id", existing_type=KEY, nullable=True)
        # said again, for SQLite makes the table anew and would put the default in brackets
        table.alter_column("return_reason", existing_type=sa.String(length=500), server_default="")
        table.add_column(sa.Column("job_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_payment_instructions_job_id"), "jobs", ["job_id"], ["id"], ondelete="RESTRICT")
        table.create_unique_constraint(op.f("uq_payment_instructions_job_id_staff_id"), ["job_id", "staff_id"])
        table.create_check_constraint(op.f("ck_payment_instructions_one_origin"), "(application_id IS NULL) = (job_id IS NOT NULL)")


def downgrade() -> None:
    op.execute("DELETE FROM payment_instructions WHERE application_id IS NULL")
    with op.batch_alter_table("payment_instructions") as table:
        table.drop_constraint(op.f("ck_payment_instructions_one_origin"), type_="check")
        table.drop_constraint(op.f("uq_payment_instructions_job_id_staff_id"), type_="unique")
        table.drop_constraint(op.f("fk_payment_instructions_job_id"), type_="foreignkey")
        table.drop_column("job_id")
        table.alter_column("application_id", existing_type=KEY, nullable=False)
        table.alter_column("return_reason", existing_type=sa.String(length=500), server_default="")
    for name in ("standard_cells", "standard_editions", "job_lines", "jobs"):
        op.drop_table(name)
