"""Files that arrive piece by piece."""

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "incoming_files",
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("material_code", sa.String(length=20), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("phone_link_id", KEY, nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("declared_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upload_id", KEY, nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_incoming_files_not_empty")),
        sa.CheckConstraint("received >= 0 AND received <= size", name=op.f("ck_incoming_files_no_more_than_announced")),
        sa.CheckConstraint("finished_at IS NULL OR received = size", name=op.f("ck_incoming_files_finished_whole")),
        sa.CheckConstraint(
            "upload_id IS NULL OR finished_at IS NOT NULL", name=op.f("ck_incoming_files_upload_once_finished")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_incoming_files_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_incoming_files_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_incoming_files_upload_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_incoming_files")),
    )
    op.create_index("ix_incoming_files_account_id", "incoming_files", ["account_id", "finished_at"], unique=False)
    op.create_index("ix_incoming_files_application_id", "incoming_files", ["application_id"], unique=False)
    op.create_index("ix_incoming_files_touched_at", "incoming_files", ["touched_at"], unique=False)
    op.create_index("ix_incoming_files_upload_id", "incoming_files", ["upload_id"], unique=False)


def downgrade() -> None:
    op.drop_table("incoming_files")
