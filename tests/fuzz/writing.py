"""Writing a PDF by hand, byte for byte as one wants it, since the libraries only write decent ones."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from functools import cache

from tests.fuzz.cases import saved, sheet

Objects = dict[int, bytes]

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def stream(body: bytes, entries: bytes = b"") -> bytes:
    """A stream object as it stands, with its length."""
    return b"<< /Length %d %s >>\nstream\n" % (len(body), entries) + body + b"\nendstream"


def flate(body: bytes, entries: bytes = b"") -> bytes:
    """The same, deflated."""
    return stream(zlib.compress(body), b"/Filter /FlateDecode " + entries)


def text(lines: int = 30, *, word: str = "Wage approval") -> bytes:
    """The drawing of a page of text."""
    return b"".join(
        b"BT /F1 12 Tf 60 %d Td (%s line %d of the decision) Tj ET\n" % (780 - 22 * n, word.encode(), n)
        for n in range(lines)
    )


def text_pages(pages: int = 1, *, catalog: bytes = b"", page: bytes = b"", drawing: bytes | None = None) -> Objects:
    """Catalog 1, page tree 2, font 3, then two objects a page. `catalog` and `page` are further entries of those."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))
    made = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    for n in range(pages):
        made[4 + 2 * n] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> %s >>" % (5 + 2 * n, page)
        )
        made[5 + 2 * n] = flate(text() if drawing is None else drawing)
    return made


def body(objects: Mapping[int, bytes], at: int, eol: bytes = b"\n") -> tuple[bytes, dict[int, int]]:
    """The objects one after another, beginning at a place in the file, and where each stands."""
    made, places = b"", {}
    for number, content in objects.items():
        places[number] = at + len(made)
        made += b"%d 0 obj" % number + eol + content + eol + b"endobj" + eol
    return made, places


def table(places: Mapping[int, int], at: int, *, size: int, trailer: bytes, eol: bytes = b"\n") -> bytes:
    """A classic table of the objects with the trailer and the end of the file."""
    lines = b"xref" + eol + b"0 1" + eol + b"0000000000 65535 f\r\n"
    for number in sorted(places):
        lines += b"%d 1" % number + eol + b"%010d 00000 n\r\n" % places[number]
    lines += b"trailer" + eol + b"<< /Size %d /Root 1 0 R %s >>" % (size, trailer) + eol
    return lines + b"startxref" + eol + b"%d" % at + eol + b"%%EOF" + eol


def written(objects: Mapping[int, bytes], *, head: bytes = HEAD, trailer: bytes = b"", eol: bytes = b"\n") -> bytes:
    """The whole file with a classic table."""
    made, places = body(objects, len(head), eol)
    start = len(head) + len(made)
    return head + made + table(places, start, size=max(objects) + 1, trailer=trailer, eol=eol)


def written_with_stream(objects: Mapping[int, bytes], *, head: bytes = HEAD) -> bytes:
    """The whole file with a table that is a stream, as newer programs write it."""
    made, places = body(objects, len(head))
    number, start = max(objects) + 1, len(head) + len(made)
    places[number] = start
    rows = b"\x00" + bytes(4) + b"\xff\xff"
    rows += b"".join(struct.pack(">BIH", 1, places[n], 0) if n in places else bytes(7) for n in range(1, number + 1))
    kept = flate(rows, b"/Type /XRef /W [1 4 2] /Size %d /Root 1 0 R" % (number + 1))
    return head + made + b"%d 0 obj\n" % number + kept + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def updated(whole: bytes, changes: Mapping[int, bytes], *, size: int, trailer: bytes = b"") -> bytes:
    """The file with an update behind it: changed or new objects, and a table that points back."""
    previous = int(whole[whole.rfind(b"startxref") + 9 :].split()[0])
    made, places = body(changes, len(whole))
    start = len(whole) + len(made)
    return whole + made + table(places, start, size=size, trailer=b"/Prev %d %s" % (previous, trailer))


@cache
def photo(number: int = 0, *, height: int = 1100, mode: str = "RGB") -> bytes:
    """The JPEG of a page."""
    return saved(sheet(number, height).convert(mode), "JPEG", quality=82)


def picture_page(picture: bytes, *, width: int = 595, height: int = 842, catalog: bytes = b"") -> Objects:
    """One page that a picture (object 6) fills."""
    made = text_pages(1, catalog=catalog, drawing=b"q %d 0 0 %d 0 0 cm /Im0 Do Q" % (width, height))
    made[4] = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 5 0 R "
        b"/Resources << /XObject << /Im0 6 0 R >> >> >>" % (width, height)
    )
    made[6] = picture
    return made


def image(
    body: bytes,
    width: int,
    height: int,
    filters: bytes,
    *,
    colours: bytes = b"/DeviceRGB",
    bits: int = 8,
    more: bytes = b"",
) -> bytes:
    """A picture as an object of a PDF."""
    return stream(
        body,
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent %d /Filter %s %s"
        % (width, height, colours, bits, filters, more),
    )
