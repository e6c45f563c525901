"""Type, names, running text and paper: what every paper of the benchmark of materials is made of."""

from __future__ import annotations

from functools import cache

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
UNITS = [
    "第一中学", "人民医院", "文化馆", "农业技术推广站", "图书馆", "水务局", "档案馆", "气象台",
    "博物馆", "疾控中心",
]  # fmt: skip
WORDS = [
    "岗位", "聘任", "考核", "优秀", "合格", "工资", "薪级", "职务", "学历", "本科", "硕士",
    "同意", "报送", "审批", "意见", "盖章", "负责人", "日期", "年度", "任现职", "执行", "起薪",
    "津贴", "补贴", "绩效", "退休", "工龄", "参加工作", "政治面貌", "中共党员", "籍贯", "民族",
    "汉族", "健康", "备注", "编号", "单位", "主管部门", "证明", "材料", "原件", "复印",
]  # fmt: skip


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


def write(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], told: str, type_, ink, pitch=1.6) -> float:
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
