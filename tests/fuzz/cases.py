"""What a made file is: its name, its bytes, and what the examination should say of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

from tests.materials import pages

pillow_heif.register_heif_opener()

Chance = np.random.Generator
Maker = Callable[[Chance], bytes]


@dataclass(frozen=True)
class Case:
    """One file. `codes` is empty for a good one; of a hostile one the examination must name at least one of them."""

    name: str
    content: bytes
    codes: frozenset[str] = frozenset()

    @property
    def good(self) -> bool:
        return not self.codes


@cache
def sheet(number: int, height: int = 1100) -> Image.Image:
    """One of a few pages of Chinese text, drawn once."""
    return pages.letter(height, np.random.default_rng(number), serif=bool(number % 2))


def a_page(rng: Chance, *, height: int = 1100) -> Image.Image:
    """Any of the pages."""
    return sheet(int(rng.integers(0, 6)), height)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a picture in a format."""
    buffer = io.BytesIO()
    image.copy().save(buffer, kind, **options)  # saving leaves the options behind on the picture
    return buffer.getvalue()


def pick(rng: Chance, *choices: Any) -> Any:
    """One of several, as likely as the others."""
    return choices[int(rng.integers(0, len(choices)))]
