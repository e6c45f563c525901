"""Which way up the print of a page stands: the classifier of the recogniser, asked about a few lines only."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials import recognition
from app.materials.layout import Layout, quantile, widened
from app.materials.reaching import FINDING_SIDE, NOWHERE, Reach, reach_of

_FIRST, _ALL = 4, 10
"""Lines that are asked first, and in all where those do not agree that the page stands upright. Of the first the last
are only asked where those before do not agree."""
_LEAST = 3
"""Lines below which nothing is said: a stamp or a signature may stand any way."""
_ON_HEAD = 0.7
"""What the classifier must say of a line that counts as standing on its head."""
_SURELY_UPRIGHT = 0.01
"""What it says at most of the two best lines where no third is asked."""
_AGREED = 0.7
"""Part of the lines that must agree that the page stands upright; figures look alike on their head."""
_MOST, _SURELY = 0.7, 0.9
"""Part of the lines that stand on their head, from which the page may; with less it must be read surely when turned."""
_MANY_MARKS = 40
"""Marks from which there must be lines: those of a table hang together with its rules, so the reader finds them."""
_READ = 8
"""Lines that are read both ways before a page is called upside down."""

_LONG = 2.4
"""Length over height of a word or line whose angle is asked."""
_SAME_SLANT, _SLANTS_AGREE = 3.0, 0.8
"""Degrees within which words lie alike, and the part of them that must."""

STEEP = 75.0
"""Degrees from which words run up or down."""

Quad = NDArray[np.float32]


@dataclass(frozen=True)
class Standing:
    """What the lines say. `on_head` is the part of them that stand on their head, all of them where reading decides:
    `better` is by how much surer they are read when turned."""

    on_head: float = 0.0
    better: float = 0.0


@dataclass(frozen=True)
class Running:
    """How lines run, in degrees clockwise as by `agreed_slant`; and which way up they stand, where they lie level."""

    slant: float | None = None
    standing: Standing = Standing()
    height: float = 0.0
    """Height of the smaller lines, in pixels of the page."""
    reach: Reach = NOWHERE

    @property
    def sideways(self) -> bool:
        """Whether they run up or down the page."""
        return self.slant is not None and abs(self.slant) > STEEP


def standing_of(layout: Layout, *, doubted: bool = False) -> Standing:
    """Ask a few lines of a page that lies level. On nearly all pages the first four agree that it stands upright.

    Where the reader `doubted` that already, the lines that it finds itself are read both ways.
    """
    quads = _lines(layout)[:_ALL] if not doubted else []
    if len(quads) < _LEAST and len(layout.boxes) > _MANY_MARKS:
        quads = _found_lines(layout)[:_ALL]
    if len(quads) < _LEAST:
        return Standing()
    strips: list[recognition.Pixels] = []
    said: list[float] = []
    share = 0.0
    for asked in (_LEAST - 1, _LEAST, _FIRST, _ALL):
        strips += [recognition.cut_out(layout.colours, quad) for quad in quads[len(strips) : asked]]
        said += [recognition.on_head(strip) for strip in strips[len(said) :]]
        share = sum(one > _ON_HEAD for one in said) / len(said)
        if asked < _LEAST and max(said) > _SURELY_UPRIGHT:
            continue
        # Where the first three agree, the fourth could not outvote them.
        if not doubted and sum(one < 0.5 for one in said) > _AGREED * len(said):
            return Standing(share)
    # The classifier errs on seals, figures and handwriting now and then; the reader does not take a page both ways.
    longest = sorted(strips, key=lambda strip: -strip.shape[1])[:_READ]
    better, turned = _better_turned(longest)
    if share < _MOST and turned < _SURELY:
        return Standing(share)  # writing by hand is read surely neither way
    return Standing(1.0, better)


def _found_lines(layout: Layout) -> list[Quad]:
    """Lines that the reader finds, the longest first, of those that lie level."""
    return _longest(recognition.find_lines(layout.colours, side=FINDING_SIDE, fine=False))


def _longest(quads: list[Quad]) -> list[Quad]:
    """The longest first, of those that lie level."""
    sides = [(_length(quad, 1), _length(quad, 3)) for quad in quads]
    level = [(-min(long, 9 * high), at) for at, (long, high) in enumerate(sides) if long > 1.8 * high]
    return [quads[at] for _, at in sorted(level)]


def tilt_of(layout: Layout) -> float | None:
    """The angle at which words lie, in degrees clockwise; None where there are too few to tell."""
    quads = _lines(layout)[:40]
    if len(quads) < _FIRST:
        return None
    along = np.array([quad[1] - quad[0] for quad in quads])
    return float(np.median(np.degrees(np.arctan2(along[:, 1], along[:, 0]))))


def agreed_slant(layout: Layout, *, found: bool = False) -> float | None:
    """The angle at which nearly all words lie, from -90 to 90 degrees clockwise; None where they are few or disagree.

    `found` are the lines that the reader finds, which costs as much as all else; words are joined marks.
    """
    return _agreed(
        recognition.find_lines(layout.colours, side=FINDING_SIDE, fine=False) if found else _lines(layout)[:40]
    )


def running_of(layout: Layout) -> Running:
    """How the lines run that the reader finds on a page whose print is hard to see: blurred, pale, dark or coarse."""
    colours = recognition.lit(layout.colours)
    quads = recognition.find_lines(colours, side=FINDING_SIDE, fine=False)
    slant = _agreed(quads)
    if slant is None:
        return Running()
    height = quantile(np.array([min(recognition.sides_of(quad)) for quad in quads]), 0.25)
    found = Running(slant, height=height, reach=reach_of(quads, colours.shape))
    level = [] if found.sideways else _longest(quads)[:_READ]
    if not level:  # of lines that run steeply nothing tells which way up they stand
        return found
    strips = [recognition.cut_out(colours, quad) for quad in level]
    share = sum(recognition.on_head(strip) > _ON_HEAD for strip in strips) / len(strips)
    return replace(found, standing=Standing(share, _better_turned(strips)[0] if share >= _MOST else 0.0))


def _agreed(quads: list[Quad]) -> float | None:
    along = [_longer_side(quad) for quad in quads]
    slants = np.array([np.degrees(np.arctan2(y, x)) for x, y, longer in along if longer > _LONG])
    if len(slants) < _FIRST:
        return None
    slants = (slants + 90) % 180 - 90
    # Lines that run up or down lie about where the angles begin and end.
    steep = float(np.median(np.abs(slants))) > 45
    slants = slants % 180 if steep else slants
    usual = float(np.median(slants))
    if float((np.abs(slants - usual) < _SAME_SLANT).mean()) < _SLANTS_AGREE:
        return None
    return usual - 180 if usual > 90 else usual


def _better_turned(strips: list[recognition.Pixels]) -> tuple[float, float]:
    """By how much surer these lines are read once they are turned; and how surely."""
    turned = float(np.mean([recognition.sureness(strip[::-1, ::-1]) for strip in strips]))
    return turned - float(np.mean([recognition.sureness(strip) for strip in strips])), turned


def _longer_side(quad: Quad) -> tuple[float, float, float]:
    """The longer side of a line, and how much longer it is than the other."""
    one, other = quad[1] - quad[0], quad[3] - quad[0]
    if np.linalg.norm(one) < np.linalg.norm(other):
        one, other = other, one
    return float(one[0]), float(one[1]), float(np.linalg.norm(one) / max(1.0, float(np.linalg.norm(other))))


def _length(quad: Quad, corner: int) -> float:
    """How far this corner is from the first."""
    x, y = (quad[corner] - quad[0]).tolist()
    return math.hypot(x, y)


def _letter_height(layout: Layout) -> float:
    """The usual height of print, whether its letters stand apart or touch each other."""
    longest = max(layout.gray.shape)
    sides = np.minimum(layout.boxes[:, 2], layout.boxes[:, 3]) if len(layout.boxes) else np.array([])
    sides = sides[(sides > longest / 250) & (sides < longest / 16)]
    return quantile(sides, 0.75) if len(sides) else longest / 80


def _lines(layout: Layout) -> list[Quad]:
    """Corners of what looks like words and lines of print, the likeliest first."""
    em = _letter_height(layout)
    part = widened(layout.part, 2 * round(1.2 * em) + 8)
    joined = cv2.morphologyEx(
        layout.printed[part].view(np.uint8),
        cv2.MORPH_CLOSE,
        np.ones((max(1, round(0.2 * em)), max(3, round(1.2 * em))), np.uint8),
    )
    begin = (part[1].start, part[0].start)
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=begin)
    found: list[tuple[float, Quad]] = []
    for contour in contours:
        if len(contour) < 8:
            continue
        centre, (one, other), angle = cv2.minAreaRect(contour)
        long, high = max(one, other), min(one, other)
        if not 0.6 * em < high < 2.6 * em or long < 2.5 * high:
            continue
        edge = 0.25 * high
        quad = recognition.corners_of((centre, (one + edge, other + edge), angle))
        if _length(quad, 1) > _length(quad, 3):
            found.append((-min(long, 9 * high), quad))
    found.sort(key=lambda pair: pair[0])
    return [quad for _, quad in found]
