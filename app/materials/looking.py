"""One page looked at: where it was photographed on a desk, as the straightened page that people will see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from app.materials.compression import Compression
from app.materials.enlarged import Enlarged, turns_in
from app.materials.layout import Shown, pixels_of, size_of
from app.materials.looks import Looks, look_at
from app.materials.lying import has_colour_of_paper
from app.materials.readable import WORKING_SIDE
from app.materials.sheets import Sheet, lies_inside
from app.materials.straightening import Pixels, find_sheet_on, laid_flat, level_sheet, share_of

_WELL_FILLED = 0.8
"""Part of its picture from which a sheet is large enough at the working size; a smaller one is cut from more pixels."""


@dataclass(frozen=True)
class Seen:
    """How a page looks, the picture that was judged, and where its sheet lies in the one that was sent."""

    looks: Looks
    shown: Pixels
    sheet: Sheet | None = None


def look_at_page(
    image: Shown,
    *,
    pixels: int | None,
    page: int,
    straightened: bool = False,
    larger: Callable[[int], Pixels] | None = None,
    compression: Compression = Compression(),
) -> Seen:
    """Judge a page; with `straightened`, its sheet is cut out first if it is found, and its lines laid level.

    `larger` opens the same picture at another size. The light is judged as it was: only what people see is evened.
    """
    shown = pixels_of(image)
    sheet = find_sheet_on(shown, page=page) if straightened else None
    if sheet is None:
        looks = look_at(shown, pixels=pixels, compression=compression)
        sheet = _level(shown, looks, page) if straightened else None
        if sheet is None:
            return Seen(looks, shown)
    share = share_of(sheet, size_of(shown))
    turns = _turns_before(shown, pixels, share)
    if larger is not None and pixels is not None and share < _WELL_FILLED and pixels > max(size_of(shown)):
        shown = larger(min(pixels, round(WORKING_SIDE / share)))
    judged = laid_flat(shown, sheet, longest_side=WORKING_SIDE, evenly=False)
    whole = round(share * pixels) if pixels is not None else None
    apart = sheet.was_found and lies_inside(sheet) and has_colour_of_paper(judged)
    looks = look_at(judged, pixels=whole, compression=compression, turns=turns, apart=apart)
    return Seen(_whole(looks) if lies_inside(sheet) else looks, judged, sheet)


def _turns_before(shown: Pixels, pixels: int | None, share: float) -> Enlarged | None:
    """Pixels that were worked out from fewer are told before the sheet is turned; at the size at which it is judged."""
    if pixels is None:
        return None
    found = turns_in(np.asarray(cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY), np.uint8), pixels=pixels)
    times = min(share * pixels, WORKING_SIDE) / (share * max(size_of(shown)))
    return replace(found, distance=found.distance * times)


def _whole(looks: Looks) -> Looks:
    """All four corners of the sheet are on the photo, so nothing of it is cut off: at its rim lie folds and desk."""
    names = [name for name in looks.names if name != "cutoff"]
    return replace(looks, names=names, measures={**looks.measures, "cut": 0.0})


def _level(shown: Pixels, looks: Looks, page: int) -> Sheet | None:
    """A page that fills its picture, turned level, where its lines tell by how much."""
    measured = looks.measures
    angle, clarity = float(measured.get("angle", 0.0)), float(measured.get("clarity", 0.0))
    return level_sheet(shown, angle=angle, clarity=clarity, page=page)
