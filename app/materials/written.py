"""Lines of text as they were recognised on a page: what they say, where, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as parts of the upright page."""


@dataclass(frozen=True)
class Line:
    """One line of text. `letters` says for each character how sure the recogniser is of it."""

    text: str
    box: Box
    letters: tuple[float, ...] = ()
    levelled: Box | None = None
    """The same where the page leans: as if its lines ran level. Rows are put together from these."""
    red: bool = False
    """Whether it is written in red, as seals and some titles are."""

    @property
    def level(self) -> Box:
        return self.levelled or self.box

    @property
    def confidence(self) -> float:
        return fmean(self.letters) if self.letters else 1.0

    @property
    def height(self) -> float:
        return self.level[3] - self.level[1]

    def sure_of(self, start: int, end: int) -> float:
        """How sure the least sure of these characters is."""
        return min(self.letters[start:end], default=1.0)

    def place_of(self, start: int, end: int) -> Box:
        """Roughly where on the page these characters stand."""
        left, top, right, bottom = self.box
        each = (right - left) / max(len(self.text), 1)
        return (round(left + start * each, 4), top, round(left + end * each, 4), bottom)


@dataclass(frozen=True)
class ReadPage:
    """What was recognised on one page. `turn` is how far it was turned clockwise to stand upright, in degrees."""

    number: int
    turn: int
    lines: tuple[Line, ...]
    found: int = 0
    """How many lines were seen, read or not."""
    left: int = 0
    """How many of them were not tried, for what may be read was used up."""

    def to_json(self) -> dict[str, Any]:
        lines = [[line.text, line.box, line.letters, line.levelled, line.red] for line in self.lines]
        return {"number": self.number, "turn": self.turn, "lines": lines, "found": self.found, "left": self.left}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ReadPage:
        lines = tuple(
            Line(text, tuple(box), tuple(sure), tuple(level) if level else None, *red)
            for text, box, sure, level, *red in kept["lines"]
        )
        return cls(kept["number"], kept["turn"], lines, kept["found"], kept.get("left", 0))
