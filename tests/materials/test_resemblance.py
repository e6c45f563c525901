"""Pictures that are no documents, told by the rows that stand on them and by the ground between those."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.materials.flagging import flags_of as flags_from
from app.materials.looks import look_at
from tests.materials import pages
from tests.materials.test_looks import flags_of

WORDS = ("微信", "相机", "设置", "时钟", "日历", "天气", "地图", "音乐", "视频", "邮件", "文件", "电话", "健康", "图书")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def clouds(height: int, width: int, cell: int, rng: np.random.Generator) -> np.ndarray:
    """Light that changes from place to place, of deviation one, as in views that are out of focus in parts."""
    total = np.zeros((height, width), np.float32)
    for octave in range(5):
        size = max(2, cell >> octave)
        coarse = rng.normal(size=(height // size + 3, width // size + 3)).astype(np.float32)
        total += 0.55**octave * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return total / total.std()


def home_screen(ground: tuple[int, int, int], ink: tuple[int, int, int], rng: np.random.Generator) -> Image.Image:
    """Icons with their names below them, in rows as letters stand."""
    screen = Image.new("RGB", (900, 1900), ground)
    draw = ImageDraw.Draw(screen)
    for row in range(7):
        for column in range(4):
            x, y = 40 + 215 * column, 130 + 240 * row
            colour = tuple(int(value) for value in rng.integers(20, 230, 3))
            draw.rounded_rectangle([x, y, x + 150, y + 150], 32, fill=colour)
            draw.ellipse([x + 40, y + 40, x + 110, y + 110], fill=(255, 255, 255))
            name = WORDS[int(rng.integers(len(WORDS)))]
            draw.text((x + 75, y + 175), name, font=pages.font(30, serif=False), fill=ink, anchor="mm")
    return screen


@pytest.mark.parametrize(
    ("ground", "ink"), [((250, 250, 250), (30, 30, 30)), ((60, 90, 150), (255, 255, 255)), ((20, 22, 30), (240,) * 3)]
)
def test_the_names_of_icons_are_no_page(
    ground: tuple[int, int, int], ink: tuple[int, int, int], rng: np.random.Generator
) -> None:
    assert flags_of(home_screen(ground, ink, rng)) == ["not_document"]


def test_letters_on_the_pictures_of_a_site_are_no_page(rng: np.random.Generator) -> None:
    site = Image.new("RGB", (1600, 1000), "white")
    draw = ImageDraw.Draw(site)
    draw.rectangle([0, 60, 1600, 130], fill=(30, 120, 90))
    for place, word in enumerate(("首页", "旅游", "美食", "视频", "登录")):
        draw.text((80 + 240 * place, 75), word, font=pages.font(34, serif=False), fill="white")
    for left, top, wide, high in (
        (0, 130, 1600, 430),
        (30, 600, 480, 260),
        (560, 600, 480, 260),
        (1090, 600, 480, 260),
    ):
        view = np.stack([clouds(high, wide, 90, rng) for _ in range(3)], axis=2) * 50 + rng.uniform(60, 180, 3)
        site.paste(Image.fromarray(np.clip(view, 0, 255).astype(np.uint8)), (left, top))
        draw.text((left + 10, top + high + 10), "¥1280 海边民宿", font=pages.font(30, serif=False), fill=(200, 40, 30))
    assert flags_of(site) == ["not_document"]


@pytest.mark.parametrize("cell", [60, 240])
def test_a_grey_view_is_not_merely_blurred_or_washed_out(cell: int, rng: np.random.Generator) -> None:
    view = np.clip(120 + 45 * clouds(1200, 1600, cell, rng), 0, 255)
    assert flags_of(Image.fromarray(view.astype(np.uint8))) == ["not_document"]


def test_striped_cloth_is_not_merely_waved(rng: np.random.Generator) -> None:
    ys, xs = np.mgrid[0:1300, 0:1700].astype(np.float32)
    along = xs * 0.9 + ys * 0.4 + 6 * clouds(1300, 1700, 400, rng)
    cloth = np.full((1300, 1700, 3), (60, 90, 160), np.float32)
    cloth[(along / 70) % 1 < 0.4] = (190, 60, 50)
    cloth *= 1 + 0.08 * np.sin(along * 0.6)[..., None]
    cloth += rng.normal(0, 3, (1300, 1700, 1))
    assert flags_of(Image.fromarray(np.clip(cloth, 0, 255).astype(np.uint8))) == ["not_document"]


@pytest.mark.parametrize("tone", [205.0, 226.0])
def test_the_joints_of_tiles_are_neither_print_that_is_cut_nor_folds(tone: float, rng: np.random.Generator) -> None:
    wall = np.full((1300, 1700, 3), tone)
    for start in range(0, 1700, 170):
        wall[start : start + 6] *= 0.7
        wall[:, start : start + 6] *= 0.7
    shone = wall * (1 + 0.04 * clouds(1300, 1700, 700, rng)[..., None]) + rng.normal(0, 2, (1300, 1700, 1))
    assert flags_of(Image.fromarray(np.clip(shone, 0, 255).astype(np.uint8))) == ["not_document"]


@pytest.mark.parametrize("fill", [0.5, 0.62])
@pytest.mark.parametrize("kind", ["letter", "form", "letter_sealed", "grey_paper"])
def test_a_page_that_lies_small_on_a_desk_is_one(kind: str, fill: float, rng: np.random.Generator) -> None:
    page = pages.on_desk(pages.kind_of_page(kind, 2400, rng), rng, fill=fill)
    assert "not_document" not in flags_of(page)


@pytest.mark.parametrize("kind", ["letter", "form", "grey_paper", "sparse", "pencil"])
def test_a_page_that_nobody_can_read_is_still_a_page(kind: str, rng: np.random.Generator) -> None:
    page = pages.kind_of_page(kind, 1700, rng)
    for spoiled in (pages.blurred(page, 7), pages.washed_out(page, 0.08), pages.darkened(page, 0.15)):
        assert "not_document" not in flags_of(spoiled)


def test_rows_are_not_looked_for_on_a_plain_page_and_old_measures_say_nothing_of_them(
    rng: np.random.Generator,
) -> None:
    looks = look_at(pages.letter(1600, rng), pixels=1600)
    assert looks.names == []
    assert "text_rows" not in looks.measures
    screen = look_at(home_screen((250, 250, 250), (30, 30, 30), rng), pixels=1900)
    assert "text_rows" in screen.measures
    kept = {name: value for name, value in screen.measures.items() if not name.startswith(("text_", "raised_"))}
    assert isinstance(flags_from(kept), list)
