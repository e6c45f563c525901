"""The material desk: findings that know their place, examinations with their measures, thresholds as data.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PLACE = (
    ("application_id", KEY, "applications"), ("unit_id", KEY, "units"), ("item_id", KEY, "service_items"),
    ("material_code", sa.String(length=20), None), ("checker_version", sa.String(length=20), None),
)  # fmt: skip
WHERE_FOUND = (
    "UPDATE material_checks SET application_id = u.application_id, unit_id = a.unit_id, item_id = a.item_id, "
    "material_code = u.material_code, checker_version = u.checker_version "
    "FROM uploads u JOIN applications a ON a.id = u.application_id WHERE u.id = material_checks.upload_id"
)
EARLIER = (
    "INSERT INTO examinations (upload_id, application_id, unit_id, item_id, material_code, cause, checker_version, "
    "thresholds, accepted, codes, looks, examined_at) "
    "SELECT u.id, u.application_id, a.unit_id, a.item_id, u.material_code, 'upload', u.checker_version, '{}', "
    "u.accepted, '[]', '[]', u.uploaded_at FROM uploads u JOIN applications a ON a.id = u.application_id"
)


def upgrade() -> None:
    with op.batch_alter_table("material_checks") as table:
        _keep_defaults(table)
        for name, kind, _ in PLACE:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.add_column(sa.Column("afterwards", sa.Boolean(), server_default="0", nullable=False))
    op.execute(WHERE_FOUND)
    with op.batch_alter_table("material_checks") as table:
        _keep_defaults(table)
        table.alter_column("upload_id", existing_type=KEY, nullable=True)
        for name, kind, target in PLACE:
            table.alter_column(name, existing_type=kind, nullable=False)
            if target:
                table.create_foreign_key(
                    op.f(f"fk_material_checks_{name}"), target, [name], ["id"], ondelete="RESTRICT"
                )
    op.create_index("ix_material_checks_item_id", "material_checks", ["item_id", "id"])
    op.create_index("ix_material_checks_unit_id", "material_checks", ["unit_id", "id"])
    op.create_index("ix_material_checks_application_id", "material_checks", ["application_id"])
    op.create_index(
        "ix_material_checks_figures", "material_checks",
        ["checked_at", "code", "item_id", "material_code", "unit_id", "severity", "overridden_at"],
    )  # fmt: skip
    _examinations()
    op.execute(EARLIER)
    _threshold_sets()


def downgrade() -> None:
    op.drop_table("threshold_sets")
    op.drop_table("examinations")
    for name in ("figures", "application_id", "unit_id", "item_id"):
        op.drop_index(f"ix_material_checks_{name}", table_name="material_checks")
    op.execute("DELETE FROM material_checks WHERE upload_id IS NULL")
    with op.batch_alter_table("material_checks") as table:
        _keep_defaults(table)
        table.alter_column("upload_id", existing_type=KEY, nullable=False)
        for name, _, target in PLACE:
            if target:
                table.drop_constraint(op.f(f"fk_material_checks_{name}"), type_="foreignkey")
            table.drop_column(name)
        table.drop_column("afterwards")


def _keep_defaults(table: Any) -> None:
    """Said again, for SQLite makes the table anew and would put the default in brackets."""
    table.alter_column("override_reason", existing_type=sa.String(length=500), server_default="")


def _to(column: str, table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{owner}_{column}"), ondelete="RESTRICT")


def _examinations() -> None:
    op.create_table(
        "examinations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("upload_id", KEY, nullable=True),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("material_code", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("checker_version", sa.String(length=20), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("looks", sa.JSON(), nullable=False),
        sa.Column("examined_at", MOMENT, nullable=False),
        sa.CheckConstraint("cause IN ('upload', 'again')", name=op.f("ck_examinations_cause_known")),
        _to("upload_id", "uploads", "examinations"),
        _to("application_id", "applications", "examinations"),
        _to("unit_id", "units", "examinations"),
        _to("item_id", "service_items", "examinations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examinations")),
    )
    op.create_index("ix_examinations_upload_id", "examinations", ["upload_id", "id"])
    op.create_index(
        "ix_examinations_figures", "examinations",
        ["examined_at", "item_id", "material_code", "unit_id", "accepted", "cause"],
    )  # fmt: skip


def _threshold_sets() -> None:
    op.create_table(
        "threshold_sets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("item_id", KEY, nullable=True),
        sa.Column("material_code", sa.String(length=20), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("proposed_by_id", KEY, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('PROPOSED', 'IN_FORCE', 'ENDED', 'REFUSED')", name=op.f("ck_threshold_sets_state_known")
        ),
        sa.CheckConstraint(
            "(item_id IS NULL) = (material_code IS NULL)", name=op.f("ck_threshold_sets_house_or_material")
        ),
        sa.CheckConstraint(
            "(state = 'PROPOSED') = (decided_at IS NULL)", name=op.f("ck_threshold_sets_decided_has_a_moment")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_threshold_sets_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_threshold_sets_second_person")
        ),
        sa.CheckConstraint(
            "(state = 'ENDED') = (ended_at IS NOT NULL)", name=op.f("ck_threshold_sets_ended_has_a_moment")
        ),
        _to("item_id", "service_items", "threshold_sets"),
        _to("proposed_by_id", "accounts", "threshold_sets"),
        _to("decided_by_id", "accounts", "threshold_sets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_sets")),
    )
    for name, state in (("proposed", "PROPOSED"), ("in_force", "IN_FORCE")):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_threshold_sets_{name}", "threshold_sets", ["place"], unique=True, sqlite_where=only,
            postgresql_where=only,
        )  # fmt: skip
