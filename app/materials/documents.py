"""Binding photographed pages into one PDF: each page redrawn upright, in order, in the process for hostile files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from app.errors import Refused
from app.materials import sandbox
from app.materials.filetypes import PDF, identify
from app.materials.sentences import sentence_for
from app.materials.verdicts import Limits
from app.messages import Message

A4_LONG_SIDE = 842
"""Points. A photo does not say how large its sheet is; A4 is what offices write on, and prints back at its size."""
_TRIES = ((2600, 90), (2200, 85), (1800, 80))
"""Longest side in pixels and JPEG quality, the best first: even the last gives 12-point characters 25 pixels."""
_FILLED = 0.95
_SECONDS_A_PAGE = 4.0


@contextlib.contextmanager
def bind(pictures: Sequence[Path], *, limit_bytes: int) -> Iterator[BinaryIO]:
    """One PDF of these pictures, opened for reading, gone afterwards. It keeps below the limit where that is possible.

    Raises `Refused`, naming the page, for a file that is no readable picture.
    """
    limits = Limits()
    with TemporaryDirectory(prefix="document-") as folder:
        made = Path(folder) / "document.pdf"
        outcome = sandbox.run(
            "bind",
            {"pictures": [str(one.resolve()) for one in pictures], "to": str(made), "limit_bytes": limit_bytes},
            limits=replace(limits, seconds=limits.seconds + _SECONDS_A_PAGE * len(pictures)),
        )
        if outcome.answer is None:
            raise Refused(
                Message("The pages could not be put into one document."),
                remedy=Message("Send the photos one by one instead."),
                code="not_bound",
            )
        if "page" in outcome.answer:
            raise _unreadable(outcome.answer["page"], outcome.answer["code"])
        with made.open("rb") as document:
            yield document


def _unreadable(page: int, code: str) -> Refused:
    message, remedy = sentence_for(code, page=page, measures={})
    return Refused(message, remedy=remedy, code=code)


def bind_to_file(pictures: Sequence[Path], *, to: Path, limit_bytes: int, limits: Limits) -> dict[str, Any]:
    """The work itself; runs in the sandbox only. Answers the number of pages, or the page that cannot be read."""
    import pikepdf

    share = int(_FILLED * limit_bytes / len(pictures))
    with pikepdf.new() as document:
        for number, picture in enumerate(pictures, start=1):
            data = picture.read_bytes()
            media_type = identify(data).media_type
            code = _fault(data, media_type)
            drawn = code or _redrawn(data, media_type or "", share, limits)
            if isinstance(drawn, str):
                return {"page": number, "code": drawn}
            _add_page(document, *drawn)
        # The same pages give the same bytes, so that the same document sent twice is recognised.
        document.save(to, deterministic_id=True)
    return {"pages": len(pictures)}


def _fault(data: bytes, media_type: str | None) -> str | None:
    """What is wrong with a file that should be a picture, as far as redrawing would hide it."""
    from app.materials.complaints import decoders_complain
    from app.materials.containers import walk

    if not data:
        return "empty"
    if media_type is None or media_type == PDF:
        return "unsupported"
    codes = walk(data, media_type).codes
    if codes:
        return next(iter(codes))
    return "corrupt" if decoders_complain(data, media_type) else None


def _redrawn(data: bytes, media_type: str, share: int, limits: Limits) -> tuple[bytes, int, int] | str:
    """The picture as a new JPEG without metadata, as good as its share of the room allows, or the code of its fault."""
    from PIL import Image, ImageOps

    from app.materials.pictures import Unreadable, read_picture

    best, _ = _TRIES[0]
    try:
        picture = read_picture(data, media_type, longest_side=best, limits=limits).image
    except Unreadable as error:
        return error.code
    if picture.width < limits.min_side or picture.height < limits.min_side or max(picture.size) < limits.min_length:
        return "too_small"
    for longest_side, quality in _TRIES:
        if max(picture.size) > longest_side:
            picture = ImageOps.contain(picture, (longest_side, longest_side), Image.Resampling.LANCZOS)
        written = BytesIO()
        picture.save(written, "JPEG", quality=quality, optimize=True)
        if written.tell() <= share:
            break
    return written.getvalue(), picture.width, picture.height


def _add_page(document: Any, jpeg: bytes, width: int, height: int) -> None:
    """One page that the picture fills, its longer side as long as A4."""
    import pikepdf

    scale = A4_LONG_SIDE / max(width, height)
    wide, high = round(width * scale, 2), round(height * scale, 2)
    page = document.add_blank_page(page_size=(wide, high))
    shown = document.make_stream(
        jpeg, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=shown))
    page.Contents = document.make_stream(f"q {wide} 0 0 {high} 0 0 cm /Photo Do Q".encode())
