"""Print so faint that no mark of it counts: raised above the grain of the paper, it still stands in rows. What shines
through from the back of a sheet stands in rows too, but is read in a mirror."""

from __future__ import annotations

import cv2
import numpy as np

from app.materials.layout import Channel, FloatPixels, Layout
from app.materials.recognition import cut_out, find_lines, rows_among, rows_of, sureness

_FINE, _WIDE = 0.8, 2.2
"""Between these widths, in pixels of the working size, lie the strokes of print: grain is finer, and a shadow, a fold
and what shows through from the back are wider."""
_RAISED = 25.0
"""Levels by which one deviation of the grain is made to show."""
_LEAST_GRAIN = 0.35
"""Paper that is smoother is as even as its levels can say."""
_LOOKED_AT = 736
"""Pixels of the side at which rows are looked for."""
_STRETCHED = 14.0
"""Times by which faint marks are made to stand out for the reader."""
_READ = 6
"""Rows that are read both ways."""


def faint_rows(layout: Layout) -> int:
    """How many rows stand on what seems to be an empty page, once its faintest marks are made to show."""
    return rows_among(find_lines(np.repeat(_raised(layout)[..., None], 3, axis=2), side=_LOOKED_AT, fine=False))


def mirrored(layout: Layout) -> float:
    """By how much surer the longest rows of a pale page are read in a mirror, from -1 to 1; 0 where there are none."""
    soft = _smoothed(layout.gray.astype(np.float32), 1.0)
    shown = np.clip(230.0 + _STRETCHED * (soft - layout.under), 0, 255).astype(np.uint8)
    page = np.repeat(shown[..., None], 3, axis=2)
    rows = [cut_out(page, quad) for quad in rows_of(find_lines(page, side=_LOOKED_AT, fine=False))[:_READ]]
    return float(np.mean([sureness(row[:, ::-1]) - sureness(row) for row in rows])) if rows else 0.0


def _raised(layout: Layout) -> Channel:
    """The sheet with what is as fine as print made to stand out from its grain; folds are as strong as that at most."""
    gray = layout.gray.astype(np.float32)
    fine = _smoothed(gray, _FINE) - _smoothed(gray, _WIDE)
    inside = cv2.erode(layout.inside.view(np.uint8), np.ones((9, 9), np.uint8)).view(bool)
    some = np.abs(fine[::3, ::3][inside[::3, ::3]])
    grain = max(1.48 * float(np.median(some)), _LEAST_GRAIN) if some.size else _LEAST_GRAIN
    raised = np.clip(230.0 + fine * (_RAISED / grain), 0, 255).astype(np.uint8)
    raised[~inside] = 230
    return np.asarray(raised, np.uint8)


def _smoothed(gray: FloatPixels, width: float) -> FloatPixels:
    return np.asarray(cv2.GaussianBlur(gray, (0, 0), width), np.float32)
