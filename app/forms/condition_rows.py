"""A condition as rows of a form: one joint (all or any) over comparisons, each a fact, an operator and a value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import Invalid
from app.forms.checking import shape
from app.forms.choices import Choices
from app.forms.conditions import OPERATORS, Condition
from app.forms.facts import Fact
from app.forms.fields import parse
from app.messages import Message

MOST_ROWS = 8
LISTS = frozenset({"in", "not_in", "between"})
OPERATOR_NAMES: Choices = {
    "eq": Message("is"),
    "ne": Message("is not"),
    "in": Message("is one of (separate with commas)"),
    "not_in": Message("is none of (separate with commas)"),
    "lt": Message("is below or before"),
    "le": Message("is at most, or not after"),
    "gt": Message("is above or after"),
    "ge": Message("is at least, or not before"),
    "between": Message("is from … to (separate with a comma)"),
    "filled": Message("is given"),
    "empty": Message("is not given"),
}
JOINTS: Choices = {"all": Message("all of these hold"), "any": Message("one of these holds")}


@dataclass(frozen=True)
class Row:
    fact: str
    op: str
    value: str


@dataclass(frozen=True)
class ConditionRows:
    """What a form shows. `text` is set instead of rows where a condition is deeper than rows can say."""

    joint: str
    rows: tuple[Row, ...]
    text: str = ""


def as_rows(condition: Condition | None) -> ConditionRows:
    """A condition for a form."""
    if condition is None:
        return ConditionRows("all", ())
    if "fact" in condition:
        return ConditionRows("all", (_row(condition),))
    for joint in ("all", "any"):
        parts = condition.get(joint)
        if isinstance(parts, list) and len(parts) <= MOST_ROWS and all("fact" in part for part in parts):
            return ConditionRows(joint, tuple(_row(part) for part in parts))
    return ConditionRows("all", (), json.dumps(condition, ensure_ascii=False, indent=1))


def from_form(name: str, raws: Mapping[str, Any], known: Mapping[str, Fact]) -> Condition | None:
    """The condition that a form's fields under `name` say, or None. Raises Invalid with one sentence.

    Fields: `name` (a condition as JSON, wins if it is filled), `name-joint`, and for each row from 0 `name-0-fact`,
    `name-0-op`, `name-0-value`.
    """
    whole = raws.get(name)
    if isinstance(whole, Mapping):
        return _well_formed(whole)
    if isinstance(whole, str) and whole.strip():
        return _from_text(whole)
    leaves = []
    for number in range(MOST_ROWS):
        fact = str(raws.get(f"{name}-{number}-fact") or "").strip()
        if fact:
            operator = str(raws.get(f"{name}-{number}-op") or "eq").strip()
            leaves.append(_leaf(fact, operator, raws.get(f"{name}-{number}-value"), known))
    if not leaves:
        return None
    if len(leaves) == 1:
        return leaves[0]
    joint = raws.get(f"{name}-joint")
    return {"any" if joint == "any" else "all": leaves}


def _from_text(text: str) -> Condition:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise Invalid(Message("The condition cannot be read. Choose a fact, a comparison and a value instead."))
    return _well_formed(read)


def _well_formed(condition: Condition) -> Condition:
    for sentence in shape(condition):
        raise Invalid(sentence)
    return condition


def _leaf(code: str, operator: str, raw: Any, known: Mapping[str, Fact]) -> dict[str, Any]:
    fact = known.get(code)
    if fact is None:
        raise Invalid(Message("The condition asks for the fact “%(fact)s”, which does not exist.", fact=code))
    if operator not in OPERATORS:
        raise Invalid(Message("There is no comparison “%(operator)s”.", operator=operator))
    if operator in ("filled", "empty"):
        return {"fact": code, "op": operator}
    given = raw if isinstance(raw, list) else [raw]
    if operator in LISTS:
        parts = [part for one in given for part in str(one or "").replace("，", ",").replace("、", ",").split(",")]
        return {"fact": code, "op": operator, "value": [_value(fact, part) for part in parts if part.strip()]}
    return {"fact": code, "op": operator, "value": _value(fact, given[0])}


def _value(fact: Fact, raw: Any) -> Any:
    """A value as typed: the code or the name of a choice, or what the kind of the fact reads."""
    text = str(raw or "").strip()
    if fact.choices is None:
        value = parse(fact.kind, {}, text)
        if value is None:
            raise Invalid(Message("“%(fact)s” needs a value to compare with.", fact=fact.name))
        return value
    for code, name in fact.choices.items():
        shown = (getattr(name, "zh", None), getattr(name, "en", None), getattr(name, "msgid", None))
        if text == code or (text and text in shown):
            return code
    raise Invalid(Message("“%(fact)s” is never “%(value)s”: it is not among the choices.", fact=fact.name, value=text))


def _row(leaf: Mapping[str, Any]) -> Row:
    value = leaf.get("value")
    listed = value if isinstance(value, list) else [] if value is None else [value]
    text = ", ".join(_text(one) for one in listed)
    return Row(leaf["fact"], leaf["op"], text)


def _text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
