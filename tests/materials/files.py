"""Good files of every type and hostile ones, as bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
from PIL import Image

from app.materials.inspection import inspect
from app.materials.verdicts import Limits, Verdict
from tests.materials import pages

pillow_heif.register_heif_opener()


def rng(seed: int = 7) -> np.random.Generator:
    """Chance, the same every time."""
    return np.random.default_rng(seed)


@cache
def letter(height: int = 1000) -> Image.Image:
    """A sharp page of text."""
    return pages.letter(height, rng(11))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a picture in a format."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def jpeg() -> bytes:
    return saved(letter(), "JPEG", quality=85)


@cache
def png() -> bytes:
    return saved(letter(), "PNG")


@cache
def wide_png() -> bytes:
    """A small file of many pixels, for which more memory is needed than a warm worker has lying about."""
    return saved(Image.new("RGB", (6000, 5000), "white"), "PNG")


@cache
def another() -> bytes:
    """Another page than the one of the other files."""
    return saved(pages.letter(1000, rng(12)), "PNG")


@cache
def heic() -> bytes:
    return saved(letter(1000), "HEIF", quality=60)


@cache
def tiff() -> bytes:
    return saved(letter(), "TIFF", compression="tiff_lzw")


@cache
def scan_pdf(count: int = 1) -> bytes:
    """Scanned pages in a PDF."""
    first, *more = [letter()] * count
    return saved(first, "PDF", save_all=True, append_images=more, resolution=130)


def text_pdf(count: int = 1, *, lines: int = 30) -> pikepdf.Pdf:
    """Printed pages, without any picture."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for number in range(count):
        page = pdf.add_blank_page(page_size=(595, 842))
        text = "".join(
            f"BT /F1 12 Tf 60 {780 - 22 * line} Td (Wage approval {number} line {line}) Tj ET\n"
            for line in range(lines)
        )
        page.Contents = pdf.make_stream(text.encode())
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    return pdf


def pdf_bytes(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """A PDF as bytes."""
    buffer = io.BytesIO()
    pdf.save(buffer, **options)
    return buffer.getvalue()


def archive() -> bytes:
    """A ZIP with a program in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("run.exe", b"MZ" + bytes(400))
    return buffer.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A small PNG whose header promises a huge picture."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(4000))) + chunk(b"IEND", b"")
    )


def examined(
    content: bytes, name: str, directory: Path, *, declared: str | None = None, limits: Limits | None = None
) -> Verdict:
    """The verdict on some bytes under a name."""
    place = directory / "upload"
    place.write_bytes(content)
    return inspect(place, filename=name, declared_type=declared, limits=limits)
