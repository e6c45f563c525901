"""Pictures of few pixels that were made larger again: how far apart the pixels that they are made of lie.

However a picture is made larger, new pixels are worked out from the old ones in turns: every so many columns the light
bends more, or bends at all. Print has no such turns, least of all the same ones along both sides of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Channel

_STEP = 8
"""Every so many rows, and columns, are looked at."""
_STRONG, _WEAK = 0.999, 0.25
"""Part of all bends up to which they count, and the part of that from which they do: strokes bend most."""
_AROUND = 65
"""Pixels along which bends are compared with one another."""
_LENGTH = 4096
_NARROWEST, _WIDEST = 2.17, 9.0
"""Distances that are looked for, in pixels; finer ones are those of nearly every pixel."""
_SLOWEST, _SLOW = 80.0, 13.0
"""Distances at which letters and lines of a table follow each other."""
_SAME = 0.015
"""Part of a distance by which one that is the same may differ."""
_LESS = 0.5
"""What counts of a height that blocks, or how the picture was made smaller, would leave."""
_PARTS = (2, 2 / 3, 1 / 2, 2 / 5, 1 / 3, 1 / 4)
"""Distances that blocks of a JPEG leave besides their own, as parts of it."""

Spectrum = NDArray[np.float32]


@dataclass(frozen=True)
class Enlarged:
    """The clearest turn that bends of light come in, along both sides."""

    distance: float = 0.0
    """How far apart they are, in pixels of this picture."""
    height: float = 0.0
    """How much more the light bends there, against the usual; 1 where it bends nowhere else."""
    clarity: float = 0.0
    """How far it stands out among all distances."""
    slow: float = 0.0
    """How much clearer are turns of letters and lines."""
    explained: float = 0.0
    """1 where blocks of a JPEG, or how the picture was made smaller just now, would leave the same turn."""


def turns_in(gray: Channel, *, pixels: int | None = None) -> Enlarged:
    """Look at bends along the rows and along the columns. `pixels` is the longer side that the picture had before."""
    spectra = [_spectrum(lines) for lines in (gray[::_STEP], np.ascontiguousarray(gray[:, ::_STEP].T))]
    if any(spectrum is None for spectrum in spectra):
        return Enlarged()
    wanted, slow = _places()
    across, down = (_widened(np.interp(wanted, _frequencies(), spectrum)) for spectrum in spectra)  # type: ignore[arg-type]
    both = np.sqrt(across * down)
    explained = _explained(1 / wanted, both, max(gray.shape), pixels)
    best = int(np.where(explained, _LESS * both, both).argmax())
    distance, height = float(1 / wanted[best]), float(both[best])
    slowly = max(
        float(np.interp(slow, _frequencies(), spectrum).max()) / max(float(here[best]), 1e-3)  # type: ignore[arg-type]
        for spectrum, here in zip(spectra, (across, down), strict=True)
    )
    clarity = height / max(float(np.median(both)), 1e-6)
    return Enlarged(distance, height, clarity, slowly, float(explained[best]))


def _spectrum(lines: Channel) -> Spectrum | None:
    """How much in each turn the light bends along these lines."""
    if min(lines.shape) < 16:
        return None
    beside = cv2.addWeighted(lines[:, :-2], 0.5, lines[:, 2:], 0.5, 0)
    bends = cv2.absdiff(lines[:, 1:-1], beside)
    counts = np.cumsum(cv2.calcHist([bends], [0], None, [256], [0, 256]).ravel())
    strong = int(np.searchsorted(counts, counts[-1] * _STRONG))
    if strong < 2:
        return None
    weak = max(1, round(_WEAK * strong))
    kept = np.clip(bends, np.uint8(weak), np.uint8(max(strong, weak + 1))) - np.uint8(weak)
    profile = cv2.reduce(kept, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32F)
    if float(profile.sum()) < 200:
        return None
    usual = cv2.blur(profile, (_AROUND, 1), borderType=cv2.BORDER_REFLECT_101)
    against = np.where(usual > 0.15 * usual.mean(), profile / np.maximum(usual, 1e-3) - 1, 0).ravel()
    faded = np.hanning(len(against))[:_LENGTH]
    waves = np.abs(np.fft.rfft(np.clip(against[:_LENGTH], -1, 3) * faded, _LENGTH))
    return np.asarray(waves / (faded.sum() / 2), np.float32)


def _explained(
    distances: NDArray[np.float64], heights: Spectrum, longest: int, pixels: int | None
) -> NDArray[np.bool_]:
    """Which distances would be found in any picture that was compressed and made smaller as this one was.

    Blocks leave their parts no higher than themselves, so what is higher is something else.
    """
    times = max(1.0, (pixels or longest) / longest)
    block = 8 / times
    among_blocks = _is_any(distances, [block * part for part in _PARTS])
    whole = _is_any(distances, [block])
    most = float(heights[whole].max(initial=0.0))
    explained = whole | (among_blocks & (heights < 2 * most))
    beat = abs(times - round(times))
    if beat > 0.01:  # every so many pixels a new one lies just on an old one
        beats = [1 / (number * beat) for number in (1, 2, 3, 4)]
        beats += [1 / abs(1 - number * beat) for number in (3, 4) if abs(1 - number * beat) > 0.05]
        explained |= _is_any(distances, beats)
    return np.asarray(explained)


def _is_any(distances: NDArray[np.float64], known: list[float]) -> NDArray[np.bool_]:
    return np.asarray((np.abs(distances[:, None] / np.array(known) - 1) < _SAME).any(axis=1))


def _widened(values: NDArray[np.float64]) -> Spectrum:
    """Width and height are rounded to whole pixels, so that a turn is not quite the same along both sides."""
    return np.asarray(cv2.dilate(values[None].astype(np.float32), np.ones((1, 5), np.uint8))[0], np.float32)


@cache
def _places() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.linspace(1 / _WIDEST, 1 / _NARROWEST, 1200), np.linspace(1 / _SLOWEST, 1 / _SLOW, 600)


@cache
def _frequencies() -> NDArray[np.float64]:
    return np.arange(_LENGTH // 2 + 1) / _LENGTH
