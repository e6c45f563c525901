"""How a page looks: whether a person could read it, from measures on one working size.

Every threshold here was chosen from measured distributions (`python -m benchmarks materials` prints them): midway
between pages that must be taken and pages that nobody can read, nearer to the unreadable ones, because a refusal costs
a trip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from app.materials.compression import UNKNOWN, Compression
from app.materials.cutoff import Box, cut_edges, strip_of
from app.materials.fingerprints import print_of
from app.materials.glare import burnt, spots, worst_of
from app.materials.layout import Layout, lay_out
from app.materials.likeness import likeness_of
from app.materials.lines import find_lines
from app.materials.moire import waves_in
from app.materials.recognition import letters_on
from app.materials.sharpness import edge_width, evenness
from app.materials.upright import standing_of, tilt_of

WORKING_SIDE = 1600


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
    blur_width: float = 2.4
    """Spread of an edge in pixels at the working size; 12-point characters are 23 pixels high there."""
    blur_native_width: float = 1.4
    """An edge sharper than this in the picture's own pixels is limited by its resolution, not blurred."""
    motion_evenness: float = 0.42
    """Below this the strokes of one direction are missing: the picture was moved, if its edges have spread too."""
    motion_spread: float = 3.3
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
    moire_colour: float = 5.0
    """Height of coloured waves, in levels of 255."""
    moire_light: float = 4.5
    """Height of slanted waves of light."""
    moire_clarity: float = 100.0
    """How far a wave must stand out from its neighbours in frequency."""
    coarse_quality: float = 10.5
    """Quality of a JPEG, of 100, up to which its blocks deface the print."""
    coarse_steps: float = 0.3
    """The same in pixels that were compressed so and saved anew."""
    least_letters: float = 14.0
    """Marks that stand like print, from which a picture is a paper whatever else it shows."""
    chat_share: float = 0.1
    """Part of a tall picture that is flat bubbles on flat ground."""


THRESHOLDS = Thresholds()

_SPECKLED = 300.0
"""Thousandths of the page that are ink, from which it is the speckles of a bilevel scan, which touch every edge."""
_SPREAD = 1.3
"""Spread of edges from which thin strokes lose contrast by blur alone."""


_NO_TILT = 7.0
"""Degrees by which words may lie otherwise than the stripes that marks gather in."""
_BARE = 0.75
"""Part of the middle of a spot in which nothing is left."""
_ON_HEAD = 0.7
"""Part of the lines that stand on their head on a page that lies upside down."""
_BETTER_TURNED = 0.15
"""By how much surer such lines are read once they are turned, of 1."""
_READ_ON_COVER, _READ_ON_PAPER = 3, 6
"""Letters that can be read without doubt, from which a picture is a paper."""


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
    if asked := _ask_the_recogniser(layout, names):
        measures |= {name: round(float(value), 3) for name, value in asked.items()}
        names = flags_of(measures, thresholds)
    return Looks(names, measures, {flag: places for flag, places in marks.items() if places}, print_of(layout))


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
        if waves and not dark and not _is_bare_desk(measures):  # print drowned in waves is no empty page
            return ["moire"]
        return ["dark"] if dark else ["not_document"] if _is_bare_desk(measures) else ["blank"]
    blurred = _is_blurred(measures, measures["pixels"], thresholds)
    washed = not dark and _is_washed(measures, thresholds)
    read = measures["chat"] <= thresholds.chat_share and measures.get("letters_read", 0) >= _letters_enough(measures)
    if not dark and not read and _is_no_paper(measures, thresholds, unclear=blurred or washed or waves or small):
        return ["not_document"]
    names = ["lowres"] if small else []
    names += [name for name, found in (("dark", dark), ("washed", washed), ("blur", blurred)) if found]
    if waves and not small and not dark:
        names.append("moire")
    if not small and _is_overcompressed(measures, thresholds):
        names.append("overcompressed")
    if not {"blur", "dark", "washed", "moire"} & set(names):
        names += _flags_of_clear_print(measures, thresholds, blocky="overcompressed" in names)
    return names


def _flags_of_a_drawn_page(measures: Mapping[str, float], thresholds: Thresholds) -> list[str]:
    """A page that a program drew has no light and no lens: it can be empty, or lie on its side."""
    if measures["content"] == 0:
        return ["dark"] if _is_dark(measures, thresholds) else ["blank"]
    return ["rotated"] if measures["sideways"] > thresholds.sideways_ratio or _is_upside_down(measures) else []


def _flags_of_clear_print(measures: Mapping[str, float], thresholds: Thresholds, *, blocky: bool) -> list[str]:
    """What can be said of lines and margins where print is clear."""
    names = []
    clearly = 2.0 if blocky else 1.0  # the rims of coarse blocks run both ways
    if measures["sideways"] > clearly * thresholds.sideways_ratio or _is_upside_down(measures):
        names.append("rotated")
    # Evenly spaced handwriting shows an angle at which no word lies.
    borne_out = abs(measures.get("tilt", measures["angle"]) - measures["angle"]) < _NO_TILT
    if (
        borne_out
        and abs(measures["angle"]) > thresholds.skew_angle
        and measures["clarity"] > clearly * thresholds.skew_clarity
    ):
        names.append("skew")
    printed = measures["lettered"] > 0.15 or measures["letters"] > 60  # else what touches the edge is a lively ground
    if measures["cut"] >= thresholds.cut_places and measures["content"] < _SPECKLED and printed:
        names.append("cutoff")
    if _has_glare(measures, thresholds, blocky=blocky):
        names.append("glare")
    return names


def _ask_the_recogniser(layout: Layout, names: list[str]) -> dict[str, float]:
    """What only reading can tell: whether something is written on what looks like no paper, and which way up."""
    if "not_document" in names:
        return {"letters_read": letters_on(layout.colours)}
    if layout.content and not _UNREADABLE & set(names):
        standing, tilt = standing_of(layout), tilt_of(layout) if "skew" in names else None
        told = {"on_head": standing.on_head, "better_turned": standing.better}
        return told if tilt is None else told | {"tilt": tilt}
    return {}


_UNREADABLE = {"lowres", "blur", "dark", "washed", "blank", "rotated", "moire", "not_document"}


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
        "blur": 0.0,
        "evenness": 1.0,
        "sideways": 0.0,
        "angle": 0.0,
        "clarity": 0.0,
    }
    marks: dict[str, list[Box]] = {}
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


_LIKENESS = ("letters", "lettered", "ground", "colour", "light", "tint", "chat")


def _measure_edges(layout: Layout, _known: Mapping[str, float]) -> Measured:
    cut = cut_edges(layout)
    worst = max(cut.values(), default=0)
    return {"cut": float(worst)}, {"cutoff": [strip_of(side) for side, places in cut.items() if 2 * places > worst]}


_SHINE = ("shine_share", "shine_white", "shine_faded", "shine_rise", "shine_bare")


def _measure_shine(layout: Layout, _known: Mapping[str, float]) -> Measured:
    spot = worst_of(spots(layout))
    share, place = burnt(layout)
    measures = {"burnt": share} | dict.fromkeys(_SHINE, 0.0)
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
    }, {}  # fmt: skip


def _blurred_places(layout: Layout, places: Mapping[tuple[int, int, int, int], float], spread: float) -> list[Box]:
    """Where the print is as blurred as the page is on the whole."""
    height, width = layout.gray.shape
    return [
        (round(left / width, 3), round(top / height, 3), round(right / width, 3), round(bottom / height, 3))
        for (left, top, right, bottom), here in places.items()
        if here >= 0.8 * spread
    ]


def _has_waves(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    clear = thresholds.moire_clarity
    if measures["wave_colour"] > thresholds.moire_colour and measures["wave_colour_clarity"] > clear:
        return True
    if measures["wave_light"] > thresholds.moire_light and measures["wave_clarity"] > clear:
        return True
    # Lines of text and rules leave straight waves too, but long ones and of many frequencies.
    straight, period = measures["wave_straight"], measures["wave_period"]
    return straight > 1.2 * thresholds.moire_light and measures["wave_clarity"] > 6 * clear and period < 14


def _has_glare(measures: Mapping[str, float], thresholds: Thresholds, *, blocky: bool) -> bool:
    share, white, faded = measures["shine_share"], measures["shine_white"], measures["shine_faded"]
    if measures.get("burnt", 0.0) > 0.6 * thresholds.glare_share:
        return True
    # On a page that is written upon all over a small gap is a gap.
    least = thresholds.glare_share * (2 if measures["content"] > _SPECKLED else 1)
    if blocky or share < least or measures["shine_rise"] < -3:  # blocks fade too; what is darker is a picture
        return False
    bare = measures.get("shine_bare", 0.0) >= _BARE
    # On white paper the end of the scale says little by itself: light must rise, or print must fade around a place that
    # is wide enough to have a middle; the end of a paragraph is a narrow one.
    if white > thresholds.glare_white and (
        measures["shine_rise"] >= 2 or (bare and faded > 0.35 * thresholds.glare_faded)
    ):
        return True
    # White paper cannot grow lighter, so there only the print tells: it fades around a wide place where none is left.
    if not bare or white < -0.02:
        return False
    if share > 5.5 * thresholds.glare_share and white > 0.03 and faded > 0.25 * thresholds.glare_faded:
        return True
    return share > 1.5 * thresholds.glare_share and faded > (0.85 if white > 0.03 else 1.3) * thresholds.glare_faded


def _is_overcompressed(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    if measures["quality"] < thresholds.coarse_quality or measures["steps"] > thresholds.coarse_steps:
        return True
    return measures["steps"] > 0.7 * thresholds.coarse_steps and measures["blocks"] > 1.0 and measures["noise"] < 1.5


def _is_no_paper(measures: Mapping[str, float], thresholds: Thresholds, *, unclear: bool) -> bool:
    """Neither print nor even ground; where print is unclear, ground alone must tell."""
    if measures["chat"] > thresholds.chat_share:
        return True
    letters, lettered, ground = measures["letters"], measures["lettered"], measures["ground"]
    if letters >= thresholds.least_letters:
        return False
    papery = measures["light"] > 120 and measures["tint"] < 26 and ground > 0.8
    if unclear and papery and measures["colour"] < 14:
        return False
    if letters >= 3 and lettered > 0.2 and (papery or (ground > 0.55 and measures["colour"] < 12)):
        return False
    if ground > 0.97 and measures["content"] > 60 and measures["paper"] > 140:
        return False  # an even light ground, written upon all over
    if measures["light"] > 150 and measures["tint"] < 12 and measures["colour"] < 6 and ground > 0.45:
        return False  # white paper under a shadow, with a seal or two
    return not (letters >= 4 and (ground > 0.97 or papery))


def _letters_enough(measures: Mapping[str, float]) -> int:
    """The cover of a booklet says less than a page: light print on an even dark ground."""
    return _READ_ON_COVER if measures["contrast"] > 1.5 and measures["ground"] > 0.55 else _READ_ON_PAPER


def _is_upside_down(measures: Mapping[str, float]) -> bool:
    """Measures that were kept before lines were asked say nothing of it."""
    return measures.get("on_head", 0.0) >= _ON_HEAD and measures.get("better_turned", 0.0) >= _BETTER_TURNED


def _is_bare_desk(measures: Mapping[str, float]) -> bool:
    """Nothing on the ground, and the ground is no paper: wood, stone, cloth."""
    return measures["light"] < 135 or (measures["tint"] > 14 and measures["light"] < 190)


def _is_blurred(measures: Mapping[str, float], pixels: float, thresholds: Thresholds) -> bool:
    spread, evenness = measures["blur"], max(measures["evenness"], 0.01)
    if pixels < WORKING_SIDE and spread * pixels / WORKING_SIDE < thresholds.blur_native_width:
        return False
    if spread > thresholds.blur_width:
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
    contrast = measures["contrast"] * max(1.0, measures["blur"] / _SPREAD)
    return contrast < thresholds.washed_contrast or contrast * measures["paper"] < thresholds.washed_levels


def _least_pixels(ratio: float, thresholds: Thresholds) -> int:
    return thresholds.lowres_card_pixels if 1.5 < ratio < 1.68 else thresholds.lowres_pixels
