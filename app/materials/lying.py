"""Whether a whole sheet lies in the picture, apart from all of its edges: then it is a paper, and nothing of it is cut.

Cloth, wood and stone run out of a picture with marks of the size of print, and a sheet on which nothing can be read
looks like anything. Looking for the sheet itself costs much, and is left to pages that are about to be refused for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from app.materials.layout import Channel, Layout
from app.materials.outlines import Corners, find_outline

_APART = 0.02
"""Part of the picture's side by which the sheet must stand off."""
_LEAST = 0.2
"""Part of the picture that it must take: a smaller one is a card, a button or a frame in a picture."""
_COLOURED = 45.0
"""Levels between the strongest and the weakest colour that no paper reaches."""
_SURELY_APART = 0.5
"""How sure it must be that one lies so."""
_SOME = 4
"""Every so many pixels are asked for their colour."""


@dataclass(frozen=True)
class Lying:
    """A sheet that lies apart from all edges."""

    sure: float = 0.0
    """How sure that is, from 0 to 1; 0 where none does."""
    ratio: float = 0.0
    """Its longer sides over its shorter ones."""
    corners: Corners | None = None
    """Where it lies."""


def sheet_apart(layout: Layout) -> Lying:
    """Look for the sheet, and whether it lies apart from all edges."""
    found = find_outline(layout.colours)
    if found is None:
        return Lying()
    corners = found.corners
    if corners.min() < _APART or corners.max() > 1 - _APART:
        return Lying()
    height, width = layout.gray.shape
    inside = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(inside, np.round(corners * (width, height)).astype(np.int32), 1)
    if inside.mean() < _LEAST or not has_colour_of_paper(layout.colours[inside > 0][None]):
        return Lying()
    lengths = np.linalg.norm((corners - np.roll(corners, 1, axis=0)) * (width, height), axis=1)
    across, down = lengths[::2].sum(), lengths[1::2].sum()
    return Lying(found.confidence, float(max(across, down) / min(across, down)), corners)


def lies_whole(measures: Mapping[str, float]) -> bool:
    """Whether a whole sheet was found in the picture of these measures."""
    return measures.get("apart", 0.0) > _SURELY_APART


def has_colour_of_paper(page: Channel) -> bool:
    """Whether the ground of this page, in RGB, may be paper."""
    ground = np.median(page[::_SOME, ::_SOME].reshape(-1, 3), axis=0)
    return float(ground.max() - ground.min()) <= _COLOURED
