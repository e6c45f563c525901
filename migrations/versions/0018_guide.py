"""The open guide's figures, and the index of search.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
READERS = "'PUBLIC', 'LOGGED_IN', 'PERMISSION', 'UNIT', 'PERSON'"


def upgrade() -> None:
    _search()
    _guide()


def downgrade() -> None:
    for table in (
        "guide_reasons", "guide_figures", "guide_counts", "search_changes", "search_tokens", "search_words",
        "search_documents",
    ):  # fmt: skip
        op.drop_table(table)


def _to(column: str, table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{owner}_{column}"), ondelete="CASCADE")


def _check(owner: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{owner}_{name}"))


def _search() -> None:
    owner = "search_documents"
    op.create_table(
        owner,
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("initials", sa.String(length=300), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("reader", sa.String(length=12), nullable=False),
        sa.Column("permission", sa.String(length=60), nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("indexed_at", MOMENT, nullable=False),
        _check(owner, "language_known", "language IN ('zh', 'en')"),
        _check(owner, "reader_known", f"reader IN ({READERS})"),
        _check(owner, "permission_named", "(reader IN ('PERMISSION', 'UNIT')) = (permission IS NOT NULL)"),
        _check(owner, "unit_named", "(reader = 'UNIT') = (unit_id IS NOT NULL)"),
        _check(owner, "person_named", "(reader = 'PERSON') = (staff_id IS NOT NULL)"),
        _to("unit_id", "units", owner),
        _to("staff_id", "staff", owner),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("kind", "key", "language", name=op.f("uq_search_documents_kind_key_language")),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.String(length=24), nullable=False),
        sa.Column("pinyin", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_words_pinyin", "search_words", ["pinyin"])
    op.create_table(
        "search_tokens",
        sa.Column("token", sa.String(length=24), nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        _to("document_id", "search_documents", "search_tokens"),
        sa.PrimaryKeyConstraint("token", "document_id", name=op.f("pk_search_tokens")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_tokens_document_id", "search_tokens", ["document_id"])
    op.create_table(
        "search_changes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_changes")),
    )


def _guide() -> None:
    op.create_table(
        "guide_counts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        _check("guide_counts", "days_in_order", "since < until"),
        _check("guide_counts", "nobody_alone", "least >= 2"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_counts")),
    )
    op.create_index("ix_guide_counts_counted_at", "guide_counts", ["counted_at"])
    owner = "guide_figures"
    op.create_table(
        owner,
        sa.Column("id", KEY, nullable=False),
        sa.Column("count_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("step_key", sa.String(length=40), server_default="", nullable=False),
        sa.Column("step_zh", sa.String(length=80), server_default="", nullable=False),
        sa.Column("step_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("median_tenths", sa.Integer(), nullable=True),
        sa.Column("calendar_tenths", sa.Integer(), nullable=True),
        sa.Column("in_time_permille", sa.Integer(), nullable=True),
        sa.Column("returned_permille", sa.Integer(), nullable=True),
        _check(owner, "told_whole", "(cases IS NULL) = (median_tenths IS NULL)"),
        _check(owner, "a_share_in_time", "in_time_permille IS NULL OR in_time_permille BETWEEN 0 AND 1000"),
        _check(owner, "a_share_returned", "returned_permille IS NULL OR returned_permille BETWEEN 0 AND 1000"),
        _to("count_id", "guide_counts", owner),
        _to("item_id", "service_items", owner),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_figures")),
        sa.UniqueConstraint("count_id", "item_id", "step_key", name=op.f("uq_guide_figures_count_id_item_id_step_key")),
    )
    owner = "guide_reasons"
    op.create_table(
        owner,
        sa.Column("id", KEY, nullable=False),
        sa.Column("count_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_zh", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        _to("count_id", "guide_counts", owner),
        _to("item_id", "service_items", owner),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_reasons")),
        sa.UniqueConstraint("count_id", "item_id", "position", name=op.f("uq_guide_reasons_count_id_item_id_position")),
    )
