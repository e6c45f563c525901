"""Files that are asked for in parts, as players do: one range of bytes, 206 and 416, If-Range; read piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import Response, request

PIECE = 256 * 1024
_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Part:
    """Bytes from `start` up to, not including, `stop`."""

    start: int
    stop: int


class NotInFile(Exception):
    """The range begins behind the end of the file."""


def part_asked(header: str | None, size: int) -> Part | None:
    """The part that a Range header asks for; None where the whole is to be sent.

    What is no single range of bytes is passed over, as the standard allows: several ranges in one request help no
    player, and answering many small ones is how servers are made to work for nothing. Raises NotInFile.
    """
    found = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        count = int(last)
        if count == 0 or size == 0:
            raise NotInFile
        return Part(max(0, size - count), size)
    start = int(first)
    if last and int(last) < start:
        return None  # no range at all
    if start >= size:
        raise NotInFile
    return Part(start, min(int(last) + 1, size) if last else size)


def send_in_parts(path: Path, *, media_type: str, etag: str) -> Response:
    """Answer with a file that never changes under its etag, or with the part of it that is asked for."""
    size = path.stat().st_size
    answer = Response(status=200, mimetype=media_type)
    answer.set_etag(etag)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = "private, no-cache"  # kept, and asked for anew, since who may see it can change
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if request.if_none_match.contains_weak(etag):
        answer.status_code = 304
        return answer
    try:
        part = part_asked(request.headers.get("Range"), size) if _still_the_same(etag) else None
    except NotInFile:
        answer.status_code = 416
        answer.headers["Content-Range"] = f"bytes */{size}"
        return answer
    if part is not None:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    part = part or Part(0, size)
    answer.content_length = part.stop - part.start
    if request.method == "HEAD":
        return answer
    opened = path.open("rb")
    answer.call_on_close(opened.close)
    answer.response = _read(opened, part)
    answer.direct_passthrough = True
    return answer


def _still_the_same(etag: str) -> bool:
    """A part is of use only beside other parts of the same file: with If-Range of another one, all of it is sent."""
    asked = request.headers.get("If-Range")
    return asked is None or asked.strip() == f'"{etag}"'


def _read(opened: BinaryIO, part: Part) -> Iterator[bytes]:
    opened.seek(part.start)
    left = part.stop - part.start
    while left > 0:
        piece = opened.read(min(PIECE, left))
        if not piece:
            return
        left -= len(piece)
        yield piece
