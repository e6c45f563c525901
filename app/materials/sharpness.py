"""How sharp the print on a page is: the spread of its edges, in the direction in which it is worst."""

from __future__ import annotations

import cv2
import numpy as np

from app.materials.layout import FloatPixels, Layout

_REACH = 10
"""Pixels on either side within which an edge is taken to be whole."""


def edge_width(layout: Layout) -> float:
    """The spread of edges in pixels of the working size, as the standard deviation of the blur that explains it.

    An edge of contrast C blurred by a Gaussian of deviation s has a steepest slope of C / (s * sqrt(2 pi)); so contrast
    over slope, which does not depend on how dark the ink is, tells s. Motion spoils one direction only, hence the worst
    of four.
    """
    # Grain makes slopes steep where there is no edge; what smoothing adds to the spread is taken off again.
    smoothing = 0.6 + 0.25 * min(layout.noise, 5.0)
    gray = np.asarray(cv2.GaussianBlur(layout.gray, (0, 0), smoothing), dtype=np.float32)
    near = cv2.dilate(layout.inked.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool) & layout.inside
    widths = []
    for step in ((1, 0), (0, 1), (1, 1), (1, -1)):
        width = _width_along(gray, near, step, layout.noise)
        if width is not None:
            widths.append(width)
    worst = max(widths, default=0.0)
    return max(worst**2 - smoothing**2 + 0.36, 0.36) ** 0.5 if worst else 0.0


def _width_along(gray: FloatPixels, near: np.ndarray, step: tuple[int, int], noise: float) -> float | None:
    dx, dy = step
    length = float(np.hypot(dx, dy))
    line = np.zeros((2 * _REACH + 1, 2 * _REACH + 1), np.uint8)
    reach = round(_REACH / length)
    for t in range(-reach, reach + 1):
        line[_REACH + dy * t, _REACH + dx * t] = 1
    shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    slope = np.abs(cv2.warpAffine(gray, shift, gray.shape[::-1], borderMode=cv2.BORDER_REPLICATE) - gray) / length
    contrast = cv2.dilate(gray, line) - cv2.erode(gray, line)
    steepest = cv2.dilate(slope, line)
    chosen = near & (slope >= 0.999 * steepest)
    floor = max(10.0, 6.0 * noise)
    chosen &= contrast > floor
    if int(chosen.sum()) < 60:
        return None
    strong = chosen & (contrast > 0.5 * float(np.percentile(contrast[chosen], 90)))
    ratio = contrast[strong] / np.maximum(steepest[strong], 1e-3)
    return float(np.percentile(ratio, 40)) / 2.507


def evenness(layout: Layout) -> float:
    """How evenly the strokes' edges run in all directions, from 0 (one direction only) to 1; motion takes one away.

    The ratio of the smaller to the larger eigenvalue of the structure tensor over the print, without long rules.
    """
    gray = cv2.GaussianBlur(layout.gray, (0, 0), 0.8)
    near = cv2.dilate(layout.printed.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & layout.inside
    if int(near.sum()) < 400:
        return 1.0
    dx, dy = cv2.Sobel(gray, cv2.CV_32F, 1, 0)[near], cv2.Sobel(gray, cv2.CV_32F, 0, 1)[near]
    xx, yy, xy = float(np.dot(dx, dx)), float(np.dot(dy, dy)), float(np.dot(dx, dy))
    middle, spread = (xx + yy) / 2, float(np.hypot((xx - yy) / 2, xy))
    return (middle - spread) / max(middle + spread, 1e-6)
