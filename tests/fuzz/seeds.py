"""What mutations begin with: tiny files of every kind, so that many can be tried, and a few as large as people send."""

from __future__ import annotations

import io
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image

from tests.fuzz.cases import saved, sheet
from tests.fuzz.foreign import others
from tests.fuzz.good_pdfs import fax_strip, jbig2
from tests.fuzz.good_pictures import big_exif, png_interlaced, segment, with_segments
from tests.fuzz.signing import signed
from tests.fuzz.writing import flate, image, picture_page, text, text_pages, updated, written, written_with_stream

CORPUS = Path(__file__).with_name("corpus")

_FOREIGN_AT_MOST = 6_000


@cache
def seeds() -> dict[str, bytes]:
    """A file of each kind, tiny; and what was once a fault."""
    page = sheet(1).resize((128, 180))
    kept = {place.name: place.read_bytes() for place in sorted(CORPUS.glob("*.*")) if place.suffix != ".xlsx"}
    return _jpegs(page) | _other_pictures(page) | _pdfs(page) | _packed_pdfs() | kept


@cache
def full_size() -> dict[str, bytes]:
    """Pages in the size in which people send them."""
    page = sheet(2)
    jpeg = saved(page, "JPEG", quality=80)
    packed, wide, high = jbig2(page)
    rng = np.random.default_rng(1)
    return {
        "large.jpg": jpeg,
        "turned.jpg": with_segments(saved(page, "JPEG", progressive=True), segment(0xE1, big_exif(rng))),
        "large.png": saved(page.quantize(16), "PNG", bits=4),
        "interlaced.png": png_interlaced(rng),
        "large.tif": saved(page.convert("1"), "TIFF", compression="group4"),
        "lines.tif": saved(page, "TIFF", compression="tiff_lzw"),
        "large.heic": saved(page, "HEIF", quality=50),
        "scan.pdf": written(picture_page(image(jpeg, *page.size, b"/DCTDecode"))),
        "ink.pdf": written(picture_page(image(packed, wide, high, b"/JBIG2Decode", colours=b"/DeviceGray", bits=1))),
        "text.pdf": written(text_pages(12)),
    }


@cache
def foreign() -> dict[str, bytes]:
    """Small files that are not taken: a change in them may make them look like one that is."""
    return {f"a.{kind}": content for kind, content in others().items() if len(content) < _FOREIGN_AT_MOST}


def _jpegs(page: Image.Image) -> dict[str, bytes]:
    jpeg = saved(page, "JPEG", quality=70)
    return {
        "a.jpg": jpeg,
        "b.jpg": saved(page, "JPEG", progressive=True),
        "c.jpg": saved(page.convert("CMYK"), "JPEG"),
        "d.jpg": saved(page, "MPO", save_all=True, append_images=[page.resize((32, 45))]),
        "e.jpg": saved(page, "JPEG", restart_marker_blocks=3, quality=50),
        "f.jpg": saved(page.convert("L"), "JPEG", progressive=True, subsampling=0),
        "g.jpg": with_segments(jpeg, segment(0xE1, b"Exif\x00\x00" + _turned()), segment(0xED, b"Photoshop 3.0\x00")),
        "h.jpg": saved(page, "JPEG", quality=70, icc_profile=bytes(128) + b"profile" * 20),
    }


def _turned() -> bytes:
    """EXIF that says the picture lies on its side."""
    kept = Image.Exif()
    kept[0x0112] = 6
    return kept.tobytes().removeprefix(b"Exif\x00\x00")


def _other_pictures(page: Image.Image) -> dict[str, bytes]:
    ink = page.convert("L").point(lambda value: 255 * (value > 150)).convert("1")
    deep = Image.fromarray(np.asarray(page.convert("L"), np.uint16) * np.uint16(257))
    return {
        "a.png": saved(page, "PNG"),
        "b.png": saved(page.convert("L").quantize(4), "PNG", bits=2),
        "c.png": saved(page.convert("RGBA"), "PNG"),
        "d.png": saved(ink, "PNG"),
        "e.png": saved(deep, "PNG"),
        "f.png": saved(page.quantize(8), "PNG", transparency=3, dpi=(300, 300)),
        "g.png": saved(page.convert("L"), "PNG", save_all=True, append_images=[ink.convert("L")]),
        "a.tif": saved(page, "TIFF", compression="tiff_lzw"),
        "b.tif": saved(ink, "TIFF", compression="group4"),
        "c.tif": saved(page, "TIFF", compression="jpeg"),
        "d.tif": saved(page.convert("L"), "TIFF", big_tiff=True),
        "e.tif": saved(ink, "TIFF", compression="packbits"),
        "f.tif": saved(deep, "TIFF", compression="tiff_adobe_deflate"),
        "g.tif": saved(ink, "TIFF", compression="group3", save_all=True, append_images=[ink]),
        "h.tif": saved(page.convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "a.heic": saved(page, "HEIF", quality=30),
        "b.heic": saved(page, "HEIF", quality=30, save_all=True, append_images=[page]),
        "c.heic": saved(page.convert("RGBA"), "HEIF", quality=30, exif=b"Exif\x00\x00" + _turned()),
    }


def _pdfs(page: Image.Image) -> dict[str, bytes]:
    jpeg = saved(page, "JPEG", quality=70)
    packed, wide, high = jbig2(page)
    fax, _, _ = fax_strip(page)
    grey = zlib.compress(page.convert("L").tobytes())
    lines = b"/DecodeParms << /K -1 /Columns 128 /Rows 180 >>"
    return {
        "a.pdf": written(text_pages(2, drawing=text(3), page=b"/UserUnit 1")),
        "b.pdf": written_with_stream(text_pages(1, drawing=text(2))),
        "c.pdf": updated(written(text_pages(1)), {5: flate(text(1))}, size=6),
        "d.pdf": signed(text_pages(1, drawing=text(1)), name="x"),
        "e.pdf": written(picture_page(image(jpeg, 128, 180, b"/DCTDecode"))),
        "f.pdf": written(picture_page(image(packed, wide, high, b"/JBIG2Decode", colours=b"/DeviceGray", bits=1))),
        "g.pdf": written(picture_page(image(grey, 128, 180, b"/FlateDecode", colours=b"/DeviceGray"))),
        "h.pdf": written(picture_page(image(saved(page.resize((64, 90)), "JPEG2000"), 64, 90, b"/JPXDecode"))),
        "i.pdf": written(
            picture_page(image(fax, 128, 180, b"/CCITTFaxDecode", colours=b"/DeviceGray", bits=1, more=lines))
        ),
        "j.pdf": written(text_pages(1, catalog=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")),
        "k.pdf": written(text_pages(1, page=b"/AA << /O << /S /Launch /F (calc.exe) >> >>")),
    }


def _packed_pdfs() -> dict[str, bytes]:
    """The same page as one library can write it: in streams of objects, in the order of reading, locked."""
    plain = written(text_pages(2, drawing=text(3)))
    ways: dict[str, dict[str, object]] = {
        "l.pdf": {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        "m.pdf": {"linearize": True},
        "n.pdf": {"encryption": pikepdf.Encryption(owner="bureau", user="")},
        "o.pdf": {"encryption": pikepdf.Encryption(owner="bureau", user="", R=3, aes=False, metadata=False)},
        "p.pdf": {"encryption": pikepdf.Encryption(owner="bureau", user="secret")},
    }
    made = {}
    for name, options in ways.items():
        buffer = io.BytesIO()
        with pikepdf.open(io.BytesIO(plain)) as opened:
            opened.save(buffer, static_id=True, deterministic_id=False, **options)  # type: ignore[arg-type]
        made[name] = buffer.getvalue()
    return made
