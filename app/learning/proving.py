"""Whether an exercise works out: what was planted must fail the real checks, and what is right must pass them."""

from __future__ import annotations

from app.access.actor import Actor
from app.applications import precheck
from app.errors import Refused
from app.items import queries as items
from app.learning.exercises import Exercise, Laid, Paper, exercise_of, staged
from app.learning.practising import judged
from app.messages import Message, Named
from models import CourseVersion, Lesson
from models.learning import LessonKind


def faults_in(version: CourseVersion, *, by: Actor) -> list[Message]:
    """What is wrong with the exercises of an edition, in sentences; each is handed in twice, as planted and right."""
    exercises = [one for one in version.lessons if one.kind == LessonKind.PRACTICE]
    return [fault for one in exercises for fault in faults_of(one, by=by)]


def faults_of(lesson: Lesson, *, by: Actor) -> list[Message]:
    """What is wrong with one exercise."""
    exercise, name = exercise_of(lesson), Named(lesson.title_zh, lesson.title_en)
    try:
        unknown = _unknown(exercise)
        if unknown:
            return [Message("“%(lesson)s”: the item has no part called %(key)s.", lesson=name, key=unknown[0])]
        wrong = {code: exercise.papers[code][at] for code, at in exercise.laid.items()}
        planted = _stopped(exercise, dict(exercise.start), wrong, by)
        right = {code: paper for code, some in exercise.papers.items() for paper in some if paper.right}
        left = _stopped(exercise, {**exercise.start, **exercise.solution}, right, by)
    except Refused as refusal:
        return [Message("“%(lesson)s”: %(why)s", lesson=name, why=refusal.message)]
    if not planted:
        return [Message("“%(lesson)s”: the checks find nothing wrong at its start, so there is nothing to practise.",
                        lesson=name)]  # fmt: skip
    return [Message("“%(lesson)s”: what is right does not pass: %(why)s", lesson=name, why=why) for why in left[:3]]


def _unknown(exercise: Exercise) -> list[str]:
    """Answers and papers of the exercise that its item asks nobody for."""
    edition = items.published(exercise.item)
    asked = {one.key for one in edition.fields} | {one.code for one in edition.materials}
    return sorted({*exercise.start, *exercise.solution, *exercise.papers} - asked)


def _stopped(exercise: Exercise, typed: dict[str, str], papers: dict[str, Paper], by: Actor) -> list[Message]:
    """What the real checks would not let pass."""
    edition = items.published(exercise.item)
    laid: dict[str, Laid] = {}
    for code, paper in papers.items():
        material = edition.material(code)
        if material is not None:
            laid[code] = judged(paper.path, paper.name, material, edition.item.id, paper.right)
    with staged(exercise, typed, laid, by=by) as seen:
        return [one.message for one in seen.findings if one.severity == precheck.BLOCKING]
