"""One page looked at: where it was photographed on a desk, as the straightened page that people will see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image

from app.materials.compression import Compression
from app.materials.looks import WORKING_SIDE, Looks, look_at
from app.materials.sheets import Sheet, lies_inside
from app.materials.straightening import find_sheet_on, level_sheet, share_of, straighten

_WELL_FILLED = 0.8
"""Part of its picture from which a sheet is large enough at the working size; a smaller one is cut from more pixels."""


@dataclass(frozen=True)
class Seen:
    """How a page looks, the picture that was judged, and where its sheet lies in the one that was sent."""

    looks: Looks
    image: Image.Image
    sheet: Sheet | None = None


def look_at_page(
    image: Image.Image,
    *,
    pixels: int | None,
    page: int,
    straightened: bool = False,
    larger: Callable[[int], Image.Image] | None = None,
    compression: Compression = Compression(),
) -> Seen:
    """Judge a page; with `straightened`, its sheet is cut out first if it is found, and its lines laid level.

    `larger` opens the same picture at another size. The light is judged as it was: only what people see is evened.
    """
    sheet = find_sheet_on(image, page=page) if straightened else None
    if sheet is None:
        looks = look_at(image, pixels=pixels, compression=compression)
        sheet = _level(image, looks, page) if straightened else None
        if sheet is None:
            return Seen(looks, image)
    share = share_of(sheet, image.size)
    if larger is not None and pixels is not None and share < _WELL_FILLED and pixels > max(image.size):
        image = larger(min(pixels, round(WORKING_SIDE / share)))
    judged = straighten(image, sheet, longest_side=WORKING_SIDE, evenly=False)
    looks = look_at(judged, pixels=round(share * pixels) if pixels is not None else None, compression=compression)
    return Seen(_whole(looks) if lies_inside(sheet) else looks, judged, sheet)


def _whole(looks: Looks) -> Looks:
    """All four corners of the sheet are on the photo, so nothing of it is cut off: at its rim lie folds and desk."""
    names = [name for name in looks.names if name != "cutoff"]
    return replace(looks, names=names, measures={**looks.measures, "cut": 0.0})


def _level(image: Image.Image, looks: Looks, page: int) -> Sheet | None:
    """A page that fills its picture, turned level, where its lines tell by how much."""
    measured = looks.measures
    angle, clarity = float(measured.get("angle", 0.0)), float(measured.get("clarity", 0.0))
    return level_sheet(image, angle=angle, clarity=clarity, page=page)
