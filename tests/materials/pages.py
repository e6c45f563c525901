"""Chinese document pages as phones and scanners deliver them, drawn with known flaws, to measure the examination."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

FONTS = "/usr/share/fonts/opentype/noto/"
SANS, SERIF = FONTS + "NotoSansCJK-Regular.ttc", FONTS + "NotoSerifCJK-Regular.ttc"

_TEXT = (
    "根据国家和省有关事业单位工作人员收入分配制度改革的规定，经研究，现将有关事项通知如下。"
    "各单位应当严格按照岗位设置方案和聘用合同确定工作人员的岗位工资和薪级工资，不得擅自提高标准、扩大范围。"
    "新聘用人员试用期满考核合格的，自次月起执行定级工资；年度考核合格及以上的，每年增加一级薪级工资。"
    "工作人员岗位变动后，按新聘岗位执行相应的岗位工资标准，从变动的次月起计发。"
    "主管部门要加强审核把关，对材料不齐、手续不全的，应当一次性告知需要补正的全部内容。"
    "本通知自印发之日起施行，此前规定与本通知不一致的，以本通知为准。"
)


@cache
def font(size: int, *, serif: bool = True) -> ImageFont.FreeTypeFont:
    """A CJK font at a size in pixels."""
    return ImageFont.truetype(SERIF if serif else SANS, max(size, 4), index=2)


def blank_sheet(height: int, paper: tuple[int, int, int] = (252, 252, 250), *, landscape: bool = False) -> Image.Image:
    """An A4 sheet with nothing on it."""
    width = round(height / 1.414)
    return Image.new("RGB", (height, width) if landscape else (width, height), paper)


def letter(
    height: int, rng: np.random.Generator, *, paper=(252, 252, 250), ink=(25, 25, 28), points: float = 12.0, serif=True
) -> Image.Image:
    """A page of running text with a title and a date."""
    page = blank_sheet(height, paper)
    draw = ImageDraw.Draw(page)
    em = round(height * points / 842)
    margin = round(height * rng.uniform(0.07, 0.11))
    title = font(round(em * 1.6), serif=False)
    draw.text((page.width / 2, margin), "关于规范工资审批工作的通知", font=title, fill=ink, anchor="mt")
    per_line = (page.width - 2 * margin) // em
    pitch = round(em * rng.uniform(1.5, 2.0))
    y = margin + round(em * 3.2)
    start = int(rng.integers(0, 60))
    source = (_TEXT[start:] + _TEXT) * 12
    at = 0
    while y < height - margin - 3 * pitch:
        length = int(rng.integers(2, 6)) * per_line - int(rng.integers(0, per_line - 3))
        paragraph = "　　" + source[at : at + length]
        at = (at + length) % 400
        for line in range(0, len(paragraph), per_line):
            if y > height - margin - 3 * pitch:
                break
            draw.text((margin, y), paragraph[line : line + per_line], font=font(em, serif=serif), fill=ink)
            y += pitch
    draw.text(
        (page.width - margin, height - margin),
        "某某市人力资源和社会保障局",
        font=font(em, serif=serif),
        fill=ink,
        anchor="rb",
    )
    draw.text(
        (page.width - margin - 2 * em, height - margin + round(1.4 * em)),
        "2018年3月26日",
        font=font(em, serif=serif),
        fill=ink,
        anchor="rb",
    )
    return page


def form(
    height: int, rng: np.random.Generator, *, landscape: bool = False, filled: bool = True, ink=(20, 20, 20)
) -> Image.Image:
    """A ruled approval form, filled in or not."""
    page = blank_sheet(height, landscape=landscape)
    draw = ImageDraw.Draw(page)
    em = round(height * 10.5 / 842)
    margin = round(height * 0.08)
    draw.text(
        (page.width / 2, margin * 0.8), "事业单位工作人员工资审批表", font=font(round(em * 1.7)), fill=ink, anchor="mm"
    )
    labels = [
        "姓名",
        "性别",
        "出生年月",
        "学历",
        "参加工作时间",
        "现聘岗位",
        "岗位工资",
        "薪级工资",
        "变动原因",
        "执行时间",
        "单位意见",
        "主管部门意见",
        "人社部门意见",
        "备注",
    ]
    values = [
        "张建国",
        "女",
        "1986.07",
        "大学本科",
        "2009年8月",
        "专业技术十级",
        "1960元",
        "22级 1064元",
        "正常晋升薪级",
        "2018.01",
        "同意上报",
        "情况属实",
        "",
        "",
    ]
    columns, rows = (6, 9) if landscape else (4, 14)
    top, bottom = margin * 1.4, page.height - margin
    step_x, step_y = (page.width - 2 * margin) / columns, (bottom - top) / rows
    thick = max(1, height // 900)
    for row in range(rows + 1):
        draw.line([(margin, top + row * step_y), (page.width - margin, top + row * step_y)], fill=ink, width=thick)
    for column in range(columns + 1):
        draw.line([(margin + column * step_x, top), (margin + column * step_x, bottom)], fill=ink, width=thick)
    for row in range(rows):
        for column in range(columns):
            which = int(rng.integers(0, len(labels)))
            word = labels[which] if column % 2 == 0 else (values[which] if filled else "")
            centre = (margin + (column + 0.5) * step_x, top + (row + 0.5) * step_y)
            draw.text(centre, word, font=font(em), fill=ink, anchor="mm")
    return page


def sparse(height: int, rng: np.random.Generator, *, ink=(30, 30, 35)) -> Image.Image:
    """A signature page: two lines."""
    page = blank_sheet(height)
    draw = ImageDraw.Draw(page)
    em = round(height * 12 / 842)
    y = height * rng.uniform(0.15, 0.7)
    draw.text((page.width * 0.15, y), "本人签名：王小明", font=font(em), fill=ink)
    draw.text((page.width * 0.5, y + 3 * em), "2018年4月2日", font=font(em), fill=ink)
    return page


def seal(page: Image.Image, rng: np.random.Generator, *, colour=(210, 40, 40)) -> Image.Image:
    """The page with a round red seal on it."""
    sealed = page.copy()
    draw = ImageDraw.Draw(sealed)
    radius = page.height * 0.07
    cx, cy = page.width * rng.uniform(0.3, 0.75), page.height * rng.uniform(0.3, 0.8)
    draw.ellipse([cx - radius, cy - radius, cx + radius, cy + radius], outline=colour, width=max(2, round(radius / 14)))
    star = [
        (
            cx + (0.35 if k % 2 == 0 else 0.14) * radius * math.sin(k * math.pi / 5),
            cy - (0.35 if k % 2 == 0 else 0.14) * radius * math.cos(k * math.pi / 5),
        )
        for k in range(10)
    ]
    draw.polygon(star, fill=colour)
    draw.text((cx, cy + 0.55 * radius), "人事专用章", font=font(round(radius / 4)), fill=colour, anchor="mm")
    return sealed


def handwriting(height: int, rng: np.random.Generator, *, ink=(150, 150, 155), lines: int = 12) -> Image.Image:
    """Lines of strokes as a pencil leaves them."""
    page = blank_sheet(height, (247, 246, 243))
    draw = ImageDraw.Draw(page)
    em = height * 0.022
    width = max(2, round(height / 900))
    for line in range(lines):
        y = height * (0.1 + 0.8 * line / lines)
        x = page.width * 0.1
        while x < page.width * rng.uniform(0.6, 0.9):
            for _ in range(int(rng.integers(3, 7))):
                points = [(x + rng.uniform(0, em), y + rng.uniform(0, em)) for _ in range(int(rng.integers(2, 4)))]
                draw.line(points, fill=ink, width=width, joint="curve")
            x += em * 1.15
    return page


def cover(height: int, rng: np.random.Generator) -> Image.Image:
    """The dark cover of a certificate with gold print: dark by nature, and sharp."""
    colour = [(120, 15, 20), (15, 40, 90), (20, 70, 45)][int(rng.integers(0, 3))]
    page = blank_sheet(height, colour)
    draw = ImageDraw.Draw(page)
    gold = (225, 190, 105)
    draw.rectangle(
        [height * 0.05, height * 0.05, page.width - height * 0.05, height * 0.95],
        outline=gold,
        width=max(2, height // 300),
    )
    draw.text((page.width / 2, height * 0.35), "毕业证书", font=font(round(height * 0.07)), fill=gold, anchor="mm")
    draw.text(
        (page.width / 2, height * 0.7),
        "中华人民共和国教育部监制",
        font=font(round(height * 0.018)),
        fill=gold,
        anchor="mm",
    )
    return page


def kind_of_page(name: str, height: int, rng: np.random.Generator) -> Image.Image:
    """One of the kinds of page that must be taken."""
    if name == "letter":
        return letter(height, rng, points=rng.uniform(10.5, 16), serif=bool(rng.integers(0, 2)))
    if name == "letter_sealed":
        return seal(letter(height, rng), rng)
    if name == "form":
        return form(height, rng)
    if name == "form_wide":
        return form(height, rng, landscape=True)
    if name == "form_empty":
        return form(height, rng, filled=False)
    if name == "sparse":
        return sparse(height, rng)
    if name == "seal_only":
        return seal(blank_sheet(height), rng)
    if name == "pencil":
        return handwriting(height, rng)
    if name == "grey_paper":
        return letter(height, rng, paper=(186, 184, 180), ink=(45, 45, 48))
    if name == "pale_ink":
        return letter(height, rng, ink=(135, 135, 140))
    if name == "pink_paper":
        return form(height, rng).convert("RGB", (1, 0, 0, 0, 0, 0.86, 0, 0, 0, 0, 0.88, 0))
    if name == "cover":
        return cover(height, rng)
    raise ValueError(name)


GOOD_KINDS = (
    "letter", "letter_sealed", "form", "form_wide", "form_empty", "sparse",
    "seal_only", "pencil", "grey_paper", "pale_ink", "pink_paper", "cover",
)  # fmt: skip
TEXT_KINDS = ("letter", "letter_sealed", "form", "form_wide", "grey_paper")


def on_desk(page: Image.Image, rng: np.random.Generator, *, fill: float = 0.88, tilt: float = 4.0) -> Image.Image:
    """The sheet photographed on a desk: perspective, tilt, wood around it."""
    width, height = round(page.width / fill), round(page.height / fill)
    wood = np.array(
        [int(rng.integers(60, 190)), int(rng.integers(50, 150)), int(rng.integers(30, 120))], dtype=np.float32
    )
    grain = np.cumsum(rng.normal(0, 1.2, (height, 1)), axis=0) % 24 - 12
    desk = np.clip(wood[None, None, :] + grain[:, :, None] + rng.normal(0, 3, (height, width, 1)), 0, 255).astype(
        np.uint8
    )
    picture = Image.fromarray(desk)
    angle = math.radians(rng.uniform(-tilt, tilt))
    corners = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = sx * page.width / 2 * rng.uniform(0.96, 1.02), sy * page.height / 2 * rng.uniform(0.97, 1.02)
        corners.append(
            (
                width / 2 + x * math.cos(angle) - y * math.sin(angle),
                height / 2 + x * math.sin(angle) + y * math.cos(angle),
            )
        )
    source = [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)]
    warp = _perspective(corners, source)
    sheet = page.transform((width, height), Image.Transform.PERSPECTIVE, warp, Image.Resampling.BICUBIC)
    mask = Image.new("L", page.size, 255).transform(
        (width, height), Image.Transform.PERSPECTIVE, warp, Image.Resampling.BILINEAR
    )
    picture.paste(sheet, mask=mask)
    return picture


def _perspective(target, source) -> list[float]:
    rows, right = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return list(np.linalg.solve(np.array(rows), np.array(right)))


def shaded(picture: Image.Image, rng: np.random.Generator, *, depth: float = 0.5) -> Image.Image:
    """The shadow of a hand or a phone across the picture."""
    mask = Image.new("L", (96, 96), 255)
    draw = ImageDraw.Draw(mask)
    at = int(rng.integers(20, 76))
    draw.polygon([(0, at), (96, at - 20 + int(rng.integers(0, 40))), (96, 96), (0, 96)], fill=round(255 * (1 - depth)))
    mask = mask.filter(ImageFilter.GaussianBlur(5)).resize(picture.size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(picture, Image.merge("RGB", [mask] * 3))


def uneven(picture: Image.Image, rng: np.random.Generator, *, low: float = 0.65) -> Image.Image:
    """Light from one side."""
    angle = rng.uniform(0, 2 * math.pi)
    ys, xs = np.mgrid[-1:1:64j, -1:1:64j]
    light = np.interp(xs * math.cos(angle) + ys * math.sin(angle), [-1.4, 1.4], [low, 1.0])
    mask = Image.fromarray((light * 255).astype(np.uint8)).resize(picture.size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(picture, Image.merge("RGB", [mask] * 3))


def noisy(picture: Image.Image, rng: np.random.Generator, sigma: float) -> Image.Image:
    """Grain of the sensor."""
    grain = rng.normal(0, sigma, (picture.height, picture.width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(np.asarray(picture, dtype=np.float32) + grain, 0, 255).astype(np.uint8))


def smeared(picture: Image.Image, length: int, angle: float) -> Image.Image:
    """Motion of `length` pixels in a direction, in degrees."""
    dx, dy = length * math.cos(math.radians(angle)), length * math.sin(math.radians(angle))
    steps = max(3, length)
    total = np.zeros((picture.height, picture.width, 3), dtype=np.float32)
    for step in range(steps):
        t = step / (steps - 1) - 0.5
        total += np.asarray(ImageChops.offset(picture, round(dx * t), round(dy * t)), dtype=np.float32)
    return Image.fromarray((total / steps).astype(np.uint8))


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    """Out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(radius))


def darkened(picture: Image.Image, factor: float) -> Image.Image:
    """Too little light."""
    return ImageEnhance.Brightness(picture).enhance(factor)


def washed_out(picture: Image.Image, left: float, *, level: int = 255) -> Image.Image:
    """Too much light: only a part of the contrast is left."""
    return Image.blend(Image.new("RGB", picture.size, (level,) * 3), picture, left)


def overexposed(picture: Image.Image, gain: float, lift: float) -> Image.Image:
    """The sensor at its end: light values are cut off."""
    return picture.point(lambda value: min(255, round(value * gain + lift)))


@dataclass(frozen=True)
class Sample:
    """A picture with the flags that a person would give it."""

    name: str
    picture: Image.Image
    flags: frozenset[str]
    quality: int = 88
