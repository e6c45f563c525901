"""What a paper says: its kind, the people, numbers and days on it, how sure each is and where it stands.

Pure functions over recognised lines. A reading never decides: it is shown beside the paper,
and a person may correct it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from app.materials.kinds import FoundKind, Kind, kind_of
from app.materials.particulars import Found, days_on, document_numbers_on, id_numbers_on
from app.materials.people_named import FoundName, names_on
from app.materials.written import Box, ReadPage

LEAST_SURE = 0.5
"""Below this a name is not given out as found."""
_MANY = 3
"""Names on a paper, each as sure as the surest, from which it is about none of them alone."""
_AS_SURE = 0.15


@dataclass(frozen=True)
class Reading:
    """What was found on the pages of one file."""

    kind: FoundKind | None = None
    names: tuple[FoundName, ...] = ()
    id_numbers: tuple[Found, ...] = ()
    days: tuple[Found, ...] = ()
    document_numbers: tuple[Found, ...] = ()
    page_kinds: tuple[FoundKind | None, ...] = ()
    turns: tuple[int, ...] = ()

    @property
    def name(self) -> FoundName | None:
        """The person whom the paper is about, if it is clear enough to be named, and nobody else is as much."""
        first = next((one for one in self.names if one.confidence >= LEAST_SURE), None)
        return None if first is None or self.about_many else first

    @property
    def about_many(self) -> bool:
        """Whether the paper names several people in the same way, as one that appoints all of them."""
        surest = max((one.confidence for one in self.names), default=0.0)
        return sum(one.confidence > surest - _AS_SURE for one in self.names) >= _MANY

    @property
    def id_number(self) -> Found | None:
        return next(iter(self.id_numbers), None)

    def day(self, label: str) -> Found | None:
        """The first day that the paper names as such: valid_to, appointed, assessed, born, issued."""
        return next((one for one in self.days if one.label == label), None)

    def marks(self, page: int, box: Box | None) -> list[list[float]]:
        """Where something stands, as a finding keeps its marks: on the page as it was judged, before it was turned
        upright to be read. Nothing for what has no place."""
        if box is None or box[0] >= box[2] or box[1] >= box[3]:
            return []
        turn = self.turns[page - 1] if 0 < page <= len(self.turns) else 0
        left, top, right, bottom = box
        for _ in range(turn // 90 % 4):
            left, top, right, bottom = top, 1 - right, bottom, 1 - left
        return [[round(min(max(one, 0.0), 1.0), 4) for one in (left, top, right, bottom)]]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Reading:
        return cls(
            kind=_kind_from(kept["kind"]),
            names=tuple(
                FoundName(**{**one, "box": tuple(one["box"]), "letters": tuple(one["letters"])})
                for one in kept["names"]
            ),
            id_numbers=_found_from(kept["id_numbers"]),
            days=_found_from(kept["days"]),
            document_numbers=_found_from(kept["document_numbers"]),
            page_kinds=tuple(_kind_from(one) for one in kept["page_kinds"]),
            turns=tuple(kept["turns"]),
        )


def _found_from(kept: Sequence[Mapping[str, Any]]) -> tuple[Found, ...]:
    return tuple(Found(**{**one, "box": tuple(one["box"])}) for one in kept)


def _kind_from(kept: Mapping[str, Any] | None) -> FoundKind | None:
    if kept is None:
        return None
    box = kept["box"]
    return FoundKind(Kind(kept["kind"]), kept["confidence"], kept["page"], tuple(box) if box else None)


def read_off(pages: Sequence[ReadPage]) -> Reading:
    """What the recognised pages of a file say. The first page that tells a kind tells the kind of the paper."""
    kinds = [kind_of(page.lines, page=page.number) for page in pages]
    names: dict[str, FoundName] = {}
    numbers: list[Found] = []
    days: list[Found] = []
    documents: list[Found] = []
    for page in pages:
        for name in names_on(page.lines, page=page.number):
            names.setdefault(name.name, name)
        numbers += id_numbers_on(page.lines, page=page.number)
        days += terms(days_on(page.lines, page=page.number))
        documents += document_numbers_on(page.lines, page=page.number)
    return Reading(
        _kind_of_all(kinds),
        tuple(sorted(names.values(), key=lambda name: (-round(name.confidence, 1), name.page))),
        tuple(numbers),
        tuple(days),
        tuple(documents),
        tuple(kinds),
        tuple(page.turn for page in pages),
    )


def terms(days: Sequence[Found]) -> list[Found]:
    """The days of a page, where two stand side by side after the words of a term: it ends with the later of the two."""
    found = list(days)
    for place, (first, second) in enumerate(pairwise(days)):
        beside = first.box[1] < second.box[3] and second.box[1] < first.box[3]
        if first.label == "valid_to" and beside and first.value < second.value and second.label in ("", "valid_to"):
            found[place], found[place + 1] = replace(first, label="valid_from"), replace(second, label="valid_to")
    return found


def _kind_of_all(kinds: Sequence[FoundKind | None]) -> FoundKind | None:
    told = [kind for kind in kinds if kind is not None]
    named = [kind for kind in told if kind.kind is not Kind.OTHER]
    return next(iter(named or told), None)
