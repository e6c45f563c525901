"""What is wrong with a condition, in sentences: shape, unknown facts, values that do not fit, and conditions that never
hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import Invalid
from app.forms.conditions import DEEPEST, OPERATORS, ORDERED, leaves
from app.forms.facts import FACTS, FIELD, Fact
from app.forms.fields import parse
from app.forms.satisfying import can_hold
from app.messages import Message, Named

MOST_COMPARISONS = 60


def check(condition: Any, known_facts: Mapping[str, Fact] = FACTS) -> list[Message]:
    """Every reason why the condition must not be published; an empty list means that it may."""
    if condition is None:
        return []
    wrong = shape(condition)
    if wrong:
        return wrong
    compared = leaves(condition)
    if len(compared) > MOST_COMPARISONS:
        return [Message("The condition has more than %(most)s comparisons. Split it up.", most=MOST_COMPARISONS)]
    wrong = [sentence for leaf in compared for sentence in _comparison(leaf, known_facts)]
    if not wrong and not can_hold(condition, known_facts):
        wrong = [Message("This condition can never hold: its parts exclude each other.")]
    return wrong


def shape(condition: Any) -> list[Message]:
    """The first place where the condition leaves the grammar, or nothing."""
    return _shape(condition, 1)[:1]


def _shape(condition: Any, depth: int) -> list[Message]:
    if depth > DEEPEST:
        return [Message("The condition is nested more than %(most)s deep.", most=DEEPEST)]
    if not isinstance(condition, Mapping):
        return [Message("A condition is a comparison, or “all”, “any” or “not” of conditions.")]
    for joint in ("all", "any"):
        if joint in condition:
            parts = condition[joint]
            if len(condition) != 1 or not isinstance(parts, list) or not parts:
                return [Message("“%(joint)s” needs a list of at least one condition and nothing beside it.",
                                joint=joint)]  # fmt: skip
            return [sentence for part in parts for sentence in _shape(part, depth + 1)]
    if "not" in condition:
        if len(condition) != 1:
            return [Message("“not” stands alone with one condition.")]
        return _shape(condition["not"], depth + 1)
    if not isinstance(condition.get("fact"), str) or not isinstance(condition.get("op"), str):
        return [Message("A comparison needs a fact and an operator.")]
    extra = set(condition) - {"fact", "op", "value"}
    return [Message("A comparison has no part “%(part)s”.", part=name) for name in sorted(map(str, extra))]


def _comparison(leaf: Mapping[str, Any], known: Mapping[str, Fact]) -> list[Message]:
    fact, operator = known.get(leaf["fact"]), leaf["op"]
    if fact is None:
        if leaf["fact"].startswith(FIELD):
            return [Message("The condition asks for the field “%(key)s”, which this version does not have.",
                            key=leaf["fact"].removeprefix(FIELD))]  # fmt: skip
        return [Message("The condition asks for the fact “%(fact)s”, which does not exist.", fact=leaf["fact"])]
    if operator not in OPERATORS:
        return [Message("There is no comparison “%(operator)s”.", operator=operator)]
    if operator in ORDERED and fact.kind in ("choice", "yes_no", "text"):
        return [Message("“%(fact)s” has no order, so it cannot be compared by size.", fact=fact.name)]
    if operator in ("filled", "empty"):
        if leaf.get("value") is not None:
            return [Message("“%(operator)s” compares with no value.", operator=operator)]
        return []
    return _values(leaf, fact)


def _values(leaf: Mapping[str, Any], fact: Fact) -> list[Message]:
    operator, value = leaf["op"], leaf.get("value")
    if operator in ("in", "not_in"):
        if not isinstance(value, list) or not value:
            return [Message("“%(fact)s” is compared with an empty list.", fact=fact.name)]
        return [sentence for one in value for sentence in _value(one, fact)]
    if operator == "between":
        if not isinstance(value, list) or len(value) != 2:
            return [Message("“%(fact)s” needs the first and the last value.", fact=fact.name)]
        wrong = [sentence for one in value for sentence in _value(one, fact)]
        if not wrong and value[0] > value[1]:
            return [Message("“%(fact)s”: the first value lies after the last, so this can never hold.",
                            fact=fact.name)]  # fmt: skip
        return wrong
    return _value(value, fact)


def _value(value: Any, fact: Fact) -> list[Message]:
    if fact.choices is not None:
        if not isinstance(value, str) or value not in fact.choices:
            return [Message("“%(fact)s” is never “%(value)s”: it is not among the choices.",
                            fact=fact.name, value=_plainly(value))]  # fmt: skip
        return []
    try:
        # amounts are kept in fen, so here they are read as whole numbers
        read = parse("integer" if fact.kind == "amount" else fact.kind, {}, value)
    except Invalid:
        read = None
    if read is None or type(read) is not type(value) or read != value:
        return [Message("“%(value)s” is not a value of “%(fact)s”.", fact=fact.name, value=_plainly(value))]
    return []


def _plainly(value: Any) -> Any:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else Named(str(value), str(value))
