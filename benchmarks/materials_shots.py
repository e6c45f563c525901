"""A second way from paper to picture, so that no rule is fitted to the habits of the first.

A sheet lies in perspective, bent or crumpled, under uneven light; the lens is out of focus by a disc, the hand moves
along a path, a flash burns the paper white, a screen is sampled by another grid; the sensor adds grain to each colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.materials_flaws import FLAGS, Labelled
from benchmarks.materials_ink import Rng, sheet
from benchmarks.materials_papers import FULL, PAPERS, PRINTED
from benchmarks.materials_scenes import OTHERS, cloud
from tests.materials import told_papers

Light = NDArray[np.float32]

FLAWS = (
    *(["clean"] * 9), "lowres", "blur", "motion", "dark", "washed", "blank", "skew", "rotated", "upside_down",
    "upside_down", "cutoff", "glare", "glare", "moire", "moire", "overcompressed", "overcompressed", "not_document",
)  # fmt: skip
_HIDES = {"blur": {"washed", "lowres"}, "motion": {"washed"}, "dark": {"washed", "blur", "not_document"},
          "washed": {"blank", "blur", "not_document"}, "glare": {"washed"}, "skew": {"cutoff"},
          "moire": {"dark", "washed", "blur", "not_document", "overcompressed"},
          "lowres": {"blur", "washed", "overcompressed"},
          "overcompressed": {"blur", "washed", "lowres", "moire"}}  # fmt: skip


def shots(count: int, *, seed: int, only: str = "") -> Iterator[Labelled]:
    """Files of all kinds, a third of them without any flaw."""
    flaws = (only,) if only else FLAWS
    for number in range(count):
        yield draw_shot(flaws[number % len(flaws)], np.random.default_rng([seed, 2, number]))


def draw_shot(flaw: str, rng: Rng) -> Labelled:
    """One file with this flaw."""
    quality, suffix = int(rng.integers(45, 95)), ".jpg"
    if flaw == "not_document":
        kind = str(rng.choice(list(OTHERS)))
        picture = np.asarray(OTHERS[kind](int(rng.choice([900, 1300, 1600])), rng), np.float32)
        data = _jpeg(_sensed(picture, rng, rng.uniform(1, 4)), quality)
        return Labelled(f"{flaw}/{kind}", data, suffix, frozenset({flaw}), frozenset(set(FLAGS) - {flaw}))
    paper, kind = _paper_for(flaw, rng)
    way = "scan" if flaw == "cutoff" else str(rng.choice(["scan", "close", "desk", "desk"]))
    tilt = float(rng.choice([-1, 1]) * rng.uniform(9, 25)) if flaw == "skew" else 0.0
    light = _carried(paper, way, rng, tilt=tilt)
    light = _SPOILED[flaw](light, rng) if flaw in _SPOILED else light
    picture = _sensed(light, rng, rng.uniform(0.3, 1.5) if way == "scan" else rng.uniform(0.8, 4))
    if flaw == "lowres":
        longest = int(rng.integers(340, 620))
        picture = cv2.resize(picture, None, fx=longest / max(picture.shape), fy=longest / max(picture.shape), interpolation=cv2.INTER_AREA)  # fmt: skip # noqa: E501
    if flaw in ("rotated", "upside_down"):
        picture = np.ascontiguousarray(np.rot90(picture, 2 if flaw == "upside_down" else int(rng.choice([1, 3]))))
    if flaw == "overcompressed":
        first = _jpeg(picture, int(rng.integers(2, 9)))
        if rng.uniform() < 0.5:
            data = _jpeg(np.asarray(Image.open(BytesIO(first)).convert("RGB")), int(rng.integers(70, 95)))
        else:
            data = first
    else:
        data = _jpeg(picture, quality)
    name = {"motion": "blur", "upside_down": "rotated", "clean": ""}.get(flaw, flaw)
    return Labelled(
        f"{flaw}/{kind}/{way}", data, suffix, frozenset({name} - {""}), frozenset(_HIDES.get(flaw, set()))
    )  # fmt: skip


def _paper_for(flaw: str, rng: Rng) -> tuple[NDArray[np.uint8], str]:
    height = int(rng.choice([1200, 1500, 1754, 2000]))
    if flaw == "blank":
        return np.asarray(sheet(height, rng)), "blank"
    if rng.uniform() < 0.5:
        kinds = [kind for kind in told_papers.PAPERS if kind != "identity_card" or flaw == "clean"]
        if flaw in ("cutoff", "glare"):
            kinds = ["assessment", "approval_form", "file_page"]
        kind = str(rng.choice(kinds))
        return np.asarray(told_papers.PAPERS[kind](height, rng).picture), kind
    kind = str(rng.choice(list(PAPERS) if flaw == "clean" else FULL if flaw in ("cutoff", "glare") else PRINTED))
    return np.asarray(PAPERS[kind](height, rng)), kind


def _carried(paper: NDArray[np.uint8], way: str, rng: Rng, *, tilt: float) -> Light:
    """The sheet as a scanner or a phone sees it, before grain."""
    height, width = paper.shape[:2]
    light = paper.astype(np.float32) * rng.uniform(0.88, 1.0)
    if way == "scan":
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), -tilt - rng.uniform(-1, 1), 1.0)
        ground = (float(rng.choice([255, 245, 30])),) * 3
        return np.asarray(cv2.warpAffine(light, turn, (width, height), borderValue=ground), np.float32)
    light = _bent(light, rng)
    if rng.uniform() < 0.3:
        light *= _crumpled(height, width, rng)[..., None]
    fill = 1.03 if way == "close" else rng.uniform(0.72, 0.95)
    wide, high = round(width / fill), round(height / fill)
    turn, lean, towards = math.radians(tilt + rng.uniform(-2, 2)), rng.uniform(0, 0.1), rng.uniform(0, 2 * math.pi)
    corners = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = sx * width / 2, sy * height / 2
        x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        away = 1 + lean * (x * math.cos(towards) + y * math.sin(towards)) / (height / 2)
        corners.append([wide / 2 + x / away, high / 2 + y / away])
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    warp = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    seen = cv2.warpPerspective(light, warp, (wide, high))
    on_sheet = cv2.warpPerspective(np.ones((height, width), np.float32), warp, (wide, high))[..., None]
    desk = rng.uniform(30, 150, 3).astype(np.float32) + 40 * (cloud(high, wide, rng)[..., None] - 0.5)
    picture = seen * on_sheet + desk * (1 - on_sheet)
    cast = rng.uniform(0.85, 1.05, 3).astype(np.float32)
    return np.asarray(picture * _lamp(high, wide, rng)[..., None] * cast / cast.max(), np.float32)


def _bent(light: Light, rng: Rng) -> Light:
    height, width = light.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    rise = rng.uniform(0, 0.006) * height * np.sin(xs / width * math.pi * rng.uniform(0.6, 1.6) + rng.uniform(0, 3))
    return np.asarray(
        cv2.remap(light, xs, ys + rise.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def _crumpled(height: int, width: int, rng: Rng) -> Light:
    """Shade of creases: light on one side, dark on the other."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    shade = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(4, 12))):
        way = rng.uniform(0, math.pi)
        off = (xs * math.cos(way) + ys * math.sin(way)) / max(height, width) - rng.uniform(0, 0.9)
        shade += np.where(off > 0, np.exp(-np.abs(off) * 15), -0.6 * np.exp(-np.abs(off) * 25)) * rng.uniform(0.3, 1)
    return np.asarray(1 + 0.1 * shade / 4, np.float32)


def _lamp(height: int, width: int, rng: Rng) -> Light:
    """Light that falls off to one side and to the corners, and often the shadow of a hand."""
    ys, xs = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    way, low = rng.uniform(0, 2 * math.pi), rng.uniform(0.6, 0.97)
    fall = (xs - 0.5) * math.cos(way) + (ys - 0.5) * math.sin(way)
    light = low + (1 - low) * (fall - fall.min()) / float(np.ptp(fall))
    light *= 1 - 0.3 * rng.uniform(0, 1) * ((xs - 0.5) ** 2 + (ys - 0.5) ** 2)
    if rng.uniform() < 0.4:
        hand = np.zeros((height // 8, width // 8), np.float32)
        points = [[rng.uniform(-0.2, 1.2) * width / 8, rng.uniform(0.4, 1.3) * height / 8] for _ in range(5)]
        cv2.fillConvexPoly(hand, cv2.convexHull(np.array(points, np.int32)), 1.0)
        soft = cv2.resize(cv2.GaussianBlur(hand, (0, 0), rng.uniform(3, 14)), (width, height))
        light *= 1 - rng.uniform(0.1, 0.45) * soft
    return np.asarray(light, np.float32)


def _sensed(light: Light, rng: Rng, grain: float) -> NDArray[np.uint8]:
    """Grain that is coarser in colour than in light, and the sharpening of a phone."""
    height, width = light.shape[:2]
    coarse = cv2.resize(rng.normal(0, 1, (height // 2 + 1, width // 2 + 1, 3)).astype(np.float32), (width, height))
    noise = 0.5 * coarse + rng.normal(0, 1, (height, width, 1)).astype(np.float32)
    picture = light + grain * noise * np.sqrt(np.clip(light, 5, 255) / 128)
    if rng.uniform() < 0.5:
        picture += rng.uniform(0.2, 0.8) * (picture - cv2.GaussianBlur(picture, (0, 0), 1.2))
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _out_of_focus(light: Light, rng: Rng) -> Light:
    radius = rng.uniform(6.5, 14) * max(light.shape) / 1600
    reach = math.ceil(radius)
    ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = (np.hypot(xs, ys) <= radius).astype(np.float32)
    return np.asarray(cv2.filter2D(light, -1, disc / disc.sum()), np.float32)


def _moved(light: Light, rng: Rng) -> Light:
    """Along a path that is not quite straight."""
    length, way = rng.uniform(18, 36) * max(light.shape) / 1600, rng.uniform(0, math.pi)
    side = int(length) | 1
    path = np.zeros((side, side), np.float32)
    for part in np.linspace(-0.5, 0.5, 24):
        x = side // 2 + part * length * math.cos(way) + 0.1 * length * math.sin(3 * part)
        y = side // 2 + part * length * math.sin(way)
        path[int(np.clip(round(y), 0, side - 1)), int(np.clip(round(x), 0, side - 1))] += 1
    path = np.asarray(cv2.GaussianBlur(path, (0, 0), 0.7), np.float32)
    return np.asarray(cv2.filter2D(light, -1, path / path.sum()), np.float32)


def _darkened(light: Light, rng: Rng) -> Light:
    return np.asarray(
        255 * (np.clip(light, 0, 255) / 255) ** rng.uniform(1.0, 1.6) * rng.uniform(0.07, 0.2), np.float32
    )


def _washed(light: Light, rng: Rng) -> Light:
    return np.asarray(
        (255 - (255 - np.clip(light, 0, 255)) * rng.uniform(0.04, 0.1)) * rng.uniform(0.85, 1.0), np.float32
    )


def _flashed(light: Light, rng: Rng) -> Light:
    """A flash with its bloom, a lamp's strip, or a window, amid the print."""
    height, width = light.shape[:2]
    longest = max(height, width)
    gray = cv2.resize(np.clip(light, 0, 255).mean(axis=2), (200, 200))
    busy = cv2.blur(np.abs(gray - cv2.blur(gray, (5, 5))), (45, 45))
    places = [(rng.uniform(0.28, 0.72), rng.uniform(0.25, 0.75)) for _ in range(25)]
    cx, cy = max(places, key=lambda place: float(busy[int(200 * place[1]), int(200 * place[0])]))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    dx, dy = (xs - cx * width) / longest, (ys - cy * height) / longest
    way = rng.uniform(0, math.pi)
    u, v = dx * math.cos(way) + dy * math.sin(way), dy * math.cos(way) - dx * math.sin(way)
    kind = int(rng.integers(0, 3))
    if kind == 0:
        size, far = rng.uniform(0.07, 0.14), np.hypot(dx, dy)
        spot = 1.5 / (1 + np.exp(np.clip((far - size) / (0.12 * size), -40, 40))) + 0.6 * np.exp(-((far / (2.2 * size)) ** 2))  # fmt: skip # noqa: E501
    elif kind == 1:
        spot = 1.6 * np.exp(-((np.abs(u) / rng.uniform(0.18, 0.3)) ** 4) - (np.abs(v) / rng.uniform(0.05, 0.09)) ** 4)
    else:
        pane = ((np.abs(u) < rng.uniform(0.07, 0.13)) & (np.abs(v) < rng.uniform(0.06, 0.11))).astype(np.float32)
        spot = 1.5 * cv2.GaussianBlur(pane, (0, 0), longest * rng.uniform(0.006, 0.02))
    spot = np.asarray(spot, np.float32)[..., None]
    return np.asarray(light * (1 - 0.55 * np.clip(spot, 0, 1)) + 255 * spot, np.float32)


def _off_a_screen(light: Light, rng: Rng) -> Light:
    """The page on a screen: its grid of red, green and blue sampled by the grid of the camera."""
    height, width = light.shape[:2]
    pitch, way = rng.uniform(2.15, 3.8), math.radians(rng.uniform(-7, 7))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    lean = 1 + rng.uniform(-0.06, 0.06) * xs / width + rng.uniform(-0.06, 0.06) * ys / height
    u, v = (xs * math.cos(way) + ys * math.sin(way)) * lean / pitch, (ys * math.cos(way) - xs * math.sin(way)) * lean / pitch  # fmt: skip # noqa: E501
    depth, seen = rng.uniform(0.5, 1.0), np.empty_like(light)
    for colour in range(3):
        grid = 1 + depth * (0.75 * np.cos(2 * math.pi * (u - colour / 3)) + 0.35 * np.cos(2 * math.pi * v))
        if colour != 1:  # every second pixel only sees red or blue
            grid = cv2.resize(np.ascontiguousarray(grid[colour // 2 :: 2, colour // 2 :: 2]), (width, height))
        seen[..., colour] = light[..., colour] * grid
    return np.asarray(cv2.GaussianBlur(seen, (0, 0), 0.8) * rng.uniform(0.8, 1.0), np.float32)


def _cut(light: Light, rng: Rng) -> Light:
    """A seventh to two fifths of the page is missing, through at least twelve strokes."""
    dark = light.mean(axis=2) < 120
    height, width = dark.shape
    for _ in range(60):
        side, lost = int(rng.integers(0, 4)), rng.uniform(0.14, 0.4)
        at = round((width if side % 2 == 0 else height) * (lost if side < 2 else 1 - lost))
        line = dark[:, at] if side % 2 == 0 else dark[at]
        if int(np.count_nonzero(np.diff(line.astype(np.int8)) > 0)) >= 12:
            break
    return (light[:, at:], light[at:], light[:, :at], light[:at])[side]


_SPOILED = {
    "blur": _out_of_focus, "motion": _moved, "dark": _darkened, "washed": _washed, "glare": _flashed,
    "moire": _off_a_screen, "cutoff": _cut,
}  # fmt: skip


def _jpeg(picture: NDArray[np.uint8], quality: int) -> bytes:
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
