"""Whether a page has enough pixels for its print, and whether those that it has were worked out from fewer."""

from __future__ import annotations

from collections.abc import Mapping

from app.materials.lying import lies_whole
from app.materials.readable import WORKING_SIDE, Thresholds

_CLEARLY_FEW = 0.9
"""Part of the pixels that a page must have, below which it was made larger from too few."""
_NO_JPEG = 100.0
_SLOWER, _HARDLY_SLOWER = 2.0, 0.8
"""How much clearer letters and lines may follow each other than the places where an enlarged picture bends."""
_SOFT_FOR_TURNS, _SQUARE = 0.33, 0.5
"""Spread of edges, as part of the distance of turns, from which pixels were passed into one another; and the height
from which each was repeated."""


def is_enlarged(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Made larger from a picture of too few pixels. Light bends in turns along letters and rows of a table, too, but
    more clearly in theirs than in any finer ones."""
    height, distance = measures.get("turns_height", 0.0), measures.get("turns", 0.0)
    longest = min(measures["pixels"], WORKING_SIDE)
    if not distance or longest / distance > _CLEARLY_FEW * least_pixels(measures, thresholds):
        return False
    if measures["turns_clarity"] < thresholds.enlarged_clarity or measures["turns_slow"] > _SLOWER:
        return False
    # One and a quarter times as large has the turns of five times as large, but neither its soft nor its square edges.
    soft = measures["blur"] > _SOFT_FOR_TURNS * distance
    if not soft and (height < _SQUARE or measures["turns_slow"] > _HARDLY_SLOWER):
        return False
    if not measures["turns_explained"]:
        return height > thresholds.enlarged
    # The blocks of a JPEG are all that bends in a blurred or an empty picture.
    packed = measures["quality"] < _NO_JPEG
    return not packed and height > 2 * thresholds.enlarged and measures["turns_slow"] < _HARDLY_SLOWER


def has_few_pixels(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Too few for its print, unless that is as large as on a card: its lines tell, where its outline is not found and
    no blocks join them."""
    blocks = measures["quality"] < thresholds.coarse_quality or measures["steps"] > thresholds.coarse_steps
    large = measures.get("line_pixels", 0.0) >= thresholds.lowres_line_pixels and not blocks
    least = thresholds.lowres_card_pixels if large else least_pixels(measures, thresholds)
    return measures["page_pixels"] < least


def least_pixels(measures: Mapping[str, float], thresholds: Thresholds) -> int:
    ratio = measures["apart_ratio"] if lies_whole(measures) else measures["ratio"]
    return thresholds.lowres_card_pixels if 1.5 < ratio < 1.68 else thresholds.lowres_pixels
