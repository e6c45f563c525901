"""What goes wrong in the set that nothing was fitted to, done to the light, with what a person would be sure of.

How much print a flash or an edge has taken is counted, and how high waves rise is measured; where that is little,
people would argue, and the flag is neither asked for nor held against the checks.
"""

from __future__ import annotations

import math
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from benchmarks.materials_lens import Light, Picture, Rng, View, as_light, as_picture

Sure = bool | None
"""Whether a person would be sure of the flaw; None where it cannot be seen."""


def out_of_focus(light: Light, rng: Rng, *, slight: bool = False) -> Light:
    """A disc, or the soft blur of a cheap scanner's lens."""
    size = max(light.shape) / 1600
    if rng.uniform() < 0.5:
        spread = (rng.uniform(1.3, 2.2) if slight else rng.uniform(3.4, 7)) * size
        return np.asarray(cv2.GaussianBlur(light, (0, 0), spread), np.float32)
    radius = (rng.uniform(2.6, 4.4) if slight else rng.uniform(7, 13)) * size
    reach = math.ceil(radius)
    ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(xs, ys), 0, 1).astype(np.float32)
    return np.asarray(cv2.filter2D(light, -1, disc / disc.sum()), np.float32)


def moved(light: Light, rng: Rng) -> Light:
    """A hand that moves while it takes the picture: along a bow, or there and back."""
    length, way = rng.uniform(17, 40) * max(light.shape) / 1600, rng.uniform(0, math.pi)
    bow, side = rng.uniform(-0.15, 0.15) * length, (int(length) + 4) | 1
    path = np.zeros((side, side), np.float32)
    for part in np.linspace(-0.5, 0.5, 60):
        along, aside = part * length, bow * (4 * part**2 - 0.5)
        x = side / 2 + along * math.cos(way) - aside * math.sin(way)
        y = side / 2 + along * math.sin(way) + aside * math.cos(way)
        path[int(np.clip(y, 0, side - 1)), int(np.clip(x, 0, side - 1))] += 1
    path = np.asarray(cv2.GaussianBlur(path, (0, 0), 0.8), np.float32)
    return np.asarray(cv2.filter2D(light, -1, path / path.sum()), np.float32)


def darkened(light: Light, rng: Rng) -> Light:
    """Hardly any light: white paper comes out at 25 to 60 of 255."""
    return np.asarray(light * (rng.uniform(25, 60) / 255) ** 2.2 / float(np.percentile(light, 90)), np.float32)


def washed(picture: Picture, rng: Rng) -> Picture:
    """A printer without toner, or a picture of far too much light: of the print 4 to 9 levels of 100 are left."""
    left = rng.uniform(0.04, 0.09)
    top = 255.0 if rng.uniform() < 0.5 else rng.uniform(205, 245)
    return np.asarray(top - (float(np.percentile(picture, 90)) - picture.astype(np.float32)).clip(0) * left, np.uint8)


def flashed(view: View, rng: Rng) -> tuple[Light, Sure]:
    """A flash with its bloom, a tube on the ceiling, panes of a window, or a place that is simply white."""
    light, (high, wide) = view.light, view.light.shape[:2]
    longest = max(high, wide)
    cx, cy = _amid_print(view, rng)
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    dx, dy = (xs - cx) / longest, (ys - cy) / longest
    way, kind = rng.uniform(0, math.pi), int(rng.integers(0, 4))
    u, v = dx * math.cos(way) + dy * math.sin(way), dy * math.cos(way) - dx * math.sin(way)
    if kind == 0:
        size = rng.uniform(0.05, 0.11)
        spot = 3.0 / (1 + (np.hypot(dx, dy) / size) ** rng.uniform(4, 8))
    elif kind == 1:
        spot = (
            2.5 * np.exp(-((np.abs(v) / rng.uniform(0.035, 0.07)) ** 4)) * np.exp(-((u / rng.uniform(0.2, 0.45)) ** 4))
        )
    elif kind == 2:
        half = rng.uniform(0.09, 0.15)
        pane = (np.maximum(np.abs(u), np.abs(v)) < half) & (np.minimum(np.abs(u), np.abs(v)) > 0.012)
        spot = 2.0 * cv2.GaussianBlur(pane.astype(np.float32), (0, 0), longest * rng.uniform(0.003, 0.012))
    else:
        spot = 2.2 * np.exp(-((u / rng.uniform(0.09, 0.17)) ** 2) - (v / rng.uniform(0.07, 0.13)) ** 2)
    shone = np.asarray(light + np.asarray(spot, np.float32)[..., None], np.float32)
    return shone, _sure_of_loss(as_picture(light), as_picture(shone), view)


def _amid_print(view: View, rng: Rng) -> tuple[float, float]:
    gray = as_picture(view.light).mean(axis=2).astype(np.float32)
    busy = cv2.blur(
        np.abs(gray - cv2.blur(gray, (15, 15))) * (cv2.erode(view.sheet, np.ones((31, 31))) > 0.5), (151, 151)
    )
    high, wide = gray.shape
    places = [(rng.uniform(0.2, 0.8) * wide, rng.uniform(0.15, 0.85) * high) for _ in range(14)]
    return max(places, key=lambda place: float(busy[int(place[1]), int(place[0])]))


def _sure_of_loss(before: Picture, after: Picture, view: View) -> Sure:
    """A person is sure where a twenty-fifth of the print is gone, and sees nothing where hardly any has faded."""
    marks = []
    for picture in (before, after):
        gray = picture.min(axis=2)
        marks.append(cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, np.ones((25, 25), np.uint8)).astype(np.float32))
    inked = (marks[0] > 45) & (cv2.erode(view.sheet, np.ones((31, 31))) > 0.5)
    gone = float((inked & (marks[1] < 0.3 * marks[0])).sum()) / max(1, int(inked.sum()))
    return True if gone > 0.04 else None if gone < 0.002 else False


def off_a_screen(light: Light, rng: Rng) -> tuple[Picture, Sure]:
    """The page on a screen: stripes of red, green and blue, seen by a sensor that knows one colour at each point."""
    high, wide = light.shape[:2]
    pitch, way = rng.uniform(1.6, 3.6), math.radians(rng.uniform(-12, 12))
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    bow = (
        rng.uniform(-0.04, 0.04) * ((xs / wide - 0.5) ** 2 + (ys / high - 0.5) ** 2)
        + rng.uniform(-0.03, 0.03) * ys / high
    )
    u = (xs * math.cos(way) + ys * math.sin(way)) * (1 + bow) / pitch
    v = (ys * math.cos(way) - xs * math.sin(way)) * (1 + bow) / pitch
    rows = 1 + 0.35 * np.cos(2 * math.pi * v)
    seen, plain = np.zeros((high, wide), np.float32), np.zeros((high, wide), np.float32)
    for colour, (row, column) in enumerate(((0, 0), (0, 1), (1, 1))):
        grid = np.clip(1 + 0.9 * np.cos(2 * math.pi * (u - colour / 3)), 0, 2) * rows
        where = np.zeros((high, wide), bool)
        where[row::2, column::2] = True
        if colour == 1:
            where[1::2, 0::2] = True
        seen[where], plain[where] = (light[..., colour] * grid)[where], light[..., colour][where]
    pictures = [
        np.asarray(cv2.cvtColor(as_picture(cv2.GaussianBlur(one, (0, 0), 0.3)), cv2.COLOR_BayerRG2BGR), np.uint8)
        for one in (seen, plain)
    ]
    scale = min(1.0, 1600 / max(high, wide))
    small = [
        cv2.resize(one, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32) for one in pictures
    ]
    rest = small[0] - small[1]
    rest -= cv2.GaussianBlur(rest, (0, 0), 25)
    rest = cv2.GaussianBlur(rest, (0, 0), 0.8)[80:-80, 80:-80]
    height = float(np.median(np.abs(rest).max(axis=2)))
    return pictures[0], True if height > 5 else None if height < 0.8 else False


def cut(view: View, rng: Rng) -> tuple[Light, Sure]:
    """A side of the picture is missing, through print; sometimes through few lines only."""
    gray = as_picture(view.light).min(axis=2)
    marks = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, np.ones((25, 25), np.uint8)) > 50
    high, wide = gray.shape
    for _ in range(60):
        side, lost = int(rng.integers(0, 4)), rng.uniform(0.1, 0.45)
        at = round((wide if side % 2 == 0 else high) * (lost if side < 2 else 1 - lost))
        strokes = _strokes(marks[:, at] if side % 2 == 0 else marks[at])
        if strokes >= 5:
            break
    left = (view.light[:, at:], view.light[at:], view.light[:, :at], view.light[:at])[side]
    return np.ascontiguousarray(left), strokes >= 5


def _strokes(line: np.ndarray) -> int:
    return int(np.count_nonzero(np.diff(line.astype(np.int8)) > 0))


def leaves_the_frame(picture: Picture, view: View) -> Sure:
    """Whether print stands on the frame of a photo, five strokes of it along one side."""
    marks = cv2.morphologyEx(picture.min(axis=2), cv2.MORPH_BLACKHAT, np.ones((25, 25), np.uint8)) > 40
    marks &= cv2.erode(view.sheet, np.ones((9, 9)), borderValue=1) > 0.5
    return max(_strokes(line) for line in (marks[3], marks[-4], marks[:, 3], marks[:, -4])) >= 5


def squeezed(picture: Picture, rng: Rng) -> tuple[Picture, int, Sure]:
    """Compressed far too much; then left so, saved anew, or made smaller. Answers the quality to save it with."""
    quality, way = int(rng.integers(3, 16)), int(rng.integers(0, 3))
    coarse = np.asarray(Image.open(BytesIO(jpeg(picture, quality))).convert("RGB"))
    if way == 0:
        return picture, quality, quality <= 8
    if way == 1:
        return coarse, int(rng.integers(75, 95)), quality <= 8
    scale = rng.uniform(0.55, 0.95)
    smaller = cv2.resize(coarse, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.uint8), int(rng.integers(80, 95)), quality <= 6


def jpeg(picture: Picture, quality: int) -> bytes:
    """The picture as a JPEG."""
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def printed_pale(paper: Picture, rng: Rng) -> Light:
    """The light of a paper whose print is hardly there."""
    return as_light(washed(paper, rng))
