"""The streams of a PDF: how far each unfolds, and whether a block of it was lost.

A disk or a transfer that lost a block leaves zeros, and readers forgive it: the page comes out grey, torn or empty.
In packed data a long run of zeros does not happen, nor in the text between the objects.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

import pikepdf

from app.materials.complaints import decoders_complain
from app.materials.containers import walk_jpeg
from app.materials.filetypes import JPEG
from app.materials.verdicts import Limits

_HOLE = bytes(128)
_NEVER_ZEROS = {"/JBIG2Decode", "/JPXDecode", "/CCITTFaxDecode", "/ASCII85Decode", "/ASCIIHexDecode"}
_SHORT_NAMES = {
    "/Fl": "/FlateDecode", "/DCT": "/DCTDecode", "/A85": "/ASCII85Decode", "/AHx": "/ASCIIHexDecode",
    "/LZW": "/LZWDecode", "/RL": "/RunLengthDecode", "/CCF": "/CCITTFaxDecode",
}  # fmt: skip
_MOST_FILTERS = 4
_GROWS = {
    "/ASCIIHexDecode": 1, "/ASCII85Decode": 4, "/RunLengthDecode": 64, "/FlateDecode": 1032, "/LZWDecode": 2731,
}  # fmt: skip
"""To how many bytes one byte can unfold at most; other filters hold pictures, whose size is told."""
_PADDED = re.compile(rb"(endobj|endstream|%%EOF|stream|xref)\s*\Z")
_ZEROS = re.compile(rb"\x00{128,}")


def examine_stream(value: Any, limits: Limits, *, has_time: Callable[[], bool]) -> Iterator[str]:
    """The codes for one stream. JPEGs are decoded while there is time for it; their structure is always walked."""
    filters = filters_of(value)
    allowed = limits.max_stream_bytes
    picture = str(value.get("/Subtype", "")) == "/Image"
    if picture:
        width, height = _number(value.get("/Width")), _number(value.get("/Height"))
        if width * height > limits.max_pixels:
            yield "bomb"
            return
        allowed = max(allowed, width * height * 4 + 65_536)
    if len(filters) > _MOST_FILTERS or filters.count("/LZWDecode") + filters.count("/FlateDecode") > 2:
        yield "bomb"
        return
    raw = bytes(value.read_raw_bytes())
    if filters and filters[0] in _NEVER_ZEROS and _HOLE in raw and not _counts_from_zero(value, filters[0]):
        yield "corrupt"
    elif filters[:1] == ["/DCTDecode"] and picture:
        yield from _examine_jpeg(raw, has_time)
    elif filters[:1] == ["/FlateDecode"]:
        yield from _unfold(raw, filters, allowed, limits, has_time)
    if _grows_beyond(allowed, filters, len(raw)) and not set(filters) <= {"/FlateDecode", "/DCTDecode"}:
        unfolded = _undone(raw, filters)
        if unfolded is not None and len(unfolded) > allowed:
            yield "bomb"


def lost_block(data: bytes, streams: Iterator[tuple[int, int]]) -> bool:
    """Whether a run of zeros stands in the text of the file: not in a stream, and not between two objects."""
    inside = sorted(streams)
    end = data.rfind(b"%%EOF")
    for run in _ZEROS.finditer(data, 0, max(end, 0)):
        if any(start <= run.start() < stop for start, stop in inside):
            continue
        if not _PADDED.search(data[max(0, run.start() - 16) : run.start()]):
            return True
    return False


def stream_places(data: bytes) -> Iterator[tuple[int, int]]:
    """From and to of everything between the words that begin and end a stream."""
    at = 0
    while (start := data.find(b"stream", at)) >= 0:
        if data[start - 3 : start] == b"end":
            at = start + 6
            continue
        stop = data.find(b"endstream", start)
        if stop < 0:
            yield start, len(data)
            return
        yield start, stop
        at = stop + 9


def filters_of(value: Any) -> list[str]:
    """The names of the filters in the order in which they are undone, always in full."""
    named = value.get("/Filter")
    listed = list(named) if isinstance(named, pikepdf.Array) else [] if named is None else [named]
    return [_SHORT_NAMES.get(str(one), str(one)) for one in listed]


def _grows_beyond(allowed: int, filters: list[str], size: int) -> bool:
    """Whether so many bytes could unfold to more than is allowed."""
    for name in filters:
        size *= _GROWS.get(name, 1)
    return size > allowed


def _undone(raw: bytes, filters: list[str]) -> bytes | None:
    """What the bytes unfold to, up to the first filter that holds a picture; None where they cannot be unfolded.

    Raises MemoryError, as the examination expects of a bomb, where they unfold to more than there is room for.
    """
    first = list(takewhile(lambda name: name in _GROWS, filters))
    with pikepdf.new() as holder:
        held = pikepdf.Stream(holder, raw)
        held.Filter = pikepdf.Array([pikepdf.Name(name) for name in first])
        try:
            return held.read_bytes(pikepdf.StreamDecodeLevel.specialized)
        except pikepdf.PdfError:
            return None  # whether the page can be drawn without it is seen when it is drawn


def _counts_from_zero(value: Any, first: str) -> bool:
    """Older fax codes fill up with zeros; the newest does not."""
    if first != "/CCITTFaxDecode":
        return False
    parms = value.get("/DecodeParms")
    parms = parms[0] if isinstance(parms, pikepdf.Array) and len(parms) else parms
    return not isinstance(parms, pikepdf.Dictionary) or not _negative(parms.get("/K"))


def _examine_jpeg(raw: bytes, has_time: Callable[[], bool]) -> Iterator[str]:
    codes = walk_jpeg(raw).codes[:1]
    if not codes and has_time() and decoders_complain(raw, JPEG):
        codes = ["corrupt"]
    yield from codes


def _unfold(
    raw: bytes, filters: list[str], allowed: int, limits: Limits, has_time: Callable[[], bool]
) -> Iterator[str]:
    """Inflate in pieces and stop at the limit; a second layer of deflation is unfolded too."""
    if len(raw) * 1032 < 65_536 and filters.count("/FlateDecode") == 1:
        return
    layers = [zlib.decompressobj() for _ in range(filters.count("/FlateDecode"))]
    kept: list[bytes] | None = [] if filters == ["/FlateDecode", "/DCTDecode"] else None
    for position in range(0, len(raw), 16_384):
        try:
            total = _push(layers, raw[position : position + 16_384], allowed, kept)
        except zlib.error:
            yield "corrupt"
            return
        if total > allowed:
            yield "bomb"
            return
        allowed -= total
    if not layers[0].eof and _HOLE in raw:
        yield "corrupt"
    elif kept is not None:
        yield from _examine_jpeg(b"".join(kept), has_time)


def _push(layers: list[Any], piece: bytes, allowed: int, kept: list[bytes] | None = None) -> int:
    """Bytes that one piece unfolds to in any of the layers; stops soon after the limit."""
    total, waiting = 0, piece
    while waiting:
        out = layers[0].decompress(waiting, 1 << 20)
        waiting = layers[0].unconsumed_tail
        total += len(out)
        if kept is not None:
            kept.append(out)
        if len(layers) > 1 and out:
            total += _push(layers[1:], out, allowed - total)
        if total > allowed:
            break
    return total


def _number(value: Any) -> int:
    try:
        return max(int(value), 0)
    except (TypeError, ValueError):
        return 0


def _negative(value: Any) -> bool:
    try:
        return float(value) < 0
    except (TypeError, ValueError):
        return False
