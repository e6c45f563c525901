"""What is said of a page from what was measured on it: its flags, now or long after.

Every threshold was chosen as those in `app.materials.readable` were.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.materials.lying import lies_whole
from app.materials.margins import SPECKLED, is_cut, is_cut_of_hidden_print, is_cut_of_its_print
from app.materials.pixelcount import has_few_pixels, is_enlarged
from app.materials.readable import THRESHOLDS, WORKING_SIDE, Thresholds
from app.materials.resemblance import is_plainly_paper, rows_speak_against, rows_speak_for, stands_in_rows
from app.materials.shining import has_glare
from app.materials.unlikeness import (
    can_be_read,
    is_a_chat,
    is_a_code,
    is_a_drawing,
    is_a_screen,
    is_a_wall,
    is_bare_desk,
    is_doubtful,
    is_even_paper,
    is_full_of_letters,
    is_no_paper,
    is_of_keys,
    is_tiled,
    may_be_tiled,
)
from app.materials.waved import has_fringes, has_strong_waves, has_waves

_SPREAD = 1.3
"""Spread of edges from which thin strokes lose contrast by blur alone."""
_NO_TILT = 7.0
"""Degrees by which words may lie otherwise than the stripes that marks gather in."""
_NO_CHANCE = 4.0
"""How far an angle stands out that no even spacing makes, whatever single words say of it."""
_SOME_RULES, _RULED, _RULED_ALONE, _SAME_WAY = 0.15, 0.45, 0.55, 4.0
"""Part of the edges of rules that run one way, from which they bear an angle out, from which they tell it where lines
seem askew and where those seem level; and the degrees within which they agree."""
_FEW_LETTERED = 0.3
"""Part of the marks that stand like print, below which a page of few pixels does not show how its lines run."""
_FOLDS, _SOFT_FOLDS, _LEAST_WRITTEN = 5.0, 18.0, 4.0
"""Marks that follow no straight line, sharp or as soft as the edge of a shadow, and marks that stand like print, below
which pale marks are folds and stains."""
_LITTLE_INK = 30.0
"""Thousandths of the page that are ink, below which its marks may be folds."""
_HOLES, _EVEN = 4.0, 0.95
"""Thousandths of the page that holes, stains and folds take, and the part of a sheet that is as even as its ground."""
_SOME_DUST = 3.0
"""Specks of the size of letters, from which a picture of too few pixels may hold print."""
_FAINT_LINES = 3.0
"""Height of straight waves from which they may be lines of print."""
_DROWNED = 3.0
"""The same from which no row can be seen any more."""
_SOFT = 1.9
"""Spread of edges from which marks are as soft as the edge of a shadow."""
_SOME_BLOCKS, _CLEAR_BLOCKS = 1.5, 1.8
"""Levels by which steps between blocks exceed those within, that bear coarse steps out and that tell by themselves."""
_NO_GRAIN, _LITTLE_GRAIN = 0.5, 1.5
"""Grain of the paper up to which they do."""
_ROUNDED_TINT = 30.0
"""Levels by which coarse steps may colour paper."""
_LIKE_WAVES = {"blur", "washed"}
"""Flags that waves over print have by themselves: no edge is sharp and no stroke is black under them."""
_HIDING = {"lowres", "dark", "washed", "blank", "moire"}
"""Flags of pages on which print cannot be read."""
_IN_DOUBT = _HIDING | {"blur", "overcompressed", "not_document"}
"""Flags that pictures without any print get as well."""
_NOT_OF_A_WHOLE_SHEET = {"cutoff", "not_document", "lowres"}
"""Flags that no sheet gets which lies whole in the picture, and one that a card gets later than a page."""
_SURELY_SIDEWAYS, _SURELY_ASKEW = 9.0, 3.0
"""How much clearer lines must show sideways, and an angle stand out, where the dark or blocks hide the print."""
_CLEARLY_MORE = 1.2
"""Times by which hidden print must lie further askew: it shows its angle less exactly."""
_LIGHT_GROUND, _MOST_OF_IT, _HARDLY_COLOURED, _NOTHING_SHARP = 220.0, 0.85, 10.0, 4.0
"""Light of a ground, its part of the page, its colour, and the spread of edges, of a paper far out of focus."""
_SHINES_THROUGH, _MIRRORED = 20.0, 0.15
"""Levels of what shines through at most from the other side of a sheet, and by how much surer it is read mirrored."""
_ON_HEAD = 0.7
"""Part of the lines that stand on their head on a page that lies upside down."""
_BETTER_TURNED = 0.13
"""By how much surer such lines are read once they are turned, of 1."""


def flags_of(measures: Mapping[str, float], thresholds: Thresholds = THRESHOLDS) -> list[str]:
    """The flags that a page of these measures gets: the same now as long after it was measured.

    Everything that a flag rests on stands among the measures, so that other thresholds can be tried on what was kept.
    """
    if not measures["pixels"]:
        return _flags_of_a_drawn_page(measures, thresholds)
    dark = _is_dark(measures, thresholds)
    waves = has_waves(measures, thresholds)
    whole = lies_whole(measures) or (has_fringes(measures) and not dark)
    few = has_few_pixels(measures, thresholds)
    small = few or (not dark and not waves and is_enlarged(measures, thresholds))
    if not small and is_a_code(measures):
        return ["not_document"]
    if measures["content"] == 0:
        desk = is_bare_desk(measures) and not can_be_read(measures) and not has_strong_waves(measures, thresholds)
        if waves and not dark and not desk:  # print drowned in waves is no empty page
            return ["moire"]
        if dark:
            return ["dark"]
        if not whole and (is_bare_desk(measures) or is_a_drawing(measures, thresholds) or is_tiled(measures)):
            return ["not_document"]
        if not whole and is_a_wall(measures):
            return ["blank", "not_document"]
        if small and _may_hold_small_print(measures):
            return ["lowres"]
        if is_cut_of_its_print(measures):
            return ["cutoff"]
        faint = measures.get("faint_rows", 0.0) >= thresholds.faint_rows and not _is_the_back(measures)
        return ["washed"] if faint else ["blank"]
    blurred = _is_blurred(measures, measures["pixels"], thresholds)
    washed = not dark and _is_washed(measures, thresholds)
    if washed and _is_the_back(measures):
        return ["blank"]
    nothing = washed and not waves and _is_nothing_written(measures, thresholds)
    if nothing and not is_tiled(measures) and not is_no_paper(measures, thresholds, unclear=True):
        return ["lowres"] if small and _may_hold_small_print(measures) else ["blank"]
    if not dark and not waves and not few and _is_left_empty(measures):
        return ["blank"]
    drowned = measures["blur"] > _DROWNED and is_even_paper(measures)
    faint = washed and measures.get("raised_rows", 0.0) >= thresholds.faint_rows
    coarse = _is_overcompressed(measures, thresholds)
    out_of_focus = blurred and _is_light_all_over(measures)
    written = is_full_of_letters(measures) or (coarse and stands_in_rows(measures)) or out_of_focus
    if not whole and rows_speak_against(measures) and not drowned and not faint and not written:
        return ["not_document"]
    blocky = coarse or _lies_in_plateaus(measures, thresholds)
    if coarse:  # its blocks are as flat as bubbles, and white paper may be rounded to the next tint
        measures = {**measures, "chat": 0.0, "tint": max(0.0, measures["tint"] - _ROUNDED_TINT)}
    drawn = is_a_chat(measures, thresholds) and not washed and not blocky
    screen = drawn or (is_a_screen(measures) and not waves) or is_of_keys(measures)
    screen = screen or (is_a_drawing(measures, thresholds) and not waves)  # the waves of a screen have all colours
    read = not screen and (can_be_read(measures) or rows_speak_for(measures) or ((coarse or out_of_focus) and written))
    hidden = (blurred and measures["blur"] > _SOFT) or washed or waves or small  # what cannot be read may be print
    suspected = drawn or is_no_paper(measures, thresholds, unclear=hidden or blurred or blocky)
    suspected = suspected or ("rows" in measures and not hidden and is_doubtful(measures))
    if not whole and not dark and not read and suspected:
        return ["not_document"]
    names = ["lowres"] if small else []
    pale = washed and not blocky  # print that was rounded to its blocks is pale by that
    names += [name for name, found in (("dark", dark), ("washed", pale), ("blur", blurred)) if found]
    if waves and not few and not dark:
        names.append("moire")
        names = [name for name in names if name not in _LIKE_WAVES]
    if blocky:
        names.append("overcompressed")
    if not {"blur", "dark", "washed", "moire", "overcompressed"} & set(names):
        names += _flags_of_clear_print(measures, thresholds, small=small)
    else:
        names += _flags_of_hidden_print(measures, thresholds, some=not {"blur", "washed", "moire"} & set(names))
    return names


def _flags_of_hidden_print(measures: Mapping[str, float], thresholds: Thresholds, *, some: bool) -> list[str]:
    """How the lines of a page run whose print is hard to see: as those that the reader finds on it, or where it finds
    none and `some` of the print still shows, where nothing else could show so clearly."""
    if "turned" in measures:
        if _lies_sideways(measures, thresholds.sideways_ratio) or _is_upside_down(measures):
            return ["rotated"]
        askew = abs(measures["slant"]) > _CLEARLY_MORE * thresholds.skew_angle
        return ["skew"] * askew + ["cutoff"] * is_cut_of_hidden_print(measures)
    if not some:
        return []
    if measures["sideways"] > _SURELY_SIDEWAYS:
        return ["rotated"]
    surely = measures["clarity"] > _SURELY_ASKEW and abs(measures["angle"]) > thresholds.skew_angle
    return ["skew"] if surely else []


def _flags_of_a_drawn_page(measures: Mapping[str, float], thresholds: Thresholds) -> list[str]:
    """A page that a program drew has no light and no lens: it can be empty, or lie on its side."""
    if measures["content"] == 0:
        return ["dark"] if _is_dark(measures, thresholds) else ["blank"]
    sideways = _lies_sideways(measures, thresholds.sideways_ratio)
    return ["rotated"] if sideways or _is_upside_down(measures) else []


def _flags_of_clear_print(measures: Mapping[str, float], thresholds: Thresholds, *, small: bool) -> list[str]:
    """What can be said of lines and margins where print is clear."""
    names = []
    surely = 2.0 if small else 1.0  # of few pixels no word can be asked
    sideways = _lies_sideways(measures, surely * thresholds.sideways_ratio)
    if small and measures["lettered"] < _FEW_LETTERED:
        sideways = False  # letters of few pixels hang together with rules, and columns of figures look like lines
    if sideways or _is_upside_down(measures):
        names.append("rotated")
    # Evenly spaced handwriting shows an angle at which no word lies.
    borne_out = abs(measures.get("tilt", measures["angle"]) - measures["angle"]) < _NO_TILT
    borne_out = borne_out or measures["clarity"] > _NO_CHANCE or _rules_agree(measures)
    clear = measures["clarity"] > surely * thresholds.skew_clarity
    askew = borne_out and clear and abs(measures["angle"]) > thresholds.skew_angle
    alone = _RULED if abs(measures["angle"]) > thresholds.skew_angle else _RULED_ALONE
    ruled = measures.get("ruled_share", 0.0) > alone and abs(measures["ruled"]) > thresholds.skew_angle
    if askew or ruled or abs(measures.get("slant", 0.0)) > thresholds.skew_angle:
        names.append("skew")
    if is_cut(measures, thresholds):
        names.append("cutoff")
    if has_glare(measures, thresholds, speckled=measures["content"] > SPECKLED):
        names.append("glare")
    return names


def _rules_agree(measures: Mapping[str, float]) -> bool:
    """Whether the lines of a table run as the stripes of its words do."""
    return measures.get("ruled_share", 0.0) > _SOME_RULES and abs(measures["ruled"] - measures["angle"]) < _SAME_WAY


def _is_overcompressed(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    if measures["quality"] < thresholds.coarse_quality or measures["steps"] > thresholds.coarse_steps:
        return True
    if measures["blocks"] > _CLEAR_BLOCKS and measures["noise"] < _NO_GRAIN:
        return True  # saved hard again and again, each time from another corner, no step is left, but blocks are
    rings = measures.get("ringing", 0.0) >= thresholds.ringing and measures["ringing_most"] >= thresholds.ringing_most
    if rings and not _is_blurred(measures, measures["pixels"], thresholds):  # smeared strokes end beside letters, too
        # Made smaller or larger after that, or cut out: the blocks are gone, what letters left in them is not.
        return True
    some = measures["steps"] > 0.7 * thresholds.coarse_steps
    return some and measures["blocks"] > _SOME_BLOCKS and measures["noise"] < _LITTLE_GRAIN


def _lies_in_plateaus(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Compressed hard, and then perhaps made smaller: the blocks are gone, the steps between them are not."""
    share = measures.get("plateaus_share", 0.0)
    return measures.get("plateaus", 0.0) >= thresholds.plateaus and share > thresholds.plateaus_share


def must_be_looked_for_rows(measures: Mapping[str, float], names: list[str]) -> bool:
    """Whether rows and their ground are asked for to tell that a page is one: not where that is plain."""
    if not measures["pixels"]:
        return False
    if not measures["content"] or names == ["blank"]:
        return may_be_tiled(measures)
    return bool(_IN_DOUBT & set(names)) or not is_plainly_paper(measures)


def must_be_looked_for_sheet(measures: Mapping[str, float], names: list[str]) -> bool:
    """Whether a sheet that lies whole in the picture would speak against what is said of it."""
    return "apart" not in measures and measures["pixels"] > 0 and bool(_NOT_OF_A_WHOLE_SHEET & set(names))


def must_be_read(measures: Mapping[str, float], names: list[str]) -> bool:
    """Whether only reading can tell that a page is one: it looks unlike any, and its print is not hidden."""
    if "not_document" in names:
        return True
    if not measures["pixels"] or not measures["content"] or _HIDING & set(names):
        return False
    if _has_hardly_a_mark(measures):
        return True
    return is_doubtful(measures) and ("blur" not in names or measures["blur"] <= _SOFT)


def may_be_empty(measures: Mapping[str, float], names: list[str]) -> bool:
    """Whether only rows made to show can tell an empty sheet from one that is written too faintly."""
    if not measures["pixels"]:
        return False  # what a program drew has no faint marks
    few = measures["content"] < _LITTLE_INK and measures["letters"] < _LEAST_WRITTEN
    return names == ["blank"] or (few and "washed" in names)


def _is_light_all_over(measures: Mapping[str, float]) -> bool:
    """Whether nothing is sharp on an even light ground: a card or a page far out of focus, and hardly a picture."""
    light = measures["light"] > _LIGHT_GROUND and measures["ground"] > _MOST_OF_IT
    return light and measures["colour"] < _HARDLY_COLOURED and measures["blur"] > _NOTHING_SHARP


def may_be_the_back(measures: Mapping[str, float], names: list[str]) -> bool:
    """Whether what is pale may shine through from the other side: nothing that does is stronger."""
    return measures["pixels"] > 0 and "washed" in names and measures["ink"] <= _SHINES_THROUGH


def _is_the_back(measures: Mapping[str, float]) -> bool:
    return measures.get("mirrored", 0.0) > _MIRRORED


def _is_nothing_written(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Pale marks that are folds and creases, and specks along the soft edge of a shadow: they stand in no rows."""
    rows = measures.get("faint_rows")
    if rows is not None and (not rows or rows >= thresholds.faint_rows):
        return not rows
    folds = _SOFT_FOLDS if measures["blur"] > _SOFT else _FOLDS
    return measures["letters"] < _LEAST_WRITTEN and measures.get("written", folds) < folds


def _has_hardly_a_mark(measures: Mapping[str, float]) -> bool:
    """Nothing but holes and stains on an even sheet, and no row was found on it in any way."""
    few = measures["content"] < _HOLES and measures["letters"] < _LEAST_WRITTEN and measures["ground"] > _EVEN
    return few and not is_bare_desk(measures) and not (measures.get("text_rows", 1) or measures.get("raised_rows", 1))


def _is_left_empty(measures: Mapping[str, float]) -> bool:
    """The same, and nothing could be read."""
    return _has_hardly_a_mark(measures) and not (measures.get("letters_read", 1) or measures.get("rows", 1))


def _may_hold_small_print(measures: Mapping[str, float]) -> bool:
    """Print so small that each letter is a speck, or less: then only its lines are left, as waves along the page."""
    return measures.get("candidates", 0.0) >= _SOME_DUST or measures["wave_straight"] > _FAINT_LINES


def _is_upside_down(measures: Mapping[str, float]) -> bool:
    """Measures that were kept before lines were asked say nothing of it."""
    return measures.get("on_head", 0.0) >= _ON_HEAD and measures.get("better_turned", 0.0) >= _BETTER_TURNED


def _lies_sideways(measures: Mapping[str, float], ratio: float) -> bool:
    """Whether lines run up or down the page; where that was not sure, its words were looked for, and they tell."""
    if "turned" in measures:
        return measures["turned"] in (90.0, 270.0)
    return measures["sideways"] > ratio


def _is_blurred(measures: Mapping[str, float], pixels: float, thresholds: Thresholds) -> bool:
    spread, evenness = measures["blur"], max(measures["evenness"], 0.01)
    if pixels < WORKING_SIDE and spread * pixels / WORKING_SIDE < thresholds.blur_native_width:
        return False
    if spread > thresholds.blur_width:
        return True
    character = measures.get("character", 0.0)
    if spread > thresholds.blur_small_width and spread > thresholds.blur_of_character * character > 0:
        return True
    return evenness < thresholds.motion_evenness and spread / evenness > thresholds.motion_spread


def _is_dark(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    if measures["paper"] >= thresholds.dark_paper:
        return False
    if measures["brightest"] < thresholds.dark_brightest:
        return True
    return measures["brightest"] < thresholds.dark_by_nature * measures["paper"]


def _is_washed(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    # Thin strokes lose contrast by blur alone, in proportion to its width.
    lost = max(1.0, measures["blur"] / _SPREAD)
    ink = lost * measures.get("ink", 255.0)
    if ink < min(thresholds.washed_ink, thresholds.washed_ink_part * measures["paper"]):
        return True
    if measures["letters"] >= thresholds.least_letters:
        return False  # letters that stand out from the paper around them; what is pale is a cloth or a picture beside
    contrast = lost * measures["contrast"]
    return contrast < thresholds.washed_contrast or contrast * measures["paper"] < thresholds.washed_levels
