"""The ways in which files are changed: some blind, some that know the format."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from functools import cache

from tests.fuzz.cases import Chance, pick
from tests.fuzz.seeds import seeds

_WORDS = (
    b"%PDF-1.7",
    b"stream\n",
    b"endstream",
    b"endobj",
    b"xref",
    b"trailer",
    b"/Kids",
    b"/Type /Page",
    b"/Prev 0",
    b"/Length -1",
    b"/Filter /FlateDecode",
    b"/Filter /DCTDecode",
    b"/Filter [/A85 /LZW]",
    b"<<",
    b">>",
    b"[" * 40,
    b"R",
    b"4 0 R",
    b"null",
    b"/JS (x)",
    b"/S /JavaScript",
    b"/OpenAction 4 0 R",
    b"/XFA [(a) 5 0 R]",
    b"/EmbeddedFile",
    b"/Encrypt 3 0 R",
    b"/Type /ObjStm",
    b"/Predictor 15 /Colors 99",
    b"4294967296",
    b"-2147483648",
    b"1e99",
    b"/Width 65535",
    b"/Rotate 45",
    b"/MediaBox [0 0 0 0]",
    b"IDAT",
    b"IEND",
    b"acTL",
    b"tRNS",
    b"PLTE",
    b"iCCP",
    b"\xff\xd8",
    b"\xff\xd9",
    b"\xff\xda",
    b"\xff\xc4",
    b"\xff\xdd",
    b"ftypheic",
    b"\xff\xdc\x00\x04\xff\xff",
    b"\xff\xc2\x00\x11\x08\xff\xff\xff\xff\x03",
    b"grid",
    b"iref",
    b"meta",
    b"iloc",
    b"ispe",
    b"mdat",
    b"PK\x03\x04",
    b"<?php",
    b"MM\x00*",
    b"II+\x00",
)
_NUMBERS = (0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(name: str, content: bytes, rng: Chance) -> bytes:
    """The content changed in one to five ways."""
    data = bytearray(content)
    if rng.uniform() < 0.5 and (known := _KNOWING.get(name.rpartition(".")[2])):
        data = bytearray(known(bytes(data), rng))
    for _ in range(int(rng.integers(0, 5))):
        _change(data, rng)
    if name.endswith(".png") and rng.uniform() < 0.6:
        return mended_checksums(bytes(data))
    return bytes(data)


def _change(data: bytearray, rng: Chance) -> None:
    at, length = int(rng.integers(0, max(len(data), 1))), int(rng.integers(1, 64))
    match int(rng.integers(0, 9)):
        case 0:
            data[at : at + length] = rng.bytes(length)
        case 1:
            del data[at : at + length]
        case 2:
            data[at:at] = data[at : at + length] * int(rng.integers(1, 9))
        case 3:
            data[at : at + length * 8] = bytes(length * 8)
        case 4:
            data[at : at + 1] = bytes([(data[at] if at < len(data) else 0) ^ (1 << int(rng.integers(0, 8)))])
        case 5:
            data[at:at] = pick(rng, *_WORDS)
        case 6:
            number, form = pick(rng, *_NUMBERS), pick(rng, ">I", "<I", ">H", "<H", "B")
            packed = struct.pack(form, number & ((1 << 8 * struct.calcsize(form)) - 1))
            data[at : at + len(packed)] = packed
        case 7:
            del data[at + 1 :]
        case 8:
            other = pick(rng, *seeds().values())
            start = int(rng.integers(0, max(len(other), 1)))
            data[at : at + length] = other[start : start + length * 4]


def _pdf(content: bytes, rng: Chance) -> bytes:
    """A number, a name or a reference becomes another one, or a packed stream is changed inside."""
    if rng.uniform() < 0.3:
        found = list(re.finditer(rb"stream\n(x.*?)\nendstream", content, re.DOTALL))
        if found:
            one = found[int(rng.integers(0, len(found)))]
            try:
                inner = bytearray(zlib.decompress(one[1]))
            except zlib.error:
                inner = bytearray()
            _change(inner, rng)
            return content[: one.start(1)] + zlib.compress(bytes(inner)) + content[one.end(1) :]
    tokens = list(re.finditer(rb"-?\d+(?:\.\d+)?|/[A-Za-z0-9]+", content[:200_000]))
    for _ in range(int(rng.integers(1, 4))):
        if not tokens:
            break
        one = tokens[int(rng.integers(0, len(tokens)))]
        other = tokens[int(rng.integers(0, len(tokens)))][0] if rng.uniform() < 0.6 else b"%d" % pick(rng, *_NUMBERS)
        content = content[: one.start()] + other + content[one.end() :]
    return content


def _png(content: bytes, rng: Chance) -> bytes:
    """A part taken away, doubled, moved or changed inside."""
    parts, at = [], 8
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        parts.append(bytearray(content[at : at + 12 + size]))
        at += 12 + size
    if parts:
        where = int(rng.integers(0, len(parts)))
        match int(rng.integers(0, 4)):
            case 0:
                del parts[where]
            case 1:
                parts.insert(int(rng.integers(0, len(parts))), parts[where])
            case 2:
                inner = parts[where][8:-4]
                _change(inner, rng)
                parts[where] = bytearray(len(inner).to_bytes(4, "big")) + parts[where][4:8] + inner + bytes(4)
            case 3:
                rng.shuffle(parts)  # type: ignore[arg-type]
    return content[:8] + b"".join(bytes(part) for part in parts)


def mended_checksums(content: bytes) -> bytes:
    """A PNG whose parts carry the right checksums again, so that what is in them is looked at."""
    made, at = content[:8], 8
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        if at + 12 + size > len(content):
            break
        part = content[at + 4 : at + 8 + size]
        made += content[at : at + 4] + part + zlib.crc32(part).to_bytes(4, "big")
        at += 12 + size
    return made + content[at:]


def _tiff(content: bytes, rng: Chance) -> bytes:
    """An entry of the directory says something else."""
    data = bytearray(content)
    order = "<" if data[:2] == b"II" else ">"
    try:
        start = struct.unpack_from(order + "I", data, 4)[0]
        count = struct.unpack_from(order + "H", data, start)[0]
        entry = start + 2 + 12 * int(rng.integers(0, max(count, 1)))
        place = entry + int(pick(rng, 0, 2, 4, 8))
        struct.pack_into(order + "I", data, place, int(pick(rng, *_NUMBERS)))
    except struct.error:
        pass
    return bytes(data)


def _boxes(content: bytes, rng: Chance) -> bytes:
    """A box says another size, or its values change."""
    data = bytearray(content)
    kinds = [
        one.start() for one in re.finditer(rb"meta|iloc|iinf|infe|iprp|ipco|ipma|ispe|hvcC|pitm|mdat|hdlr", content)
    ]
    if kinds:
        at = int(pick(rng, *kinds)) + int(pick(rng, -4, 4, 8, 12))
        number = struct.pack(">I", int(pick(rng, *_NUMBERS)))
        data[max(at, 0) : max(at, 0) + 4] = number
    return bytes(data)


_KNOWING = {"pdf": _pdf, "png": _png, "tif": _tiff, "heic": _boxes}


@cache
def workbook() -> bytes:
    """A small filled-in workbook."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    page.append(["姓名", "岗位", "薪级", "起始日"])
    for n in range(8):
        page.append([f"王小明{n}", "七级", 10 + n, "2018-04-01"])
    page.merge_cells("A12:B13")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def mutated_workbook(rng: Chance) -> bytes:
    """One of its parts changed inside, the rest as it was; now and then changed blindly."""
    if rng.uniform() < 0.2:
        return mutated("a.xlsx", workbook(), rng)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as whole, zipfile.ZipFile(buffer, "w") as made:
        names = whole.namelist()
        chosen = str(pick(rng, *names))
        for name in names:
            content = whole.read(name)
            if name == chosen:
                content = _pick_xml(content, rng)
            made.writestr(name, content)
    return buffer.getvalue()


def _pick_xml(content: bytes, rng: Chance) -> bytes:
    words = (
        b"XFD1048576",
        b"A1:XFD1048576",
        b"99999999999",
        b"-1",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
        b"",
        b"NaN",
        b"s",
        b"\x00",
        b"1e400",
        b"#REF!",
        b"</row>",
        b"=cmd|' /C calc'!A0",
    )
    values = list(re.finditer(rb'"([^"<]*)"|>([^<]+)<', content))
    if values and rng.uniform() < 0.8:
        one = values[int(rng.integers(0, len(values)))]
        group = 1 if one[1] is not None else 2
        return content[: one.start(group)] + bytes(pick(rng, *words)) + content[one.end(group) :]
    data = bytearray(content)
    _change(data, rng)
    return bytes(data)


def odd_name(rng: Chance) -> str:
    """A file name as people and attackers have them."""
    parts = (
        "..",
        "/",
        "\\",
        "\x00",
        "\u202e",
        "材料",
        "王小明",
        ".jpg",
        ".pdf",
        ".exe",
        " ",
        "．",
        "CON",
        "a" * 300,
        "%00",
        "\ud800",
        "\n",
        "‮gpj",
        "\u200b",
        ".",
        ":",
        "?",
        "É",
        "e\u0301",
        "😀",
        "\ufeff",
        "<svg>",
        "\x7f",
    )
    made = "".join(str(pick(rng, *parts)) for _ in range(int(rng.integers(0, 9))))
    if rng.uniform() < 0.3:
        made = made.encode("gb18030", "ignore").decode("latin-1")
    return made
