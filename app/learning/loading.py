"""Puts the courses that ship with the product into the database, each once; what the office wrote itself stays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.learning import captions, places
from app.learning.searching import LESSON
from app.search.registry import EVERYTHING
from app.search.service import changed
from app.uow import transaction
from models import Course, CourseVersion, Lesson, LessonBinding, db
from models.items import VersionState
from models.learning import BindingKind

DATA = Path(__file__).parent / "data"
COURSES = DATA / "courses"


def shipped() -> list[tuple[str, dict[str, Any]]]:
    """The courses that ship, by code, in the order in which they are best taken."""
    told = [(path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(COURSES.glob("*.yaml"))]
    return sorted(told, key=lambda one: int(one[1]["order"]))


def load_courses(*, by: Actor) -> int:
    """Put every shipped course that is not there in force; answers how many were new."""
    new = 0
    with transaction() as session:
        known = set(session.scalars(select(Course.code)))
        for code, told in shipped():
            if code not in known:
                _load(code, told, by)
                new += 1
        if new:
            changed(LESSON, EVERYTHING)
    return new


def _load(code: str, told: Mapping[str, Any], by: Actor) -> None:
    now = clock.now()
    course = Course(code=code, created_at=now)
    version = CourseVersion(
        number=1, state=VersionState.PUBLISHED, title_zh=told["title"]["zh"], title_en=told["title"]["en"],
        summary_zh=told["summary"]["zh"], summary_en=told["summary"]["en"], created_at=now, published_at=now,
    )  # fmt: skip
    course.versions = [version]
    version.lessons = [_lesson(place, one) for place, one in enumerate(told["lessons"], start=1)]
    db.session.add(course)
    db.session.flush()
    audit.record("course:load", by=by, kind="course_version", record_id=version.id,
                 after={"course": code, "lessons": len(version.lessons)})  # fmt: skip


def _lesson(position: int, told: Mapping[str, Any]) -> Lesson:
    body = told.get("body", {})
    lesson = Lesson(
        position=position, key=told["key"], kind=told["kind"], title_zh=told["title"]["zh"],
        title_en=told["title"]["en"], body_zh=body.get("zh", ""), body_en=body.get("en", ""),
        content=told.get("content", {}), pass_mark=told.get("pass_mark", 0), file_facts={},
    )  # fmt: skip
    if "file" in told:
        _keep_file(lesson, told)
    lesson.bindings = [_binding(one) for one in told.get("why", ())]
    return lesson


def _keep_file(lesson: Lesson, told: Mapping[str, Any]) -> None:
    """The file that ships beside the text, with what was found when it was made; a test looks through it again."""
    path = DATA / told["file"]
    with path.open("rb") as stream:
        stored = places.store().receive(stream, limit_bytes=places.most_video_bytes())
    lesson.file_sha256 = stored.sha256
    lesson.file_facts = {**told["facts"], "name": path.name, "size": stored.size}
    for language in ("zh", "en"):
        if language in told.get("captions", {}):
            text = (DATA / told["captions"][language]).read_text(encoding="utf-8")
            setattr(lesson, f"captions_{language}", captions.written(captions.read(text, field="captions")))


def _binding(told: Mapping[str, Any]) -> LessonBinding:
    kind = next(kind for kind in BindingKind if kind.lower() in told)
    value = told[kind.lower()]
    is_item = kind == BindingKind.ITEM
    return LessonBinding(
        kind=kind, item_code=value if is_item else told.get("of", ""), key="" if is_item else value,
        second=told.get("second"), anchor=told.get("anchor", ""),
    )  # fmt: skip
