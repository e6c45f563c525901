"""What will I need? Up to three questions, taken from the conditions of an item's materials, and what they settle.

Nothing here knows any item: the questions are the facts that most conditions look at. A condition whose facts are not
all known is neither true nor false, and its material is then shown as perhaps needed, with the condition in words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.forms.conditions import Condition, because, holds, in_words, leaves
from app.forms.facts import Fact, known_facts
from app.items.editions import Material, Version
from app.messages import Message, Named
from models.items import Necessity

MOST = 3
YES, NO = "yes", "no"
NEEDED, PERHAPS, NOT_NEEDED, WISHED, HELD = "needed", "perhaps", "not_needed", "wished", "held"


@dataclass(frozen=True)
class Question:
    """A question by the name of its control. `leaf` is asked as yes or no where a fact has too many values to list."""

    name: str
    text: Message | Named
    choices: tuple[tuple[str, Message | Named], ...]
    fact: str = ""
    leaf: str = ""


@dataclass(frozen=True)
class Line:
    """A material and what the answers settle about it."""

    material: Material
    name: Named
    standing: str
    why: Message | None


def questions(version: Version) -> list[Question]:
    """Those facts first that most conditions look at."""
    known = known_facts(version.fields)
    counted: dict[str, tuple[int, Question]] = {}
    for material in version.materials:
        asked = {one.fact or one.leaf: one for leaf in leaves(material.condition) for one in [_question(leaf, known)]}
        for key, one in asked.items():
            counted[key] = (counted.get(key, (0, one))[0] + 1, one)
    most = sorted(counted.values(), key=lambda pair: -pair[0])[:MOST]
    return [
        Question(f"q{number}", one.text, one.choices, one.fact, one.leaf) for number, (_, one) in enumerate(most, 1)
    ]


def answered(asked: list[Question], given: Mapping[str, str]) -> dict[str, Any]:
    """What was answered, by fact or leaf. An answer that is none of the choices is none."""
    found: dict[str, Any] = {}
    for one in asked:
        value = given.get(one.name, "")
        if any(value == code for code, _ in one.choices):
            yes_no = {code for code, _ in one.choices} == {YES, NO}
            found[one.fact or one.leaf] = value == YES if yes_no else value
    return found


def settle(version: Version, answers: Mapping[str, Any]) -> list[Line]:
    """Every material of the version with whether it is needed, in order."""
    known = known_facts(version.fields)
    lines = []
    for material in version.materials:
        standing, why = _standing(material, answers, known)
        lines.append(Line(material, Named(material.name_zh, material.name_en or material.name_zh), standing, why))
    return lines


def judged(condition: Any, answers: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds by what is known; None while that is not enough to say."""
    if not isinstance(condition, Mapping):
        return False
    if "all" in condition:
        parts = [judged(part, answers) for part in condition["all"]]
        return False if False in parts else None if None in parts else True
    if "any" in condition:
        parts = [judged(part, answers) for part in condition["any"]]
        return True if True in parts else None if None in parts else False
    if "not" in condition:
        inner = judged(condition["not"], answers)
        return None if inner is None else not inner
    if (fact := condition.get("fact")) in answers:
        return holds(condition, {str(fact): answers[str(fact)]})
    known: bool | None = answers.get(_key(condition))
    return known


def _standing(material: Material, answers: Mapping[str, Any], known: Mapping[str, Fact]) -> tuple[str, Message | None]:
    if material.shared:
        return HELD, None
    if material.necessity == Necessity.REQUIRED:
        return NEEDED, None
    if material.necessity == Necessity.OPTIONAL:
        return WISHED, None
    verdict = judged(material.condition, answers)
    if verdict is None:
        return PERHAPS, Message("only if %(condition)s", condition=in_words(material.condition, known))
    if verdict and all(leaf["fact"] in answers for leaf in leaves(material.condition)):
        return NEEDED, because(material.condition, answers, known)
    words = in_words(material.condition, known)
    return (
        (NEEDED, Message("because %(reason)s", reason=words))
        if verdict
        else (NOT_NEEDED, Message("only if %(condition)s", condition=words))
    )


def _question(leaf: Condition, known: Mapping[str, Fact]) -> Question:
    code = str(leaf["fact"])
    fact = known.get(code)
    if fact is not None and fact.kind == "yes_no":
        return Question("", fact.name, _yes_no(), fact=code)
    if fact is not None and fact.choices:
        return Question("", fact.name, tuple((str(value), name) for value, name in fact.choices.items()), fact=code)
    return Question("", Message("Is it so? %(condition)s", condition=in_words(leaf, known)), _yes_no(), leaf=_key(leaf))


def _yes_no() -> tuple[tuple[str, Message], ...]:
    return ((YES, Message("Yes")), (NO, Message("No")))


def _key(leaf: Mapping[str, Any]) -> str:
    return json.dumps(leaf, sort_keys=True, ensure_ascii=False)
