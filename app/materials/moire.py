"""Waves over the paper, as in a photo of a screen: one fine period everywhere, often in colours no paper has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Channel, Layout

_WINDOW = 256
_AROUND = 32
"""Pixels around a window that its slow changes are told from."""
_MOST_WINDOWS = 8
_SPARSE = 4
"""Every so many pixels of every so many rows are asked how much print there is."""
_MOST_PRINT = 0.3
"""Part of the sheet that print covers at most."""
_SHORTEST, _LONGEST = 2.2, 45.0
"""Periods that are looked for, in pixels of the working size."""

Power = NDArray[np.float32]


@dataclass(frozen=True)
class Waves:
    """The clearest wave. Heights in levels of 255; `clarity` is its power over that of its neighbours in frequency."""

    height: float = 0.0
    clarity: float = 0.0
    slanted: bool = False
    """Whether it runs neither along nor across the page, as rules, lines of text and the blocks of a JPEG do."""
    period: float = 0.0


def get_ready() -> None:
    """Work out now what windows of the usual size need; the photo that a worker tries is too small for them."""
    _hann(_WINDOW)
    _frequencies(_WINDOW)


def waves_in(layout: Layout, *, angle: float = 0.0) -> tuple[Waves, Waves]:
    """The clearest wave in the light of the paper, and in its colour. Print is taken out first; what it leaves runs
    along its lines, which lie at `angle`."""
    height, width = layout.gray.shape
    side = min(_WINDOW, height // 2, width // 2) // 2 * 2
    if side < 96:
        return Waves(), Waves()
    hann = _hann(side)
    totals = [np.zeros((side, side), np.float32) for _ in range(2)]
    print_ = (layout.mark > int(max(45.0, 0.35 * layout.strength(90)))).view(np.uint8)
    if cv2.countNonZero(print_ & layout.sheet.view(np.uint8)) > _MOST_PRINT * cv2.countNonZero(
        layout.sheet.view(np.uint8)
    ):
        print_ = np.zeros_like(print_)  # no page is printed so densely: these are the waves themselves
    windows = _windows(layout, print_, side)
    bare = (cv2.dilate(print_, np.ones((7, 7), np.uint8)) == 0).astype(np.uint8)
    for top, left in windows:
        for total, part in zip(totals, _paper_alone(layout, bare, top, left, side), strict=True):
            total += cv2.pow(cv2.dft((part - part.mean()) * hann), 2)
    if not windows:
        return Waves(), Waves()
    norm = float(hann.sum()) / 2
    first, second = (_clearest(unpacked((total / len(windows)).astype(np.float32)), norm, angle) for total in totals)
    return first, second


def unpacked(squares: Power) -> Power:
    """The power of each wave, from the squares of a spectrum as it comes packed: real and imaginary parts are
    neighbours in a row, and in the columns of no and of the highest frequency neighbours in the column."""
    side = len(squares)
    power = np.empty((side, side // 2 + 1), np.float32)
    inner = (side - 1) // 2
    power[:, 1 : inner + 1] = squares[:, 1 : 2 * inner : 2] + squares[:, 2 : 2 * inner + 1 : 2]
    for column in (0, -1) if side % 2 == 0 else (0,):
        packed = squares[:, column]
        both = packed[1 : 2 * inner : 2] + packed[2 : 2 * inner + 1 : 2]
        power[0, column], power[1 : inner + 1, column], power[side - inner :, column] = packed[0], both, both[::-1]
        if side % 2 == 0:
            power[side // 2, column] = packed[-1]
    return power


@cache
def _hann(side: int) -> Power:
    return np.outer(np.hanning(side), np.hanning(side)).astype(np.float32)


def _paper_alone(
    layout: Layout, bare: Channel, top: int, left: int, side: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Light and colour of the paper in a window, less their slow changes; where print stood there is nothing."""
    above, before = min(top, _AROUND), min(left, _AROUND)
    around = (slice(top - above, top + side + _AROUND), slice(left - before, left + side + _AROUND))
    window = (slice(above, above + side), slice(before, before + side))
    kept = bare[around][window].astype(np.float32)
    gray, colours = layout.gray[around], layout.colours[around]
    red, blue = cv2.extractChannel(colours, 0), cv2.extractChannel(colours, 2)
    tint = cv2.subtract(red, blue, dtype=cv2.CV_16S)  # mean of whole numbers is found in half the time
    slow = cv2.boxFilter(tint, cv2.CV_32F, (65, 65))[window]
    light = cv2.subtract(gray[window], cv2.blur(gray, (65, 65))[window], dtype=cv2.CV_32F)
    return light * kept, (tint[window] - slow) * kept


def _windows(layout: Layout, print_: Channel, side: int) -> list[tuple[int, int]]:
    """Where to look: spread over the sheet, with as little print as there is."""
    sums = cv2.integral(
        cv2.bitwise_or(print_[::_SPARSE, ::_SPARSE], (~layout.sheet[::_SPARSE, ::_SPARSE]).view(np.uint8))
    )
    height, width = layout.gray.shape
    across = side // _SPARSE
    places = []
    for top in np.linspace(0, height - side, 6).astype(int):
        for left in np.linspace(0, width - side, 5).astype(int):
            y, x = top // _SPARSE, left // _SPARSE
            covered = sums[y + across, x + across] - sums[y, x + across] - sums[y + across, x] + sums[y, x]
            places.append((int(covered), int(top), int(left)))
    places.sort()
    return [(top, left) for covered, top, left in places[:_MOST_WINDOWS] if covered < 0.6 * across * across]


def _clearest(power: Power, norm: float, angle: float) -> Waves:
    """The highest narrow peak, against the usual power at the same distance from the middle of the spectrum."""
    side = power.shape[0]
    smooth = np.asarray(cv2.blur(power, (3, 3), borderType=cv2.BORDER_REFLECT_101), np.float32)
    fx, fy, radius, ring, rings = _frequencies(side)
    usable = (radius > 1 / _LONGEST) & (radius < 1 / _SHORTEST)
    usual = _middle_of_each(smooth.ravel(), rings)
    against = np.maximum(usual[ring], 0.02 * norm**2 / side)  # paper without any grain has no usual power
    best = Waves()
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    along, across = np.abs(fx * cos + fy * sin), np.abs(fy * cos - fx * sin)
    near = np.maximum(2.5 / side, 0.035 * radius)
    straight = (along < near) | (across < near) | (np.abs(fy) < 2.5 / side) | (np.abs(fx) < 2.5 / side)
    for slanted, where in ((True, usable & ~straight), (False, usable & straight)):
        ratio = np.where(where, smooth / against, 0)
        y, x = np.unravel_index(int(ratio.argmax()), ratio.shape)
        height = float(np.sqrt(max(power[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].sum() / 2.0, 0.0)) / norm)
        wave = Waves(height, float(ratio[y, x]), slanted, float(1 / max(radius[y, x], 1e-6)))
        if slanted or wave.clarity > 3 * best.clarity:
            best = wave
    return best


def _middle_of_each(values: Power, rings: NDArray[np.intp]) -> Power:
    """The median over each ring; a row of `rings` names its members, and the end of the values where it is full."""
    ordered = np.sort(np.append(values, np.float32(np.inf))[rings], axis=1)  # all at once, in a fifth of the time
    sizes = np.maximum((rings < len(values)).sum(axis=1), 1)
    row = np.arange(len(rings))
    middle = (ordered[row, (sizes - 1) // 2] + ordered[row, sizes // 2]) / np.float32(2)
    return np.where(np.isfinite(middle), middle, np.float32(1))


@cache
def _frequencies(side: int) -> tuple[Power, Power, Power, NDArray[np.int32], NDArray[np.intp]]:
    """Where in a spectrum which frequency lies: across, down, and both; which ring each belongs to; each ring's own,
    in a row that ends in places that there are not."""
    fy = np.fft.fftfreq(side)[:, None].astype(np.float32)
    fx = np.fft.rfftfreq(side)[None].astype(np.float32)
    radius = np.sqrt(fx**2 + fy**2)
    ring = np.minimum((radius * side / 4).astype(np.int32), side // 4)
    order = np.argsort(ring.ravel(), kind="stable")
    sizes = np.bincount(ring.ravel(), minlength=side // 4 + 1)
    rings = np.full((len(sizes), int(sizes.max())), ring.size)
    rings[np.arange(rings.shape[1]) < sizes[:, None]] = order
    return fx, fy, radius, ring, rings
