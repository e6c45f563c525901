"""Straight edges in a picture that may be those of a sheet, and how much each point looks like paper."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint8]
Lamp = tuple[float, float]
"""How far its light is from grey, towards red and towards yellow."""

_MOST_LINES = 36


def paperness(picture: Pixels, *, lamp: Lamp | None = None) -> Floats:
    """How much each point looks like paper: light, and without colour other than that of the lamp."""
    light, a, b = cv2.split(_lab(picture))
    red, yellow = lamp or lamp_over(picture)
    colour = cv2.magnitude(np.subtract(a, np.float32(red)), np.subtract(b, np.float32(yellow)))
    return np.asarray(2.55 * (light - 0.7 * np.maximum(colour - 2.0, 0.0)), dtype=np.float32)


def lamp_over(picture: Pixels) -> Lamp:
    """The colour of the light. The lamp colours everything alike: what is lightest shows its colour."""
    some = _lab(np.ascontiguousarray(picture[::2, ::2])).reshape(-1, 3)  # a quarter of the points tell it
    bright = some[some[:, 0] >= np.percentile(some[:, 0], 80)]
    return float(np.median(bright[:, 1])), float(np.median(bright[:, 2]))


def _lab(picture: Pixels) -> Floats:
    return np.asarray(cv2.cvtColor(np.multiply(picture, 1 / 255.0, dtype=np.float32), cv2.COLOR_RGB2Lab), np.float32)


def reduced(picture: Pixels, side: int) -> Pixels:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return picture
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    way = cv2.INTER_AREA if scale < 0.65 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=way), dtype=np.uint8)


def without_print(light: Floats) -> Floats:
    """The sheet without what is printed on it: thin dark marks are closed, the edge of the sheet stays where it is."""
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    return np.asarray(cv2.medianBlur(np.asarray(closed, dtype=np.float32), 5), dtype=np.float32)


def straight_lines(calm: Floats, small: Pixels) -> Floats:
    """Straight lines in the picture, longest first, as (x, y) of a point on them and their direction (dx, dy)."""
    finder = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)
    gathered = []
    gray = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.0)
    for channel in (np.clip(0.85 * calm + 35, 0, 255).astype(np.uint8), gray):
        segments = finder.detect(channel)[0]
        if segments is not None:
            gathered.append(segments.reshape(-1, 4))
    segments = np.concatenate([np.zeros((0, 4), np.float32), *gathered])
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    longest = max(calm.shape)
    kept = lengths > 0.035 * longest
    segments, lengths = segments[kept], lengths[kept]
    if not len(segments):
        return segments
    return _merged(segments, lengths * _beside_paper(segments, lengths, calm), longest)


def _beside_paper(segments: Floats, lengths: Floats, calm: Floats) -> Floats:
    """How light the lighter side of each piece is, from 0 to 1: on a striped cloth most lines are not of paper."""
    along = (segments[:, 2:] - segments[:, :2]) / np.maximum(lengths, 1e-6)[:, None]
    aside = 4.0 * np.stack([-along[:, 1], along[:, 0]], axis=1)
    levels = np.zeros(len(segments))
    for part in (0.25, 0.5, 0.75):
        place = segments[:, :2] + part * (segments[:, 2:] - segments[:, :2])
        levels += np.fmax(values_at(calm, (place + aside)[None]), values_at(calm, (place - aside)[None]))[0] / 3
    light = np.nan_to_num(levels, nan=0.0) / max(float(np.percentile(calm, 97)), 1.0)
    return np.asarray(np.clip(light, 0.05, 1.0) ** 1.5)


def _merged(segments: Floats, weights: Floats, longest: int) -> Floats:
    """Segments that lie on one line made one; the lines with most to show for themselves first."""
    middles = (segments[:, :2] + segments[:, 2:]) / 2
    directions = segments[:, 2:] - segments[:, :2]
    directions = directions / np.maximum(np.linalg.norm(directions, axis=1), 1e-6)[:, None]
    lines: list[tuple[float, NDArray[np.float32]]] = []
    free = np.ones(len(segments), bool)
    for index in np.argsort(-weights):
        if not free[index]:
            continue
        dx, dy = directions[index]
        aside = np.abs((middles - middles[index]) @ np.array([-dy, dx]))
        alike = np.abs(directions @ np.array([dx, dy])) > 0.9986  # 3 degrees
        # A short piece tells its direction badly, a long one well.
        near = free & alike & (aside < 0.006 * longest)
        free &= ~near
        points = segments[near].reshape(-1, 2)
        twice = np.repeat(weights[near], 2)
        total = float(weights[near].sum())
        centre = twice @ points / (2 * total)
        x, y = (points - centre).T
        # The direction in which the points are spread widest.
        turn = 0.5 * np.arctan2(2 * float(twice @ (x * y)), float(twice @ (x * x - y * y)))
        direction = (np.cos(turn), np.sin(turn)) if len(points) > 2 else (dx, dy)
        lines.append((total, np.array([*centre, *direction], np.float32)))
    lines.sort(key=lambda line: -line[0])
    return np.array([line for _, line in lines[:_MOST_LINES]], dtype=np.float32).reshape(-1, 4)


def values_at(values: Floats, points: Floats) -> Floats:
    """The values at these points; not a number outside."""
    xs, ys = points[..., 0].astype(np.float32), points[..., 1].astype(np.float32)
    return np.asarray(
        cv2.remap(values, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=float("nan"))
    )
