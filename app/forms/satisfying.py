"""Whether a condition can hold at all: its comparisons are sorted by fact and looked at for what they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product
from typing import Any

from app.forms.conditions import OPPOSITES
from app.forms.facts import Fact
from app.forms.fields import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR

Leaf = Mapping[str, Any]
Way = tuple[Leaf, ...]
MOST_WAYS = 2000  # beyond, the question is left open and the condition counts as one that can hold
SMALL = 400


class _TooMany(Exception):
    pass


def can_hold(condition: Any, known: Mapping[str, Fact]) -> bool:
    """False only if no facts whatever make the condition hold. It must be well formed."""
    try:
        ways = _ways(condition, denied=False)
    except _TooMany:
        return True
    return any(_consistent(way, known) for way in ways)


def _ways(condition: Any, *, denied: bool) -> list[Way]:
    """The condition as alternatives, each a row of comparisons that must all hold."""
    if "not" in condition:
        return _ways(condition["not"], denied=not denied)
    for joint, conjunction in (("all", True), ("any", False)):
        if joint in condition:
            parts = [_ways(part, denied=denied) for part in condition[joint]]
            if conjunction is denied:  # a denied "all" is an "any" of the denied, and the other way round
                return [way for ways in parts for way in ways]
            return _combined(parts)
    return [(leaf,) for leaf in _leaf_ways(condition, denied)]


def _combined(parts: list[list[Way]]) -> list[Way]:
    count = 1
    for ways in parts:
        count *= max(1, len(ways))
        if count > MOST_WAYS:
            raise _TooMany
    return [tuple(leaf for way in chosen for leaf in way) for chosen in product(*parts)]


def _leaf_ways(leaf: Leaf, denied: bool) -> list[Leaf]:
    if not denied:
        return [leaf]
    operator, fact, value = leaf["op"], leaf["fact"], leaf.get("value")
    if operator in OPPOSITES:
        return [{**leaf, "op": OPPOSITES[operator]}]
    unknown = {"fact": fact, "op": "empty"}
    if operator == "between":
        assert value is not None
        return [unknown, {"fact": fact, "op": "lt", "value": value[0]}, {"fact": fact, "op": "gt", "value": value[1]}]
    turned = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}[operator]
    return [unknown, {**leaf, "op": turned}]


def _consistent(way: Way, known: Mapping[str, Fact]) -> bool:
    by_fact: dict[str, list[Leaf]] = {}
    for leaf in way:
        by_fact.setdefault(leaf["fact"], []).append(leaf)
    return all(_leaves_a_value(known[code], found) for code, found in by_fact.items())


def _leaves_a_value(fact: Fact, found: list[Leaf]) -> bool:
    """Whether some value, or no value, passes every comparison on one fact."""
    operators = {leaf["op"] for leaf in found}
    if "empty" in operators:
        return not fact.always and operators <= {"empty", "ne", "not_in"}
    if not fact.always and operators <= {"ne", "not_in"}:
        return True  # not giving it at all does
    candidates = _candidates(fact, found)
    if candidates is not None:
        return any(all(_passes(leaf, value) for leaf in found) for value in candidates)
    return _room(fact, found)


def _candidates(fact: Fact, found: list[Leaf]) -> Iterable[Any] | None:
    """The only values that come into question, if they can be listed."""
    if fact.choices is not None:
        return fact.choices
    if fact.kind == "yes_no":
        return (True, False)
    listed = [[leaf["value"]] if leaf["op"] == "eq" else leaf["value"] for leaf in found if leaf["op"] in ("eq", "in")]
    if listed:
        return [value for value in min(listed, key=len) if _within(fact, value)]
    if fact.kind in ("date", "month"):
        return None  # their bounds are counted days and months, not the values that comparisons name
    first, last = _bounds(fact, found)
    if isinstance(first, int) and isinstance(last, int) and last - first < SMALL:
        return range(first, last + 1)
    return None


def _passes(leaf: Leaf, value: Any) -> bool:
    operator, wanted = leaf["op"], leaf.get("value")
    if operator == "filled":
        return True
    if operator in ("eq", "ne"):
        return bool(value == wanted) == (operator == "eq")
    assert wanted is not None
    if operator in ("in", "not_in"):
        return (value in wanted) == (operator == "in")
    if operator == "between":
        return bool(wanted[0] <= value <= wanted[1])
    return bool({"lt": value < wanted, "le": value <= wanted, "gt": value > wanted, "ge": value >= wanted}[operator])


def _within(fact: Fact, value: Any) -> bool:
    return (fact.least is None or value >= fact.least) and (fact.most is None or value <= fact.most)


def _room(fact: Fact, found: list[Leaf]) -> bool:
    """Whether the range is not empty; single values that are excluded do not empty a long one."""
    first, last = _bounds(fact, found)
    return first is None or last is None or first <= last


def _bounds(fact: Fact, found: list[Leaf]) -> tuple[Any, Any]:
    """The first and last value that the ranges leave; days are counted, so that an empty gap is seen."""
    lower, upper = [_counted(fact, _lowest(fact))], [_counted(fact, _highest(fact))]
    for leaf in found:
        operator, value = leaf["op"], leaf.get("value")
        if operator == "between":
            assert value is not None
            lower.append(_counted(fact, value[0]))
            upper.append(_counted(fact, value[1]))
        elif operator in ("gt", "ge"):
            lower.append(_counted(fact, value) + (operator == "gt"))
        elif operator in ("lt", "le"):
            upper.append(_counted(fact, value) - (operator == "lt"))
    lows, highs = [low for low in lower if low is not None], [high for high in upper if high is not None]
    return (max(lows) if lows else None), (min(highs) if highs else None)


def _lowest(fact: Fact) -> Any:
    otherwise = {"date": FIRST_DAY.isoformat(), "month": f"{FIRST_YEAR}-01", "year": FIRST_YEAR}.get(fact.kind)
    return otherwise if fact.least is None else fact.least


def _highest(fact: Fact) -> Any:
    otherwise = {"date": LAST_DAY.isoformat(), "month": f"{LAST_YEAR}-12", "year": LAST_YEAR}.get(fact.kind)
    return otherwise if fact.most is None else fact.most


def _counted(fact: Fact, value: Any) -> Any:
    if isinstance(value, str) and fact.kind == "date":
        return date.fromisoformat(value).toordinal()
    if isinstance(value, str) and fact.kind == "month":
        year, month = value.split("-")
        return int(year) * 12 + int(month)
    return value
