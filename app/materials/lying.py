"""Whether a whole sheet lies in the picture, apart from all of its edges: then it is a paper, and nothing of it is cut.

Cloth, wood and stone run out of a picture with marks of the size of print, and a sheet on which nothing can be read
looks like anything. Looking for the sheet itself costs much, and is left to pages that are about to be refused for it.
"""

from __future__ import annotations

import cv2
import numpy as np

from app.materials.layout import Layout
from app.materials.outlines import find_outline

_APART = 0.02
"""Part of the picture's side by which the sheet must stand off."""
_LEAST = 0.2
"""Part of the picture that it must take: a smaller one is a card, a button or a frame in a picture."""
_COLOURED = 45.0
"""Levels between the strongest and the weakest colour that no paper reaches."""


def sheet_apart(layout: Layout) -> float:
    """How sure it is that a sheet lies apart from all edges, from 0 to 1; 0 where none does."""
    found = find_outline(layout.colours)
    if found is None:
        return 0.0
    corners = found.corners
    if corners.min() < _APART or corners.max() > 1 - _APART:
        return 0.0
    height, width = layout.gray.shape
    inside = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(inside, np.round(corners * (width, height)).astype(np.int32), 1)
    ground = np.median(layout.colours[inside > 0], axis=0)
    if inside.mean() < _LEAST or float(ground.max() - ground.min()) > _COLOURED:
        return 0.0
    return found.confidence
