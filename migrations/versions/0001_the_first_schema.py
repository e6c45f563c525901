"""The first schema, with the triggers that keep audit events as they were written."""

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As in models/audit.py when this was written: the database itself refuses to change or remove an event.
SQLITE_TRIGGERS = tuple(
    f"CREATE TRIGGER audit_events_no_{verb.lower()} BEFORE {verb} ON audit_events "
    f"BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL_TRIGGERS = (
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$",
    "CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events "
    "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
)


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_events_hash")),
    )
    op.create_index("ix_audit_events_actor_id_seq", "audit_events", ["actor_id", "seq"], unique=False)
    op.create_index("ix_audit_events_record", "audit_events", ["record_kind", "record_id", "seq"], unique=False)
    op.create_index("ix_audit_events_unit_id_seq", "audit_events", ["unit_id", "seq"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "login_failures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failures")),
    )
    op.create_index("ix_login_failures_address_at", "login_failures", ["address", "at"], unique=False)
    op.create_index("ix_login_failures_username_at", "login_failures", ["username", "at"], unique=False)
    op.create_table(
        "number_series",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_series")),
    )
    op.create_table(
        "service_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_items")),
        sa.UniqueConstraint("code", name=op.f("uq_service_items_code")),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "stored_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_files_not_empty")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_files")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), server_default="", nullable=False),
        sa.Column("unit_type", sa.String(length=30), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supervising_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "unit_type IN ('ORGAN', 'CIVIL_LAW_INSTITUTION', 'FULLY_FUNDED', 'PARTLY_FUNDED', 'SELF_FUNDED')",
            name=op.f("ck_units_unit_type_known"),
        ),
        sa.CheckConstraint("length(credit_code) = 18", name=op.f("ck_units_credit_code_has_18_characters")),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_units_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["supervising_id"], ["units.id"], name=op.f("fk_units_supervising_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_units_credit_code")),
    )
    op.create_index("ix_units_name", "units", ["name"], unique=False)
    op.create_index(op.f("ix_units_parent_id"), "units", ["parent_id"], unique=False)
    op.create_index(op.f("ix_units_supervising_id"), "units", ["supervising_id"], unique=False)
    op.create_table(
        "audit_subjects",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_events.seq"], name=op.f("fk_audit_subjects_seq"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("seq", "staff_id", name=op.f("pk_audit_subjects")),
    )
    op.create_index("ix_audit_subjects_staff_id_seq", "audit_subjects", ["staff_id", "seq"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_initials", sa.String(length=20), nullable=False),
        sa.Column("sex", sa.String(length=6), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("id_number_cipher", sa.String(length=200), nullable=False),
        sa.Column("id_number_index", sa.String(length=64), nullable=False),
        sa.Column("id_tail_index", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=20), server_default="", nullable=False),
        sa.Column("staff_type", sa.String(length=20), nullable=False),
        sa.Column("education", sa.String(length=20), nullable=False),
        sa.Column("occupation", sa.String(length=20), nullable=True),
        sa.Column("teaching_start_year", sa.Integer(), nullable=True),
        sa.Column("teaching_deducted_years", sa.Integer(), server_default="0", nullable=False),
        sa.Column("work_start", sa.Date(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("interruption_years", sa.Integer(), server_default="0", nullable=False),
        sa.Column("post", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "education IN ('DOCTOR', 'MASTER', 'DUAL_OR_PGCLASS', 'BACHELOR', 'JUNIOR_COLLEGE', 'SECONDARY', 'JUNIOR_HIGH')",
            name=op.f("ck_staff_education_known"),
        ),
        sa.CheckConstraint(
            "occupation IS NULL OR occupation IN ('TEACHER', 'COMPULSORY_TEACHER', 'NURSE')",
            name=op.f("ck_staff_occupation_known"),
        ),
        sa.CheckConstraint("sex IN ('MALE', 'FEMALE')", name=op.f("ck_staff_sex_known")),
        sa.CheckConstraint(
            "staff_type IN ('INSTITUTION', 'CIVIL_SERVANT', 'ORGAN_WORKER')", name=op.f("ck_staff_staff_type_known")
        ),
        sa.CheckConstraint("state <> 'ENDED' OR left_on IS NOT NULL", name=op.f("ck_staff_ended_has_a_day")),
        sa.CheckConstraint("state IN ('PENDING', 'ACTIVE', 'ENDED')", name=op.f("ck_staff_state_known")),
        sa.CheckConstraint("left_on IS NULL OR left_on >= work_start", name=op.f("ck_staff_leaves_after_starting")),
        sa.CheckConstraint(
            "occupation IS NULL OR teaching_start_year IS NOT NULL", name=op.f("ck_staff_occupation_has_a_first_year")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_staff_unit_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("id_number_index", name=op.f("uq_staff_id_number_index")),
        sa.UniqueConstraint("staff_no", name=op.f("uq_staff_staff_no")),
    )
    op.create_index(op.f("ix_staff_id_tail_index"), "staff", ["id_tail_index"], unique=False)
    op.create_index("ix_staff_name", "staff", ["name"], unique=False)
    op.create_index("ix_staff_name_initials", "staff", ["name_initials"], unique=False)
    op.create_index("ix_staff_unit_id_name", "staff", ["unit_id", "name"], unique=False)
    op.create_table(
        "unit_reach",
        sa.Column("upper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_reach_unit_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["upper_id"], ["units.id"], name=op.f("fk_unit_reach_upper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("upper_id", "unit_id", name=op.f("pk_unit_reach")),
    )
    op.create_index("ix_unit_reach_unit_id", "unit_reach", ["unit_id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("display_name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("failed_logins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('ACTIVE', 'DISABLED')", name=op.f("ck_accounts_state_known")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_accounts_staff_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_accounts_unit_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_accounts_staff_id")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_index(op.f("ix_accounts_unit_id"), "accounts", ["unit_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_idempotency_keys_account_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_idempotency_keys_account_id_key")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "item_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("elements", sa.JSON(), nullable=False),
        sa.Column("staff_types", sa.JSON(), nullable=False),
        sa.Column("effect", sa.String(length=40), nullable=True),
        sa.Column("effect_map", sa.JSON(), nullable=False),
        sa.Column("promised_days", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(published_at IS NOT NULL) = (state IN ('PUBLISHED', 'RETIRED'))",
            name=op.f("ck_item_versions_published_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'PROPOSED', 'PUBLISHED', 'RETIRED')", name=op.f("ck_item_versions_state_known")
        ),
        sa.CheckConstraint(
            "published_by_id IS NULL OR proposed_by_id IS NULL OR published_by_id <> proposed_by_id",
            name=op.f("ck_item_versions_published_by_a_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["accounts.id"], name=op.f("fk_item_versions_created_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["service_items.id"], name=op.f("fk_item_versions_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_item_versions_proposed_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["accounts.id"], name=op.f("fk_item_versions_published_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_versions")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_item_versions_item_id_number")),
    )
    op.create_index(
        "uq_item_versions_one_in_work",
        "item_versions",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('DRAFT', 'PROPOSED')"),
        postgresql_where=sa.text("state IN ('DRAFT', 'PROPOSED')"),
    )
    op.create_index(
        "uq_item_versions_one_published",
        "item_versions",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("state = 'PUBLISHED'"),
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("user_agent", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_login_sessions_account_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_sessions_token_hash")),
    )
    op.create_index("ix_login_sessions_account_id_ended_at", "login_sessions", ["account_id", "ended_at"], unique=False)
    op.create_table(
        "payment_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("taken_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("line_count > 0", name=op.f("ck_payment_batches_not_empty")),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["accounts.id"], name=op.f("fk_payment_batches_taken_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batches")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_batches_number")),
    )
    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reach", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "reach IN ('ALL', 'SELF') OR unit_id IS NOT NULL", name=op.f("ck_role_grants_reach_has_a_unit")
        ),
        sa.CheckConstraint("reach IN ('SELF', 'UNIT', 'SUBTREE', 'ALL')", name=op.f("ck_role_grants_reach_known")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_role_grants_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_role_grants_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["accounts.id"], name=op.f("fk_role_grants_granted_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_role_grants_unit_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    op.create_index("ix_role_grants_account_id", "role_grants", ["account_id"], unique=False)
    op.create_index("ix_role_grants_role", "role_grants", ["role"], unique=False)
    op.create_index(op.f("ix_role_grants_unit_id"), "role_grants", ["unit_id"], unique=False)
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), server_default="0", nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=True),
        sa.Column("step_permission", sa.String(length=60), nullable=True),
        sa.Column("step_entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("claimed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'IN_REVIEW') = (step_permission IS NOT NULL)",
            name=op.f("ck_applications_somebody_is_asked_in_review"),
        ),
        sa.CheckConstraint("(state = 'PAID') = (paid_at IS NOT NULL)", name=op.f("ck_applications_paid_has_a_moment")),
        sa.CheckConstraint(
            "(state IN ('APPROVED', 'AT_FINANCE', 'PAID', 'REJECTED')) = (decided_at IS NOT NULL)",
            name=op.f("ck_applications_decided_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(state IN ('IN_REVIEW', 'RETURNED')) = (step_position IS NOT NULL)",
            name=op.f("ck_applications_step_while_in_review"),
        ),
        sa.CheckConstraint(
            "claimed_by_id IS NULL OR state = 'IN_REVIEW'", name=op.f("ck_applications_claimed_only_in_review")
        ),
        sa.CheckConstraint(
            "state = 'DRAFT' OR state = 'WITHDRAWN' OR submitted_at IS NOT NULL",
            name=op.f("ck_applications_filed_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'IN_REVIEW', 'RETURNED', 'APPROVED', 'AT_FINANCE', 'PAID', 'REJECTED', 'WITHDRAWN')",
            name=op.f("ck_applications_state_known"),
        ),
        sa.CheckConstraint(
            "(claimed_by_id IS NULL) = (claimed_at IS NULL)", name=op.f("ck_applications_claim_has_a_moment")
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR decided_at >= submitted_at", name=op.f("ck_applications_decided_after_filed")
        ),
        sa.CheckConstraint("paid_at IS NULL OR paid_at >= decided_at", name=op.f("ck_applications_paid_after_decided")),
        sa.CheckConstraint(
            "submitted_at IS NULL OR submitted_at >= created_at", name=op.f("ck_applications_filed_after_begun")
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["accounts.id"], name=op.f("fk_applications_claimed_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["accounts.id"], name=op.f("fk_applications_created_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["service_items.id"], name=op.f("fk_applications_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_versions.id"], name=op.f("fk_applications_item_version_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["accounts.id"], name=op.f("fk_applications_submitted_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_applications_unit_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("number", name=op.f("uq_applications_number")),
    )
    op.create_index("ix_applications_claimed_by_id", "applications", ["claimed_by_id"], unique=False)
    op.create_index("ix_applications_created_by_id_state", "applications", ["created_by_id", "state"], unique=False)
    op.create_index("ix_applications_item_id", "applications", ["item_id"], unique=False)
    op.create_index(op.f("ix_applications_item_version_id"), "applications", ["item_version_id"], unique=False)
    op.create_index("ix_applications_queue", "applications", ["state", "step_permission", "due_on", "id"], unique=False)
    op.create_index("ix_applications_state_id", "applications", ["state", "id"], unique=False)
    op.create_index("ix_applications_unit_id_state", "applications", ["unit_id", "state", "id"], unique=False)
    op.create_table(
        "item_fields",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("label_zh", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=160), nullable=False),
        sa.Column("help_zh", sa.String(length=300), server_default="", nullable=False),
        sa.Column("help_en", sa.String(length=300), server_default="", nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("condition", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("prefill", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["item_versions.id"], name=op.f("fk_item_fields_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_fields")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_item_fields_version_id_key")),
    )
    op.create_table(
        "item_forms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=60), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["item_versions.id"], name=op.f("fk_item_forms_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_forms")),
        sa.UniqueConstraint("version_id", "code", name=op.f("uq_item_forms_version_id_code")),
    )
    op.create_table(
        "item_materials",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=30), nullable=False),
        sa.Column("necessity", sa.String(length=12), nullable=False),
        sa.Column("condition", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("condition_zh", sa.String(length=200), server_default="", nullable=False),
        sa.Column("condition_en", sa.String(length=300), server_default="", nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("min_pages", sa.Integer(), nullable=False),
        sa.Column("max_pages", sa.Integer(), nullable=False),
        sa.Column("accepts", sa.JSON(), nullable=False),
        sa.Column("max_megabytes", sa.Integer(), nullable=False),
        sa.Column("severities", sa.JSON(), nullable=False),
        sa.Column("notes_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("notes_en", sa.Text(), server_default="", nullable=False),
        sa.Column("mistakes_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("mistakes_en", sa.Text(), server_default="", nullable=False),
        sa.Column("sample_sha256", sa.String(length=64), nullable=True),
        sa.Column("elements", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=60), server_default="", nullable=False),
        sa.CheckConstraint(
            "(necessity = 'CONDITIONAL') = (condition IS NOT NULL)", name=op.f("ck_item_materials_conditional_has_one")
        ),
        sa.CheckConstraint(
            "necessity IN ('REQUIRED', 'CONDITIONAL', 'OPTIONAL')", name=op.f("ck_item_materials_necessity_known")
        ),
        sa.CheckConstraint("min_pages >= 1 AND max_pages >= min_pages", name=op.f("ck_item_materials_pages_in_order")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["item_versions.id"], name=op.f("fk_item_materials_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_materials")),
        sa.UniqueConstraint("version_id", "code", name=op.f("uq_item_materials_version_id_code")),
    )
    op.create_table(
        "item_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("permission", sa.String(length=60), nullable=False),
        sa.Column("limit_days", sa.Integer(), nullable=False),
        sa.Column("skip_condition", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("limit_days >= 0", name=op.f("ck_item_steps_limit_not_negative")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["item_versions.id"], name=op.f("fk_item_steps_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_steps")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_item_steps_version_id_key")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_item_steps_version_id_position")),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("prefilled", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_answers_application_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("application_id", "key", name=op.f("uq_answers_application_id_key")),
    )
    op.create_table(
        "application_employees",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_month", sa.Date(), nullable=True),
        sa.Column("before_fen", sa.BigInteger(), nullable=True),
        sa.Column("after_fen", sa.BigInteger(), nullable=True),
        sa.Column("back_pay_fen", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_employees_application_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_application_employees_staff_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_employees")),
        sa.UniqueConstraint(
            "application_id", "staff_id", name=op.f("uq_application_employees_application_id_staff_id")
        ),
    )
    op.create_index("ix_application_employees_staff_id", "application_employees", ["staff_id"], unique=False)
    op.create_table(
        "application_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=1000), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_events_application_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["accounts.id"], name=op.f("fk_application_events_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_events")),
    )
    op.create_index(
        "ix_application_events_application_id", "application_events", ["application_id", "id"], unique=False
    )
    op.create_table(
        "career_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(day IS NULL) = (kind = 'assessment')", name=op.f("ck_career_events_other_events_have_a_day")
        ),
        sa.CheckConstraint(
            "(year IS NULL) = (kind <> 'assessment')", name=op.f("ck_career_events_assessment_has_a_year")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_career_events_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_career_events_staff_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_career_events")),
    )
    op.create_index(op.f("ix_career_events_application_id"), "career_events", ["application_id"], unique=False)
    op.create_index("ix_career_events_staff_id_day", "career_events", ["staff_id", "day"], unique=False)
    op.create_index(
        "uq_career_events_assessment_year",
        "career_events",
        ["staff_id", "year"],
        unique=True,
        sqlite_where=sa.text("year IS NOT NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("year IS NOT NULL AND voided_at IS NULL"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=False),
        sa.Column("step_key", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome = 'APPROVED' OR length(note) > 0", name=op.f("ck_decisions_refusal_has_a_reason")),
        sa.CheckConstraint("outcome IN ('APPROVED', 'RETURNED', 'REJECTED')", name=op.f("ck_decisions_outcome_known")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_decisions_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_decisions_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint(
            "application_id", "round", "step_position", name=op.f("uq_decisions_application_id_round_step_position")
        ),
    )
    op.create_index(op.f("ix_decisions_decided_by_id_application_id"), "decisions", ["decided_by_id", "application_id"], unique=False)
    op.create_table(
        "uploads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("material_code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("checker_version", sa.String(length=20), nullable=False),
        sa.Column("uploaded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_round", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "removed_at IS NULL OR claimed_at IS NULL OR removed_at >= claimed_at", name=op.f("ck_uploads_removed_last")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_uploads_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["stored_files.sha256"], name=op.f("fk_uploads_sha256"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["accounts.id"], name=op.f("fk_uploads_uploaded_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(
        "ix_uploads_application_id", "uploads", ["application_id", "material_code", "position"], unique=False
    )
    op.create_index("ix_uploads_sha256", "uploads", ["sha256"], unique=False)
    op.create_table(
        "material_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("page", sa.Integer(), server_default="0", nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("remedy", sa.JSON(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overridden_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("override_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("severity IN ('blocking', 'warning')", name=op.f("ck_material_checks_severity_known")),
        sa.CheckConstraint(
            "(overridden_at IS NULL) = (overridden_by_id IS NULL)",
            name=op.f("ck_material_checks_override_has_a_person"),
        ),
        sa.CheckConstraint(
            "overridden_at IS NULL OR length(override_reason) > 0",
            name=op.f("ck_material_checks_override_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["overridden_by_id"], ["accounts.id"], name=op.f("fk_material_checks_overridden_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_material_checks_upload_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_checks")),
        sa.UniqueConstraint("upload_id", "code", "page", name=op.f("uq_material_checks_upload_id_code_page")),
    )
    op.create_index("ix_material_checks_code_id", "material_checks", ["code", "id"], unique=False)
    op.create_table(
        "return_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
    op.create_table(
        "wage_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("effective_month", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=30), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("standard_version", sa.Date(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("total_fen >= 0", name=op.f("ck_wage_records_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_wage_records_application_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["career_events.id"], name=op.f("fk_wage_records_event_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["wage_records.id"], name=op.f("fk_wage_records_previous_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_wage_records_staff_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wage_records")),
        sa.UniqueConstraint("staff_id", "position", name=op.f("uq_wage_records_staff_id_position")),
    )
    op.create_index(
        "uq_wage_records_effect_of_application",
        "wage_records",
        ["application_id", "staff_id"],
        unique=True,
        sqlite_where=sa.text("application_id IS NOT NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("application_id IS NOT NULL AND voided_at IS NULL"),
    )
    op.create_index(
        "uq_wage_records_first_link",
        "wage_records",
        ["staff_id"],
        unique=True,
        sqlite_where=sa.text("previous_id IS NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("previous_id IS NULL AND voided_at IS NULL"),
    )
    op.create_index(
        "uq_wage_records_previous_id",
        "wage_records",
        ["previous_id"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "payment_instructions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wage_record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_month", sa.Date(), nullable=False),
        sa.Column("before_fen", sa.BigInteger(), nullable=False),
        sa.Column("after_fen", sa.BigInteger(), nullable=False),
        sa.Column("back_pay_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("return_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'CONFIRMED') = (confirmed_at IS NOT NULL)",
            name=op.f("ck_payment_instructions_confirmed_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state <> 'RETURNED' OR length(return_reason) > 0",
            name=op.f("ck_payment_instructions_returned_has_a_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'TAKEN' OR batch_id IS NOT NULL", name=op.f("ck_payment_instructions_taken_is_in_a_batch")
        ),
        sa.CheckConstraint(
            "state IN ('WAITING', 'TAKEN', 'CONFIRMED', 'RETURNED')", name=op.f("ck_payment_instructions_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_payment_instructions_application_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batches.id"], name=op.f("fk_payment_instructions_batch_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["accounts.id"],
            name=op.f("fk_payment_instructions_confirmed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_payment_instructions_staff_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_payment_instructions_unit_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["wage_record_id"],
            ["wage_records.id"],
            name=op.f("fk_payment_instructions_wage_record_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_instructions")),
        sa.UniqueConstraint("application_id", "staff_id", name=op.f("uq_payment_instructions_application_id_staff_id")),
        sa.UniqueConstraint("wage_record_id", name=op.f("uq_payment_instructions_wage_record_id")),
    )
    op.create_index("ix_payment_instructions_batch_id", "payment_instructions", ["batch_id"], unique=False)
    op.create_index(op.f("ix_payment_instructions_staff_id"), "payment_instructions", ["staff_id"], unique=False)
    op.create_index("ix_payment_instructions_state_id", "payment_instructions", ["state", "id"], unique=False)
    op.create_index(op.f("ix_payment_instructions_unit_id"), "payment_instructions", ["unit_id"], unique=False)
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if on_postgresql else SQLITE_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_payment_instructions_unit_id"), table_name="payment_instructions")
    op.drop_index("ix_payment_instructions_state_id", table_name="payment_instructions")
    op.drop_index(op.f("ix_payment_instructions_staff_id"), table_name="payment_instructions")
    op.drop_index("ix_payment_instructions_batch_id", table_name="payment_instructions")
    op.drop_table("payment_instructions")
    op.drop_index(
        "uq_wage_records_previous_id",
        table_name="wage_records",
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.drop_index(
        "uq_wage_records_first_link",
        table_name="wage_records",
        sqlite_where=sa.text("previous_id IS NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("previous_id IS NULL AND voided_at IS NULL"),
    )
    op.drop_index(
        "uq_wage_records_effect_of_application",
        table_name="wage_records",
        sqlite_where=sa.text("application_id IS NOT NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("application_id IS NOT NULL AND voided_at IS NULL"),
    )
    op.drop_table("wage_records")
    op.drop_table("return_marks")
    op.drop_index("ix_material_checks_code_id", table_name="material_checks")
    op.drop_table("material_checks")
    op.drop_index("ix_uploads_sha256", table_name="uploads")
    op.drop_index("ix_uploads_application_id", table_name="uploads")
    op.drop_table("uploads")
    op.drop_index(op.f("ix_decisions_decided_by_id_application_id"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(
        "uq_career_events_assessment_year",
        table_name="career_events",
        sqlite_where=sa.text("year IS NOT NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("year IS NOT NULL AND voided_at IS NULL"),
    )
    op.drop_index("ix_career_events_staff_id_day", table_name="career_events")
    op.drop_index(op.f("ix_career_events_application_id"), table_name="career_events")
    op.drop_table("career_events")
    op.drop_index("ix_application_events_application_id", table_name="application_events")
    op.drop_table("application_events")
    op.drop_index("ix_application_employees_staff_id", table_name="application_employees")
    op.drop_table("application_employees")
    op.drop_table("answers")
    op.drop_table("item_steps")
    op.drop_table("item_materials")
    op.drop_table("item_forms")
    op.drop_table("item_fields")
    op.drop_index("ix_applications_unit_id_state", table_name="applications")
    op.drop_index("ix_applications_state_id", table_name="applications")
    op.drop_index("ix_applications_queue", table_name="applications")
    op.drop_index(op.f("ix_applications_item_version_id"), table_name="applications")
    op.drop_index("ix_applications_item_id", table_name="applications")
    op.drop_index("ix_applications_created_by_id_state", table_name="applications")
    op.drop_index("ix_applications_claimed_by_id", table_name="applications")
    op.drop_table("applications")
    op.drop_index(op.f("ix_role_grants_unit_id"), table_name="role_grants")
    op.drop_index("ix_role_grants_role", table_name="role_grants")
    op.drop_index("ix_role_grants_account_id", table_name="role_grants")
    op.drop_table("role_grants")
    op.drop_table("payment_batches")
    op.drop_index("ix_login_sessions_account_id_ended_at", table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_index(
        "uq_item_versions_one_published",
        table_name="item_versions",
        sqlite_where=sa.text("state = 'PUBLISHED'"),
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )
    op.drop_index(
        "uq_item_versions_one_in_work",
        table_name="item_versions",
        sqlite_where=sa.text("state IN ('DRAFT', 'PROPOSED')"),
        postgresql_where=sa.text("state IN ('DRAFT', 'PROPOSED')"),
    )
    op.drop_table("item_versions")
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_accounts_unit_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_index("ix_unit_reach_unit_id", table_name="unit_reach")
    op.drop_table("unit_reach")
    op.drop_index("ix_staff_unit_id_name", table_name="staff")
    op.drop_index("ix_staff_name_initials", table_name="staff")
    op.drop_index("ix_staff_name", table_name="staff")
    op.drop_index(op.f("ix_staff_id_tail_index"), table_name="staff")
    op.drop_table("staff")
    op.drop_index("ix_audit_subjects_staff_id_seq", table_name="audit_subjects")
    op.drop_table("audit_subjects")
    op.drop_index(op.f("ix_units_supervising_id"), table_name="units")
    op.drop_index(op.f("ix_units_parent_id"), table_name="units")
    op.drop_index("ix_units_name", table_name="units")
    op.drop_table("units")
    op.drop_table("stored_files")
    op.drop_table("settings")
    op.drop_table("service_items")
    op.drop_table("number_series")
    op.drop_index("ix_login_failures_username_at", table_name="login_failures")
    op.drop_index("ix_login_failures_address_at", table_name="login_failures")
    op.drop_table("login_failures")
    op.drop_table("calendar_days")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_events_unit_id_seq", table_name="audit_events")
    op.drop_index("ix_audit_events_record", table_name="audit_events")
    op.drop_index("ix_audit_events_actor_id_seq", table_name="audit_events")
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
