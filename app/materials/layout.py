"""Where the sheet lies in a picture, and what is printed on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

FloatPixels = NDArray[np.float32]
Channel = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Boxes = NDArray[np.int32]
Counts = NDArray[np.float32]
Labels = NDArray[Any]
Part = tuple[slice, slice]
Shown = Image.Image | Channel
"""A picture as the library of pictures holds it, or as its pixels in RGB."""

_MANY_MARKS = 1 << 16
_SPARSE = 3
"""Every so many pixels of every so many rows tell what a pattern holds together."""
_STRONGEST, _PLAIN = 99.5, 100.0
"""Part of the page, of 100, above which its print is as strong as it gets, and levels from which that is plain."""
_PATTERN, _MOSTLY_PALE, _HELD = 0.3, 0.66, 0.35
"""Of the strongest print: what is paler than this part may be a pattern under it; the parts that are so of what hangs
together, 0.69 and more on cards and 0.63 where dense text does, and of the print that hangs on it."""


@dataclass(frozen=True)
class Layout:
    """A page taken apart: light, paper, and the marks on it."""

    colours: Channel
    halved: Channel
    """The colours at half the size, for what looks at them from afar."""
    gray: Channel
    mark: Channel
    """By how much each pixel differs from the paper under it."""
    under: Channel
    """The light of the paper under the marks."""
    inked: Mask
    """Pixels that belong to marks of a size that means something."""
    printed: Mask
    """The same without long rules, frames and folds."""
    part: Part
    """The part of the page that holds all ink; what is looked for there alone costs less."""
    boxes: Boxes
    """Left, top, width, height and pixels of every mark that is more than dust, those at the rim too."""
    inside: Mask
    """The sheet without its rim."""
    sheet: Mask
    """The sheet with its rim."""
    sheet_share: float
    paper: float
    brightest: float
    noise: float
    contrast: float
    content: float
    strengths: Counts
    """How many inked pixels, of every other row, differ by each number of levels from the paper."""

    def strength(self, share: float) -> float:
        """The difference from the paper below which this share of the ink lies, of 100."""
        return _at_share(self.strengths, share)


def pixels_of(image: Shown) -> Channel:
    """Its pixels in RGB. Those of a decoded picture are at hand; another form of it would be a copy each time."""
    return image if isinstance(image, np.ndarray) else np.asarray(image.convert("RGB"))


def size_of(image: Shown) -> tuple[int, int]:
    """Its width and height."""
    return (image.shape[1], image.shape[0]) if isinstance(image, np.ndarray) else image.size


def around(mask: Mask) -> Part:
    """The part of a picture that holds all of this."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return slice(top, top + height), slice(left, left + width)


def widened(part: Part, margin: int) -> Part:
    """The part with so much around it. It begins at an even place, so that it halves as the whole picture does."""
    rows, columns = (slice(max(0, side.start - margin) // 2 * 2, side.stop + margin) for side in part)
    return rows, columns


def halved(channel: Channel) -> Channel:
    """At half the size, each pixel the mean of four, rounded up. A row or column that has no fellow is left out: that
    way it takes a fifth of the time, and halved twice less than reduced to a quarter at once."""
    height, width = (max(1, side // 2) for side in channel.shape[:2])
    return np.asarray(
        cv2.resize(channel[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA), np.uint8
    )


_STRIP = 64
"""Rows that are worked on at a time where the steps are many: they stay in the processor's cache, and their memory is
asked for once."""


def darkest_of(colours: Channel) -> Channel:
    """The darkest of the three colours of each pixel."""
    darkest = np.empty(colours.shape[:2], np.uint8)
    for top in range(0, len(darkest), _STRIP):
        red, green, blue = cv2.split(colours[top : top + _STRIP])
        darkest[top : top + _STRIP] = cv2.min(cv2.min(red, green), blue)
    return darkest


def lay_out(image: Shown, *, corners: NDArray[np.float64] | None = None) -> Layout:
    """Separate the sheet from the desk, and the marks from the paper. `corners` are those of the sheet, in parts of the
    picture, where they are known."""
    colours = pixels_of(image)
    small, gray = halved(colours), np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), np.uint8)
    sheet, inside, share = find_sheet(gray) if corners is None else _between(corners, gray.shape)
    noise = _noise(gray, inside)
    soft = _softened(gray)
    levels = _counts(soft[::2], inside[::2])
    under, mark = _parted(soft)
    # Red seals and blue ink are faint in grey; in their darkest channel they are not.
    cv2.max(mark, _parted(_softened(darkest_of(colours)))[1], dst=mark)
    inked, printed, boxes, content = _marks(mark, inside, noise)
    paper, brightest = _at_share(levels, 75), _at_share(levels, 99.7)
    contrast, strengths, part = 0.0, np.zeros(256, np.float32), around(inked)
    if content:
        strengths = _counts(mark[part][::2], inked[part][::2])
        # The halo of a stroke is ink too, but neither its colour nor its shape.
        core = inked[part] & (mark[part] > int(0.4 * _at_share(strengths, 90)))
        printed[part] &= core
        at = np.flatnonzero(core)
        some = np.divmod(at[:: max(1, len(at) // 20_000)], core.shape[1])
        contrast = quantile(mark[part][some] / np.maximum(under[part][some], 40.0), 0.75)
    return Layout(
        colours, small, gray, mark, under, inked, printed, part, boxes, inside, sheet, share,
        paper, brightest, noise, contrast, content, strengths,
    )  # fmt: skip


def percentile(channel: Channel, where: Mask, share: float) -> float:
    """The value below which this share of the chosen pixels lies, counted exactly and quickly."""
    return _at_share(_counts(channel, where), share)


def quantile(values: NDArray[Any], share: float) -> float:
    """The value below which this part of the values lies, between two of them where it falls between."""
    place = (len(values) - 1) * share
    low = int(place)
    parted = np.partition(values, low)
    if place == low:
        return float(parted[low])
    # The next larger one is looked for: to part the values at two places takes several times as long as at one.
    return float(parted[low] + (place - low) * (parted[low + 1 :].min() - parted[low]))


def connected(binary: Channel) -> tuple[Labels, Boxes, NDArray[np.float64]]:
    """Marks that hang together: which each pixel belongs to, their boxes, their centres; by the quickest algorithm.
    The first of the marks is the ground.

    It works on pixels two by two and takes twice as long where a side is odd, so such a side gets one more of ground.
    Every mark begins where a row enters it; where that happens less often than short numbers can tell, those take half
    the memory.
    """
    height, width = binary.shape
    if height % 2 or width % 2:
        binary = np.asarray(cv2.copyMakeBorder(binary, 0, height % 2, 0, width % 2, cv2.BORDER_CONSTANT), np.uint8)
    begun = cv2.countNonZero(cv2.subtract(binary[:, 1:], binary[:, :-1])) + height
    numbers = cv2.CV_16U if begun < _MANY_MARKS else cv2.CV_32S
    _, labels, stats, centres = cv2.connectedComponentsWithStatsWithAlgorithm(binary, 8, numbers, cv2.CCL_BBDT)
    return labels[:height, :width], np.asarray(stats, np.int32), np.asarray(centres, np.float64)


def _counts(channel: Channel, where: Mask) -> Counts:
    """How many of the chosen pixels have each value."""
    return np.asarray(cv2.calcHist([channel], [0], where.view(np.uint8), [256], [0, 256]).ravel(), np.float32)


def _at_share(counts: Counts, share: float) -> float:
    sums = np.cumsum(counts)
    return float(np.searchsorted(sums, sums[-1] * share / 100)) if sums[-1] else 0.0


def find_sheet(gray: Channel) -> tuple[Mask, Mask, float]:
    """The sheet on a desk, with and without its rim; the whole picture when none stands out.

    The sheet is the large light area in which light changes slowly: a shadow has soft edges, a sheet has sharp ones.
    Also says what part of the picture's longer side the sheet's longer side takes.
    """
    height, width = gray.shape
    scale = 400 / max(height, width)
    small_size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(halved(gray), small_size, interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), 5)
    rim = max(2, round(0.015 * max(height, width)))
    steps = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    calm = cv2.morphologyEx((steps < 17).astype(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    labels, stats, _ = connected(np.asarray(calm, np.uint8))
    best, most = 0, 0.0
    for label in range(1, len(stats)):
        if stats[label, cv2.CC_STAT_AREA] * 255.0 <= most:
            continue
        left, top, wide, tall = stats[label, :4]
        part = (slice(top, top + tall), slice(left, left + wide))
        light = float(stats[label, cv2.CC_STAT_AREA]) * float(np.median(small[part][labels[part] == label]))
        best, most = (label, light) if light > most else (best, most)
    if not best:
        return _whole(gray.shape, rim)
    hull = _outline((labels == best).astype(np.uint8))
    (_, (box_width, box_height), _) = cv2.minAreaRect(hull)
    area = cv2.contourArea(hull)
    filled = cv2.drawContours(np.zeros(small.shape, np.uint8), [hull], -1, 1, -1)
    beside = small[filled == 0]
    if not 0.12 < area / small.size < 0.96 or area < 0.8 * box_width * box_height or beside.size == 0:
        return _whole(gray.shape, rim)
    if float(np.median(small[filled == 1])) - float(np.median(beside)) < 20:
        return _whole(gray.shape, rim)
    narrow = cv2.erode(filled, np.ones((9, 9), np.uint8), borderValue=0)
    # What is narrower lies within: one picture holds both.
    both = cv2.resize(cv2.add(filled, narrow), (width, height), interpolation=cv2.INTER_NEAREST)
    sheet, inside = both > 0, both > 1
    for edge in (inside, inside.T):
        edge[:rim] = edge[-rim:] = False
    if not inside.any():
        return _whole(gray.shape, rim)
    return sheet, inside, min(1.0, max(box_width, box_height) / max(small.shape))


def _between(corners: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[Mask, Mask, float]:
    """The same of a sheet whose corners are known."""
    height, width = shape
    rim = max(2, round(0.015 * max(height, width)))
    filled = np.zeros((height, width), np.uint8)
    points = np.round(corners * (width, height)).astype(np.int32)
    cv2.fillConvexPoly(filled, points, 1)
    inside = cv2.erode(filled, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8), borderValue=0)
    (_, sides, _) = cv2.minAreaRect(points)
    return filled > 0, inside > 0, min(1.0, max(sides) / max(height, width))


def _whole(shape: tuple[int, ...], rim: int) -> tuple[Mask, Mask, float]:
    """What is said of a picture in which no sheet stands out."""
    inside = np.zeros(shape, bool)
    inside[rim:-rim, rim:-rim] = True
    return np.ones(shape, bool), inside, 1.0


def _outline(area: Channel) -> NDArray[np.int32]:
    contours, _ = cv2.findContours(area, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return np.asarray(cv2.convexHull(max(contours, key=cv2.contourArea)), dtype=np.int32)


def _softened(channel: Channel) -> Channel:
    """Without the finest grain; a median would take the strokes of a coarse scan with it."""
    return np.asarray(cv2.GaussianBlur(channel, (0, 0), 0.7), dtype=np.uint8)


def _noise(gray: Channel, inside: Mask) -> float:
    """Grain, as a standard deviation; the median keeps print out of it. A quarter of the page tells it."""
    tall = max(16, gray.shape[0] // 32)
    rests = []
    for top in range(0, gray.shape[0], 4 * tall):
        band = gray[top : top + tall].astype(np.float32)
        rest = cv2.absdiff(band, cv2.GaussianBlur(band, (0, 0), 1.0))
        rests.append(rest[::2, ::3][inside[top : top + tall : 2, ::3]])
    rest = np.concatenate(rests)
    return 1.6 * quantile(rest, 0.5) if rest.size else 0.0


def _parted(channel: Channel) -> tuple[Channel, Channel]:
    """The light of the paper, and how far everything differs from it; the latter takes the place of the channel, for
    memory that was not used before costs more than what is done in it."""
    under = paper_under(channel)
    return under, np.asarray(cv2.absdiff(channel, under, dst=channel), np.uint8)


def paper_under(channel: Channel) -> Channel:
    """The light of the paper under the marks: the median of a wide neighbourhood."""
    height, width = channel.shape
    small = cv2.resize(channel, (max(8, width // 4), max(8, height // 4)), interpolation=cv2.INTER_AREA)
    level = cv2.medianBlur(small, 31)
    return np.asarray(cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _marks(mark: Channel, inside: Mask, noise: float) -> tuple[Mask, Mask, Boxes, float]:
    """Connected marks that are more than dust, and how much of the page they cover, in thousandths.

    What touches the rim of the sheet is its edge, a shadow or the desk.
    """
    part, binary, labels, stats, centres = _connected_marks(mark, inside, max(7.0, 4.0 * noise))
    if strong := _hang_on_a_pattern(mark[part], labels, stats, longest=max(mark.shape)):
        part, binary, labels, stats, centres = _connected_marks(mark, inside, _PATTERN * strong)
    where = inside[part].view(np.uint8)
    stats[:, :2] += (part[1].start, part[0].start)
    centres += (part[1].start, part[0].start)
    longest = max(mark.shape)
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    smallest = max(4, round(longest / 260))
    meant = (np.maximum(width, height) >= smallest) & (area >= 2 * smallest)
    meant[0] = False
    boxes = stats[meant]
    deeper = cv2.erode(where, np.ones((5, 5), np.uint8), borderValue=1)
    rim = cv2.subtract(binary, deeper).view(bool)
    meant[labels[rim]] = False
    extent = float(np.sum(np.maximum(width, height)[meant])) / longest
    straight = np.maximum(width, height) > 12 * np.minimum(width, height)  # a fold, or what is left of an edge
    compact = area > 0.6 * width * height
    at_side = np.minimum(centres[:, 0], mark.shape[1] - centres[:, 0]) < 0.07 * longest
    holes = (
        compact & at_side & (np.maximum(width, height) < 0.04 * longest) & (np.minimum(width, height) > 0.012 * longest)
    )
    meant &= ~holes  # nobody wrote them
    inked, printed = np.zeros_like(inside), np.zeros_like(inside)
    if extent < 0.03 or int((meant & ~straight).sum()) < 2:
        return inked, printed, boxes, 0.0
    short = meant & (np.maximum(width, height) < longest / 12)
    _choose(labels, meant.view(np.uint8) + short.view(np.uint8), inked[part], printed[part])
    content = 1000.0 * float(area[meant].sum()) / max(1, cv2.countNonZero(inside.view(np.uint8)))
    return inked, printed, boxes, content


def _connected_marks(
    mark: Channel, inside: Mask, threshold: float
) -> tuple[Part, Channel, Labels, Boxes, NDArray[np.float64]]:
    """The part of the sheet that holds everything that stands out by so much, and there what hangs together."""
    stands_out = cv2.threshold(mark, threshold, 1, cv2.THRESH_BINARY)[1].view(bool) & inside
    part = widened(around(stands_out), 4)
    binary = stands_out[part].view(np.uint8)
    return part, binary, *connected(binary)


def _hang_on_a_pattern(mark: Channel, labels: Labels, stats: Boxes, *, longest: int) -> float:
    """How strong the print is where most of it hangs together by a pale pattern under it, as on a card; else 0."""
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    long = size > longest / 4
    long[0] = False
    if not long.any():
        return 0.0
    some = mark[::_SPARSE, ::_SPARSE]
    strong = _at_share(_counts(some, np.ones_like(some, bool)), _STRONGEST)
    if strong < _PLAIN:
        return 0.0
    within, plain = long[labels[::_SPARSE, ::_SPARSE]], some > 0.5 * strong
    if np.count_nonzero(plain & within) <= _HELD * np.count_nonzero(plain):
        return 0.0
    return strong if float((some[within] < _PATTERN * strong).mean()) >= _MOSTLY_PALE else 0.0


def _choose(labels: Labels, chosen: Channel, inked: Mask, printed: Mask) -> None:
    """Mark the pixels of what is chosen as ink (1), and as print too (2)."""
    few = len(chosen) <= _MANY_MARKS
    # A table of just that length is looked up in a tenth of the time.
    table = np.concatenate([chosen, np.zeros(_MANY_MARKS - len(chosen), np.uint8)]) if few else chosen
    for top in range(0, len(labels), _STRIP):
        strip = labels[top : top + _STRIP]
        found = cv2.LUT(strip.astype(np.uint16, copy=False), table) if few else table[strip]
        np.greater(found, 0, out=inked[top : top + _STRIP])
        np.greater(found, 1, out=printed[top : top + _STRIP])
