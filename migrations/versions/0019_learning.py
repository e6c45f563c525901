"""Learning: courses with versions, lessons and their bindings, progress, quizzes, exercises and certificates.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _courses()
    _lesson_misses()
    _course_versions()
    _enrolments()
    _lesson_progress()
    _certificates()
    _lessons()
    _lesson_bindings()
    _lesson_uploads()
    _practice_attempts()
    _quiz_attempts()


def downgrade() -> None:
    op.drop_table("quiz_attempts")
    op.drop_table("practice_attempts")
    op.drop_table("lesson_uploads")
    op.drop_table("lesson_bindings")
    op.drop_table("lessons")
    op.drop_table("certificates")
    op.drop_table("lesson_progress")
    op.drop_table("enrolments")
    op.drop_table("course_versions")
    op.drop_table("lesson_misses")
    op.drop_table("courses")


def _courses() -> None:
    op.create_table(
        "courses",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("code", name=op.f("uq_courses_code")),
    )


def _lesson_misses() -> None:
    op.create_table(
        "lesson_misses",
        sa.Column("id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("lesson_key", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.CheckConstraint("missed >= 0 AND tried >= missed", name=op.f("ck_lesson_misses_missed_of_tried")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_lesson_misses_course_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_misses")),
        sa.UniqueConstraint(
            "course_id", "lesson_key", "place", name=op.f("uq_lesson_misses_course_id_lesson_key_place")
        ),
    )


def _course_versions() -> None:
    op.create_table(
        "course_versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title_zh", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("summary_zh", sa.String(length=500), server_default="", nullable=False),
        sa.Column("summary_en", sa.String(length=800), server_default="", nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", KEY, nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=True),
        sa.Column("proposed_by_id", KEY, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("published_by_id", KEY, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(published_at IS NOT NULL) = (state IN ('PUBLISHED', 'RETIRED'))",
            name=op.f("ck_course_versions_published_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'PROPOSED', 'PUBLISHED', 'RETIRED')", name=op.f("ck_course_versions_state_known")
        ),
        sa.CheckConstraint(
            "published_by_id IS NULL OR proposed_by_id IS NULL OR published_by_id <> proposed_by_id",
            name=op.f("ck_course_versions_published_by_a_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_versions_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["accounts.id"], name=op.f("fk_course_versions_created_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_course_versions_proposed_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["accounts.id"], name=op.f("fk_course_versions_published_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_versions")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_versions_course_id_number")),
    )
    op.create_index(
        "uq_course_versions_one_in_work",
        "course_versions",
        ["course_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('DRAFT', 'PROPOSED')"),
        postgresql_where=sa.text("state IN ('DRAFT', 'PROPOSED')"),
    )
    op.create_index(
        "uq_course_versions_one_published",
        "course_versions",
        ["course_id"],
        unique=True,
        sqlite_where=sa.text("state = 'PUBLISHED'"),
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("enrolled_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("last_key", sa.String(length=40), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_enrolments_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_enrolments_course_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("account_id", "course_id", name=op.f("uq_enrolments_account_id_course_id")),
    )
    op.create_index("ix_enrolments_course_id", "enrolments", ["course_id"], unique=False)


def _lesson_progress() -> None:
    op.create_table(
        "lesson_progress",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("lesson_key", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("furthest", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "place >= 0 AND furthest >= place AND opened >= 0", name=op.f("ck_lesson_progress_place_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_lesson_progress_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_lesson_progress_course_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_progress")),
        sa.UniqueConstraint(
            "account_id", "course_id", "lesson_key", name=op.f("uq_lesson_progress_account_id_course_id_lesson_key")
        ),
    )
    op.create_index("ix_lesson_progress_course_id", "lesson_progress", ["course_id", "lesson_key"], unique=False)


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_certificates_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_certificates_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_versions.id"], name=op.f("fk_certificates_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("account_id", "version_id", name=op.f("uq_certificates_account_id_version_id")),
    )
    op.create_index("ix_certificates_version_id", "certificates", ["version_id"], unique=False)


def _lessons() -> None:
    op.create_table(
        "lessons",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title_zh", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("body_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("body_en", sa.Text(), server_default="", nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("file_facts", sa.JSON(), nullable=False),
        sa.Column("captions_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("captions_en", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "(file_sha256 IS NULL) OR (kind IN ('PDF', 'VIDEO'))", name=op.f("ck_lessons_a_file_has_its_kind")
        ),
        sa.CheckConstraint(
            "kind IN ('TEXT', 'SLIDES', 'PDF', 'VIDEO', 'QUIZ', 'PRACTICE')", name=op.f("ck_lessons_kind_known")
        ),
        sa.CheckConstraint("pass_mark BETWEEN 0 AND 100", name=op.f("ck_lessons_pass_mark_is_a_percentage")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_versions.id"], name=op.f("fk_lessons_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_lessons_version_id_key")),
    )
    op.create_index("ix_lessons_file_sha256", "lessons", ["file_sha256"], unique=False)


def _lesson_bindings() -> None:
    op.create_table(
        "lesson_bindings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("lesson_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("item_code", sa.String(length=30), server_default="", nullable=False),
        sa.Column("key", sa.String(length=40), server_default="", nullable=False),
        sa.Column("second", sa.Integer(), nullable=True),
        sa.Column("anchor", sa.String(length=40), server_default="", nullable=False),
        sa.CheckConstraint("(kind = 'ITEM') = (length(key) = 0)", name=op.f("ck_lesson_bindings_a_part_has_a_key")),
        sa.CheckConstraint("kind <> 'ITEM' OR length(item_code) > 0", name=op.f("ck_lesson_bindings_an_item_is_named")),
        sa.CheckConstraint(
            "kind IN ('ITEM', 'FIELD', 'MATERIAL', 'REASON')", name=op.f("ck_lesson_bindings_kind_known")
        ),
        sa.CheckConstraint("second IS NULL OR second >= 0", name=op.f("ck_lesson_bindings_second_not_negative")),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_lesson_bindings_lesson_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_bindings")),
        sa.UniqueConstraint(
            "lesson_id", "kind", "item_code", "key", name=op.f("uq_lesson_bindings_lesson_id_kind_item_code_key")
        ),
    )


def _lesson_uploads() -> None:
    op.create_table(
        "lesson_uploads",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("lesson_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("received", KEY, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint("received >= 0 AND received <= size", name=op.f("ck_lesson_uploads_received_of_size")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_lesson_uploads_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_lesson_uploads_lesson_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_uploads")),
        sa.UniqueConstraint("key", name=op.f("uq_lesson_uploads_key")),
    )
    op.create_index("ix_lesson_uploads_account_id", "lesson_uploads", ["account_id"], unique=False)


def _practice_attempts() -> None:
    op.create_table(
        "practice_attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("lesson_id", KEY, nullable=True),
        sa.Column("lesson_key", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("passed_at", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'PASSED') = (passed_at IS NOT NULL)", name=op.f("ck_practice_attempts_passed_has_a_moment")
        ),
        sa.CheckConstraint("state IN ('OPEN', 'PASSED')", name=op.f("ck_practice_attempts_state_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_practice_attempts_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_practice_attempts_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_practice_attempts_lesson_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_attempts")),
    )
    op.create_index(
        "uq_practice_attempts_one_open",
        "practice_attempts",
        ["account_id", "course_id", "lesson_key"],
        unique=True,
        sqlite_where=sa.text("state = 'OPEN'"),
        postgresql_where=sa.text("state = 'OPEN'"),
    )


def _quiz_attempts() -> None:
    op.create_table(
        "quiz_attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("lesson_id", KEY, nullable=True),
        sa.Column("lesson_key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_quiz_attempts_score_is_a_percentage")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_quiz_attempts_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_quiz_attempts_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_quiz_attempts_lesson_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempts")),
        sa.UniqueConstraint(
            "account_id",
            "course_id",
            "lesson_key",
            "number",
            name=op.f("uq_quiz_attempts_account_id_course_id_lesson_key_number"),
        ),
    )
