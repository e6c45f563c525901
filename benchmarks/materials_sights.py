"""Pictures that are no papers, other ones than those of `materials_scenes`: screens, hands, walls, plates, leaves."""

# ruff: noqa: E501

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.materials_ink import face
from benchmarks.materials_lens import Light, Picture, Rng, as_picture, desk, lamp

Sight = Callable[[int, Rng], Picture]
_APPS = [
    "微信",
    "支付宝",
    "相机",
    "图库",
    "设置",
    "浏览器",
    "邮件",
    "日历",
    "天气",
    "时钟",
    "音乐",
    "视频",
    "地图",
    "计算器",
    "备忘录",
    "电话",
    "信息",
    "通讯录",
    "商店",
    "文件",
]


def home_screen(high: int, rng: Rng) -> Picture:
    """A phone's screen of icons over a wallpaper."""
    wide = round(high / rng.uniform(1.8, 2.2))
    ys, xs = np.mgrid[0 : 1 : high * 1j, 0 : 1 : wide * 1j].astype(np.float32)
    one, other = rng.uniform(20, 240, 3), rng.uniform(20, 240, 3)
    part = np.clip(ys * rng.uniform(0.4, 1) + xs * rng.uniform(0, 0.6), 0, 1)[..., None]
    picture = Image.fromarray((one * (1 - part) + other * part).astype(np.uint8))
    draw, columns, step = ImageDraw.Draw(picture), int(rng.integers(4, 6)), wide / int(rng.integers(4, 6))
    for row in range(int(rng.integers(3, 8))):
        for column in range(columns):
            x, y, size = step * (column + 0.5), high * 0.08 + step * 1.25 * (row + 0.5), step * 0.32
            fill = tuple(int(value) for value in rng.integers(20, 255, 3))
            draw.rounded_rectangle([x - size, y - size, x + size, y + size], size * 0.4, fill=fill)
            draw.ellipse([x - size * 0.5, y - size * 0.5, x + size * 0.5, y + size * 0.5], fill=(255, 255, 255))
            draw.text((x, y + size * 1.35), str(rng.choice(_APPS)), font=face(round(step * 0.15), "ans"), fill=(255, 255, 255), anchor="mm")  # fmt: skip
    return np.asarray(picture)


def hand(high: int, rng: Rng) -> Picture:
    """A hand, flat or holding something, before a desk."""
    wide = round(high * rng.uniform(0.7, 1.3))
    ground = desk(high, wide, rng)
    skin = np.array([rng.uniform(0.45, 0.75), rng.uniform(0.25, 0.42), rng.uniform(0.15, 0.3)], np.float32)
    mask = np.zeros((high, wide), np.uint8)
    x, y, size = wide * rng.uniform(0.4, 0.6), high * rng.uniform(0.5, 0.65), min(high, wide) * rng.uniform(0.14, 0.22)
    turn = rng.uniform(-0.6, 0.6)
    cv2.ellipse(mask, (int(x), int(y)), (int(size), int(size * 1.2)), math.degrees(turn), 0, 360, 1, -1)
    for at, length in enumerate((1.7, 2.5, 2.7, 2.5, 2.0)):
        way = turn + (at - 2) * 0.3 - math.pi / 2 + (-0.35 if at == 0 else 0)
        tip = (int(x + size * length * math.cos(way)), int(y + size * length * math.sin(way)))
        cv2.line(mask, (int(x), int(y)), tip, 1, int(size * 0.42))
    cv2.line(mask, (int(x), int(y)), (int(x - 4 * size * math.sin(turn)), int(y + 5 * size)), 1, int(size * 1.3))
    edge = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), size / 6)
    shade = 0.6 + 0.4 * np.clip(edge * 2 - 1, 0, 1)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.2)[..., None]
    return as_picture(
        np.asarray((ground * (1 - soft) + skin * shade[..., None] * soft) * lamp(high, wide, rng), np.float32)
    )


def keyboard(high: int, rng: Rng) -> Picture:
    """A keyboard, close."""
    wide = round(high * rng.uniform(1.2, 1.7))
    base = int(rng.integers(15, 60))
    picture = Image.new("RGB", (wide, high), (base,) * 3)
    draw, step = ImageDraw.Draw(picture), high / rng.uniform(4, 6)
    for row in range(8):
        for column in range(-1, int(wide / step) + 2):
            x, y = column * step + row * step * 0.3, row * step
            draw.rounded_rectangle([x, y, x + step * 0.9, y + step * 0.9], step * 0.12, fill=(base + 22,) * 3)
            letter = chr(65 + int(rng.integers(0, 26)))
            draw.text(
                (x + step * 0.2, y + step * 0.12), letter, font=face(round(step * 0.3), "ans"), fill=(200, 200, 205)
            )
    return _lit(np.asarray(picture), rng)


def bricks(high: int, rng: Rng) -> Picture:
    """A wall of bricks or a floor of tiles."""
    wide = round(high * rng.uniform(0.7, 1.5))
    tall = max(12, int(high * rng.uniform(0.03, 0.12)))
    long = int(tall * rng.choice([1.0, 2.5]))
    picture = np.full((high, wide, 3), rng.uniform(120, 200), np.float32)
    colour = rng.uniform(60, 200, 3) * np.array([1.1, 0.8, 0.7])
    for row, y in enumerate(range(0, high, tall)):
        for x in range(-(row % 2) * long // 2, wide, long):
            picture[y : y + tall - tall // 10 - 1, max(0, x) : x + long - tall // 10 - 1] = colour * rng.uniform(
                0.8, 1.15
            )
    return _lit(np.clip(picture, 0, 255).astype(np.uint8), rng)


def leaves(high: int, rng: Rng) -> Picture:
    """Leaves and grass."""
    wide = round(high * rng.uniform(0.7, 1.5))
    picture = np.full((high, wide, 3), (30, 60, 20), np.uint8)
    for _ in range(int(rng.integers(300, 1200))):
        colour = (int(rng.integers(20, 140)), int(rng.integers(70, 210)), int(rng.integers(10, 90)))
        size = rng.uniform(0.01, 0.05) * high
        centre = (int(rng.uniform(0, wide)), int(rng.uniform(0, high)))
        cv2.ellipse(
            picture, centre, (int(size) + 1, int(size * 0.4) + 1), rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_AA
        )
    return _lit(picture, rng)


def plate(high: int, rng: Rng) -> Picture:
    """A plate of food on a table."""
    wide = round(high * rng.uniform(0.8, 1.4))
    ground = as_picture(desk(high, wide, rng))
    x, y, size = wide // 2, high // 2, int(min(high, wide) * rng.uniform(0.33, 0.45))
    cv2.ellipse(ground, (x, y), (size, int(size * 0.8)), 0, 0, 360, (238, 238, 234), -1, cv2.LINE_AA)
    cv2.ellipse(ground, (x, y), (int(size * 0.75), int(size * 0.6)), 0, 0, 360, (222, 222, 218), -1, cv2.LINE_AA)
    for _ in range(int(rng.integers(15, 90))):
        way, far = rng.uniform(0, 2 * math.pi), size * 0.6 * rng.uniform() ** 0.5
        colour = tuple(int(value) for value in rng.integers((90, 40, 10), (240, 200, 110)))
        centre = (int(x + far * math.cos(way)), int(y + 0.8 * far * math.sin(way)))
        cv2.ellipse(ground, centre, (size // 9, size // 14), rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_AA)
    return _lit(ground, rng)


def night(high: int, rng: Rng) -> Picture:
    """Lit windows at night."""
    wide = round(high * rng.uniform(0.7, 1.4))
    picture = np.full((high, wide, 3), (12, 14, 26), np.uint8)
    x = 0
    while x < wide:
        broad, top, step = (
            int(rng.uniform(0.12, 0.3) * wide),
            int(rng.uniform(0.1, 0.5) * high),
            int(high * rng.uniform(0.02, 0.05)),
        )
        picture[top:, x : x + broad] = (26, 28, 36)
        for wx in range(x + step, x + broad - step, step * 2):
            for wy in range(top + step, high - step, step * 2):
                if rng.uniform() < 0.5:
                    picture[wy : wy + step, wx : wx + step] = (
                        int(rng.integers(190, 255)),
                        int(rng.integers(150, 220)),
                        110,
                    )
        x += broad
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), high / 900), np.uint8)


def street_map(high: int, rng: Rng) -> Picture:
    """A map on a phone: streets, a park, a river, few names."""
    wide = round(high / rng.uniform(1.5, 2.1))
    picture = np.full((high, wide, 3), (242, 239, 233), np.uint8)
    for colour in ((200, 230, 190), (170, 211, 223)):
        points = (rng.uniform(-0.1, 1.1, (6, 2)) * (wide, high)).astype(np.int32)
        cv2.fillPoly(picture, [cv2.convexHull(points[: int(rng.integers(3, 6))])], colour)
    for _ in range(int(rng.integers(12, 30))):
        one, other = (tuple(int(value) for value in rng.uniform(-0.2, 1.2, 2) * (wide, high)) for _ in range(2))
        thick = int(rng.integers(4, 22))
        cv2.line(picture, one, other, (215, 205, 190), thick + 4, cv2.LINE_AA)
        cv2.line(picture, one, other, [(255, 255, 255), (252, 214, 164)][int(rng.integers(0, 2))], thick, cv2.LINE_AA)
    return picture


def _lit(picture: Picture, rng: Rng) -> Picture:
    """Under a lamp, with the texture that all things have."""
    high, wide = picture.shape[:2]
    rough = cv2.resize(rng.normal(0, 1, (high // 4 + 1, wide // 4 + 1)).astype(np.float32), (wide, high))
    light: Light = (picture.astype(np.float32) / 255) ** 2.2 * (1 + 0.08 * rough[..., None])
    return as_picture(np.asarray(light * lamp(high, wide, rng), np.float32))


SIGHTS: dict[str, Sight] = {
    "home_screen": home_screen, "hand": hand, "keyboard": keyboard, "bricks": bricks, "leaves": leaves, "plate": plate,
    "night": night, "street_map": street_map,
}  # fmt: skip
