"""Drawing the pages of a PDF, and telling a scanned page from a printed one."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from app.materials.compression import UNKNOWN, Compression, compression_within


@dataclass(frozen=True)
class Drawn:
    """One page as a picture. `scanned` pages are photographs of paper; `pixels` is the larger side of their picture."""

    image: Image.Image
    scanned: bool
    pixels: int
    compression: Compression = UNKNOWN


def draw_pages(path: Path, *, longest_side: int, at_most: int, enlarged: bool = True) -> Iterator[Drawn]:
    """Draw page by page, turned as the file says, without running anything in it.

    With `enlarged` off, a scanned page is drawn no larger than its picture is.
    """
    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(min(len(document), at_most)):
            page = document[index]
            try:
                yield _draw(page, longest_side, enlarged)
            finally:
                page.close()
    finally:
        document.close()


def _draw(page: pypdfium2.PdfPage, longest_side: int, enlarged: bool) -> Drawn:
    width, height = page.get_size()
    covered, pixels = _pictured_part(page, width * height)
    scanned = covered > 0.5
    if scanned and not enlarged:
        longest_side = min(longest_side, max(pixels, 64))
    scale = min(longest_side / max(width, height, 1.0), 8.0)
    bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True, fill_color=(255, 255, 255, 255))
    image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return Drawn(image, scanned, pixels, compression_within(page) if scanned else UNKNOWN)


def _pictured_part(page: pypdfium2.PdfPage, area: float) -> tuple[float, int]:
    """How much of the page is covered by pictures, and the pixels along the page that they give."""
    covered, dots_per_point = 0.0, 0.0
    striped, strips = 0.0, 0.0  # pixels and area of pictures that each cover little: a page may be cut into stripes
    for count, shown in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4)):
        if count > 400:
            break
        left, bottom, right, top = shown.get_bounds()
        width, height = ctypes.c_uint(), ctypes.c_uint()
        pdfium.FPDFImageObj_GetImagePixelSize(shown.raw, width, height)
        placed = max(right - left, 0.0) * max(top - bottom, 0.0)
        if placed <= 0:
            continue
        covered += placed / max(area, 1.0)
        if placed > 0.2 * area:
            dots_per_point = max(dots_per_point, (width.value * height.value / placed) ** 0.5)
        else:
            striped, strips = striped + width.value * height.value, strips + placed
    if not dots_per_point and strips:
        dots_per_point = (striped / strips) ** 0.5
    return covered, round(dots_per_point * max(page.get_size()))
