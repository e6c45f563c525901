"""How hard a picture was compressed: what a JPEG says of itself, and the blocks that stay visible in its pixels."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray
from PIL import Image

from app.materials.layout import Channel

_BASE_SUM = 38.0
"""The sum of the first three steps of the standard luminance table, of which quality 50 takes all, lower ones several
times as much. The later steps are cut off at 255 where quality is low."""
_MOST_BYTES = 32 * 1024 * 1024
_MOST_PIXELS = 9_000_000
_COARSE = (2, 3, 4, 5, 6, 7, 8, 9, 10)
_WIDEST_STEP = 255.0
"""No table of a JPEG that every program can read holds a wider step."""
_FIRST_STEPS = {(0, 1): 11, (1, 0): 12, (1, 1): 12, (0, 2): 10, (2, 0): 14}
"""The steps of the first waves at quality 50."""
WORTH_A_LOOK = 0.15
"""Coarse steps at half the size from which a picture is looked at at its own; both agree within 0.05."""
_FEW = 30
"""Blocks that may have a wave of some height by chance."""
_MANY_BLOCKS, _GLANCE = 4_000, 7
"""Of so many blocks every seventh is asked first."""
_NO_STEPS = 0.08
"""What these say at most of most pictures; what all of them say is then less than 0.11 (measured on 240 pictures)."""
_SEEN_BLOCKS = 1.0
"""Steps between blocks, in levels, from which they may begin elsewhere than the picture does."""
WINDOW = 640
"""Pixels of the part of a picture, in its middle and at its own size, in which blocks are looked for."""


@dataclass(frozen=True)
class Compression:
    """What is known of how a picture was compressed."""

    quality: float = 100.0
    blocks: float = 0.0
    steps: float = 0.0


UNKNOWN = Compression()
"""A page of which nothing is known in this respect."""


def compression_of(native: Channel | None, quality: float = 100.0) -> Compression:
    """Look at a part of a picture at its own size, cut so that it begins where a block begins."""
    if native is None:
        return Compression(quality)
    blocks, (left, top) = _blocks_and_their_start(native)
    steps = coarse_steps_in(native)
    if steps < WORTH_A_LOOK and blocks > _SEEN_BLOCKS and (left or top):  # a part that was cut out of such a picture
        steps = max(steps, coarse_steps_in(native[top:, left:]))
    return Compression(quality, blocks, steps)


def middle_of(pixels: NDArray[np.uint8], *, scale: int = 1) -> NDArray[np.uint8]:
    """The part in the middle in which to look, begun where a block begins; `scale` is how many one stands for."""
    top, left = (max(0, (side * scale - WINDOW) // 2) // 8 * 8 // scale for side in pixels.shape[:2])
    window = WINDOW // scale
    return pixels[top : top + window, left : left + window]


def compression_within(page: pypdfium2.PdfPage) -> Compression:
    """The same for the largest JPEG on a page of a PDF."""
    data = _largest_jpeg(page)
    return _of_jpeg(data) if data is not None else UNKNOWN


def _largest_jpeg(page: pypdfium2.PdfPage) -> bytes | None:
    best = None
    for count, shown in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4)):
        if count > 20:
            break
        length = pdfium.FPDFImageObj_GetImageDataRaw(shown.raw, None, 0)
        if not 4 < length < _MOST_BYTES or (best is not None and length <= len(best)):
            continue
        buffer = ctypes.create_string_buffer(length)
        pdfium.FPDFImageObj_GetImageDataRaw(shown.raw, buffer, length)
        best = buffer.raw if buffer.raw.startswith(b"\xff\xd8\xff") else best
    return best


def _of_jpeg(data: bytes) -> Compression:
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as opened:
            quality = quality_of(getattr(opened, "quantization", {}))
            if opened.width * opened.height > _MOST_PIXELS:
                return Compression(quality)
            return compression_of(middle_of(np.asarray(opened.convert("L"))), quality)
    except (OSError, ValueError):
        return UNKNOWN


def quality_of(tables: Mapping[int, Sequence[int]]) -> float:
    """The quality, from 1 to 100, of which the coarsest table of a JPEG is the table."""
    if not tables or len(tables[min(tables)]) != 64:
        return 100.0
    scale = 100.0 * sum(tables[min(tables)][:3]) / _BASE_SUM
    return float(np.clip(5000 / scale if scale > 100 else (200 - scale) / 2, 1, 100))


def blocks_in(gray: Channel) -> float:
    """How much larger steps are between blocks of 8 pixels than within them, in levels of 255, at the picture's own
    size; 0 is none."""
    return _blocks_and_their_start(gray)[0]


def _blocks_and_their_start(gray: Channel) -> tuple[float, tuple[int, int]]:
    """The same, and the column and the row in which the first whole block begins."""
    part = gray.astype(np.int16)
    if min(part.shape) < 64 or int(part.max()) - int(part.min()) < 40:
        return 0.0, (0, 0)
    (across, left), (down, top) = _excess(part), _excess(np.ascontiguousarray(part.T))
    return float(np.sqrt(across * down)), (left, top)


def coarse_steps_in(gray: Channel, *, side: int = 8) -> float:
    """How clearly the waves that blocks are made of come in steps as coarse as those of quality 2 to 10, from 0 to 1.

    They keep these steps when a picture is saved again in any format at its own size, as long as its blocks begin
    where `gray` begins. A block is `side` pixels wide: 4 at half the size.
    """
    height, width = (along // side * side for along in gray.shape)
    if min(height, width) < 8 * side:
        return 0.0
    part = gray[:height, :width].astype(np.float32) - 128
    # One column for each block: what is asked of every block is then asked along the rows, which is quick.
    blocks = part.reshape(height // side, side, width // side, side).transpose(1, 3, 0, 2).reshape(side * side, -1)
    if blocks.shape[1] >= _MANY_BLOCKS:
        glance = _steps_among(blocks[:, ::_GLANCE], few=_FEW / _GLANCE)
        if glance < _NO_STEPS:
            return glance
    return _steps_among(blocks, few=_FEW)


def _steps_among(blocks: NDArray[np.float32], *, few: float) -> float:
    """The same of these blocks, a column each. Heights that no more than `few` blocks reach tell nothing."""
    burnt = np.flatnonzero(np.maximum(blocks.max(axis=0), -blocks.min(axis=0)) > 126.0)
    blocks = np.delete(blocks, burnt[blocks[:, burnt].std(axis=0) < 2], axis=1)
    if blocks.shape[1] < 2 * few:
        return 0.0
    waves = _waves(round(len(blocks) ** 0.5))
    coefficients = np.abs(np.kron(waves, waves) @ blocks).reshape(len(waves), len(waves), -1)
    scores = np.zeros(len(_COARSE), np.float32)
    for (row, column), step in _FIRST_STEPS.items():
        scores += _in_steps(np.sort(coefficients[row, column])[::-1], step, few=few) / len(_FIRST_STEPS)
    return max(0.0, float(scores.max()))


def _in_steps(heights: NDArray[np.float32], step: float, *, few: float) -> NDArray[np.float32]:
    """How well heights, the largest first, fit the steps of each coarse quality: 1 if they are multiples of them.

    A quality has the steps of quality 1 divided by it, so its cosines follow from those of the two below it.
    """
    widths = [min(step * 50.0 / quality, _WIDEST_STEP) for quality in _COARSE]
    counts = np.searchsorted(-heights, [-0.5 * width for width in widths])
    heights = heights[: counts[-1]]  # the steps of the last are the narrowest
    one = np.cos(heights * np.float32(2 * np.pi / (step * 50.0)))
    before, now = np.ones_like(one), one
    scores = np.zeros(len(_COARSE), np.float32)
    for at, (count, width) in enumerate(zip(counts, widths, strict=True)):
        before, now = now, 2 * one * now - before
        if count > few:
            clipped = width == _WIDEST_STEP
            cosines = np.cos(heights[:count] * np.float32(2 * np.pi / width)) if clipped else now[:count]
            scores[at] = cosines.mean()
    return scores


def _waves(side: int) -> NDArray[np.float32]:
    """The first waves of a block, scaled so that they find the heights at 8 pixels also at half the size, where each
    pixel is the mean of two."""
    which = np.arange(3)[:, None]
    heights = np.sqrt(np.where(which == 0, 1, 2) / 8) * (8 / side)
    left = np.cos(which * np.pi / 16) if side == 4 else 1.0
    return np.asarray(heights / left * np.cos((2 * np.arange(side) + 1) * which * np.pi / (2 * side)), np.float32)


def _excess(part: np.ndarray) -> tuple[float, int]:
    """For steps from left to right: those at the phase of the blocks less those at the other phases; and that phase.

    A step at the border of a block stands between two calm neighbours, that of a stroke does not: what counts is how
    far a step exceeds the mean of the steps beside it. Blocks of plain paper have no steps and are left out.
    """
    steps = np.abs(np.diff(part, axis=1))
    lone = np.clip(steps[:, 1:-1] * 2 - steps[:, :-2] - steps[:, 2:], -40, 40)
    rows = lone[(steps > 6).mean(axis=1) > 0.02]
    if len(rows) < 24:
        return 0.0, 0
    by_phase = np.array([rows[:, phase::8].mean() for phase in range(8)]) / 2
    return max(0.0, float(by_phase.max() - np.median(by_phase))), (int(by_phase.argmax()) + 2) % 8
