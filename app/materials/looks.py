"""How a page looks: whether a person could read it, from measures on one working size.

Every threshold here was chosen from measured distributions (`benchmarks/materials_calibration.py` prints them): midway
between pages that must be taken and pages that nobody can read, nearer to the unreadable ones, because a refusal costs
a trip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.materials.layout import Layout, lay_out
from app.materials.lines import find_lines
from app.materials.sharpness import edge_width, evenness

FloatPixels = NDArray[np.float32]

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


THRESHOLDS = Thresholds()

_SPREAD = 1.3
"""Spread of edges from which thin strokes lose contrast by blur alone."""


@dataclass
class Looks:
    """The flags of one page, with what was measured."""

    names: list[str] = field(default_factory=list)
    measures: dict[str, Any] = field(default_factory=dict)


def look_at(image: Image.Image, *, pixels: int | None, thresholds: Thresholds = THRESHOLDS) -> Looks:
    """Judge one page. `pixels` is the longer side of the original picture, None for a page that was never on paper."""
    measured = _measure(lay_out(image), pixels) | {"ratio": max(image.size) / min(image.size)}
    measures = {name: round(float(value), 3) for name, value in measured.items()}
    return Looks(flags_of(measures, thresholds), measures)


def flags_of(measures: Mapping[str, float], thresholds: Thresholds = THRESHOLDS) -> list[str]:
    """The flags that a page of these measures gets: the same now as long after it was measured.

    Everything that a flag rests on stands among the measures, so that other thresholds can be tried on what was kept.
    """
    if measures["content"] == 0:
        return ["dark"] if _is_dark(measures, thresholds) else ["blank"]
    names = []
    if measures["pixels"]:
        if measures["page_pixels"] < _least_pixels(measures["ratio"], thresholds):
            names.append("lowres")
        if _is_dark(measures, thresholds):
            names.append("dark")
        elif _is_washed(measures, thresholds):
            names.append("washed")
        if _is_blurred(measures, measures["pixels"], thresholds):
            names.append("blur")
    if measures["sideways"] > thresholds.sideways_ratio and not {"blur", "dark", "washed"} & set(names):
        names.append("rotated")
    return names


def _measure(layout: Layout, pixels: int | None) -> dict[str, float]:
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
    }
    if layout.content:
        spread, _ = edge_width(layout)
        measures["blur"] = spread * WORKING_SIDE / longest
        measures["evenness"] = evenness(layout)
        measures["sideways"] = find_lines(layout).sideways
    return measures


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
