"""Which way the lines of a page run: level, askew, or on their side."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Layout, Mask

_CLEARLY_UPRIGHT = 0.4
"""Stripes down the page, relative to those across, below which the page is upright: tables measure 0.42 to 2.4."""
_FEW = 100
_MANY = 2500
"""Marks, counted at 800 pixels of length: fewer than the first tell nothing, fewer than the second make no stripes."""
_ENOUGH = 4000
"""Marks that tell as much as all."""

Places = NDArray[np.float32]


@dataclass(frozen=True)
class Lines:
    """How lines run. `angle` in degrees, clockwise, within 45 of level or upright; 0 where nothing tells."""

    angle: float = 0.0
    clarity: float = 0.0
    """How far the angle stands out among all angles; 1 says nothing."""
    sideways: float = 0.0
    """How much more clearly lines show up and down the page than across it: above 1 they run up and down."""


def find_lines(layout: Layout) -> Lines:
    """How the lines of a page run. Marks gather in stripes along them, whatever they are."""
    scale = 800 / max(layout.printed.shape)
    small = cv2.resize(layout.printed.astype(np.float32), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ys, xs = np.nonzero(small > 0.25)
    if len(ys) < _FEW:
        return Lines()
    marks = len(ys)
    if marks > _ENOUGH:
        chosen = np.random.default_rng(1).choice(marks, _ENOUGH, replace=False)
        ys, xs = ys[chosen], xs[chosen]
    x, y = xs.astype(np.float32), ys.astype(np.float32)
    angle, clarity = _angle(x, y)
    printed = layout.printed
    if abs(angle) > 3 and clarity > 1.5:
        printed = _turned(printed, angle)
        x, y = _turned_places(x, y, angle)
    else:
        x, y = _turned_places(x, y, max(-3.0, min(3.0, angle)))
    return Lines(angle, clarity, _sideways(printed, x, y, marks))


def _sideways(printed: Mask, x: Places, y: Places, marks: int) -> float:
    """Two witnesses: the stripes that marks gather in, and the shape of the words that neighbouring marks join to.

    A table of figures gathers in stripes both ways, so there the words decide, when they are clear; where stripes run
    clearly across the page, no word speaks against them.
    """
    words = _word_shapes(printed)
    if marks < _MANY:  # too few marks for stripes: the words alone tell, and must tell clearly
        return words / 1.5
    angles = np.arange(-3, 3.1, 1.0)
    upright = max(_halved_stripes(y, x, angle) for angle in angles)
    down = max(_halved_stripes(x, y, angle) for angle in angles)
    stripes = down / max(upright, 1e-6)
    if stripes < _CLEARLY_UPRIGHT:
        return stripes
    return min(words, float(np.sqrt(stripes * words)))


def _word_shapes(printed: Mask) -> float:
    """Marks joined to their nearest neighbours become words: how much more of their length runs down than across."""
    binary = printed.astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(binary)
    sizes = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    reach = int(np.clip(round(0.55 * float(np.percentile(sizes, 70))), 3, 60)) if len(sizes) else 3
    joined = cv2.morphologyEx(binary, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    width = stats[1:, cv2.CC_STAT_WIDTH].astype(float)
    height = stats[1:, cv2.CC_STAT_HEIGHT].astype(float)
    across, down = width[width > 2 * height].sum(), height[height > 2 * width].sum()
    if across + down < 0.03 * max(printed.shape):
        return 0.0
    return float((down + 10) / (across + 10))


def _angle(x: Places, y: Places) -> tuple[float, float]:
    """The angle at which stripes are clearest, whether they run across or down, and how far it stands out."""
    angles = np.arange(-45, 45, 1.5)
    clear = np.array(
        [max(_stripes(*_turned_places(x, y, a)[::-1]), _stripes(*_turned_places(x, y, a))) for a in angles]
    )
    best = float(angles[int(clear.argmax())])
    fine = [best + step for step in (-1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2)]
    finer = [max(_stripes(*_turned_places(x, y, a)[::-1]), _stripes(*_turned_places(x, y, a))) for a in fine]
    clarity = max(finer) / max(float(np.median(clear)), 1e-6)
    angle = fine[int(np.argmax(finer))]
    return angle, float(clarity)


def _turned_places(x: Places, y: Places, angle: float) -> tuple[Places, Places]:
    """The places as they are once the page has been turned back by this angle."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return (x * cos + y * sin).astype(np.float32), (y * cos - x * sin).astype(np.float32)


def _stripes(along: Places, _across: Places) -> float:
    """How strongly marks gather in stripes: the relative variance of what lies at each place."""
    counts = np.bincount((along - along.min()).astype(np.int32)).astype(np.float32)
    smooth = np.convolve(counts, np.ones(3, np.float32) / 3, mode="same")
    return float(np.var(smooth) / max(float(np.mean(smooth)) ** 2, 1e-9)) * len(counts) / 1000


def _halved_stripes(along: Places, across: Places, angle: float) -> float:
    """The same in two halves of the page, so that lines which are not quite parallel still count."""
    slope = np.tan(np.radians(angle))
    total, weight = 0.0, 0
    across = across - across.min()
    half = max(1.0, (float(across.max()) + 2) // 2)
    for start in (0.0, half):
        chosen = (across >= start) & (across < start + half)
        if chosen.sum() < 50:
            continue
        place = along[chosen] + slope * across[chosen]
        counts = np.bincount((place - place.min()).astype(int)).astype(float)
        smooth = np.convolve(counts, np.ones(5) / 5, mode="same")
        total += float(np.var(smooth) / np.mean(smooth) ** 2) * int(chosen.sum())
        weight += int(chosen.sum())
    return total / max(weight, 1)


def _turned(printed: Mask, angle: float) -> Mask:
    height, width = printed.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return np.asarray(cv2.warpAffine(printed.astype(np.uint8), turn, (width, height), flags=cv2.INTER_NEAREST) > 0)
