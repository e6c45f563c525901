"""What decoders mutter about compressed pixels: damage that they forgive, so that no error is ever raised for it.

A JPEG with a hole decodes to a picture whose rest is shifted or grey, a bilevel scan to one with torn lines. The
libraries only write a line about it. That line is caught here. For the sandbox alone: it borrows the process's error
output.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np

from app.materials.filetypes import JPEG, TIFF

_DAMAGE = re.compile(rb"premature end of data segment|bad Huffman code|Fax4Decode|JPEGLib: Corrupt|JPEGLib: Premature")
_LEFT_OVER = re.compile(rb"(\d+) extraneous bytes before marker 0xd9")
_NO_MEMORY = ("memory", "bad_alloc", "bad alloc")
_PADDING = 8
"""Bytes that a camera may leave before the end mark; more of them are what a decoder that lost its place left over."""


def decoders_complain(data: bytes, media_type: str) -> bool:
    """Whether decoding the pixels of a JPEG or TIFF in full draws a complaint about their damage."""
    if media_type not in (JPEG, TIFF):
        return False
    # An eighth of the size costs the reading of every code and next to none of the arithmetic.
    with muttering() as heard:
        try:
            cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
        except cv2.error:
            return False  # not a kind that this decoder knows: the other decoder has the say
    return tells_of_damage(heard())


def tells_of_damage(told: bytes) -> bool:
    """Whether what a decoder muttered is about damage."""
    left_over = max((int(count) for count in _LEFT_OVER.findall(told)), default=0)
    return _DAMAGE.search(told) is not None or left_over >= _PADDING


def tells_of_exhaustion(error: BaseException) -> bool:
    """Whether what a library raised says that it got no more memory. Each has its own error and words for it."""
    told = str(error).lower()
    return isinstance(error, MemoryError) or any(word in told for word in _NO_MEMORY)


@contextmanager
def muttering() -> Iterator[Heard]:
    """Catch what is written to the error output meanwhile."""
    kept, heard = os.dup(2), os.memfd_create("muttering")
    os.dup2(heard, 2)
    try:
        yield Heard(heard)
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class Heard:
    """The lines that were caught, to be asked for once."""

    def __init__(self, place: int) -> None:
        self._place = place

    def __call__(self) -> bytes:
        with os.fdopen(self._place, "rb") as lines:
            lines.seek(0)
            return lines.read(65_536)
