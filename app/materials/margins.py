"""Whether a page goes on beyond its picture, told from what was measured at the picture's edges."""

from __future__ import annotations

from collections.abc import Mapping

from app.materials.lying import lies_whole
from app.materials.readable import Thresholds

SPECKLED = 300.0
"""Thousandths of the page that are ink, from which it is the speckles of a bilevel scan, which touch every edge."""
_OF_A_SCAN = 0.6
"""Part of the places at which print must be cut where even light paper fills the picture: nothing else stands there."""
_OF_AN_EVEN_SHEET = 0.8
"""The same of a sheet on a desk that is even all over: no fold and no stain stands at its edge."""
_THROUGH, _ALONE = 3.0, 4.0
"""Characters that run out of an even light picture or sheet, from which it is cut, on a written page and on an empty
one."""
_ANY_CHARACTER, _SOME_LINES = 1.0, 0.08
"""Characters that run out, and part of all lines that do, from which a card is cut: it has few of either."""
_HIDDEN_LINES = 3.0
"""Lines that run out of one side, from which a page is cut whose print is hard to see."""
_MANY_SIDES = 3
"""Sides of a picture that marks run out of, from which they may be those of a marbled or woven ground."""
_WELL_WITHIN = 0.05
"""Part of the picture's longer side by which all lines must then stay off its edges."""


def must_be_asked_for_reach(measures: Mapping[str, float], names: list[str]) -> bool:
    """Whether the reader must say how far lines reach: a little runs out of the picture, or something all around."""
    if "cutoff" in names:
        return measures["cut_sides"] >= _MANY_SIDES
    return measures.get("cut_through", 0.0) >= _ANY_CHARACTER and not lies_whole(measures)


def is_cut(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Whether a page is cut whose print is clear."""
    if measures["content"] >= SPECKLED or lies_whole(measures) or _lies_within(measures):
        return False
    if _lines_run_out(measures):
        return True
    if measures["lettered"] <= 0.15 and measures["letters"] <= 60:
        return False  # what touches the edge is a lively ground
    even = is_even(measures)
    evenly = _OF_A_SCAN if even else _OF_AN_EVEN_SHEET if measures["ground"] > 0.95 else 1.0
    still = even or measures["ground"] > 0.95
    through = still and measures.get("cut_through", 0.0) >= _THROUGH
    # Print that comes near to the edge all along and touches it nowhere is complete.
    near = measures["cut"] >= evenly * thresholds.cut_places and measures.get("cut_touching", 1.0) >= 1
    return near or through


def is_cut_of_its_print(measures: Mapping[str, float]) -> bool:
    """Whether nothing is left on a page but characters that run out of it."""
    return is_even(measures) and measures.get("cut_through", 0.0) >= _ALONE


def is_cut_of_hidden_print(measures: Mapping[str, float]) -> bool:
    """The same where print is hard to see: what the reader finds of it tells."""
    return measures.get("lines_cut", 0.0) >= _HIDDEN_LINES and not lies_whole(measures)


def is_even(measures: Mapping[str, float]) -> bool:
    """Whether even light paper fills the picture, so that nothing but print can touch its edge."""
    return measures["light"] > 200 and measures["ground"] > 0.7 and measures["page_pixels"] >= measures["pixels"]


def _lies_within(measures: Mapping[str, float]) -> bool:
    """Whether marks run out of the picture on most of its sides, and no line of print comes near to any: a ground."""
    return measures.get("cut_sides", 0.0) >= _MANY_SIDES and measures.get("lines_off", 0.0) > _WELL_WITHIN


def _lines_run_out(measures: Mapping[str, float]) -> bool:
    share = measures.get("lines_cut", 0.0) / max(1.0, measures.get("lines_seen", 0.0))
    return measures.get("cut_through", 0.0) >= _ANY_CHARACTER and share >= _SOME_LINES
