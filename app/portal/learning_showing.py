"""How lessons are shown: where to go on, what is done, the words and icons of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for

from app.learning import writing
from app.learning.queries import Place, last_place
from app.learning.rules import KINDS, Question, clock_time, questions_of
from app.learning.service import Opened
from app.messages import Message
from app.web.showing import is_chinese
from models import Lesson, LessonProgress
from models.learning import LessonKind

ICONS = {
    LessonKind.TEXT: "file", LessonKind.SLIDES: "image", LessonKind.PDF: "files", LessonKind.VIDEO: "camera",
    LessonKind.QUIZ: "question", LessonKind.PRACTICE: "edit",
}  # fmt: skip


def place_asked() -> int | None:
    """The place that the address or the form names, if it is one."""
    text = request.values.get("at", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def is_done(row: LessonProgress | None) -> bool:
    """Whether a lesson is done."""
    return row is not None and row.done_at is not None


def state(lesson: Lesson, row: LessonProgress | None) -> dict[str, Any]:
    """How far somebody is in a lesson, as word, tone and icon."""
    if row is not None and row.done_at is not None:
        word = Message("Done, %(score)s percent", score=row.score) if row.score is not None else Message("Done")
        return {"word": word, "tone": "ok", "icon": "check-circle"}
    if row is None:
        return {"word": Message("Not begun"), "tone": "wait", "icon": "clock"}
    if lesson.kind == LessonKind.VIDEO and row.place:
        return {"word": Message("Left at %(time)s", time=clock_time(row.place)), "tone": "info", "icon": "clock"}
    if lesson.kind in (LessonKind.PDF, LessonKind.SLIDES) and row.place:
        return {
            "word": Message("Left at page %(page)s of %(pages)s", page=row.place, pages=last_place(lesson)),
            "tone": "info", "icon": "clock",
        }  # fmt: skip
    return {"word": Message("Under way"), "tone": "info", "icon": "clock"}


def length(lesson: Lesson) -> Message | None:
    """How long it is."""
    facts = lesson.file_facts or {}
    if lesson.kind == LessonKind.VIDEO and facts.get("seconds"):
        return Message("%(time)s minutes", time=clock_time(facts["seconds"]))
    if lesson.kind == LessonKind.PDF and facts.get("pages"):
        return Message("%(count)s pages in all", count=facts["pages"])
    return None


def body(lesson: Lesson) -> str:
    """What the author wrote, in the reader's language if it is there."""
    return (lesson.body_zh if is_chinese() else lesson.body_en) or lesson.body_zh or lesson.body_en


def given(opened: Opened) -> dict[str, Any]:
    """What the page of a lesson needs."""
    lesson, version = opened.lesson, opened.version
    keys = [one.key for one in version.lessons]
    position = keys.index(lesson.key)
    last = last_place(lesson)
    place = place_asked() if place_asked() is not None else opened.place
    return {
        "opened": opened, "lesson": lesson, "version": version, "kinds": KINDS,
        "show": {"state": state, "icons": ICONS},
        "html": writing.shown(body(lesson)), "last": last, "place": _within(lesson, place or 0, last),
        "before": version.lessons[position - 1] if position else None,
        "after": version.lessons[position + 1] if position + 1 < len(keys) else None,
        "slides": [writing.shown(one) for one in writing.slides_of(body(lesson))]
        if lesson.kind == LessonKind.SLIDES
        else [],
        "questions": questions_of(lesson.content) if lesson.kind == LessonKind.QUIZ else (),
        "chosen": {}, "errors": {}, "marked": None, "preview": None, "clock_time": clock_time,
    }  # fmt: skip


def _within(lesson: Lesson, place: int, last: int) -> int:
    """A video that was seen to its end begins anew; a page is one that exists."""
    if lesson.kind == LessonKind.VIDEO:
        return place if place < last - 1 else 0
    return max(1, min(place, last)) if last else 0


def chosen(questions: Sequence[Question]) -> dict[str, frozenset[int]]:
    """The answers that a form carries, by question; what is no place of an answer is left out."""
    found: dict[str, frozenset[int]] = {}
    for one in questions:
        typed = request.form.getlist(f"q-{one.key}")
        places = {int(text) for text in typed if text.isascii() and text.isdigit() and len(text) < 3}
        found[one.key] = frozenset(place for place in places if place < len(one.choices))
    return found


def address(place: Place) -> str:
    """Where "why?" leads: the second of a video, or the anchor in a text."""
    if place.second is not None:
        return url_for("portal.lesson", course=place.course, key=place.lesson, at=place.second)
    anchor = writing.PREFIX + place.anchor if place.anchor else None
    return url_for("portal.lesson", course=place.course, key=place.lesson, _anchor=anchor)


def progress_of(rows: Mapping[str, LessonProgress], lessons: Sequence[Lesson]) -> int:
    """How many of the lessons are done."""
    return sum(is_done(rows.get(one.key)) for one in lessons)
