"""What can be found of lessons: every published one in both languages, by places of a text and seconds of a video."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.learning import captions
from app.learning.queries import READ
from app.learning.rules import questions_of
from app.learning.writing import PREFIX, anchor_of, plain
from app.messages import Message
from app.search.registry import Document, Part, Source, holders_of, register
from models import Course, CourseVersion, Lesson, db
from models.items import VersionState
from models.learning import LessonKind

LESSON = "lesson"
LANGUAGES = ("zh", "en")
_HEADING = re.compile(r"#{1,6}\s+(.*)")


def lessons(keys: Collection[str] | None) -> Iterator[Document]:
    """The lessons of the courses in force. A key is course and lesson, for example `first-filing/tour`."""
    wanted = (
        select(Lesson)
        .join(Lesson.version)
        .join(CourseVersion.course)
        .where(CourseVersion.state == VersionState.PUBLISHED)
        .options(contains_eager(Lesson.version).contains_eager(CourseVersion.course))
        .order_by(Course.code, Lesson.position)
    )
    if keys is not None:
        wanted = wanted.where(Course.code.in_({key.partition("/")[0] for key in keys}))
    for lesson in db.session.scalars(wanted):
        code = lesson.version.course.code
        key = f"{code}/{lesson.key}"
        if keys is not None and key not in keys:
            continue
        for language in LANGUAGES:
            yield Document(
                LESSON, key, language, getattr(lesson, f"title_{language}"), _parts(lesson, language),
                f"/learning/{code}/{lesson.key}", holders_of(READ),
            )  # fmt: skip


def _parts(lesson: Lesson, language: str) -> list[Part]:
    """The text by its headings, the captions by their seconds, the questions of a quiz."""
    parts = _sections(getattr(lesson, f"body_{language}"))
    told = getattr(lesson, f"captions_{language}")
    if told:
        parts += [Part(cue.text, "", f"t={int(cue.start)}") for cue in captions.read(told, field="captions")]
    if lesson.kind == LessonKind.QUIZ:
        asked = [getattr(one.text, language) for one in questions_of(lesson.content)]
        parts.append(Part("\n".join(asked)))
    return parts or [Part("")]


def _sections(text: str) -> list[Part]:
    parts: list[Part] = []
    heading, anchor, lines = "", "", [""]
    for line in [*text.splitlines(), None]:
        found = _HEADING.match(line) if line is not None else None
        if line is not None and found is None:
            lines.append(line)
            continue
        if heading or any(one.strip() for one in lines):
            parts.append(Part(plain("\n".join(lines)), heading, anchor))
        if found is not None:
            name = anchor_of(line or "")
            heading, anchor, lines = plain(found.group(1)), PREFIX + name if name else "", []
    return parts


LESSONS = register(Source(LESSON, Message("Lessons"), lessons))
