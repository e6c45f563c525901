"""Whether two pages say the same: their words held against each other place by place, as two sheets side by side.

Bent paper and poor light move and thin out strokes, and leave what can be read as it is. Another filling of a form
says something else at one place, and there both must be clearly read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import east_asian_width

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.rows import plain
from app.materials.written import Box, Line, ReadPage

Floats = NDArray[np.float64]
Move = Callable[[Box], Box]

CLEAR = 0.9
"""How sure the recogniser must be of a letter, on both pages, for it to agree or differ."""
_LEAST_AGREED = 16
"""Letters on which two pages must agree at least."""
_AGREED = 0.85
"""Share of what was clearly read on the page that says less, that must stand on the other."""
_UNCLEAR = 0.03
"""Share of letters that may be read otherwise on the two pages, where either is not clearly read."""
_UNREAD = 3
"""Places that look like lines and say nothing, on a page that was read in full: parts of a portrait, of a seal."""
_RESEMBLES = 0.45
"""Share of the pairs of letters in common from which two pages are worth holding against each other."""
_STRAY = 0.04
"""How far, in parts of a page, a line may lie from where the others put it."""
_LEAST_ANCHORS = 3
_NEIGHBOURS = 4
_NARROW = 0.55
"""Width of a figure, of that of a character."""
_ONE_LETTER = str.maketrans("〇○OolI丨", "0000111")
_ALIKE, _OTHER, _MISSING, _END = 2.0, 0.5, 1.0, 0.4
"""What a pair of letters counts for, two that differ, one that is missing within a text and one at its end."""


@dataclass(frozen=True)
class Letter:
    """One letter that was read, how sure it is, and where its middle lies across the page."""

    letter: str
    sure: float
    across: float


@dataclass(frozen=True)
class Wording:
    """How the words of two pages agree."""

    agreed: int = 0
    """Letters that are the same at the same place."""
    differing: int = 0
    """Letters clearly read on both, that are others."""
    apart: int = 0
    """Letters clearly read on one page between letters on which both agree, and missing there on the other."""
    alone: int = 0
    """Letters clearly read on one page where nothing was read on the other, on the page that has fewer of them."""
    unclear: int = 0
    """Letters that are others, or are missing on one page, and were not clearly read."""
    strange: int = 0
    """Lines with two and more of those: something may be written there that is hard to read, as a name by hand."""
    whole: bool = True
    """Whether all lines of both pages were tried, and next to all said something."""

    @property
    def promising(self) -> bool:
        """Whether nothing says that these are two pages."""
        least = self.agreed >= _LEAST_AGREED and self.agreed >= _AGREED * (self.agreed + self.alone)
        if not least or self.differing or self.apart or self.strange:
            return False
        return self.unclear <= _UNCLEAR * self.agreed

    @property
    def same(self) -> bool:
        """Whether they are one page: all of both was read, and nothing speaks against it."""
        return self.promising and self.whole

    @property
    def another(self) -> bool:
        """Whether something else clearly stands at some place."""
        return self.agreed >= _LEAST_AGREED and (self.differing > 0 or self.apart > 1)


class Words:
    """The words of a page, ready to be held against others."""

    def __init__(self, page: ReadPage) -> None:
        read = [line for line in page.lines if not (line.red and line.confidence < CLEAR)]  # parts of a seal
        both = [(line.box, letters) for line in read if (letters := letters_of(line))]
        self.boxes, self.letters = [box for box, _ in both], [letters for _, letters in both]
        self.whole = not page.left and page.found - len(page.lines) <= _UNREAD
        self.told = ["".join(letter.letter for letter in letters) for letters in self.letters]
        self.pairs = frozenset(one + other for text in self.told for one, other in pairwise(text))

    def resemble(self, other: Words) -> float:
        """How much of what one page says stands somewhere on the other, from 0 to 1."""
        least = min(len(self.pairs), len(other.pairs))
        return len(self.pairs & other.pairs) / least if least >= _LEAST_AGREED // 2 else 0.0


def worth_holding(one: Words, other: Words) -> bool:
    """Whether two pages are alike enough to be held against each other."""
    return one.resemble(other) >= _RESEMBLES


def letters_of(line: Line) -> list[Letter]:
    """Letters and figures of a line in one shape each; signs are read too unsurely to be compared."""
    wide = [1.0 if east_asian_width(letter) in "WF" else _NARROW for letter in line.text]
    left, right = line.box[0], line.box[2]
    found, passed = [], 0.0
    for place, letter in enumerate(line.text):
        sure = line.letters[place] if place < len(line.letters) else 1.0
        across = left + (right - left) * (passed + wide[place] / 2) / sum(wide)
        passed += wide[place]
        found += [Letter(one, sure, across) for one in plain(letter).translate(_ONE_LETTER) if one.isalnum()]
    return found


def hold(one: Words, other: Words) -> Wording:
    """Hold two pages against each other, each laid on the other."""
    there, back = _move(one, other), _move(other, one)
    whole = one.whole and other.whole
    if there is None or back is None:
        return Wording(whole=whole)
    first, second = _held(one, other, there), _held(other, one, back)
    return Wording(
        min(first.agreed, second.agreed), max(first.differing, second.differing), max(first.apart, second.apart),
        min(first.alone, second.alone), max(first.unclear, second.unclear), max(first.strange, second.strange), whole,
    )  # fmt: skip


def _held(one: Words, other: Words, move: Move) -> Wording:
    """What is found when every line of one page is looked for on the other."""
    agreed = differing = apart = alone = unclear = strange = 0
    for box, letters in zip(one.boxes, one.letters, strict=True):
        here, there = _side_by_side(move(box), letters, other)
        alone += sum(letter.sure >= CLEAR for letter in letters) - sum(letter.sure >= CLEAR for letter in here)
        before = unclear
        for first, second in _laid_along(here, there) if here and there else ():
            if first is not None and second is not None and first.letter == second.letter:
                agreed += 1
            elif min(letter.sure for letter in (first, second) if letter is not None) < CLEAR:
                unclear += 1
            elif first is not None and second is not None:
                differing += 1
            else:
                apart += 1
        strange += unclear - before > 1
    return Wording(agreed, differing, apart, alone, unclear, strange)


def _side_by_side(box: Box, letters: Sequence[Letter], other: Words) -> tuple[list[Letter], list[Letter]]:
    """The letters of a line, as it would lie on the other page, and those that stand there; nothing that stands only
    before or behind."""
    beside = []
    for which, place in enumerate(other.boxes):
        level = min(box[3], place[3]) - max(box[1], place[1])
        if level > 0.5 * min(box[3] - box[1], place[3] - place[1]) and min(box[2], place[2]) > max(box[0], place[0]):
            beside.append(which)
    there = [letter for which in sorted(beside, key=lambda at: other.boxes[at][0]) for letter in other.letters[which]]
    if not there:
        return [], []
    first, last = letters[0].across, letters[-1].across
    reach = (box[2] - box[0]) / max(len(letters), 1)
    moved = [box[0] + reach / 2 + (box[2] - box[0] - reach) * (letter.across - first) / max(last - first, 1e-6)
             for letter in letters]  # fmt: skip
    start, end = there[0].across - 0.8 * reach, there[-1].across + 0.8 * reach
    here = [letter for letter, across in zip(letters, moved, strict=True) if start <= across <= end]
    return here, [letter for letter in there if moved[0] - 0.8 * reach <= letter.across <= moved[-1] + 0.8 * reach]


def _laid_along(here: Sequence[Letter], there: Sequence[Letter]) -> list[tuple[Letter | None, Letter | None]]:
    """Letters of two texts side by side, as they agree best. What is missing at either end is left out."""
    high, wide = len(here), len(there)
    best = [[-_END * column for column in range(wide + 1)]]
    for row, one in enumerate(here, start=1):
        above, fresh = best[-1], [-_END * row]
        missing_here = _END if row == high else _MISSING
        for column, other in enumerate(there, start=1):
            missing_there = _END if column == wide else _MISSING
            fresh.append(
                max(
                    above[column - 1] + (_ALIKE if one.letter == other.letter else -_OTHER),
                    above[column] - missing_there,
                    fresh[column - 1] - missing_here,
                )
            )
        best.append(fresh)
    pairs: list[tuple[Letter | None, Letter | None]] = []
    row, column = high, wide
    while row and column:
        one, other = here[row - 1], there[column - 1]
        step = _ALIKE if one.letter == other.letter else -_OTHER
        if best[row][column] == best[row - 1][column - 1] + step:
            row, column = row - 1, column - 1
            pairs.append((one, other))
        elif best[row][column] == best[row - 1][column] - (_END if column == wide else _MISSING):
            row -= 1
            pairs.append((one, None))
        else:
            column -= 1
            pairs.append((None, other))
    inner = [place for place, (one, other) in enumerate(pairs) if one is not None and other is not None]
    return pairs[inner[0] : inner[-1] + 1] if inner else []


def _move(one: Words, other: Words) -> Move | None:
    """Where on the other page a line of this one lies, told by the lines that both have; bends are followed."""
    here, there = _anchors(one, other)
    if len(here) < _LEAST_ANCHORS:
        return None
    cv2.setRNGSeed(1)
    matrix, kept = cv2.estimateAffine2D(here, there, ransacReprojThreshold=_STRAY, maxIters=2000)
    if matrix is None or kept is None or int(kept.sum()) < _LEAST_ANCHORS:
        return None
    firm = kept.ravel() > 0
    laid = here[firm] @ matrix[:, :2].T + matrix[:, 2]
    off = there[firm] - laid
    grown = np.hypot(*matrix[:, :2]) / 2

    def moved(box: Box) -> Box:
        place = np.array(_middle(box)) @ matrix[:, :2].T + matrix[:, 2]
        far = np.hypot(*((laid - place) * (1.0, 2.0)).T)
        near = np.argsort(far)[:_NEIGHBOURS]
        weight = 1.0 / (far[near] + 0.02)
        x, y = (float(value) for value in place + (off[near] * weight[:, None]).sum(axis=0) / weight.sum())
        wide, high = (box[2] - box[0]) * float(grown[0]), (box[3] - box[1]) * float(grown[1])
        return x - wide, y - high, x + wide, y + high

    return moved


def _anchors(one: Words, other: Words) -> tuple[Floats, Floats]:
    """Middles of the lines that say the same on both pages, and stand on each once."""
    here = {text: place for place, text in enumerate(one.told) if one.told.count(text) == 1}
    there = {text: place for place, text in enumerate(other.told) if other.told.count(text) == 1}
    both = sorted(text for text in here.keys() & there.keys() if len(text) > 1)
    first = [_middle(one.boxes[here[text]]) for text in both]
    second = [_middle(other.boxes[there[text]]) for text in both]
    return np.array(first, np.float64).reshape(-1, 2), np.array(second, np.float64).reshape(-1, 2)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
