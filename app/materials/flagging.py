"""What is said of a page from what was measured on it: its flags, now or long after.

Every threshold here was chosen from measured distributions (`python -m benchmarks materials` and `materials_unseen`
print them): midway between pages that must be taken and pages that nobody can read, nearer to the unreadable ones,
because a refusal costs a trip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.materials.resemblance import is_plainly_paper, rows_speak_against, rows_speak_for
from app.materials.shining import has_glare
from app.materials.unlikeness import (
    can_be_read,
    is_a_chat,
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

WORKING_SIDE = 1600
"""Pixels of the longer side at which pages are looked at."""


@dataclass(frozen=True)
class Thresholds:
    """Where a page stops being readable."""

    lowres_pixels: int = 720
    """Pixels along the page: 12-point characters are then 10 pixels high."""
    lowres_card_pixels: int = 520
    """The same for cards, whose print is larger for their size."""
    dark_paper: float = 80.0
    """Grey level of the paper, of 255."""
    dark_brightest: float = 85.0
    """A page with nothing lighter than this is dark, whatever is on it."""
    dark_by_nature: float = 1.5
    """On a dark cover the print is lighter than the ground by more than this; on a dark photo nothing is."""
    washed_contrast: float = 0.13
    """Part of the paper's light that the ink takes away."""
    washed_levels: float = 22.0
    """The same in grey levels of 255, for pages that are grey throughout."""
    washed_ink: float = 50.0
    """Levels by which the darkest strokes differ from the paper, below which no letter makes up for it."""
    washed_ink_part: float = 0.3
    """The same as a part of the paper's light, for pages in poor light."""
    faint_rows: float = 2.0
    """Rows that stand on a page without marks once its faintest are made to show, from which it is written."""
    blur_width: float = 2.4
    """Spread of an edge in pixels at the working size; 12-point characters are 23 pixels high there."""
    blur_small_width: float = 2.0
    """The same for small print, of whose height an edge takes the part below."""
    blur_of_character: float = 0.06
    blur_native_width: float = 1.4
    """An edge sharper than this in the picture's own pixels is limited by its resolution, not blurred."""
    motion_evenness: float = 0.42
    """Below this the strokes of one direction are missing: the picture was moved, if its edges have spread too."""
    motion_spread: float = 4.5
    """Spread of edges over evenness from which a moved picture is unreadable."""
    sideways_ratio: float = 1.3
    """By how much lines of text must show more clearly sideways than upright."""

    skew_angle: float = 6.0
    """Degrees by which lines may run off level."""
    skew_clarity: float = 1.9
    """How far that angle must stand out among all others; scattered marks show some angle too, at 1.1 to 1.7."""
    cut_places: float = 5.0
    """Places along one edge at which print is cut."""
    glare_share: float = 0.014
    """Part of the sheet that one shining spot takes from the print."""
    glare_white: float = 0.22
    """Part of the spot that is white to the end of the scale, beyond the paper around it."""
    glare_faded: float = 0.7
    """Part of the spot's border in which print fades, for paper that is all white."""
    moire_colour: float = 3.2
    """Height of coloured waves, in levels of 255."""
    moire_light: float = 3.3
    """Height of slanted waves of light."""
    moire_clarity: float = 100.0
    """How far a wave must stand out from its neighbours in frequency."""
    band_colour: float = 8.0
    """Height of slanted coloured bands that are in most windows of the sheet, print or not."""
    band_light: float = 7.0
    """The same of bands of light."""
    band_share: float = 0.45
    """Part of all that changes in a window that is one band; print spreads over many frequencies."""
    band_light_share: float = 0.35
    """The same of bands of light, which print disturbs more."""
    coarse_quality: float = 10.5
    """Quality of a JPEG, of 100, up to which its blocks deface the print."""
    coarse_steps: float = 0.3
    """The same in pixels that were compressed so and saved anew."""
    plateaus: float = 3.0
    """Levels in even steps, at least, that the shades of a picture are left with where it was compressed hard."""
    plateaus_share: float = 0.9
    """Part of the even areas that must have just these levels."""
    least_letters: float = 14.0
    """Marks that stand like print, from which a picture is a paper whatever else it shows."""
    chat_share: float = 0.07
    """Part of a tall picture that is flat bubbles on flat ground."""


THRESHOLDS = Thresholds()

_SPECKLED = 300.0
"""Thousandths of the page that are ink, from which it is the speckles of a bilevel scan, which touch every edge."""
_SPREAD = 1.3
"""Spread of edges from which thin strokes lose contrast by blur alone."""
_NO_TILT = 7.0
"""Degrees by which words may lie otherwise than the stripes that marks gather in."""
_NO_CHANCE = 4.0
"""How far an angle stands out that no even spacing makes, whatever single words say of it."""
_CUT_OF_A_SCAN = 0.6
"""Part of the places at which print must be cut where even light paper fills the picture: nothing else stands there."""
_CUT_OF_AN_EVEN_SHEET = 0.8
"""The same of a sheet on a desk that is even all over: no fold and no stain stands at its edge."""
_CUT_THROUGH, _CUT_ALONE = 3.0, 4.0
"""Characters that run out of an even light picture or sheet, from which it is cut, on a written page and on an empty
one."""
_FEW_LETTERED = 0.3
"""Part of the marks that stand like print, below which a page of few pixels does not show how its lines run."""
_FOLDS, _SOFT_FOLDS, _LEAST_WRITTEN = 5.0, 18.0, 4.0
"""Marks that follow no straight line, sharp or as soft as the edge of a shadow, and marks that stand like print, below
which pale marks are folds and stains."""
_LITTLE_INK = 30.0
"""Thousandths of the page that are ink, below which its marks may be folds."""
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
_HIDING = {"lowres", "dark", "washed", "blank", "moire"}
"""Flags of pages on which print cannot be read."""
_IN_DOUBT = _HIDING | {"blur", "overcompressed", "not_document"}
"""Flags that pictures without any print get as well."""
_OWN_LINES = 14.0
"""Period from which waves that run along the lines of a page may be those lines."""
_ON_HEAD = 0.7
"""Part of the lines that stand on their head on a page that lies upside down."""
_BETTER_TURNED = 0.18
"""By how much surer such lines are read once they are turned, of 1."""


def flags_of(measures: Mapping[str, float], thresholds: Thresholds = THRESHOLDS) -> list[str]:
    """The flags that a page of these measures gets: the same now as long after it was measured.

    Everything that a flag rests on stands among the measures, so that other thresholds can be tried on what was kept.
    """
    if not measures["pixels"]:
        return _flags_of_a_drawn_page(measures, thresholds)
    dark = _is_dark(measures, thresholds)
    waves = _has_waves(measures, thresholds)
    small = measures["page_pixels"] < _least_pixels(measures["ratio"], thresholds)
    if measures["content"] == 0:
        if waves and not dark and not is_bare_desk(measures):  # print drowned in waves is no empty page
            return ["moire"]
        if dark:
            return ["dark"]
        if is_bare_desk(measures) or is_a_drawing(measures, thresholds) or is_tiled(measures):
            return ["not_document"]
        if is_a_wall(measures):
            return ["blank", "not_document"]
        if small and _may_hold_small_print(measures):
            return ["lowres"]
        if _is_even(measures) and measures.get("cut_through", 0.0) >= _CUT_ALONE:
            return ["cutoff"]
        return ["washed"] if measures.get("faint_rows", 0.0) >= thresholds.faint_rows else ["blank"]
    blurred = _is_blurred(measures, measures["pixels"], thresholds)
    washed = not dark and _is_washed(measures, thresholds)
    nothing = washed and not waves and _is_nothing_written(measures, thresholds)
    if nothing and not is_tiled(measures) and not is_no_paper(measures, thresholds, unclear=True):
        return ["lowres"] if small and _may_hold_small_print(measures) else ["blank"]
    drowned = measures["blur"] > _DROWNED and is_even_paper(measures)
    faint = washed and measures.get("raised_rows", 0.0) >= thresholds.faint_rows
    if rows_speak_against(measures) and not drowned and not faint and not is_full_of_letters(measures):
        return ["not_document"]
    coarse = _is_overcompressed(measures, thresholds)
    blocky = coarse or _lies_in_plateaus(measures, thresholds)
    if coarse:  # its blocks are as flat as bubbles, and white paper may be rounded to the next tint
        measures = {**measures, "chat": 0.0, "tint": max(0.0, measures["tint"] - _ROUNDED_TINT)}
    drawn = is_a_chat(measures, thresholds) and not washed and not blocky
    screen = drawn or (is_a_screen(measures) and not waves) or is_of_keys(measures)
    screen = screen or (is_a_drawing(measures, thresholds) and not waves)  # the waves of a screen have all colours
    read = not screen and (can_be_read(measures) or rows_speak_for(measures))
    hidden = (blurred and measures["blur"] > _SOFT) or washed or waves or small  # what cannot be read may be print
    suspected = drawn or is_no_paper(measures, thresholds, unclear=hidden or blurred or blocky)
    suspected = suspected or ("rows" in measures and not hidden and is_doubtful(measures))
    if not dark and not read and suspected:
        return ["not_document"]
    names = ["lowres"] if small else []
    names += [name for name, found in (("dark", dark), ("washed", washed), ("blur", blurred)) if found]
    if waves and not small and not dark:
        names.append("moire")
    if blocky:
        names.append("overcompressed")
    if not {"blur", "dark", "washed", "moire", "overcompressed"} & set(names):
        names += _flags_of_clear_print(measures, thresholds, small=small)
    return names


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
    borne_out = borne_out or measures["clarity"] > _NO_CHANCE
    clear = measures["clarity"] > surely * thresholds.skew_clarity
    askew = borne_out and clear and abs(measures["angle"]) > thresholds.skew_angle
    if askew or abs(measures.get("slant", 0.0)) > thresholds.skew_angle:
        names.append("skew")
    printed = measures["lettered"] > 0.15 or measures["letters"] > 60  # else what touches the edge is a lively ground
    even = _is_even(measures)
    evenly = _CUT_OF_A_SCAN if even else _CUT_OF_AN_EVEN_SHEET if measures["ground"] > 0.95 else 1.0
    places = thresholds.cut_places * evenly
    still = even or measures["ground"] > 0.95
    through = still and measures.get("cut_through", 0.0) >= _CUT_THROUGH
    # Print that comes near to the edge all along and touches it nowhere is complete.
    near = measures["cut"] >= places and measures.get("cut_touching", 1.0) >= 1
    if (near or through) and measures["content"] < _SPECKLED and printed:
        names.append("cutoff")
    if has_glare(measures, thresholds, speckled=measures["content"] > _SPECKLED):
        names.append("glare")
    return names


def _is_even(measures: Mapping[str, float]) -> bool:
    """Whether even light paper fills the picture, so that nothing but print can touch its edge."""
    return measures["light"] > 200 and measures["ground"] > 0.7 and measures["page_pixels"] >= measures["pixels"]


def _has_waves(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    if _has_bands(measures, thresholds):
        return True
    clear = thresholds.moire_clarity
    # Coloured rules leave waves too, straight and long ones.
    higher = 3.0 if measures.get("wave_colour_long", 0.0) >= _OWN_LINES else 1.0
    if measures["wave_colour"] > higher * thresholds.moire_colour and measures["wave_colour_clarity"] > clear:
        return True
    # What is left of small print and grain is slanted too, but hardly stands out.
    if measures["wave_light"] > thresholds.moire_light and measures["wave_clarity"] > 1.7 * clear:
        return True
    if measures["evenness"] < thresholds.motion_evenness:
        return False  # what a moving hand has smeared is straight too
    # Lines of text and rules leave straight waves too, but long ones and of many frequencies.
    straight, period = measures["wave_straight"], measures["wave_period"]
    return straight > 2.0 * thresholds.moire_light and measures["wave_clarity"] > 6 * clear and period < _OWN_LINES


def _has_bands(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Bands as of a screen, seen through whatever is printed. Those along the page must be strong: it has rules too."""
    share = thresholds.band_share
    if measures.get("band_colour", 0.0) > thresholds.band_colour and measures["band_colour_share"] > share:
        return True
    light_share = measures.get("band_light_share", 0.0)
    if measures.get("band_light", 0.0) > thresholds.band_light and light_share > thresholds.band_light_share:
        return True
    strong = 3.0 * thresholds.band_colour
    return measures.get("band_any", 0.0) > strong and measures["band_any_share"] > share


def _is_overcompressed(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    if measures["quality"] < thresholds.coarse_quality or measures["steps"] > thresholds.coarse_steps:
        return True
    if measures["blocks"] > _CLEAR_BLOCKS and measures["noise"] < _NO_GRAIN:
        return True  # saved hard again and again, each time from another corner, no step is left, but blocks are
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


def must_be_read(measures: Mapping[str, float], names: list[str]) -> bool:
    """Whether only reading can tell that a page is one: it looks unlike any, and its print is not hidden."""
    if "not_document" in names:
        return True
    if not measures["pixels"] or not measures["content"] or _HIDING & set(names):
        return False
    return is_doubtful(measures) and ("blur" not in names or measures["blur"] <= _SOFT)


def may_be_empty(measures: Mapping[str, float], names: list[str]) -> bool:
    """Whether only rows made to show can tell an empty sheet from one that is written too faintly."""
    if not measures["pixels"]:
        return False  # what a program drew has no faint marks
    few = measures["content"] < _LITTLE_INK and measures["letters"] < _LEAST_WRITTEN
    return names == ["blank"] or (few and "washed" in names)


def _is_nothing_written(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Pale marks that are folds and creases, and specks along the soft edge of a shadow: they stand in no rows."""
    rows = measures.get("faint_rows")
    if rows is not None and (not rows or rows >= thresholds.faint_rows):
        return not rows
    folds = _SOFT_FOLDS if measures["blur"] > _SOFT else _FOLDS
    return measures["letters"] < _LEAST_WRITTEN and measures.get("written", folds) < folds


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


def _least_pixels(ratio: float, thresholds: Thresholds) -> int:
    return thresholds.lowres_card_pixels if 1.5 < ratio < 1.68 else thresholds.lowres_pixels
