"""A sheet that is written from top to bottom with known words, and the people and numbers that stand on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from stdnum.cn import ric

Rng = np.random.Generator

_NOTO = "/usr/share/fonts/opentype/noto/NotoS{}CJK-{}.ttc"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂华玉建国文斌辉鹏宇浩然子轩梓涵欣怡雨桐佳琪晨曦志远海燕"
    "春梅立新晓红永胜思源俊凯婷雪莹倩琳峰波亮东林生福贵德顺兴隆庆祥瑞泽楠彬颖慧珍翠莲"
)
UNITS = (
    "第一中学",
    "实验小学",
    "人民医院",
    "文化馆",
    "农业技术推广站",
    "图书馆",
    "水务局",
    "档案馆",
    "气象台",
    "博物馆",
    "疾病预防控制中心",
    "广播电视台",
    "环境监测站",
)
PLACES = ("江州市", "临河县", "安平市", "东山区", "清源县", "和顺市", "云岭市", "长宁县")
SCHOOLS = (
    "江州大学",
    "东山师范学院",
    "清源医科大学",
    "和顺理工大学",
    "云岭农业大学",
    "安平财经学院",
    "长宁职业技术学院",
)
SUBJECTS = (
    "汉语言文学",
    "临床医学",
    "会计学",
    "计算机科学与技术",
    "水利水电工程",
    "护理学",
    "数学与应用数学",
    "图书馆学",
    "农学",
    "法学",
)
POSTS = (
    "专业技术十级岗位",
    "管理八级职员",
    "副主任",
    "高级教师",
    "主治医师",
    "办公室主任",
    "中心副站长",
    "专业技术七级岗位",
    "三级调研员",
    "图书馆馆员",
)


@dataclass
class Told:
    """A drawn paper and what it says."""

    picture: Image.Image
    kind: str
    name: str | None
    id_number: str | None = None
    others: list[str] = field(default_factory=list)
    """People on it whom it is not about."""


@cache
def type_of(size: int, family: str, weight: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_NOTO.format(family, weight), max(size, 6), index=2)


def person(rng: Rng) -> str:
    """Somebody's name, of two or three characters."""
    given = "".join(rng.choice(list(_GIVEN), int(rng.choice([1, 2, 2]))))
    return str(rng.choice(list(_SURNAMES))) + given


def identity_number(rng: Rng) -> str:
    """A number whose check digit holds."""
    area = str(rng.choice(["110101", "320102", "430103", "510104", "370102", "440106", "610113"]))
    born = f"{rng.integers(1958, 2000)}{rng.integers(1, 13):02}{rng.integers(1, 29):02}"
    first = f"{area}{born}{rng.integers(0, 1000):03}"
    return first + ric.calc_check_digit(first + "0")


def some_day(rng: Rng) -> str:
    year, month, day = int(rng.integers(1995, 2019)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
    way = int(rng.integers(0, 4))
    if way == 0:
        chinese = "〇一二三四五六七八九"
        tens = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")

        def small(number: int) -> str:
            ten = "" if number < 10 else ("十" if number < 20 else tens[number // 10] + "十")
            return ten + tens[number % 10]

        return "".join(chinese[int(digit)] for digit in str(year)) + f"年{small(month)}月{small(day)}日"
    return (f"{year}年{month}月{day}日", f"{year}年{month}月", f"{year}.{month:02}", f"{year}-{month:02}-{day:02}")[way]


class Sheet:
    """A sheet that is written from top to bottom."""

    def __init__(self, height: int, rng: Rng, *, wide: bool = False, paper: tuple[int, int, int] | None = None) -> None:
        tone = int(rng.integers(240, 256))
        size = (height, round(height / 1.414)) if wide else (round(height / 1.414), height)
        self.rng, self.picture = rng, Image.new("RGB", size, paper or (tone, tone, tone - int(rng.integers(0, 8))))
        self.draw = ImageDraw.Draw(self.picture)
        self.width, self.height = size
        self.em = round(height * float(rng.uniform(10.5, 15)) / 842)
        self.family, self.bold = str(rng.choice(["erif", "ans"])), str(rng.choice(["Bold", "Regular"]))
        self.margin = round(self.width * float(rng.uniform(0.09, 0.14)))
        self.y = float(height * rng.uniform(0.06, 0.11))
        self.ink = (int(rng.integers(0, 50)),) * 3

    def face(self, times: float = 1.0, *, weight: str = "Regular") -> ImageFont.FreeTypeFont:
        return type_of(round(self.em * times), self.family, weight)

    def centred(
        self, text: str, times: float, *, colour: tuple[int, int, int] | None = None, wide: bool = False
    ) -> None:
        face = self.face(times, weight=self.bold)
        shown = text if not wide else "　".join(text)
        while face.getlength(shown) > self.width - 1.2 * self.margin:
            times *= 0.9
            face = self.face(times, weight=self.bold)
        self.draw.text((self.width / 2, self.y), shown, font=face, fill=colour or self.ink, anchor="mt")
        self.y += self.em * times * 1.2 + self.em * float(self.rng.uniform(0.8, 1.8))

    def left(self, text: str) -> None:
        self.draw.text((self.margin, self.y), text, font=self.face(), fill=self.ink)
        self.y += self.em * 1.8

    def paragraph(self, text: str, *, pitch: float | None = None) -> None:
        pitch = pitch or float(self.rng.uniform(1.5, 2.0))
        per_line = max(8, int((self.width - 2 * self.margin) / self.em))
        text = "　　" + text
        for at in range(0, len(text), per_line):
            self.draw.text((self.margin, self.y), text[at : at + per_line], font=self.face(), fill=self.ink)
            self.y += self.em * pitch
        self.y += self.em * 0.3

    def signed(self, unit: str, day: str) -> None:
        self.y += self.em * 2
        right = self.width - self.margin
        self.draw.text((right, self.y), unit, font=self.face(), fill=self.ink, anchor="ra")
        self.draw.text((right - self.em, self.y + 1.8 * self.em), day, font=self.face(), fill=self.ink, anchor="ra")
        if self.rng.uniform() < 0.7:
            self.seal(right - 4 * self.em, self.y + 1.5 * self.em, unit)
        self.y += 4 * self.em

    def seal(self, x: float, y: float, unit: str) -> None:
        radius, red = self.em * 4.2, (int(self.rng.integers(190, 225)), 50, 50)
        mark = Image.new("L", self.picture.size, 0)
        draw = ImageDraw.Draw(mark)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=255, width=max(2, round(radius / 15)))
        draw.text((x, y), "★", font=self.face(2.2), fill=255, anchor="mm")
        draw.text((x, y + radius * 0.6), unit[:8], font=self.face(0.7), fill=255, anchor="mm")
        faded = mark.point(lambda value: round(value * 0.75))
        self.picture.paste(Image.new("RGB", self.picture.size, red), mask=faded)

    def table(self, rows: Sequence[Sequence[str]], *, shares: Sequence[float] | None = None, tall: float = 2.4) -> None:
        """Ruled cells; a row of fewer cells stretches its last one."""
        columns = max(len(row) for row in rows)
        shares = shares or [1.0] * columns
        room = self.width - 2 * self.margin * 0.8
        edges = [self.margin * 0.8 + room * sum(shares[:at]) / sum(shares) for at in range(columns + 1)]
        thick = max(1, self.height // 1000)
        for row in rows:
            lines = max(1, max(len(cell.split("\n")) for cell in row))
            bottom = self.y + self.em * tall * (1 if lines == 1 else 0.7 * lines)
            for at, cell in enumerate(row):
                right = edges[at + 1] if at < len(row) - 1 else edges[-1]
                self.draw.rectangle([edges[at], self.y, right, bottom], outline=self.ink, width=thick)
                face = self.face(0.95)
                widest = max((face.getlength(part) for part in cell.split("\n")), default=1) or 1
                if widest > right - edges[at] - 6:
                    face = self.face(0.95 * (right - edges[at] - 6) / widest)
                self.draw.multiline_text(
                    ((edges[at] + right) / 2, (self.y + bottom) / 2),
                    cell,
                    font=face,
                    fill=self.ink,
                    anchor="mm",
                    align="center",
                )
            self.y = bottom
