"""What a page looks like, kept small: 64 bits of the whole picture, and a print of its ink to compare it by."""

from __future__ import annotations

import base64
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.materials.layout import Layout, Shown, around, pixels_of

PRINT_SIDE = 1200
"""Pixels of the longer side of a print: a 12-point character is then 19 pixels high, enough to tell two apart."""
_DENSE = 0.35
_LEAST_INK = 260
"""Pixels of ink below which a page has too little on it to be known again."""

Ink = NDArray[np.uint8]

_LETTERS = np.frombuffer(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~", np.uint8
)


def fingerprint(image: Shown) -> str:
    """The signs of the lowest frequencies of the picture, as 16 hexadecimal digits (a DCT hash). Its grey is enough."""
    pixels = pixels_of(image)
    gray = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = np.asarray(Image.fromarray(gray).resize((32, 32), Image.Resampling.BOX), dtype=np.float32)
    low = cv2.dct(small)[:8, :8].flatten()
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two pictures differ; up to about 8 is the same layout, not yet the same page."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def print_of(layout: Layout) -> str:
    """Where the ink of a page is, in about 20 KB of text; empty for a page with next to nothing on it."""
    if not layout.content:
        return ""
    core = (layout.mark[layout.part] > int(max(20.0, 0.4 * layout.strength(90)))) & layout.inked[layout.part]
    held = core[around(core)].view(np.uint8)
    if not held.size:
        return ""
    scale = min(1.0, PRINT_SIDE / max(held.shape))
    size = (max(8, round(held.shape[1] * scale)), max(8, round(held.shape[0] * scale)))
    small = cv2.resize(held * np.uint8(255), size, interpolation=cv2.INTER_AREA) > 255 * _DENSE
    if np.count_nonzero(small) < _LEAST_INK:
        return ""
    # Runs of white are nearly all that repeats; to look for nothing else is quicker, and packs tighter than looking
    # for anything in haste.
    packing = zlib.compressobj(level=1, strategy=zlib.Z_RLE)
    packed = packing.compress(np.packbits(small).tobytes()) + packing.flush()
    return f"{size[0]}x{size[1]}:{_written(packed)}"


def _written(packed: bytes) -> str:
    """What `base64.b85encode` writes, in a twentieth of its time."""
    missing = -len(packed) % 4
    left = np.frombuffer(packed + bytes(missing), ">u4").astype(np.uint32)
    digits = np.empty((len(left), 5), np.uint8)
    for place in range(4, -1, -1):
        higher = left // np.uint32(85)
        digits[:, place] = left - higher * np.uint32(85)
        left = higher
    text = _LETTERS[digits].tobytes().decode()
    return text[: len(text) - missing]


def ink_of(kept: str) -> Ink:
    """The ink of a print again, 1 where it is. Raises `ValueError` for what is no print of ours."""
    sizes, _, packed = kept.partition(":")
    width, height = (int(side) for side in sizes.split("x"))
    if not (8 <= width <= PRINT_SIDE and 8 <= height <= PRINT_SIDE):
        raise ValueError("no print of ours")
    bits = zlib.decompressobj().decompress(base64.b85decode(packed), PRINT_SIDE * PRINT_SIDE // 8 + 1)
    pixels = np.unpackbits(np.frombuffer(bits, np.uint8))[: width * height]
    if len(pixels) < width * height:
        raise ValueError("no print of ours")
    return pixels.reshape(height, width)
