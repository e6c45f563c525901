"""What of the marks on a pale page is written, and what is only a fold, a crease or a speck in a shadow."""

from __future__ import annotations

import numpy as np

from app.materials.layout import FloatPixels, Layout, connected

_AROUND = 1 / 25
"""Reach, in parts of the page, within which a mark is compared with what lies beside it."""
_ASIDE = 1 / 400
"""How far a crease departs from the straight line that it follows."""
_ON_LINE = 0.75
"""Part of the ink around a mark that lies on one straight line, from which the mark belongs to a crease. A line of
print is higher than a crease is wide, so of print less than half does."""
_MOST = 400
"""Marks that tell as much as all."""


def written_marks(layout: Layout) -> float:
    """How many marks lie beside others otherwise than along one straight line, as strokes of writing do."""
    longest = max(layout.gray.shape)
    inked = layout.inked.view(np.uint8)
    stats = connected(inked)[1]
    marks = np.flatnonzero(np.maximum(stats[:, 2], stats[:, 3]) >= max(8, longest // 200))
    marks = marks[marks > 0]
    if not len(marks):
        return 0.0
    number = len(marks)
    marks = marks[:: -(-number // _MOST)]
    reach, aside = round(_AROUND * longest), _ASIDE * longest
    found = 0
    for left, top, wide, tall, _area in stats[marks].tolist():
        x, y = left + wide // 2, top + tall // 2
        across, down = max(reach, wide // 2), max(reach, tall // 2)
        around = inked[max(0, y - down) : y + down + 1, max(0, x - across) : x + across + 1]
        found += not _is_straight(np.argwhere(around).astype(np.float32), aside)
    return found * number / len(marks)


def _is_straight(places: FloatPixels, aside: float) -> bool:
    """Whether nearly all of these places lie on one line, whichever way it runs."""
    away = places - np.median(places, axis=0)
    _, directions = np.linalg.eigh(away.T @ away)
    return bool((np.abs(away @ directions[:, 0]) < aside).mean() >= _ON_LINE)
