"""Bands that a screen leaves all over a picture, bent ones too, told window by window with the print left in.

Print differs from place to place and spreads over many frequencies; a band gathers nearly all that a window holds in
one. So nothing need be taken out first, and a band may change its direction and its width across the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Channel, Layout, quantile
from app.materials.moire import unpacked

_WINDOW = 128
"""Pixels of a window at half the working size."""
_PLACES = (4, 3)
"""Windows along the longer side and along the shorter."""
_FEWEST = 3
_LEAST_SPREAD = 3.0
"""Spread of the values of a window below which no band in it can be seen."""
_SLOW, _SLOWEST_BAND = 3.0, 4.5
"""Waves across a window below which they are shades, and from which they are bands."""
_SHORTEST = 2.2

Power = NDArray[np.float32]


@dataclass(frozen=True)
class Bands:
    """The usual band of the windows: its height in levels of 255, and its part of all that changes there."""

    height: float = 0.0
    share: float = 0.0


@dataclass(frozen=True)
class FoundBands:
    """Slanted bands in colour and in light, and the clearest in colour that may run along the page."""

    colour: Bands = Bands()
    light: Bands = Bands()
    any_way: Bands = Bands()


def bands_in(layout: Layout) -> FoundBands:
    """Look at a dozen windows of the sheet."""
    height, width = (side // 2 for side in layout.gray.shape)
    if min(height, width) < _WINDOW:
        return FoundBands()
    small = layout.halved
    windows = _windows(layout, height, width)
    if len(windows) < _FEWEST:
        return FoundBands()
    red, green, blue = (np.asarray(channel, np.uint8) for channel in cv2.split(small))
    light = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    first, second = (_bands([_difference(red[at], other[at]) for at in windows]) for other in (blue, green))
    slanted, any_way = (max(both, key=lambda one: one.height * one.share) for both in zip(first, second, strict=True))
    return FoundBands(slanted, _bands([light[at].astype(np.float32) for at in windows[::2]])[0], any_way)


def power_of(part: Power) -> Power:
    """How strong each frequency is in a square: rows down, columns across up to half of them."""
    return unpacked(np.asarray(cv2.pow(cv2.dft(part), 2), np.float32))


def _difference(one: Channel, other: Channel) -> Power:
    return np.asarray(cv2.subtract(one, other, dtype=cv2.CV_32F), np.float32)


def _windows(layout: Layout, height: int, width: int) -> list[tuple[slice, slice]]:
    """Places all over the sheet."""
    sheet = cv2.resize(layout.sheet.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    sums = cv2.integral(sheet)
    first, above, wide, tall = cv2.boundingRect(sheet)
    down, across = _PLACES if tall >= wide else _PLACES[::-1]
    found = []
    for top in np.linspace(above, max(above, above + tall - _WINDOW), down).astype(int):
        for left in np.linspace(first, max(first, first + wide - _WINDOW), across).astype(int):
            if top + _WINDOW > height or left + _WINDOW > width:
                continue
            bottom, right = top + _WINDOW, left + _WINDOW
            covered = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
            if covered > 0.9 * _WINDOW**2:
                found.append((slice(top, bottom), slice(left, right)))
    return found


def _bands(windows: list[Power]) -> tuple[Bands, Bands]:
    """The usual band of these windows: slanted, and of any direction."""
    hann, changes, slanted, any_way = _masks()
    norm = float(hann.sum()) / 2
    found: tuple[list[Bands], list[Bands]] = ([], [])
    for window in windows:
        mean, spread = (float(value[0, 0]) for value in cv2.meanStdDev(window))
        if spread < _LEAST_SPREAD:
            for kept in found:
                kept.append(Bands())
            continue
        power = power_of((window - mean) * hann) * changes
        everything = float(power.sum()) + 1e-6
        smooth = cv2.blur(power, (3, 3), borderType=cv2.BORDER_REFLECT_101)
        for kept, where in zip(found, (slanted, any_way), strict=True):
            _, _, _, (x, y) = cv2.minMaxLoc(smooth, mask=where)
            there = float(power[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].sum())
            kept.append(Bands(float(np.sqrt(there / 2)) / norm, there / everything))
    slant, every = (
        Bands(
            quantile(np.array([band.height for band in bands]), 0.5),
            quantile(np.array([band.share for band in bands]), 0.5),
        )
        for bands in found
    )
    return slant, every


@cache
def _masks() -> tuple[Power, Power, Channel, Channel]:
    """What fades a window to its border, what counts as change, and where slanted bands and any bands are sought."""
    hann = np.outer(np.hanning(_WINDOW), np.hanning(_WINDOW)).astype(np.float32)
    down = np.minimum(np.arange(_WINDOW), _WINDOW - np.arange(_WINDOW))[:, None]
    across = np.arange(_WINDOW // 2 + 1)[None]
    waves = np.hypot(down, across)
    changes = (waves > _SLOW) & (waves < _WINDOW / _SHORTEST)
    near = np.maximum(2.5, 0.035 * waves)
    bands = changes & (waves > _SLOWEST_BAND)
    slanted = bands & (down >= near) & (across >= near)
    return hann, changes.astype(np.float32), slanted.view(np.uint8), bands.view(np.uint8)
