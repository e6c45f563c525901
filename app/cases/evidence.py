"""The evidence of a case: pieces, each a sentence with its figures, and the place in the product that it leads to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from app.messages import Message

UNITS = frozenset({"yuan", "count", "percent", "month", "day", "text"})
"""How a figure is meant: `yuan` is held in fen, `percent` in tenths of a percent, a month as its first day."""


@dataclass(frozen=True)
class Figure:
    """One number behind a piece, with its name."""

    label: Message
    value: int | str | date
    unit: str = "yuan"

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit of a figure: {self.unit}")


@dataclass(frozen=True)
class Place:
    """Where a piece leads: a kind of record (`staff`, `application`, `sheet`, `plan`) and its id."""

    kind: str
    id: int


@dataclass(frozen=True)
class Piece:
    """One piece: a sentence, its figures, whom it is about, where it stands. Of another unit only the sentence is
    shown to people who do not reach that unit, so a sentence never names an amount."""

    text: Message
    figures: tuple[Figure, ...] = ()
    staff_id: int | None = None
    unit_id: int | None = None
    place: Place | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text.to_json(),
            "figures": [
                {"label": one.label.to_json(), "value": str(one.value) if isinstance(one.value, date) else one.value,
                 "unit": one.unit}
                for one in self.figures
            ],
            "staff_id": self.staff_id,
            "unit_id": self.unit_id,
            "place": {"kind": self.place.kind, "id": self.place.id} if self.place else None,
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Piece:
        place = kept.get("place")
        return cls(
            Message.from_json(kept["text"]),
            tuple(Figure(Message.from_json(one["label"]), one["value"], one["unit"]) for one in kept["figures"]),
            kept.get("staff_id"),
            kept.get("unit_id"),
            Place(place["kind"], place["id"]) if place else None,
        )


def kept(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """The pieces as they are stored."""
    return [piece.to_json() for piece in pieces]


def pieces_of(stored: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """The pieces of a stored case."""
    return [Piece.from_json(one) for one in stored]


def digest_of(what: Any) -> str:
    """The fingerprint of what was found: equal where it is the same."""
    plain = json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(plain.encode()).hexdigest()


__all__ = ["UNITS", "Figure", "Piece", "Place", "digest_of", "kept", "pieces_of"]
