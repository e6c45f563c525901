"""Examples of the pages of learning: a lesson of each kind, an exercise, an edition as its author sees it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from models import Course, CourseVersion, Lesson, db
from models.learning import LessonKind
from tests.journeys.pages.asking import Asking

NOT_PAGES = {
    "portal.certificate": "a file to save",
    "portal.lesson_video": "a video",
    "portal.lesson_captions": "captions of a video",
    "portal.lesson_page_picture": "a picture",
    "portal.lesson_document": "a file to save",
    "portal.paper_picture": "a picture",
    "lesson_files.video": "a video",
    "lesson_files.captions": "captions of a video",
    "lesson_files.picture": "a picture",
    "lesson_files.offset": "JSON for a script",
}


def courses(asking: Asking) -> Iterator[str]:
    """A course."""
    yield asking.address(course="first-filing")


def lessons(asking: Asking) -> Iterator[str]:
    """One lesson of each kind that is read."""
    for kind in (one for one in LessonKind if one != LessonKind.PRACTICE):
        for code, key in _some(kind):
            yield asking.address(course=code, key=key)


def exercises(asking: Asking) -> Iterator[str]:
    """An exercise."""
    for code, key in _some(LessonKind.PRACTICE):
        yield asking.address(course=code, key=key)


def editions(asking: Asking) -> Iterator[str]:
    """An edition as its author sees it."""
    for found in db.session.scalars(select(CourseVersion.id).order_by(CourseVersion.id).limit(1)):
        yield asking.address(version_id=found)


def drafts(asking: Asking) -> Iterator[str]:
    """One lesson of each kind, as its author writes it or looks at it."""
    for kind in LessonKind:
        for found in db.session.scalars(select(Lesson.id).where(Lesson.kind == kind).order_by(Lesson.id).limit(1)):
            yield asking.address(lesson_id=found)


def _some(kind: LessonKind) -> Iterator[tuple[str, str]]:
    wanted = select(Course.code, Lesson.key).select_from(Lesson).join(Lesson.version).join(CourseVersion.course)
    rows = db.session.execute(wanted.where(Lesson.kind == kind).order_by(Lesson.id).limit(1))
    yield from ((row.code, row.key) for row in rows)


EXAMPLES = {
    "portal.course": courses,
    "portal.lesson": lessons,
    "portal.practice": exercises,
    "courses.version": editions,
    "courses.lesson": drafts,
    "lesson_files.preview": drafts,
}
