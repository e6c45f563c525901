"""Rows of text and the ground they stand on: what every written paper has, and other pictures have not.

The recogniser's finder is asked for them at so small a size that it takes a tenth of a second. Letters cannot be read
there any more, but they still stand in rows, and blurred print does as well.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Channel, FloatPixels, Layout, Mask, around, quantile
from app.materials.recognition import Rectangle, lit, rectangles_in, text_at

_SIDE, _NEARER_SIDE = 384, 640
"""Pixels of the longer side at which rows are looked for, and of the sheet's where few were found so."""
_THINNEST = 2
"""Pixels of the height of a row, at that size."""
_TALLEST = 0.3
"""Part of the picture beyond which it is no row."""
_LONG, _VERY_LONG = 2.5, 5.0
"""How much longer than high a row is; the same of one that is more than a word or two."""
_ALONG = 5.0
"""Degrees by which rows of one page lie apart."""
_FEW = 3.0
"""Rows below which they are looked for once more."""
_CLEAR_PAPER, _CLEAR_INK, _LEAST_INK = 225, 150.0, 8.0
"""Light of the paper and strength of its ink to which faint marks are raised, and the least strength that is raised."""
_STRONGEST = 95.0
"""Part of the ink, of 100, that is weaker than what counts."""


def text_on(layout: Layout) -> dict[str, float]:
    """How many rows stand on a page, how long they are, how they lie, and on what ground."""
    found = _found_in(lit(layout.colours), _SIDE)
    raised = found
    if found["rows"] < _FEW:
        raised = _found_in(_raised(layout), _SIDE)
        if raised["rows"] < _FEW:
            # On a sheet that lies far away rows show only from nearer by.
            found = _found_in(lit(np.ascontiguousarray(layout.colours[around(layout.sheet)])), _NEARER_SIDE)
    told = {f"text_{name}": value for name, value in found.items()}
    return told | {f"raised_{name}": raised[name] for name in _OF_RAISED}


_OF_RAISED = ("rows", "length", "cover")
_OF_TEXT = (
    *_OF_RAISED, "longest", "long", "aligned", "light", "tint", "shades", "hues",
    "hull", "even", "coloured", "edges", "sheet", "flat",
)  # fmt: skip
_NOTHING = dict.fromkeys(_OF_TEXT, 0.0)


def _found_in(pixels: Channel, side: int) -> dict[str, float]:
    text, small = text_at(pixels, side)
    height, width = text.shape
    longest = float(max(height, width))
    found = [one for one in rectangles_in(text, thinnest=_THINNEST) if min(one[1]) <= _TALLEST * longest]
    if not found:
        return dict(_NOTHING)
    sides = np.array([one[1] for one in found])
    turned = np.array([one[2] for one in found]) + np.where(sides[:, 0] >= sides[:, 1], 0, 90)
    lengths, heights = sides.max(axis=1), sides.min(axis=1)
    rows = lengths > _LONG * heights
    among = [one for one, is_row in zip(found, rows.tolist(), strict=True) if is_row] or found
    return _NOTHING | {
        "rows": float(rows.sum()),
        "length": float(lengths[rows].sum()) / longest,
        "cover": float((lengths * heights)[rows].sum()) / (height * width),
        "longest": float(lengths.max()) / longest,
        "long": float(lengths[lengths > _VERY_LONG * heights].sum() / lengths.sum()),
        "aligned": _aligned(turned[rows], lengths[rows]),
        **_ground_of(found, among, small),
    }


def _aligned(turned: NDArray[np.float64], lengths: NDArray[np.float64]) -> float:
    """The part of the rows, by length, that lies along one of them."""
    if not len(turned):
        return 0.0
    apart = np.abs((turned[:, None] - turned[None] + 90) % 180 - 90)
    return float(((apart < _ALONG) @ lengths).max() / lengths.sum())


def _ground_of(found: list[Rectangle], among: list[Rectangle], small: Channel) -> dict[str, float]:
    """Light and tint of what is around the text, how far they differ from place to place, how far that ground reaches,
    and what else lies between the rows: on a page nothing but paper, on a screen pictures."""
    over = np.zeros(small.shape[:2], np.uint8)
    for one in found:
        cv2.fillPoly(over, [cv2.boxPoints(one).astype(np.int32)], 1)
    ring = cv2.subtract(cv2.dilate(over, np.ones((7, 7), np.uint8)), over).view(bool)
    if not ring.any():
        return {}
    lab: FloatPixels = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    middle = np.median(lab[ring], axis=0)
    lighter, tinted = np.abs(lab[..., 0] - middle[0]), np.abs(lab[..., 1:] - middle[1:]).max(axis=2)
    same = (tinted < _SAME_TINT) & (lighter < _SAME_LIGHT)
    return {
        "light": float(middle[0]),
        "tint": float(np.abs(middle[1:] - 128).max()),
        "shades": quantile(lighter[ring], 0.75),
        "hues": quantile(tinted[ring], 0.75),
        **_between(_hull_of(among, over.shape), over, same, tinted > _OTHER_TINT, lab[..., 0].astype(np.uint8)),
        **_reach_of(same, over),
    }


_SAME_LIGHT, _SAME_TINT, _OTHER_TINT = 40.0, 10.0, 14.0
"""Levels up to which light and tint are those of the ground around text, and from which a tint is another."""
_EDGE = 25
"""Levels within three pixels that are an edge."""
_ENOUGH = 30
"""Pixels between rows that say something."""


def _hull_of(among: list[Rectangle], shape: tuple[int, ...]) -> Channel:
    """What lies within the rows, and half a row around them."""
    wider = [
        (centre, (long + min(long, high) / 2, high + min(long, high) / 2), turn) for centre, (long, high), turn in among
    ]
    corners = np.concatenate([cv2.boxPoints(one) for one in wider]).astype(np.int32)
    return np.asarray(cv2.fillConvexPoly(np.zeros(shape, np.uint8), cv2.convexHull(corners), 1), np.uint8)


def _between(hull: Channel, over: Channel, same: Mask, other: Mask, light: Channel) -> dict[str, float]:
    """How much of what lies between the rows is their ground, has another tint, is an edge."""
    between = (hull > 0) & (over == 0)
    told = {"hull": float(hull.mean()), "even": 1.0}
    if np.count_nonzero(between) <= _ENOUGH:
        return told
    edges = cv2.morphologyEx(light, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > _EDGE
    shares = {"even": same, "coloured": other, "edges": edges}
    return told | {name: float(where[between].mean()) for name, where in shares.items()}


def _reach_of(same: Mask, over: Channel) -> dict[str, float]:
    """How much of the picture is the one ground that holds most of the text, and how much of its box."""
    ground = cv2.morphologyEx((same | (over > 0)).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(ground, connectivity=4)
    holding = np.bincount(labels[over > 0], minlength=number)
    holding[0] = 0
    area, width, height = stats[int(holding.argmax()), [cv2.CC_STAT_AREA, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return {"sheet": float(area) / over.size, "flat": float(area) / max(1.0, float(width) * float(height))}


def _raised(layout: Layout) -> Channel:
    """The marks alone on even paper, the faint ones as strong as clear print."""
    ink = max(layout.strength(_STRONGEST), _LEAST_INK) if layout.content else _LEAST_INK
    marks = layout.gray.astype(np.float32) - layout.under
    raised = np.clip(_CLEAR_PAPER + marks * max(1.0, _CLEAR_INK / ink), 0, 255).astype(np.uint8)
    return np.asarray(np.repeat(raised[..., None], 3, axis=2), np.uint8)
