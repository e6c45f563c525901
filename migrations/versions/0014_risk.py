"""Cases that somebody must answer, with their history; payrolls as paid, establishments, settings of risk rules.

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
    _payrolls()
    _establishments()
    _settings()


def downgrade() -> None:
    for table in (
        "risk_settings", "establishments", "payroll_lines", "payroll_sheets", "case_people", "case_events", "cases",
    ):  # fmt: skip
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
        sa.Column("latest", sa.String(length=20), server_default="", nullable=False),
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


def _payrolls() -> None:
    op.create_table(
        "payroll_sheets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("filename", sa.String(length=200), server_default="", nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("kept_by_id", KEY, nullable=True),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
        _check("payroll_sheets", "origin_known", "origin IN ('WORKBOOK', 'RECORD')"),
        _check("payroll_sheets", "not_empty", "line_count > 0"),
        _to("unit_id", "units", "payroll_sheets"),
        _to("kept_by_id", "accounts", "payroll_sheets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_sheets")),
    )
    _unique_while("payroll_sheets", "standing", ["unit_id", "month"], "replaced_at IS NULL")
    op.create_index("ix_payroll_sheets_month", "payroll_sheets", ["month", "unit_id"])
    op.create_table(
        "payroll_lines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sheet_id", KEY, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("id_number_index", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=20), nullable=True),
        sa.Column("basic_fen", sa.BigInteger(), nullable=False),
        sa.Column("allowance_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("back_pay_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("account_index", sa.String(length=64), server_default="", nullable=False),
        sa.Column("account_tail", sa.String(length=4), server_default="", nullable=False),
        _check("payroll_lines", "not_negative", "basic_fen >= 0 AND allowance_fen >= 0"),
        _check("payroll_lines", "index_is_whole", "length(id_number_index) = 64"),
        _to("sheet_id", "payroll_sheets", "payroll_lines"),
        _to("unit_id", "units", "payroll_lines"),
        _to("staff_id", "staff", "payroll_lines"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_lines")),
        sa.UniqueConstraint("sheet_id", "row", name=op.f("uq_payroll_lines_sheet_id_row")),
    )
    op.create_index("ix_payroll_lines_person", "payroll_lines", ["id_number_index", "month"])
    op.create_index("ix_payroll_lines_staff_id", "payroll_lines", ["staff_id", "month"])
    op.create_index("ix_payroll_lines_month", "payroll_lines", ["month", "account_index"])


def _establishments() -> None:
    op.create_table(
        "establishments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("set_by_id", KEY, nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        _check("establishments", "not_negative", "head_count >= 0"),
        _check("establishments", "ends_after_it_begins", "valid_to IS NULL OR valid_to > valid_from"),
        _to("unit_id", "units", "establishments"),
        _to("set_by_id", "accounts", "establishments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishments")),
        sa.UniqueConstraint("unit_id", "valid_from", name=op.f("uq_establishments_unit_id_valid_from")),
    )
    _unique_while("establishments", "in_force", ["unit_id"], "valid_to IS NULL")


def _settings() -> None:
    op.create_table(
        "risk_settings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("unit_type", sa.String(length=30), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("set_by_id", KEY, nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        _check("risk_settings", "ends_after_it_begins", "valid_to IS NULL OR valid_to >= valid_from"),
        _check("risk_settings", "has_a_reason", "length(reason) > 0"),
        _to("set_by_id", "accounts", "risk_settings"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_settings")),
    )
    _unique_while("risk_settings", "in_force", ["rule", "unit_type"], "valid_to IS NULL")


def _unique_while(table: str, name: str, columns: list[str], holds: str) -> None:
    """A unique key among the rows that stand."""
    op.create_index(
        f"uq_{table}_{name}", table, columns, unique=True, sqlite_where=sa.text(holds),
        postgresql_where=sa.text(holds),
    )  # fmt: skip
