"""Questions of a quiz and exercises as authors write them: YAML, read strictly, each fault named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from math import isfinite
from typing import Any

import yaml

from app.errors import Invalid
from app.learning.rules import KEY
from app.messages import Message
from app.pay.errors import PayError
from app.pay.events import event_from_json
from models.learning import LessonKind
from models.staff import Education, Sex, StaffType
from models.units import UnitType

LONGEST = 30_000
MOST_QUESTIONS = 50
MOST_CHOICES = 8
_LONGEST_NAME = 60
_EXERCISE = ("item", "today", "person", "solution")


def content_from(kind: str, text: str) -> dict[str, Any]:
    """The content of a quiz or an exercise. Raises Invalid at `content` with the first fault."""
    if len(text) > LONGEST:
        raise _wrong(Message("This text is longer than %(count)s characters.", count=LONGEST))
    try:
        told = _plain(_loaded(text)) if text.strip() else {}
    except (yaml.YAMLError, ValueError, RecursionError) as broken:
        mark = getattr(broken, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise _wrong(Message("Line %(line)s cannot be read: look at its indents, colons and quotation marks.",
                             line=line)) from None  # fmt: skip
    if not isinstance(told, dict):
        raise _wrong(Message("It is no list of names and values."))
    fault = next(_quiz_faults(told) if kind == LessonKind.QUIZ else _exercise_faults(told), None)
    if fault is not None:
        raise _wrong(fault)
    return told


def _loaded(text: str) -> Any:
    """The values of the text. Aliases are no part of it: a few of them grow without end when they are written out."""
    if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, Loader=yaml.SafeLoader)):
        raise ValueError("an alias")
    return yaml.safe_load(text)


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
    yield from _misshapen(told)
    from app.learning.exercises import exercise_from

    try:
        exercise = exercise_from(told)
    except (KeyError, ValueError, TypeError, AttributeError) as fault:
        yield Message("The exercise is not whole: %(fault)s", fault=str(fault)[:120])
        return
    for code, place in exercise.laid.items():
        if type(place) is not int or not 0 <= place < len(exercise.papers.get(code, ())):
            yield Message("What is laid for %(code)s is none of its papers.", code=code[:40])
    missing = [paper.file for some in exercise.papers.values() for paper in some if not paper.path.is_file()]
    if missing:
        yield Message("There is no drawn page called %(name)s.", name=missing[0])


def _misshapen(told: Mapping[str, Any]) -> Iterator[Message]:
    """What could not be staged: every part must hold what the tables of staff and careers take."""
    if not isinstance(told["item"], str) or told.get("unit", UnitType.FULLY_FUNDED) not in list(UnitType):
        yield Message("The exercise is not whole: %(fault)s", fault="item, unit")
    if not _is_day(told["today"]):
        yield Message("The exercise is not whole: %(fault)s", fault="today")
    for name in ("start", "solution"):
        answers = told.get(name, {})
        if not isinstance(answers, dict) or not all(isinstance(one, str) for one in answers.values()):
            yield Message("The answers of “%(name)s” are texts by the keys of the questions.", name=name)
    person = told["person"]
    if not isinstance(person, dict):
        yield Message("The exercise does not say: %(name)s.", name="person")
        return
    for name, fits in _PERSON.items():
        if not fits(person.get(name)):
            yield Message("“%(name)s” of the person is missing, or is not what it may be.", name=name)
    for name in sorted(person.keys() - _PERSON.keys()):
        yield Message("A person of an exercise has no “%(name)s”.", name=name[:40])
    yield from _misshapen_events(told.get("events", []))


def _misshapen_events(events: Any) -> Iterator[Message]:
    if not isinstance(events, list):
        yield Message("The exercise is not whole: %(fault)s", fault="events")
        return
    for number, one in enumerate(events, start=1):
        try:
            event_from_json({"id": f"x{number}", **one} if isinstance(one, dict) else one)
        except PayError as wrong:
            yield Message("Event %(number)s: %(why)s", number=number, why=wrong.message)


def _is_day(value: Any) -> bool:
    """A day within the years that people of an exercise live in."""
    try:
        return isinstance(value, str) and 1900 <= date.fromisoformat(value).year <= 2100
    except ValueError:
        return False


def _said(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(one), str) and value[one].strip() for one in ("zh", "en")
    )


def _name(value: Any) -> bool:
    return _said(value) and len(value["zh"]) <= _LONGEST_NAME


_PERSON: dict[str, Callable[[Any], bool]] = {
    "name": _name, "sex": list(Sex).__contains__, "staff_type": list(StaffType).__contains__,
    "education": list(Education).__contains__, "birth_date": _is_day, "work_start": _is_day, "joined_on": _is_day,
}  # fmt: skip


def _plain(value: Any) -> Any:
    """Only what JSON can hold: a day that was written without quotation marks becomes text again."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("no number that JSON knows")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError("neither text nor number")


def _wrong(message: Message) -> Invalid:
    return Invalid(fields={"content": message})
