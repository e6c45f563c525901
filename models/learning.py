"""Learning: courses with versions, lessons and what they are bound to, and how far each person has come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, Revised, one_of
from models.items import VersionState


class LessonKind(StrEnum):
    TEXT = "TEXT"
    SLIDES = "SLIDES"
    PDF = "PDF"
    VIDEO = "VIDEO"
    QUIZ = "QUIZ"
    PRACTICE = "PRACTICE"


class BindingKind(StrEnum):
    ITEM = "ITEM"
    FIELD = "FIELD"
    MATERIAL = "MATERIAL"
    REASON = "REASON"


class PracticeState(StrEnum):
    OPEN = "OPEN"
    PASSED = "PASSED"


class Course(Base):
    """A course by its code. What it teaches stands in its versions."""

    __tablename__ = "courses"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(30), unique=True)
    created_at: Mapped[datetime]

    versions: Mapped[list[CourseVersion]] = relationship(
        back_populates="course", order_by="CourseVersion.number", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.code


class CourseVersion(Revised, Base):
    """One edition of a course. A published one never changes; a second person publishes it."""

    __tablename__ = "course_versions"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        one_of("state", VersionState),
        CheckConstraint(
            "(published_at IS NOT NULL) = (state IN ('PUBLISHED', 'RETIRED'))", name="published_has_a_moment"
        ),
        CheckConstraint(
            "published_by_id IS NULL OR proposed_by_id IS NULL OR published_by_id <> proposed_by_id",
            name="published_by_a_second_person",
        ),
        Index(
            "uq_course_versions_one_published", "course_id", unique=True,
            sqlite_where=text("state = 'PUBLISHED'"), postgresql_where=text("state = 'PUBLISHED'"),
        ),
        Index(
            "uq_course_versions_one_in_work", "course_id", unique=True,
            sqlite_where=text("state IN ('DRAFT', 'PROPOSED')"),
            postgresql_where=text("state IN ('DRAFT', 'PROPOSED')"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), default=VersionState.DRAFT)
    title_zh: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_zh: Mapped[str] = mapped_column(String(500), default="", server_default="")
    summary_en: Mapped[str] = mapped_column(String(800), default="", server_default="")
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))

    course: Mapped[Course] = relationship(back_populates="versions")
    lessons: Mapped[list[Lesson]] = relationship(
        back_populates="version", order_by="Lesson.position", cascade="all, delete-orphan"
    )

    def __str__(self) -> str:
        return f"v{self.number}"


class Lesson(Base):
    """One lesson of a version. Its key stays the same through the versions, so progress outlives a new edition."""

    __tablename__ = "lessons"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        one_of("kind", LessonKind),
        CheckConstraint("pass_mark BETWEEN 0 AND 100", name="pass_mark_is_a_percentage"),
        CheckConstraint("(file_sha256 IS NULL) OR (kind IN ('PDF', 'VIDEO'))", name="a_file_has_its_kind"),
        Index("ix_lessons_file_sha256", "file_sha256"),
    )

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("course_versions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    title_zh: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(200))
    body_zh: Mapped[str] = mapped_column(Text, default="", server_default="")  # Markdown
    body_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    file_facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # name, size, media_type, seconds or pages
    captions_zh: Mapped[str] = mapped_column(Text, default="", server_default="")  # WebVTT
    captions_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)  # questions of a quiz, the exercise of a practice
    pass_mark: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # percent, of a quiz

    version: Mapped[CourseVersion] = relationship(back_populates="lessons")
    bindings: Mapped[list[LessonBinding]] = relationship(
        back_populates="lesson", order_by="LessonBinding.id", cascade="all, delete-orphan"
    )

    def __str__(self) -> str:
        return self.title_zh


class LessonBinding(Base):
    """Where "why?" leads: from a part of an item, or a reason, to a second of a video or an anchor in a text."""

    __tablename__ = "lesson_bindings"
    __table_args__ = (
        UniqueConstraint("lesson_id", "kind", "item_code", "key"),
        one_of("kind", BindingKind),
        CheckConstraint("second IS NULL OR second >= 0", name="second_not_negative"),
        CheckConstraint("(kind = 'ITEM') = (length(key) = 0)", name="a_part_has_a_key"),
        CheckConstraint("kind <> 'ITEM' OR length(item_code) > 0", name="an_item_is_named"),
    )

    id: Mapped[Id]
    lesson_id: Mapped[int] = mapped_column(Key, ForeignKey("lessons.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    item_code: Mapped[str] = mapped_column(String(30), default="", server_default="")  # empty: of every item
    key: Mapped[str] = mapped_column(String(40), default="", server_default="")  # of the field, material or reason
    second: Mapped[int | None] = mapped_column(Integer)
    anchor: Mapped[str] = mapped_column(String(40), default="", server_default="")

    lesson: Mapped[Lesson] = relationship(back_populates="bindings")


class Enrolment(Base):
    """That somebody takes a course."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("account_id", "course_id"), Index("ix_enrolments_course_id", "course_id"))

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="RESTRICT"))
    enrolled_at: Mapped[datetime]
    last_at: Mapped[datetime]
    last_key: Mapped[str] = mapped_column(String(40), default="", server_default="")  # the lesson opened last


class LessonProgress(Base):
    """How far somebody is in a lesson, how often it was opened, and when it was done."""

    __tablename__ = "lesson_progress"
    __table_args__ = (
        UniqueConstraint("account_id", "course_id", "lesson_key"),
        Index("ix_lesson_progress_course_id", "course_id", "lesson_key"),
        CheckConstraint("place >= 0 AND furthest >= place AND opened >= 0", name="place_in_order"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="RESTRICT"))
    lesson_key: Mapped[str] = mapped_column(String(40))
    place: Mapped[int] = mapped_column(Integer, default=0)  # second of a video, page of a PDF, number of a slide
    furthest: Mapped[int] = mapped_column(Integer, default=0)
    opened: Mapped[int] = mapped_column(Integer, default=0)
    score: Mapped[int | None] = mapped_column(Integer)  # percent of the best attempt at a quiz
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class QuizAttempt(Base):
    """One attempt at a quiz: what was chosen, and what came of it."""

    __tablename__ = "quiz_attempts"
    __table_args__ = (
        UniqueConstraint("account_id", "course_id", "lesson_key", "number"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_is_a_percentage"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="RESTRICT"))
    lesson_id: Mapped[int | None] = mapped_column(Key, ForeignKey("lessons.id", ondelete="SET NULL"))
    lesson_key: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(Integer)
    answers: Mapped[dict[str, Any]]  # by question: the places that were chosen
    score: Mapped[int] = mapped_column(Integer)
    passed: Mapped[bool]
    at: Mapped[datetime]


class PracticeAttempt(Revised, Base):
    """An exercise under way: what the learner has typed and laid in. No application stands behind it."""

    __tablename__ = "practice_attempts"
    __table_args__ = (
        one_of("state", PracticeState),
        CheckConstraint("(state = 'PASSED') = (passed_at IS NOT NULL)", name="passed_has_a_moment"),
        Index(
            "uq_practice_attempts_one_open", "account_id", "course_id", "lesson_key", unique=True,
            sqlite_where=text("state = 'OPEN'"), postgresql_where=text("state = 'OPEN'"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="RESTRICT"))
    lesson_id: Mapped[int | None] = mapped_column(Key, ForeignKey("lessons.id", ondelete="SET NULL"))
    lesson_key: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default=PracticeState.OPEN)
    answers: Mapped[dict[str, Any]]  # as typed
    papers: Mapped[dict[str, Any]]  # by material: what the checker said of each file; never the file
    told: Mapped[list[Any]] = mapped_column(default=list)  # what the last try was told, in sentences
    tries: Mapped[int] = mapped_column(Integer, default=0)
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    passed_at: Mapped[datetime | None]


class LessonMiss(Base):
    """How often a question of a quiz, or a place of an exercise, was answered and how often wrongly."""

    __tablename__ = "lesson_misses"
    __table_args__ = (
        UniqueConstraint("course_id", "lesson_key", "place"),
        CheckConstraint("missed >= 0 AND tried >= missed", name="missed_of_tried"),
    )

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="RESTRICT"))
    lesson_key: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(60))
    tried: Mapped[int] = mapped_column(Integer, default=0)
    missed: Mapped[int] = mapped_column(Integer, default=0)


class Certificate(Base):
    """That somebody has finished an edition of a course."""

    __tablename__ = "certificates"
    __table_args__ = (UniqueConstraint("account_id", "version_id"), Index("ix_certificates_version_id", "version_id"))

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="RESTRICT"))
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("course_versions.id", ondelete="RESTRICT"))
    holder: Mapped[str] = mapped_column(String(80))  # the name as it was then
    score: Mapped[int | None] = mapped_column(Integer)
    issued_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
    version: Mapped[CourseVersion] = relationship()


class LessonUpload(Base):
    """A file of a lesson on its way, piece by piece."""

    __tablename__ = "lesson_uploads"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("received >= 0 AND received <= size", name="received_of_size"),
        Index("ix_lesson_uploads_account_id", "account_id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60))
    lesson_id: Mapped[int] = mapped_column(Key, ForeignKey("lessons.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    filename: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(Key)
    received: Mapped[int] = mapped_column(Key, default=0)
    touched_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
