"""How a page looks: whether a person could read it, from measures on one working size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from app.materials.bands import bands_in
from app.materials.compression import UNKNOWN, Compression
from app.materials.creases import written_marks
from app.materials.cutoff import Box, character_height, cut_edges, strip_of
from app.materials.enlarged import Enlarged, turns_in
from app.materials.faintness import faint_rows, mirrored
from app.materials.fingerprints import print_of
from app.materials.flagging import (
    flags_of,
    may_be_empty,
    may_be_the_back,
    must_be_looked_for_rows,
    must_be_looked_for_sheet,
    must_be_read,
)
from app.materials.flashes import flash_on
from app.materials.glare import burnt, darkest_small, spots, worst_of
from app.materials.layout import Channel, Layout, Shown, lay_out
from app.materials.likeness import likeness_of
from app.materials.lines import find_lines
from app.materials.lying import lies_whole, sheet_apart
from app.materials.margins import must_be_asked_for_reach
from app.materials.moire import waves_in
from app.materials.plateaus import plateaus_in
from app.materials.reaching import Reach, reach_on
from app.materials.readable import THRESHOLDS, WORKING_SIDE, Thresholds
from app.materials.recognition import letters_on, orientation
from app.materials.ringing import ringing_in
from app.materials.ruled import rules_of
from app.materials.sharpness import edge_width, evenness
from app.materials.textmarks import text_on
from app.materials.upright import STEEP, agreed_slant, running_of, standing_of, tilt_of


@dataclass
class Looks:
    """The flags of one page, with what was measured."""

    names: list[str]
    measures: dict[str, Any]
    marks: dict[str, list[Box]]
    """Where each flag that has a place would be, found or not: left, top, right, bottom, as parts of the page that was
    looked at."""
    print: str
    """Where its ink is, to know the page again."""
    gray: Channel
    """Its grey, for its fingerprint."""


def look_at(
    image: Shown,
    *,
    pixels: int | None,
    thresholds: Thresholds = THRESHOLDS,
    compression: Compression = UNKNOWN,
    turns: Enlarged | None = None,
    apart: bool = False,
) -> Looks:
    """Judge one page. `pixels` is the longer side of the original picture, None for a page that was never on paper.

    `turns` were found before its sheet was cut out and laid level, which leaves none; `apart` says that it was found
    whole.
    """
    layout = lay_out(image)
    known: dict[str, float] = {
        "ratio": max(layout.gray.shape) / min(layout.gray.shape),
        "quality": compression.quality,
        "blocks": compression.blocks,
        "steps": compression.steps,
    }
    if pixels is not None:
        known |= _turns(turns or turns_in(layout.gray, pixels=pixels))
    if apart:
        known |= {"apart": 1.0, "apart_ratio": known["ratio"]}
    measures, marks = _measured(layout, pixels, known)
    names = flags_of(measures, thresholds)
    if names and pixels is not None and not apart and layout.sheet_share == 1:
        lying = sheet_apart(layout)
        known |= {"apart": lying.sure, "apart_ratio": lying.ratio}
        measures |= {"apart": lying.sure, "apart_ratio": lying.ratio}
        if lies_whole(known):  # the ground looked like part of it: what was measured was not of the sheet alone
            layout = lay_out(image, corners=lying.corners)
            measures, marks = _measured(layout, pixels, known)
        names = flags_of(measures, thresholds)
    for ask in _QUESTIONS:
        if asked := ask(layout, names, measures):
            measures |= {name: round(float(value), 3) for name, value in asked.items()}
            names = flags_of(measures, thresholds)
    marks = {flag: places for flag, places in marks.items() if places}
    return Looks(names, measures, marks, print_of(layout), layout.gray)


def _measured(
    layout: Layout, pixels: int | None, known: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, list[Box]]]:
    measured, marks = _measure(layout, pixels)
    return {name: round(float(value), 3) for name, value in {**measured, **known}.items()}, marks


def _ask_for_rows(layout: Layout, names: list[str], measures: Mapping[str, float]) -> dict[str, float]:
    """Whether rows of text stand on even ground, where the page is not plainly one."""
    return text_on(layout) if must_be_looked_for_rows(measures, names) else {}


def _ask_where_it_lies(layout: Layout, names: list[str], measures: Mapping[str, float]) -> dict[str, float]:
    """Whether a whole sheet is in the picture after all, where that would speak against what is said of it."""
    if not must_be_looked_for_sheet(measures, names):
        return {}
    lying = sheet_apart(layout)
    return {"apart": lying.sure, "apart_ratio": lying.ratio}


def _ask_whether_written(layout: Layout, names: list[str], measures: Mapping[str, float]) -> dict[str, float]:
    """What only reading tells of some pages: whether something is written, faintly or on what looks like no paper."""
    if must_be_read(measures, names):
        letters, rows = letters_on(layout.colours)
        return {"letters_read": letters, "rows": rows}
    return {"faint_rows": faint_rows(layout)} if may_be_empty(measures, names) else {}


def _ask_which_side_it_is(layout: Layout, names: list[str], measures: Mapping[str, float]) -> dict[str, float]:
    """Whether what is pale shines through from the other side of the sheet."""
    return {"mirrored": mirrored(layout)} if may_be_the_back(measures, names) else {}


def _ask_how_it_stands(layout: Layout, names: list[str], measures: Mapping[str, float]) -> dict[str, float]:
    """What only its lines can tell of a page: which way up it is."""
    if not layout.content or _NOTHING_TO_READ & set(names):
        return {}
    if _HARD_TO_SEE & set(names):
        return _ask_the_finder(layout, measures["pixels"]) if measures["pixels"] else {}
    told = _ask_the_words(layout, measures) if measures["pixels"] else {}
    if "turned" not in told and _UNSURE[0] < measures["sideways"] < _UNSURE[1]:
        told["turned"] = float(orientation(Image.fromarray(layout.colours)) or 0)
    if "rotated" not in names or told.get("turned") in (0.0, _HALF_TURN):
        standing = standing_of(layout, doubted=told.get("turned") == _HALF_TURN)
        told |= {"on_head": standing.on_head, "better_turned": standing.better}
    unsure = abs(measures["angle"]) > THRESHOLDS.skew_angle or measures["clarity"] < _UNSURE_ANGLE
    if measures["pixels"] and unsure and measures["clarity"] > _ANY_ANGLE:
        rules = rules_of(layout)
        told |= {"ruled": rules.angle, "ruled_share": rules.share}
    if measures["pixels"] and must_be_asked_for_reach(measures, names):
        told |= _told_of(reach_on(layout))
    return told | _ask_how_far_it_tilts(layout, measures) if "skew" in names else told


def _ask_how_far_it_tilts(layout: Layout, measures: Mapping[str, float]) -> dict[str, float]:
    """Words bear an angle out, and where they are few, as on a card with waves, the lines that the reader finds."""
    tilt = tilt_of(layout)
    if tilt is not None:
        return {"tilt": tilt}
    slant = agreed_slant(layout, found=True) if measures["pixels"] else None
    return {} if slant is None or abs(slant) > _HALF_STEEP else {"tilt": slant, "slant": slant}


def _ask_the_finder(layout: Layout, pixels: float) -> dict[str, float]:
    """The reader finds lines that are too blurred, pale or coarse for anything else."""
    running = running_of(layout)
    if running.slant is None:
        return {}
    told = {"turned": 90.0 if running.sideways else 0.0, "slant": 0.0 if running.sideways else running.slant}
    told |= {"on_head": running.standing.on_head, "better_turned": running.standing.better}
    return told | _told_of(running.reach) | {"line_pixels": running.height * pixels / max(layout.gray.shape)}


def _told_of(reach: Reach) -> dict[str, float]:
    return {"lines_off": reach.off, "lines_cut": float(reach.cut), "lines_seen": float(reach.lines)}


def _ask_the_words(layout: Layout, measures: Mapping[str, float]) -> dict[str, float]:
    """Where no angle stands out, as on a receipt or a card of few words and many lines, words tell how they lie."""
    if not 0 < measures["clarity"] <= THRESHOLDS.skew_clarity:
        return {}
    slant = agreed_slant(layout)
    if slant is None and abs(measures["angle"]) > THRESHOLDS.skew_angle:
        slant = agreed_slant(layout, found=True)
    if slant is None:
        return {}
    if abs(slant) > STEEP:
        return {"turned": float(orientation(Image.fromarray(layout.colours)) or 0)}
    return {"slant": slant} if abs(slant) < _HALF_STEEP else {}


_QUESTIONS = (
    _ask_for_rows, _ask_where_it_lies, _ask_whether_written, _ask_which_side_it_is, _ask_how_it_stands,
    _ask_where_it_lies,
)  # fmt: skip
"""What is asked where the answer would matter, one after the other: each may make the next one needless."""
_ANY_ANGLE, _UNSURE_ANGLE = 1.2, 2.4
"""How far an angle of the lines stands out, from which rules are asked for theirs, and up to which a level one is."""
_HALF_STEEP = 45.0
"""Degrees up to which words are askew."""
_DARKEST = 95.0
"""Part of the ink, of 100, up to which its strength counts: the strokes of most print are darkest in their middle, and
one seal or one stain does not make it readable."""
_PALE, _LITTLE_INK = 0.3, 30.0
"""Contrast, and thousandths of the page that are ink, below which marks may be folds."""
_ANY_GRAIN = 1.0
"""Grain from which nothing was compressed so hard that light lies in steps."""
_HALF_TURN = 180.0
_UNSURE = (0.8, 4.0)
"""How much clearer lines show sideways where stripes and words do not tell: a table of figures has both both ways."""
_HARD_TO_SEE = {"lowres", "blur", "dark", "washed", "moire", "overcompressed"}
_NOTHING_TO_READ = {"blank", "not_document"}


def _measure(layout: Layout, pixels: int | None) -> tuple[dict[str, float], dict[str, list[Box]]]:
    longest = max(layout.gray.shape)
    measures: dict[str, float] = {
        "pixels": pixels or 0,
        "page_pixels": (pixels or longest) * layout.sheet_share,
        "paper": layout.paper,
        "brightest": layout.brightest,
        "content": layout.content,
        "noise": layout.noise,
        "contrast": layout.contrast,
        "ink": layout.strength(_DARKEST),
        "blur": 0.0,
        "evenness": 1.0,
        "sideways": 0.0,
        "angle": 0.0,
        "clarity": 0.0,
    }
    marks: dict[str, list[Box]] = {}
    if 0 < layout.content < _LITTLE_INK and layout.contrast < _PALE:
        measures["written"] = written_marks(layout)
    if layout.content:
        spread, places = edge_width(layout)
        measures["blur"] = spread * WORKING_SIDE / longest
        marks["blur"] = _blurred_places(layout, places, spread)
        measures["character"] = character_height(layout) * WORKING_SIDE / longest
        measures["evenness"] = evenness(layout)
        lines = find_lines(layout)
        measures |= {"sideways": lines.sideways, "angle": lines.angle, "clarity": lines.clarity}
    if pixels is not None:
        if layout.noise < _ANY_GRAIN:
            found_plateaus = plateaus_in(layout)
            measures |= {"plateaus": float(found_plateaus.count), "plateaus_share": found_plateaus.share}
            ringing = ringing_in(layout)
            measures |= {"ringing": ringing.usual, "ringing_most": ringing.most}
        for measure in (_measure_likeness, _measure_edges, _measure_shine, _measure_waves):
            found, places_found = measure(layout, measures)
            measures |= found
            marks |= places_found
    return measures, marks


Measured = tuple[dict[str, float], dict[str, list[Box]]]


def _measure_likeness(layout: Layout, _known: Mapping[str, float]) -> Measured:
    found = likeness_of(layout)
    return {name: float(getattr(found, name)) for name in _LIKENESS}, {}


def _turns(turns: Enlarged) -> dict[str, float]:
    return {
        "turns": turns.distance, "turns_height": turns.height, "turns_clarity": turns.clarity,
        "turns_slow": turns.slow, "turns_explained": turns.explained,
    }  # fmt: skip


_LIKENESS = ("letters", "lettered", "candidates", "alone", "ground", "colour", "light", "tint", "cool", "hues", "chat")


def _measure_edges(layout: Layout, _known: Mapping[str, float]) -> Measured:
    cut = cut_edges(layout)
    worst, through = max(one.near for one in cut.values()), max(one.through for one in cut.values())
    touching, aside = max(one.touching for one in cut.values()), max(cut[side].through for side in ("left", "right"))
    marks = [strip_of(side) for side, one in cut.items() if one.near and 2 * one.near > worst]
    measures = {"cut": float(worst), "cut_through": float(through), "cut_touching": float(touching)}
    measures["cut_sides"] = float(sum(one.near > 0 for one in cut.values()))
    # The bubbles of a chat never run out of the screen at its sides; flat areas of a page that does are its cards.
    return measures | ({"chat": 0.0} if aside >= _RUNS_OUT else {}), {"cutoff": marks}


_RUNS_OUT = 3
"""Characters that run out of a picture at its side, from which it is no screen."""


_FLASH = ("flash_share", "flash_paper", "flash_soft", "flash_written", "flash_white")
_SHINE = ("shine_share", "shine_white", "shine_faded", "shine_rise", "shine_bare", "shine_solid")


def _measure_shine(layout: Layout, _known: Mapping[str, float]) -> Measured:
    spot = worst_of(spots(layout))
    small = darkest_small(layout)
    share, place, around = burnt(layout, small)
    flash = flash_on(layout, small)
    measures = {"burnt": share, "burnt_paper": around} | dict.fromkeys(_SHINE, 0.0)
    measures |= {name: float(getattr(flash, name.removeprefix("flash_"))) for name in _FLASH}
    if spot is not None:
        measures |= {name: float(getattr(spot, name.removeprefix("shine_"))) for name in _SHINE}
    marks = list(flash.boxes) if flash.soft > 0.5 else []
    marks = marks or ([place] if share else []) or ([spot.box] if spot else [])
    return measures, {"glare": marks}


def _measure_waves(layout: Layout, known: Mapping[str, float]) -> Measured:
    light, colour = waves_in(layout, angle=known["angle"] if known["clarity"] > THRESHOLDS.skew_clarity else 0.0)
    bands = bands_in(layout)
    return {
        "band_colour": bands.colour.height, "band_colour_share": bands.colour.share,
        "band_light": bands.light.height, "band_light_share": bands.light.share,
        "band_any": bands.any_way.height, "band_any_share": bands.any_way.share,
        "wave_light": light.height if light.slanted else 0.0, "wave_clarity": light.clarity,
        "wave_straight": 0.0 if light.slanted else light.height, "wave_period": light.period,
        "wave_colour": colour.height, "wave_colour_clarity": colour.clarity,
        "wave_colour_long": 0.0 if colour.slanted else colour.period,
    }, {}  # fmt: skip


def _blurred_places(layout: Layout, places: Mapping[tuple[int, int, int, int], float], spread: float) -> list[Box]:
    """Where the print is as blurred as the page is on the whole."""
    height, width = layout.gray.shape
    return [
        (round(left / width, 3), round(top / height, 3), round(right / width, 3), round(bottom / height, 3))
        for (left, top, right, bottom), here in places.items()
        if here >= 0.8 * spread
    ]
