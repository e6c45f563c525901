"""Results of approved applications, and what an employee was when the career began.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("staff", sa.Column("at_start", sa.JSON(), nullable=True))
    op.create_table(
        "results",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("effect", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("roster_before", sa.JSON(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("voided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_results_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_results_staff_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_results_unit_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
    )
    of_a_person = sa.text("staff_id IS NOT NULL AND voided_at IS NULL")
    of_a_unit = sa.text("staff_id IS NULL AND voided_at IS NULL")
    op.create_index(
        "uq_results_employee", "results", ["application_id", "staff_id"], unique=True,
        sqlite_where=of_a_person, postgresql_where=of_a_person,
    )  # fmt: skip
    op.create_index(
        "uq_results_unit", "results", ["application_id"], unique=True,
        sqlite_where=of_a_unit, postgresql_where=of_a_unit,
    )  # fmt: skip
    op.create_index("ix_results_staff_id", "results", ["staff_id", "id"])
    op.create_index("ix_results_unit_id", "results", ["unit_id", "effect"])


def downgrade() -> None:
    op.drop_table("results")
    op.drop_column("staff", "at_start")
