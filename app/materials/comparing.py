"""A reading held against the application: another kind, another person, out of date, another date than the form says.

Warnings only: what a paper is and whose, a person decides.

What is not clearly read contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.materials.claims import SURE_OF_KIND, SURE_OF_NAME, name_held
from app.materials.kinds import NAMES, Kind
from app.materials.particulars import Found
from app.materials.reading import Reading
from app.materials.verdicts import WARNING, Finding
from app.messages import Message

CODES = ("other_kind", "other_person", "expired")
TITLES = {
    "other_kind": Message("Another kind of document"),
    "other_person": Message("About another person"),
    "expired": Message("Out of date"),
}
SURE_OF_DAY = 0.8
_APART = ("born", "valid_to", "valid_from")
_OR_CORRECT = Message(
    "Check whether the right file was chosen. If it is right, nothing needs to be done; "
    "if it was misread, correct what was read."
)


@dataclass(frozen=True)
class Person:
    """Somebody whom the application is for: the name, and the index of the identity number."""

    name: str
    identity: str = ""


@dataclass(frozen=True)
class Stated:
    """An answer that gives a date: a day, or a year alone."""

    key: str
    label: Any
    value: date | int


def compare(
    reading: Reading,
    *,
    asked: Sequence[Kind],
    people: Collection[Person],
    today: date,
    identities: Collection[str] = (),
) -> list[Finding]:
    """What in the reading contradicts the application. `identities` are the indexes of the identity numbers on it."""
    found = [_kind(reading, asked), _person(reading, people, identities), _expired(reading, today)]
    return [one for one in found if one is not None]


def _kind(reading: Reading, asked: Sequence[Kind]) -> Finding | None:
    kind = reading.kind
    if not asked or kind is None or kind.confidence < SURE_OF_KIND or kind.kind in (*asked, Kind.OTHER):
        return None  # a paper of no kind that is told apart contradicts nothing: notices are worded in many ways
    return Finding(
        "other_kind", WARNING, kind.page,
        Message(
            "This looks like: %(found)s. Asked for here: %(asked)s.", found=NAMES[kind.kind], asked=NAMES[asked[0]]
        ),
        _OR_CORRECT,
        {"kind": kind.kind.value, "confidence": kind.confidence, "marks": reading.marks(kind.page, kind.box)},
    )  # fmt: skip


def _person(reading: Reading, people: Collection[Person], identities: Collection[str]) -> Finding | None:
    name = reading.name
    if name is None or name.confidence < SURE_OF_NAME or not people or len(reading.names) > 3:
        return _identity(reading, people, identities)  # a list of many people is about none of them alone
    if any(name_held(reading, person.name) != "mismatch" for person in people):
        return _identity(reading, people, identities)
    return Finding(
        "other_person", WARNING, name.page,
        Message("This paper names %(name)s, who is not in this application.", name=name.name),
        _OR_CORRECT,
        {"confidence": name.confidence, "marks": reading.marks(name.page, name.box)},
    )  # fmt: skip


def _identity(reading: Reading, people: Collection[Person], identities: Collection[str]) -> Finding | None:
    """The one number on a paper, where it is nobody's of the application. A list of several numbers says nothing."""
    number = reading.id_number
    if number is None or len(identities) != 1 or number.confidence < SURE_OF_DAY:
        return None
    known = {person.identity for person in people if person.identity}
    if not known or known & set(identities):
        return None
    return Finding(
        "other_person", WARNING, number.page,
        Message("The identity number on this paper, ending in %(end)s, is nobody's in this application.",
                end=number.value[-4:]),
        _OR_CORRECT,
        {"confidence": number.confidence, "marks": reading.marks(number.page, number.box)},
    )  # fmt: skip


def _expired(reading: Reading, today: date) -> Finding | None:
    until = reading.day("valid_to")
    if until is None or len(until.value) != 10 or until.confidence < SURE_OF_DAY:
        return None
    if date.fromisoformat(until.value) >= today:
        return None
    return Finding(
        "expired", WARNING, until.page,
        Message("According to the paper it was valid until %(day)s.", day=until.value),
        Message("Send the one that is valid now."),
        {"confidence": until.confidence, "marks": reading.marks(until.page, until.box)},
    )  # fmt: skip


@cache
def dated_papers() -> Mapping[Kind, Mapping[str, Any]]:
    """By kind of paper: the answers that its date is held against, and what it must call its date for that."""
    with Path(__file__).with_name("data").joinpath("dated_papers.yaml").open(encoding="utf-8") as kept:
        return {Kind(kind): rule for kind, rule in yaml.safe_load(kept).items()}


def contradicted(
    reading: Reading, *, asked: Sequence[Kind], stated: Collection[Stated], dated: str = ""
) -> Finding | None:
    """The date on a paper of the kind that is asked for, where it is not the one that the form says.

    `dated` is the question that the designer chose for this material; without, the kind of paper tells which it is.
    A question that a designer chose may mean any date on the paper that is not a birth date or a term.
    """
    kind = reading.kind
    if kind is None or kind.confidence < SURE_OF_KIND or (asked and kind.kind not in asked):
        return None
    chosen: Mapping[str, Any] = {"answers": [dated], "days": ()}
    rule = chosen if dated else dated_papers().get(kind.kind)
    by_key = {one.key: one for one in stated}
    answer = next((by_key[key] for key in (rule or {}).get("answers", ()) if key in by_key), None)
    if rule is None or answer is None:
        return None
    sure = [day for day in reading.days if day.confidence >= SURE_OF_DAY and day.label not in _APART]
    named = [day for day in sure if day.label in rule["days"]] if rule["days"] else sure
    if not named or any(_agrees(day.value, answer.value, later=rule.get("later", 0)) for day in sure):
        return None
    worst = max(named, key=lambda day: day.value)
    said = answer.value.isoformat() if isinstance(answer.value, date) else str(answer.value)
    return Finding(
        "other_date", WARNING, worst.page,
        Message("“%(label)s” is %(stated)s in the form; the paper says %(day)s.",
                label=answer.label, stated=said, day=worst.value),
        Message("Correct the answer, or send the paper that belongs to it. If the paper was misread, correct what was "
                "read."),
        {"confidence": worst.confidence, "marks": reading.marks(worst.page, worst.box)},
    )  # fmt: skip


def _agrees(day: str, stated: date | int, *, later: int) -> bool:
    """Whether a date on a paper, perhaps a month alone, is the one that is stated, perhaps a year alone."""
    if isinstance(stated, date):
        return stated.isoformat().startswith(day)
    return stated <= int(day[:4]) <= stated + later


def dates_stated(values: Mapping[str, Any], labels: Mapping[str, tuple[str, Any]]) -> list[Stated]:
    """The answers that give a date. `labels` are type and label of each question, by key."""
    stated = []
    for key, (kind, label) in labels.items():
        value = values.get(key)
        if kind == "year" and isinstance(value, int):
            stated.append(Stated(key, label, value))
        elif kind == "date" and isinstance(value, str) and len(value) == 10:
            stated.append(Stated(key, label, date.fromisoformat(value)))
    return stated


def nowhere(value: str, label: str = "") -> Found:
    """A particular that a person said: certain, and without a place on the paper."""
    return Found(value, 1.0, 1, (0.0, 0.0, 0.0, 0.0), label)
