"""Which way the lines of a page run: level, askew, or on their side."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Layout, Mask, around, connected, quantile, widened

_CLEARLY_UPRIGHT = 0.4
"""Stripes down the page, relative to those across, below which the page is upright: tables measure 0.42 to 2.4."""
_FEW = 100
_MANY = 2500
"""Marks, counted at 800 pixels of length: fewer than the first tell nothing, fewer than the second make no stripes."""
_ENOUGH = 4000
"""Marks that tell as much as all."""

_WIDEST_GAP = 60
"""Pixels over which marks are joined to words, at most."""
_FULL = np.uint8(252)
"""A mark in a picture that is then reduced; a quarter of it is a whole number."""

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
    small = cv2.resize(layout.printed.view(np.uint8) * _FULL, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    at = np.flatnonzero(small > _FULL // 4)
    marks = len(at)
    if marks < _FEW:
        return Lines()
    if marks > _ENOUGH:
        at = at[np.random.default_rng(1).choice(marks, _ENOUGH, replace=False)]
    ys, xs = np.divmod(at, small.shape[1])
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
    upright, down = _halved_stripes(y, x), _halved_stripes(x, y)
    stripes = down / max(upright, 1e-6)
    if stripes < _CLEARLY_UPRIGHT:
        return stripes
    return min(words, float(np.sqrt(stripes * words)))


def _word_shapes(printed: Mask) -> float:
    """Marks joined to their nearest neighbours become words: how much more of their length runs down than across."""
    longest = max(printed.shape)
    printed = printed[widened(around(printed), 2 * _WIDEST_GAP)]
    sizes = _sizes(_halved(printed.view(np.uint8)))
    usual = 2 * quantile(sizes.max(axis=1), 0.7) - 0.5 if len(sizes) else 0.0
    reach = int(np.clip(round(0.55 * usual), 3, _WIDEST_GAP))
    joined = cv2.morphologyEx(printed.view(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    # Sizes at half the size of the page: a mark that begins anywhere covers half a pixel more there.
    width, height = (2 * _sizes(_halved(np.asarray(joined, np.uint8))).astype(float) - 0.5).T
    across, down = width[width > 2 * height].sum(), height[height > 2 * width].sum()
    if across + down < 0.03 * longest:
        return 0.0
    return float((down + 10) / (across + 10))


def _halved(binary: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """At half the size, with every mark that was there."""
    height, width = (side // 2 for side in binary.shape)
    small = cv2.resize(binary[: 2 * height, : 2 * width] * _FULL, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small > 0).view(np.uint8)


def _sizes(binary: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Width and height of every connected mark."""
    return connected(binary)[1][1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]


def _angle(x: Places, y: Places) -> tuple[float, float]:
    """The angle at which stripes are clearest, whether they run across or down, and how far it stands out."""
    angles = np.arange(-45, 45, 1.5)
    clear = _clearness(x, y, angles)
    fine = angles[int(clear.argmax())] + np.array([-1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2])
    finer = _clearness(x, y, fine)
    clarity = float(finer.max()) / max(float(np.median(clear)), 1e-6)
    return float(fine[int(finer.argmax())]), clarity


def _clearness(x: Places, y: Places, angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """How strongly marks gather in stripes at each angle, across or down: the relative variance of what lies at each
    place, by how long the stripes together are."""
    turns = np.radians(angles)
    cos, sin = np.cos(turns).astype(np.float32)[:, None], np.sin(turns).astype(np.float32)[:, None]
    spreads = [_spread(places, width=3) for places in (y * cos - x * sin, x * cos + y * sin)]
    return np.max([spread * length / 1000 for spread, length in spreads], axis=0)


def _spread(places: Places, *, width: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For each row of places the relative variance of how many lie within `width`, and how far the row reaches."""
    at = (places - places.min(axis=1, keepdims=True)).astype(np.intp)
    lengths = at.max(axis=1) + 1
    longest = int(lengths.max())
    at += (longest * np.arange(len(at)))[:, None]
    counts = np.bincount(at.ravel(), minlength=len(at) * longest).reshape(len(at), longest).astype(np.float32)
    smooth = cv2.blur(counts, (width, 1), borderType=cv2.BORDER_CONSTANT).astype(np.float64)
    smooth[np.arange(longest) >= lengths[:, None]] = 0.0
    means = smooth.sum(axis=1) / lengths
    variances = (smooth**2).sum(axis=1) / lengths - means**2
    return variances / np.maximum(means**2, 1e-9), lengths


def _turned_places(x: Places, y: Places, angle: float) -> tuple[Places, Places]:
    """The places as they are once the page has been turned back by this angle."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return (x * cos + y * sin).astype(np.float32), (y * cos - x * sin).astype(np.float32)


def _halved_stripes(along: Places, across: Places) -> float:
    """The same within 3 degrees of level, in two halves of the page, so that lines which are not quite parallel still
    count."""
    slopes = np.tan(np.radians(np.arange(-3, 3.1, 1.0))).astype(np.float32)[:, None]
    across = across - across.min()
    half = max(1.0, (float(across.max()) + 2) // 2)
    total, weight = np.zeros(len(slopes)), 0
    for start in (0.0, half):
        chosen = (across >= start) & (across < start + half)
        count = int(chosen.sum())
        if count < 50:
            continue
        total += _spread(along[chosen] + slopes * across[chosen], width=5)[0] * count
        weight += count
    return float(total.max()) / max(weight, 1)


def _turned(printed: Mask, angle: float) -> Mask:
    height, width = printed.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return np.asarray(cv2.warpAffine(printed.astype(np.uint8), turn, (width, height), flags=cv2.INTER_NEAREST) > 0)
