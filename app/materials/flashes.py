"""Places that a flash, a lamp or a window has burnt white: much lighter than the paper, with a rim that is soft on all
sides. They may lie over the edge of the sheet or of the picture, and there may be several."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.glare import Box, Where
from app.materials.layout import Channel, Layout, percentile, quantile

_LEAST, _MOST, _MOST_PLACES = 0.004, 0.4, 4
"""Part of the sheet that a burnt place takes, and how many of them are looked at."""
_WHITE, _DIM_WHITE, _BELOW_PEAK = 250.0, 205.0, 6.0
"""Light that is white; the least that may pass for it on a dim picture; how far that lies below the lightest there."""
_ON_SHEET, _BESIDE = 0.05, 25
"""Part of a burnt place that must lie on the sheet, or this near to it: its glow may hide where the sheet begins."""
_PANES = 9
"""Pixels of a quarter of the working size between the panes of one window."""
_DIRECTIONS = 24
_RIM_RISE = 0.2
"""How far the light has risen right beside a burnt place, on the way from the paper around it to white."""
_ALIKE, _PRINT_LEFT = 0.7, 0.75
"""Part of the directions in which the rims of further places must be soft to count, and how dark print is at most."""


@dataclass(frozen=True)
class Flash:
    """What is burnt white."""

    share: float = 0.0
    """Part of the sheet that it takes, with all others of its kind."""
    paper: float = 0.0
    """Light of the paper: of that around it, or of the sheet if that is lighter."""
    soft: float = 0.0
    """Part of the directions in which its rim is soft. That of a white label or of the sheet itself is hard, the edge
    of a shadow is soft on one side only, and what lies at the edge of the picture has no rim there."""
    written: float = 0.0
    """Part of it that is darker: paper in full light keeps its print, burnt paper has lost it."""
    white: float = 0.0
    """The light from which all is said to be white: the end of the scale, or not quite that on a dim picture."""
    boxes: tuple[Box, ...] = ()


def flash_on(layout: Layout, small: Channel) -> Flash:
    """The place that most likely is burnt, with all others that look so; most pages are answered by their lights."""
    size = (small.shape[1], small.shape[0])
    sheet = cv2.resize(layout.sheet.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    level = min(_WHITE, percentile(small, np.ones(small.shape, bool), 99.7) - _BELOW_PEAK)
    paper = percentile(small, sheet.view(bool), 50)
    if level < _DIM_WHITE or paper > level - _BELOW_PEAK:
        return Flash()
    white = cv2.morphologyEx((small >= level).view(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    white = cv2.morphologyEx(white, cv2.MORPH_CLOSE, np.ones((_PANES, _PANES), np.uint8))
    _, labels, stats, centres = cv2.connectedComponentsWithStats(white)
    total = max(1, cv2.countNonZero(sheet))
    beside = cv2.dilate(sheet, np.ones((_BESIDE, _BESIDE), np.uint8))
    found = []
    for label in (1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:_MOST_PLACES]).tolist():
        area, here = float(stats[label, cv2.CC_STAT_AREA]), np.asarray(labels == label)
        # A spot over the edge of a sheet hides where that edge is: what touches the sheet lies on it.
        on_sheet = cv2.countNonZero(cv2.bitwise_and(here.view(np.uint8), beside))
        if not _LEAST < area / total < _MOST or on_sheet < _ON_SHEET * area:
            continue
        left, top, wide, tall = (int(stats[label, at]) for at in range(4))
        around, soft, written = _rim_of(here, small, (left, top, left + wide, top + tall), centres[label], level)
        box = (left / size[0], top / size[1], (left + wide) / size[0], (top + tall) / size[1])
        rounded = (round(box[0], 3), round(box[1], 3), round(box[2], 3), round(box[3], 3))
        found.append(Flash(area / total, max(around, paper), soft, written, level, (rounded,)))
    return _together(found)


def _together(found: list[Flash]) -> Flash:
    """The place with the softest rim, and all whose rims are soft too."""
    worst = max(found, key=lambda one: one.share * one.soft, default=Flash())
    alike = [one for one in found if one.soft >= _ALIKE]
    if worst not in alike:
        return worst
    return replace(worst, share=sum(one.share for one in alike), boxes=tuple(box for one in alike for box in one.boxes))


def _rim_of(
    here: Where, small: Channel, box: tuple[int, int, int, int], centre: NDArray[np.float64], level: float
) -> tuple[float, float, float]:
    """The light of the paper around a white place, in how many directions its light falls slowly towards that paper,
    and which part of the place is darker."""
    reach = max(small.shape) // 24
    margin = 2 * reach + 2
    left, top = max(0, box[0] - margin), max(0, box[1] - margin)
    near = (slice(top, box[3] + margin), slice(left, box[2] + margin))
    light, place = small[near], cv2.copyMakeBorder(here[near].view(np.uint8), 8, 8, 8, 8, cv2.BORDER_REPLICATE)
    filled = cv2.morphologyEx(place, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))[8:-8, 8:-8]
    away = cv2.distanceTransform(1 - filled, cv2.DIST_L2, 3)
    rim, around = (away > 1.5) & (away <= 3.2), (away > reach) & (away <= 1.7 * reach)
    ys, xs = np.nonzero(rim | around)
    turns = np.arctan2(ys + top - centre[1], xs + left - centre[0]) / (2 * np.pi)
    sector = np.floor(turns * _DIRECTIONS).astype(np.int32) % _DIRECTIONS
    levels, at_rim = light[ys, xs].astype(np.float32), rim[ys, xs]
    papers, soft = [], 0
    for direction in range(_DIRECTIONS):
        there = sector == direction
        border, far = levels[there & at_rim], levels[there & ~at_rim]
        if len(border) < 3 or len(far) < 5:
            continue
        paper = quantile(far, 0.6)  # print stands on it
        papers.append(paper)
        soft += paper < level - _BELOW_PEAK and quantile(border, 0.5) > paper + _RIM_RISE * (255 - paper)
    written = float((light[filled > 0] < _PRINT_LEFT * level).mean())
    return float(np.median(papers)) if papers else 255.0, soft / _DIRECTIONS, written
