"""How the rules of a page run: the lines of a table and of ruled paper, which no words need to bear out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from app.materials.layout import Layout, widened

_BINS = 90
"""Directions that are told apart; what runs across and what runs down a table differ by a quarter turn and are one."""
_NEAR = 2
"""Degrees within which rules run alike."""
_FEWEST = 400
"""Pixels of rules, at half the size, below which there are none."""


@dataclass(frozen=True)
class Rules:
    """The usual direction of rules, in degrees clockwise from -45 to 45, and the part of their edges that has it."""

    angle: float = 0.0
    share: float = 0.0


def rules_of(layout: Layout) -> Rules:
    """Ask every edge of a rule how it runs, by the slope of light across it."""
    part = widened(layout.part, 8)
    rules = (layout.inked[part] & ~layout.printed[part]).view(np.uint8)
    printed = cv2.dilate(layout.printed[part].view(np.uint8), np.ones((5, 5), np.uint8))
    rules = np.asarray(cv2.subtract(rules, printed), np.uint8)[::2, ::2]
    small = cv2.resize(layout.gray[part], rules.shape[::-1], interpolation=cv2.INTER_AREA)
    dx, dy = (slope.ravel().astype(np.float32) for slope in cv2.spatialGradient(cv2.GaussianBlur(small, (0, 0), 1.0)))
    steep = np.flatnonzero(rules.ravel() & (np.hypot(dx, dy) > 40))
    if len(steep) < _FEWEST:
        return Rules()
    turns = np.degrees(np.arctan2(dy[steep], dx[steep])) % _BINS
    counts = np.bincount(turns.astype(np.intp) % _BINS, minlength=_BINS).astype(np.float64)
    near = sum(np.roll(counts, step) for step in range(-_NEAR, _NEAR + 1))
    best = int(np.asarray(near).argmax())
    apart = (turns - best - 0.5 + _BINS / 2) % _BINS - _BINS / 2
    angle = best + 0.5 + float(np.median(apart[np.abs(apart) <= _NEAR + 0.5]))
    return Rules((angle + 45) % 90 - 45, float(np.asarray(near)[best] / len(steep)))
