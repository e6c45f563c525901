"""A picture's look in 64 bits, to find the same page sent twice."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image


def fingerprint(image: Image.Image) -> str:
    """The signs of the lowest frequencies of the picture, as 16 hexadecimal digits (a DCT hash)."""
    small = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BOX), dtype=np.float32)
    low = cv2.dct(small)[:8, :8].flatten()
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two pictures differ; up to about 8 is the same page."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
