"""Waves over the paper, as in a photo of a screen: one fine period everywhere, often in colours no paper has."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.layout import Layout, percentile

_WINDOW = 256
_MOST_WINDOWS = 8
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


def waves_in(layout: Layout, *, angle: float = 0.0) -> tuple[Waves, Waves]:
    """The clearest wave in the light of the paper, and in its colour. Print is taken out first; what it leaves runs
    along its lines, which lie at `angle`."""
    height, width = layout.gray.shape
    side = min(_WINDOW, height // 2, width // 2)
    if side < 96:
        return Waves(), Waves()
    light, colour = _paper_alone(layout)
    hann = np.outer(np.hanning(side), np.hanning(side)).astype(np.float32)
    totals = [np.zeros((side, side // 2 + 1), np.float32) for _ in range(2)]
    count = 0
    for top, left in _windows(layout, side):
        for total, channel in zip(totals, (light, colour), strict=True):
            part = channel[top : top + side, left : left + side]
            total += np.abs(np.fft.rfft2((part - part.mean()) * hann)).astype(np.float32) ** 2
        count += 1
    if not count:
        return Waves(), Waves()
    norm = float(hann.sum()) / 2
    first, second = (_clearest((total / count).astype(np.float32), norm, angle) for total in totals)
    return first, second


def _paper_alone(layout: Layout) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Light and colour of the paper, less their slow changes; where print stood there is nothing."""
    strength = percentile(layout.mark, layout.inked, 90) if layout.content else 0.0
    print_ = cv2.dilate((layout.mark > max(45.0, 0.35 * strength)).view(np.uint8), np.ones((7, 7), np.uint8))
    kept = (print_ == 0).astype(np.float32)
    red, _, blue = cv2.split(layout.colours)
    light = (layout.gray.astype(np.float32) - cv2.blur(layout.gray, (65, 65))) * kept
    tint = cv2.subtract(red, blue, dtype=cv2.CV_32F)
    return light, (tint - cv2.blur(tint, (65, 65))) * kept


def _windows(layout: Layout, side: int) -> list[tuple[int, int]]:
    """Where to look: spread over the sheet, with as little print as there is."""
    strength = percentile(layout.mark, layout.inked, 90) if layout.content else 0.0
    print_ = (layout.mark > max(45.0, 0.35 * strength)) | ~layout.sheet
    sums = cv2.integral(print_.view(np.uint8))
    height, width = layout.gray.shape
    places = []
    for top in np.linspace(0, height - side, 6).astype(int):
        for left in np.linspace(0, width - side, 5).astype(int):
            covered = sums[top + side, left + side] - sums[top, left + side] - sums[top + side, left] + sums[top, left]
            places.append((int(covered), int(top), int(left)))
    places.sort()
    return [(top, left) for covered, top, left in places[:_MOST_WINDOWS] if covered < 0.6 * side * side]


def _clearest(power: Power, norm: float, angle: float) -> Waves:
    """The highest narrow peak, against the usual power at the same distance from the middle of the spectrum."""
    side = power.shape[0]
    smooth = cv2.blur(power, (3, 3), borderType=cv2.BORDER_REFLECT_101)
    fy = np.fft.fftfreq(side)[:, None].astype(np.float32)
    fx = np.fft.rfftfreq(side)[None].astype(np.float32)
    radius = np.sqrt(fx**2 + fy**2)
    usable = (radius > 1 / _LONGEST) & (radius < 1 / _SHORTEST)
    ring = np.minimum((radius * side / 4).astype(np.int32), side // 4)
    usual = np.ones(side // 4 + 1, np.float32)
    flat_ring, flat_power = ring.ravel(), smooth.ravel()
    order = np.argsort(flat_ring, kind="stable")
    starts = np.searchsorted(flat_ring[order], np.arange(side // 4 + 2))
    for which in range(side // 4 + 1):
        members = flat_power[order[starts[which] : starts[which + 1]]]
        if len(members):
            usual[which] = float(np.median(members))
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
