"""A JPEG decoded once: at the smallest scale that is asked for, by the decoder that also tells of damage."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.complaints import muttering, tells_of_damage

Pixels = NDArray[np.uint8]

_SCALES = {
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2, 1: 0,
}  # fmt: skip
_COLOURS = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION


@dataclass(frozen=True)
class Decoded:
    """Pixels in RGB, not turned, and by how much they are fewer along each side than the file holds."""

    pixels: Pixels
    scale: int


def decode_jpeg(data: bytes, size: tuple[int, int], *, longest_side: int) -> Decoded | None:
    """The picture at no less than `longest_side`, or at its own size where that is smaller.

    A scale of 2 is the mean of every 2 by 2 pixels, worked out from the waves of a block at a fraction of the cost.
    None where anything is wrong or unusual: another decoder then has the say, and says what it is.
    """
    width, height = size
    scale = next(scale for scale in _SCALES if scale == 1 or max(size) >= scale * longest_side)
    with muttering() as heard:
        try:
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), _SCALES[scale] | _COLOURS)
        except cv2.error:
            pixels = None
    if pixels is None or tells_of_damage(heard()) or pixels.shape != (-(-height // scale), -(-width // scale), 3):
        return None
    return Decoded(np.asarray(pixels, np.uint8), scale)
