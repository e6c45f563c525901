"""The form of a part of a version after a refusal: the same entries, holding what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.forms.condition_rows import MOST_ROWS, ConditionRows, Row
from app.forms.facts import Fact, known_facts
from app.items.forms import Filled
from models import ItemVersion


def facts_of_version(version: ItemVersion) -> dict[str, Fact]:
    """What conditions of this version may speak of."""
    return known_facts(version.fields)


def typed_over(filled: Sequence[Filled], raws: Mapping[str, Any]) -> list[Filled]:
    """The entries with what was typed in place of what is stored."""
    return [replace(one, value=_typed(one, raws)) for one in filled]


def _typed(one: Filled, raws: Mapping[str, Any]) -> Any:
    name = one.entry.name
    if one.entry.kind == "condition":
        rows = [
            Row(raws[f"{name}-{at}-fact"], raws.get(f"{name}-{at}-op", "eq"), raws.get(f"{name}-{at}-value", ""))
            for at in range(MOST_ROWS)
            if raws.get(f"{name}-{at}-fact")
        ]
        return ConditionRows(raws.get(f"{name}-joint", "all"), tuple(rows), raws.get(name, ""))
    if one.entry.kind == "tick":
        return bool(raws.get(name))
    return raws.get(name)
