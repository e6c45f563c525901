"""Conditions as data: a small closed grammar, evaluated on facts and put in words.

    {"all": [...]} | {"any": [...]} | {"not": c} | {"fact": "field.education", "op": "eq", "value": "MASTER"}

A fact that is not known fails every comparison, so `ne` and `not_in`, which deny one, then hold. A condition that does
not follow the grammar never holds; `app.forms.checking` finds it before it is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.forms.facts import FACTS, Fact, comparable, value_shown
from app.messages import Message, Named

Condition = Mapping[str, Any]
Facts = Mapping[str, Any]
Known = Mapping[str, Fact]

OPPOSITES = {
    "eq": "ne", "ne": "eq", "in": "not_in", "not_in": "in", "filled": "empty", "empty": "filled",
}  # fmt: skip
ORDERED = frozenset({"lt", "le", "gt", "ge", "between"})
OPERATORS = frozenset(OPPOSITES) | ORDERED
DEEPEST = 8


def holds(condition: Condition | None, facts: Facts) -> bool:
    """Whether the condition holds for these facts. No condition always holds."""
    return condition is None or _holds(condition, facts)


def _holds(condition: Any, facts: Facts) -> bool:
    if not isinstance(condition, Mapping):
        return False  # also an empty part inside another: only a whole that is missing always holds
    if "all" in condition:
        return all(_holds(part, facts) for part in _parts(condition["all"]))
    if "any" in condition:
        return any(_holds(part, facts) for part in _parts(condition["any"]))
    if "not" in condition:
        return not _holds(condition["not"], facts)
    return _compare(condition, facts)


def facts_named(condition: Condition | None) -> list[str]:
    """The codes of the facts that the condition looks at, in order, each once."""
    return list(dict.fromkeys(leaf["fact"] for leaf in leaves(condition)))


def leaves(condition: Any) -> list[Condition]:
    """The comparisons of a condition."""
    if not isinstance(condition, Mapping):
        return []
    for joint in ("all", "any"):
        if joint in condition:
            return [leaf for part in _parts(condition[joint]) for leaf in leaves(part)]
    if "not" in condition:
        return leaves(condition["not"])
    return [condition] if isinstance(condition.get("fact"), str) else []


def in_words(condition: Condition | None, known: Known = FACTS) -> Message:
    """The condition as a phrase: "education is master's degree"."""
    if condition is None:
        return Message("always")
    if not isinstance(condition, Mapping):
        return Message("a condition that cannot be read")
    if "all" in condition:
        return _both([_inner(part, known) for part in _parts(condition["all"])], Message("always"))
    if "any" in condition:
        return _either([_inner(part, known) for part in _parts(condition["any"])])
    if "not" in condition:
        return Message("not the case that %(inner)s", inner=_inner(condition["not"], known))
    return _comparison_in_words(condition, known)


def because(condition: Condition | None, facts: Facts, known: Known = FACTS) -> Message:
    """Why the condition holds for these facts: "because you chose education: master's degree".

    Only the parts that made it hold are named. If it does not hold, the sentence says what it would take.
    """
    if condition is None:
        return Message("always required")
    if not holds(condition, facts):
        return Message("only if %(condition)s", condition=in_words(condition, known))
    return Message("because %(reason)s", reason=_reason(condition, facts, known))


def _parts(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _compare(leaf: Condition, facts: Facts) -> bool:
    operator, code = leaf.get("op"), leaf.get("fact")
    if not isinstance(code, str) or not isinstance(operator, str) or operator not in OPERATORS:
        return False
    given = comparable(facts.get(code))
    if operator in ("ne", "not_in", "empty"):
        return not _compare({**leaf, "op": OPPOSITES[operator]}, facts)
    if given is None or given == "":
        return False
    if operator == "filled":
        return True
    wanted = leaf.get("value")
    if operator == "eq":
        return _same(given, wanted)
    if operator == "in":
        return any(_same(given, one) for one in _parts(wanted))
    if operator == "between":
        ends = _parts(wanted)
        return len(ends) == 2 and _in_order(ends[0], given) and _in_order(given, ends[1])
    return _ranks(operator, given, comparable(wanted))


def _same(given: Any, wanted: Any) -> bool:
    wanted = comparable(wanted)
    return isinstance(given, bool) == isinstance(wanted, bool) and bool(given == wanted)


def _ranks(operator: str, given: Any, wanted: Any) -> bool:
    if operator in ("lt", "gt") and (not _alike(given, wanted) or given == wanted):
        return False
    return _in_order(given, wanted) if operator in ("lt", "le") else _in_order(wanted, given)


def _in_order(lower: Any, upper: Any) -> bool:
    lower, upper = comparable(lower), comparable(upper)
    return _alike(lower, upper) and bool(lower <= upper)


def _alike(one: Any, other: Any) -> bool:
    """Only figures are ranked with figures, and days (ISO text) with days."""
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    return (isinstance(one, int | float) and isinstance(other, int | float)) or (
        isinstance(one, str) and isinstance(other, str)
    )


def _inner(part: Any, known: Known) -> Message:
    """A part inside another: brackets keep `and` and `or` apart."""
    words = in_words(part, known)
    joint = isinstance(part, Mapping) and any(len(_parts(part.get(name))) > 1 for name in ("all", "any"))
    return Message("(%(inner)s)", inner=words) if joint else words


def _both(phrases: list[Message], otherwise: Message) -> Message:
    if not phrases:
        return otherwise
    result = phrases[0]
    for phrase in phrases[1:]:
        result = Message("%(first)s and %(second)s", first=result, second=phrase)
    return result


def _either(phrases: list[Message]) -> Message:
    if not phrases:
        return Message("never")
    result = phrases[0]
    for phrase in phrases[1:]:
        result = Message("%(first)s or %(second)s", first=result, second=phrase)
    return result


def _comparison_in_words(leaf: Condition, known: Known) -> Message:
    operator, code = leaf.get("op"), leaf.get("fact")
    if not isinstance(code, str) or not isinstance(operator, str) or operator not in OPERATORS:
        return Message("a condition that cannot be read")
    fact = known.get(code)
    name: Any = fact.name if fact else Named(f"“{code}”", f"“{code}”")
    value = leaf.get("value")
    if fact and fact.kind == "yes_no" and operator in ("eq", "ne") and isinstance(value, bool):
        yes = value == (operator == "eq")
        if fact.answered:
            return Message("“%(fact)s” is yes", fact=name) if yes else Message("“%(fact)s” is no", fact=name)
        return Message("%(fact)s: yes", fact=name) if yes else Message("%(fact)s: no", fact=name)
    if operator == "filled":
        return Message("%(fact)s is given", fact=name)
    if operator == "empty":
        return Message("%(fact)s is not given", fact=name)
    if operator in ("in", "not_in"):
        listed = _listed([value_shown(fact, one) for one in _parts(value)])
        if operator == "in":
            return Message("%(fact)s is one of %(values)s", fact=name, values=listed)
        return Message("%(fact)s is none of %(values)s", fact=name, values=listed)
    if operator == "between":
        ends = [value_shown(fact, one) for one in _parts(value)]
        if len(ends) != 2:
            return Message("a condition that cannot be read")
        return Message("%(fact)s is from %(first)s to %(last)s", fact=name, first=ends[0], last=ends[1])
    return _ranked_in_words(operator, name, value_shown(fact, value), fact)


def _ranked_in_words(operator: str, name: Any, value: Any, fact: Fact | None) -> Message:
    if operator == "eq":
        return Message("%(fact)s is %(value)s", fact=name, value=value)
    if operator == "ne":
        return Message("%(fact)s is not %(value)s", fact=name, value=value)
    if fact and fact.kind in ("date", "month", "year"):
        if operator == "lt":
            return Message("%(fact)s is before %(value)s", fact=name, value=value)
        if operator == "le":
            return Message("%(fact)s is not after %(value)s", fact=name, value=value)
        if operator == "gt":
            return Message("%(fact)s is after %(value)s", fact=name, value=value)
        return Message("%(fact)s is not before %(value)s", fact=name, value=value)
    if operator == "lt":
        return Message("%(fact)s is below %(value)s", fact=name, value=value)
    if operator == "le":
        return Message("%(fact)s is at most %(value)s", fact=name, value=value)
    if operator == "gt":
        return Message("%(fact)s is above %(value)s", fact=name, value=value)
    return Message("%(fact)s is at least %(value)s", fact=name, value=value)


def _listed(values: list[Any]) -> Any:
    if not values:
        return Message("nothing")
    result: Any = values[0]
    for value in values[1:]:
        result = Message("%(first)s, %(second)s", first=result, second=value)
    return result


def _reason(condition: Condition, facts: Facts, known: Known) -> Message:
    """What made the condition hold; only called when it holds."""
    if "all" in condition:
        reasons = [_reason(part, facts, known) for part in _parts(condition["all"])]
        return _both(reasons, Message("it is always required"))
    if "any" in condition:
        held = [part for part in _parts(condition["any"]) if _holds(part, facts)]
        return _both([_reason(part, facts, known) for part in held], Message("it is always required"))
    if "not" in condition:
        return in_words(condition, known)
    return _leaf_reason(condition, facts, known)


def _leaf_reason(leaf: Condition, facts: Facts, known: Known) -> Message:
    fact = known.get(leaf["fact"])
    given = comparable(facts.get(leaf["fact"]))
    words = _comparison_in_words(leaf, known)
    if fact is None or given is None or given == "":
        return words
    actual = value_shown(fact, given)
    if fact.answered and fact.choices is not None:
        return Message("you chose %(fact)s: %(value)s", fact=fact.name, value=actual)
    if fact.kind == "yes_no":
        if not fact.answered:
            return words
        if given is True:
            return Message("you answered “%(fact)s” with yes", fact=fact.name)
        return Message("you answered “%(fact)s” with no", fact=fact.name)
    if leaf["op"] in ("eq", "in", "filled", "not_in", "ne"):
        if fact.answered:
            return Message("you gave %(fact)s: %(value)s", fact=fact.name, value=actual)
        return Message("%(fact)s is %(value)s", fact=fact.name, value=actual)
    return Message("%(condition)s (given: %(value)s)", condition=words, value=actual)
