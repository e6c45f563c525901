"""Whether a page goes on beyond its picture: print that touches the edge, where every page has a margin."""

from __future__ import annotations

import cv2
import numpy as np

from app.materials.layout import Channel, Layout, percentile

Box = tuple[float, float, float, float]

_NEAR = {"left": 0.55, "right": 0.55, "top": 0.75, "bottom": 0.75}
"""How near print comes to the edge only where it is cut, in heights of a character. No page is printed that close."""


def cut_edges(layout: Layout) -> dict[str, int]:
    """For each side of the picture how many places along it hold print that is cut, or as good as."""
    if not layout.content:
        return {}
    em = character_height(layout)
    strength = percentile(layout.mark, layout.inked, 80)
    print_ = layout.mark > max(22.0, 0.35 * strength)
    print_ &= layout.sheet & (layout.under > 0.6 * layout.paper)
    found = {}
    for side, part in _sides(print_.view(np.uint8)).items():
        found[side] = _places_at_edge(part, em, _NEAR[side])
    return found


def character_height(layout: Layout) -> float:
    """The usual size of characters on the page, in pixels of the working size."""
    longest = max(layout.gray.shape)
    sizes = np.maximum(layout.boxes[:, 2], layout.boxes[:, 3]) if len(layout.boxes) else np.array([])
    sizes = sizes[sizes < longest / 16]
    return float(np.clip(np.percentile(sizes, 75), longest / 130, longest / 24)) if len(sizes) > 5 else longest / 60


def strip_of(side: str) -> Box:
    """Where on the picture that side lies, to be marked."""
    return {
        "left": (0.0, 0.0, 0.04, 1.0), "right": (0.96, 0.0, 1.0, 1.0),
        "top": (0.0, 0.0, 1.0, 0.04), "bottom": (0.0, 0.96, 1.0, 1.0),
    }[side]  # fmt: skip


def _sides(print_: Channel) -> dict[str, Channel]:
    """The picture turned so that each side in turn lies at the top."""
    return {
        "top": print_, "bottom": print_[::-1], "left": print_.T, "right": print_[:, ::-1].T,
    }  # fmt: skip


def _places_at_edge(print_: Channel, em: float, near: float) -> int:
    """At how many places along the upper edge print of the size of characters, or rules, stand nearer than allowed."""
    depth = round(2.5 * em)
    strip = np.ascontiguousarray(print_[:depth])
    number, _, stats, _ = cv2.connectedComponentsWithStats(strip)
    places: set[int] = set()
    for left, top, width, height, area in stats[1:number]:
        if top > near * em or area < 6:
            continue
        is_character = 0.4 * em < max(width, height) < 1.9 * em and min(width, height) > 2 and height < depth
        is_rule = top <= 2 and width < 0.3 * em and height >= depth - 2
        if is_character or is_rule:
            places.add(int((left + width / 2) / (1.2 * em)))
    return len(places)
