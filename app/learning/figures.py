"""What is read most, and where learners fail: counted in the database, nobody named."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select

from app.access.actor import Actor
from app.access.policy import may, require
from app.learning.queries import PUBLISH, WRITE
from app.learning.rules import questions_of
from app.messages import Message, Named
from models import Course, CourseVersion, Enrolment, Lesson, LessonMiss, LessonProgress, db
from models.items import VersionState
from models.learning import LessonKind

MOST = 20


@dataclass(frozen=True)
class ReadLesson:
    """How often a lesson was opened, by how many people, and how many of them finished it."""

    course: str
    title: Named
    kind: str
    opened: int
    people: int
    done: int

    @property
    def share(self) -> int:
        return 100 * self.done // self.people if self.people else 0


@dataclass(frozen=True)
class Missed:
    """A question, or a place of an exercise, and how often it went wrong."""

    course: str
    title: Named
    place: Named | Message | str
    tried: int
    missed: int

    @property
    def share(self) -> int:
        return 100 * self.missed // self.tried if self.tried else 0


def totals(*, by: Actor) -> tuple[int, int, int]:
    """Courses in force, people who take one, lessons that were finished."""
    _require_author(by)
    row = db.session.execute(
        select(
            select(func.count()).select_from(CourseVersion).where(CourseVersion.state == VersionState.PUBLISHED)
            .scalar_subquery(),
            select(func.count(func.distinct(Enrolment.account_id))).scalar_subquery(),
            select(func.count()).select_from(LessonProgress).where(LessonProgress.done_at.is_not(None))
            .scalar_subquery(),
        )
    ).one()  # fmt: skip
    return row[0], row[1], row[2]


def read_most(*, by: Actor) -> list[ReadLesson]:
    """The lessons in force by how often they were opened; one statement."""
    _require_author(by)
    opened = func.sum(LessonProgress.opened)
    rows = db.session.execute(
        select(
            Course.code, Lesson.title_zh, Lesson.title_en, Lesson.kind, opened, func.count(),
            func.sum(cast(LessonProgress.done_at.is_not(None), Integer)),
        )
        .select_from(LessonProgress)
        .join(Course, Course.id == LessonProgress.course_id)
        .join(CourseVersion, (CourseVersion.course_id == Course.id) & (CourseVersion.state == VersionState.PUBLISHED))
        .join(Lesson, (Lesson.version_id == CourseVersion.id) & (Lesson.key == LessonProgress.lesson_key))
        .group_by(Course.code, Lesson.id, Lesson.title_zh, Lesson.title_en, Lesson.kind)
        .order_by(opened.desc(), Course.code, Lesson.id)
        .limit(MOST)
    )  # fmt: skip
    return [ReadLesson(row[0], Named(row[1], row[2]), row[3], int(row[4]), row[5], int(row[6])) for row in rows]


def missed_most(*, by: Actor) -> list[Missed]:
    """Where it goes wrong most often, among what was tried; one statement."""
    _require_author(by)
    rows = db.session.execute(
        select(LessonMiss, Lesson, Course.code)
        .join(Course, Course.id == LessonMiss.course_id)
        .join(CourseVersion, (CourseVersion.course_id == Course.id) & (CourseVersion.state == VersionState.PUBLISHED))
        .join(Lesson, (Lesson.version_id == CourseVersion.id) & (Lesson.key == LessonMiss.lesson_key))
        .where(LessonMiss.missed > 0)
        .order_by(LessonMiss.missed.desc(), LessonMiss.id)
        .limit(MOST)
    )
    return [
        Missed(code, Named(lesson.title_zh, lesson.title_en), _place(lesson, miss.place), miss.tried, miss.missed)
        for miss, lesson, code in rows
    ]


def _place(lesson: Lesson, place: str) -> Named | Message | str:
    """A question in its words, a place of an exercise by what it is."""
    if lesson.kind == LessonKind.QUIZ:
        return next((one.text for one in questions_of(lesson.content) if one.key == place), place)
    kind, _, key = place.partition("-")
    if kind == "material":
        return Message("Material %(key)s", key=key)
    if kind == "answer":
        return Message("Question %(key)s", key=key)
    return Message("The pay change") if place == "pay" else place


def _require_author(by: Actor) -> None:
    if not may(by, PUBLISH):
        require(by, WRITE)
