"""Filters of the lists that people keep."""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("endpoint", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("opens_first", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_saved_filters_account_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("account_id", "endpoint", "name", name=op.f("uq_saved_filters_account_id_endpoint_name")),
    )
    op.create_index(
        "uq_saved_filters_opens_first",
        "saved_filters",
        ["account_id", "endpoint"],
        unique=True,
        sqlite_where=sa.text("opens_first"),
        postgresql_where=sa.text("opens_first"),
    )


def downgrade() -> None:
    op.drop_index("uq_saved_filters_opens_first", table_name="saved_filters")
    op.drop_table("saved_filters")
