"""Pictures that are no document: people, places, screens, things."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.materials_ink import Rng, face, name, prose, write
from tests.materials import pages


def portrait(height: int, rng: Rng) -> Image.Image:
    """Head and shoulders before a plain or a lively ground."""
    width = round(height * rng.uniform(0.7, 0.8))
    ground = np.array(rng.integers(60, 230, 3), np.float32)
    ys, xs = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    picture = ground + (rng.uniform(-60, 60) * ys)[..., None] + rng.normal(0, 4, (height, width, 1))
    skin = np.array([rng.uniform(190, 240), rng.uniform(150, 190), rng.uniform(120, 160)])
    coat, hair = rng.integers(10, 200, 3), rng.integers(10, 70)
    picture = np.where((((xs - 0.5) / 0.42) ** 2 + ((ys - 1.02) / 0.36) ** 2 < 1)[..., None], coat, picture)
    picture = np.where((((xs - 0.5) / 0.24) ** 2 + ((ys - 0.36) / 0.24) ** 2 < 1)[..., None], hair, picture)
    picture = np.where(
        (((xs - 0.5) / 0.2) ** 2 + ((ys - 0.43) / 0.22) ** 2 < 1)[..., None],
        skin - 40 * np.abs(xs - 0.45)[..., None] * 2,
        picture,
    )
    for eye in (0.42, 0.58):
        picture = np.where((((xs - eye) / 0.035) ** 2 + ((ys - 0.41) / 0.015) ** 2 < 1)[..., None], 30, picture)
    picture = np.where((((xs - 0.5) / 0.07) ** 2 + ((ys - 0.55) / 0.015) ** 2 < 1)[..., None], (170, 80, 80), picture)
    return Image.fromarray(
        np.clip(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), max(0.6, height / 500)), 0, 255).astype(np.uint8)
    )


def cloud(height: int, width: int, rng: Rng, roughness: float = 0.55) -> np.ndarray:
    """Noise of all sizes, from 0 to 1."""
    total, weight = np.zeros((height, width), np.float32), 1.0
    for octave in range(2, 9):
        grain = rng.uniform(0, 1, (2**octave, 2**octave)).astype(np.float32)
        total += weight * cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
        weight *= roughness
    return (total - total.min()) / max(float(np.ptp(total)), 1e-6)


def landscape(height: int, rng: Rng) -> Image.Image:
    """Sky, hills, water or grass."""
    width = round(height * rng.uniform(0.7, 1.6))
    ys = np.linspace(0, 1, height)[:, None]
    sky = np.stack(
        [np.broadcast_to(a + (b - a) * ys, (height, width)) for a, b in ((90, 210), (150, 220), (220, 235))], 2
    ).copy()
    sky += 60 * cloud(height, width, rng, 0.5)[..., None] ** 2
    for layer in range(int(rng.integers(1, 4))):
        ridge = (
            height * (0.35 + 0.15 * layer)
            + np.cumsum(rng.normal(0, 1.6, width))
            + 40 * np.sin(np.arange(width) / rng.uniform(60, 300))
        )
        below = np.arange(height)[:, None] > ridge[None]
        colour = rng.integers(20, 130, 3) * np.array([0.6, 1.0, 0.6])
        sky = np.where(below[..., None], colour + 70 * cloud(height, width, rng, 0.75)[..., None], sky)
    return Image.fromarray(np.clip(sky + rng.normal(0, 3, (height, width, 1)), 0, 255).astype(np.uint8))


def selfie(height: int, rng: Rng) -> Image.Image:
    """A person before a room or a street."""
    ground = landscape(height, rng) if rng.uniform() < 0.5 else street(height, rng)
    person = np.asarray(portrait(round(height * 0.8), rng).resize((round(height * 0.62), round(height * 0.8))))
    ys, xs = np.mgrid[0 : 1 : person.shape[0] * 1j, 0 : 1 : person.shape[1] * 1j]
    mask = (((xs - 0.5) / 0.42) ** 2 + ((ys - 1.02) / 0.36) ** 2 < 1) | (
        ((xs - 0.5) / 0.24) ** 2 + ((ys - 0.39) / 0.27) ** 2 < 1
    )
    ground.paste(
        Image.fromarray(person),
        (round((ground.width - person.shape[1]) / 2), height - person.shape[0]),
        Image.fromarray((mask * 255).astype(np.uint8)),
    )
    return ground


def street(height: int, rng: Rng) -> Image.Image:
    """Houses with windows: regular, but no writing."""
    width = round(height * rng.uniform(0.7, 1.5))
    picture = Image.new("RGB", (width, height), (int(rng.integers(140, 210)), 200, 230))
    draw, x = ImageDraw.Draw(picture), 0
    while x < width:
        wide, top = int(rng.integers(width // 8, width // 3)), int(rng.integers(height // 8, height // 2))
        draw.rectangle([x, top, x + wide, height], fill=tuple(int(v) for v in rng.integers(60, 200, 3)))
        pane = tuple(int(v) for v in rng.integers(30, 150, 3))
        step = int(rng.integers(height // 30 + 8, height // 12 + 10))
        for wx in range(x + step // 2, x + wide - step, step):
            for wy in range(top + step // 2, height - step, step):
                draw.rectangle([wx, wy, wx + step * 0.5, wy + step * 0.6], fill=pane)
        x += wide
    grain = (
        np.asarray(picture, np.float32)
        + 25 * (cloud(height, width, rng, 0.7)[..., None] - 0.5)
        + rng.normal(0, 4, (height, width, 1))
    )
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))


def desk(height: int, rng: Rng) -> Image.Image:
    """A desk with nothing on it, or with a cup, a pen and a phone."""
    width = round(height * rng.uniform(0.7, 1.4))
    wood = np.array([rng.uniform(90, 200), rng.uniform(70, 150), rng.uniform(40, 120)])
    grain = cv2.resize(cloud(max(8, height // 40), width, rng), (width, height)) * rng.uniform(20, 60)
    picture = Image.fromarray(
        np.clip(wood + grain[..., None] + rng.normal(0, 3, (height, width, 1)), 0, 255).astype(np.uint8)
    )
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(0, 4))):
        x, y, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.05, 0.2) * height
        fill = tuple(int(v) for v in rng.integers(10, 245, 3))
        if rng.uniform() < 0.5:
            draw.ellipse([x - size, y - size, x + size, y + size], fill=fill)
        else:
            draw.rounded_rectangle([x - size / 2, y - size, x + size / 2, y + size], size / 8, fill=fill)
    return pages.blurred(picture, height / 900)


def chat(height: int, rng: Rng) -> Image.Image:
    """A screenshot of a chat."""
    width = round(height / rng.uniform(1.78, 2.22))
    page = Image.new("RGB", (width, height), [(237, 237, 237), (245, 245, 245), (17, 17, 17)][int(rng.integers(0, 3))])
    is_dark = page.getpixel((0, 0))[0] < 100  # type: ignore[index]
    draw, em = ImageDraw.Draw(page), round(width * 0.042)
    ink = (225, 225, 225) if is_dark else (20, 20, 20)
    draw.text(
        (width * 0.05, height * 0.015), f"{rng.integers(0, 24)}:{rng.integers(10, 60)}", font=face(em, "ans"), fill=ink
    )
    draw.text((width / 2, height * 0.06), name(rng), font=face(round(em * 1.1), "ans", "Bold"), fill=ink, anchor="mm")
    y = height * 0.1
    while y < height * 0.86:
        mine = bool(rng.integers(0, 2))
        lines = int(rng.integers(1, 5))
        wide, tall = width * (rng.uniform(0.2, 0.65) if lines == 1 else 0.65), em * (1.4 * lines + 1)
        x = width * 0.83 - wide if mine else width * 0.17
        avatar = width * 0.87 if mine else width * 0.04
        draw.rounded_rectangle(
            [avatar, y, avatar + width * 0.09, y + width * 0.09],
            8,
            fill=tuple(int(v) for v in rng.integers(40, 230, 3)),
        )
        bubble = (149, 236, 105) if mine else ((44, 44, 44) if is_dark else (255, 255, 255))
        draw.rounded_rectangle([x, y, x + wide, y + tall], em * 0.4, fill=bubble)
        write(
            draw,
            (x + em * 0.5, y + em * 0.5, x + wide - em * 0.4, y + tall),
            prose(rng, int(wide / em * lines)),
            face(em, "ans"),
            (20, 20, 20) if mine or not is_dark else (220, 220, 220),
            1.4,
        )
        y += tall + em * rng.uniform(0.8, 2)
    draw.rectangle([0, height * 0.93, width, height], fill=(40, 40, 40) if is_dark else (247, 247, 247))
    return page


def thing(height: int, rng: Rng) -> Image.Image:
    """Things of all shapes on a lively ground: food, toys, a keyboard."""
    width = round(height * rng.uniform(0.7, 1.4))
    ground = rng.integers(30, 220, 3) + 80 * (cloud(height, width, rng, 0.6)[..., None] - 0.5)
    picture = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(4, 40))):
        x, y, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.02, 0.25) * height
        fill = tuple(int(v) for v in rng.integers(0, 255, 3))
        corners = [
            (x + size * rng.uniform(-1, 1), y + size * rng.uniform(-1, 1)) for _ in range(int(rng.integers(3, 8)))
        ]
        draw.polygon(corners, fill=fill) if rng.uniform() < 0.5 else draw.ellipse(
            [x, y, x + size, y + size * rng.uniform(0.4, 1.2)], fill=fill
        )
    return pages.noisy(pages.blurred(picture, height / 1000), rng, 4)


OTHERS: dict[str, Callable[[int, Rng], Image.Image]] = {
    "portrait": portrait, "landscape": landscape, "selfie": selfie, "street": street, "desk": desk, "chat": chat,
    "thing": thing,
}  # fmt: skip
