"""Good pictures as phones, scanners and programs write them: odd in many ways, and none of them a fault."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms, TiffImagePlugin

from tests.fuzz.cases import Chance, Maker, a_page, pick, saved

_PRIVATE = 0x02BC


# ---- JPEG


def jpeg_plain(rng: Chance) -> bytes:
    return saved(
        a_page(rng),
        "JPEG",
        quality=int(rng.integers(60, 98)),
        progressive=bool(rng.integers(0, 2)),
        optimize=bool(rng.integers(0, 2)),
        subsampling=int(rng.integers(0, 3)),
        dpi=pick(rng, (72, 72), (300, 300)),
    )


def jpeg_with_restarts(rng: Chance) -> bytes:
    options = pick(rng, {"restart_marker_rows": 1}, {"restart_marker_blocks": int(rng.integers(1, 90))})
    return saved(a_page(rng), "JPEG", quality=80, progressive=bool(rng.integers(0, 2)), **options)


def jpeg_of_another_colour(rng: Chance) -> bytes:
    page = a_page(rng)
    return saved(page.convert(pick(rng, "CMYK", "L")), "JPEG", quality=88, progressive=bool(rng.integers(0, 2)))


def segment(marker: int, body: bytes) -> bytes:
    """One segment of a JPEG with its length."""
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments put in behind its start."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def big_exif(rng: Chance) -> bytes:
    """An EXIF block as phones write it: maker's notes of many kilobytes and a preview that is a JPEG itself."""
    preview = saved(a_page(rng).resize((160, 226)), "JPEG", quality=70)
    notes = b"Apple iOS\x00\x00\x01MM" + rng.bytes(int(rng.integers(100, 28_000)))
    entries = [
        (0x010F, 2, b"HUAWEI\x00"),
        (0x0110, 2, b"ALN-AL00\x00"),
        (0x0131, 2, b"ALN-AL00 4.2.0.130\x00"),
        (0x0132, 2, b"2018:03:26 09:14:01\x00"),
        (0x927C, 7, notes),
    ]
    place, table, values = 8 + 2 + 12 * len(entries) + 4, b"", b""
    for tag, kind, value in entries:
        table += struct.pack("<HHII", tag, kind, len(value), place + len(values))
        values += value
    second = place + len(values)
    head = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + table + struct.pack("<I", second)
    at = second + 2 + 3 * 12 + 4
    tail = struct.pack("<H", 3) + struct.pack("<HHII", 0x0103, 3, 1, 6) + struct.pack("<HHII", 0x0201, 4, 1, at)
    tail += struct.pack("<HHII", 0x0202, 4, 1, len(preview)) + struct.pack("<I", 0) + preview
    return segment(0xE1, b"Exif\x00\x00" + head + values + tail)


XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1"/></rdf:RDF></x:xmpmeta>'
    + b" " * 2048
    + b'<?xpacket end="w"?>'
)


def jpeg_from_a_phone(rng: Chance) -> bytes:
    photo = saved(a_page(rng), "JPEG", quality=int(rng.integers(80, 97)), subsampling=2)
    more = [
        big_exif(rng),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + XMP),
        *(segment(0xE2, b"ICC_PROFILE\x00" + bytes([n, 3]) + rng.bytes(60_000)) for n in (1, 2, 3)),
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x00"),
        segment(0xEB, rng.bytes(900)),
        segment(0xFE, "王小明的照片".encode(pick(rng, "utf-8", "gb18030"))),
        segment(0xEE, b"Adobe\x00d\x00\x00\x00\x00\x01"),
    ]
    kept = [one for one in more[:-1] if rng.uniform() < 0.6]
    # Fill bytes may stand before any marker.
    return with_segments(photo, *(b"\xff" * int(rng.integers(0, 3)) + one for one in kept))


def jpeg_with_its_extended_metadata(rng: Chance) -> bytes:
    guid = b"0123456789ABCDEF0123456789ABCDEF"
    whole = 180_000
    parts = [
        segment(
            0xE1,
            b"http://ns.adobe.com/xmp/extension/\x00"
            + guid
            + struct.pack(">II", whole, at)
            + b"iVBORw0KGgoAAAANSUhEUg" * 2700,
        )
        for at in (0, 60_000, 120_000)
    ]
    return with_segments(saved(a_page(rng), "JPEG", quality=85), segment(0xE1, XMP[:800]), *parts)


def jpeg_mpo(rng: Chance) -> bytes:
    """A photo with its helper picture, as phones write for depth and for bright screens."""
    page = a_page(rng)
    helper = page.convert("L").resize((page.width // 4, page.height // 4))
    return saved(page, "MPO", save_all=True, append_images=[helper.convert("RGB")], quality=85)


def jpeg_with_a_tail(rng: Chance) -> bytes:
    """What phones and transfers leave behind the end: padding, a film, notes of the maker, a helper picture."""
    photo = saved(a_page(rng), "JPEG", quality=85)
    film = struct.pack(">I", 24) + b"ftypisom\x00\x00\x02\x00isomiso2" + struct.pack(">I", 40_008) + b"mdat"
    gain = saved(a_page(rng).convert("L").resize((200, 283)), "JPEG", quality=60)
    samsung = b"\x00\x00\x01\n\x0e\x00\x00\x00Image_UTC_Data1522026841000SEFHk\x00\x00\x00\x01\x00\x00\x00SEFT"
    return photo + pick(
        rng,
        bytes(int(rng.integers(1, 5000))),
        b"\xff" * 512,
        b"\r\n",
        film + rng.bytes(40_000),
        samsung,
        gain,
        b"\xff\xff" + gain,
        rng.bytes(24),
    )


def jpeg_turned(rng: Chance) -> bytes:
    """Kept lying, with the camera's word on how to hold it."""
    exif = Image.Exif()
    turn, value = pick(
        rng, (Image.Transpose.ROTATE_90, 6), (Image.Transpose.ROTATE_270, 8), (Image.Transpose.ROTATE_180, 3)
    )
    exif[0x0112] = value
    return saved(a_page(rng).transpose(turn), "JPEG", quality=88, exif=exif)


def jpeg_with_profile(rng: Chance) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile(pick(rng, "sRGB", "LAB", "XYZ"))).tobytes()
    return saved(a_page(rng), "JPEG", quality=90, icc_profile=profile)


# ---- PNG


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG with its checksum."""
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png_header(width: int, height: int, depth: int, colour: int, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_plain(rng: Chance) -> bytes:
    page = a_page(rng).convert(pick(rng, "RGB", "L", "RGBA", "LA"))
    return saved(page, "PNG", compress_level=int(rng.integers(0, 10)), dpi=(200, 200))


def png_of_few_colours(rng: Chance) -> bytes:
    grey = a_page(rng).convert("L")
    if rng.uniform() < 0.5:
        return saved(grey.point(lambda value: 255 * (value > 150)).convert("1"), "PNG")
    bits = pick(rng, 2, 4, 8)
    return saved(grey.quantize(1 << bits), "PNG", bits=bits)


def png_deep(rng: Chance) -> bytes:
    """16 bits a sample, grey or colour, with or without alpha; rows are plain or by difference."""
    page = np.asarray(a_page(rng).convert("RGB")).astype(np.uint16) * 257
    colour = pick(rng, 0, 2, 4, 6)
    grey, opaque = page[..., :1], np.full_like(page[..., :1], 65535)
    samples = {0: [grey], 2: [page], 4: [grey, opaque], 6: [page, opaque]}[colour]
    rows = np.concatenate(samples, axis=2).astype(">u2")
    plain = b"".join(b"\x00" + row.tobytes() for row in rows)
    return SIGNATURE + png_header(rows.shape[1], rows.shape[0], 16, colour) + _pixels(plain, rng) + chunk(b"IEND", b"")


_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def png_interlaced(rng: Chance) -> bytes:
    page = np.asarray(a_page(rng).convert(pick(rng, "RGB", "L")))
    plain = b""
    for top, left, down, across in _PASSES:
        part = page[top::down, left::across]
        if part.size:
            plain += b"".join(b"\x00" + row.tobytes() for row in part)
    colour = 2 if page.ndim == 3 else 0
    head = png_header(page.shape[1], page.shape[0], 8, colour, interlace=1)
    return SIGNATURE + head + _pixels(plain, rng) + chunk(b"IEND", b"")


def _pixels(plain: bytes, rng: Chance) -> bytes:
    packed = zlib.compress(plain, int(rng.integers(1, 10)))
    size = int(pick(rng, 8192, 65_536, len(packed)))
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    if rng.uniform() < 0.3:
        pieces.insert(int(rng.integers(0, len(pieces))), b"")  # an empty piece is allowed
    return b"".join(chunk(b"IDAT", piece) for piece in pieces)


def png_with_notes(rng: Chance) -> bytes:
    """Text, profile, capture data and private chunks, before and behind the pixels."""
    whole = saved(a_page(rng), "PNG")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    before = [
        chunk(b"gAMA", struct.pack(">I", 45_455)),
        chunk(b"iCCP", b"icc\x00\x00" + zlib.compress(profile)),
        chunk(b"pHYs", struct.pack(">IIB", 11_811, 11_811, 1)),
        chunk(b"sBIT", b"\x08\x08\x08"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + XMP),
        chunk(b"zTXt", b"Description\x00\x00" + zlib.compress(b"scanned page " * 400)),
        chunk(b"tEXt", b"Software\x00gnome-screenshot"),
        chunk(b"eXIf", b"MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"),
        chunk(b"vpAg", rng.bytes(9)),
        chunk(b"tIME", b"\x07\xe2\x03\x1a\x09\x0e\x01"),
    ]
    chosen = b"".join(one for one in before if rng.uniform() < 0.6)
    after = pick(rng, b"", chunk(b"tEXt", b"Comment\x00" + b"a" * 500), chunk(b"zXIf", rng.bytes(40)))
    tail = pick(rng, b"", bytes(16), b"\n", b"\r\n\r\n")
    return whole[:33] + chosen + whole[33:-12] + after + whole[-12:] + tail


# ---- TIFF and HEIC


def tiff_plain(rng: Chance) -> bytes:
    mode, compression = pick(
        rng,
        ("1", "group4"),
        ("1", "group3"),
        ("1", "tiff_ccitt"),
        ("L", "tiff_lzw"),
        ("RGB", "tiff_deflate"),
        ("RGB", "packbits"),
        ("RGB", "jpeg"),
        ("L", None),
        ("RGB", "tiff_adobe_deflate"),
        ("CMYK", "tiff_lzw"),
        ("P", "tiff_lzw"),
        ("RGBA", "tiff_lzw"),
        ("1", None),
        ("RGB", "zstd"),
    )
    page = a_page(rng)
    image = (
        page.convert("L").point(lambda value: 255 * (value > 150)).convert("1") if mode == "1" else page.convert(mode)
    )
    return saved(image, "TIFF", compression=compression, dpi=(300, 300), big_tiff=bool(rng.integers(0, 3) == 0))


def tiff_with_private_tags(rng: Chance) -> bytes:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[270], info[271], info[305] = "扫描件", "FUJITSU", "ScanSnap"
    info[_PRIVATE] = XMP
    info.tagtype[_PRIVATE] = 1
    return saved(a_page(rng), "TIFF", compression="tiff_lzw", tiffinfo=info, strip_size=int(pick(rng, 8192, 1 << 20)))


def tiff_by_hand(rng: Chance) -> bytes:
    """Motorola order, directory before or behind the pixels, one strip or a strip a row, 8 or 16 bits."""
    page = np.asarray(a_page(rng).convert("L"))
    height, width = page.shape
    deep = bool(rng.integers(0, 2))
    rows = [(row.astype(">u2") * 257).tobytes() if deep else row.tobytes() for row in page]
    per_strip = int(pick(rng, 1, 16, height))
    strips = [b"".join(rows[at : at + per_strip]) for at in range(0, height, per_strip)]
    entries = 9
    values_at = 8 + 2 + entries * 12 + 4
    first = values_at + 8 * len(strips)
    offsets, counts, at = [], [], first
    for strip in strips:
        offsets.append(at)
        counts.append(len(strip))
        at += len(strip)
    many = len(strips) > 1
    table = [
        (256, 3, 1, width << 16),
        (257, 3, 1, height << 16),
        (258, 3, 1, (16 if deep else 8) << 16),
        (259, 3, 1, 1 << 16),
        (262, 3, 1, 1 << 16),
        (273, 4, len(strips), values_at if many else offsets[0]),
        (277, 3, 1, 1 << 16),
        (278, 4, 1, per_strip),
        (279, 4, len(strips), values_at + 4 * len(strips) if many else counts[0]),
    ]
    made = io.BytesIO(b"MM\x00*" + struct.pack(">I", 8))
    made.seek(8)
    made.write(struct.pack(">H", entries) + b"".join(struct.pack(">HHII", *one) for one in table) + bytes(4))
    made.write(struct.pack(f">{len(strips)}I", *offsets) + struct.pack(f">{len(strips)}I", *counts))
    made.write(b"".join(strips))
    return made.getvalue()


def heic_plain(rng: Chance) -> bytes:
    page = a_page(rng, height=pick(rng, 1100, 1000)).convert(pick(rng, "RGB", "RGBA", "L"))
    return saved(page, "HEIF", quality=int(rng.integers(55, 92)), chroma=int(pick(rng, 420, 444)))


def heic_with_notes(rng: Chance) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Apple", "iPhone 14"
    return saved(
        a_page(rng),
        "HEIF",
        quality=70,
        exif=exif.tobytes(),
        xmp=XMP,
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    )


def heic_with_its_preview(rng: Chance) -> bytes:
    """A photo beside a small version of itself, and boxes that only its maker knows behind it."""
    page = a_page(rng)
    small = page.resize((page.width // 4, page.height // 4))
    whole = saved(page, "HEIF", quality=70, save_all=True, append_images=[small])
    return whole + pick(
        rng, b"", struct.pack(">I", 40) + b"free" + bytes(32), struct.pack(">I", 24) + b"sefd" + bytes(16)
    )


MAKERS: dict[str, tuple[Maker, ...]] = {
    "jpg": (
        jpeg_plain,
        jpeg_with_restarts,
        jpeg_of_another_colour,
        jpeg_from_a_phone,
        jpeg_with_its_extended_metadata,
        jpeg_mpo,
        jpeg_with_a_tail,
        jpeg_turned,
        jpeg_with_profile,
    ),
    "png": (png_plain, png_of_few_colours, png_deep, png_interlaced, png_with_notes),
    "tif": (tiff_plain, tiff_with_private_tags, tiff_by_hand),
    "heic": (heic_plain, heic_with_notes, heic_with_its_preview),
}
