"""Verbs of an exercise: begin it, type, lay a paper in, take it away, hand it in to the real checks."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.applications import precheck
from app.errors import Conflict, Invalid, NotFound, Stale
from app.items import queries as items
from app.items.editions import Material
from app.learning import queries, service
from app.learning.exercises import Exercise, Laid, Seen, exercise_of, staged
from app.learning.keeping import insert_if_new
from app.learning.queries import READ
from app.materials import adjusting
from app.materials import service as materials
from app.materials.examining import examined
from app.materials.names import label_of
from app.materials.storage import CHUNK, too_large
from app.messages import Message, Named
from app.uow import atomic
from models import CourseVersion, Lesson, PracticeAttempt, db
from models.learning import LessonKind, PracticeState

LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class Practice:
    """An exercise and how far somebody is in it."""

    version: CourseVersion
    lesson: Lesson
    exercise: Exercise
    attempt: PracticeAttempt

    @property
    def laid(self) -> dict[str, Laid]:
        return {code: Laid.from_json(one) for code, one in self.attempt.papers.items()}


def opened(course: str, key: str, *, by: Actor) -> Practice:
    """The exercise of a lesson where somebody left it; the first time it is begun with what was planted in it.

    Raises NotFound for a lesson that is no exercise.
    """
    require(by, READ)
    version, lesson, exercise = _found(course, key)
    attempt = _newest(version, lesson, by)
    if attempt is None:
        begin(course, key, by=by)
        return opened(course, key, by=by)
    return Practice(version, lesson, exercise, attempt)


def begin(course: str, key: str, *, by: Actor) -> None:
    """Begin anew: the mistakes are planted again. An attempt that is open is begun over."""
    require(by, READ)
    _version, _lesson, exercise = _found(course, key)
    edition = items.published(exercise.item)
    laid: dict[str, Any] = {}
    for code, place in exercise.laid.items():
        paper = exercise.papers[code][place]
        material = edition.material(code)
        if material is not None:
            laid[code] = judged(paper.path, paper.name, material, edition.item.id, paper.right).to_json()
    db.session.rollback()  # the papers were judged before any lock is taken
    _begin(course, key, dict(exercise.start), laid, by)


@atomic
def _begin(course: str, key: str, start: dict[str, Any], laid: dict[str, Any], by: Actor) -> None:
    version, lesson, _exercise = _found(course, key)
    now = clock.now()
    db.session.execute(
        update(PracticeAttempt)
        .where(*_own(version, lesson, by), PracticeAttempt.state == PracticeState.OPEN)
        .values(answers=start, papers=laid, told=[], changed_at=now, revision=PracticeAttempt.revision + 1)
        .execution_options(synchronize_session=False)
    )
    values: dict[str, Any] = {
        "account_id": by.account_id, "course_id": version.course_id, "lesson_id": lesson.id, "lesson_key": lesson.key,
        "state": PracticeState.OPEN, "answers": start, "papers": laid, "told": [], "tries": 0, "begun_at": now,
        "changed_at": now,
    }  # fmt: skip
    db.session.execute(insert_if_new(PracticeAttempt, values))


def lay_paper(
    course: str, key: str, code: str, place: int, *, by: Actor, revision: int, typed: Mapping[str, str]
) -> None:
    """Lay one of the papers on the desk in for a material; the real checker judges it."""
    practice, material, item_id = _open_material(course, key, code, by)
    papers = practice.exercise.papers.get(code, ())
    if not 0 <= place < len(papers):
        raise Invalid(Message("Choose one of the papers on the desk."))
    paper = papers[place]
    laid = judged(paper.path, paper.name, material, item_id, paper.right)
    _keep(practice, typed, {**practice.attempt.papers, code: laid.to_json()}, by=by, revision=revision)


def send_paper(
    course: str, key: str, code: str, stream: BinaryIO, filename: str | None, *, by: Actor, revision: int,
    typed: Mapping[str, str],
) -> None:  # fmt: skip
    """Have a file of one's own judged by the real checker. What it said is kept, the file is not.

    Raises Refused where it is empty or too large.
    """
    practice, material, item_id = _open_material(course, key, code, by)
    limit = material.max_megabytes * 1024 * 1024
    with tempfile.NamedTemporaryFile(prefix="practice-") as kept:
        size = 0
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            kept.write(piece)
        kept.flush()
        if size == 0:
            raise materials.empty()
        laid = judged(Path(kept.name), label_of(filename), material, item_id, None)
    _keep(practice, typed, {**practice.attempt.papers, code: laid.to_json()}, by=by, revision=revision)


def take_away(course: str, key: str, code: str, *, by: Actor, revision: int, typed: Mapping[str, str]) -> None:
    """Take the paper of a material away again."""
    practice = _still_open(opened(course, key, by=by))
    rest = {name: one for name, one in practice.attempt.papers.items() if name != code}
    _keep(practice, typed, rest, by=by, revision=revision)


def save(course: str, key: str, typed: Mapping[str, str], *, by: Actor, revision: int) -> None:
    """Keep what was typed."""
    practice = _still_open(opened(course, key, by=by))
    _keep(practice, typed, dict(practice.attempt.papers), by=by, revision=revision)


def hand_in(course: str, key: str, typed: Mapping[str, str], *, by: Actor, revision: int) -> bool:
    """Hand it in, as a clerk submits: the real checks mark it. Answers whether it passed; what they said is kept."""
    practice = _still_open(opened(course, key, by=by))
    _keep(practice, typed, dict(practice.attempt.papers), by=by, revision=revision)
    practice = opened(course, key, by=by)
    with staged(practice.exercise, practice.attempt.answers, practice.laid, by=by) as seen:
        papers = _of_papers(practice, seen)
        known = {one["place"] for one in papers}  # that a refused file is no file need not be said as well
        told = [*papers, *(one for one in _of_checks(seen) if one["place"] not in known)]
        told = told or _beyond_the_checks(practice, seen)
        places = {line.anchor for line in seen.sheet.fields} | {line.anchor for line in seen.sheet.needed}
    _write_try(practice, told, places, by)
    return not told


def _of_papers(practice: Practice, seen: Seen) -> list[dict[str, Any]]:
    """What the checker said of papers that it refused."""
    needed = {line.code for line in seen.sheet.needed}
    return [
        _sentence(f"material-{code}", finding.message, finding.remedy)
        for code, one in practice.laid.items()
        if code in needed
        for finding in one.findings
        if finding.severity == precheck.BLOCKING
    ]


def _of_checks(seen: Seen) -> list[dict[str, Any]]:
    """What the check before submission finds and will not let pass."""
    return [_sentence(one.place, one.message, one.remedy) for one in seen.findings if one.severity == precheck.BLOCKING]


def _beyond_the_checks(practice: Practice, seen: Seen) -> list[dict[str, Any]]:
    """What no check can see: an answer, or a paper, that is sound and not the one of this case."""
    told = []
    remedy = Message("Compare it with the case that is described above. This is what a reviewer would return it for.")
    for line in seen.sheet.fields:
        wanted = practice.exercise.solution.get(line.key)
        if wanted is not None and str(practice.attempt.answers.get(line.key, "")).strip() != wanted:
            message = Message("The checks let “%(label)s” pass, but it is not what the papers of this case say.",
                              label=line.label)  # fmt: skip
            told.append(_sentence(line.anchor, message, remedy))
    for code, one in practice.laid.items():
        material = seen.sheet.version.material(code)
        if one.right is False and material is not None:
            message = Message("The file for “%(name)s” is sound, but it is not the paper that is asked for.",
                              name=Named(material.name_zh, material.name_en))  # fmt: skip
            told.append(_sentence(f"material-{code}", message, remedy))
    return told


def _sentence(place: str, message: Message, remedy: Message | None) -> dict[str, Any]:
    return {"place": place, "message": message.to_json(), "remedy": remedy.to_json() if remedy else None}


@atomic
def _write_try(practice: Practice, told: list[dict[str, Any]], places: set[str], by: Actor) -> None:
    now = clock.now()
    passed = {} if told else {"state": PracticeState.PASSED, "passed_at": now}
    changed = db.session.execute(
        update(PracticeAttempt)
        .where(PracticeAttempt.id == practice.attempt.id, PracticeAttempt.state == PracticeState.OPEN,
               PracticeAttempt.revision == practice.attempt.revision)
        .values(told=told, tries=PracticeAttempt.tries + 1, changed_at=now, revision=PracticeAttempt.revision + 1,
                **passed)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise _overtaken()
    version, lesson, _exercise = _found(practice.version.course.code, practice.lesson.key)
    service.begin(version, lesson, by=by)
    missed = {one["place"] for one in told}
    for place in sorted(places | missed):
        service.count_miss(version.course_id, lesson.key, place, missed=place in missed)
    if not told:
        service.mark_done(version, lesson, by=by)


@atomic
def _keep(
    practice: Practice, typed: Mapping[str, str], papers: dict[str, Any], *, by: Actor, revision: int
) -> None:  # fmt: skip
    answers = dict(practice.attempt.answers) | {key[:40]: value[:LONGEST_ANSWER] for key, value in typed.items()}
    changed = db.session.execute(
        update(PracticeAttempt)
        .where(PracticeAttempt.id == practice.attempt.id, PracticeAttempt.account_id == by.account_id,
               PracticeAttempt.state == PracticeState.OPEN, PracticeAttempt.revision == revision)
        .values(answers=answers, papers=papers, changed_at=clock.now(), revision=PracticeAttempt.revision + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise _overtaken()


def judged(path: Path, name: str, material: Material, item_id: int, right: bool | None) -> Laid:
    """What the real checker says of a file for a material, under the thresholds that hold today."""
    verdict, findings = examined(
        path, filename=name, declared_type=None, accepts=material.accepts, least=material.min_pages,
        max_pages=material.max_pages, severities=material.severities,
        thresholds=adjusting.in_force(item_id, material.code),
    )  # fmt: skip
    kept = {"looks": (), "sheets": (), "prints": ()}
    slim = type(verdict)(**{**{name: getattr(verdict, name) for name in verdict.__dataclass_fields__}, **kept})
    return Laid(name, path.stat().st_size, right, slim, tuple(findings))


def _found(course: str, key: str) -> tuple[CourseVersion, Lesson, Exercise]:
    version = queries.published(course)
    lesson = queries.lesson_of(version, key)
    return version, lesson, exercise_in(lesson)


def exercise_in(lesson: Lesson) -> Exercise:
    """The exercise of a lesson. Raises NotFound for one that holds none."""
    if lesson.kind != LessonKind.PRACTICE:
        raise queries.no_such_course()
    return exercise_of(lesson)


def _open_material(course: str, key: str, code: str, by: Actor) -> tuple[Practice, Material, int]:
    practice = _still_open(opened(course, key, by=by))
    edition = items.published(practice.exercise.item)
    material = edition.material(code)
    if material is None or material.shared:
        raise NotFound(Message("This item asks for no such material."), remedy=Message("Reload the application."))
    return practice, material, edition.item.id


def _newest(version: CourseVersion, lesson: Lesson, by: Actor) -> PracticeAttempt | None:
    return db.session.scalars(
        select(PracticeAttempt).where(*_own(version, lesson, by)).order_by(PracticeAttempt.id.desc()).limit(1)
    ).first()


def _own(version: CourseVersion, lesson: Lesson, by: Actor) -> tuple[Any, ...]:
    return (
        PracticeAttempt.account_id == by.account_id, PracticeAttempt.course_id == version.course_id,
        PracticeAttempt.lesson_key == lesson.key,
    )  # fmt: skip


def _still_open(practice: Practice) -> Practice:
    if practice.attempt.state != PracticeState.OPEN:
        raise Conflict(
            Message("This exercise is passed, so nothing in it changes any more."),
            remedy=Message("Begin it anew if you want to practise again."),
        )
    return practice


def _overtaken() -> Stale:
    return Stale(
        Message("This exercise has changed since the page was opened, most likely in another window of yours."),
        remedy=Message("Reload the page; what was done there last holds."),
    )
