"""Where the sheet lies in a picture, what is printed on it, and which way its lines run."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

FloatPixels = NDArray[np.float32]
Channel = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """A page taken apart: light, paper, and the marks on it."""

    gray: FloatPixels
    inked: Mask
    """Pixels that belong to marks of a size that means something."""
    printed: Mask
    """The same without long rules, frames and folds."""
    inside: Mask
    """The sheet without its rim."""
    sheet_share: float
    paper: float
    brightest: float
    noise: float
    contrast: float
    content: float


def lay_out(image: Image.Image) -> Layout:
    """Separate the sheet from the desk, and the marks from the paper."""
    colours = np.asarray(image)
    gray8 = np.asarray(image.convert("L"))
    # Red seals and blue ink are faint in grey; in their darkest channel they are not.
    soft, darkest = _softened(gray8), _softened(colours.min(axis=2))
    inside, share = find_sheet(gray8)
    noise = _noise(gray8, inside)
    under = _paper_under(soft)
    mark = np.maximum(np.abs(soft - under), np.abs(darkest - _paper_under(darkest)))
    inked, printed, content = _marks(mark, inside, noise)
    on_sheet = soft[inside]
    paper = float(np.percentile(on_sheet, 75))
    brightest = float(np.percentile(on_sheet, 99.7))
    contrast = 0.0
    if content:
        # The halo of a stroke is ink too, but neither its colour nor its shape.
        core = inked & (mark > 0.4 * float(np.percentile(mark[inked], 90)))
        printed &= core
        contrast = float(np.percentile(mark[core] / np.maximum(under[core], 40.0), 75))
    gray = gray8.astype(np.float32)
    return Layout(gray, inked, printed, inside, share, paper, brightest, noise, contrast, content)


def find_sheet(gray8: Channel) -> tuple[Mask, float]:
    """The sheet on a desk, without its rim; the whole picture when none stands out.

    The sheet is the large light area in which light changes slowly: a shadow has soft edges, a sheet has sharp ones.
    Also says what part of the picture's longer side the sheet's longer side takes.
    """
    height, width = gray8.shape
    scale = 400 / max(height, width)
    small_size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(gray8, small_size, interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), 5)
    rim = max(2, round(0.015 * max(height, width)))
    whole = np.zeros(gray8.shape, bool)
    whole[rim:-rim, rim:-rim] = True
    steps = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    calm = cv2.morphologyEx((steps < 17).astype(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(calm)
    best, most = 0, 0.0
    for label in range(1, number):
        light = float(stats[label, cv2.CC_STAT_AREA]) * float(np.median(small[labels == label]))
        best, most = (label, light) if light > most else (best, most)
    if not best:
        return whole, 1.0
    hull = _outline((labels == best).astype(np.uint8))
    (_, (box_width, box_height), _) = cv2.minAreaRect(hull)
    area = cv2.contourArea(hull)
    filled = cv2.drawContours(np.zeros(small.shape, np.uint8), [hull], -1, 1, -1)
    around = small[filled == 0]
    if not 0.12 < area / small.size < 0.96 or area < 0.8 * box_width * box_height or around.size == 0:
        return whole, 1.0
    if float(np.median(small[filled == 1])) - float(np.median(around)) < 20:
        return whole, 1.0
    filled = cv2.erode(filled, np.ones((9, 9), np.uint8), borderValue=0)
    inside = cv2.resize(filled, (width, height), interpolation=cv2.INTER_NEAREST).astype(bool) & whole
    if not inside.any():
        return whole, 1.0
    return inside, min(1.0, max(box_width, box_height) / max(small.shape))


def _outline(area: Channel) -> NDArray[np.int32]:
    contours, _ = cv2.findContours(area, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return np.asarray(cv2.convexHull(max(contours, key=cv2.contourArea)), dtype=np.int32)


def _softened(channel: Channel) -> FloatPixels:
    """Without the finest grain; a median would take the strokes of a coarse scan with it."""
    return np.asarray(cv2.GaussianBlur(channel, (0, 0), 0.7), dtype=np.float32)


def _noise(gray8: Channel, inside: Mask) -> float:
    """Grain, as a standard deviation; the median keeps print out of it."""
    gray = gray8.astype(np.float32)
    rest = np.abs(gray - cv2.GaussianBlur(gray, (0, 0), 1.0))[inside]
    return 1.6 * float(np.median(rest)) if rest.size else 0.0


def _paper_under(channel: FloatPixels) -> FloatPixels:
    """The light of the paper under the marks: the median of a wide neighbourhood."""
    height, width = channel.shape
    small = cv2.resize(channel, (max(8, width // 4), max(8, height // 4)), interpolation=cv2.INTER_AREA)
    level = cv2.medianBlur(small.astype(np.uint8), 31)
    return np.asarray(cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _marks(mark: FloatPixels, inside: Mask, noise: float) -> tuple[Mask, Mask, float]:
    """Connected marks that are more than dust, and how much of the page they cover, in thousandths.

    What touches the rim of the sheet is its edge, a shadow or the desk.
    """
    threshold = max(7.0, 4.0 * noise)
    binary = ((mark > threshold) & inside).astype(np.uint8)
    _, labels, stats, centres = cv2.connectedComponentsWithStats(binary)
    longest = max(mark.shape)
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    smallest = max(4, round(longest / 260))
    meant = (np.maximum(width, height) >= smallest) & (area >= 2 * smallest)
    rim = np.unique(labels[cv2.dilate((~inside).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)])
    meant[rim] = False
    meant[0] = False
    inked = meant[labels]
    extent = float(np.sum(np.maximum(width, height)[meant])) / longest
    straight = np.maximum(width, height) > 12 * np.minimum(width, height)  # a fold, or what is left of an edge
    compact = area > 0.6 * width * height
    at_side = np.minimum(centres[:, 0], mark.shape[1] - centres[:, 0]) < 0.07 * longest
    holes = (
        compact & at_side & (np.maximum(width, height) < 0.04 * longest) & (np.minimum(width, height) > 0.012 * longest)
    )
    if extent < 0.03 or int((meant & ~straight & ~holes).sum()) < 2:
        nothing = np.zeros_like(inside)
        return nothing, nothing, 0.0
    short = meant & (np.maximum(width, height) < longest / 12)
    return inked, short[labels], 1000.0 * float(area[meant].sum()) / max(1, int(inside.sum()))


_CLEARLY_UPRIGHT = 0.4
"""Stripes down the page, relative to those across, below which the page is upright: tables measure 0.42 to 2.4."""


def lines_run_sideways(layout: Layout) -> float:
    """How much more clearly lines of text show up and down the page than across it: above 1 they run up and down.

    Two witnesses: the stripes that marks gather in, and the shape of the words that neighbouring marks join to. A table
    of figures gathers in stripes both ways, so there the words decide, when they are clear; where stripes run clearly
    across the page, no word speaks against them.
    """
    scale = 800 / max(layout.gray.shape)
    small = cv2.resize(layout.printed.astype(np.float32), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    binary = (small > 0.25).astype(np.uint8)
    ys, xs = np.nonzero(binary)
    if len(ys) < 100:
        return 0.0
    words = _word_shapes(layout.printed)
    if len(ys) < 2500:  # too few marks for stripes: the words alone tell, and must tell clearly
        return words / 1.5
    angles = np.arange(-8, 8.1, 1.0)
    upright = max(_stripes(ys, xs, angle) for angle in angles)
    sideways = max(_stripes(xs, ys, angle) for angle in angles)
    stripes = sideways / max(upright, 1e-6)
    if stripes < _CLEARLY_UPRIGHT:
        return stripes
    return min(words, float(np.sqrt(stripes * words)))


def _word_shapes(printed: Mask) -> float:
    """Marks joined to their nearest neighbours become words: how much more of their length runs down than across."""
    binary = printed.astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(binary)
    sizes = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    reach = int(np.clip(round(0.55 * float(np.percentile(sizes, 70))), 3, 60)) if len(sizes) else 3
    joined = cv2.morphologyEx(binary, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    width = stats[1:, cv2.CC_STAT_WIDTH].astype(float)
    height = stats[1:, cv2.CC_STAT_HEIGHT].astype(float)
    across, down = width[width > 2 * height].sum(), height[height > 2 * width].sum()
    if across + down < 0.03 * max(printed.shape):
        return 0.0
    return float((down + 10) / (across + 10))


def _stripes(along: NDArray[np.intp], across: NDArray[np.intp], angle: float) -> float:
    """How strongly marks gather in stripes at this angle: the relative variance of what lies at each place."""
    slope = np.tan(np.radians(angle))
    total, weight = 0.0, 0
    half = max(1, (int(across.max()) + 2) // 2)
    for start in (0, half):
        chosen = (across >= start) & (across < start + half)
        if chosen.sum() < 50:
            continue
        place = along[chosen] + slope * across[chosen]
        counts = np.bincount((place - place.min()).astype(int)).astype(float)
        smooth = np.convolve(counts, np.ones(5) / 5, mode="same")
        total += float(np.var(smooth) / np.mean(smooth) ** 2) * int(chosen.sum())
        weight += int(chosen.sum())
    return total / max(weight, 1)
