"""Light that trembles beside print, as coarse compression leaves it at whatever size a picture is shown afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from app.materials.layout import Channel, Layout, Mask

_WINDOW = 352
"""Pixels of the part that is looked at, where most print is."""
_COARSE = 32
_NO_GRAIN = 0.1
"""Grain from which trembling light cannot be told from it."""
_PALE = 40.0
"""Strength of print below which it leaves none."""
_FINER = 4
"""Parts of a level that are told apart."""
_LEAST = 1000
"""Pixels beside print, below which they say nothing."""
_CALM = 1.0
"""Levels by which light may bend far from print; where it bends more the ground has a pattern."""


@dataclass(frozen=True)
class Ringing:
    """How much light bends beside print, in levels: nine tenths of the places bend less, and nearly all."""

    usual: float = 0.0
    most: float = 0.0


def ringing_in(layout: Layout) -> Ringing:
    """Look beside letters, away from their own soft edges. Only paper without grain shows it."""
    strength = layout.strength(90)
    if layout.noise >= _NO_GRAIN or strength < _PALE:
        return Ringing()
    part = _densest(layout)
    mark = layout.mark[part]
    soft = (mark > max(24.0, 0.2 * strength)).view(np.uint8)
    core = (mark > 0.45 * strength).view(np.uint8)
    beside = cv2.dilate(core, np.ones((15, 15), np.uint8)) > cv2.dilate(soft, np.ones((5, 5), np.uint8))
    beside &= layout.inside[part]
    if np.count_nonzero(beside) < _LEAST:
        return Ringing()
    far = (cv2.dilate(core, np.ones((33, 33), np.uint8)) == 0) & layout.inside[part]
    bends = cv2.Laplacian(cv2.GaussianBlur(layout.gray[part], (0, 0), 0.7), cv2.CV_16S)
    heights = np.asarray(cv2.convertScaleAbs(bends, alpha=_FINER), np.uint8)
    if np.count_nonzero(far) > _LEAST and _height(heights, far, 0.9) > _CALM:
        return Ringing()
    return Ringing(_height(heights, beside, 0.9), _height(heights, beside, 0.97))


def _height(heights: Channel, where: Mask, share: float) -> float:
    """The height below which this share of the chosen places lies."""
    counts = np.cumsum(cv2.calcHist([heights], [0], where.view(np.uint8), [256], [0, 256]).ravel())
    return float(np.searchsorted(counts, counts[-1] * share)) / _FINER


def _densest(layout: Layout) -> tuple[slice, slice]:
    """The part of the page with most print."""
    height, width = layout.gray.shape
    size = (max(1, width // _COARSE), max(1, height // _COARSE))
    small = cv2.resize(layout.printed.view(np.uint8) * np.uint8(255), size, interpolation=cv2.INTER_AREA)
    reach = _WINDOW // _COARSE
    dense: Channel = np.asarray(cv2.blur(small, (reach, reach), borderType=cv2.BORDER_CONSTANT), np.uint8)
    row, column = np.unravel_index(int(dense.argmax()), dense.shape)
    top = max(0, min(int(row) * _COARSE - _WINDOW // 2, height - _WINDOW))
    left = max(0, min(int(column) * _COARSE - _WINDOW // 2, width - _WINDOW))
    return slice(top, top + _WINDOW), slice(left, left + _WINDOW)
