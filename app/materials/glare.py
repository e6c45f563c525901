"""Spots where a lamp or the flash shines back from the paper and takes the print away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Channel, Layout

Cells = NDArray[np.float32]
Where = NDArray[np.bool_]
Box = tuple[float, float, float, float]

_CELLS = 100
"""Cells along the longer side of the page."""
_REACH = 30
"""Cells within which print must stand on three sides of a spot that is said to have lost its own."""
_LEAST_CELLS = 12


@dataclass(frozen=True)
class Spot:
    """One place without print among print."""

    share: float
    """Part of the sheet that it takes."""
    rise: float
    """By how much the paper is lighter in it than around it, in levels of 255."""
    glow: float
    """The same against how unevenly the paper around it is lit."""
    white: float
    """Part of it that is white to the end of the scale, less that of the paper around."""
    faded: float
    """Part of its border in which print is fading."""
    box: Box


def spots(layout: Layout) -> list[Spot]:
    """Places among print where print is missing or faded, with what tells a shine from an empty place."""
    if not layout.content:
        return []
    size = max(8, max(layout.gray.shape) // _CELLS)
    strength = _most(layout.mark, size)
    light = _mean(layout.under, size)
    white = (_mean(((layout.gray >= 252) * np.uint8(255)).astype(np.uint8), size) / 255).astype(np.float32)
    on_sheet = _mean(layout.inside.view(np.uint8) * np.uint8(255), size) > 250
    inked = _mean(layout.printed.view(np.uint8) * np.uint8(255), size) > 6
    if int(inked.sum()) < 40:
        return []
    usual = float(np.percentile(strength[inked], 60))
    strong = inked & (strength > 0.6 * usual)
    weak = ((strength < 0.5 * usual) & on_sheet & _among(strong)).astype(np.uint8)
    weak = np.asarray(cv2.morphologyEx(weak, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)), np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=4)
    found = []
    for label in range(1, number):
        if stats[label, cv2.CC_STAT_AREA] < _LEAST_CELLS:
            continue
        found.append(
            _spot(
                np.asarray(labels == label),
                (strength / usual).astype(np.float32),
                light,
                white,
                on_sheet,
                np.asarray(stats[label], np.int32),
            )
        )
    return found


def worst_of(found: list[Spot]) -> Spot | None:
    """The spot that most likely is a shine."""
    return max(found, key=lambda spot: spot.share * (0.05 + max(spot.white, 0.0) + 0.2 * spot.faded), default=None)


def _spot(here: Where, strength: Cells, light: Cells, white: Cells, on_sheet: Where, stats: NDArray[np.int32]) -> Spot:
    near = cv2.dilate(here.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool) & ~here & on_sheet
    core = cv2.erode(here.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    core = core if core.sum() >= 4 else here
    around = light[near] if near.any() else light[here]
    rise = float(np.percentile(light[core], 60) - np.median(around))
    glow = rise / (1.0 + float(np.std(around)))
    faint = here & (strength > 0.1) & (strength < 0.5)
    left, top, width, height = (int(stats[i]) for i in range(4))
    rows, columns = here.shape
    box = (left / columns, top / rows, (left + width) / columns, (top + height) / rows)
    return Spot(
        share=float(here.sum()) / max(1, int(on_sheet.sum())),
        rise=rise,
        glow=glow,
        white=float(white[core].mean() - (white[near].mean() if near.any() else 0.0)),
        faded=float(faint.sum()) / max(1.0, 3.5 * float(here.sum()) ** 0.5),
        box=(round(box[0], 3), round(box[1], 3), round(min(box[2], 1.0), 3), round(min(box[3], 1.0), 3)),
    )


def _among(strong: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells that have print on at least three of their four sides, not far off."""
    cells = strong.astype(np.uint8)
    sides = np.zeros(cells.shape, np.uint8)
    for kernel, anchor in (
        (np.ones((1, _REACH), np.uint8), (0, 0)), (np.ones((1, _REACH), np.uint8), (_REACH - 1, 0)),
        (np.ones((_REACH, 1), np.uint8), (0, 0)), (np.ones((_REACH, 1), np.uint8), (0, _REACH - 1)),
    ):  # fmt: skip
        sides += np.asarray(cv2.dilate(cells, kernel, anchor=anchor, borderValue=0), np.uint8)
    return sides >= 3


def _whole_cells(channel: Channel, size: int) -> Channel:
    height, width = (side // size * size for side in channel.shape)
    return channel[:height, :width]


def _most(channel: Channel, size: int) -> Cells:
    part = _whole_cells(channel, size)
    rows = part.reshape(part.shape[0] // size, size, part.shape[1]).max(axis=1)
    return rows.reshape(rows.shape[0], -1, size).max(axis=2).astype(np.float32)


def _mean(channel: Channel, size: int) -> Cells:
    part = _whole_cells(channel, size)
    small = cv2.resize(part, (part.shape[1] // size, part.shape[0] // size), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32)
