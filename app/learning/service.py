"""Verbs of learners: open a lesson, keep the place, finish it, answer a quiz. Progress is a person's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Invalid, NotAllowed
from app.learning import queries
from app.learning.keeping import insert_if_new, insert_or_update
from app.learning.queries import READ
from app.learning.rules import Marked, is_done_at, mark, questions_of
from app.messages import Message, Named
from app.notify.service import accounts, tell
from app.uow import atomic, reading
from models import Certificate, CourseVersion, Enrolment, Lesson, LessonMiss, LessonProgress, QuizAttempt, db
from models.learning import LessonKind

_OWN = ["account_id", "course_id", "lesson_key"]


@dataclass(frozen=True)
class Opened:
    """A lesson that is being read: its course, all progress in it, and the place where the reader left it."""

    version: CourseVersion
    lesson: Lesson
    progress: Mapping[str, LessonProgress]

    @property
    def place(self) -> int:
        row = self.progress.get(self.lesson.key)
        return row.place if row is not None else 0

    @property
    def done(self) -> bool:
        row = self.progress.get(self.lesson.key)
        return row is not None and row.done_at is not None


def open_lesson(course: str, key: str, *, by: Actor, at: int | None = None) -> Opened:
    """Open a lesson, at a place if one is named. That it was opened is counted, and the course is begun by it.

    Raises NotFound for a lesson that is not published.
    """
    require(by, READ)
    with reading():
        version = queries.published(course)
        lesson = queries.lesson_of(version, key)
        begin(version, lesson, by=by)
        _count_opening(version, lesson, by)
        if at is not None and lesson.kind != LessonKind.VIDEO:  # of a video the player tells what was really seen
            _keep(version, lesson, at, by)
        progress = queries.progress_of(by, version.course_id)
    return Opened(version, lesson, progress)


@atomic
def keep_place(course: str, key: str, place: int, *, by: Actor) -> bool:
    """Keep where somebody is in a lesson; answers whether the lesson is done by it."""
    require(by, READ)
    version = queries.published(course)
    lesson = queries.lesson_of(version, key)
    if lesson.kind not in (LessonKind.VIDEO, LessonKind.PDF, LessonKind.SLIDES):
        raise Invalid(Message("This lesson has no places to keep."))
    begin(version, lesson, by=by)
    return _keep(version, lesson, place, by)


@atomic
def finish(course: str, key: str, *, by: Actor) -> None:
    """Say that a lesson has been read or seen. What is marked is finished by passing alone. Raises NotAllowed."""
    require(by, READ)
    version = queries.published(course)
    lesson = queries.lesson_of(version, key)
    if lesson.kind in (LessonKind.QUIZ, LessonKind.PRACTICE):
        raise NotAllowed(
            Message("A quiz or an exercise is finished by passing it."),
            remedy=Message("Answer it; you may try as often as you like."),
        )
    begin(version, lesson, by=by)
    mark_done(version, lesson, by=by)


@atomic
def answer_quiz(course: str, key: str, chosen: Mapping[str, frozenset[int]], *, by: Actor) -> Marked:
    """Mark a quiz, and keep the attempt. Raises Invalid naming the questions that are left open."""
    require(by, READ)
    version = queries.published(course)
    lesson = queries.lesson_of(version, key)
    questions = questions_of(lesson.content)
    if lesson.kind != LessonKind.QUIZ or not questions:
        raise queries.no_such_course()
    left_open = {one.key: Message("Choose an answer.") for one in questions if not chosen.get(one.key)}
    if left_open:
        raise Invalid(fields=left_open)
    marked = mark(questions, chosen, lesson.pass_mark)
    begin(version, lesson, by=by)
    _write_attempt(version, lesson, chosen, marked, by)
    for one in questions:
        count_miss(version.course_id, lesson.key, one.key, missed=one.key in marked.wrong)
    if marked.passed:
        mark_done(version, lesson, by=by, score=marked.score)
    return marked


def mark_done(version: CourseVersion, lesson: Lesson, *, by: Actor, score: int | None = None) -> None:
    """Write that a lesson is done, once, and the better of two scores; with the last one the course is finished."""
    now = clock.now()
    better = func.coalesce(LessonProgress.score, 0)
    changes = {"done_at": func.coalesce(LessonProgress.done_at, now), "last_at": now}
    values = _row(version, lesson, by) | {"done_at": now, "score": score}
    if score is not None:
        changes["score"] = func.max(better, score) if _on_sqlite() else func.greatest(better, score)
    db.session.execute(insert_or_update(LessonProgress, values, by=_OWN, changes=changes))
    _certify_if_finished(version, by)


def count_miss(course_id: int, lesson_key: str, place: str, *, missed: bool) -> None:
    """Count that a question or place was tried, and whether wrongly."""
    values = {"course_id": course_id, "lesson_key": lesson_key, "place": place[:60], "tried": 1, "missed": int(missed)}
    changes = {"tried": LessonMiss.tried + 1, "missed": LessonMiss.missed + int(missed)}
    db.session.execute(insert_or_update(LessonMiss, values, by=["course_id", "lesson_key", "place"], changes=changes))


def begin(version: CourseVersion, lesson: Lesson, *, by: Actor) -> None:
    """Take the course, or go on with it. The row of who takes it is held, so what one person does comes one by one."""
    now = clock.now()
    values = {
        "account_id": by.account_id, "course_id": version.course_id, "enrolled_at": now, "last_at": now,
        "last_key": lesson.key,
    }  # fmt: skip
    changes = {"last_at": now, "last_key": lesson.key}
    db.session.execute(insert_or_update(Enrolment, values, by=["account_id", "course_id"], changes=changes))


def _count_opening(version: CourseVersion, lesson: Lesson, by: Actor) -> None:
    changes = {"opened": LessonProgress.opened + 1, "last_at": clock.now()}
    values = _row(version, lesson, by) | {"opened": 1}
    db.session.execute(insert_or_update(LessonProgress, values, by=_OWN, changes=changes))


def _keep(version: CourseVersion, lesson: Lesson, place: int, by: Actor) -> bool:
    """A place beyond the end is the end."""
    last = queries.last_place(lesson)
    place = max(0, min(place, last))
    changes = {"place": place, "last_at": clock.now()}
    farther = func.max(LessonProgress.furthest, place) if _on_sqlite() else func.greatest(
        LessonProgress.furthest, place)  # fmt: skip
    values = _row(version, lesson, by) | {"place": place, "furthest": place}
    db.session.execute(insert_or_update(LessonProgress, values, by=_OWN, changes={**changes, "furthest": farther}))
    furthest = db.session.scalar(
        select(LessonProgress.furthest).where(
            LessonProgress.account_id == by.account_id, LessonProgress.course_id == version.course_id,
            LessonProgress.lesson_key == lesson.key,
        )
    )  # fmt: skip
    done = is_done_at(lesson.kind, furthest or 0, last)
    if done:
        mark_done(version, lesson, by=by)
    return done


def _row(version: CourseVersion, lesson: Lesson, by: Actor) -> dict[str, object]:
    now = clock.now()
    return {
        "account_id": by.account_id, "course_id": version.course_id, "lesson_key": lesson.key, "place": 0,
        "furthest": 0, "opened": 0, "first_at": now, "last_at": now,
    }  # fmt: skip


def _write_attempt(
    version: CourseVersion, lesson: Lesson, chosen: Mapping[str, frozenset[int]], marked: Marked, by: Actor
) -> None:
    """The next attempt of this person."""
    own = (
        QuizAttempt.account_id == by.account_id, QuizAttempt.course_id == version.course_id,
        QuizAttempt.lesson_key == lesson.key,
    )  # fmt: skip
    # the enrolment that was just written holds this person's row, so attempts of one person come one after the other
    last = db.session.scalar(select(func.max(QuizAttempt.number)).where(*own)) or 0
    db.session.add(
        QuizAttempt(
            account_id=by.account_id, course_id=version.course_id, lesson_id=lesson.id, lesson_key=lesson.key,
            number=last + 1, answers={key: sorted(places) for key, places in chosen.items()}, score=marked.score,
            passed=marked.passed, at=clock.now(),
        )
    )  # fmt: skip
    db.session.flush()


def _certify_if_finished(version: CourseVersion, by: Actor) -> None:
    """Once every lesson is done there is a certificate, one for each edition."""
    progress = queries.progress_of(by, version.course_id)
    if by.account_id is None or not queries.is_finished(version, progress):
        return
    scores = [row.score for row in progress.values() if row.score is not None]
    values = {
        "account_id": by.account_id, "course_id": version.course_id, "version_id": version.id, "holder": by.name[:80],
        "score": min(scores) if scores else None, "issued_at": clock.now(),
    }  # fmt: skip
    new = insert_if_new(Certificate, values, by=["account_id", "version_id"]).returning(Certificate.id)
    if db.session.scalar(new) is not None:
        audit.record("course:certify", by=by, kind="course_version", record_id=version.id,
                     after={"course": version.course.code, "version": version.number})  # fmt: skip
        tell(
            "certificate", people=accounts([by.account_id]),
            facts={"course": Named(version.title_zh, version.title_en)},
            key=f"certificate/{by.account_id}/{version.id}", link=f"/learning/{version.course.code}",
        )  # fmt: skip


def _on_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"
