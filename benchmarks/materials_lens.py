"""How a paper comes to a picture in the set that nothing was fitted to: light is counted as light, then made a picture.

A phone sees the sheet in perspective, bent and folded, on some desk under some lamp; a scanner sees it flat. What goes
wrong is done to the light (a flash, a shadow, a hand that moves) or to the grid of the sensor (a screen).
"""

# ruff: noqa: E501

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Light = NDArray[np.float32]
"""Light from 0 to 1 and beyond, before it is a picture."""
Picture = NDArray[np.uint8]

_LIGHT_OF = ((np.arange(256) / 255) ** 2.2).astype(np.float32)
_NUMBER_OF = (255 * (np.arange(8192) / 8191) ** (1 / 2.2) + 0.5).astype(np.uint8)


@dataclass
class View:
    """What the lens sees: the light, and where the sheet lies in it."""

    light: Light
    sheet: NDArray[np.float32]
    warp: NDArray[np.float64]
    """From the paper's pixels to the view's."""


def as_light(picture: Picture) -> Light:
    """From the numbers of a picture to light."""
    return np.asarray(_LIGHT_OF[picture], np.float32)


def as_picture(light: Light) -> Picture:
    """From light to the numbers of a picture; what is too bright is white."""
    return np.asarray(_NUMBER_OF[(np.clip(light, 0, 1) * 8191).astype(np.uint16)], np.uint8)


def scanned(paper: Picture, rng: Rng, *, tilt: float = 0.0) -> View:
    """Flat, under an even lamp, turned a little, on the scanner's lid."""
    high, wide = paper.shape[:2]
    light = as_light(paper) * rng.uniform(0.9, 1.05)
    turn = np.vstack([cv2.getRotationMatrix2D((wide / 2, high / 2), tilt + rng.uniform(-0.8, 0.8), 1.0), [0, 0, 1]])
    size = (wide, high)
    if abs(tilt) > 4:
        angle = math.radians(abs(tilt))
        size = (round(wide * math.cos(angle) + high * math.sin(angle)), round(high * math.cos(angle) + wide * math.sin(angle)))  # fmt: skip
        turn[:2, 2] += ((size[0] - wide) / 2, (size[1] - high) / 2)
    lid = float(rng.choice([1.0, 1.0, 0.93, 0.01]))
    seen = cv2.warpPerspective(light, turn, size, borderValue=(lid,) * 3, flags=cv2.INTER_LINEAR)
    sheet = cv2.warpPerspective(np.ones((high, wide), np.float32), turn, size)
    if rng.uniform() < 0.25:
        seen = np.repeat(seen.mean(axis=2, keepdims=True), 3, axis=2)
    return View(np.asarray(seen, np.float32), np.asarray(sheet, np.float32), turn)


def photographed(
    paper: Picture, rng: Rng, *, tilt: float = 0.0, near: bool = False, shift: tuple[float, float] = (0, 0)
) -> View:
    """From above and a little aside; `near` fills the frame with the sheet, `shift` moves it, in parts of the view."""
    light = _folded(_curled(as_light(paper), rng), rng)
    high, wide = light.shape[:2]
    fill = 1.06 if near else rng.uniform(0.66, 0.93)
    angle = math.radians(abs(tilt))
    frame_w = (wide * math.cos(angle) + high * math.sin(angle)) / fill
    frame_h = (high * math.cos(angle) + wide * math.sin(angle)) / fill
    if rng.uniform() < 0.5 and not near:  # phones take pictures of three to four
        frame_w, frame_h = max(frame_w, 0.75 * frame_h), max(frame_h, 0.75 * frame_w)
    size = (round(frame_w), round(frame_h))
    roll = math.radians(tilt + rng.uniform(-1.8, 1.8))
    pitch, yaw = (math.radians(rng.uniform(-1, 1) * (4 if near else 17)) for _ in range(2))
    turn = _turn(roll, pitch, yaw)
    far = 2.1 * max(wide, high)
    corners = []
    for x, y in ((-wide / 2, -high / 2), (wide / 2, -high / 2), (wide / 2, high / 2), (-wide / 2, high / 2)):
        px, py, pz = turn @ np.array([x, y, 0.0])
        corners.append([size[0] * (0.5 + shift[0]) + px * far / (far + pz), size[1] * (0.5 + shift[1]) + py * far / (far + pz)])  # fmt: skip
    source = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    warp = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    seen = cv2.warpPerspective(light, warp, size, flags=cv2.INTER_LINEAR)
    sheet = np.asarray(cv2.warpPerspective(np.ones((high, wide), np.float32), warp, size), np.float32)
    ground = desk(size[1], size[0], rng)
    drop = cv2.GaussianBlur(np.roll(sheet, (size[1] // 120, size[0] // 150), (0, 1)), (0, 0), max(size) / 150)
    mask = sheet[..., None]
    view = seen * mask + ground * (1 - 0.5 * drop[..., None]) * (1 - mask)
    return View(np.asarray(view * lamp(size[1], size[0], rng), np.float32), sheet, warp)


def _turn(roll: float, pitch: float, yaw: float) -> NDArray[np.float64]:
    about = [np.array([0.0, 0.0, roll]), np.array([pitch, 0.0, 0.0]), np.array([0.0, yaw, 0.0])]
    return np.asarray(cv2.Rodrigues(about[1])[0] @ cv2.Rodrigues(about[2])[0] @ cv2.Rodrigues(about[0])[0])


def _curled(light: Light, rng: Rng) -> Light:
    """A sheet that does not lie flat: its lines bend, its light changes with its slope."""
    if rng.uniform() < 0.5:
        return light
    high, wide = light.shape[:2]
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    way, waves = rng.uniform(0, math.pi), rng.uniform(0.4, 1.3)
    along = (xs * math.cos(way) + ys * math.sin(way)) / high * waves * math.pi
    rise = np.sin(along + rng.uniform(0, 6)).astype(np.float32)
    bent = cv2.remap(
        light, xs, ys + rng.uniform(0, 0.004) * high * rise, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(bent * (1 + 0.06 * np.cos(along)[..., None]), np.float32)


def _folded(light: Light, rng: Rng) -> Light:
    """Folds across the middle or in thirds, and the small creases of a pocket."""
    if rng.uniform() < 0.55:
        return light
    high, wide = light.shape[:2]
    shade = np.ones((high, wide), np.float32)
    for part in ((0.5,), (1 / 3, 2 / 3))[int(rng.integers(0, 2))]:
        off = (np.arange(high, dtype=np.float32) - high * (part + rng.uniform(-0.02, 0.02))) / high
        shade *= (1 - 0.12 * np.exp(-np.abs(off) * 260) + 0.05 * np.sign(off) * np.exp(-np.abs(off) * 22))[:, None]
    for _ in range(int(rng.integers(0, 6))):
        one, other = (rng.uniform(0, 1, 2) * (wide, high) for _ in range(2))
        crease = cv2.line(np.zeros((high, wide), np.float32), tuple(map(int, one)), tuple(map(int, other)), 1.0, 2)
        shade *= 1 - rng.uniform(0.2, 0.5) * cv2.GaussianBlur(crease, (0, 0), high / 500)
    return np.asarray(light * shade[..., None], np.float32)


def desk(high: int, wide: int, rng: Rng) -> Light:
    """Planks, tiles, a checked cloth, a blotter, stone, or a keyboard and papers beside."""
    kind = str(rng.choice(["planks", "planks", "tiles", "cloth", "plain", "stone", "clutter"]))
    colour = rng.uniform(0.03, 0.32, 3).astype(np.float32) * np.array([1.15, 1.0, 0.85], np.float32)
    ground = np.ones((high, wide, 3), np.float32) * colour
    rough = cv2.resize(rng.normal(0, 1, (high // 3 + 1, wide // 3 + 1)).astype(np.float32), (wide, high))
    if kind == "planks":
        grain = cv2.resize(rng.normal(0, 1, (high // 2, 12)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)  # fmt: skip
        ground *= (1 + 0.16 * cv2.GaussianBlur(grain, (0, 0), 1.5))[..., None]
        for at in range(0, high, max(60, int(high * rng.uniform(0.12, 0.3)))):
            ground[at : at + max(2, high // 400)] *= 0.5
    elif kind in ("tiles", "cloth"):
        step = int(max(high, wide) * (rng.uniform(0.15, 0.3) if kind == "tiles" else rng.uniform(0.02, 0.06)))
        across = (np.arange(wide) // step % 2).astype(np.float32)
        down = (np.arange(high) // step % 2).astype(np.float32)
        ground *= 1 + (0.05 if kind == "tiles" else 0.35) * (across[None] + down[:, None])[..., None]
    elif kind == "stone":
        cloud = cv2.GaussianBlur(rng.normal(0, 1, (high // 8, wide // 8)).astype(np.float32), (0, 0), 6)
        ground *= (1 + 3.0 * cv2.resize(cloud, (wide, high)))[..., None].clip(0.4, 2.0)
    elif kind == "clutter":
        for _ in range(int(rng.integers(2, 7))):
            x, y, size = rng.uniform(0, wide), rng.uniform(0, high), rng.uniform(0.05, 0.2) * high
            box = cv2.boxPoints(((x, y), (size, size * rng.uniform(0.2, 1.2)), rng.uniform(0, 90))).astype(np.int32)
            cv2.fillConvexPoly(ground, box, tuple(float(value) for value in rng.uniform(0.01, 0.3, 3)))
    return np.asarray(np.clip(ground * (1 + 0.05 * rough[..., None]), 0.004, 0.5), np.float32)


def lamp(high: int, wide: int, rng: Rng) -> Light:
    """A lamp that stands somewhere: light falls off with distance; its colour; often the shadow of a phone or an arm."""
    ys, xs = np.mgrid[0 : 1 : high * 1j, 0 : 1 : wide * 1j].astype(np.float32)
    x, y, above = rng.uniform(-0.3, 1.3), rng.uniform(-0.5, 0.6), rng.uniform(1.2, 2.6)
    light = above**3 / ((xs - x) ** 2 + (ys - y) ** 2 + above**2) ** 1.5
    light = light / float(np.percentile(light, 90))
    if rng.uniform() < 0.45:
        dark = np.zeros((high // 8, wide // 8), np.float32)
        if rng.uniform() < 0.5:
            box = cv2.boxPoints(((rng.uniform(0, wide / 8), rng.uniform(0.4, 1.1) * high / 8), (wide / 16, high / 11), rng.uniform(0, 90)))  # fmt: skip
            cv2.fillConvexPoly(dark, box.astype(np.int32), 1.0)
        else:
            start, end = (
                (rng.uniform(0, wide / 8), high / 8),
                (rng.uniform(0, wide / 8), rng.uniform(0.2, 0.7) * high / 8),
            )
            cv2.line(dark, tuple(map(int, start)), tuple(map(int, end)), 1.0, int(wide / 60))
        soft = cv2.resize(cv2.GaussianBlur(dark, (0, 0), rng.uniform(3, 9)), (wide, high))
        light = light * (1 - rng.uniform(0.15, 0.5) * soft)
    cast = np.array([1.0, rng.uniform(0.9, 1.0), rng.uniform(0.72, 1.0)], np.float32)[:: int(rng.choice([1, 1, -1]))]
    return np.asarray(light[..., None] * cast * rng.uniform(0.75, 1.0), np.float32)


def sensed(light: Light, rng: Rng, *, grain: float) -> Picture:
    """Grain of photons and of the sensor, cleaned away and sharpened as phones do."""
    block = rng.standard_normal((509, 523, 3), np.float32)
    high, wide = light.shape[:2]
    noise = np.tile(block, (high // 509 + 1, wide // 523 + 1, 1))[:high, :wide]
    seen = light + grain * noise * np.sqrt(np.clip(light, 0.0005, 2)) * 0.02 + grain * 0.0015 * noise[..., ::-1]
    picture = as_picture(np.asarray(seen, np.float32))
    if rng.uniform() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.45, 0.8)), np.uint8)
    if rng.uniform() < 0.5:
        strength = rng.uniform(0.2, 0.7)
        picture = np.asarray(cv2.addWeighted(picture, 1 + strength, cv2.GaussianBlur(picture, (0, 0), 1.4), -strength, 0), np.uint8)  # fmt: skip
    return picture
