"""Hostile files that cost their reader more than they weigh: scans without end, packed layers, drawings of drawings."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from functools import cache

import pikepdf
from PIL import Image

from tests.fuzz.cases import Case, Chance, a_page, pick, saved, sheet
from tests.fuzz.foreign import archive
from tests.fuzz.good_pdfs import fax_strip
from tests.fuzz.good_pictures import SIGNATURE, big_exif, chunk, png_header, segment, with_segments
from tests.fuzz.hostile_files import HostileMaker, a_case
from tests.fuzz.hostile_pdfs import ANY
from tests.fuzz.writing import flate, image, picture_page, stream, text_pages, written

_LONG = 120_000_000
"""Bytes of a stream that no page needs."""


def scans_without_end(rng: Chance) -> Case:
    """A progressive JPEG that is refined a thousand times over: each scan a few bytes, each a walk over all blocks."""
    width, height = pick(rng, (4_000, 5_600), (8_000, 8_000), (1_200, 1_700))
    head, scan = _progressive(width, height)
    return a_case("a.jpg", head + scan * int(pick(rng, 900, 4_000)) + b"\xff\xd9", "bomb")


def _progressive(width: int, height: int) -> tuple[bytes, bytes]:
    """The head of a grey progressive JPEG, and a scan of it that says nothing new."""
    quantities = segment(0xDB, b"\x00" + b"\x10" * 64)
    frame = segment(0xC2, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    codes = segment(0xC4, b"\x10" + b"\x01" + bytes(15) + b"\xe0")  # one code: the end of many blocks
    levels = segment(0xC4, b"\x00" + b"\x01" + bytes(15) + b"\x00")
    blocks = -(-width // 8) * -(-height // 8)
    first = segment(0xDA, b"\x01\x01\x00\x00\x00\x00") + bytes(blocks // 8 + 1)
    runs = -(-blocks // (1 << 14))
    rest = segment(0xDA, b"\x01\x01\x00\x01\x3f\x00") + bytes(runs * 15 // 8 + 2)
    return b"\xff\xd8" + quantities + frame + levels + codes + first, rest


def height_told_later(rng: Chance) -> Case:
    """A JPEG of no height in its head; the height comes behind the first scan, and may be any."""
    photo = bytearray(saved(a_page(rng), "JPEG"))
    frame = photo.find(b"\xff\xc0")
    photo[frame + 5 : frame + 7] = bytes(2)
    told = b"\xff\xdc\x00\x04" + int(pick(rng, 1100, 65_535, 0)).to_bytes(2, "big")
    end = photo.rfind(b"\xff\xd9")
    return a_case("a.jpg", bytes(photo[:end]) + told + bytes(photo[end:]), "corrupt", "truncated")


def metadata_in_a_circle(rng: Chance) -> Case:
    """EXIF whose directories lead back to themselves or claim four billion values. The picture itself is sound."""
    kind = int(rng.integers(0, 3))
    if kind == 0:
        block = b"MM\x00*" + struct.pack(">IHHHIII", 8, 1, 0x8769, 4, 1, 8, 8)
    elif kind == 1:
        block = b"II*\x00" + struct.pack("<IHHHIII", 8, 1, 0x010E, 2, 0xFFFFFFFF, 26, 0)
    else:
        block = b"MM\x00*" + struct.pack(">IH", 8, 65_535) + rng.bytes(60_000)
    photo = saved(a_page(rng), "JPEG")
    return Case(
        "a.jpg", with_segments(photo, segment(0xE1, b"Exif\x00\x00" + block)), frozenset({"corrupt", "bomb", ANY})
    )


def many_small_chunks(rng: Chance) -> Case:
    """A PNG of hundreds of thousands of notes, or one note that unfolds to much."""
    picture = saved(a_page(rng), "PNG")
    if rng.uniform() < 0.5:
        notes = chunk(b"tEXt", b"a\x00b") * 300_000
    else:
        notes = chunk(b"iTXt", b"a\x00\x01\x00\x00\x00" + zlib.compress(bytes(_LONG), 9)) * 3
    return Case("a.png", picture[:33] + notes + picture[33:], frozenset({"bomb", "corrupt", ANY}))


def png_of_too_few_pixels(rng: Chance) -> Case:
    """Fewer pixels are there than the head says, or many more."""
    header = png_header(*pick(rng, (3000, 4000), (900, 1300)), 8, 2)
    rows = zlib.compress(bytes(int(pick(rng, 0, 10_000, 400_000))), 9)
    whole = SIGNATURE + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return a_case("a.png", whole, "truncated", "corrupt", "bomb")


def animated(rng: Chance) -> Case:
    """A moving picture, under its own name or that of a page."""
    frames = [sheet(n).resize((400, 566)) for n in range(4)]
    kind, ending = pick(rng, ("GIF", "gif"), ("WEBP", "webp"), ("PNG", "png"))
    whole = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    name = pick(rng, f"a.{ending}", "a.jpg", "a.png")
    return a_case(name, whole, "unsupported", "type_mismatch", "multi_frame")


def pixels_in_another_type(rng: Chance) -> Case:
    """A bomb of a type that is not taken is not opened at all."""
    wide = b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + bytes(200)
    still = b"RIFF\x30\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\x3f\xff\xff\x3f" + bytes(40)
    bitmap = b"BM" + struct.pack("<IHHIIiiHH", 200, 0, 0, 54, 40, 2**31 - 1, 2**31 - 1, 1, 32) + bytes(200)
    return a_case(pick(rng, "a.gif", "a.jpg", "a.png"), pick(rng, wide, still, bitmap), "unsupported", "type_mismatch")


def two_in_one(rng: Chance) -> Case:
    """A file that two programs read differently: picture and archive, picture and page, page and archive."""
    packed = archive("a.class")
    shifted = _archive_behind(saved(a_page(rng), pick(rng, "GIF", "JPEG", "PNG")))
    page = b"<html><body>" + b"<img src=x>" * 3 + b"</body></html>"
    name, whole = pick(
        rng,
        ("a.jpg", shifted),
        ("a.pdf", written(text_pages(1)) + packed),
        ("a.jpg", with_segments(saved(a_page(rng), "JPEG"), segment(0xFE, page))),
        ("a.png", saved(a_page(rng), "PNG") + b"<?php system($_GET[0]); ?>"),
        ("a.pdf", _archive_behind(written(text_pages(1)))),
    )
    return a_case(name, whole, "polyglot", "type_mismatch", "unsupported")


def _archive_behind(front: bytes) -> bytes:
    """An archive whose places are counted from the start of the whole file, as a careful forger writes it."""
    packed = archive("a.class")
    end = packed.rfind(b"PK\x05\x06")
    at = struct.unpack_from("<I", packed, end + 16)[0]
    return front + packed[: end + 16] + struct.pack("<I", at + len(front)) + packed[end + 20 :]


def packed_another_way(rng: Chance) -> Case:
    """A drawing that unfolds to hundreds of megabytes under another filter, or behind a first one."""
    filters, packed = _packed(int(rng.integers(0, 5)))
    made = text_pages(1)
    made[5] = stream(packed, b"/Filter " + filters)
    return a_case("a.pdf", written(made), "bomb", "corrupt")


@cache
def _packed(kind: int) -> tuple[bytes, bytes]:
    deflated = zlib.compress(b" " * (4 * _LONG), 9)
    if kind == 0:
        return b"[/ASCII85Decode /FlateDecode]", base64.a85encode(deflated) + b"~>"
    if kind == 1:
        return b"[/AHx /Fl]", deflated.hex().encode() + b">"
    if kind == 2:
        return b"[/LZWDecode]", _lzw(60_000)
    if kind == 3:
        return b"[/RunLengthDecode /RunLengthDecode]", _runs(_runs_of_runs())
    return b"[/ASCII85Decode /ASCIIHexDecode /FlateDecode]", base64.a85encode(deflated.hex().encode() + b">") + b"~>"


def _lzw(codes: int) -> bytes:
    """Codes each of which stands for one space more than the one before."""
    bits, width, following = "", 9, 258
    pieces = [format(256, "09b"), format(32, "09b")]
    for _ in range(codes):
        if following > 4093:
            pieces.append(format(256, f"0{width}b") + format(32, "09b"))
            width, following = 9, 258
        pieces.append(format(following, f"0{width}b"))
        following += 1
        width = 9 + sum(following >= limit - 1 for limit in (512, 1024, 2048))
    bits = "".join(pieces) + format(257, f"0{width}b")
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _runs(plain: bytes) -> bytes:
    return b"".join(
        bytes([len(piece) - 1]) + piece for piece in (plain[n : n + 128] for n in range(0, len(plain), 128))
    )


def _runs_of_runs() -> bytes:
    return b"\x81 " * 1_500_000 + b"\x80"


def one_drawing_many_times(rng: Chance) -> Case:
    """A page that names the same large drawing thousands of times."""
    made = text_pages(1, drawing=b"0 0 m 9 9 l S " * 200_000)
    made[4] = made[4].replace(b"/Contents 5 0 R", b"/Contents [" + b"5 0 R " * 20_000 + b"]")
    return a_case("a.pdf", written(made), "bomb", "corrupt")


def scan_that_claims_more(rng: Chance) -> Case:
    """A packed scan whose own head, or whose parameters, say it is far larger than the page says."""
    kind = int(rng.integers(0, 3))
    page = sheet(1).resize((128, 180))
    if kind == 0:
        packed = bytearray(saved(page, "JPEG2000"))
        at = packed.find(b"\xff\x51") + 6
        struct.pack_into(">II", packed, at, 60_000, 60_000)
        held = image(bytes(packed), 128, 180, b"/JPXDecode")
    elif kind == 1:
        about = struct.pack(">IIIIBH", 100_000, 100_000, 0, 0, 0, 0)
        first = struct.pack(">IBBBI", 0, 48, 0, 1, len(about)) + about
        held = image(first, 128, 180, b"/JBIG2Decode", colours=b"/DeviceGray", bits=1)
    else:
        fax, _, _ = fax_strip(page)
        parms = b"/DecodeParms << /K -1 /Columns 2147483647 /Rows 2147483647 >>"
        held = image(fax, 128, 180, b"/CCITTFaxDecode", colours=b"/DeviceGray", bits=1, more=parms)
    return Case("a.pdf", written(picture_page(held)), frozenset({"bomb", "corrupt", "blank", ANY}))


def tiles_without_end(rng: Chance) -> Case:
    """A pattern of tiny tiles, shadings by formula, transparency within transparency."""
    kind = int(rng.integers(0, 3))
    made = text_pages(1, drawing=b"/Pattern cs /P0 scn 0 0 595 842 re f " * (400 if kind == 0 else 30))
    if kind == 0:
        pattern = stream(
            b"0 0 1 1 re f",
            b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 .01 .01] /XStep .01 /YStep .01 "
            b"/Resources << >>",
        )
    elif kind == 1:
        function = b"{ " + b"dup mul dup sqrt " * 6000 + b"pop dup }"
        made[41] = stream(function, b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]")
        pattern = b"<< /PatternType 2 /Shading << /ShadingType 1 /ColorSpace /DeviceRGB /Function 41 0 R >> >>"
    else:
        groups = 120
        for n in range(groups):
            below = b"/Resources << /XObject << /X %d 0 R >> >>" % (51 + n) if n + 1 < groups else b"/Resources << >>"
            made[50 + n] = stream(
                b"/X Do /X Do",
                b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Group << /S /Transparency /K true >> " + below,
            )
        made[5] = flate(b"/X0 Do")
        made[4] = made[4].replace(b"/Font <<", b"/XObject << /X0 50 0 R >> /Font <<")
        pattern = b"null"
    made[40] = pattern
    made[4] = made[4].replace(b"/Font <<", b"/Pattern << /P0 40 0 R >> /Font <<")
    return Case("a.pdf", written(made), frozenset({"bomb", "corrupt", "blank", ANY}))


def tables_that_lie(rng: Chance) -> Case:
    """Numbers of objects, rows and offsets that no file holds."""
    whole = written(text_pages(1))
    changed = pick(
        rng,
        (b"0 1\n0000000000 65535 f", b"0 2147483647\n0000000000 65535 f"),
        (b"/Size 6", b"/Size 6 /Prev 99999999999999999999"),
        (b"startxref\n", b"startxref\n-"),
        (b"/Count 1", b"/Count -2147483648"),
        (b"/Length ", b"/Length 99999999999 % "),
    )
    return Case("a.pdf", whole.replace(*changed), frozenset({"corrupt", "truncated", "no_pages", "bomb", "blank", ANY}))


def a_deep_tree(rng: Chance) -> Case:
    """Pages under pages under pages: a thousand branches down to one leaf."""
    depth = int(pick(rng, 300, 1500, 6000))
    made = text_pages(1)
    leaf = made.pop(4)
    for n in range(depth):
        made[1000 + n] = b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (1001 + n if n + 1 < depth else 4)
    made[4] = leaf
    made[2] = b"<< /Type /Pages /Count 1 /Kids [1000 0 R] >>"
    return a_case("a.pdf", written(made), "no_pages", "corrupt", "bomb")


def a_page_without_size(rng: Chance) -> Case:
    """A page of no width or of a hair's breadth: readers show nothing of it, or a sheet of their own choice."""
    box = pick(rng, b"[0 0 0 0]", b"[0 0 595 0]", b"[100 100 100 842]", b"[0 0 .0001 .0001]", b"[0 0 2 842]")
    made = text_pages(1)
    made[4] = made[4].replace(b"[0 0 595 842]", box)
    return a_case("a.pdf", written(made), "too_small")


def a_pdf_within_a_pdf(rng: Chance) -> Case:
    """Files attached to files attached to files."""
    whole = written(text_pages(1))
    for _ in range(int(pick(rng, 1, 3, 8))):
        made = text_pages(1, catalog=b"/Names << /EmbeddedFiles << /Names [(a.pdf) 61 0 R] >> >>")
        made[60] = flate(whole, b"/Type /EmbeddedFile")
        made[61] = b"<< /Type /Filespec /F (a.pdf) /EF << /F 60 0 R >> >>"
        whole = written(made)
    return a_case("a.pdf", whole, "pdf_active")


def locked_in_every_way(rng: Chance) -> Case:
    """A password to open it: RC4 of 40 and 128 bits, AES of 128 and 256."""
    way = pick(
        rng,
        {"R": 2, "aes": False, "metadata": False},
        {"R": 3, "aes": False, "metadata": False},
        {"R": 4, "aes": True},
        {"R": 6, "aes": True},
    )
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(written(text_pages(2)))) as opened:
        opened.save(buffer, encryption=pikepdf.Encryption(owner="bureau", user="secret", **way))
    return a_case("a.pdf", buffer.getvalue(), "encrypted")


def office_under_another_name(rng: Chance) -> Case:
    """A document, a page or a program that calls itself a scan."""
    kinds = {
        "docx": archive("word/document.xml"), "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1536),
        "html": b"<!DOCTYPE html><html><script>1</script></html>", "exe": b"MZ\x90\x00" + bytes(600),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg' width='900' height='1300'><script>1</script></svg>",
        "eml": b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello\r\n",
    }  # fmt: skip
    content = kinds[str(pick(rng, *kinds))]
    name = pick(rng, "扫描件.pdf", "a.jpg", "a.PNG", "a.tiff", "a.heic", "a.pdf.exe", "\u202efdp.jpg", "a\x00.jpg")
    return a_case(name, content, "unsupported", "type_mismatch")


def notes_of_many_megabytes(rng: Chance) -> Case:
    """A photo with a hundred blocks of maker's notes, each as long as it may be: heavy, and sound."""
    photo = saved(a_page(rng), "JPEG", quality=85)
    blocks = [segment(0xE1, big_exif(rng)), *(segment(0xEF, rng.bytes(65_000)) for _ in range(100))]
    return Case("a.jpg", with_segments(photo, *blocks), frozenset({"corrupt", ANY}))


def bilevel_bomb(rng: Chance) -> Case:
    """A fax of 100,000 by 100,000 pixels in a few kilobytes."""
    flat = Image.new("1", (2000, 2800), 1)
    scan = bytearray(saved(flat, "TIFF", compression="group4"))
    start = struct.unpack_from("<I", scan, 4)[0]
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", scan, start)[0], 12):
        if struct.unpack_from("<H", scan, entry)[0] in (256, 257, 278):
            struct.pack_into("<HII", scan, entry + 2, 4, 1, int(pick(rng, 100_000, 2_000_000)))
    return a_case("a.tif", bytes(scan), "bomb", "corrupt", "truncated")


BOMBS: tuple[HostileMaker, ...] = (
    scans_without_end,
    height_told_later,
    metadata_in_a_circle,
    many_small_chunks,
    png_of_too_few_pixels,
    animated,
    pixels_in_another_type,
    two_in_one,
    packed_another_way,
    one_drawing_many_times,
    scan_that_claims_more,
    tiles_without_end,
    tables_that_lie,
    a_deep_tree,
    a_page_without_size,
    a_pdf_within_a_pdf,
    locked_in_every_way,
    office_under_another_name,
    notes_of_many_megabytes,
    bilevel_bomb,
)
