"""Spots where a lamp or the flash shines back from the paper and takes the print away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Channel, Layout, darkest_of, halved, quantile

Cells = NDArray[np.float32]
Where = NDArray[np.bool_]
Box = tuple[float, float, float, float]

_CELLS = 100
"""Cells along the longer side of the page."""
_REACH = 30
"""Cells within which print must stand on three sides of a spot that is said to have lost its own."""
_LEAST_CELLS = 12
_BURNT_LEAST, _BURNT_MOST = 0.004, 0.3
_BURNT_PAPER = 246.0
"""Light of the paper around a burnt place, at most; where all is near white, nothing is burnt."""
_BURNT_BORDER = 0.35
"""How far the light has risen, on the way from that paper to white, right beside the place."""


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
    bare: float
    """Part of its middle in which nothing is left; pale writing is as faint in its middle as at its border."""
    solid: float
    """Part of its hull that it fills; what a frame encloses beside its print fills less of it than a shine."""
    box: Box


def spots(layout: Layout) -> list[Spot]:
    """Places among print where print is missing or faded, with what tells a shine from an empty place."""
    if not layout.content:
        return []
    size = max(8, max(layout.gray.shape) // _CELLS)
    strength = _most(layout.mark, size)
    light = _mean(layout.under, size)
    ends = cv2.threshold(layout.gray, 251, 255, cv2.THRESH_BINARY)[1]
    white = (_mean(np.asarray(ends, np.uint8), size) / 255).astype(np.float32)
    on_sheet = _mean(layout.inside.view(np.uint8) * np.uint8(255), size) > 250
    inked = _mean(layout.inked.view(np.uint8) * np.uint8(255), size) > 6
    if int(inked.sum()) < 40:
        return []
    usual = quantile(strength[inked], 0.6)
    strong = on_sheet & (strength > 0.6 * usual)  # rules too: in a table they run where nothing is written
    empty = strength[on_sheet & ~strong]
    grain = 2.0 * quantile(empty, 0.5) if empty.size else 0.0
    weak = ((strength < 0.5 * usual) & on_sheet & _among(strong)).astype(np.uint8)
    weak = np.asarray(cv2.morphologyEx(weak, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)), np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=4)
    relative = (np.where(strength > grain, strength, 0) / usual).astype(np.float32)
    found = []
    for label in range(1, number):
        if stats[label, cv2.CC_STAT_AREA] < _LEAST_CELLS:
            continue
        found.append(
            _spot(
                np.asarray(labels == label),
                relative,
                light,
                white,
                on_sheet,
                np.asarray(stats[label], np.int32),
            )
        )
    return found


def worst_of(found: list[Spot]) -> Spot | None:
    """The spot that most likely is a shine."""
    return max(found, key=_weight, default=None)


def _weight(spot: Spot) -> float:
    """A gap between paragraphs is as white as a shine; only around a shine does print fade or paper lighten."""
    lighter = max(spot.white, 0.0) * (1.0 if spot.rise >= 2 else 0.2)
    return spot.share * (0.02 + lighter + 0.5 * min(spot.faded, 1.0) * spot.bare)


def darkest_small(layout: Layout) -> Channel:
    """The darkest colour at a quarter of the size: light that burns is white, and of coloured paper the darkest colour
    tells best how far it is from that."""
    return darkest_of(halved(layout.halved))


def burnt(layout: Layout, small: Channel) -> tuple[float, Box, float]:
    """The largest place that is burnt white on paper that is not, as part of the sheet: a flash leaves it, with or
    without print under it. Its border is soft; that of a white label or of the sheet itself is not. Also answers the
    light of the paper around it."""
    nothing = (0.0, 0.0, 0.0, 0.0)
    size = (small.shape[1], small.shape[0])
    sheet = cv2.resize(layout.inside.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    white = cv2.bitwise_and(cv2.threshold(small, 250, 1, cv2.THRESH_BINARY)[1], sheet)
    white = cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(white)
    if number < 2:
        return 0.0, nothing, 0.0
    label = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    share = float(stats[label, cv2.CC_STAT_AREA]) / max(1, int(sheet.sum()))
    if not _BURNT_LEAST < share < _BURNT_MOST:
        return 0.0, nothing, 0.0
    here = (labels == label).astype(np.uint8)
    reach = max(size) // 24
    near = cv2.dilate(here, np.ones((5, 5), np.uint8))
    wide = cv2.dilate(here, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    wider = cv2.dilate(wide, np.ones((reach + 1, reach + 1), np.uint8))
    beside, around = (near > here) & (sheet > 0), (wider > wide) & (sheet > 0)
    if int(around.sum()) < 0.4 * int((wider > wide).sum()):
        return 0.0, nothing, 0.0  # not in the sheet
    paper, border = float(np.percentile(small[around], 70)), float(np.median(small[beside]))
    if paper > _BURNT_PAPER or border < paper + _BURNT_BORDER * (255 - paper):
        return 0.0, nothing, 0.0
    left, top, wide_, tall = (int(stats[label, at]) for at in range(4))
    box = (left / size[0], top / size[1], (left + wide_) / size[0], (top + tall) / size[1])
    return share, (round(box[0], 3), round(box[1], 3), round(box[2], 3), round(box[3], 3)), paper


def _spot(here: Where, strength: Cells, light: Cells, white: Cells, on_sheet: Where, stats: NDArray[np.int32]) -> Spot:
    near = cv2.dilate(here.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool) & ~here & on_sheet
    core = cv2.erode(here.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    core = core if core.sum() >= 4 else here
    around = light[near] if near.any() else light[here]
    rise = quantile(light[core], 0.6) - quantile(around, 0.5)
    glow = rise / (1.0 + float(np.std(around)))
    faint = here & (strength > 0.1) & (strength < 0.5)
    middle = cv2.erode(here.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    left, top, width, height = (int(stats[i]) for i in range(4))
    rows, columns = here.shape
    box = (left / columns, top / rows, (left + width) / columns, (top + height) / rows)
    return Spot(
        share=float(here.sum()) / max(1, int(on_sheet.sum())),
        rise=rise,
        glow=glow,
        white=float(white[core].mean() - (white[near].mean() if near.any() else 0.0)),
        faded=float(faint.sum()) / max(1.0, 3.5 * float(here.sum()) ** 0.5),
        bare=float((strength[middle] < 0.2).mean()) if middle.sum() >= 4 else 0.5,
        solid=float(here.sum()) / _hull_of(here),
        box=(round(box[0], 3), round(box[1], 3), round(min(box[2], 1.0), 3), round(min(box[3], 1.0), 3)),
    )


def _hull_of(here: Where) -> float:
    """Cells within the hull of these."""
    points = cv2.findNonZero(here.view(np.uint8))
    hull = cv2.fillConvexPoly(np.zeros(here.shape, np.uint8), cv2.convexHull(points), 1)
    return float(cv2.countNonZero(hull))


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
    small = _whole_cells(channel, size)
    rows, columns = (side // size for side in small.shape)
    while small.shape[0] % (2 * rows) == 0 and small.shape[0] > rows:  # by halves, which is quick, as far as it goes
        small = np.asarray(cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    small = np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    return small.astype(np.float32)
