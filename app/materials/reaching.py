"""How near the lines of a page come to the edges of its picture: what the reader finds knows no wood and no marble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.materials.layout import Layout
from app.materials.recognition import Quad, find_lines, sides_of

FINDING_SIDE = 736
"""Pixels of the longer side at which lines are found where only their places are asked."""
_AT_EDGE = 0.3
"""Part of its height within which a line that is cut comes to the edge."""


@dataclass(frozen=True)
class Reach:
    """Where lines end. `off` is how far the nearest is from any edge, as part of the picture's longer side, 1 where
    there are none; `cut` is how many of all `lines` run out of the side where most do."""

    off: float = 1.0
    cut: int = 0
    lines: int = 0


NOWHERE = Reach()
"""Of a page on which no line was found."""


def reach_on(layout: Layout) -> Reach:
    """How far the lines that the reader finds on a page reach; this costs as much as all else."""
    return reach_of(find_lines(layout.colours, side=FINDING_SIDE, fine=False), layout.gray.shape)


def reach_of(quads: Sequence[Quad], shape: Sequence[int]) -> Reach:
    """How far these lines reach in a picture of this height and width."""
    if not quads:
        return NOWHERE
    height, width = shape[:2]
    corners = np.stack(list(quads))
    across, down = corners[:, :, 0], corners[:, :, 1]
    gaps = np.stack([across.min(1), width - across.max(1), down.min(1), height - down.max(1)])
    high = np.array([min(sides_of(quad)) for quad in quads])
    return Reach(float(gaps.min()) / max(height, width), int((gaps < _AT_EDGE * high).sum(axis=1).max()), len(corners))
