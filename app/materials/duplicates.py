"""Whether two pictures show the same page: photographed twice, saved anew, scanned again; not two fillings of a form.

Two steps. The places of strokes are matched and one picture is laid over the other, as a person would hold two sheets
against the light. Then every part with ink must agree: a form with another name differs in one small part only, and
that part decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.fingerprints import Ink, ink_of

Floats = NDArray[np.float32]

_FEATURES = 800
_LEAST_MATCHES = 14
_FIRM = 4.0
"""Pixels within which two strokes are at the same place."""
_BLOCK = 24
"""Side of a part that must agree, in pixels of the print: little more than a character of 12 points."""
_SLACK = 5
"""By how many pixels a part may be shifted: paper bends."""
_RULE, _FILLED = 41, 13
"""Pixels from which a straight stroke is a rule, and a patch of ink a picture."""
_INKED = 50.0
"""Ink in a part below which it says nothing."""
_AGREES = 0.8
"""The median agreement of parts from which two pages are laid well upon each other."""
_AGREES_WELL = 0.96
"""The same of two scans, or of a file saved anew: there a single other figure is seen."""
_WORST = 0.62
"""Agreement of the few parts that agree least, below which something else stands there."""
_FEW = 4
"""Parts that a single changed character spoils, for parts overlap by half."""
_LOW = 100
"""One part in so many agrees less than what is called low here: as badly as paper, lens and light make it."""
_LEAST_LOW = 0.8
"""What those must agree by at least: many changed characters make them as low as the worst."""
_FALLS = 0.95
_MOST_FALL, _LEAST_FALL = 0.11, 0.05
"""How far below that the few worst may lie, of the way from the median to it: where two scans agree everywhere but in
one figure, that figure is another one."""
_SEEN = 0.6
"""Share of the ink of each page that must lie within the other picture."""
_ROWS, _COLUMNS = 32, 24
_RESEMBLES = 0.45
"""How alike two maps of where ink lies must be for a comparison to be worth its time."""


class Page:
    """One page, ready to be compared; what comparing needs is worked out once."""

    def __init__(self, kept: str) -> None:
        ink = ink_of(kept)
        self.ink: Floats = np.asarray(cv2.GaussianBlur(ink.astype(np.float32), (0, 0), 0.7), np.float32)
        self.map: Floats = _map_of(ink)
        self._found: tuple[Any, Any] | None = None

    def features(self) -> tuple[Any, Any]:
        """Places that are easily known again, with what they look like."""
        if self._found is None:
            finder = cv2.ORB.create(
                nfeatures=_FEATURES, scaleFactor=1.25, nlevels=4, fastThreshold=12, edgeThreshold=16
            )
            picture = np.clip(cv2.GaussianBlur(self.ink, (0, 0), 1.5) * 255, 0, 255).astype(np.uint8)
            self._found = finder.detectAndCompute(picture, None)
        return self._found


@dataclass(frozen=True)
class Comparison:
    """How two pages agree once one is laid over the other."""

    agreement: float = 0.0
    seen: float = 0.0
    worst: float = 0.0
    """Agreement of the few parts that agree least."""
    low: float = 0.0
    """Agreement of the parts that agree badly, and not worse than the way they were taken explains."""
    matches: int = 0

    @property
    def same(self) -> bool:
        """Whether they are one page."""
        if self.seen < _SEEN or self.agreement < _AGREES or self.worst < _WORST:
            return False
        if self.low < _LEAST_LOW:
            return False
        allowed = min(_MOST_FALL, max(_LEAST_FALL, _FALLS * (self.agreement - self.low)))
        return self.low - self.worst <= allowed

    @property
    def certain(self) -> bool:
        """Whether nothing that was ever compared and was another page agreed as well: to be said, not only supposed."""
        return self.same and self.agreement >= _AGREES_WELL and self.low - self.worst <= _LEAST_FALL


def same_page(one: Page, other: Page) -> bool:
    """Whether two pictures show one and the same page."""
    return compare(one, other).same


def compare(one: Page, other: Page) -> Comparison:
    """Lay one page over the other and see where they agree."""
    laid = _lay_over(one, other)
    if laid is None:
        return Comparison()
    matrix, matches = laid
    height, width = other.ink.shape
    moved = np.asarray(cv2.warpPerspective(one.ink, matrix, (width, height), flags=cv2.INTER_LINEAR), np.float32)
    visible = cv2.warpPerspective(np.ones_like(one.ink), matrix, (width, height), flags=cv2.INTER_NEAREST) > 0.5
    visible = cv2.erode(visible.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    seen = min(
        float(moved[visible].sum()) / max(1.0, float(one.ink.sum()) * _growth(matrix)),
        float(other.ink[visible].sum()) / max(1.0, float(other.ink.sum())),
    )
    moved, still = _without_rules_and_pictures(moved, other.ink)
    agreements = np.sort(np.array(list(_parts(moved, still, visible)), np.float32))
    if not len(agreements):
        return Comparison(seen=seen, matches=matches)
    worst = float(agreements[:_FEW].mean())
    low = float(agreements[min(max(len(agreements) // _LOW, 2 * _FEW), len(agreements) - 1)])
    return Comparison(float(np.median(agreements)), seen, worst, low, matches)


def likest(page: Page, others: Sequence[Page], *, at_most: int) -> list[int]:
    """Which of the others have their ink where this page has it, however it was turned; the likest first."""
    if not others:
        return []
    maps = np.stack([other.map for other in others])
    turned = [np.rot90(page.map, turn) if turn % 2 == 0 else _fitted(np.rot90(page.map, turn)) for turn in range(4)]
    likeness = np.max([np.tensordot(maps, _normed(one), 2) for one in turned], axis=0)
    return [int(at) for at in np.argsort(-likeness)[:at_most] if likeness[at] > _RESEMBLES]


def twin_pages(prints: Iterable[str]) -> list[tuple[int, int]]:
    """Pages of one document that stand in it twice: the later and the earlier, counted from 1."""
    pages = [page_of(kept) for kept in prints]
    found = []
    for later, page in enumerate(pages):
        for earlier, before in enumerate(pages[:later]):
            if page is not None and before is not None and resembles(page, before) and same_page(page, before):
                found.append((later + 1, earlier + 1))
                break
    return found


def resembles(one: Page, other: Page) -> bool:
    """Whether a comparison is worth its time."""
    return float(np.tensordot(one.map, other.map, 2)) > _RESEMBLES


def page_of(kept: str) -> Page | None:
    """The page of a print; None for one with nothing on it."""
    try:
        return Page(kept) if kept else None
    except (ValueError, cv2.error):
        return None


def _lay_over(one: Page, other: Page) -> tuple[Floats, int] | None:
    (places, looks), (others, others_look) = one.features(), other.features()
    if looks is None or others_look is None or min(len(places), len(others)) < _LEAST_MATCHES:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(looks, others_look)
    if len(matches) < _LEAST_MATCHES:
        return None
    matches = sorted(matches, key=lambda match: match.distance)[:300]
    here = np.array([places[match.queryIdx].pt for match in matches], np.float32)
    there = np.array([others[match.trainIdx].pt for match in matches], np.float32)
    cv2.setRNGSeed(1)
    matrix, kept = cv2.findHomography(here, there, cv2.RANSAC, _FIRM, maxIters=1500, confidence=0.995)
    if matrix is None or kept is None:
        return None
    firm = int(kept.sum())
    if firm < _LEAST_MATCHES or not 0.25 < abs(float(np.linalg.det(matrix[:2, :2]))) < 4.0:
        return None
    return np.asarray(matrix, np.float32), firm


def _without_rules_and_pictures(moved: Floats, still: Floats) -> tuple[Floats, Floats]:
    """Both pages without the rules of tables, frames and filled areas of either: a thin rule comes and goes with the
    way a page was taken, and so does the edge of a photo; what tells two fillings apart is written."""
    gone = np.zeros(moved.shape, bool)
    for ink in (moved, still):
        binary = (ink > 0.4).astype(np.uint8)
        for long, aside in (((1, _RULE), (3, 1)), ((_RULE, 1), (1, 3))):  # a rule that is not quite level is in steps
            level = cv2.dilate(binary, np.ones(aside, np.uint8))
            rules = cv2.morphologyEx(level, cv2.MORPH_OPEN, np.ones(long, np.uint8))
            thick = cv2.dilate(cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)), np.ones((9, 9)))
            gone |= _widened(cv2.subtract(rules, thick), _SLACK)
        gone |= _widened(cv2.morphologyEx(binary, cv2.MORPH_OPEN, np.ones((_FILLED, _FILLED), np.uint8)), _BLOCK)
    kept = 1.0 - gone.astype(np.float32)
    return np.asarray(moved * kept, np.float32), np.asarray(still * kept, np.float32)


def _widened(marks: NDArray[Any], reach: int) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(marks, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0)


def _growth(matrix: Floats) -> float:
    return abs(float(np.linalg.det(matrix[:2, :2].astype(np.float64))))


def _parts(moved: Floats, still: Floats, visible: NDArray[np.bool_]) -> Iterable[float]:
    """For each part with ink in either page how well the two agree in it, after the best small shift."""
    height, width = still.shape
    for top in range(_SLACK, height - _BLOCK - _SLACK, _BLOCK // 2):
        for left in range(_SLACK, width - _BLOCK - _SLACK, _BLOCK // 2):
            part = moved[top : top + _BLOCK, left : left + _BLOCK]
            there = still[top : top + _BLOCK, left : left + _BLOCK]
            ink = max(float(part.sum()), float(there.sum()))
            if ink < _INKED or not visible[top : top + _BLOCK, left : left + _BLOCK].all():
                continue
            around = still[top - _SLACK : top + _BLOCK + _SLACK, left - _SLACK : left + _BLOCK + _SLACK]
            yield _agreement(part, around, there)


def _agreement(part: Floats, around: Floats, there: Floats) -> float:
    if float(part.std()) < 0.1 or float(there.std()) < 0.1:  # a filled field has no strokes to compare
        return 1.0 - abs(float(part.mean()) - float(there.mean()))
    return float(cv2.matchTemplate(around, part, cv2.TM_CCOEFF_NORMED).max())


def _map_of(ink: Ink) -> Floats:
    """How densely ink lies over the part of the page that holds it, without regard to margins."""
    rows, columns = np.cumsum(ink.sum(axis=1)), np.cumsum(ink.sum(axis=0))
    top, bottom = (int(np.searchsorted(rows, rows[-1] * share)) for share in (0.01, 0.99))
    left, right = (int(np.searchsorted(columns, columns[-1] * share)) for share in (0.01, 0.99))
    held = ink[top : bottom + 1, left : right + 1].astype(np.float32)
    return _normed(_fitted(held))


def _fitted(held: Floats) -> Floats:
    small = cv2.resize(np.ascontiguousarray(held), (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), np.float32)


def _normed(held: Floats) -> Floats:
    level = held - held.mean()
    return np.asarray(level / max(float(np.linalg.norm(level)), 1e-6), np.float32)
