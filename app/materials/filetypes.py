"""The type of a file by its content, never by its name, and signs that it is several types at once."""

from __future__ import annotations

import re
import struct
import sys
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JPEG = "image/jpeg"
PNG = "image/png"
HEIC = "image/heic"
TIFF = "image/tiff"
PDF = "application/pdf"

IMAGES = (JPEG, PNG, HEIC, TIFF)
ACCEPTED = (*IMAGES, PDF)

_EXTENSIONS = {
    "jpg": JPEG, "jpeg": JPEG, "jpe": JPEG, "jfif": JPEG,
    "png": PNG, "apng": PNG,
    "heic": HEIC, "heif": HEIC, "hif": HEIC,
    "tif": TIFF, "tiff": TIFF,
    "pdf": PDF,
}  # fmt: skip

# What an ending says when the file was named by a transfer, not by a program.
_SILENT_EXTENSIONS = {"tmp", "bin", "dat", "upload", "download", "bak", "orig", "file"}

_DECLARED_ALIASES = {
    "image/jpg": JPEG, "image/pjpeg": JPEG, "image/x-png": PNG, "image/apng": PNG, "image/heif": HEIC,
    "image/tif": TIFF, "image/x-tiff": TIFF, "application/x-pdf": PDF, "application/acrobat": PDF, "text/pdf": PDF,
    "image/heic-sequence": HEIC, "image/heif-sequence": HEIC,
}  # fmt: skip
_SILENT_DECLARED = {
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-download",
    "application/force-download",
}

_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"}
_HEIF_BRANDS = {b"mif1", b"msf1"}

# Types that are known and not taken: naming them tells a disguise from damage.
_FOREIGN_STARTS = (
    b"PK\x03\x04", b"PK\x05\x06", b"GIF8", b"BM", b"MZ", b"\x7fELF", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b", b"RIFF",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"\xca\xfe\xba\xbe", b"%!PS", b"8BPS", b"\x00\x00\x01\x00", b"BZh",
    b"\xfd7zXZ\x00", b"OggS", b"ID3", b"\xff\xfb", b"SQLite format 3", b"#!", b"\x00\x00\x00\x0cjP  ", b"wOFF", b"FWS",
    b"CWS",
    b"P4\n", b"P5\n", b"P6\n", b"P4 ", b"P5 ", b"P6 ", b"II\xbc\x01", b"AT&TFORM", b"\x1aE\xdf\xa3",
)  # fmt: skip

_PDF_HEADER_WINDOW = 1024
"""Readers look for the header of a PDF this far into a file, so a PDF may begin inside another type."""

# Long enough that they do not turn up in compressed pixels by chance.
_MARKUP = (
    rb"<\?php|<script|<!doctype html|<html[\s>]|<iframe[\s>]|<svg[\s>]|<body[\s>]|<object\s|<embed\s"
    rb"|<%@ page|<jsp:|#!/(?:usr/)?bin/"
)
_PROGRAMS = (
    rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|This program cannot be run in DOS mode|\x7fELF[\x01\x02][\x01\x02]\x01"
    rb"|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)
_HIDDEN_IN_PICTURE = re.compile(rb"%PDF-[12]\.\d|javascript:|" + _MARKUP + b"|" + _PROGRAMS, re.IGNORECASE)
_BEGINNINGS = (
    b"<?ph", b"<scr", b"<!do", b"<htm", b"<ifr", b"<svg", b"<bod", b"<obj", b"<emb", b"<%@ ", b"<jsp",
    b"%pdf", b"java", b"#!/b", b"#!/u", b"rar!", b"7z\xbc\xaf", b"this", b"\x7felf", b"\xd0\xcf\x11\xe0", b"pk\x03\x04",
)  # fmt: skip
"""With one of these begins whatever is hidden in a picture, in small letters."""
_AT_A_TIME = 1 << 17
"""Pairs of bytes that are looked up at a time: what comes of so few stays in the processor's cache."""
_HIDDEN_IN_PDF_END = re.compile(_MARKUP + b"|" + _PROGRAMS, re.IGNORECASE)
_PDF_BEHIND_PDF = re.compile(rb"%%EOF[\s\x00]*%PDF-[12]")
_ZIP_MEMBER = re.compile(rb"PK\x03\x04(..)(..)(..)(.{16})(..)(..)", re.DOTALL)


_SHORTEST_FILE = 16


@dataclass(frozen=True)
class Identified:
    """What the first bytes say: the accepted type, or none, and whether they are known as something else."""

    media_type: str | None
    foreign: bool = False


def identify(data: bytes) -> Identified:
    """The type of a file by its content."""
    if data.startswith(b"\xff\xd8\xff"):
        return Identified(JPEG)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Identified(PNG)
    if data[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return Identified(TIFF)
    if data[4:8] == b"ftyp":
        return Identified(HEIC) if _heic_brands(data) else Identified(None, foreign=True)
    if _pdf_start(data) is not None and not _foreign(data):
        return Identified(PDF)
    return Identified(None, foreign=_foreign(data))


def type_by_name(filename: str) -> str | None:
    """The accepted type that an ending promises, "" for an ending that promises another, None when it says nothing."""
    match = re.search(r"\.([A-Za-z][A-Za-z0-9]{0,7})$", filename.strip())
    if match is None or match[1].lower() in _SILENT_EXTENSIONS:
        return None
    return _EXTENSIONS.get(match[1].lower(), "")


def type_by_declaration(declared: str | None) -> str | None:
    """The same for the type that a browser declares."""
    told = (declared or "").split(";")[0].strip().lower()
    if told in _SILENT_DECLARED:
        return None
    told = _DECLARED_ALIASES.get(told, told)
    return told if told in ACCEPTED else ""


def contradicts(media_type: str | None, *, filename: str, declared: str | None) -> bool:
    """Whether name or declaration promise another type than the content is."""
    promises = (type_by_name(filename), type_by_declaration(declared))
    if media_type is None:  # something else under the name of a picture is a disguise; under its own name it is not
        return any(promises)
    return any(promise is not None and promise != media_type for promise in promises)


def hides_other_content(data: bytes, media_type: str | None) -> bool:
    """Whether the bytes are also another type: an archive, a page or a program before, inside or after the picture."""
    starts_late = _pdf_start(data)
    if media_type != PDF and starts_late is not None:
        return True
    if not data.startswith(b"PK") and _archive_at_end(data):
        return True
    if media_type == PDF:
        return _pdf_hides(data, starts_late or 0)
    if media_type is None:
        return False
    return any(_is_hidden_at(data, place) for place in _worth_a_look(data))


def _is_hidden_at(data: bytes, place: int) -> bool:
    if _HIDDEN_IN_PICTURE.match(data, place):
        return True
    member = _ZIP_MEMBER.match(data, place)
    return member is not None and _plausible_member(member)


def _worth_a_look(data: bytes) -> list[int]:
    """Where something hidden may begin: a search for the patterns themselves takes fifty times as long.

    Of four bytes in a row, either the first two or the middle two begin at an even place of the file, and pairs at even
    places are looked up in a table in one go. What that leaves is one pair in some hundreds.
    """
    import cv2  # the examiner has both; whoever only asks for a type need not load them
    import numpy as np

    if len(data) < 4:
        return []
    pairs, table = np.frombuffer(data, np.uint16, count=len(data) // 2), _known_pairs()
    even = np.concatenate(
        [
            2 * (start + np.flatnonzero(cv2.LUT(pairs[start : start + _AT_A_TIME], table).ravel().view(bool)))
            for start in range(0, len(pairs), _AT_A_TIME)
        ]
    )
    places = np.concatenate([even, even - 1])
    places = places[(places >= 0) & (places <= len(data) - 4)]
    fours: NDArray[np.uint32] = np.ndarray((len(data) - 3,), np.uint32, data, strides=(1,))
    lowered = np.frombuffer(fours[places].tobytes().lower(), np.uint32)
    known = _known_beginnings()
    at = np.minimum(np.searchsorted(known, lowered), len(known) - 1)
    return sorted(places[known[at] == lowered].tolist())


@cache
def _known_beginnings() -> NDArray[np.uint32]:
    """The beginnings as numbers, in order."""
    import numpy as np

    return np.sort(np.frombuffer(b"".join(_BEGINNINGS), np.uint32))


@cache
def _known_pairs() -> NDArray[np.uint8]:
    """1 for each pair of bytes that are the first or the middle two of a beginning, in small letters or large."""
    import numpy as np

    table = np.zeros(1 << 16, np.uint8)
    for word in _BEGINNINGS:
        for one, other in (word[:2], word[1:3]):
            for pair in product(*(bytes([byte]) + bytes([byte]).upper() for byte in (one, other))):
                table[int.from_bytes(bytes(pair), sys.byteorder)] = 1
    return table


def foreign_after_end(tail: bytes, media_type: str) -> bool:
    """Whether what follows the end of a picture begins as a file of another type."""
    rest = tail.lstrip(b"\x00\r\n\t ")
    if len(rest) < _SHORTEST_FILE:
        return False  # what a transfer left over
    follower = identify(rest)
    if media_type == JPEG and follower.foreign and rest[4:8] == b"ftyp":
        return False  # the film that a phone keeps behind a live photo
    return follower.foreign or (follower.media_type is not None and follower.media_type != media_type)


def _heic_brands(data: bytes) -> bool:
    size = int.from_bytes(data[:4], "big")
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(size, 256), 4))}
    if b"avif" in brands or b"avis" in brands:
        return False
    return bool(brands & _HEIC_BRANDS) or data[8:12] in _HEIF_BRANDS


def _pdf_start(data: bytes) -> int | None:
    at = data.find(b"%PDF-", 0, _PDF_HEADER_WINDOW + 5)
    return None if at < 0 else at


def _foreign(data: bytes) -> bool:
    if data.startswith(_FOREIGN_STARTS) or data[4:8] == b"ftyp":
        return True
    if len(data) > 262 and data[257:262] == b"ustar":
        return True
    head = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.lower().startswith(
        (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<?php", b"<script", b"mime-version", b"from:")
    ):
        return True
    return bool(head) and not head.startswith(b"%PDF-") and _reads_as_text(data[:2048])


def _reads_as_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    controls = sum(byte < 32 and byte not in b"\t\r\n\x0c\x1b" for byte in head)
    if controls:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head[: max(len(head) - 4, 1)].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(head) - 8:
                continue
        return True
    return False


def _archive_at_end(data: bytes) -> bool:
    """A ZIP is read from its end, so it may follow anything: its directory must be where the end record says."""
    window = max(0, len(data) - 65_557)
    at = data.rfind(b"PK\x05\x06", window)
    while at >= window and at >= 0:
        if len(data) - at >= 22:
            size, offset = struct.unpack_from("<II", data, at + 12)
            directory = at - size
            if size and directory > 0 and data[directory : directory + 4] == b"PK\x01\x02":
                return True
            if size == 0 and offset == 0 and not any(data[at + 4 : at + 20]):
                return True
        at = data.rfind(b"PK\x05\x06", window, at)
    return False


def _plausible_member(match: re.Match[bytes]) -> bool:
    version = int.from_bytes(match[1], "little")
    method = int.from_bytes(match[3], "little")
    name_length = int.from_bytes(match[5], "little")
    return version <= 63 and method in (0, 8, 9, 12, 14, 93, 95, 99) and 0 < name_length < 512


def _pdf_hides(data: bytes, start: int) -> bool:
    if data[:start].strip(b"\xef\xbb\xbf\x00\r\n\t "):
        return True  # something stands before the header
    if _HIDDEN_IN_PDF_END.search(data, start, start + _PDF_HEADER_WINDOW):
        return True
    if _PDF_BEHIND_PDF.search(data):
        return True  # which of the two is shown depends on the reader
    end = data.rfind(b"%%EOF")
    if end < 0:
        return False
    tail = data[end + 5 :]
    cut_update = re.match(rb"\s*\d+ \d+ obj\b", tail) is not None  # the file's own, not another type
    return bool(_HIDDEN_IN_PDF_END.search(tail)) or (not cut_update and foreign_after_end(tail, PDF))
