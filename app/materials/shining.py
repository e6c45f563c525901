"""Whether a page shines: what follows from the measures of its burnt places and of its gaps in print."""

from __future__ import annotations

from collections.abc import Mapping

from app.materials.readable import Thresholds

_BURNT_PAPER, _LIGHT_BURNT_PAPER = 222.0, 238.0
"""Light of the paper around a burnt place, at most; on lighter paper the place must be larger to be seen."""
_SOFT_BURNT_RIM, _SOFT_RIM, _SOFT_DIM_RIM, _BURNT_PRINT = 0.5, 0.72, 0.85, 0.01
"""Part of the directions in which the rim of a burnt place is soft where it is white to the end of the scale, where it
nearly is and where it is not, and the part of the place that may be as dark as print."""
_KEPT_PRINT = 0.015
"""Part of a white place that is print, from which it is lit paper: a burnt one has 0.011 at most, a written one 0.02
and more."""
_LARGEST_BURNT = 0.2
"""Part of the sheet that is white without print, from which more of it is white with print."""
_RISES, _SOLID = 2.0, 0.75
"""Levels by which light rises in a spot, and the part of its hull that it fills, where paper is white to the end."""
_NO_ROOM, _SOME_FADED = 250.0, 0.35
"""Light of paper that has no room left to grow lighter; part of the fading that tells where other things do, too."""
_WHITER = 0.1
"""Part of a bare place that is white to the end of the scale beyond the paper around it, on paper that is all white."""
_BURNT_WHITE, _FULL_WHITE, _CLEARLY_BURNT = 248.0, 238.0, 10.0
"""Light from which white is the end of the scale and from which it nearly is; by how much it must be lighter than the
paper, three times as much where it is not."""
_WHITE_PAPER, _ALL_WHITE = 246.0, 254.5
"""Light of paper that is nearly white, and of paper that is white to the end of the scale."""
_CLEARLY_LIGHTER = 8.0
"""Levels by which a spot must be lighter that is not white, on paper that is not white: else print is only weaker
there, as beside a fold."""
_MUCH_LIGHTER = 30.0
"""The same in a dim or coloured light, in which nothing is white."""
_NEAR_WHITE = 246.0
"""Light of paper beside which a burnt place must be a twentieth of the page to be seen."""
_DARKER = -2.5
"""Levels that a place may be darker than the paper around it."""
_BARE, _HARDLY_BARE = 0.75, 0.4
"""Part of the middle of a spot in which nothing is left; where less than the second is, no shine took anything."""
_HARD_RIM = 0.05
"""Part of the directions in which the rim of a white slip is soft, at most; that of a window's light is so in 0.12."""


def has_glare(measures: Mapping[str, float], thresholds: Thresholds, *, speckled: bool) -> bool:
    """Whether light has burnt a place or taken print away, by what was measured on the page."""
    share, white, faded = measures["shine_share"], measures["shine_white"], measures["shine_faded"]
    rise = measures["shine_rise"]
    if _is_burnt(measures, thresholds):
        return True
    if _is_label(measures):
        return False
    # On a page that is written upon all over a small gap is a gap.
    least = thresholds.glare_share * (2 if speckled else 1)
    if share < least or rise < _DARKER:  # what is darker is a picture
        return False
    if _WHITE_PAPER <= measures["paper"] < _ALL_WHITE and rise < 1:
        return False  # paper so near white is white here and there by itself
    if measures["paper"] >= _WHITE_PAPER and rise < _RISES and measures.get("shine_solid", 1.0) < _SOLID:
        return False  # beside the print that a frame encloses there is as much white
    left = measures.get("shine_bare", 0.0)
    bare = left >= _BARE
    # Beside a row that is printed in a tint white paper is lighter, too.
    tinted = measures["paper"] > _NO_ROOM and not bare and faded < _SOME_FADED * thresholds.glare_faded
    # On white paper the end of the scale says little by itself: light must rise, or print must fade around a place that
    # is wide enough to have a middle; the end of a paragraph is a narrow one.
    if white > thresholds.glare_white and (
        (rise >= _RISES and left > _HARDLY_BARE and not tinted)
        or (bare and faded > _SOME_FADED * thresholds.glare_faded)
    ):
        return True
    # White paper cannot grow lighter, so there only the print tells: it fades around a wide place where none is left.
    if not bare or white < -0.02:
        return False
    lighter = rise >= _CLEARLY_LIGHTER and (measures["brightest"] >= 250 or rise >= _MUCH_LIGHTER)
    if white <= 0.03 and measures["paper"] < _WHITE_PAPER and not lighter:
        return False
    if measures["paper"] >= _ALL_WHITE and white <= _WHITER:
        return False  # on paper without any shade handwriting in the cells of a form thins out as if it faded
    if share > 5.5 * thresholds.glare_share and white > 0.03 and faded > _SOME_FADED * thresholds.glare_faded:
        return True
    # In a table rules run through everything: a place that none crosses, and in which white rises, is taken.
    if share > 3 * thresholds.glare_share and white > _WHITER and faded > 0.5 * thresholds.glare_faded:
        return True
    return (
        share > (1.0 if rise >= _MUCH_LIGHTER else 1.5) * thresholds.glare_share
        and faded > (0.85 if white > 0.03 else 1.3) * thresholds.glare_faded
    )


def _is_burnt(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Whether light has burnt a place white, amid the sheet or, with a rim that is soft on all sides, over its edge."""
    around = measures.get("burnt_paper", 0.0)
    larger = _times_larger(around)
    if measures.get("burnt", 0.0) > larger * thresholds.glare_share and around <= _NEAR_WHITE:
        return not (_is_label(measures) or _keeps_its_print(measures))
    around, white = measures.get("flash_paper", 0.0), measures.get("flash_white", 0.0)
    full = white >= _FULL_WHITE
    rim = _SOFT_BURNT_RIM if white >= _BURNT_WHITE else _SOFT_RIM if full else _SOFT_DIM_RIM
    if measures.get("flash_soft", 0.0) < rim or around > _LIGHT_BURNT_PAPER:
        return False
    if not full and measures["paper"] > white - 2 * _CLEARLY_BURNT:
        return False  # most of the paper is as light: the sun falls on it through a window
    if measures.get("flash_written", 0.0) > _BURNT_PRINT or around > white - _CLEARLY_BURNT * (1 if full else 3):
        return False
    return measures.get("flash_share", 0.0) > _times_larger(around) * thresholds.glare_share


def _keeps_its_print(measures: Mapping[str, float]) -> bool:
    """Whether print stands in the largest white place: the sun falls there on white paper, or a shadow beside it. Of a
    place so large that no flash was looked for in it the same is supposed."""
    share = measures.get("flash_share", 0.0)
    if not share:
        return measures["burnt"] > _LARGEST_BURNT
    return share >= measures["burnt"] and measures["flash_written"] > _KEPT_PRINT


def _is_label(measures: Mapping[str, float]) -> bool:
    """Whether the white place that hides print has a hard rim all around, as a slip of paper or a picture has."""
    there = measures.get("flash_share", 0.0) > 0 and measures["flash_paper"] <= _LIGHT_BURNT_PAPER
    return there and measures["flash_soft"] < _HARD_RIM


def _times_larger(around: float) -> float:
    """The lighter the paper, the larger must a burnt place be to be seen."""
    return 0.6 if around <= _BURNT_PAPER else 1.5 if around <= _LIGHT_BURNT_PAPER else 3.6
