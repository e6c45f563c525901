"""Papers and other pictures drawn for the benchmark of materials: every layout that is sent, and what is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.materials import pages

Rng = np.random.Generator
Colour = tuple[int, int, int]

NOTO = "/usr/share/fonts/opentype/noto/NotoS{}CJK-{}.ttc"
SURNAMES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉建国文斌",
)
UNITS = (
    "第一中学",
    "人民医院",
    "文化馆",
    "农业技术推广站",
    "图书馆",
    "水务局",
    "档案馆",
    "气象台",
    "博物馆",
    "疾控中心",
)
WORDS = [
    "岗位",
    "聘任",
    "考核",
    "优秀",
    "合格",
    "工资",
    "薪级",
    "职务",
    "学历",
    "本科",
    "硕士",
    "同意",
    "报送",
    "审批",
    "意见",
    "盖章",
    "负责人",
    "日期",
    "年度",
    "任现职",
    "执行",
    "起薪",
    "津贴",
    "补贴",
    "绩效",
    "退休",
    "工龄",
    "参加工作",
    "政治面貌",
    "中共党员",
    "籍贯",
    "民族",
    "汉族",
    "健康",
    "备注",
    "编号",
    "单位",
    "主管部门",
    "证明",
    "材料",
    "原件",
    "复印",
]


@cache
def face(size: int, family: str = "erif", weight: str = "Regular") -> ImageFont.FreeTypeFont:
    """Type of a size in pixels."""
    return ImageFont.truetype(NOTO.format(family, weight), max(size, 4), index=2)


def any_face(size: int, rng: Rng) -> ImageFont.FreeTypeFont:
    """One of the four types on the machine."""
    return face(size, str(rng.choice(["erif", "ans"])), str(rng.choice(["Regular", "Regular", "Bold"])))


def name(rng: Rng) -> str:
    """Somebody's name."""
    return str(rng.choice(list(SURNAMES))) + "".join(rng.choice(list(GIVEN), int(rng.integers(1, 3))))


def prose(rng: Rng, length: int) -> str:
    """Running text that begins anywhere, with names, amounts and words between, so that no two pages are the same."""
    told = ""
    while len(told) < length:
        start = int(rng.integers(0, len(pages._TEXT) - 40))
        told += pages._TEXT[start : start + int(rng.integers(12, 60))]
        told += str(rng.choice(WORDS)) + name(rng) + f"{rng.integers(1, 9999)}元，"
    return told[:length]


def sheet(height: int, rng: Rng, *, wide: bool = False, paper: Colour | None = None) -> Image.Image:
    """A4 paper of some whiteness."""
    tone = int(rng.integers(243, 256))
    return pages.blank_sheet(height, paper or (tone, tone, tone - int(rng.integers(0, 5))), landscape=wide)


def _write(
    draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], told: str, type_, ink, pitch=1.6
) -> float:
    """Fill a box with lines; answers where the next line would stand."""
    left, top, right, bottom = box
    em = type_.size
    per_line = max(1, int((right - left) / em))
    y = top
    for at in range(0, len(told), per_line):
        if y + em > bottom:
            break
        draw.text((left, y), told[at : at + per_line], font=type_, fill=ink)
        y += em * pitch
    return y


def red_head(height: int, rng: Rng) -> Image.Image:
    """An official document: red title, red rule, number, text, date and often a seal."""
    page = sheet(height, rng)
    draw, width = ImageDraw.Draw(page), page.width
    red, em = (205, 30, 30), round(height * rng.uniform(13, 16) / 842)
    draw.text(
        (width / 2, height * 0.1),
        f"某市{rng.choice(UNITS)}文件",
        font=face(round(height * 0.038), weight="Bold"),
        fill=red,
        anchor="mm",
    )
    draw.text(
        (width / 2, height * 0.155),
        f"人社发〔20{rng.integers(10, 27)}〕{rng.integers(1, 300)}号",
        font=face(em),
        fill=(20, 20, 20),
        anchor="mm",
    )
    draw.line([(width * 0.1, height * 0.18), (width * 0.9, height * 0.18)], fill=red, width=max(2, height // 400))
    draw.text(
        (width / 2, height * 0.23),
        f"关于{name(rng)}等同志任职的通知",
        font=face(round(em * 1.5), weight="Bold"),
        fill=(10, 10, 10),
        anchor="mm",
    )
    y = height * 0.28
    for _ in range(int(rng.integers(1, 5))):
        y = _write(
            draw,
            (width * 0.13, y, width * 0.87, height * 0.78),
            "　　" + prose(rng, int(rng.integers(40, 160))),
            face(em),
            (20, 20, 20),
            1.75,
        )
    draw.text((width * 0.85, height * 0.85), f"某市{rng.choice(UNITS)}", font=face(em), fill=(20, 20, 20), anchor="rm")
    draw.text(
        (width * 0.83, height * 0.885),
        f"20{rng.integers(10, 27)}年{rng.integers(1, 13)}月{rng.integers(1, 29)}日",
        font=face(em),
        fill=(20, 20, 20),
        anchor="rm",
    )
    return pages.seal(page, rng) if rng.uniform() < 0.7 else page


def table(height: int, rng: Rng, *, wide: bool | None = None) -> Image.Image:
    """A ruled form, filled in: assessments, approvals, pay rolls; few large cells or many small ones."""
    wide = bool(rng.integers(0, 2)) if wide is None else wide
    page = sheet(height, rng, wide=wide)
    draw = ImageDraw.Draw(page)
    tall, width = page.height, page.width
    em = round(height * rng.uniform(9, 12) / 842)
    type_, ink = any_face(em, rng), (int(rng.integers(0, 60)),) * 3
    draw.text(
        (width / 2, tall * 0.06),
        f"{rng.choice(WORDS)}{rng.choice(WORDS)}登记表",
        font=any_face(round(em * 1.9), rng),
        fill=ink,
        anchor="mm",
    )
    left, right, top, bottom = width * 0.07, width * 0.93, tall * 0.11, tall * rng.uniform(0.7, 0.94)
    rows = int(rng.integers(6, 22))
    line = max(1, round(height / rng.uniform(700, 1400)))
    for row in range(rows + 1):
        y = top + (bottom - top) * row / rows
        draw.line([(left, y), (right, y)], fill=ink, width=line)
    pen = (30, 40, 120) if rng.uniform() < 0.4 else ink
    for row in range(rows):
        columns = int(rng.choice([2, 4, 4, 6, 8]))
        y0, y1 = top + (bottom - top) * row / rows, top + (bottom - top) * (row + 1) / rows
        for column in range(columns):
            x0, x1 = left + (right - left) * column / columns, left + (right - left) * (column + 1) / columns
            draw.line([(x0, y0), (x0, y1)], fill=ink, width=line)
            if column % 2 and rng.uniform() < 0.25:
                continue
            told = (
                str(rng.choice(WORDS))
                if column % 2 == 0
                else str(
                    rng.choice(
                        [
                            name(rng),
                            f"{rng.integers(100, 9999)}",
                            str(rng.choice(WORDS)),
                            f"20{rng.integers(0, 27):02}.{rng.integers(1, 13):02}",
                        ]
                    )
                )
            )
            told = told[: max(1, int((x1 - x0) / em) - 1)]
            draw.text(
                ((x0 + x1) / 2, (y0 + y1) / 2), told, font=type_, fill=ink if column % 2 == 0 else pen, anchor="mm"
            )
    draw.line([(right, top), (right, bottom)], fill=ink, width=line)
    return pages.seal(page, rng) if rng.uniform() < 0.3 else page


def form(height: int, rng: Rng) -> Image.Image:
    """The form of the tests, upright or lying."""
    return pages.form(height, rng, landscape=bool(rng.integers(0, 2)))


def letter(height: int, rng: Rng) -> Image.Image:
    """Running text in one of several sizes."""
    return pages.letter(height, rng, points=rng.uniform(9, 16), serif=bool(rng.integers(0, 2)))


def diploma(height: int, rng: Rng) -> Image.Image:
    """A diploma: wide, ornamental border, photo, large title, few lines."""
    page = sheet(
        height,
        rng,
        wide=True,
        paper=(int(rng.integers(235, 254)), int(rng.integers(230, 248)), int(rng.integers(205, 240))),
    )
    draw = ImageDraw.Draw(page)
    tall, width = page.height, page.width
    tint = (int(rng.integers(120, 200)), int(rng.integers(60, 150)), int(rng.integers(40, 120)))
    for inset in (0.025, 0.035, 0.045):
        draw.rectangle(
            [width * inset, width * inset, width * (1 - inset), tall - width * inset],
            outline=tint,
            width=max(1, tall // 250),
        )
    photo = portrait(round(tall * 0.28), rng).resize((round(tall * 0.2), round(tall * 0.28)))
    page.paste(photo, (round(width * 0.1), round(tall * 0.18)))
    em = round(tall * 0.034)
    draw.text(
        (width * 0.6, tall * 0.2),
        str(rng.choice(["毕业证书", "学位证书", "结业证书", "专业技术资格证书"])),
        font=face(round(tall * 0.075), weight="Bold"),
        fill=(120, 20, 20),
        anchor="mm",
    )
    told = f"　　学生{name(rng)}，{rng.choice(['男', '女'])}，{rng.integers(1970, 2000)}年{rng.integers(1, 13)}月生，于{rng.integers(1995, 2020)}年九月在本校学习，修完教学计划规定的全部课程，成绩合格，准予毕业。"  # noqa: E501
    _write(draw, (width * 0.36, tall * 0.33, width * 0.9, tall * 0.72), told, face(em), (25, 25, 25), 1.8)
    draw.text(
        (width * 0.12, tall * 0.82),
        f"证书编号：{rng.integers(10**9, 10**10)}",
        font=face(round(em * 0.8)),
        fill=(25, 25, 25),
    )
    draw.text((width * 0.88, tall * 0.82), f"校长　{name(rng)}", font=face(em), fill=(25, 25, 25), anchor="ra")
    return pages.seal(page, rng)


def certificate(height: int, rng: Rng) -> Image.Image:
    """An honour certificate on red or cream: title and a few large lines."""
    paper = [(250, 240, 215), (178, 30, 35), (245, 246, 235), (225, 236, 248)][int(rng.integers(0, 4))]
    ink = (235, 200, 110) if paper[1] < 100 else (30, 25, 25)
    page = sheet(height, rng, wide=True, paper=paper)
    draw, width, tall = ImageDraw.Draw(page), page.width, page.height
    draw.text(
        (width / 2, tall * 0.2),
        "荣 誉 证 书",
        font=face(round(tall * 0.1), weight="Bold"),
        fill=ink if paper[1] < 100 else (190, 30, 30),
        anchor="mm",
    )
    told = f"{name(rng)}同志：在{rng.integers(2001, 2027)}年度工作中成绩显著，被评为先进工作者，特发此证，以资鼓励。"
    _write(draw, (width * 0.15, tall * 0.38, width * 0.85, tall * 0.75), told, face(round(tall * 0.045)), ink, 1.7)
    draw.text(
        (width * 0.82, tall * 0.83), f"某市{rng.choice(UNITS)}", font=face(round(tall * 0.035)), fill=ink, anchor="rm"
    )
    return page


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
    _write(
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


def archive(height: int, rng: Rng) -> Image.Image:
    """A page of an old personal file: yellowed, dense, ruled, written by hand."""
    page = sheet(
        height, rng, paper=(int(rng.integers(205, 240)), int(rng.integers(192, 222)), int(rng.integers(150, 190)))
    )
    draw, width = ImageDraw.Draw(page), page.width
    em = round(height * rng.uniform(9, 13) / 842)
    for row in range(20):
        y = height * (0.12 + 0.04 * row)
        draw.line([(width * 0.08, y), (width * 0.92, y)], fill=(165, 100, 90), width=max(1, height // 1000))
        if rng.uniform() < 0.85:
            told, x = prose(rng, int(rng.integers(8, 40))), width * 0.1
            for letter_ in told:
                size = round(em * rng.uniform(0.85, 1.15))
                draw.text((x, y - size * rng.uniform(1.15, 1.3)), letter_, font=face(size), fill=(40, 45, 90))
                x += em * rng.uniform(0.9, 1.15)
                if x > width * 0.88:
                    break
    draw.text((width / 2, height * 0.06), "干部履历表", font=face(round(em * 2)), fill=(90, 30, 30), anchor="mm")
    return page


def receipt(height: int, rng: Rng) -> Image.Image:
    """A narrow receipt."""
    width = round(height * rng.uniform(0.36, 0.5))
    page = Image.new("RGB", (width, height), (int(rng.integers(240, 254)),) * 3)
    draw, em = ImageDraw.Draw(page), round(width * 0.05)
    y = height * 0.05
    while y < height * 0.93:
        draw.text(
            (width * 0.08, y), str(rng.choice(WORDS)) + str(rng.choice(WORDS)), font=face(em, "ans"), fill=(50, 50, 55)
        )
        draw.text(
            (width * 0.92, y), f"{rng.integers(1, 9999)}.00", font=face(em, "ans"), fill=(50, 50, 55), anchor="ra"
        )
        y += em * 1.7
    return page


def english(height: int, rng: Rng) -> Image.Image:
    """A certificate of employment in English."""
    page = sheet(height, rng)
    draw, em = ImageDraw.Draw(page), round(height * rng.uniform(10.5, 13) / 842)
    type_ = ImageFont.truetype(
        "/usr/share/fonts/truetype/liberation/Liberation" + str(rng.choice(["Serif", "Sans"])) + "-Regular.ttf", em
    )
    words = [
        "this",
        "is",
        "to",
        "certify",
        "that",
        "the",
        "person",
        "named",
        "above",
        "has",
        "been",
        "employed",
        "by",
        "our",
        "institution",
        "since",
        "the",
        "date",
        "shown",
        "and",
        "receives",
        "the",
        "salary",
        "stated",
        "below",
        "in",
        "accordance",
        "with",
        "the",
        "rules",
        "in",
        "force",
    ]
    y = height * 0.15
    draw.text((page.width / 2, height * 0.09), "CERTIFICATE OF EMPLOYMENT", font=type_, fill=(20, 20, 20), anchor="mm")
    while y < height * rng.uniform(0.6, 0.9):
        line = " ".join(rng.choice(words, int(rng.integers(8, 12))))
        draw.text((page.width * 0.12, y), line, font=type_, fill=(20, 20, 20))
        y += em * 1.6
    return page


def scrawl(height: int, rng: Rng) -> Image.Image:
    """A statement written by hand on plain or squared paper."""
    page = pages.handwriting(height, rng, ink=(int(rng.integers(20, 120)),) * 3, lines=int(rng.integers(6, 20)))
    if rng.uniform() < 0.3:
        draw = ImageDraw.Draw(page)
        for row in range(20):
            draw.line(
                [(page.width * 0.07, height * (0.1 + 0.042 * row)), (page.width * 0.93, height * (0.1 + 0.042 * row))],
                fill=(200, 150, 150),
                width=max(1, height // 1200),
            )
    return page


def _kind(kind: str) -> Callable[[int, Rng], Image.Image]:
    return lambda height, rng: pages.kind_of_page(kind, height, rng)


PAPERS: dict[str, Callable[[int, Rng], Image.Image]] = {
    "letter": letter, "red_head": red_head, "table": table, "form": form, "diploma": diploma, "certificate": certificate,  # noqa: E501
    "identity_copy": identity_copy, "card_front": card_front, "card_back": card_back, "archive": archive,
    "receipt": receipt, "english": english, "scrawl": scrawl,
    **{kind: _kind(kind) for kind in ("letter_sealed", "form_wide", "form_empty", "sparse", "seal_only", "pencil", "grey_paper", "pale_ink", "pink_paper", "cover")},  # noqa: E501
}  # fmt: skip
PRINTED = (
    "letter",
    "red_head",
    "table",
    "form",
    "diploma",
    "archive",
    "english",
    "letter_sealed",
    "form_wide",
    "grey_paper",
    "receipt",
)
"""Papers with enough print to tell which way they lie."""
FULL = ("letter", "red_head", "table", "form", "archive", "english", "letter_sealed", "grey_paper")
"""Papers with print all over."""


def filled(paper: Image.Image, rng: Rng) -> Image.Image:
    """The paper with somebody's name and number in the middle of it."""
    page = paper.copy()
    draw, em = ImageDraw.Draw(page), round(page.height * 12 / 842)
    x, y = page.width * 0.3, page.height * 0.45
    draw.rectangle([x - 4, y - 4, x + em * 10, y + em * 1.2], fill=page.getpixel((page.width // 2, 3)))
    draw.text((x, y), f"{name(rng)} {rng.integers(10**8, 10**9)}", font=face(em), fill=(20, 20, 20))
    return page


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


def _cloud(height: int, width: int, rng: Rng, roughness: float = 0.55) -> np.ndarray:
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
    sky += 60 * _cloud(height, width, rng, 0.5)[..., None] ** 2
    for layer in range(int(rng.integers(1, 4))):
        ridge = (
            height * (0.35 + 0.15 * layer)
            + np.cumsum(rng.normal(0, 1.6, width))
            + 40 * np.sin(np.arange(width) / rng.uniform(60, 300))
        )
        below = np.arange(height)[:, None] > ridge[None]
        colour = rng.integers(20, 130, 3) * np.array([0.6, 1.0, 0.6])
        sky = np.where(below[..., None], colour + 70 * _cloud(height, width, rng, 0.75)[..., None], sky)
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
        + 25 * (_cloud(height, width, rng, 0.7)[..., None] - 0.5)
        + rng.normal(0, 4, (height, width, 1))
    )
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))


def desk(height: int, rng: Rng) -> Image.Image:
    """A desk with nothing on it, or with a cup, a pen and a phone."""
    width = round(height * rng.uniform(0.7, 1.4))
    wood = np.array([rng.uniform(90, 200), rng.uniform(70, 150), rng.uniform(40, 120)])
    grain = cv2.resize(_cloud(max(8, height // 40), width, rng), (width, height)) * rng.uniform(20, 60)
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
        _write(
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
    ground = rng.integers(30, 220, 3) + 80 * (_cloud(height, width, rng, 0.6)[..., None] - 0.5)
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
