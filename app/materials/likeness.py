"""Whether a picture shows a paper at all: print on an even ground, and not a face, a view, a desk or a chat."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Boxes, FloatPixels, Layout, quantile

_MOST_BOXES = 260
_FLAT_COLOURS = 6
_COLOURED, _AREA = 12.0, 0.01
"""How far a colour is from grey, and the part of the picture that it takes, where it lies in areas."""
_APART = 1.2
"""How far off, in its own size, the next mark is from one that stands alone."""


@dataclass(frozen=True)
class Likeness:
    """What speaks for a paper and against it."""

    letters: float
    """Marks that stand like print: thin, of the size of characters, on even ground."""
    lettered: float
    """Their part of all marks of that size."""
    candidates: float
    """Marks of that size: writing has many, the folds and stains of an empty sheet few."""
    alone: float
    """Part of the marks that stand like print which stand alone: letters stand in words, those on keys do not."""
    ground: float
    """Part of the picture that is one even ground, the same or slowly changing light and colour."""
    colour: float
    """How far colours spread over the picture, marks aside."""
    light: float
    """Light of the even ground, of 255."""
    tint: float
    """How far the even ground is from grey."""
    cool: float
    """How far it is from grey towards green or blue."""
    hues: float
    """How many colours lie on it in areas, of the six that are told apart."""
    chat: float
    """How much of the picture is bubbles on a flat ground, as in a screenshot of a phone."""


def likeness_of(layout: Layout) -> Likeness:
    """Look for print and for paper."""
    letters, candidates, alone = _letters(layout)
    ground, colour, light, tint, cool, hues = _ground(layout)
    lettered = letters / max(candidates, 1.0)
    return Likeness(letters, lettered, candidates, alone, ground, colour, light, tint, cool, hues, _chat(layout))


def _letters(layout: Layout) -> tuple[float, float, float]:
    """How many marks stand like print, how many marks of that size there are, and which part of the first is alone."""
    longest = max(layout.gray.shape)
    boxes = layout.boxes
    if not len(boxes):
        return 0.0, 0.0, 0.0
    size = np.maximum(boxes[:, 2], boxes[:, 3])
    fit = boxes[(size < longest / 14) & (size > longest / 250)]
    if not len(fit):
        return 0.0, 0.0, 0.0
    number = len(fit)
    if number > _MOST_BOXES:
        fit = fit[np.random.default_rng(1).choice(number, _MOST_BOXES, replace=False)]
    standing = fit[[_stands_like_print(layout, box) for box in fit.tolist()]]
    # Of many marks only some were looked at, and the neighbours of those are among the others.
    alone = _alone(standing, fit) if len(fit) == number else 0.0
    return len(standing) * number / len(fit), float(number), alone


def _alone(standing: Boxes, marks: Boxes) -> float:
    """The part of these marks that have no other beside them, nearer than they are large."""
    if not len(standing):
        return 0.0
    gaps = np.zeros((len(standing), len(marks)))
    for start, size in ((0, 2), (1, 3)):
        here, there = standing[:, None, start], marks[None, :, start]
        apart = np.maximum(there - here - standing[:, None, size], here - there - marks[None, :, size])
        gaps = np.maximum(gaps, apart)
    same = (standing[:, None, :4] == marks[None, :, :4]).all(axis=2)
    nearest = np.where(same, np.inf, gaps).min(axis=1)
    return float((nearest > _APART * np.maximum(standing[:, 2], standing[:, 3])).mean())


def _stands_like_print(layout: Layout, box: list[int]) -> bool:
    """Thin strokes, not a filled patch, with calm paper all around."""
    left, top, width, height, area = box
    if area > 0.8 * width * height and min(width, height) > 5:
        return False
    mark = layout.mark
    inner = mark[top : top + height, left : left + width]
    strength = float(inner.max())
    if strength < 25:
        return False
    gap = 2 + max(width, height) // 16
    y0, y1 = max(0, top - gap), min(mark.shape[0] - 1, top + height + gap - 1)
    x0, x1 = max(0, left - gap), min(mark.shape[1] - 1, left + width + gap - 1)
    ring = np.concatenate([mark[y0, x0:x1], mark[y1, x0:x1], mark[y0:y1, x0], mark[y0:y1, x1]])
    return bool(np.count_nonzero(ring < math.ceil(max(9.0, 0.16 * strength))) > 0.72 * len(ring))


def _ground(layout: Layout) -> tuple[float, float, float, float, float, float]:
    """The part of the picture that is even ground, how far its colours spread, the ground's light and tint, how far
    that is a cool one, and how many colours there are."""
    height, width = layout.gray.shape
    scale = 160 / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.medianBlur(cv2.resize(layout.halved, size, interpolation=cv2.INTER_AREA), 5)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    sheet = cv2.resize(layout.sheet.view(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)
    steps = np.zeros(lab.shape[:2], np.float32)
    for axis in (0, 1):
        change = _largest(np.abs(np.diff(lab, axis=axis)))
        pad = [(0, 1), (0, 0)] if axis == 0 else [(0, 0), (0, 1)]
        steps = np.maximum(steps, np.pad(change, pad))
    calm = cv2.erode((steps < 5.0).astype(np.uint8), np.ones((3, 3), np.uint8)) & sheet.view(np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(calm, connectivity=4)
    if number < 2:
        return 0.0, 99.0, 0.0, 0.0, 0.0, 0.0
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    on_ground = lab[labels == largest]
    middle = np.median(on_ground, axis=0)
    alike = _largest(np.abs(lab[..., 1:] - middle[1:])) < 10
    share = float((alike & sheet & (np.abs(lab[..., 0] - middle[0]) < 60)).sum()) / max(1, int(sheet.sum()))
    chroma = lab[sheet][:, 1:]
    spread = quantile(_largest(np.abs(chroma - np.median(chroma, axis=0))), 0.9)
    aside = middle[1:] - 128
    return share, spread, float(middle[0]), float(np.abs(aside).max()), float((-aside).max()), _hues(chroma - 128)


def _hues(chroma: FloatPixels) -> float:
    """How many of the six colours of the wheel take their part of the picture."""
    strong = chroma[np.hypot(chroma[:, 0], chroma[:, 1]) > _COLOURED]
    around = np.floor(np.arctan2(strong[:, 1], strong[:, 0]) / (np.pi / 3)).astype(np.int32) % 6
    return float((np.bincount(around, minlength=6) > _AREA * len(chroma)).sum())


def _largest(channels: FloatPixels) -> FloatPixels:
    """The largest of the channels at each point."""
    largest = channels[..., 0]
    for which in range(1, channels.shape[-1]):
        largest = np.maximum(largest, channels[..., which])
    return largest


def _chat(layout: Layout) -> float:
    """The part of a tall picture that is exactly two or three flat colours in turn, as only programs draw them."""
    height, width = layout.gray.shape
    ratio = height / max(width, 1)
    if not 1.7 < ratio < 2.4:
        return 0.0
    colours = layout.colours[::4, ::4].reshape(-1, 3) >> 2
    values, counts = np.unique(colours.astype(np.int32) @ np.array([4096, 64, 1]), return_counts=True)
    order = np.argsort(-counts)[:_FLAT_COLOURS]
    shares = counts[order] / len(colours)
    if shares[0] < 0.2:
        return 0.0
    first = _colour(values[order[0]])
    beside = [np.abs(_colour(value) - first).max() == 1 for value in values[order[1:]]]
    if float(shares[1:][beside].sum()) > 0.15:
        return 0.0  # light that changes slowly, not a colour that a program chose
    others = [
        share for value, share in zip(values[order[1:]], shares[1:], strict=True)
        if share > 0.03 and np.abs(_colour(value) - first).max() >= 2 and not _is_a_shade(value, share, values, counts)
    ]  # fmt: skip
    return float(sum(others)) if shares[0] + sum(others) > 0.6 else 0.0


def _is_a_shade(value: int, share: float, values: NDArray[np.int64], counts: NDArray[np.int64]) -> bool:
    """Whether a colour is one of many that pass into each other: one and two steps from it lie others as frequent."""
    apart = np.abs(_colours(values) - _colour(value)).max(axis=1)
    beside = min(int(counts[apart == step].max(initial=0)) for step in (1, 2))
    return 3 * beside > share * int(counts.sum())


def _colours(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack([values // 4096, values // 64 % 64, values % 64], axis=1)


def _colour(value: int) -> np.ndarray:
    return np.array([value // 4096, value // 64 % 64, value % 64])
