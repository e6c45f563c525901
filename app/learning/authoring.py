"""Verbs of authors: begin a course or its next edition, write its lessons, put files in, give a draft up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from app import clock
from app.access.actor import Actor
from app.access.policy import may, require
from app.audit import service as audit
from app.audit.queries import stale_page
from app.errors import Conflict, Invalid, NotFound, Refused
from app.forms import reading
from app.learning import captions
from app.learning.content import content_from
from app.learning.queries import PUBLISH, WRITE, no_such_course
from app.learning.rules import KEY
from app.messages import Message
from app.uow import atomic
from models import Course, CourseVersion, Lesson, LessonBinding, db
from models.items import VersionState
from models.learning import LessonKind

LONGEST_BODY = 40_000
_COPIED = (
    "position", "key", "kind", "title_zh", "title_en", "body_zh", "body_en", "file_sha256", "file_facts",
    "captions_zh", "captions_en", "content", "pass_mark",
)  # fmt: skip
_BOUND = ("kind", "item_code", "key", "second", "anchor")


def opened(version_id: int, *, by: Actor) -> CourseVersion:
    """A version with all it holds, for those who write or publish courses. Raises NotAllowed, NotFound."""
    _require_author(by)
    found = db.session.scalars(
        select(CourseVersion)
        .join(CourseVersion.course)
        .where(CourseVersion.id == version_id)
        .options(
            contains_eager(CourseVersion.course), selectinload(CourseVersion.lessons).selectinload(Lesson.bindings)
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def opened_lesson(lesson_id: int, *, by: Actor) -> Lesson:
    """A lesson with its version, for those who write or publish courses. Raises NotAllowed, NotFound."""
    _require_author(by)
    found = db.session.scalars(
        select(Lesson)
        .where(Lesson.id == lesson_id)
        .options(joinedload(Lesson.version).joinedload(CourseVersion.course), selectinload(Lesson.bindings))
    ).first()
    if found is None:
        raise NotFound
    return found


def all_versions(*, by: Actor) -> list[CourseVersion]:
    """Every version that is published or in work, by course; of a course that was withdrawn the last one."""
    _require_author(by)
    later = aliased(CourseVersion)
    followed = exists().where(later.course_id == CourseVersion.course_id, later.number > CourseVersion.number)
    return list(
        db.session.scalars(
            select(CourseVersion)
            .join(CourseVersion.course)
            .where(or_(CourseVersion.state != VersionState.RETIRED, ~followed))
            .options(contains_eager(CourseVersion.course))
            .order_by(Course.code, CourseVersion.number)
        )
    )


def editions_of(course_id: int, *, by: Actor) -> list[CourseVersion]:
    """All editions of a course, the newest first."""
    _require_author(by)
    wanted = select(CourseVersion).where(CourseVersion.course_id == course_id)
    return list(db.session.scalars(wanted.order_by(CourseVersion.number.desc())))


def _require_author(by: Actor) -> None:
    if not may(by, PUBLISH):
        require(by, WRITE)


@atomic
def new_course(code: str, title_zh: str, title_en: str, *, by: Actor) -> CourseVersion:
    """Begin a course. Raises Invalid for a code that is taken or none."""
    require(by, WRITE)
    code = code.strip().lower()
    wrong = _wrong_titles(title_zh, title_en)
    if not KEY.fullmatch(code) or len(code) > 30:
        wrong["code"] = _key_sentence()
    elif db.session.scalar(select(Course.id).where(Course.code == code)) is not None:
        wrong["code"] = Message("There is a course with this code already.")
    if wrong:
        raise Invalid(fields=wrong)
    course = Course(code=code, created_at=clock.now())
    version = _version(1, title_zh, title_en, by)
    course.versions = [version]
    db.session.add(course)
    flush_or_refuse(Message("There is a course with this code already."))
    _write_down("course:begin", version, by, after={"course": code})
    return version


@atomic
def new_edition(course_id: int, *, by: Actor) -> CourseVersion:
    """The next edition, beginning as a copy of the one in force. Raises Conflict while another is in work."""
    require(by, WRITE)
    rows = db.session.scalars(
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .options(selectinload(CourseVersion.lessons).selectinload(Lesson.bindings), joinedload(CourseVersion.course))
        .order_by(CourseVersion.number)
    ).all()
    if not rows:
        raise NotFound
    if rows[-1].state in (VersionState.DRAFT, VersionState.PROPOSED):
        raise _one_in_work()
    before = rows[-1]
    version = _version(before.number + 1, before.title_zh, before.title_en, by)
    version.course_id, version.summary_zh, version.summary_en = course_id, before.summary_zh, before.summary_en
    version.lessons = [_copy_of(one) for one in before.lessons]
    db.session.add(version)
    flush_or_refuse(_one_in_work().message)
    _write_down("course:draft", version, by, after={"version": version.number})
    return version


@atomic
def change_version(version_id: int, values: Mapping[str, str], *, by: Actor, revision: int) -> None:
    """Change title and summary of a draft."""
    version = draft_of(version_id, by)
    wrong = _wrong_titles(values.get("title_zh", ""), values.get("title_en", ""))
    if wrong:
        raise Invalid(fields=wrong)
    kept: dict[str, Any] = {
        "title_zh": _text(values, "title_zh", 120), "title_en": _text(values, "title_en", 200),
        "summary_zh": _text(values, "summary_zh", 500), "summary_en": _text(values, "summary_en", 800),
    }  # fmt: skip
    hold(version, revision, by, action="course:edit", after=kept, **kept)


@atomic
def add_lesson(version_id: int, values: Mapping[str, str], *, by: Actor, revision: int) -> Lesson:
    """Add a lesson at the end of a draft. Raises Invalid naming what is wrong."""
    version = draft_of(version_id, by)
    key, kind = values.get("key", "").strip().lower(), values.get("kind", "")
    wrong = _wrong_titles(values.get("title_zh", ""), values.get("title_en", ""))
    if kind not in set(LessonKind):
        wrong["kind"] = Message("Choose what the lesson is made of.")
    if not KEY.fullmatch(key):
        wrong["key"] = _key_sentence()
    elif any(one.key == key for one in version.lessons):
        wrong["key"] = Message("Another lesson of this course has this key.")
    if wrong:
        raise Invalid(fields=wrong)
    hold(version, revision, by, action="course:edit", after={"lesson": key, "kind": kind})
    last = max((one.position for one in version.lessons), default=0)
    lesson = Lesson(
        version_id=version.id, position=last + 1, key=key, kind=kind, title_zh=_text(values, "title_zh", 120),
        title_en=_text(values, "title_en", 200), file_facts={}, content={},
        pass_mark=80 if kind == LessonKind.QUIZ else 0,
    )  # fmt: skip
    db.session.add(lesson)
    db.session.flush()
    return lesson


@atomic
def change_lesson(lesson_id: int, values: Mapping[str, str], *, by: Actor, revision: int) -> None:
    """Change what a lesson says. Raises Invalid at the field: captions, questions and exercises are read strictly."""
    lesson = opened_lesson(lesson_id, by=by)
    draft_of(lesson.version_id, by)
    wrong = _wrong_titles(values.get("title_zh", ""), values.get("title_en", ""))
    for language in ("zh", "en"):
        if len(values.get(f"body_{language}", "")) > LONGEST_BODY:
            wrong[f"body_{language}"] = Message("This text is longer than %(count)s characters.", count=LONGEST_BODY)
    more: dict[str, Any] = {}
    for read in (_captions_from, _content_from, _pass_mark_from):
        try:
            more |= read(lesson, values)
        except Invalid as refusal:
            wrong |= refusal.fields
    if wrong:
        raise Invalid(fields=wrong)
    hold(lesson.version, revision, by, action="course:edit", after={"lesson": lesson.key})
    lesson.title_zh, lesson.title_en = _text(values, "title_zh", 120), _text(values, "title_en", 200)
    lesson.body_zh, lesson.body_en = _text(values, "body_zh", LONGEST_BODY), _text(values, "body_en", LONGEST_BODY)
    for name, value in more.items():
        setattr(lesson, name, value)


@atomic
def move_lesson(lesson_id: int, *, up: bool, by: Actor, revision: int) -> None:
    """Let a lesson change places with its neighbour."""
    lesson = opened_lesson(lesson_id, by=by)
    version = draft_of(lesson.version_id, by)
    order = list(version.lessons)
    here = order.index(lesson)
    there = here - 1 if up else here + 1
    hold(version, revision, by, action="course:edit", after={"lesson": lesson.key, "moved": "up" if up else "down"})
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        for place, one in enumerate(order, start=1):
            one.position = place


@atomic
def remove_lesson(lesson_id: int, *, by: Actor, revision: int) -> None:
    """Take a lesson out of a draft; published editions keep it."""
    lesson = opened_lesson(lesson_id, by=by)
    version = draft_of(lesson.version_id, by)
    hold(version, revision, by, action="course:edit", before={"lesson": lesson.key})
    db.session.delete(lesson)


@atomic
def discard(version_id: int, *, by: Actor, revision: int) -> None:
    """Give a draft up. With the only edition of a course the course is gone too. Raises NotFound, Conflict, Stale."""
    version = draft_of(version_id, by)
    course_id = version.course_id
    hold(version, revision, by, action="course:discard",
         before={"course": version.course.code, "version": version.number})  # fmt: skip
    db.session.expunge(version)  # its rows are removed by the database, with all that hangs on them
    for gone in (
        delete(CourseVersion).where(CourseVersion.id == version_id),
        delete(Course).where(Course.id == course_id, ~exists().where(CourseVersion.course_id == course_id)),
    ):
        db.session.execute(gone.execution_options(synchronize_session=False))
    db.session.expire_all()


@atomic
def put_file(lesson_id: int, sha256: str, facts: dict[str, Any], *, by: Actor) -> None:
    """Put a file that was examined into a lesson of a draft. The last one that comes counts."""
    lesson = opened_lesson(lesson_id, by=by)
    version = draft_of(lesson.version_id, by)
    hold(version, version.revision, by, action="course:file", after={"lesson": lesson.key, "sha256": sha256})
    lesson.file_sha256, lesson.file_facts = sha256, facts


def require_open(lesson_id: int, *, by: Actor) -> Lesson:
    """The lesson, if a file may be put into it now. Raises NotAllowed, NotFound, Conflict."""
    lesson = opened_lesson(lesson_id, by=by)
    draft_of(lesson.version_id, by)
    if lesson.kind not in (LessonKind.VIDEO, LessonKind.PDF):
        raise no_such_course()
    return lesson


def draft_of(version_id: int, by: Actor) -> CourseVersion:
    """The draft, for who may write it. Raises NotAllowed, NotFound, Conflict for what is no draft any more."""
    require(by, WRITE)
    version = opened(version_id, by=by)
    if version.state != VersionState.DRAFT:
        raise Conflict(
            Message("This edition is no draft, so nothing in it can be changed."),
            remedy=Message("Begin the next edition; it starts as a copy of the one in force."),
        )
    return version


def hold(
    version: CourseVersion, revision: int, by: Actor, *, action: str, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None, **values: Any,
) -> None:  # fmt: skip
    """The guard of every change: a draft, at the revision that the page showed, exactly one row."""
    held = db.session.execute(
        update(CourseVersion)
        .where(CourseVersion.id == version.id, CourseVersion.revision == revision,
               CourseVersion.state == VersionState.DRAFT)
        .values(revision=revision + 1, **values)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if held.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("course_version", version.id)
    audit.record(action, by=by, kind="course_version", record_id=version.id, before=before, after=after)


def _captions_from(lesson: Lesson, values: Mapping[str, str]) -> dict[str, str]:
    if lesson.kind != LessonKind.VIDEO:
        return {}
    seconds = (lesson.file_facts or {}).get("seconds")
    found = {}
    for language in ("zh", "en"):
        text, field = values.get(f"captions_{language}", "").strip(), f"captions_{language}"
        found[field] = captions.written(captions.read(text, field=field, seconds=seconds)) if text else ""
    return found


def _content_from(lesson: Lesson, values: Mapping[str, str]) -> dict[str, Any]:
    if lesson.kind not in (LessonKind.QUIZ, LessonKind.PRACTICE):
        return {}
    return {"content": content_from(lesson.kind, values.get("content", ""))}


def _pass_mark_from(lesson: Lesson, values: Mapping[str, str]) -> dict[str, int]:
    if lesson.kind != LessonKind.QUIZ:
        return {}
    text = values.get("pass_mark", "").strip()
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= 100:
        raise Invalid(fields={"pass_mark": Message("Write a whole number from 1 to 100.")})
    return {"pass_mark": int(text)}


def _version(number: int, title_zh: str, title_en: str, by: Actor) -> CourseVersion:
    return CourseVersion(
        number=number, state=VersionState.DRAFT, title_zh=reading.clean(title_zh)[:120],
        title_en=reading.clean(title_en)[:200], created_at=clock.now(), created_by_id=by.account_id,
    )  # fmt: skip


def _copy_of(lesson: Lesson) -> Lesson:
    copy = Lesson(**{name: getattr(lesson, name) for name in _COPIED})
    copy.bindings = [LessonBinding(**{name: getattr(one, name) for name in _BOUND}) for one in lesson.bindings]
    return copy


def _text(values: Mapping[str, str], name: str, longest: int) -> str:
    return values.get(name, "").replace("\x00", "").strip()[:longest]


def _wrong_titles(title_zh: str, title_en: str) -> dict[str, Message]:
    wrong = {}
    if not title_zh.strip():
        wrong["title_zh"] = Message("Write the title in Chinese.")
    if not title_en.strip():
        wrong["title_en"] = Message("Write the title in English.")
    return wrong


def _key_sentence() -> Message:
    return Message("Lower-case letters, digits and hyphens, at most 30 of them.")


def _one_in_work() -> Conflict:
    return Conflict(
        Message("An edition of this course is in work already."),
        remedy=Message("Go on with that one, or have it published first."),
    )


def flush_or_refuse(said: Message) -> None:
    """Of two who do the same at once, the unique key lets one through."""
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(said, remedy=Message("Reload the page.")) from None


def _write_down(action: str, version: CourseVersion, by: Actor, *, after: dict[str, Any]) -> None:
    audit.record(action, by=by, kind="course_version", record_id=version.id, after=after)


def count_lessons(version_ids: list[int]) -> dict[int, int]:
    """How many lessons each version has."""
    rows = db.session.execute(
        select(Lesson.version_id, func.count()).where(Lesson.version_id.in_(version_ids)).group_by(Lesson.version_id)
    )
    return {row[0]: row[1] for row in rows}
