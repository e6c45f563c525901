"""Walks through the containers of pictures: is every part there, does anything follow the end, how many pictures.

The decoders forgive much: a photo with a hole in it decodes to a picture with a grey half. What they forgive is looked
for here, before any pixel is decoded.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, field

from app.materials.filetypes import HEIC, JPEG, PNG, TIFF


@dataclass
class Walked:
    """What the walk found: codes, and where the picture ends in the file."""

    codes: list[str] = field(default_factory=list)
    end: int | None = None
    frames: int = 1


def walk(data: bytes, media_type: str) -> Walked:
    """Walk the container of a picture; a PDF has its own examination."""
    return {JPEG: walk_jpeg, PNG: walk_png, HEIC: walk_heic, TIFF: walk_tiff}[media_type](data)


_MARKER = re.compile(rb"\xff[^\x00\xff]")
_HOLE = b"\x00" * 128
_MOST_SCANS = 100
"""Scans of one JPEG: programs write ten or twelve, and each costs a walk over every block of the picture."""
_RESTARTS = range(0xD0, 0xD8)
_FRAME_HEADERS = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_AMONG_SCANS = {0xC4, 0xDA, 0xDB, 0xDC, 0xDD, 0xFE, *range(0xE0, 0xF0)}


class _Broken(Exception):
    """The walk cannot go on, for the reason given by its code."""


def walk_jpeg(data: bytes) -> Walked:
    """Segment by segment to the end of image; in the compressed part only the markers that belong there."""
    found, tables, scans = Walked(), _Tables(), 0
    at = 2
    try:
        while found.end is None:
            marker, at = _next_marker(data, at)
            if marker == 0xD9:
                found.end = at
                break
            if marker in _RESTARTS or marker in (0x01, 0xD8):
                raise _Broken("corrupt")
            body, at = _segment(data, at)
            tables.learn(marker, body)
            if marker == 0xDA:
                scans += 1
                if scans > _MOST_SCANS:
                    raise _Broken("bomb")
                tables.learn_scan(body)
                at = _skip_scan(data, at, tables)
    except _Broken as broken:
        found.codes.append(str(broken))
    return found


@dataclass
class _Tables:
    """What the headers say of the compressed part that follows."""

    restarts: bool = False
    zeros_are_flat: bool = True
    progressive: bool = False
    of_details: bool = False
    """Whether the scan is one of a progressive picture that holds no mean of a block. Flat areas take next to nothing
    there, so that a run of zeros is a hole under any table; among means it may be an even ground."""

    @property
    def hole(self) -> bytes | None:
        """The run of zeros that cannot stand in the scan, if any cannot."""
        if self.progressive:
            return 2 * _HOLE if self.of_details else None
        return None if self.zeros_are_flat else _HOLE

    def learn_scan(self, body: bytes) -> None:
        """From the header of a scan: a count, two bytes for each colour, the first and last of the waves it holds."""
        first = 1 + 2 * body[0] if body else 0
        self.of_details = 0 < first < len(body) and body[first] > 0

    def learn(self, marker: int, body: bytes) -> None:
        if marker in _FRAME_HEADERS:
            self.progressive = marker in (0xC2, 0xC6, 0xCA, 0xCE)
        elif marker == 0xC4:
            self.zeros_are_flat = self.zeros_are_flat and _zeros_mean_flat(body)
        elif marker == 0xDD:
            self.restarts = body[:2] not in (b"", b"\x00\x00")


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            raise _Broken("corrupt")
        if data[at + 1] != 0xFF:  # any number of fill bytes may stand before a marker
            return data[at + 1], at + 2
        at += 1
    raise _Broken("truncated")


def _segment(data: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(data):
        raise _Broken("truncated")
    length = int.from_bytes(data[at : at + 2], "big")
    if length < 2:
        raise _Broken("corrupt")
    if at + length > len(data):
        raise _Broken("truncated")
    return data[at + 2 : at + length], at + length


def _skip_scan(data: bytes, start: int, tables: _Tables) -> int:
    """To the marker that ends the compressed part; restart markers inside must count up."""
    at, expected = start, 0
    while True:
        match = _MARKER.search(data, at)
        end = match.start() if match else len(data)
        if match is not None and data[end + 1] in _RESTARTS:
            if not tables.restarts or data[end + 1] - 0xD0 != expected:
                raise _Broken("corrupt")
            at, expected = end + 2, (expected + 1) % 8
            continue
        if tables.hole is not None and data.find(tables.hole, start, end) >= 0:
            raise _Broken("corrupt")
        if match is None:
            raise _Broken("truncated")
        if data[end + 1] != 0xD9 and data[end + 1] not in _AMONG_SCANS:
            raise _Broken("corrupt")
        return end


def _zeros_mean_flat(tables: bytes) -> bool:
    """Whether a run of zero bits is a flat area under these Huffman tables, so that a long one is no hole."""
    at = 0
    while at + 17 <= len(tables):
        counts = tables[at + 1 : at + 17]
        total = sum(counts)
        symbols = tables[at + 17 : at + 17 + total]
        if symbols and symbols[0] != 0:
            return False
        at += 17 + total
    return True


def walk_png(data: bytes) -> Walked:
    """Chunk by chunk with its checksum, to the end chunk; an animation control chunk makes it several pictures."""
    found, at, seen_pixels = Walked(), 8, False
    while True:
        if at + 12 > len(data):
            found.codes.append("truncated")
            return found
        length, kind = struct.unpack_from(">I4s", data, at)
        if length > 0x7FFFFFFF or not kind.isalpha():
            found.codes.append("corrupt")
            return found
        if at + 12 + length > len(data):
            found.codes.append("truncated")
            return found
        body = memoryview(data)[at + 4 : at + 8 + length]
        if zlib.crc32(body) != int.from_bytes(data[at + 8 + length : at + 12 + length], "big"):
            found.codes.append("corrupt")
            return found
        at += 12 + length
        seen_pixels = seen_pixels or kind == b"IDAT"
        if kind == b"acTL" and length >= 8:
            found.frames = max(found.frames, int.from_bytes(body[4:8], "big"))
        if kind == b"IEND":
            found.end = at
            if not seen_pixels:
                found.codes.append("corrupt")
            return found


_HEIC_BOXES = {b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"wide", b"uuid", b"idat", b"mpvd", b"sefd"}


def walk_heic(data: bytes) -> Walked:
    """The outermost boxes: each must end inside the file, and the description must be there."""
    found, at = Walked(), 0
    kinds: list[bytes] = []
    while at < len(data):
        if at + 8 > len(data):
            break
        size, kind = struct.unpack_from(">I4s", data, at)
        if size == 1 and at + 16 <= len(data):
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        elif size == 0:
            size = len(data) - at
        if size < 8 and kind in _HEIC_BOXES:
            found.codes.append("corrupt")
            return found
        if size < 8 or not re.fullmatch(rb"[\w ]{4}", kind):
            break  # what follows the last box is looked at as trailing content
        if at + size > len(data) and kind not in _HEIC_BOXES and {b"meta", b"mdat"} <= set(kinds):
            break
        kinds.append(kind)
        if at + size > len(data):
            found.codes.append("truncated")
            return found
        at += size
    found.end = at
    if b"meta" not in kinds and b"moov" not in kinds:
        found.codes.append("truncated" if at >= len(data) else "corrupt")
    if b"moov" in kinds:
        found.frames = 2
    return found


_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}


_DEFLATED = (8, 32946)
_AT_ONCE, _MOST_UNFOLDED = 1 << 20, 400_000_000
"""Bytes of deflated strips that are unfolded in one go, and in all: three for each pixel of the largest picture."""


def walk_tiff(data: bytes) -> Walked:
    """The chain of directories: each strip must lie inside the file; small versions of a page are no pages."""
    found = Walked(frames=0)
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\x00", b"\x00+")
    at = 4
    try:
        at = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)[0]
        seen: set[int] = set()
        ends = [8]
        while at:
            if at in seen or len(seen) > 5000:
                found.codes.append("corrupt")  # the chain leads back into itself, or never ends
                break
            seen.add(at)
            tags, at, reach = _tiff_directory(data, at, order, big)
            ends.append(reach)
            if not tags.get(254, [0])[0] & 1:
                found.frames += 1
            offsets, counts = tags.get(273) or tags.get(324) or [], tags.get(279) or tags.get(325) or []
            ends.extend(start + count for start, count in zip(offsets, counts, strict=False))
            if max(ends) > len(data):
                found.codes.append("truncated")
                break
            if tags.get(259, [1])[0] in _DEFLATED and not _sums_hold(data, offsets, counts):
                found.codes.append("corrupt")
                break
        found.end = max(ends)
    except (struct.error, ValueError, IndexError, OverflowError):
        found.codes.append("truncated" if at >= len(data) - 4 else "corrupt")
    if not found.frames and not found.codes:
        found.codes.append("corrupt")
    return found


def _sums_hold(data: bytes, offsets: list[int], counts: list[int]) -> bool:
    """Whether every deflated strip has the sum that stands at its end; the decoder does not ask for it."""
    left = _MOST_UNFOLDED
    for start, count in zip(offsets, counts, strict=False):
        unfolding = zlib.decompressobj()
        packed = data[start : start + count]
        try:
            while packed and left > 0:
                left -= len(unfolding.decompress(packed, _AT_ONCE))
                packed = unfolding.unconsumed_tail
        except zlib.error:
            return False
    return True


def _tiff_directory(data: bytes, at: int, order: str, big: bool) -> tuple[dict[int, list[int]], int, int]:
    """The entries that matter, the next directory, and how far this one and its values reach into the file."""
    count = struct.unpack_from(order + ("Q" if big else "H"), data, at)[0]
    if count > 4096:
        raise ValueError("no directory has so many entries")
    at += 8 if big else 2
    width, inline = (20, 8) if big else (12, 4)
    tags: dict[int, list[int]] = {}
    reach = at + count * width + (8 if big else 4)
    for entry in range(at, at + count * width, width):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        number = struct.unpack_from(order + ("Q" if big else "I"), data, entry + 4)[0]
        size = number * _TIFF_SIZES.get(kind, 1)
        place = entry + (12 if big else 8)
        if size > inline:
            place = struct.unpack_from(order + ("Q" if big else "I"), data, place)[0]
            reach = max(reach, min(place + size, len(data)))
        if tag not in (254, 259, 273, 279, 324, 325) or kind not in (3, 4, 13, 16):
            continue
        if number > 1_000_000:
            raise ValueError("no picture has so many strips")
        letter = {3: "H", 4: "I", 13: "I", 16: "Q"}[kind]
        tags[tag] = list(struct.unpack_from(f"{order}{number}{letter}", data, place))
    return tags, struct.unpack_from(order + ("Q" if big else "I"), data, at + count * width)[0], reach
