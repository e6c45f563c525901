"""Cards: few lines on a pattern that runs from edge to edge, and as pale as print is strong."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.materials.looks import look_at
from tests.materials import pages

CARD, PATTERN = (243, 247, 252), (206, 224, 238)
BLUE, BLACK = (60, 110, 180), (25, 25, 30)
SIZE = (1400, 890)
LINES = (
    (90, "姓名", "演示甲"),
    (200, "性别", "女"),
    (310, "出生", "1980年7月17日"),
    (420, "住址", "演示市某某路281号"),
)
NUMBER = "000000198007170000"


def flags_of(picture: Image.Image) -> list[str]:
    return look_at(picture, pixels=max(picture.size)).names


def drawn(*, amid: tuple[int, int] = (0, 0), ground: tuple[int, int, int] = CARD) -> Image.Image:
    """A card with waves, a portrait and a long number, alone or on a ground that stands out on all sides."""
    width, height = SIZE
    card = Image.new("RGB", SIZE, CARD)
    draw = ImageDraw.Draw(card)
    along = np.arange(0, width + 8, 8)
    for top in range(-40, height + 40, 46):
        wave = top + 18 * np.sin(2 * np.pi * along / 190 + top / 90)
        draw.line([*zip(along.tolist(), wave.tolist(), strict=True)], fill=PATTERN, width=11, joint="curve")
    for top, label, value in LINES:
        draw.text((80, top), label, font=pages.font(46), fill=BLUE)
        draw.text((230, top), value, font=pages.font(50), fill=BLACK)
    draw.text((80, 740), "公民身份号码", font=pages.font(44), fill=BLUE)
    draw.text((430, 735), NUMBER, font=pages.font(60, serif=False), fill=BLACK)
    draw.ellipse((1010, 180, 1210, 420), fill=(230, 190, 160))
    draw.chord((1000, 140, 1220, 420), 180, 360, fill=(35, 30, 32))
    draw.rounded_rectangle((950, 430, 1270, 640), 90, fill=(70, 70, 85))
    whole = Image.new("RGB", (width + 2 * amid[0], height + 2 * amid[1]), ground)
    whole.paste(card, amid)
    return whole


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(53)


@pytest.fixture
def card(rng: np.random.Generator) -> Image.Image:
    return pages.noisy(pages.blurred(drawn(), 0.8), rng, 1.2)


def test_a_card_is_as_sharp_as_its_print_and_not_as_its_pattern(card: Image.Image) -> None:
    assert flags_of(card) == []


def test_a_card_on_a_table_is_clean_as_well(rng: np.random.Generator) -> None:
    lying = pages.noisy(pages.blurred(drawn(amid=(160, 120), ground=(120, 84, 60)), 0.8), rng, 1.5)
    assert flags_of(lying) == []


@pytest.mark.parametrize("spread", [6, 9, 14])
def test_its_pattern_hides_no_blur(spread: int, card: Image.Image) -> None:
    assert flags_of(pages.blurred(card, spread)) == ["blur"]


def test_a_card_is_cut_that_lost_half_of_its_last_line(card: Image.Image) -> None:
    assert flags_of(card.crop((0, 0, card.width, 770))) == ["cutoff"]


def test_a_card_is_cut_that_lost_the_end_of_its_lines(card: Image.Image) -> None:
    assert "cutoff" in flags_of(card.crop((0, 0, 600, card.height)))


def test_a_card_shows_how_far_it_lies_askew(rng: np.random.Generator) -> None:
    black = drawn().convert("RGBA").rotate(13, expand=True, resample=Image.Resampling.BICUBIC)
    bed = Image.new("RGB", (black.width + 200, black.height + 160), (24, 24, 26))
    bed.paste(black, (100, 80), black)
    assert flags_of(pages.noisy(pages.blurred(bed, 0.8), rng, 1.2)) == ["skew"]


def test_a_card_on_its_head_is_rotated(card: Image.Image) -> None:
    assert flags_of(card.transpose(Image.Transpose.ROTATE_180)) == ["rotated"]
