"""Cases that somebody must answer, with their history and the people concerned.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _cases()
    _history()


def downgrade() -> None:
    for table in ("case_people", "case_events", "cases"):
        op.drop_table(table)


def _to(column: str, table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{owner}_{column}"), ondelete="RESTRICT")


def _check(owner: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{owner}_{name}"))


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("about_kind", sa.String(length=30), server_default="", nullable=False),
        sa.Column("about_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("assigned_to_id", KEY, nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", KEY, nullable=True),
        sa.Column("times_opened", sa.Integer(), server_default="1", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        _check("cases", "state_known", "state IN ('OPEN', 'ANSWERED', 'CLOSED')"),
        _check("cases", "severity_known", "severity IN ('NOTICE', 'WARNING', 'GRAVE')"),
        _check("cases", "answer_known", "answer IS NULL OR answer IN ('EXPLAINED', 'CORRECTED')"),
        _check("cases", "outcome_known", "outcome IS NULL OR outcome IN ('CORRECTED', 'ACCEPTED', 'UNFOUNDED')"),
        _check("cases", "closed_has_an_outcome", "(state = 'CLOSED') = (outcome IS NOT NULL)"),
        _check("cases", "closed_has_a_moment", "(state = 'CLOSED') = (closed_at IS NOT NULL)"),
        _check("cases", "answer_has_a_moment", "(answer IS NULL) = (answered_at IS NULL)"),
        _check("cases", "answered_has_an_answer", "state <> 'ANSWERED' OR answer IS NOT NULL"),
        _check("cases", "open_waits_for_an_answer", "state <> 'OPEN' OR answer IS NULL"),
        _check("cases", "opened_at_least_once", "times_opened > 0"),
        _check("cases", "digest_is_whole", "length(digest) = 64"),
        _to("unit_id", "units", "cases"),
        _to("assigned_to_id", "accounts", "cases"),
        _to("answered_by_id", "accounts", "cases"),
        _to("closed_by_id", "accounts", "cases"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("key", name=op.f("uq_cases_key")),
    )
    op.create_index("ix_cases_unit_id_state", "cases", ["unit_id", "state", "due_on", "id"])
    op.create_index("ix_cases_state_due_on", "cases", ["state", "due_on", "id"])
    op.create_index("ix_cases_rule_outcome", "cases", ["rule", "outcome"])
    op.create_index("ix_cases_about", "cases", ["about_kind", "about_id"])
    op.create_index("ix_cases_assigned_to_id", "cases", ["assigned_to_id", "state"])


def _history() -> None:
    op.create_table(
        "case_events",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        _to("case_id", "cases", "case_events"),
        _to("by_id", "accounts", "case_events"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index("ix_case_events_case_id", "case_events", ["case_id", "id"])
    op.create_table(
        "case_people",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        _to("case_id", "cases", "case_people"),
        _to("staff_id", "staff", "case_people"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name=op.f("pk_case_people")),
    )
    op.create_index("ix_case_people_staff_id", "case_people", ["staff_id"])
