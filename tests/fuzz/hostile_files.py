"""Hostile pictures and files under false names: each with the codes of which the examination must name one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image

from tests.fuzz.cases import Case, Chance, a_page, pick, saved
from tests.fuzz.foreign import PROGRAM, SCRIPTS, archive, others
from tests.fuzz.good_pictures import SIGNATURE, chunk, png_header, segment, tiff_by_hand, with_segments
from tests.fuzz.writing import text_pages, written

HostileMaker = Callable[[Chance], Case]


def a_case(name: str, content: bytes, *codes: str) -> Case:
    return Case(name, content, frozenset(codes))


def another_type(rng: Chance) -> Case:
    """Under its own name, or under the name of what is taken."""
    made = others()
    kind = str(pick(rng, *made))
    if rng.uniform() < 0.4:
        return a_case(f"file.{kind}", made[kind], "unsupported")
    ending = pick(rng, "jpg", "png", "pdf", "tif", "heic", "PDF", "exe.jpg")
    return a_case(f"证明.{ending}", made[kind], "unsupported", "type_mismatch")


def under_a_false_name(rng: Chance) -> Case:
    content, true = pick(
        rng,
        (saved(a_page(rng), "JPEG"), "jpg"),
        (saved(a_page(rng), "PNG"), "png"),
        (written(text_pages()), "pdf"),
        (saved(a_page(rng), "TIFF", compression="tiff_lzw"), "tif"),
        (saved(a_page(rng), "HEIF", quality=50), "heic"),
    )
    false = pick(
        rng, *(one for one in ("jpg", "png", "pdf", "tif", "heic", "docx", "exe", "jpg.exe", "html") if one != true)
    )
    stem = pick(rng, "page", "材料\u202e", "..\u2215..\u2215x", "王小明 ")
    return a_case(f"{stem}.{false}", content, "type_mismatch")


def cut_short(rng: Chance) -> Case:
    name, content = _good(rng)
    at = int(len(content) * rng.uniform(0.02, 0.98))
    return a_case(name, content[:at], "truncated", "corrupt")


def with_a_hole(rng: Chance) -> Case:
    """A block in the middle lost, as a bad disk leaves it."""
    name, content = _good(rng, holed=True)
    size = int(pick(rng, 512, 2048, 4096))
    at = int(len(content) * rng.uniform(0.25, 0.75))
    return a_case(name, content[:at] + bytes(size) + content[at + size :], "corrupt", "truncated")


def _good(rng: Chance, *, holed: bool = False) -> tuple[str, bytes]:
    from tests.fuzz.good_pdfs import scan_in_black_and_white, scan_in_jbig2, scan_of_a_copier

    def scan(mode: str, compression: str) -> bytes:
        page = a_page(rng)
        ink = page.convert("L").point(lambda value: 255 * (value > 150)).convert("1") if mode == "1" else page
        return saved(ink, "TIFF", compression=compression)

    made: list[tuple[str, Callable[[], bytes]]] = [
        ("a.jpg", lambda: saved(a_page(rng), "JPEG", quality=85)),
        ("b.jpg", lambda: saved(a_page(rng), "JPEG", progressive=True)),
        ("a.png", lambda: saved(a_page(rng), "PNG")),
        ("a.pdf", lambda: scan_of_a_copier(rng)),
        ("a.tif", lambda: scan("RGB", "tiff_lzw")),
        ("b.tif", lambda: scan("RGB", "jpeg")),
        ("c.tif", lambda: scan("RGB", "tiff_deflate")),
        ("d.tif", lambda: scan("1", "group4")),
        ("d.pdf", lambda: scan_in_black_and_white(rng)),
        ("e.pdf", lambda: scan_in_jbig2(rng)),
    ]
    if not holed:  # without checksums, a hole in these is a white spot that nobody can tell
        made += [("a.heic", lambda: saved(a_page(rng), "HEIF", quality=60)), ("e.tif", lambda: tiff_by_hand(rng))]
    name, make = made[int(rng.integers(0, len(made)))]
    return name, make()


def nothing_in_it(rng: Chance) -> Case:
    return a_case(f"a.{pick(rng, 'jpg', 'png', 'pdf', 'tif', 'heic', 'zip', 'txt')}", b"", "empty")


def only_a_start(rng: Chance) -> Case:
    start, name = pick(
        rng,
        (b"\xff\xd8\xff", "a.jpg"),
        (SIGNATURE, "a.png"),
        (b"II*\x00", "a.tif"),
        (b"MM\x00*", "a.tif"),
        (b"\x00\x00\x00\x18ftypheic", "a.heic"),
        (b"%PDF-1.7\n", "a.pdf"),
    )
    rest = pick(rng, b"", bytes(300), rng.bytes(int(rng.integers(1, 4000))), b"\xff" * 500)
    return a_case(name, start + rest, "corrupt", "truncated", "no_pages")


def no_page_at_all(rng: Chance) -> Case:
    size = pick(rng, (1, 1), (32, 32), (64, 64), (100, 300), (119, 900))
    kind, name = pick(rng, ("PNG", "a.png"), ("JPEG", "a.jpg"), ("TIFF", "a.tif"))
    return a_case(name, saved(a_page(rng).resize(size), kind), "too_small")


def content_behind(rng: Chance) -> Case:
    """An archive, a program, a page, a script or another picture behind the end."""
    appended = pick(
        rng,
        archive(),
        archive(comment=b"x" * 900),
        PROGRAM,
        *SCRIPTS[:6],
        b"Rar!\x1a\x07\x00" + bytes(90),
        written(text_pages()),
        b"7z\xbc\xaf\x27\x1c" + bytes(90),
        b"\x7fELF\x02\x01\x01" + bytes(90),
    )
    name, content = pick(
        rng,
        ("a.jpg", saved(a_page(rng), "JPEG")),
        ("a.png", saved(a_page(rng), "PNG")),
        ("a.pdf", written(text_pages())),
        ("a.tif", saved(a_page(rng), "TIFF", compression="tiff_lzw")),
        ("a.heic", saved(a_page(rng), "HEIF", quality=50)),
    )
    gap = pick(rng, b"", b"\x00" * 16, b"\r\n", b"\n")
    return a_case(name, content + gap + appended, "polyglot")


def content_inside(rng: Chance) -> Case:
    """A script or a program where a picture keeps its notes."""
    hidden = pick(rng, *SCRIPTS, archive(), PROGRAM, written(text_pages()))
    if rng.uniform() < 0.5:
        photo = saved(a_page(rng), "JPEG")
        marker = pick(rng, 0xFE, 0xE1, 0xEF, 0xED)
        return a_case("a.jpg", with_segments(photo, segment(marker, hidden[:65_000])), "polyglot")
    picture = saved(a_page(rng), "PNG")
    note = chunk(pick(rng, b"tEXt", b"zzZz", b"iTXt"), b"Comment\x00" + hidden)
    at = 33 if rng.uniform() < 0.5 else len(picture) - 12
    return a_case("a.png", picture[:at] + note + picture[at:], "polyglot")


def script_instead_of_metadata(rng: Chance) -> Case:
    tags = {0x010E: "<?php passthru($_GET[0]); ?>"}
    if rng.uniform() < 0.5:
        return a_case("a.tif", saved(a_page(rng), "TIFF", compression="tiff_lzw", tiffinfo=tags), "polyglot")
    exif = Image.Exif()
    exif[0x010E] = "<script>fetch('//example.org')</script>"
    kind, name = pick(rng, ("JPEG", "a.jpg"), ("PNG", "a.png"), ("HEIF", "a.heic"))
    return a_case(name, saved(a_page(rng), kind, exif=exif.tobytes()), "polyglot")


def png_bomb(rng: Chance) -> Case:
    """More pixels than any page has, or notes that unfold without end."""
    kind = int(rng.integers(0, 4))
    if kind == 0:
        width, height = pick(
            rng, (65_535, 65_535), (60_000, 60_000), (2**31 - 1, 1), (1_000_000, 1_000), (2**31 - 1, 2**31 - 1)
        )
        content = (
            SIGNATURE
            + png_header(width, height, 8, 2)
            + chunk(b"IDAT", zlib.compress(bytes(4000)))
            + chunk(b"IEND", b"")
        )
    elif kind == 1:
        content = _flat_png(*pick(rng, (10_000, 10_000), (9_000, 12_000), (20_000, 5_000)))
    elif kind == 2:
        text = chunk(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(80_000_000), 9))
        picture = saved(a_page(rng), "PNG")
        content = picture[:33] + text * int(rng.integers(1, 12)) + picture[33:]
    else:
        profile = chunk(b"iCCP", b"a\x00\x00" + zlib.compress(bytes(80_000_000), 9))
        picture = saved(a_page(rng), "PNG")
        content = picture[:33] + profile + picture[33:]
    return a_case("a.png", content, "bomb", "corrupt")


@cache
def _flat_png(width: int, height: int) -> bytes:
    return saved(Image.new("L", (width, height), 255), "PNG")


def jpeg_bomb(rng: Chance) -> Case:
    """A header that promises more pixels than there are, of 65,535 to a side."""
    photo = bytearray(saved(a_page(rng), "JPEG", progressive=bool(rng.integers(0, 2))))
    frame = max(photo.find(b"\xff\xc0"), photo.find(b"\xff\xc2"))
    photo[frame + 5 : frame + 9] = struct.pack(">HH", *pick(rng, (65_535, 65_535), (65_500, 30_000), (20_000, 60_000)))
    return a_case("a.jpg", bytes(photo), "bomb", "corrupt", "truncated")


def tiff_bomb(rng: Chance) -> Case:
    scan = bytearray(saved(a_page(rng).convert("L"), "TIFF", compression=pick(rng, "tiff_lzw", "tiff_deflate", None)))
    start = struct.unpack_from("<I", scan, 4)[0]
    kind = int(rng.integers(0, 3))
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", scan, start)[0], 12):
        tag = struct.unpack_from("<H", scan, entry)[0]
        if kind == 0 and tag in (256, 257):
            struct.pack_into("<HII", scan, entry + 2, 4, 1, 400_000)
        elif kind == 1 and tag == 279:
            struct.pack_into("<HII", scan, entry + 2, 4, 1, 0xFFFFFFF0)
        elif kind == 2 and tag == 273:
            struct.pack_into("<I", scan, entry + 4, 0xFFFFFFFF)
    return a_case("a.tif", bytes(scan), "bomb", "corrupt", "truncated", "multi_frame")


def tiff_without_end(rng: Chance) -> Case:
    """A directory that comes back to itself, or thousands of them."""
    scan = bytearray(saved(a_page(rng).convert("L"), "TIFF", compression="tiff_lzw"))
    start = struct.unpack_from("<I", scan, 4)[0]
    count = struct.unpack_from("<H", scan, start)[0]
    following = start + 2 + 12 * count
    if rng.uniform() < 0.5:
        struct.pack_into("<I", scan, following, start)
        return a_case("a.tif", bytes(scan), "corrupt", "multi_frame")
    directory = bytes(scan[start:following])
    for _ in range(int(rng.integers(2, 800))):
        at = len(scan) + len(scan) % 2
        scan += bytes(at - len(scan))
        struct.pack_into("<I", scan, following, at)
        scan += directory + bytes(4)
        following = len(scan) - 4
    return a_case("a.tif", bytes(scan), "multi_frame", "corrupt", "too_many_pages")


def heic_bomb(rng: Chance) -> Case:
    photo = bytearray(saved(a_page(rng), "HEIF", quality=40))
    at = photo.find(b"ispe")
    while at >= 0:
        struct.pack_into(">II", photo, at + 8, *pick(rng, (65_535, 65_535), (200_000, 200_000), (2**31, 2**31)))
        at = photo.find(b"ispe", at + 4)
    return a_case("a.heic", bytes(photo), "bomb", "corrupt", "truncated")


def heic_claiming(rng: Chance) -> Case:
    """Boxes of 4 GB and more."""
    photo = bytearray(saved(a_page(rng), "HEIF", quality=40))
    at = photo.find(b"mdat") - 4
    struct.pack_into(">I", photo, at, int(pick(rng, 0xFFFFFFFF, 0x7FFFFFFF, 3)))
    return a_case("a.heic", bytes(photo), "truncated", "corrupt")


def several_pictures(rng: Chance) -> Case:
    page = a_page(rng)
    others_of_it = [page.rotate(n + 1) for n in range(int(rng.integers(1, 4)))]
    kind, name, options = pick(
        rng,
        ("PNG", "a.png", {}),
        ("TIFF", "a.tif", {"compression": "tiff_lzw"}),
        ("HEIF", "a.heic", {"quality": 50}),
    )
    return a_case(name, saved(page, kind, save_all=True, append_images=others_of_it, **options), "multi_frame")


def damaged_at_random(rng: Chance) -> Case:
    """A stretch of noise across the packed part."""
    photo = saved(a_page(rng), "JPEG", quality=85)
    at, size = int(len(photo) * rng.uniform(0.3, 0.7)), int(rng.integers(300, 2000))
    return a_case("a.jpg", photo[:at] + rng.bytes(size) + photo[at + size :], "corrupt", "truncated")


PICTURES: tuple[HostileMaker, ...] = (
    another_type,
    under_a_false_name,
    cut_short,
    with_a_hole,
    nothing_in_it,
    only_a_start,
    no_page_at_all,
    content_behind,
    content_inside,
    script_instead_of_metadata,
    png_bomb,
    jpeg_bomb,
    tiff_bomb,
    tiff_without_end,
    heic_bomb,
    heic_claiming,
    several_pictures,
    damaged_at_random,
)
