"""The employee: activation codes, counted attempts, second factors and recovery codes, sessions that await a factor.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN_CODE = sa.text("used_at IS NULL AND revoked_at IS NULL")
ONE_TIME = sa.text("kind = 'TOTP' AND removed_at IS NULL")
OF_A_SESSION = ("factor_due", "factor_at", "password_at", "challenge", "challenge_at")


def upgrade() -> None:
    with op.batch_alter_table("login_sessions") as table:
        table.add_column(sa.Column("factor_due", sa.Boolean(), server_default="0", nullable=False))
        table.add_column(sa.Column("factor_at", MOMENT, nullable=True))
        table.add_column(sa.Column("password_at", MOMENT, nullable=True))
        table.add_column(sa.Column("challenge", sa.String(length=100), nullable=True))
        table.add_column(sa.Column("challenge_at", MOMENT, nullable=True))
    _activations()
    _factors()


def downgrade() -> None:
    for table in ("recovery_codes", "factors", "attempt_counts", "activations"):
        op.drop_table(table)
    with op.batch_alter_table("login_sessions") as sessions:
        for column in reversed(OF_A_SESSION):
            sessions.drop_column(column)


def _to(column: str, table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{owner}_{column}"), ondelete="RESTRICT")


def _activations() -> None:
    op.create_table(
        "activations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint("way IN ('HANDED', 'SENT')", name=op.f("ck_activations_way_known")),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_activations_lasts_a_while")),
        sa.CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name=op.f("ck_activations_used_or_revoked")),
        sa.CheckConstraint("(used_at IS NULL) = (account_id IS NULL)", name=op.f("ck_activations_used_has_an_account")),
        _to("staff_id", "staff", "activations"),
        _to("made_by_id", "accounts", "activations"),
        _to("account_id", "accounts", "activations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activations")),
    )
    op.create_index("ix_activations_staff_id_id", "activations", ["staff_id", "id"])
    op.create_index(
        "uq_activations_open", "activations", ["staff_id"], unique=True, sqlite_where=OPEN_CODE,
        postgresql_where=OPEN_CODE,
    )  # fmt: skip
    op.create_table(
        "attempt_counts",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.CheckConstraint("tried >= 0", name=op.f("ck_attempt_counts_not_negative")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt_counts")),
    )
    op.create_index("ix_attempt_counts_began_at", "attempt_counts", ["began_at"])


def _factors() -> None:
    op.create_table(
        "factors",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("secret_cipher", sa.String(length=200), nullable=True),
        sa.Column("counter", KEY, server_default="0", nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=True),
        sa.Column("public_key", sa.String(length=4000), nullable=True),
        sa.Column("site", sa.String(length=255), nullable=True),
        sa.Column("transports", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("kind IN ('PASSKEY', 'TOTP')", name=op.f("ck_factors_kind_known")),
        sa.CheckConstraint(
            "(kind = 'PASSKEY') = (credential_id IS NOT NULL)", name=op.f("ck_factors_passkey_has_a_credential")
        ),
        sa.CheckConstraint("(kind = 'PASSKEY') = (public_key IS NOT NULL)", name=op.f("ck_factors_passkey_has_a_key")),
        sa.CheckConstraint(
            "(kind = 'TOTP') = (secret_cipher IS NOT NULL)", name=op.f("ck_factors_one_time_password_has_a_secret")
        ),
        _to("account_id", "accounts", "factors"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factors")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_factors_credential_id")),
    )
    op.create_index("ix_factors_account_id_removed_at", "factors", ["account_id", "removed_at"])
    op.create_index(
        "uq_factors_one_time_password", "factors", ["account_id"], unique=True, sqlite_where=ONE_TIME,
        postgresql_where=ONE_TIME,
    )  # fmt: skip
    op.create_table(
        "recovery_codes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _to("account_id", "accounts", "recovery_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_codes_account_id_code_hash")),
    )
