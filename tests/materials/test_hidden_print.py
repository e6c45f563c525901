"""How the lines run of print that is hard to see, and what has hardly a mark on it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.materials.looks import look_at
from tests.materials import pages
from tests.materials.photographs import desk_of

SEED = 47
WHITE = (252, 252, 250)


def flags_of(picture: Image.Image, *, pixels: int | None = None) -> list[str]:
    return look_at(picture, pixels=pixels or max(picture.size)).names


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


@pytest.fixture
def letter(rng: np.random.Generator) -> Image.Image:
    return pages.uneven(pages.letter(1600, rng), rng, low=0.9)


def test_a_blurred_page_on_its_side_is_both(letter: Image.Image) -> None:
    blurred = pages.blurred(letter, 3.6)
    assert flags_of(blurred) == ["blur"]
    assert flags_of(blurred.transpose(Image.Transpose.ROTATE_90)) == ["blur", "rotated"]


def test_a_pale_page_that_lies_askew_is_both(letter: Image.Image) -> None:
    pale = pages.washed_out(letter, 0.13)
    assert flags_of(pale) == ["washed"]
    assert flags_of(pale.rotate(12, expand=True, fillcolor=(250, 250, 249))) == ["washed", "skew"]


@pytest.mark.parametrize("turned", [50, 60, 70, -55, -65])
def test_blurred_lines_may_run_at_any_angle(turned: int, letter: Image.Image) -> None:
    blurred = pages.blurred(letter, 3.6).rotate(turned, expand=True, fillcolor=(250, 250, 249))
    assert "blur" in flags_of(blurred)


def test_a_pale_page_whose_lines_run_out_of_the_picture_is_cut(letter: Image.Image) -> None:
    pale = pages.washed_out(letter, 0.13)
    assert flags_of(pale.crop((int(0.2 * pale.width), 0, pale.width, pale.height))) == ["washed", "cutoff"]


def test_punched_holes_and_a_stain_are_nothing_written(rng: np.random.Generator) -> None:
    sheet = pages.blank_sheet(1600, WHITE)
    draw = ImageDraw.Draw(sheet)
    for down in (500, 1100):
        draw.ellipse((40, down, 80, down + 40), fill=(90, 90, 90))
    draw.ellipse((600, 900, 760, 1040), fill=(243, 238, 226))
    assert flags_of(pages.noisy(pages.blurred(sheet, 0.8), rng, 1.5)) == ["blank"]


def test_the_veins_of_a_marbled_ground_cut_no_page(letter: Image.Image, rng: np.random.Generator) -> None:
    ground = Image.fromarray(np.clip(0.2 * desk_of("stone", (1300, 1700), rng) + 185, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(ground)
    for _ in range(60):
        x, y = rng.integers(0, ground.width), rng.integers(0, ground.height)
        for _ in range(12):
            to = (int(x + rng.integers(-30, 31)), int(y + rng.integers(-30, 31)))
            draw.line((int(x), int(y), *to), fill=(140, 140, 145), width=4)
            x, y = to
    sheet = letter.resize((850, 1200))
    left, top = (ground.width - sheet.width) // 2, (ground.height - sheet.height) // 2
    ground.paste(sheet, (left, top))
    assert "cutoff" not in flags_of(pages.blurred(ground, 0.6))


def test_print_as_large_as_on_a_card_needs_no_more_pixels_than_a_card(rng: np.random.Generator) -> None:
    page = Image.new("RGB", (400, 500), (246, 246, 244))
    draw = ImageDraw.Draw(page)
    for number in range(9):
        draw.text((30, 30 + 50 * number), "姓名李明　民族汉　一九八二年", fill=(30, 30, 35), font=pages.font(24))
    assert flags_of(page) == []
    small = pages.letter(500, rng)
    assert "lowres" in flags_of(small)


def test_the_fine_lines_of_a_card_are_no_waves_of_a_screen(rng: np.random.Generator) -> None:
    card = Image.new("RGB", (1600, 1010), (232, 240, 246))
    draw = ImageDraw.Draw(card)
    for number in range(-40, 60):
        across = np.arange(0, 1601, 8)
        down = 18 * number + 60 * np.sin(across / 140 + number / 9)
        tint = (222, 242, 238) if number % 2 else (240, 230, 242)
        draw.line([(float(x), float(y)) for x, y in zip(across, down, strict=True)], fill=tint, width=2)
    for number, line in enumerate(("姓名　李明", "性别　男　民族　汉", "出生　一九八二年六月二日", "公民身份号码")):
        draw.text((90, 110 + 190 * number), line, fill=(25, 25, 30), font=pages.font(64))
    assert flags_of(pages.noisy(card, rng, 1.0)) == []


def test_grain_that_no_camera_leaves_is_the_dots_of_a_screen(letter: Image.Image, rng: np.random.Generator) -> None:
    light = np.asarray(letter, np.float32)
    down, across = np.mgrid[0 : light.shape[0], 0 : light.shape[1]]
    dots = np.stack([(across + down) % 3 == channel for channel in range(3)], axis=2)
    seen = light * np.where(dots, 0.95, 0.45) + rng.normal(0, 6, light.shape)
    assert flags_of(Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))) == ["moire"]


def test_bars_without_a_word_are_no_empty_sheet() -> None:
    chart = Image.new("RGB", (1400, 900), (247, 247, 250))
    draw = ImageDraw.Draw(chart)
    for number, colour in enumerate([(158, 84, 96), (214, 203, 72), (212, 56, 112), (206, 190, 164), (86, 165, 96)]):
        draw.rectangle((160 + 200 * number, 780 - 90 * (number + 1), 280 + 200 * number, 780), fill=colour)
    assert flags_of(chart) == ["not_document"]
