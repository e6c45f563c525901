"""A page of too few pixels stays one when it is made larger, and a skewed table is skewed without a word in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.materials.inspection import examine
from app.materials.verdicts import Limits
from tests.materials import pages

SEED = 41
_WAYS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def flags_of_saved(picture: Image.Image, folder: Path, quality: int | None = None) -> list[str]:
    place = folder / ("page.png" if quality is None else "page.jpg")
    picture.save(place, quality=quality or 100)
    return examine(place, filename=place.name, declared_type=None, limits=Limits()).flags


def thumbnail(longest: int) -> Image.Image:
    rng = np.random.default_rng(SEED)
    page = pages.uneven(pages.letter(1600, rng), rng)
    page.thumbnail((longest, longest), Image.Resampling.BOX)
    return page


@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("quality", [None, 80])
def test_a_thumbnail_made_larger_is_still_of_few_pixels(way: str, quality: int | None, tmp_path: Path) -> None:
    small = thumbnail(280)
    longest = 1430 if way == "nearest" else 1330
    size = (round(small.width * longest / small.height), longest)
    assert "lowres" in flags_of_saved(small.resize(size, _WAYS[way]), tmp_path, quality)


@pytest.mark.parametrize("longest", [1500, 1700, 1900, 2000])
def test_a_page_of_enough_pixels_is_not(longest: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(SEED)
    page = pages.uneven(pages.letter(1500, rng), rng)
    page = page.resize((round(page.width * longest / page.height), longest), Image.Resampling.BICUBIC)
    assert "lowres" not in flags_of_saved(page, tmp_path, 70)


@pytest.mark.parametrize("times", [1.15, 1.25, 1.5])
def test_a_page_made_a_little_larger_has_the_turns_of_one_made_much_larger_and_is_none(
    times: float, tmp_path: Path
) -> None:
    page = pages.letter(1270, np.random.default_rng(SEED))
    page = page.resize((round(times * page.width), round(times * page.height)), Image.Resampling.BILINEAR)
    assert "lowres" not in flags_of_saved(page, tmp_path)


def table(angle: float) -> Image.Image:
    """An empty form: no line of words, and rules that tell how it lies."""
    page = Image.new("RGB", (1130, 1600), "white")
    draw = ImageDraw.Draw(page)
    for row in range(11):
        draw.rectangle((150, 300 + 80 * row, 980, 380 + 80 * row), outline=(30, 30, 30), width=3)
        draw.text((190, 325 + 80 * row), "Name", font=pages.font(26), fill=(30, 30, 30))
    draw.line((380, 300, 380, 1180), fill=(30, 30, 30), width=3)
    return page.rotate(-angle, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


@pytest.mark.parametrize("angle", [-31, -14, 12, 24])
def test_an_empty_table_is_skewed_as_its_rules_are(angle: int, tmp_path: Path) -> None:
    assert flags_of_saved(table(angle), tmp_path, 85) == ["skew"]


def test_an_empty_table_that_lies_level_is_not(tmp_path: Path) -> None:
    assert flags_of_saved(table(2), tmp_path, 85) == []


def test_it_stays_so_when_its_sheet_is_laid_level(tmp_path: Path) -> None:
    small = thumbnail(280).rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor=(70, 52, 40))
    place = tmp_path / "page.png"
    small.resize((5 * small.width, 5 * small.height), Image.Resampling.BILINEAR).save(place)
    verdict = examine(place, filename=place.name, declared_type=None, limits=Limits(), straightened=True)
    assert verdict.sheets
    assert "lowres" in verdict.flags


def test_rules_tell_where_the_few_words_of_a_table_seem_to_stand_level(tmp_path: Path) -> None:
    place = tmp_path / "page.jpg"
    table(-9).save(place, quality=85)
    verdict = examine(place, filename=place.name, declared_type=None, limits=Limits())
    assert verdict.flags == ["skew"]
    assert verdict.looks[0]["measures"]["ruled_share"] > 0.55
