"""Whether a page goes on beyond its picture: print that touches the edge, where every page has a margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Layout, Mask, connected, quantile

Box = tuple[float, float, float, float]

_NEAR = {"left": 0.55, "right": 0.55, "top": 0.75, "bottom": 0.75}
"""How near print comes to the edge only where it is cut, in heights of a character. No page is printed that close."""

_JOINED = 3.0
"""Width in heights of a character, from which what touches the edge is no character."""


@dataclass(frozen=True)
class Cut:
    """At how many places along one side of the picture print is cut."""

    near: int
    """Places at which print is cut, or as good as."""
    through: int
    """Places at which a character, or the tip of one, runs out of the picture."""
    touching: int
    """Places at which anything of print runs out of it, rules too; where nothing does, print only comes near."""
    rules: int = 0
    """Places at which rules do."""


def cut_edges(layout: Layout) -> dict[str, Cut]:
    """How print is cut along each side of the picture; also where nothing else is left on the page."""
    em = character_height(layout)
    least, lit = int(max(22.0, 0.35 * layout.strength(80))), int(0.6 * layout.paper)
    depth = round(2.5 * em)
    marks, papers, sheets, lights = (
        _sides(channel, depth) for channel in (layout.mark, layout.under, layout.sheet, layout.gray)
    )
    found = {}
    for side, mark in marks.items():
        print_ = (mark > least) & (papers[side] > lit) & sheets[side]
        found[side] = _places_at_edge(print_, lights[side] < papers[side], em, _NEAR[side], depth)
    for one, other in (("left", "right"), ("top", "bottom")):
        found[one], found[other] = _without_ruling(found[one], found[other])
    return found


def _without_ruling(one: Cut, other: Cut) -> tuple[Cut, Cut]:
    """Rules that run out on both sides, and nothing else does, are those of writing paper, printed so. The rules of a
    table that is cut begin within the page."""
    if not (_nothing_but_rules(one) and _nothing_but_rules(other)):
        return one, other
    return Cut(0, 0, 0), Cut(0, 0, 0)


def _nothing_but_rules(side: Cut) -> bool:
    return side.rules > 0 and side.near == side.rules and side.through == 0


def character_height(layout: Layout) -> float:
    """The usual size of characters on the page, in pixels of the working size."""
    longest = max(layout.gray.shape)
    sizes = np.maximum(layout.boxes[:, 2], layout.boxes[:, 3]) if len(layout.boxes) else np.array([])
    sizes = sizes[sizes < longest / 16]
    # Letters that touch each other are as long as their word, but no higher than one of them.
    low = np.minimum(layout.boxes[:, 2], layout.boxes[:, 3])
    low = low[(low > longest / 250) & (low < longest / 16)]
    if len(low) > 5 and len(sizes):
        sizes = np.minimum(sizes, 1.5 * quantile(low, 0.75))
    return float(np.clip(quantile(sizes, 0.75), longest / 130, longest / 24)) if len(sizes) > 5 else longest / 60


def strip_of(side: str) -> Box:
    """Where on the picture that side lies, to be marked."""
    return {
        "left": (0.0, 0.0, 0.04, 1.0), "right": (0.96, 0.0, 1.0, 1.0),
        "top": (0.0, 0.0, 1.0, 0.04), "bottom": (0.0, 0.96, 1.0, 1.0),
    }[side]  # fmt: skip


def _sides(channel: NDArray[Any], depth: int) -> dict[str, NDArray[Any]]:
    """A strip along each side of the picture, turned so that the side lies at the top."""
    return {
        "top": channel[:depth], "bottom": channel[::-1][:depth],
        "left": channel.T[:depth], "right": channel[:, ::-1].T[:depth],
    }  # fmt: skip


def _places_at_edge(print_: Mask, darker: Mask, em: float, near: float, depth: int) -> Cut:
    """At how many places along the upper edge print of the size of characters, or rules, stand nearer than allowed.

    What runs out of the picture must be darker than the paper: lighter is what a scanner leaves around the sheet.
    """
    _, stats, _ = connected(np.ascontiguousarray(print_).view(np.uint8))
    places: set[int] = set()
    through: set[int] = set()
    rules: set[int] = set()
    for left, top, width, height, area in stats[1:].tolist():
        if top > near * em or area < 6:
            continue
        if top <= 2 and width > _JOINED * em:  # rules joined by one that runs along the edge, as in a table, or a seal
            rules |= _rules_cut(print_[:, left : left + width], em, left)
            continue
        if top > 1 and height < 0.25 * em and width > 2.5 * height:  # the edge of the sheet, running out of the picture
            continue
        is_character = 0.4 * em < max(width, height) < 1.9 * em and min(width, height) > 2 and height < depth
        thin = area < 0.3 * em * height and width < 0.8 * height  # the arc of a seal runs out aslant
        is_rule = top <= 2 and thin and height >= depth - 2
        place = int((left + width / 2) / (1.2 * em))
        if is_character or is_rule:
            places.add(place)
        if is_rule:
            rules.add(place)
        # Of a line that is cut low, tips of its characters are left on the very edge. What is one pixel high there is
        # what a scanner shows of the edge of the sheet.
        on_edge = top <= 1 and bool(3 * np.count_nonzero(darker[top, left : left + width]) > width)
        if on_edge and 0.15 * em < max(width, height) < 1.9 * em and 1 < height < depth:
            through.add(place)
    return Cut(len(places | rules), len(through), len(through | rules), len(rules))


def _rules_cut(print_: Mask, em: float, left: int) -> set[int]:
    """Where thin rules run out of the picture: they stand on its first rows and still stand somewhat deeper."""
    found: list[set[int]] = []
    for row in (1, round(0.25 * em), round(0.5 * em)):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], print_[row], [0]]).astype(np.int8)))
        begins, ends = edges[::2], edges[1::2]
        thin = (ends - begins) < max(4.0, 0.3 * em)
        found.append({int((left + middle) / (1.2 * em)) for middle in ((begins + ends) / 2)[thin]})
    return found[0] & found[1] & found[2]
