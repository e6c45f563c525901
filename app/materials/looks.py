"""How a page looks: whether a person could read it, from measures on one working size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from app.materials.compression import UNKNOWN, Compression
from app.materials.creases import written_marks
from app.materials.cutoff import Box, cut_edges, strip_of
from app.materials.faintness import faint_rows
from app.materials.fingerprints import print_of
from app.materials.flagging import THRESHOLDS, WORKING_SIDE, Thresholds, flags_of, may_be_empty, must_be_read
from app.materials.glare import burnt, spots, worst_of
from app.materials.layout import Layout, lay_out
from app.materials.likeness import likeness_of
from app.materials.lines import find_lines
from app.materials.moire import waves_in
from app.materials.recognition import letters_on, orientation
from app.materials.sharpness import edge_width, evenness
from app.materials.upright import standing_of, tilt_of


@dataclass
class Looks:
    """The flags of one page, with what was measured."""

    names: list[str] = field(default_factory=list)
    measures: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, list[Box]] = field(default_factory=dict)
    """Where each flag that has a place would be, found or not: left, top, right, bottom, as parts of the page that was
    looked at."""
    print: str = ""
    """Where its ink is, to know the page again."""


def look_at(
    image: Image.Image,
    *,
    pixels: int | None,
    thresholds: Thresholds = THRESHOLDS,
    compression: Compression = UNKNOWN,
) -> Looks:
    """Judge one page. `pixels` is the longer side of the original picture, None for a page that was never on paper."""
    layout = lay_out(image)
    measured, marks = _measure(layout, pixels)
    measured |= {
        "ratio": max(image.size) / min(image.size),
        "quality": compression.quality,
        "blocks": compression.blocks,
        "steps": compression.steps,
    }
    measures = {name: round(float(value), 3) for name, value in measured.items()}
    names = flags_of(measures, thresholds)
    for ask in (_ask_whether_written, _ask_how_it_stands):
        if asked := ask(layout, names, measures):
            measures |= {name: round(float(value), 3) for name, value in asked.items()}
            names = flags_of(measures, thresholds)
    return Looks(names, measures, {flag: places for flag, places in marks.items() if places}, print_of(layout))


def _ask_whether_written(layout: Layout, names: list[str], measures: Mapping[str, float]) -> dict[str, float]:
    """What only reading tells of some pages: whether something is written, faintly or on what looks like no paper."""
    if must_be_read(measures, names):
        letters, rows = letters_on(layout.colours)
        return {"letters_read": letters, "rows": rows}
    return {"faint_rows": faint_rows(layout)} if may_be_empty(measures, names) else {}


def _ask_how_it_stands(layout: Layout, names: list[str], measures: Mapping[str, float]) -> dict[str, float]:
    """What only its lines can tell of a page: which way up it is."""
    if not layout.content or _UNREADABLE & set(names):
        return {}
    told: dict[str, float] = {}
    if _UNSURE[0] < measures["sideways"] < _UNSURE[1]:
        told["turned"] = float(orientation(Image.fromarray(layout.colours)) or 0)
    if "rotated" not in names or told.get("turned") in (0.0, _HALF_TURN):
        standing = standing_of(layout, doubted=told.get("turned") == _HALF_TURN)
        told |= {"on_head": standing.on_head, "better_turned": standing.better}
    tilt = tilt_of(layout) if "skew" in names else None
    return told if tilt is None else told | {"tilt": tilt}


_DARKEST = 95.0
"""Part of the ink, of 100, up to which its strength counts: the strokes of most print are darkest in their middle, and
one seal or one stain does not make it readable."""
_PALE, _LITTLE_INK = 0.3, 30.0
"""Contrast, and thousandths of the page that are ink, below which marks may be folds."""
_HALF_TURN = 180.0
_UNSURE = (0.8, 4.0)
"""How much clearer lines show sideways where stripes and words do not tell: a table of figures has both both ways."""
_UNREADABLE = {"lowres", "blur", "dark", "washed", "blank", "moire", "not_document"}


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
        measures["evenness"] = evenness(layout)
        lines = find_lines(layout)
        measures |= {"sideways": lines.sideways, "angle": lines.angle, "clarity": lines.clarity}
    if pixels is not None:
        for measure in (_measure_likeness, _measure_edges, _measure_shine, _measure_waves):
            found, places_found = measure(layout, measures)
            measures |= found
            marks |= places_found
    return measures, marks


Measured = tuple[dict[str, float], dict[str, list[Box]]]


def _measure_likeness(layout: Layout, _known: Mapping[str, float]) -> Measured:
    found = likeness_of(layout)
    return {name: float(getattr(found, name)) for name in _LIKENESS}, {}


_LIKENESS = ("letters", "lettered", "candidates", "alone", "ground", "colour", "light", "tint", "cool", "hues", "chat")


def _measure_edges(layout: Layout, _known: Mapping[str, float]) -> Measured:
    cut = cut_edges(layout)
    worst, through = max(one.near for one in cut.values()), max(one.through for one in cut.values())
    marks = [strip_of(side) for side, one in cut.items() if 2 * one.near > worst]
    return {"cut": float(worst), "cut_through": float(through)}, {"cutoff": marks}


_SHINE = ("shine_share", "shine_white", "shine_faded", "shine_rise", "shine_bare")


def _measure_shine(layout: Layout, _known: Mapping[str, float]) -> Measured:
    spot = worst_of(spots(layout))
    share, place, around = burnt(layout)
    measures = {"burnt": share, "burnt_paper": around} | dict.fromkeys(_SHINE, 0.0)
    if spot is not None:
        measures |= {name: float(getattr(spot, name.removeprefix("shine_"))) for name in _SHINE}
    marks = ([place] if share else []) or ([spot.box] if spot else [])
    return measures, {"glare": marks}


def _measure_waves(layout: Layout, known: Mapping[str, float]) -> Measured:
    light, colour = waves_in(layout, angle=known["angle"] if known["clarity"] > THRESHOLDS.skew_clarity else 0.0)
    return {
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
