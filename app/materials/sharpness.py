"""How sharp the print on a page is: the spread of its edges, in the direction in which it is worst."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import FloatPixels, Layout, Mask, halved, quantile, widened

_REACH = 10
"""Pixels on either side within which an edge is taken to be whole."""
_TILE = 200
_PARTS = 3
"""The page is tasted in 3 by 3 parts, each where it holds most print."""
_STEPS = ((1, 0), (0, 1), (1, 1), (1, -1))

Tile = tuple[int, int, int, int]


def edge_width(layout: Layout) -> tuple[float, dict[Tile, float]]:
    """The spread of edges in pixels of the working size, as the standard deviation of the blur that explains it.

    An edge of contrast C blurred by a Gaussian of deviation s has a steepest slope of C / (s * sqrt(2 pi)); so contrast
    over slope, which does not depend on how dark the ink is, tells s. Motion spoils one direction only, hence the worst
    of four. Also answers the spread at each place that was tasted, as left, top, right, bottom.
    """
    # Grain makes slopes steep where there is no edge; what smoothing adds to the spread is taken off again.
    smoothing = 0.6 + 0.25 * min(layout.noise, 5.0)
    found: list[list[FloatPixels]] = [[] for _ in _STEPS]
    places: dict[Tile, float] = {}
    for left, top, right, bottom in _tiles(layout):
        tile = layout.gray[top:bottom, left:right].astype(np.float32)
        gray = np.asarray(cv2.GaussianBlur(tile, (0, 0), smoothing), np.float32)
        inked = layout.inked[top:bottom, left:right].view(np.uint8)
        near = cv2.dilate(inked, np.ones((5, 5), np.uint8)).view(bool) & layout.inside[top:bottom, left:right]
        here = [_edges_along(gray, near, step, layout.noise) for step in _STEPS]
        for kept, edges in zip(found, here, strict=True):
            kept.append(edges)
        spread = _worst(here, smoothing, at_least=25)
        if spread:
            places[(left, top, right, bottom)] = spread
    return _worst([np.concatenate(kept, axis=1) for kept in found if kept], smoothing, at_least=60), places


def _tiles(layout: Layout) -> Iterator[Tile]:
    """Where to taste: in each part of the page the place with most print."""
    height, width = layout.gray.shape
    # Of 240 levels a half, a quarter and so on are whole numbers.
    quarter = halved(halved(layout.inked.view(np.uint8) * np.uint8(240))).astype(np.float32) / 240
    small = cv2.resize(quarter, (max(1, width // 20), max(1, height // 20)), interpolation=cv2.INTER_AREA)
    # A page of print all over is tasted where it is densest, a seal or a signature where it is.
    dense = cv2.boxFilter(small, -1, (_TILE // 20, _TILE // 20), normalize=False, borderType=cv2.BORDER_CONSTANT)
    rows, columns = dense.shape
    for row in range(_PARTS):
        for column in range(_PARTS):
            y0, y1 = row * rows // _PARTS, max(row * rows // _PARTS + 1, (row + 1) * rows // _PARTS)
            x0, x1 = column * columns // _PARTS, max(column * columns // _PARTS + 1, (column + 1) * columns // _PARTS)
            part = dense[y0:y1, x0:x1]
            if part.size == 0 or part.max() < 0.3:
                continue
            y, x = np.unravel_index(int(part.argmax()), part.shape)
            left = int(np.clip((x0 + x + 0.5) * 20 - _TILE / 2, 0, max(0, width - _TILE)))
            top = int(np.clip((y0 + y + 0.5) * 20 - _TILE / 2, 0, max(0, height - _TILE)))
            yield left, top, min(width, left + _TILE), min(height, top + _TILE)


def _edges_along(gray: FloatPixels, near: Mask, step: tuple[int, int], noise: float) -> FloatPixels:
    """Contrast and steepest slope of every edge that runs across this direction."""
    dx, dy = step
    line = _line_along(step)
    slope = np.zeros_like(gray)
    height, width = gray.shape
    here = gray[max(0, -dy) : height - max(0, dy), : width - dx]
    there = gray[max(0, dy) : height + min(0, dy) or None, dx:]
    cv2.absdiff(there, here, dst=slope[max(0, dy) : height + min(0, dy) or None, dx:])
    contrast = cv2.subtract(cv2.dilate(gray, line), cv2.erode(gray, line))
    steepest = cv2.dilate(slope, line)
    chosen = np.flatnonzero(near & (slope >= 0.999 * steepest) & (contrast > max(10.0, 6.0 * noise)))
    found = np.empty((2, len(chosen)), np.float32)
    found[0] = contrast.ravel()[chosen]
    found[1] = steepest.ravel()[chosen] / np.float32(math.hypot(dx, dy))
    return found


@cache
def _line_along(step: tuple[int, int]) -> NDArray[np.uint8]:
    """The pixels within reach in this direction, as a kernel; as few as there are, each costs time."""
    dx, dy = step
    if 0 in step:
        return np.ones((1, 2 * _REACH + 1) if dx else (2 * _REACH + 1, 1), np.uint8)
    line = np.eye(2 * round(_REACH / 2**0.5) + 1, dtype=np.uint8)
    return line if dx == dy else np.ascontiguousarray(line[::-1])


def _worst(directions: list[NDArray[np.float32]], smoothing: float, *, at_least: int) -> float:
    worst = 0.0
    for contrast, steepest in directions:
        if len(contrast) < at_least:
            continue
        strong = np.flatnonzero(contrast > 0.5 * quantile(contrast, 0.9))
        ratio = contrast[strong] / np.maximum(steepest[strong], 1e-3)
        worst = max(worst, quantile(ratio, 0.4) / 2.507)
    return max(worst**2 - smoothing**2 + 0.36, 0.36) ** 0.5 if worst else 0.0


def evenness(layout: Layout) -> float:
    """How evenly the strokes' edges run in all directions, from 0 (one direction only) to 1; motion takes one away.

    The ratio of the smaller to the larger eigenvalue of the structure tensor over the print, without long rules.
    """
    part = widened(layout.part, 8)
    near = cv2.dilate(layout.printed[part].view(np.uint8), np.ones((7, 7), np.uint8))
    near = cv2.bitwise_and(near, layout.inside[part].view(np.uint8))
    known = cv2.countNonZero(near)
    if known < 400:
        return 1.0
    at = np.flatnonzero(near.view(bool))
    at = at[:: max(1, known // 60_000)]
    slopes = cv2.spatialGradient(cv2.GaussianBlur(layout.gray[part], (0, 0), 0.8))
    dx, dy = (slope.ravel()[at].astype(np.float32) for slope in slopes)
    xx, yy, xy = float(np.dot(dx, dx)), float(np.dot(dy, dy)), float(np.dot(dx, dy))
    middle, spread = (xx + yy) / 2, float(np.hypot((xx - yy) / 2, xy))
    return (middle - spread) / max(middle + spread, 1e-6)
