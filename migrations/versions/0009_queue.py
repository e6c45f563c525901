"""The working life of a queue: delegations, draws, copies, opinions, urging, recall, reminders, reasons, deciders.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ONE_PER_STEP = op.f("uq_decisions_application_id_round_step_position")
ONE_PER_SEAT = op.f("uq_decisions_application_id_round_step_position_seat")
ONE_PER_PERSON = op.f("uq_decisions_application_id_round_step_position_decided_by_id")

# What reviewers could choose from before the library could be edited.
STANDARD_REASONS = (
    ("ANSWER", "与所交材料不一致。", "It differs from the material sent."),
    ("ANSWER", "与人事档案不一致。", "It differs from the personnel file."),
    ("ANSWER", "日期有误，请对照文件核实。", "The day is wrong; compare it with the document."),
    ("ANSWER", "请在说明中补充情况。", "It needs an explanation in the note."),
    (
        "MATERIAL",
        "图像无法辨认，请在光线充足处重新拍摄。",
        "The picture cannot be read; photograph it again in good light.",
    ),
    ("MATERIAL", "缺页。", "A page is missing."),
    ("MATERIAL", "缺少盖章或签字。", "The seal or the signature is missing."),
    ("MATERIAL", "不是本人的材料。", "It belongs to another person."),
    ("MATERIAL", "不是所要求的材料。", "It is not the material asked for."),
    ("MATERIAL", "已过期或不是最新版本。", "It has expired or is not the latest edition."),
    ("MATERIAL", "边缘不全，请完整拍摄四角。", "The edges are cut off; show all four corners."),
    ("REJECT", "不符合本事项的办理条件。", "The conditions of this item are not met."),
    ("REJECT", "同一变动此前已批准。", "The same change has been approved already."),
    ("REJECT", "该人员工资不由本部门核定。", "This employee's wages are not fixed by this bureau."),
)


def upgrade() -> None:
    _several_deciders()
    _made_anew_on_sqlite(_seats)
    with op.batch_alter_table("application_events") as table:
        _keep_defaults(table)
        table.add_column(sa.Column("for_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_application_events_for_id"), "accounts", ["for_id"], ["id"], ondelete="RESTRICT"
        )
    _queue_tables()
    reasons = sa.table(
        "reasons", sa.column("kind"), sa.column("text_zh"), sa.column("text_en"), sa.column("active", sa.Boolean()),
        sa.column("created_at", MOMENT),
    )  # fmt: skip
    now = datetime.now(UTC)
    op.bulk_insert(
        reasons,
        [
            {"kind": kind, "text_zh": zh, "text_en": en, "active": True, "created_at": now}
            for kind, zh, en in STANDARD_REASONS
        ],
    )


def downgrade() -> None:
    for name in (
        "reason_uses", "reasons", "reminders", "recalls", "urges", "opinions", "application_copies", "draws",
        "delegations",
    ):  # fmt: skip
        op.drop_table(name)
    with op.batch_alter_table("application_events") as table:
        _keep_defaults(table)
        table.drop_constraint(op.f("fk_application_events_for_id"), type_="foreignkey")
        table.drop_column("for_id")
    _made_anew_on_sqlite(_one_seat)
    with op.batch_alter_table("item_steps") as table:
        for name in ("deciders_known", "a_few_decide", "several_are_more_than_one"):
            table.drop_constraint(op.f(f"ck_item_steps_{name}"), type_="check")
        for name in ("deciders", "deciders_count", "by_draw"):
            table.drop_column(name)


def _keep_defaults(table: Any) -> None:
    """Said again, for SQLite makes the table anew and would put the default in brackets."""
    table.alter_column("note", existing_type=sa.String(length=1000), server_default="")


def _several_deciders() -> None:
    with op.batch_alter_table("item_steps") as table:
        table.add_column(sa.Column("deciders", sa.String(length=3), server_default="one", nullable=False))
        table.add_column(sa.Column("deciders_count", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("by_draw", sa.Boolean(), server_default="0", nullable=False))
        table.create_check_constraint(op.f("ck_item_steps_deciders_known"), "deciders IN ('one', 'any', 'all')")
        table.create_check_constraint(op.f("ck_item_steps_a_few_decide"), "deciders_count BETWEEN 1 AND 9")
        table.create_check_constraint(
            op.f("ck_item_steps_several_are_more_than_one"), "(deciders = 'one') = (deciders_count = 1)"
        )


def _made_anew_on_sqlite(change: Callable[[], None]) -> None:
    """SQLite makes `decisions` anew, which the marks that refer to it would forbid: they are put aside meanwhile."""
    if op.get_bind().dialect.name != "sqlite":
        change()
        return
    op.execute("CREATE TABLE marks_kept AS SELECT id, decision_id, kind, key, reason FROM return_marks")
    op.drop_table("return_marks")
    change()
    op.create_table(
        "return_marks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("kind IN ('ANSWER', 'MATERIAL')", name=op.f("ck_return_marks_kind_known")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_return_marks_decision_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_marks")),
        sa.UniqueConstraint("decision_id", "kind", "key", name=op.f("uq_return_marks_decision_id_kind_key")),
    )
    op.execute("INSERT INTO return_marks SELECT id, decision_id, kind, key, reason FROM marks_kept")
    op.drop_table("marks_kept")


def _seats() -> None:
    with op.batch_alter_table("decisions") as table:
        _keep_defaults(table)
        table.add_column(sa.Column("seat", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("for_id", KEY, nullable=True))
        table.drop_constraint(ONE_PER_STEP, type_="unique")
        table.create_unique_constraint(ONE_PER_SEAT, ["application_id", "round", "step_position", "seat"])
        table.create_unique_constraint(ONE_PER_PERSON, ["application_id", "round", "step_position", "decided_by_id"])
        table.create_check_constraint(
            op.f("ck_decisions_stands_for_another"), "for_id IS NULL OR for_id <> decided_by_id"
        )
        table.create_foreign_key(op.f("fk_decisions_for_id"), "accounts", ["for_id"], ["id"], ondelete="RESTRICT")
    op.create_index("ix_decisions_for_id_application_id", "decisions", ["for_id", "application_id"])


def _one_seat() -> None:
    """Of several decisions at a step the last is kept; marks hang on last ones only."""
    op.execute(
        "DELETE FROM decisions WHERE EXISTS (SELECT 1 FROM decisions e WHERE "
        "e.application_id = decisions.application_id AND e.round = decisions.round "
        "AND e.step_position = decisions.step_position AND e.seat > decisions.seat)"
    )
    op.drop_index("ix_decisions_for_id_application_id", table_name="decisions")
    with op.batch_alter_table("decisions") as table:
        _keep_defaults(table)
        table.drop_constraint(op.f("fk_decisions_for_id"), type_="foreignkey")
        table.drop_constraint(op.f("ck_decisions_stands_for_another"), type_="check")
        table.drop_constraint(ONE_PER_PERSON, type_="unique")
        table.drop_constraint(ONE_PER_SEAT, type_="unique")
        table.create_unique_constraint(ONE_PER_STEP, ["application_id", "round", "step_position"])
        table.drop_column("for_id")
        table.drop_column("seat")


def _queue_tables() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("to_id", KEY, nullable=False),
        sa.Column("permission", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", KEY, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by_id", KEY, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by_id IS NULL)", name=op.f("ck_delegations_revoked_by_somebody")
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_delegations_two_people")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_delegations_has_a_reason")),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_delegations_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["accounts.id"], name=op.f("fk_delegations_created_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["from_id"], ["accounts.id"], name=op.f("fk_delegations_from_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["accounts.id"], name=op.f("fk_delegations_revoked_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["accounts.id"], name=op.f("fk_delegations_to_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index("ix_delegations_from_id", "delegations", ["from_id", "valid_to"], unique=False)
    op.create_index("ix_delegations_to_id", "delegations", ["to_id", "valid_to"], unique=False)
    op.create_table(
        "draws",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("pool", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.CheckConstraint("length(seed) = 64", name=op.f("ck_draws_seed_is_whole")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_draws_account_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_draws_application_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint(
            "application_id",
            "round",
            "step_position",
            "number",
            name=op.f("uq_draws_application_id_round_step_position_number"),
        ),
    )
    op.create_index("ix_draws_account_id", "draws", ["account_id"], unique=False)
    op.create_index(
        "uq_draws_in_force",
        "draws",
        ["application_id", "round", "step_position"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "application_copies",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("to_id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("noted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_copies_application_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["accounts.id"], name=op.f("fk_application_copies_from_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["accounts.id"], name=op.f("fk_application_copies_to_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_copies")),
        sa.UniqueConstraint("application_id", "to_id", name=op.f("uq_application_copies_application_id_to_id")),
    )
    op.create_index("ix_application_copies_to_id", "application_copies", ["to_id", "id"], unique=False)
    op.create_table(
        "opinions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_of_id", KEY, nullable=False),
        sa.Column("question", sa.String(length=1000), nullable=False),
        sa.Column("holds", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answer", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (length(answer) = 0)", name=op.f("ck_opinions_answer_has_a_moment")
        ),
        sa.CheckConstraint(
            "answered_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_opinions_answered_or_withdrawn")
        ),
        sa.CheckConstraint("asked_by_id <> asked_of_id", name=op.f("ck_opinions_two_people")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_opinions_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_opinions_asked_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["asked_of_id"], ["accounts.id"], name=op.f("fk_opinions_asked_of_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
    )
    op.create_index("ix_opinions_application_id", "opinions", ["application_id", "id"], unique=False)
    op.create_index("ix_opinions_asked_of_id", "opinions", ["asked_of_id", "id"], unique=False)
    op.create_index(
        "uq_opinions_open",
        "opinions",
        ["application_id", "asked_of_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "urges",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_urges_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_urges_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urges")),
        sa.UniqueConstraint("application_id", "day", name=op.f("uq_urges_application_id_day")),
    )
    op.create_table(
        "recalls",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (granted IS NULL)", name=op.f("ck_recalls_answered_with_yes_or_no")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_recalls_answered_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_recalls_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_recalls_asked_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
    )
    op.create_index("ix_recalls_application_id", "recalls", ["application_id", "id"], unique=False)
    op.create_index(
        "uq_recalls_open",
        "recalls",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "reminders",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("permission", sa.String(length=60), nullable=False),
        sa.Column("used_days", sa.Integer(), nullable=False),
        sa.Column("limit_days", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("level IN ('SOON', 'OVERDUE', 'ESCALATED')", name=op.f("ck_reminders_level_known")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_reminders_application_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "application_id", "step_position", "level", name=op.f("uq_reminders_application_id_step_position_level")
        ),
    )
    op.create_index("ix_reminders_permission_level", "reminders", ["permission", "level"], unique=False)
    op.create_table(
        "reasons",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("item_id", KEY, nullable=True),
        sa.Column("step_key", sa.String(length=40), nullable=True),
        sa.Column("text_zh", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", KEY, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('ANSWER', 'MATERIAL', 'REJECT')", name=op.f("ck_reasons_kind_known")),
        sa.CheckConstraint(
            "length(text_zh) > 0 AND length(text_en) > 0", name=op.f("ck_reasons_said_in_both_languages")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["accounts.id"], name=op.f("fk_reasons_created_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["service_items.id"], name=op.f("fk_reasons_item_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reasons")),
    )
    op.create_index("ix_reasons_item_id", "reasons", ["item_id"], unique=False)
    op.create_index("ix_reasons_kind", "reasons", ["kind", "active"], unique=False)
    op.create_table(
        "reason_uses",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reason_id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_reason_uses_decision_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["reasons.id"], name=op.f("fk_reason_uses_reason_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason_uses")),
        sa.UniqueConstraint("reason_id", "decision_id", name=op.f("uq_reason_uses_reason_id_decision_id")),
    )
    op.create_index("ix_reason_uses_decision_id", "reason_uses", ["decision_id"], unique=False)
