"""Burnt spots, cut edges and slanting words: what a person is sure of at a glance, and what only looks like it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.materials.looks import look_at
from tests.materials import pages
from tests.materials.test_looks import flags_of

Pixels = np.ndarray


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def lit(picture: Image.Image, factor: float) -> Pixels:
    return np.asarray(picture.convert("RGB")).astype(np.float32) * factor


def shone(picture: Pixels, *places: tuple[float, float, float], white: float = 255.0) -> Image.Image:
    """The picture with soft spots of light: where they are and how wide, as parts of its width, height and width."""
    high, wide = picture.shape[:2]
    ys, xs = np.mgrid[0:high, 0:wide]
    taken = np.zeros((high, wide))
    for x, y, radius in places:
        away = np.hypot(xs - x * wide, ys - y * high) / (radius * wide)
        taken = np.maximum(taken, np.clip(2.2 * np.exp(-0.85 * away**2), 0, 1))
    return Image.fromarray((picture + (white - picture) * taken[..., None]).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    "places",
    [[(0.5, 0.5, 0.1)], [(0.02, 0.5, 0.12)], [(0.75, 0.04, 0.12)], [(0.3, 0.3, 0.09), (0.6, 0.7, 0.09)]],
    ids=["amid", "over the left edge", "over the upper edge", "two"],
)
def test_a_burnt_spot_on_grey_paper_is_found_wherever_it_lies(
    places: list[tuple[float, float, float]], rng: np.random.Generator
) -> None:
    scan = lit(pages.letter(1600, rng), 0.65)
    assert flags_of(Image.fromarray(scan.astype(np.uint8))) == []
    assert "glare" in flags_of(shone(scan, *places))
    photo = lit(pages.on_desk(pages.letter(1600, rng), rng), 0.7)
    assert "glare" in flags_of(shone(photo, *places))


def test_a_burnt_spot_on_a_dim_picture_need_not_be_white(rng: np.random.Generator) -> None:
    dim = lit(pages.letter(1600, rng), 0.5)
    assert "glare" in flags_of(shone(dim, (0.5, 0.5, 0.1), white=230.0))


def test_a_white_label_has_a_hard_rim_and_light_beside_a_shadow_is_no_spot(rng: np.random.Generator) -> None:
    scan = Image.fromarray(lit(pages.letter(1600, rng), 0.7).astype(np.uint8))
    draw = ImageDraw.Draw(scan)
    draw.rectangle((640, 300, 960, 480), fill=(255, 255, 255))
    assert "glare" not in flags_of(scan)
    page = lit(pages.letter(1600, rng), 1.01)
    shade = np.clip((np.arange(page.shape[1]) - 0.4 * page.shape[1]) / 90, 0, 1) * 0.35
    assert flags_of(Image.fromarray((page * (1 - shade[None, :, None])).clip(0, 255).astype(np.uint8))) == []


@pytest.mark.parametrize("where", [0.4, 0.6, 0.7])
@pytest.mark.parametrize("depth", [0.25, 0.35])
def test_white_paper_that_lies_half_in_a_shadow_is_not_burnt(
    where: float, depth: float, rng: np.random.Generator
) -> None:
    page = lit(pages.letter(1600, rng), 1.01)
    shade = np.clip((where * page.shape[1] - np.arange(page.shape[1])) / 90, 0, 1) * depth
    assert flags_of(Image.fromarray((page * (1 - shade[None, :, None])).clip(0, 255).astype(np.uint8))) == []


def test_print_near_the_edge_that_touches_it_nowhere_is_complete(rng: np.random.Generator) -> None:
    page = pages.letter(1600, rng)
    dark = np.asarray(page.convert("L")) < 128
    first = int(np.flatnonzero(dark.any(axis=1))[0])
    assert "cutoff" not in flags_of(page.crop((0, first - 14, page.width, page.height)))
    left = int(np.flatnonzero(dark.any(axis=0))[0])
    assert "cutoff" in flags_of(page.crop((left + 60, 0, page.width, page.height)))


def test_a_seal_that_runs_out_of_the_picture_is_cut(rng: np.random.Generator) -> None:
    page = np.full((1600, 1131, 3), 250, np.uint8)
    page[:1100] = np.asarray(pages.letter(1600, rng).convert("RGB"))[:1100, :1131]
    cv2.circle(page, (800, 1600), 110, (205, 50, 50), 5, cv2.LINE_AA)
    for x in (755, 800, 845):
        cv2.putText(page, "A", (x - 14, 1594), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (205, 50, 50), 3, cv2.LINE_AA)
    assert "cutoff" not in flags_of(Image.fromarray(page[:1400]))
    assert "cutoff" in flags_of(Image.fromarray(page))


def test_the_edge_of_a_sheet_that_a_scanner_shows_on_an_empty_page_is_no_print() -> None:
    sheet = np.full((1600, 1131, 3), 222, np.uint8)
    for left in range(120, 900, 60):
        sheet[0, left : left + 18] = 120
    for y in (520, 1080):
        cv2.circle(sheet, (60, y), 20, (120, 120, 118), -1, cv2.LINE_AA)
    assert flags_of(Image.fromarray(sheet)) == ["blank"]


@pytest.mark.parametrize("angle", [-22, 15])
def test_words_tell_the_slant_of_a_card_whose_lines_are_few(angle: int) -> None:
    card = np.full((900, 1440, 3), 236, np.uint8)
    fields = [("Name", 90), ("Post", 240), ("Office", 390), ("Number 99105019", 540), ("Date", 690)]
    face = pages.font(64)
    drawn = Image.fromarray(card)
    draw = ImageDraw.Draw(drawn)
    for words, y in fields:
        draw.text((90, y), "姓名职务单位证号" if len(words) > 6 else "姓名职务", font=face, fill=(30, 30, 30))
        draw.text((640, y), "青石县第一中学", font=face, fill=(40, 60, 120))
    for x in range(0, 1440, 36):  # the pattern of a card runs its own way
        draw.line((x, 0, x + 900, 900), fill=(214, 222, 226), width=3)
    level = Image.new("RGB", (1500, 1300), (96, 78, 60))
    level.paste(drawn, (30, 200))
    turned = level.rotate(-angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=(96, 78, 60))
    small = turned.copy()
    small.thumbnail((1600, 1600), Image.Resampling.BOX)
    assert "skew" not in flags_of(level)
    assert "skew" in look_at(small, pixels=max(turned.size)).names
