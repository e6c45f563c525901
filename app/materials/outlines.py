"""Where a sheet lies on a desk: its four corners, or nothing where that is not certain.

Edges of paper are told from everything else that is straight by what lies beside them: paper on the inside, which is
lighter or less coloured than the desk on the outside, along most of the side. A rule of a table has paper on both
sides, a line of text ends in the middle of it, and the edge of a shadow goes on beyond the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.edges import (
    Floats,
    Lamp,
    Pixels,
    lamp_over,
    paperness,
    reduced,
    straight_lines,
    values_at,
    without_print,
)

Corners = NDArray[np.float64]
"""Four points (x, y) in parts of the picture's width and height: top left, top right, bottom right, bottom left."""

_SIDE = 512
"""The size at which sheets are looked for, in pixels of the longer side."""
_FINE_SIDE = 1280
"""The size at which the edges are then followed."""
_LEAST_STEP = 5.0
"""Levels of 255 by which light must change where a side is followed."""
_NEARLY = 0.85
"""Part of what makes a sheet that is enough for one which lies around another of the same paper."""
_SAME_PAPER = 16.0
"""Half percent by which paper along the edges of one sheet differs from place to place."""
_STEP = 2.0
"""Pixels between the places at which a line is probed."""


@dataclass(frozen=True)
class Outline:
    """A sheet that was found, with how sure that is, from 0 to 1."""

    corners: Corners
    confidence: float


@dataclass(frozen=True)
class Thresholds:
    """What makes four lines a sheet."""

    contrast: float = 5.0
    """By how much paper is lighter than the desk beside it, in half percent; colour counts as darkness."""
    least_side: float = 0.55
    """Part of a side along which that must be so."""
    least_mean: float = 0.74
    """The same for all four together."""
    least_area: float = 0.10
    """Part of the picture that the sheet takes."""
    most_area: float = 0.985
    most_paper_outside: float = 0.55
    """Part of the rest of the picture that may look like the same paper; more, and the lines are printed on it."""
    most_paper_at_rim: float = 0.7
    """Part of the picture's own rim that may; more, and a frame is printed on a sheet that fills the picture."""


THRESHOLDS = Thresholds()


def find_outline(picture: Pixels, *, thresholds: Thresholds = THRESHOLDS) -> Outline | None:
    """The sheet in an RGB picture; None when there is none, when it fills the picture, and when it is not certain."""
    small = reduced(picture, _SIDE)
    light = paperness(small)
    calm = without_print(light)
    lines = straight_lines(calm, small)
    if len(lines) < 4:
        return None
    found = _best_quad(lines, calm, thresholds)
    if found is None:
        return None
    quad, support = found
    outside, at_rim = _paper_outside(quad, calm)
    if outside > thresholds.most_paper_outside or at_rim > thresholds.most_paper_at_rim:
        return None
    height, width = small.shape[:2]
    corners = _followed(quad / (width, height), picture, lamp_over(small))
    confidence = float(np.clip((support - thresholds.least_mean) / (0.97 - thresholds.least_mean), 0, 1))
    return Outline(corners, round(confidence * (1 - outside / 2), 3))


def _best_quad(lines: Floats, calm: Floats, thresholds: Thresholds) -> tuple[Corners, float] | None:
    """The four lines that bound the most convincing sheet, with the part of their length that convinces."""
    height, width = calm.shape
    quads, sides = _quads(lines, width, height, thresholds)
    if not len(quads):
        return None
    # In a shadow paper and desk are darker by the same part, so parts are compared and not levels.
    sums, reach = _running_sums(
        lines, np.asarray(200.0 * np.log(np.maximum(calm + 25.0, 10.0)), dtype=np.float32), thresholds
    )
    supports, contrasts, rough, beyond, level = _supported(quads, sides, lines, sums, reach)
    weakest, mean = supports.min(axis=1), supports.mean(axis=1)
    area = _areas(quads) / (width * height)
    fit = (weakest >= thresholds.least_side) & (mean >= thresholds.least_mean)
    if not fit.any():
        return None
    # The whole sheet beats the part of it that lies in the light, unless its edges are clearly worse.
    score = mean**2 * np.sqrt(weakest) * np.minimum(contrasts, 40.0) ** 0.4 * area**0.35
    # Paper is even along its edge; the squares of a tablecloth are not.
    score /= 1 + rough / np.maximum(contrasts, thresholds.contrast) / 3
    # Where sides go on beyond their corners, what cuts them off is a shadow or a frame, and no edge.
    score /= 1 + beyond
    best = int(np.argmax(np.where(fit, score, -1.0)))
    # A frame printed on the sheet has sides as good as the sheet itself: of two with the same paper the outer is meant.
    outer = (weakest >= _NEARLY * thresholds.least_side) & (mean >= _NEARLY * thresholds.least_mean)
    outer &= (area > area[best]) & (np.abs(level - level[best]) < _SAME_PAPER) & _holds(quads, quads[best])
    if outer.any():
        best = int(np.argmax(np.where(outer, score, -1.0)))
    return quads[best].astype(np.float64), float(mean[best])


def _holds(quads: Floats, inner: Floats) -> NDArray[np.bool_]:
    """Which quads hold all corners of another, give or take a little."""
    held = np.ones(len(quads), bool)
    middles = quads.mean(axis=1)
    for k in range(4):
        start, along = quads[:, k], quads[:, (k + 1) % 4] - quads[:, k]
        inward = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.linalg.norm(along, axis=1)[:, None]
        inward *= np.sign(np.sum(inward * (middles - start), axis=1))[:, None]
        for corner in inner:
            held &= np.sum((corner - start) * inward, axis=1) > -3.0
    return held


def _quads(lines: Floats, width: int, height: int, thresholds: Thresholds) -> tuple[Floats, NDArray[np.intp]]:
    """Every four lines that could bound a sheet: their corners in turn, and which line each side lies on."""
    angles = np.arctan2(lines[:, 3], lines[:, 2]) % np.pi
    first, second = np.triu_indices(len(lines), 1)
    opposite = _between(angles[first], angles[second]) < np.radians(32)
    first, second = first[opposite], second[opposite]
    way = _middle(angles[first], angles[second])
    here, there = np.triu_indices(len(first), 1)
    across = _between(way[here], way[there]) > np.radians(52)
    here, there = here[across], there[across]
    sides = np.stack([first[here], first[there], second[here], second[there]], axis=1)
    corners = np.stack([_crossing(lines[sides[:, k - 1]], lines[sides[:, k]]) for k in range(4)], axis=1)
    room = np.array([width, height], np.float32)
    inside = ((corners > -0.03 * room) & (corners < 1.03 * room)).all(axis=(1, 2))
    corners, sides = corners[inside], sides[inside]
    share = _areas(corners) / float(width * height)
    plausible = (share > thresholds.least_area) & (share < thresholds.most_area) & _is_convex(corners)
    edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    plausible &= edges.min(axis=1) > 0.22 * edges.max(axis=1)
    return corners[plausible], sides[plausible]


def _between(one: Floats, other: Floats) -> Floats:
    apart = np.abs(one - other) % np.pi
    return np.asarray(np.minimum(apart, np.pi - apart))


def _middle(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.angle(np.exp(2j * one) + np.exp(2j * other)) / 2 % np.pi)


def _crossing(one: Floats, other: Floats) -> Floats:
    """Where lines cross; far away where they are parallel."""
    turned = one[:, 2] * other[:, 3] - one[:, 3] * other[:, 2]
    turned = np.where(np.abs(turned) < 1e-4, 1e-4, turned)
    away = other[:, :2] - one[:, :2]
    along = (away[:, 0] * other[:, 3] - away[:, 1] * other[:, 2]) / turned
    return np.asarray(one[:, :2] + along[:, None] * one[:, 2:], dtype=np.float32)


def _areas(quads: Floats) -> Floats:
    x, y = quads[..., 0], quads[..., 1]
    return np.asarray(np.abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)) / 2)


def _is_convex(quads: Floats) -> NDArray[np.bool_]:
    edges = np.roll(quads, -1, axis=1) - quads
    following = np.roll(edges, -1, axis=1)
    turns = edges[..., 0] * following[..., 1] - edges[..., 1] * following[..., 0]
    return np.asarray((turns > 0).all(axis=1) | (turns < 0).all(axis=1))


def _running_sums(lines: Floats, calm: Floats, thresholds: Thresholds) -> tuple[dict[str, Floats], int]:
    """What lies beside each line, summed up along it, so that any stretch is judged by two look-ups; the place of 0.

    "left" and "right" count the places where paper lies on that side and desk on the other, "step" is by how much it is
    lighter there, "level" how light it is, and "rough" how much the light changes along the line on that side.
    """
    reach = int(np.hypot(*calm.shape) / _STEP) + 1
    along = _STEP * np.arange(-reach, reach + 1, dtype=np.float32)
    points = lines[:, None, :2] + along[None, :, None] * lines[:, None, 2:]
    aside = np.stack([-lines[:, 3], lines[:, 2]], axis=1)[:, None, :]
    # Close by on the inside, since a frame may be printed near the edge; farther off outside, beyond its shadow.
    near, far = (2.0, 3.0, 5.0), (3.0, 5.0, 8.0)
    left, right, left_far, right_far = (
        np.mean([values_at(calm, points + sign * offset * aside) for offset in offsets], axis=0)
        for sign, offsets in ((1, near), (-1, near), (1, far), (-1, far))
    )
    to_left, to_right = np.nan_to_num(left - right_far, nan=0.0), np.nan_to_num(right - left_far, nan=0.0)
    known = {
        "left": to_left > thresholds.contrast,
        "right": to_right > thresholds.contrast,
        "step left": np.clip(to_left, -80, 80),
        "step right": np.clip(to_right, -80, 80),
        "level left": np.nan_to_num(left, nan=0.0),
        "level right": np.nan_to_num(right, nan=0.0),
        "rough left": _roughness(left),
        "rough right": _roughness(right),
    }
    room = ((0, 0), (1, 0))
    sums = {name: np.pad(np.cumsum(values, axis=1, dtype=np.float32), room) for name, values in known.items()}
    return sums, reach


def _roughness(levels: Floats) -> Floats:
    """How much the light changes from place to place, beyond what grain does."""
    smooth = cv2.blur(np.nan_to_num(levels, nan=0.0).astype(np.float32), (5, 1))
    change = np.abs(np.roll(smooth, -5, axis=1) - smooth)
    change[np.isnan(levels) | np.isnan(np.roll(levels, -5, axis=1))] = 0.0
    return np.asarray(np.maximum(change - 4.0, 0.0) / 5.0)


def _supported(
    quads: Floats, sides: NDArray[np.intp], lines: Floats, sums: dict[str, Floats], reach: int
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """What speaks for each quad, and against it.

    The part of each side that has paper inside and desk outside; the least contrast of a side; how rough the inside is;
    how often a side goes on beyond its corner; how light the inside is.
    """
    middles = quads.mean(axis=1)
    supports, contrasts = [], []
    rough, beyond, level = (np.zeros(len(quads), np.float32) for _ in range(3))
    last = sums["left"].shape[1] - 2
    for k in range(4):
        which = sides[:, k]
        on = lines[which]
        ends = [np.sum((quads[:, at] - on[:, :2]) * on[:, 2:], axis=1) for at in (k, (k + 1) % 4)]
        low, high = np.minimum(*ends), np.maximum(*ends)
        spare = 0.02 * (high - low)
        begin = np.clip(np.round((low + spare) / _STEP).astype(int) + reach, 0, last)
        end = np.clip(np.round((high - spare) / _STEP).astype(int) + reach, begin + 1, last + 1)
        is_left = np.sum((middles - on[:, :2]) * np.stack([-on[:, 3], on[:, 2]], axis=1), axis=1) > 0
        of = {name: values[which, end] - values[which, begin] for name, values in sums.items()}
        supports.append(np.where(is_left, of["left"], of["right"]) / (end - begin))
        contrasts.append(np.maximum(np.where(is_left, of["step left"], of["step right"]) / (end - begin), 0.0))
        rough += np.where(is_left, of["rough left"], of["rough right"])
        level += np.where(is_left, of["level left"], of["level right"]) / (end - begin) / 4
        more = np.maximum((0.12 * (end - begin)).astype(int), 5)
        for start, stop in ((begin - more - 2, begin - 2), (end + 2, end + more + 2)):
            first, final = np.clip(start, 0, last), np.clip(stop, 0, last + 1)
            edge = [sums[name][which, final] - sums[name][which, first] for name in ("left", "right")]
            beyond += np.maximum(np.where(is_left, *edge) / more - 0.5, 0.0)
    return np.stack(supports, axis=1), np.min(contrasts, axis=0), rough / 4, beyond, level


def _paper_outside(quad: Corners, calm: Floats) -> tuple[float, float]:
    """Part of what lies around the sheet that looks like the sheet, and part of the picture's rim."""
    filled = np.zeros(calm.shape, np.uint8)
    cv2.fillConvexPoly(filled, np.round(quad).astype(np.int32), 1)
    grown = cv2.dilate(filled, np.ones((9, 9), np.uint8))
    outside = calm[grown == 0]
    if outside.size < 0.02 * calm.size:
        return 0.0, 0.0
    shrunk = cv2.erode(filled, np.ones((9, 9), np.uint8), borderValue=0)
    rim_in = calm[(shrunk == 1) & (cv2.erode(shrunk, np.ones((13, 13), np.uint8), borderValue=0) == 0)]
    rim_out = calm[(grown == 0) & (cv2.dilate(grown, np.ones((13, 13), np.uint8)) == 1)]
    if not rim_in.size or not rim_out.size:
        return 0.0, 0.0
    level = 0.6 * float(np.median(rim_in)) + 0.4 * float(np.median(rim_out))
    rim = np.concatenate([calm[2], calm[-3], calm[:, 2], calm[:, -3]])
    return float(np.mean(outside > level)), float(np.mean(rim > level))


def _followed(corners: Corners, picture: Pixels, lamp: Lamp) -> Corners:
    """The corners with every side moved to where its edge runs in a finer picture; as read, top left first."""
    fine = reduced(picture, _FINE_SIDE)
    soft = np.asarray(cv2.GaussianBlur(fine, (0, 0), 1.2), np.uint8)
    size = np.array([fine.shape[1], fine.shape[0]], np.float64)
    quad = corners * size
    middle = quad.mean(axis=0)
    reach = round(0.012 * max(size)) + 2
    sides = [_followed_side(start, end, middle, soft, lamp, reach) for start, end in pairwise([*quad, quad[0]])]
    crossings = [_crossing(sides[k - 1][None], sides[k][None])[0] for k in range(4)]
    moved = np.array(crossings, dtype=np.float64)
    if float(np.linalg.norm(moved - quad, axis=1).max()) > 4 * reach:
        moved = quad
    return as_read(moved / size, size)


def _followed_side(start: Corners, end: Corners, middle: Corners, soft: Pixels, lamp: Lamp, reach: int) -> Floats:
    """A line through the places where paper gives way to desk, most of them agreeing."""
    direction = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    inward = np.array([-direction[1], direction[0]])
    if float(inward @ (middle - start)) < 0:
        inward = -inward
    along = np.linspace(0.03, 0.97, 96)[:, None]
    points = start + along * (end - start)
    depths = np.arange(-reach - 5, reach + 6)
    grid = points[:, None, :] + depths[None, :, None] * inward
    profile = _light_at(soft, lamp, grid.astype(np.float32))
    step = np.full(profile.shape, -np.inf)
    for at in range(5, profile.shape[1] - 5):
        step[:, at] = profile[:, at + 1 : at + 6].mean(axis=1) - profile[:, at - 5 : at].mean(axis=1)
    step = np.nan_to_num(step, nan=-np.inf)
    best = step.argmax(axis=1)
    strength = step[np.arange(len(step)), best]
    sure = strength > max(_LEAST_STEP, 0.4 * float(np.median(strength)))
    line = np.concatenate([(start + end) / 2, direction]).astype(np.float32)
    if int(sure.sum()) < 20:
        return line
    places = (points + depths[best][:, None] * inward)[sure].astype(np.float32)
    for _ in range(3):
        dx, dy, x, y = cv2.fitLine(places, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        line = np.array([x, y, dx, dy], np.float32)
        aside = np.abs((places - [x, y]) @ np.array([-dy, dx]))
        near = aside <= max(1.5, 1.8 * float(np.median(aside)))
        if near.all() or int(near.sum()) < 16:
            break
        places = places[near]
    return line


def _light_at(soft: Pixels, lamp: Lamp, points: Floats) -> Floats:
    """How much the picture looks like paper at these points; not a number outside."""
    xs, ys = points[..., 0], points[..., 1]
    colours = cv2.remap(soft, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    light = paperness(np.asarray(colours, np.uint8), lamp=lamp)
    light[(xs < 0) | (ys < 0) | (xs > soft.shape[1] - 1) | (ys > soft.shape[0] - 1)] = np.nan
    return light


def as_read(corners: Corners, size: Corners) -> Corners:
    """The corners clockwise from the one that is nearest to the top left of the picture."""
    points = corners * size
    middle = points.mean(axis=0)
    order = np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))
    corners = corners[order]
    # The side that runs most level, in the upper half, is the top.
    tops = [
        (corners[k] + corners[(k + 1) % 4])[1] / 2
        + abs((corners[(k + 1) % 4] - corners[k])[1] * size[1])
        / max(abs((corners[(k + 1) % 4] - corners[k])[0] * size[0]), 1.0)
        for k in range(4)
    ]
    return np.asarray(np.roll(corners, -int(np.argmin(tops)), axis=0))
