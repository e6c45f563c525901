"""The printed forms as data: the layout of each by its code, and which of an item's forms fit an application."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.items.editions import Form

LAYOUTS = ("approval", "roster", "summary", "letter", "card")
_DATA = Path(__file__).parent / "data" / "forms.yaml"


@dataclass(frozen=True)
class Entry:
    """How one form is set. Without `staff_types` it is for anybody, and for units."""

    layout: str
    staff_types: tuple[str, ...] = ()
    letter: Mapping[str, str] = field(default_factory=dict)

    def fits(self, staff_types: Collection[str]) -> bool:
        """Whether the form is for any of these staff types; none stand for an application of a unit itself."""
        if self.layout == "approval":
            return True
        return bool(staff_types) if not self.staff_types else any(kind in self.staff_types for kind in staff_types)


def entry_of(code: str) -> Entry:
    """The entry of a form; one that is not listed is set as an approval form."""
    known, default, _ = _catalogue()
    return known.get(code, default)


def sealed_steps() -> frozenset[str]:
    """The keys of the steps whose opinion carries a seal on the paper form."""
    return _catalogue()[2]


def offered(forms: Sequence[Form], staff_types: Collection[str]) -> tuple[Form, ...]:
    """Those of an item's forms that can be printed for people of these types."""
    return tuple(form for form in forms if entry_of(form.code).fits(staff_types))


@cache
def _catalogue() -> tuple[dict[str, Entry], Entry, frozenset[str]]:
    raw: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    known = {code: _entry(values) for code, values in raw["forms"].items()}
    return known, _entry(raw["default"]), frozenset(raw["sealed"])


def _entry(values: Mapping[str, Any]) -> Entry:
    if values["layout"] not in LAYOUTS:
        raise LookupError(f"no layout {values['layout']}")
    return Entry(values["layout"], tuple(values.get("staff_types", ())), dict(values.get("letter", {})))
