"""Links by which an upload goes on at a phone."""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "phone_links",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("material_code", sa.String(length=20), nullable=True),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("usable_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_hash", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=60), server_default="", nullable=False),
        sa.Column("user_agent", sa.String(length=200), server_default="", nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "close_reason IS NULL OR close_reason IN ('done', 'desk', 'replaced')",
            name=op.f("ck_phone_links_close_reason_known"),
        ),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (device_hash IS NULL)", name=op.f("ck_phone_links_opened_by_a_device")
        ),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (usable_until IS NULL)", name=op.f("ck_phone_links_opened_for_a_time")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (close_reason IS NULL)", name=op.f("ck_phone_links_closed_for_a_reason")
        ),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_phone_links_expires_later")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_phone_links_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_phone_links_made_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_links")),
        sa.UniqueConstraint("device_hash", name=op.f("uq_phone_links_device_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_phone_links_token_hash")),
    )
    op.create_index(
        "uq_phone_links_one_stands",
        "phone_links",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_phone_links_application_id", "phone_links", ["application_id"], unique=False)
    op.create_index("ix_phone_links_made_by_id", "phone_links", ["made_by_id"], unique=False)
    op.create_table(
        "phone_uploads",
        sa.Column("upload_id", KEY, autoincrement=False, nullable=False),
        sa.Column("link_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["phone_links.id"], name=op.f("fk_phone_uploads_link_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_phone_uploads_upload_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_phone_uploads")),
    )
    op.create_index("ix_phone_uploads_link_id", "phone_uploads", ["link_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_phone_uploads_link_id", table_name="phone_uploads")
    op.drop_table("phone_uploads")
    op.drop_index("ix_phone_links_made_by_id", table_name="phone_links")
    op.drop_index("ix_phone_links_application_id", table_name="phone_links")
    op.drop_index(
        "uq_phone_links_one_stands",
        table_name="phone_links",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("phone_links")
