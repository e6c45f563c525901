"""What was read on the pages of uploads.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "material_readings",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("upload_id", KEY, nullable=False),
        sa.Column("reader_version", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(length=20), server_default="", nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("corrected_by_id", KEY, nullable=True),
        sa.Column("corrected_at", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(corrected_at IS NULL) = (corrected_by_id IS NULL)",
            name=op.f("ck_material_readings_correction_has_a_person"),
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_material_readings_upload_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["accounts.id"], name=op.f("fk_material_readings_corrected_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_readings")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_material_readings_upload_id")),
    )


def downgrade() -> None:
    op.drop_table("material_readings")
