"""Questions of a quiz and exercises as authors write them: YAML, read strictly, each fault named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from app.errors import Invalid
from app.learning.rules import KEY
from app.messages import Message
from models.learning import LessonKind

LONGEST = 30_000
MOST_QUESTIONS = 50
MOST_CHOICES = 8
_EXERCISE = ("item", "today", "person", "solution")


def content_from(kind: str, text: str) -> dict[str, Any]:
    """The content of a quiz or an exercise. Raises Invalid at `content` with the first fault."""
    if len(text) > LONGEST:
        raise _wrong(Message("This text is longer than %(count)s characters.", count=LONGEST))
    try:
        told = _plain(yaml.safe_load(text)) if text.strip() else {}
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise _wrong(Message("Line %(line)s cannot be read: look at its indents, colons and quotation marks.",
                             line=line)) from None  # fmt: skip
    if not isinstance(told, dict):
        raise _wrong(Message("It is no list of names and values."))
    fault = next(_quiz_faults(told) if kind == LessonKind.QUIZ else _exercise_faults(told), None)
    if fault is not None:
        raise _wrong(fault)
    return told


def text_of(content: Mapping[str, Any]) -> str:
    """The content as its author reads and changes it."""
    return yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=110) if content else ""


def _quiz_faults(told: Mapping[str, Any]) -> Iterator[Message]:
    questions = told.get("questions")
    if not isinstance(questions, list) or not 1 <= len(questions) <= MOST_QUESTIONS:
        yield Message("A quiz has 1 to %(count)s questions.", count=MOST_QUESTIONS)
        return
    keys: set[str] = set()
    for number, one in enumerate(questions, start=1):
        if not isinstance(one, dict) or not _said(one.get("text")):
            yield Message("Question %(number)s has no text in both languages.", number=number)
            return
        key = one.get("key")
        if not isinstance(key, str) or not KEY.fullmatch(key) or key in keys:
            yield Message("Question %(number)s needs a key of its own.", number=number)
            return
        keys.add(key)
        choices = one.get("choices")
        if not isinstance(choices, list) or not 2 <= len(choices) <= MOST_CHOICES:
            yield Message("Question %(number)s needs 2 to %(count)s answers.", number=number, count=MOST_CHOICES)
            return
        if not all(isinstance(choice, dict) and _said(choice.get("text")) for choice in choices):
            yield Message("An answer of question %(number)s has no text in both languages.", number=number)
            return
        if not any(choice.get("right") is True for choice in choices):
            yield Message("Question %(number)s has no right answer.", number=number)
        if one.get("why") is not None and not _said(one["why"]):
            yield Message("The reason of question %(number)s is not there in both languages.", number=number)


def _exercise_faults(told: Mapping[str, Any]) -> Iterator[Message]:
    for name in _EXERCISE:
        if name not in told:
            yield Message("The exercise does not say: %(name)s.", name=name)
            return
    from app.learning.exercises import exercise_from

    try:
        date.fromisoformat(told["today"])
        exercise = exercise_from(told)
        for code, place in exercise.laid.items():
            exercise.papers[code][place]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as fault:
        yield Message("The exercise is not whole: %(fault)s", fault=str(fault)[:120])
        return
    missing = [paper.file for some in exercise.papers.values() for paper in some if not paper.path.is_file()]
    if missing:
        yield Message("There is no drawn page called %(name)s.", name=missing[0])


def _said(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(one), str) and value[one].strip() for one in ("zh", "en")
    )


def _plain(value: Any) -> Any:
    """Only what JSON can hold: a day that was written without quotation marks becomes text again."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError("neither text nor number")


def _wrong(message: Message) -> Invalid:
    return Invalid(fields={"content": message})
