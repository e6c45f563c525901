"""Photos of sheets on desks, rendered with known corners: desks, light, shadows, folds, fingers of every kind."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.materials import pages

Floats = NDArray[np.float32]

DESKS = (
    "dark",
    "grey",
    "light",
    "white",
    "wood",
    "oak",
    "plaid",
    "stripes",
    "flowers",
    "granite",
    "papers",
    "cluttered",
)
CONTENTS = ("letter", "letter_sealed", "form", "form_wide", "sparse", "seal_only", "pencil", "diploma", "pink_paper")


@dataclass(frozen=True)
class Photograph:
    """A photo with the corners of its sheet in parts of its size, clockwise from where reading begins."""

    name: str
    picture: Image.Image
    corners: Floats | None


def photographed(
    page: Image.Image,
    rng: np.random.Generator,
    *,
    desk: str = "wood",
    longest: int = 1600,
    fill: float = 0.8,
    turn: float = 0.0,
    lean: float = 0.1,
    crumple: float = 0.0,
    shadow: float = 0.0,
    finger: bool = False,
    light: float = 1.0,
    grain: float = 3.0,
) -> Photograph:
    """The page on a desk. `turn` in degrees, `lean` of the camera as part of the sheet, `crumple` from 0 to 1."""
    height, width = longest, round(longest * float(rng.uniform(0.7, 0.8)))
    if rng.uniform() < 0.25:
        height, width = width, height
    sheet = np.asarray(page.convert("RGB"), dtype=np.float32)
    quad = _placed(page.size, (width, height), fill, turn, lean, rng)
    ground = desk_of(desk, (width, height), rng)
    source = np.array([[0, 0], [page.width, 0], [page.width, page.height], [0, page.height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), source)
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent, shade = _crumpled(xs, ys, crumple, longest, rng)
    points = np.stack([bent[0], bent[1], np.ones_like(xs)], axis=-1) @ matrix.T.astype(np.float32)
    u, v = points[..., 0] / points[..., 2], points[..., 1] / points[..., 2]
    shown = cv2.remap(
        _smaller(sheet, quad), *_scaled(u, v, sheet, quad), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    edge = np.minimum(np.minimum(u, page.width - u), np.minimum(v, page.height - v))
    scale = max(np.linalg.norm(quad[1] - quad[0]) / page.width, 1e-3)
    cover = np.clip(edge * scale + 0.5, 0, 1)[..., None].astype(np.float32)
    lying = cv2.GaussianBlur(cover[..., 0], (0, 0), longest / 250)
    lying = np.roll(lying, (longest // 300 + 1, longest // 300), axis=(0, 1))[..., None]
    picture = ground * (1 - 0.35 * lying * (1 - cover))
    picture = picture * (1 - cover) + shown * shade[..., None] * cover
    if finger:
        picture = _finger(picture, quad, rng)
    picture *= _light(width, height, light, shadow, rng)[..., None] * _lamp(rng)
    picture = cv2.GaussianBlur(picture, (0, 0), max(0.3, longest / 3200 * rng.uniform(0.5, 1.3)))
    picture += rng.normal(0, grain, (height, width, 1)).astype(np.float32)
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    name = f"{desk}/fill {fill:.2f}/turn {turn:.0f}/lean {lean:.2f}/crumple {crumple:.2f}/shadow {shadow:.2f}"
    name += f"{'/finger' if finger else ''}/{longest}"
    return Photograph(name, image, (quad / [width, height]).astype(np.float32))


def any_photograph(rng: np.random.Generator, *, desk: str | None = None, longest: int | None = None) -> Photograph:
    """A photo as somebody in some office might take it."""
    kind = str(rng.choice(CONTENTS))
    height = int(rng.integers(1100, 1700))
    page = diploma(height, rng) if kind == "diploma" else pages.kind_of_page(kind, height, rng)
    made = photographed(
        page, rng,
        desk=desk or str(rng.choice(DESKS)),
        longest=longest or int(rng.choice([700, 1000, 1300, 1600, 2000, 2600])),
        fill=float(rng.uniform(0.5, 0.94)),
        turn=float(rng.normal(0, 6)) if rng.uniform() < 0.8 else float(rng.uniform(-40, 40)),
        lean=float(rng.uniform(0, 0.22)),
        crumple=float(rng.choice([0, 0, 0.3, 0.6, 1.0])),
        shadow=float(rng.choice([0, 0, 0.25, 0.45])),
        finger=bool(rng.uniform() < 0.15),
        light=float(rng.uniform(0.55, 1.05)),
        grain=float(rng.uniform(1, 6)),
    )  # fmt: skip
    return Photograph(f"{kind}/{made.name}", made.picture, made.corners)


def any_scan(rng: np.random.Generator) -> Photograph:
    """A page that fills its picture, from a scanner or a careful phone: there is no sheet to find on it."""
    kind = str(rng.choice([*CONTENTS, "form_empty", "card_copy", "grey_paper", "cover"]))
    height = int(rng.integers(900, 2200))
    if kind == "diploma":
        page = diploma(height, rng)
    elif kind == "card_copy":
        page = card_copy(height, rng)
    else:
        page = pages.kind_of_page(kind, height, rng)
    way = str(rng.choice(["scan", "skewed", "shaded", "noisy"]))
    if way == "skewed":
        page = page.rotate(float(rng.uniform(-3, 3)), Image.Resampling.BICUBIC, fillcolor=page.getpixel((2, 2)))
    if way == "shaded":
        page = pages.shaded(pages.uneven(page, rng, low=0.7), rng, depth=float(rng.uniform(0.15, 0.45)))
    if way == "noisy":
        page = pages.noisy(pages.blurred(page, 1.0), rng, 5)
    return Photograph(f"{kind}/{way}/{height}", page, None)


def diploma(height: int, rng: np.random.Generator) -> Image.Image:
    """A certificate with a broad coloured frame, inside which the paper is as white as outside."""
    page = pages.blank_sheet(height, landscape=bool(rng.integers(0, 2)))
    draw = ImageDraw.Draw(page)
    colour = [(170, 120, 60), (150, 40, 40), (60, 90, 140), (90, 130, 90)][int(rng.integers(0, 4))]
    rim, broad = round(height * rng.uniform(0.02, 0.06)), round(height * rng.uniform(0.015, 0.05))
    draw.rectangle([rim, rim, page.width - rim, page.height - rim], outline=colour, width=broad)
    draw.text(
        (page.width / 2, page.height * 0.25),
        "毕业证书",
        font=pages.font(round(height * 0.06)),
        fill=(30, 30, 30),
        anchor="mm",
    )
    for line in range(4):
        at = (page.width * 0.2, page.height * (0.4 + 0.09 * line))
        draw.text(at, "学生王小明性别女于二〇一二年九月至二〇一六年七月",
                  font=pages.font(round(page.width * 0.024)), fill=(30, 30, 30))  # fmt: skip
    return pages.seal(page, rng) if rng.uniform() < 0.7 else page


def card_copy(height: int, rng: np.random.Generator) -> Image.Image:
    """An identity card copied onto a sheet, both sides."""
    page = pages.blank_sheet(height)
    draw = ImageDraw.Draw(page)
    wide = page.width * rng.uniform(0.4, 0.6)
    for y in (0.2, 0.55):
        box = [page.width * 0.22, page.height * y, page.width * 0.22 + wide, page.height * y + wide / 1.586]
        draw.rounded_rectangle(box, round(wide * 0.04), fill=(205, 220, 228), outline=(150, 160, 170))
        at = (box[0] + wide * 0.08, box[1] + wide * 0.1)
        draw.text(at, "姓名　王小明\n性别　女　民族　汉\n住址　某某市某某路八号",
                  font=pages.font(round(wide * 0.05)), fill=(40, 40, 40), spacing=round(wide * 0.04))  # fmt: skip
    return page


def _placed(sheet, room, fill: float, turn: float, lean: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """The corners of the sheet on the picture: turned, leaning away from the lens, as large as fits."""
    half = np.array(sheet, float) / 2
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    toward = rng.uniform(0, 2 * np.pi)
    far = flat / np.linalg.norm(half) @ np.array([np.cos(toward), np.sin(toward)])
    flat = flat / (1 + lean * far)[:, None]
    angle = np.radians(turn)
    flat = flat @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    flat -= (flat.max(axis=0) + flat.min(axis=0)) / 2
    extent = flat.max(axis=0) - flat.min(axis=0)
    flat *= fill * min(room[0] / extent[0], room[1] / extent[1])
    left = (np.array(room) - (flat.max(axis=0) - flat.min(axis=0))) / 2
    return flat + np.array(room) / 2 + left * rng.uniform(-0.6, 0.6, 2)


def _smaller(sheet: Floats, quad) -> Floats:
    factor = _factor(sheet, quad)
    if factor >= 1:
        return sheet
    return cv2.resize(sheet, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def _factor(sheet: Floats, quad) -> float:
    return min(1.0, 1.15 * float(np.linalg.norm(quad[1] - quad[0])) / sheet.shape[1])


def _scaled(u: Floats, v: Floats, sheet: Floats, quad) -> tuple[Floats, Floats]:
    factor = _factor(sheet, quad)
    return ((u + 0.5) * factor - 0.5).astype(np.float32), ((v + 0.5) * factor - 0.5).astype(np.float32)


def _crumpled(xs: Floats, ys: Floats, amount: float, longest: int, rng: np.random.Generator):
    """Where each point of a crumpled sheet was, and how its folds are lit."""
    if amount <= 0:
        return (xs, ys), np.ones_like(xs)
    height, width = xs.shape
    relief = np.zeros((96, 96), np.float32)
    gy, gx = np.mgrid[0:96, 0:96].astype(np.float32)
    for _ in range(int(10 + 25 * amount)):
        angle, at = rng.uniform(0, np.pi), rng.uniform(-10, 106)
        distance = (gx - 48) * np.cos(angle) + (gy - 48) * np.sin(angle) - (at - 48)
        relief += rng.uniform(-1, 1) * np.abs(distance) / 40
    relief = cv2.GaussianBlur(relief - relief.mean(), (0, 0), 1.0)
    relief /= max(float(relief.std()), 1e-3)
    dy, dx = np.gradient(relief)
    bend = 0.05 * amount * longest / 100
    move = [cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) for field in (dx, dy, dx + 0.6 * dy)]
    shade = np.clip(1 + 3.2 * amount * (move[2] - move[2].mean()), 0.6, 1.12)
    return (xs + 18 * bend * move[0], ys + 18 * bend * move[1]), shade.astype(np.float32)


def _light(width: int, height: int, level: float, shadow: float, rng: np.random.Generator) -> Floats:
    angle = rng.uniform(0, 2 * np.pi)
    ys, xs = np.mgrid[-1:1:64j, -1:1:64j]
    field = level * np.interp(xs * np.cos(angle) + ys * np.sin(angle), [-1.4, 1.4], [rng.uniform(0.6, 0.95), 1.0])
    if shadow:
        mask = np.zeros((64, 64), np.uint8)
        corner = rng.integers(10, 54, 2)
        shape = np.array([[0, corner[1]], [corner[0], corner[1] - rng.integers(0, 20)], [63, 63], [0, 63]], np.int32)
        if rng.uniform() < 0.5:
            shape = shape[:, ::-1].copy()
        cv2.fillPoly(mask, [shape], 1)
        field *= 1 - shadow * cv2.GaussianBlur(mask.astype(np.float32), (0, 0), float(rng.uniform(0.4, 3.5)))
    return cv2.resize(field.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)


def _lamp(rng: np.random.Generator) -> Floats:
    warmth = rng.uniform(-0.06, 0.16)
    return np.array([1.0, 1.0 - 0.4 * max(warmth, 0), 1.0 - max(warmth, 0)], np.float32) * (1 - max(-warmth, 0))


def _finger(picture: Floats, quad, rng: np.random.Generator) -> Floats:
    """A thumb that holds the sheet at one side."""
    side = int(rng.integers(0, 4))
    at = quad[side] + rng.uniform(0.3, 0.7) * (quad[(side + 1) % 4] - quad[side])
    away = at - quad.mean(axis=0)
    size = 0.06 * max(picture.shape[:2])
    skin = np.array([205, 155, 130], np.float32) * rng.uniform(0.6, 1.0)
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.line(mask, tuple(np.int32(at - 0.08 * away)), tuple(np.int32(at + 1.5 * away)), 1, round(size))
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(1.0, size / 20))[..., None]
    return picture * (1 - soft) + skin * soft


def desk_of(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """What lies under the sheet, in levels of 255."""
    width, height = size
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    unit = max(size) / 100

    def plain(*colour: float) -> Floats:
        return np.ones((height, width, 3), np.float32) * np.array(colour, np.float32) * rng.uniform(0.9, 1.1)

    def rough(deep: float, fine: float) -> Floats:
        field = rng.normal(0, 1, (max(4, int(100 / fine)), max(4, int(100 / fine)))).astype(np.float32)
        return deep * cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]

    if kind in ("dark", "grey", "light", "white"):
        tone = {"dark": 50, "grey": 120, "light": 178, "white": 216}[kind] + rng.uniform(-12, 8)
        return plain(tone, tone * rng.uniform(0.96, 1.0), tone * rng.uniform(0.9, 1.0)) + rough(3, 4)
    if kind in ("wood", "oak"):
        base = {"wood": (140, 95, 60), "oak": (205, 175, 130)}[kind]
        waves = np.sin((ys + 6 * unit * np.sin(xs / (14 * unit) + rng.uniform(0, 6))) / (rng.uniform(0.5, 1.5) * unit))
        return plain(*base) + 9 * waves[..., None] + rough(6, 2)
    if kind == "plaid":
        lines = (np.sin(xs / (2.2 * unit)) > 0.55).astype(np.float32) + (np.sin(ys / (2.2 * unit)) > 0.55)
        return plain(*(rng.uniform(120, 215, 3))) - lines[..., None] * rng.uniform(15, 50, 3).astype(np.float32)
    if kind == "stripes":
        angle = rng.uniform(0, np.pi)
        across = np.sin((xs * np.cos(angle) + ys * np.sin(angle)) / (rng.uniform(1, 4) * unit)) > 0
        return plain(*(rng.uniform(70, 170, 3))) + across[..., None] * rng.uniform(-40, 40, 3).astype(np.float32)
    if kind == "flowers":
        ground = plain(*(rng.uniform(90, 200, 3)))
        for _ in range(90):
            place = (int(rng.integers(0, width)), int(rng.integers(0, height)))
            cv2.circle(
                ground, place, round(rng.uniform(0.6, 2.5) * unit), tuple(map(float, rng.uniform(40, 230, 3))), -1
            )
        return ground
    if kind == "granite":
        return plain(*(rng.uniform(100, 160) * np.ones(3))) + rough(16, 0.5) + rough(10, 1.5)
    ground = plain(*(rng.uniform(60, 150) * np.array([1.1, 0.95, 0.8])))
    for _ in range(3 if kind == "papers" else 7):
        centre = rng.uniform(0, 1, 2) * size
        extent = rng.uniform(20, 60, 2) * unit if kind == "papers" else rng.uniform(4, 30, 2) * unit
        tone = rng.uniform(195, 245) * np.array([1, 1, 0.98]) if kind == "papers" else rng.uniform(20, 220, 3)
        box = cv2.boxPoints(
            ((float(centre[0]), float(centre[1])), (float(extent[0]), float(extent[1])), float(rng.uniform(0, 90)))
        )
        cv2.fillConvexPoly(ground, np.int32(box), tuple(map(float, tone)), cv2.LINE_AA)
    return ground
