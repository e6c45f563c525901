"""Where the sheet lies in a picture, what is printed on it, and which way its lines run."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

FloatPixels = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """A page taken apart: light, paper, and the marks on it."""

    gray: FloatPixels
    mark: FloatPixels
    """How much each pixel differs from the paper around it, in grey levels."""
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
    gray8 = cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)
    # Red seals and blue ink are faint in grey; in their darkest channel they are not.
    darkest8 = cv2.medianBlur(colours.min(axis=2), 3)
    inside, share = find_sheet(gray8)
    gray = gray8.astype(np.float32)
    soft = cv2.medianBlur(gray8, 3)
    noise = _noise(gray8, soft, inside)
    mark = np.maximum(np.abs(soft.astype(np.float32) - _paper_under(soft)), np.abs(darkest8.astype(np.float32) - _paper_under(darkest8)))
    inked, printed, content = _marks(mark, inside, noise)
    on_sheet = soft[inside]
    paper = float(np.percentile(on_sheet, 75))
    brightest = float(np.percentile(on_sheet, 99.7))
    contrast = 0.0
    if content:
        under = np.maximum(_paper_under(soft)[inked], 40.0)
        contrast = float(np.percentile(mark[inked] / under, 85))
    return Layout(gray, mark, inked, printed, inside, share, paper, brightest, noise, contrast, content)


def find_sheet(gray8: NDArray[np.uint8]) -> tuple[Mask, float]:
    """The lighter or darker four-sided sheet on a desk, without its rim; the whole picture when none stands out.

    Also says what part of the picture's longer side the sheet's longer side takes.
    """
    height, width = gray8.shape
    scale = 400 / max(height, width)
    small = cv2.resize(gray8, (max(8, round(width * scale)), max(8, round(height * scale))), interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), 5)
    level, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    whole = np.zeros(gray8.shape, bool)
    rim = max(2, round(0.015 * max(height, width)))
    whole[rim:-rim, rim:-rim] = True
    light = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(light)
    if number < 2:
        return whole, 1.0
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    sheet = (labels == largest).astype(np.uint8)
    contours, _ = cv2.findContours(sheet, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    (_, (box_width, box_height), _) = cv2.minAreaRect(hull)
    area, box = cv2.contourArea(hull), box_width * box_height
    part = area / small.size
    outer = small[sheet == 0]
    if not 0.12 < part < 0.97 or area < 0.8 * box or outer.size == 0:
        return whole, 1.0
    if float(np.median(small[sheet == 1])) - float(np.median(outer)) < 25:
        return whole, 1.0
    filled = cv2.drawContours(np.zeros_like(small), [hull], -1, 1, -1)
    filled = cv2.erode(filled, np.ones((11, 11), np.uint8), borderValue=0)
    inside = cv2.resize(filled, (width, height), interpolation=cv2.INTER_NEAREST).astype(bool) & whole
    return inside, min(1.0, max(box_width, box_height) / max(small.shape))


def _noise(gray8: NDArray[np.uint8], soft: NDArray[np.uint8], inside: Mask) -> float:
    rest = np.abs(gray8.astype(np.int16) - soft)[inside]
    return 1.48 * float(np.mean(np.minimum(rest, 12))) if rest.size else 0.0


def _paper_under(channel: NDArray[np.uint8]) -> FloatPixels:
    """The light of the paper under the marks: the median of a wide neighbourhood."""
    height, width = channel.shape
    small = cv2.resize(channel, (max(8, width // 4), max(8, height // 4)), interpolation=cv2.INTER_AREA)
    level = cv2.medianBlur(small, 31)
    return cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)


def _marks(mark: FloatPixels, inside: Mask, noise: float) -> tuple[Mask, Mask, float]:
    """Connected marks that are more than dust, and how much of the page they cover, in thousandths.

    What touches the rim of the sheet is its edge, a shadow or the desk.
    """
    threshold = max(9.0, 4.0 * noise)
    binary = ((mark > threshold) & inside).astype(np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(binary)
    longest = max(mark.shape)
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    smallest = max(4, round(longest / 260))
    meant = (np.maximum(width, height) >= smallest) & (area >= 2 * smallest)
    rim = np.unique(labels[cv2.dilate((~inside).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)])
    meant[rim] = False
    meant[0] = False
    inked = meant[labels]
    extent = float(np.sum(np.maximum(width, height)[meant])) / longest
    if extent < 0.03 or int(meant.sum()) < 2:
        nothing = np.zeros_like(inside)
        return nothing, nothing, 0.0
    short = meant & (np.maximum(width, height) < longest / 12)
    return inked, short[labels], 1000.0 * float(area[meant].sum()) / max(1, int(inside.sum()))


def lines_run_sideways(layout: Layout) -> float:
    """How much more clearly lines of text show across the page than along it: above 1 they run up and down."""
    scale = 800 / max(layout.gray.shape)
    small = cv2.resize(layout.printed.astype(np.float32), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    binary = (small > 0.25).astype(np.uint8)
    ys, xs = np.nonzero(binary)
    if len(ys) < 100:
        return 0.0
    lengths = _line_lengths(binary)
    if len(ys) < 2500:  # too few marks for stripes: the lines themselves tell
        return lengths
    angles = np.arange(-8, 8.1, 1.0)
    upright = max(_stripes(ys, xs, angle) for angle in angles)
    sideways = max(_stripes(xs, ys, angle) for angle in angles)
    ratio = sideways / max(upright, 1e-6)
    return min(ratio, lengths * 2) if ratio > 1 else ratio


def _line_lengths(binary: NDArray[np.uint8]) -> float:
    """Marks joined to their neighbours become lines: how much more of their length runs down the page than across it."""
    joined = cv2.morphologyEx(binary, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    width = stats[1:, cv2.CC_STAT_WIDTH].astype(float)
    height = stats[1:, cv2.CC_STAT_HEIGHT].astype(float)
    across, down = width[width > 2.5 * height].sum(), height[height > 2.5 * width].sum()
    if across + down < 60:
        return 0.0
    return float((down + 5) / (across + 5))


def _stripes(along: NDArray[np.intp], across: NDArray[np.intp], angle: float) -> float:
    """How strongly marks gather in stripes at this angle: the relative variance of what lies at each place along the page."""
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
