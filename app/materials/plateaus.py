"""Light that lies in a few even steps, as is left of shades that were compressed hard, at whatever size it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from app.materials.layout import Counts, Layout

_CALM = 3
"""Levels by which the pixels around one may differ where it is part of an even area."""
_LEAST_STEP = 9
"""Levels between two plateaus: 100 over the quality, for shades of a block of 8 pixels."""
_LEAST_SHARE = 0.03
"""Part of the even areas that a plateau holds."""
_VALLEY = 0.2
"""Part of the lower of two plateaus that may lie between them."""
_WHITE = 253
_FEWEST = 1000


@dataclass(frozen=True)
class Plateaus:
    """How many levels follow one another in the same step, and which part of the even areas has just these levels."""

    count: int = 0
    share: float = 0.0


def plateaus_in(layout: Layout) -> Plateaus:
    """Look at every other pixel of the sheet. White paper that a program drew, with shades of its own, has none."""
    gray = np.ascontiguousarray(layout.gray[::2, ::2])
    inside = np.ascontiguousarray(layout.inside[::2, ::2])
    around = np.ones((3, 3), np.uint8)
    even = (cv2.absdiff(cv2.dilate(gray, around), cv2.erode(gray, around)) <= _CALM) & inside
    counts = cv2.calcHist([gray], [0], even.view(np.uint8), [256], [0, 256]).ravel()
    if counts.sum() < _FEWEST:
        return Plateaus()
    shares = np.asarray(counts / counts.sum(), np.float32)
    levels = _levels(shares)
    held = {level: float(shares[max(0, level - 2) : level + 3].sum()) for level in levels}
    large = [level for level in levels if held[level] > _LEAST_SHARE]
    if not large or max(large, key=held.__getitem__) >= _WHITE:
        return Plateaus()
    return Plateaus(_in_step(large), sum(held.values()))


def _levels(shares: Counts) -> list[int]:
    """Levels that many pixels have, with hardly any pixel between two of them."""
    smooth = np.convolve(shares, [0.25, 0.5, 0.25], "same")
    found: list[int] = []
    for level in range(1, 255):
        here = float(smooth[level])
        if here < _LEAST_SHARE / 5 or here < float(smooth[max(0, level - 3) : level + 4].max()):
            continue
        if found and (
            level - found[-1] < 4
            or float(smooth[found[-1] : level].min()) > _VALLEY * min(here, float(smooth[found[-1]]))
        ):
            found[-1] = max(found[-1], level, key=smooth.__getitem__)
        else:
            found.append(level)
    return found


def _in_step(levels: list[int]) -> int:
    """How many levels stand in a row whose distances are the least of them, or twice or thrice it."""
    distances = np.diff(levels)
    wide = distances[distances >= _LEAST_STEP]
    if not len(wide) or int(distances.min()) < _LEAST_STEP:
        return 0
    step = float(wide.min())
    times = np.maximum(1, np.round(distances / step))
    longest = row = 1
    for fits in (np.abs(distances - times * step) <= times + 1) & (times <= 3):
        row = row + 1 if fits else 1
        longest = max(longest, row)
    return longest
