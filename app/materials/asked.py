"""Which kinds of document a material asks for, and which answer its date is held against: as its designer chose, or
else as its code has always meant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.materials.kinds import NAMES, Kind

ELEMENT = "mat.document_kinds"
"""The element of a material that holds the choice. Versions from before it was asked have none."""
CHOICES: dict[str, Any] = {kind.value: NAMES[kind] for kind in Kind if kind is not Kind.OTHER}


@cache
def asked_kinds() -> dict[str, tuple[Kind, ...]]:
    """The kinds that a material asks for, by its code; a material that is not named may be of any kind."""
    with Path(__file__).with_name("data").joinpath("asked_kinds.yaml").open(encoding="utf-8") as kept:
        return {code: tuple(Kind(kind) for kind in kinds) for code, kinds in yaml.safe_load(kept).items()}


def kinds_asked(code: str, elements: Mapping[str, Any]) -> tuple[Kind, ...]:
    """The kinds that a material asks for; none where any will do."""
    chosen = elements.get(ELEMENT)
    if not isinstance(chosen, Mapping):
        return asked_kinds().get(code, ())
    given = chosen.get("kinds")
    return tuple(Kind(one) for one in given if one in CHOICES) if isinstance(given, list) else ()


def answer_dated(elements: Mapping[str, Any]) -> str:
    """The key of the question whose answer the date on the paper must be; empty where the kind of paper tells."""
    chosen = elements.get(ELEMENT)
    given = chosen.get("dated") if isinstance(chosen, Mapping) else None
    return given if isinstance(given, str) else ""


def element_of(kinds: list[str], *, dated: str = "") -> dict[str, Any]:
    """The element that keeps a choice; one without kinds says that any will do."""
    return {ELEMENT: {"kinds": [one for one in CHOICES if one in kinds], **({"dated": dated} if dated else {})}}


def is_choice(kept: Any) -> bool:
    """Whether a file keeps the choice as it must: a list of kinds that are known here, and perhaps a question."""
    if not isinstance(kept, Mapping) or not {"kinds"} <= set(kept) <= {"kinds", "dated"}:
        return False
    if not isinstance(kept["kinds"], list) or not isinstance(kept.get("dated", ""), str):
        return False
    return all(isinstance(one, str) and one in CHOICES for one in kept["kinds"])


def without_the_choice(material: Mapping[str, Any]) -> dict[str, Any]:
    """A material apart from which kinds of document it asks for."""
    elements = {name: value for name, value in material["elements"].items() if name != ELEMENT}
    return {**material, "elements": elements}


def without_the_usual(material: Mapping[str, Any]) -> Mapping[str, Any]:
    """A material as its content is compared: a choice that says what its code means anyway does not count."""
    elements = material.get("elements")
    if not isinstance(elements, Mapping) or ELEMENT not in elements:
        return material
    code = str(material.get("code"))
    if answer_dated(elements) or kinds_asked(code, elements) != asked_kinds().get(code, ()):
        return material
    return without_the_choice(material)
