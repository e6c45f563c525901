"""What people see of a material: fresh pixels, never the bytes that were sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from app.errors import Refused
from app.materials import sandbox
from app.materials.filetypes import PDF, TIFF
from app.materials.verdicts import Limits
from app.messages import Message

THUMBNAIL_SIDE = 320
_MOST_DRAWN = 4200
"""Pixels of the longer side at which a photo is opened to cut its sheet out; phones give about as many."""


def render_pages(
    path: Path,
    media_type: str,
    *,
    to: Path,
    longest_side: int = 2000,
    sheets: Sequence[Mapping[str, Any]] = (),
    limits: Limits | None = None,
) -> list[Path]:
    """Draw every page of a file that was accepted into `to` as page-1.jpg, page-2.jpg …, upright and without metadata.

    Pages with a sheet are drawn straightened. Beside each page lies its thumbnail, thumb-1.jpg …. Raises `Refused` when
    the file cannot be drawn, and leaves nothing then.
    """
    limits = limits or Limits()
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    drawn = sandbox.run(
        "render",
        {
            "path": str(path),
            "media_type": media_type,
            "to": str(to),
            "longest_side": longest_side,
            "sheets": list(sheets),
        },
        limits=replace(limits, seconds=limits.seconds * 3),
    )
    if drawn.answer is None:
        for page in (*to.glob("page-*.jpg"), *to.glob("thumb-*.jpg")):
            page.unlink(missing_ok=True)
        raise Refused(
            Message("The pages of this file cannot be shown."),
            remedy=Message("Download the original, or ask for it to be sent again."),
            code="not_drawn",
        )
    return [Path(page) for page in drawn.answer["pages"]]


def thumbnail_of(page: Path) -> Path:
    """The thumbnail that lies beside a rendered page."""
    return page.with_name(page.name.replace("page-", "thumb-"))


def draw_to_files(
    path: Path,
    media_type: str,
    *,
    to: Path,
    longest_side: int,
    limits: Limits,
    sheets: Sequence[Mapping[str, Any]] = (),
) -> list[Path]:
    """The work itself; runs in the sandbox only."""
    written = []
    for number, image in enumerate(pages_of(path, media_type, longest_side, limits, sheets), start=1):
        page = to / f"page-{number}.jpg"
        _write(image, page, quality=85)
        _write(ImageOps.contain(image, (THUMBNAIL_SIDE, THUMBNAIL_SIDE)), thumbnail_of(page), quality=75)
        written.append(page)
    return written


def pages_of(
    path: Path, media_type: str, longest_side: int, limits: Limits, sheets: Sequence[Mapping[str, Any]] = ()
) -> Iterator[Image.Image]:
    """The pages of a file as pictures, straightened where a sheet is given; in the sandbox only."""
    from app.materials.sheets import Sheet
    from app.materials.straightening import share_of, straighten

    known = [Sheet.from_json(sheet) for sheet in sheets]
    by_page = {sheet.page: sheet for sheet in known if sheet.shown}
    # What is cut out of a picture has to be drawn larger, to come out as large as a whole one.
    share = min((share_of(sheet, (1, 1)) for sheet in by_page.values()), default=1.0)
    drawn_side = min(round(longest_side / max(share, 0.2)), _MOST_DRAWN) if by_page else longest_side
    for number, image in enumerate(_pages(path, media_type, max(drawn_side, longest_side), limits), start=1):
        sheet = by_page.get(number)
        if sheet is not None:
            yield straighten(image, sheet, longest_side=longest_side, evenly=sheet.was_found)
        elif max(image.size) > longest_side:
            yield ImageOps.contain(image, (longest_side, longest_side))
        else:
            yield image


def _pages(path: Path, media_type: str, longest_side: int, limits: Limits) -> Iterator[Image.Image]:
    from app.materials.drawing import draw_pages
    from app.materials.pictures import read_picture

    if media_type == PDF:
        for drawn in draw_pages(path, longest_side=longest_side, at_most=limits.max_pages):
            yield drawn.image
    elif media_type == TIFF and limits.tiff_pages:
        with Image.open(path, formats=["TIFF"]) as scan:
            for frame in ImageSequence.Iterator(scan):
                yield ImageOps.contain(ImageOps.exif_transpose(frame.convert("RGB")), (longest_side, longest_side))
    else:
        yield read_picture(path.read_bytes(), media_type, longest_side=longest_side, limits=limits).image


def _write(image: Image.Image, place: Path, *, quality: int) -> None:
    """Only pixels are carried over: a new picture has no metadata, whatever the old one had."""
    fresh = Image.frombytes("RGB", image.size, image.tobytes())
    buffer = BytesIO()
    fresh.save(buffer, "JPEG", quality=quality, optimize=True)
    place.touch(mode=0o600)
    place.write_bytes(buffer.getvalue())
