"""Samples of materials: a schematic sheet of what must be readable on one, made only of what the item publishes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.errors import NotFound
from app.messages import Named
from app.public.telling import ItemTold, MaterialTold

_CLAUSES = {"zh": re.compile(r"[；，。]"), "en": re.compile(r";\s+")}
_LISTED = {"zh": re.compile("、"), "en": re.compile(r",\s+(?:and\s+)?")}
_AND = {"zh": "和", "en": " and "}
_CLEAR = {"zh": re.compile("(清晰可辨|清晰|齐全|完整)$"), "en": re.compile(r"\s+readable$")}
_LONGEST_PLACE = 36
_SAYS_MORE = "一致"  # a clause that compares tells how the whole is, and names no place on it
_SEALED = {"zh": re.compile("[印签]章|盖章|钢印|备案章|专用章"), "en": re.compile(r"\b(seals?|sealed|stamp)\b")}


@dataclass(frozen=True)
class Sample:
    """What stands on a right one, place by place; what else makes it right; what is often wrong; whether it is
    sealed."""

    told: MaterialTold
    places: tuple[str, ...]
    besides: tuple[str, ...]
    wrong: tuple[str, ...]
    sealed: bool


def has_sample(told: MaterialTold) -> bool:
    """Whether the item says what a right one shows, of a material that somebody has to bring."""
    return told.notes is not None and not told.shared


def sample_of(told: ItemTold, material: str, *, language: str) -> Sample:
    """The sample of one material, in one language. Raises NotFound where the item has none."""
    found = next((one for one in told.materials if one.material.code == material and has_sample(one)), None)
    if found is None or found.notes is None:
        raise NotFound
    notes = _in(found.notes, language)
    clauses = [one.strip() for one in _CLAUSES[language].split(notes) if one.strip()]
    wrong = re.split(r"；|;\s+", _in(found.mistakes, language)) if found.mistakes else []
    return Sample(
        found,
        tuple(place for one in clauses for place in places_in(one, language)),
        tuple(one for one in clauses if not places_in(one, language)),
        tuple(one for one in wrong if one),
        _SEALED[language].search(notes) is not None,
    )


def places_in(clause: str, language: str) -> list[str]:
    """What a clause lists as readable, one by one: 文号、任职时间和印章清晰 is three. Another lists nothing."""
    clear = _CLEAR[language].search(clause)
    if clear is None:
        return []
    *listed, last = _LISTED[language].split(clause[: clear.start()])
    places = [one.strip() for one in (*listed, *last.split(_AND[language]))]
    if len(places) < 2 or any(len(one) > _LONGEST_PLACE or _SAYS_MORE in one for one in places):
        return []
    return places


def _in(text: Named, language: str) -> str:
    return text.zh if language == "zh" else text.en
