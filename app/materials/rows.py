"""Recognised lines put together into rows, as a person reads them: a label and its value, a title of wide letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from app.materials.written import Box, Line

_TRADITIONAL, _SIMPLIFIED = Path(__file__).with_name("data").joinpath("traditional.txt").read_text("utf-8").split()
"""Characters as they were written before 1956, and as they are written now, one for one. In some types the recogniser
takes one for the other, and old papers have both."""
_ALIKE = str.maketrans("（）：，；﹕︰【】﹝﹞•・‧∙⋅" + _TRADITIONAL, "():,;::〔〕〔〕·····" + _SIMPLIFIED)


@dataclass(frozen=True)
class Row:
    """Lines side by side. `text` is plain: no spaces, brackets and colons of one width."""

    text: str
    origins: tuple[tuple[int, int], ...]
    """For each character of `text`: which line it is from, and which character of it."""
    lines: tuple[Line, ...]
    tall: float
    """Height of its letters, of the typical height on the page."""

    @property
    def box(self) -> Box:
        """Where the row stands among the others, as if the page lay level."""
        return _around([line.level for line in self.lines])

    def place_of(self, start: int, end: int) -> Box:
        """Where on the page these characters of the row stand."""
        boxes = [self.lines[line].place_of(letter, letter + 1) for line, letter in self.origins[start:end]]
        return _around(boxes or [line.box for line in self.lines])

    def sure_of(self, start: int, end: int) -> list[float]:
        """How sure the recogniser is of each of these characters."""
        return [
            self.lines[line].letters[letter] if letter < len(self.lines[line].letters) else 1.0
            for line, letter in self.origins[start:end]
        ]


def plain(text: str) -> str:
    """Text as it is compared: without spaces, with signs of one width and characters as they are written today."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).translate(_ALIKE) if not letter.isspace())


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """The rows of a page from top to bottom, each from left to right."""
    typical = _typical_height(lines)
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.level[1] + line.level[3]):
        last = groups[-1] if groups else []
        if last and _beside(line, last):
            last.append(line)
        else:
            groups.append([line])
    return [row_of(sorted(group, key=lambda line: line.level[0]), typical=typical) for group in groups]


def cells_of(lines: Sequence[Line]) -> list[Row]:
    """Every line as a row of its own, in reading order."""
    typical = _typical_height(lines)
    return [row_of([line], typical=typical) for line in sorted(lines, key=lambda line: (line.level[1], line.level[0]))]


def row_of(lines: Sequence[Line], *, typical: float) -> Row:
    """Lines as one row, in the order given."""
    letters: list[str] = []
    origins: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        for place, letter in enumerate(line.text):
            for shown in plain(letter):
                letters.append(shown)
                origins.append((number, place))
    return Row("".join(letters), tuple(origins), tuple(lines), max(line.height for line in lines) / typical)


def _typical_height(lines: Sequence[Line]) -> float:
    return max(median(line.height for line in lines), 1e-4) if lines else 1.0


def _beside(line: Line, group: Sequence[Line]) -> bool:
    """Whether a line stands level with the lines of a row, and not over one of them."""
    top, bottom = line.level[1], line.level[3]
    last = group[-1]
    overlap = min(bottom, last.level[3]) - max(top, last.level[1])
    if overlap < 0.55 * min(line.height, last.height):
        return False
    return all(min(line.level[2], other.level[2]) - max(line.level[0], other.level[0]) < 0.01 for other in group)


def _around(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
