"""Identity cards, both sides, and their copy on a sheet."""

from __future__ import annotations

from PIL import Image, ImageDraw

from benchmarks.materials_ink import Rng, face, name, prose, sheet, write
from benchmarks.materials_scenes import portrait


def identity_copy(height: int, rng: Rng) -> Image.Image:
    """Both sides of an identity card copied onto one sheet."""
    page = sheet(height, rng)
    width, tall = page.width, page.height
    card_width = round(width * rng.uniform(0.4, 0.6))
    for at, side in ((0.15, card_front), (0.5, card_back)):
        card = side(round(card_width / 1.585), rng)
        page.paste(
            card.resize((card_width, round(card_width / 1.585))), (round((width - card_width) / 2), round(tall * at))
        )
    return page


def card_front(height: int, rng: Rng) -> Image.Image:
    """The side of an identity card with the person."""
    width = round(height * 1.585)
    card = Image.new(
        "RGB", (width, height), (int(rng.integers(215, 235)), int(rng.integers(225, 240)), int(rng.integers(235, 250)))
    )
    draw, em = ImageDraw.Draw(card), round(height * 0.075)
    lines = [
        f"姓名　{name(rng)}",
        f"性别　{rng.choice(['男', '女'])}　民族　汉",
        f"出生　{rng.integers(1960, 2003)}年{rng.integers(1, 13)}月{rng.integers(1, 29)}日",
    ]
    for number, line in enumerate(lines):
        draw.text((width * 0.07, height * (0.12 + 0.14 * number)), line, font=face(em, "ans"), fill=(25, 30, 45))
    write(
        draw,
        (width * 0.07, height * 0.55, width * 0.6, height * 0.78),
        f"住址　某省某市某区{prose(rng, 12)}",
        face(em, "ans"),
        (25, 30, 45),
        1.3,
    )
    draw.text(
        (width * 0.07, height * 0.84),
        f"公民身份号码　{rng.integers(10**16, 10**17)}X",
        font=face(em, "ans"),
        fill=(25, 30, 45),
    )
    card.paste(
        portrait(round(height * 0.6), rng).resize((round(height * 0.45), round(height * 0.57))),
        (round(width * 0.64), round(height * 0.12)),
    )
    return card


def card_back(height: int, rng: Rng) -> Image.Image:
    """The side of an identity card with the emblem."""
    width = round(height * 1.585)
    card = Image.new("RGB", (width, height), (225, 233, int(rng.integers(235, 248))))
    draw = ImageDraw.Draw(card)
    draw.ellipse([width * 0.06, height * 0.08, width * 0.22, height * 0.36], fill=(200, 50, 40))
    draw.text(
        (width * 0.6, height * 0.16),
        "中华人民共和国",
        font=face(round(height * 0.1), "ans"),
        fill=(25, 30, 40),
        anchor="mm",
    )
    draw.text(
        (width * 0.6, height * 0.32),
        "居民身份证",
        font=face(round(height * 0.13), "ans", "Bold"),
        fill=(25, 30, 40),
        anchor="mm",
    )
    em = round(height * 0.075)
    draw.text(
        (width * 0.2, height * 0.7),
        f"签发机关　某市公安局{rng.choice(['东', '西', '南'])}区分局",
        font=face(em, "ans"),
        fill=(25, 30, 40),
    )
    draw.text(
        (width * 0.2, height * 0.82),
        f"有效期限　20{rng.integers(10, 20)}.03.12-20{rng.integers(28, 40)}.03.12",
        font=face(em, "ans"),
        fill=(25, 30, 40),
    )
    return card
