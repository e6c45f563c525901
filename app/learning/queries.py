"""Reading courses: what is published, a lesson in it, how far somebody is, and where "why?" leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import String, and_, cast, func, select
from sqlalchemy.orm import contains_eager, load_only, selectinload

from app.access.actor import Actor
from app.errors import NotFound
from app.learning.rules import places_in
from app.learning.writing import slides_of
from app.messages import Message, Named
from models import (
    Certificate,
    Course,
    CourseVersion,
    Enrolment,
    Lesson,
    LessonBinding,
    LessonProgress,
    Reason,
    db,
)
from models.items import VersionState
from models.learning import BindingKind, LessonKind

READ, WRITE, PUBLISH = "course:read", "course:write", "course:publish"


@dataclass(frozen=True)
class Listed:
    """A published course as a person sees it in the list: how many of its lessons they have done."""

    version: CourseVersion
    enrolled: bool
    done: int
    last_key: str

    @property
    def lessons(self) -> int:
        return len(self.version.lessons)

    @property
    def finished(self) -> bool:
        return 0 < self.lessons <= self.done


@dataclass(frozen=True)
class Place:
    """Where "why?" leads: a lesson, and the second or anchor in it."""

    course: str
    lesson: str
    title: Named
    kind: str
    second: int | None
    anchor: str


def published(code: str) -> CourseVersion:
    """The published version of a course with its lessons. Raises NotFound."""
    found = db.session.scalars(
        select(CourseVersion)
        .join(CourseVersion.course)
        .where(Course.code == code[:30], CourseVersion.state == VersionState.PUBLISHED)
        .options(contains_eager(CourseVersion.course), selectinload(CourseVersion.lessons))
    ).first()
    if found is None:
        raise no_such_course()
    return found


def no_such_course() -> NotFound:
    """The answer for a course or lesson that is not there."""
    return NotFound(
        Message("There is no such course or lesson, or it is not published any more."),
        remedy=Message("Open the list of courses and choose from there."),
    )


def lesson_of(version: CourseVersion, key: str) -> Lesson:
    """The lesson of that key. Raises NotFound."""
    found = next((one for one in version.lessons if one.key == key), None)
    if found is None:
        raise no_such_course()
    return found


def last_place(lesson: Lesson) -> int:
    """The last place of a lesson; the slides of the language that has more count."""
    slides = 0
    if lesson.kind == LessonKind.SLIDES:
        slides = max(len(slides_of(lesson.body_zh)), len(slides_of(lesson.body_en)))
    return places_in(lesson.kind, lesson.file_facts or {}, slides)


def listed(actor: Actor) -> list[Listed]:
    """Every published course, those under way first; four statements however many there are."""
    versions = db.session.scalars(
        select(CourseVersion)
        .join(CourseVersion.course)
        .where(CourseVersion.state == VersionState.PUBLISHED)
        .options(
            contains_eager(CourseVersion.course),
            selectinload(CourseVersion.lessons).load_only(Lesson.key, Lesson.kind, Lesson.title_zh, Lesson.title_en),
        )
        .order_by(Course.code)
    ).all()
    begun = select(Enrolment.course_id, Enrolment.last_key).where(Enrolment.account_id == actor.account_id)
    enrolled: dict[int, str] = {row.course_id: row.last_key for row in db.session.execute(begun)}
    done = _done_keys(actor)
    rows = [
        Listed(
            one, one.course_id in enrolled,
            sum((one.course_id, lesson.key) in done for lesson in one.lessons), enrolled.get(one.course_id, ""),
        )
        for one in versions
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (not (row.enrolled and not row.finished), row.version.course_id))


def _done_keys(actor: Actor) -> set[tuple[int, str]]:
    rows = db.session.execute(
        select(LessonProgress.course_id, LessonProgress.lesson_key).where(
            LessonProgress.account_id == actor.account_id, LessonProgress.done_at.is_not(None)
        )
    )
    return {(course_id, key) for course_id, key in rows}


def progress_of(actor: Actor, course_id: int) -> dict[str, LessonProgress]:
    """How far somebody is in the lessons of a course, by key."""
    rows = db.session.scalars(
        select(LessonProgress).where(
            LessonProgress.account_id == actor.account_id, LessonProgress.course_id == course_id
        )
    )
    return {row.lesson_key: row for row in rows}


def certificate_of(actor: Actor, version: CourseVersion) -> Certificate | None:
    """The certificate of somebody for this edition of a course."""
    return db.session.scalars(
        select(Certificate).where(Certificate.account_id == actor.account_id, Certificate.version_id == version.id)
    ).first()


def is_finished(version: CourseVersion, progress: Mapping[str, LessonProgress]) -> bool:
    """Whether every lesson of the version is done."""
    return bool(version.lessons) and all(
        (row := progress.get(one.key)) is not None and row.done_at is not None for one in version.lessons
    )


def places_for(item_code: str) -> dict[tuple[str, str], Place]:
    """Where "why?" leads from each part of an item, and from each reason of the library by its text; one statement."""
    rows = db.session.execute(
        select(LessonBinding, Lesson, Course.code, Reason.text_zh, Reason.text_en)
        .join(LessonBinding.lesson)
        .join(Lesson.version)
        .join(CourseVersion.course)
        .outerjoin(Reason, and_(LessonBinding.kind == BindingKind.REASON, cast(Reason.id, String) == LessonBinding.key))
        .where(
            CourseVersion.state == VersionState.PUBLISHED, LessonBinding.item_code.in_((item_code, ""))
        )
        .order_by(func.length(LessonBinding.item_code), Course.code, Lesson.position, LessonBinding.id)
        .options(load_only(Lesson.key, Lesson.kind, Lesson.title_zh, Lesson.title_en))
    )  # fmt: skip
    found: dict[tuple[str, str], Place] = {}
    for binding, lesson, code, *said in rows:
        place = Place(
            code, lesson.key, Named(lesson.title_zh, lesson.title_en), lesson.kind, binding.second, binding.anchor
        )
        if binding.kind == BindingKind.REASON:
            found.update({(BindingKind.REASON, text): place for text in said if text})
        else:
            found[(binding.kind, binding.key)] = place  # what is said of this item itself comes last and counts
    return found
