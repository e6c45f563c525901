"""Verbs of publication: propose an edition, take it back, refuse it, publish it. A second person publishes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import Verdict, may, require
from app.audit import service as audit
from app.audit.queries import acted_on, stale_page
from app.errors import Invalid, NotAllowed, Refused
from app.forms import reading
from app.learning import authoring, proving
from app.learning.queries import PUBLISH, WRITE
from app.learning.rules import questions_of
from app.learning.searching import LESSON
from app.learning.writing import anchors_of
from app.messages import Message, Named, joined
from app.search.registry import EVERYTHING
from app.search.service import changed
from app.uow import atomic
from models import CourseVersion, Lesson, db
from models.items import VersionState
from models.learning import LessonKind

_NO_WORK = ("course:refuse", "course:publish", "course:withdraw")


class NotReady(Refused):
    """Something stands in the way of publication; the message says what."""

    status = 422


def findings(version: CourseVersion) -> list[Message]:
    """What is missing in an edition, each in a sentence. What an exercise comes to is proved when it is proposed."""
    found = [] if version.lessons else [Message("There is no lesson in it.")]
    return found + [said for lesson in version.lessons for said in _lacking(lesson)]


def _lacking(lesson: Lesson) -> list[Message]:
    found = []
    name = Named(lesson.title_zh, lesson.title_en)
    if lesson.kind in (LessonKind.TEXT, LessonKind.SLIDES) and not (lesson.body_zh and lesson.body_en):
        found.append(Message("“%(lesson)s”: the text is not there in both languages.", lesson=name))
    if lesson.kind in (LessonKind.VIDEO, LessonKind.PDF) and not lesson.file_sha256:
        found.append(Message("“%(lesson)s”: the file is missing.", lesson=name))
    if lesson.kind == LessonKind.VIDEO and not (lesson.captions_zh and lesson.captions_en):
        found.append(Message("“%(lesson)s”: captions are not there in both languages.", lesson=name))
    if lesson.kind == LessonKind.QUIZ and not questions_of(lesson.content):
        found.append(Message("“%(lesson)s”: there are no questions.", lesson=name))
    if lesson.kind == LessonKind.PRACTICE and not lesson.content:
        found.append(Message("“%(lesson)s”: there is no exercise.", lesson=name))
    anchors, seconds = {*anchors_of(lesson.body_zh)} & {*anchors_of(lesson.body_en)}, lesson.file_facts.get("seconds")
    for one in lesson.bindings:
        if one.anchor and one.anchor not in anchors:
            found.append(Message("“%(lesson)s”: no place in both texts is called %(anchor)s, where a binding leads.",
                                 lesson=name, anchor=one.anchor))  # fmt: skip
        if one.second is not None and (lesson.kind != LessonKind.VIDEO or (seconds and one.second >= seconds)):
            found.append(
                Message("“%(lesson)s”: a binding leads to a moment that the video does not have.", lesson=name)
            )
    return found


def propose(version_id: int, *, by: Actor, revision: int, note: str = "") -> None:
    """Offer a draft for publication. Raises NotReady while something is missing or an exercise does not work out."""
    require(by, WRITE)
    version = authoring.opened(version_id, by=by)
    missing = findings(version) or proving.faults_in(version, by=by)
    if missing:
        raise NotReady(joined(missing[:5], separator=" "), remedy=Message("Put this right, then propose it again."))
    _propose(version_id, by=by, revision=revision, note=reading.clean(note)[:500])


@atomic
def _propose(version_id: int, *, by: Actor, revision: int, note: str) -> None:
    version = authoring.opened(version_id, by=by)
    _move(version, revision, VersionState.DRAFT, VersionState.PROPOSED, by=by, action="course:propose", note=note,
          proposed_at=clock.now(), proposed_by_id=by.account_id)  # fmt: skip


@atomic
def take_back(version_id: int, *, by: Actor, revision: int) -> None:
    """Turn a proposed edition into a draft again."""
    require(by, WRITE)
    version = authoring.opened(version_id, by=by)
    _move(version, revision, VersionState.PROPOSED, VersionState.DRAFT, by=by, action="course:take_back",
          note=version.note, proposed_at=None, proposed_by_id=None)  # fmt: skip


@atomic
def refuse(version_id: int, *, by: Actor, revision: int, reason: str) -> None:
    """Send a proposed edition back to its author with a reason."""
    require(by, PUBLISH)
    version = authoring.opened(version_id, by=by)
    _move(version, revision, VersionState.PROPOSED, VersionState.DRAFT, by=by, action="course:refuse",
          note=_reason(reason), proposed_at=None, proposed_by_id=None)  # fmt: skip


@atomic
def publish(version_id: int, *, by: Actor, revision: int) -> None:
    """Put a proposed edition in force and retire the one before. Raises NotAllowed for whoever worked on it, Stale."""
    verdict = may_publish(by, version := authoring.opened(version_id, by=by))
    if not verdict:
        assert verdict.reason is not None
        raise NotAllowed(verdict.reason, remedy=Message("Ask another publisher."))
    before = db.session.scalars(
        select(CourseVersion).where(
            CourseVersion.course_id == version.course_id, CourseVersion.state == VersionState.PUBLISHED
        )
    ).first()
    if before is not None:
        _move(before, before.revision, VersionState.PUBLISHED, VersionState.RETIRED, by=by, action="course:retire",
              note=before.note)  # fmt: skip
    _move(version, revision, VersionState.PROPOSED, VersionState.PUBLISHED, by=by, action="course:publish",
          note=version.note, published_at=clock.now(), published_by_id=by.account_id)  # fmt: skip
    changed(LESSON, EVERYTHING)


@atomic
def withdraw(version_id: int, *, by: Actor, revision: int, reason: str) -> None:
    """Take an edition out of force without another in its place. Certificates stay true. Raises Invalid, Stale."""
    require(by, PUBLISH)
    version = authoring.opened(version_id, by=by)
    _move(version, revision, VersionState.PUBLISHED, VersionState.RETIRED, by=by, action="course:withdraw",
          note=_reason(reason))  # fmt: skip
    changed(LESSON, EVERYTHING)


def may_publish(by: Actor, version: CourseVersion) -> Verdict:
    """Whether this person may publish this edition, or the sentence why not."""
    verdict = may(by, PUBLISH)
    if not verdict:
        return verdict
    if by.account_id is not None and _has_worked_on(version, by):
        return Verdict(False, Message("You worked on this edition yourself, so somebody else must publish it."))
    return verdict


def _has_worked_on(version: CourseVersion, by: Actor) -> bool:
    if by.account_id in (version.proposed_by_id, version.created_by_id):
        return True
    return by.account_id is not None and acted_on("course_version", version.id, by.account_id, besides=_NO_WORK)


def _reason(typed: str) -> str:
    reason = reading.clean(typed)[:500]
    if not reason:
        raise Invalid(fields={"reason": Message("Say why, so that the author knows what to change.")})
    return reason


def _move(
    version: CourseVersion, revision: int, state: VersionState, to: VersionState, *, by: Actor, action: str, note: str,
    **values: Any,
) -> None:  # fmt: skip
    """The guard of every step: exactly one row, in the state it must be in, at the revision the page showed."""
    written = db.session.execute(
        update(CourseVersion)
        .where(CourseVersion.id == version.id, CourseVersion.state == state, CourseVersion.revision == revision)
        .values(state=to, note=note, revision=revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if written.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("course_version", version.id)
    audit.record(action, by=by, kind="course_version", record_id=version.id, before={"state": state},
                 after={"state": to}, note=note)  # fmt: skip
    db.session.refresh(version)
