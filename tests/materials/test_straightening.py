"""From a photo to a page: the sheet is found where it lies, made straight, evenly lit, and left alone where unsure."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from app.materials.inspection import inspect
from app.materials.outlines import find_outline
from app.materials.rendering import render_pages
from app.materials.sheets import Sheet
from app.materials.straightening import evenly_lit, find_sheet_on, level_sheet, straighten
from tests.materials import pages, photographs
from tests.materials.files import rng, saved
from tests.materials.photographs import Photograph

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    cv2.setNumThreads(1)


def error(photo: Photograph, corners: np.ndarray) -> float:
    """How far the worst corner is off, in parts of the sheet's diagonal, read from the right corner on."""
    size = np.array(photo.picture.size)
    assert photo.corners is not None
    true = photo.corners * size
    return float(np.linalg.norm(corners * size - true, axis=1).max() / np.linalg.norm(true[2] - true[0]))


def desk_photo(desk: str, **given: float | bool | int) -> Photograph:
    chance = rng(sum(desk.encode()))
    page = pages.seal(pages.letter(1100, chance), chance)
    return photographs.photographed(page, chance, desk=desk, **{"longest": 1000, **given})


@pytest.mark.parametrize("desk", ["dark", "light", "oak", "wood", "granite", "stripes"])
def test_the_corners_of_a_sheet_are_found_on_every_desk(desk: str) -> None:
    photo = desk_photo(desk, turn=7.0, lean=0.15)
    found = find_outline(np.asarray(photo.picture))
    assert found is not None
    assert error(photo, found.corners) < 0.01


def test_a_crumpled_sheet_under_a_shadow_and_a_thumb_is_found() -> None:
    photo = desk_photo("wood", turn=-9.0, lean=0.12, crumple=0.8, shadow=0.4, finger=True)
    found = find_outline(np.asarray(photo.picture))
    assert found is not None
    assert error(photo, found.corners) < 0.03


@pytest.mark.parametrize("kind", ["letter", "form", "form_wide", "cover", "seal_only", "pink_paper"])
def test_on_a_page_that_fills_its_picture_no_sheet_is_found(kind: str) -> None:
    assert find_outline(np.asarray(pages.kind_of_page(kind, 1100, rng(5)))) is None


def test_a_frame_and_a_copied_card_on_a_scan_are_no_sheets() -> None:
    for drawn in (photographs.diploma(1100, rng(4)), photographs.card_copy(1100, rng(4))):
        assert find_outline(np.asarray(drawn)) is None


def test_a_straightened_page_has_the_shape_of_its_sheet_and_its_print_in_place() -> None:
    chance = rng(8)
    page = pages.blank_sheet(1400)
    mark = (slice(200, 260), slice(100, 700))
    pixels = np.array(page)
    pixels[mark] = 20
    photo = photographs.photographed(Image.fromarray(pixels), chance, desk="dark", longest=1400, turn=10, lean=0.2)
    sheet = find_sheet_on(photo.picture, page=1)
    assert sheet is not None
    made = straighten(photo.picture, sheet, longest_side=1400)
    assert made.height / made.width == pytest.approx(2**0.5, rel=0.01)
    gray = np.asarray(made.convert("L").resize((990, 1400)))
    assert np.median(gray[205:255, 110:690]) < 80
    assert np.median(gray[300:1300, 100:900]) > 225


def test_even_light_takes_the_shadow_and_leaves_red_and_blue_ink() -> None:
    chance = rng(3)
    page = np.full((1000, 700, 3), 250, np.uint8)
    page[200:260, 100:600] = (200, 40, 45)
    page[600:660, 100:600] = (40, 60, 170)
    shaded = pages.shaded(pages.uneven(Image.fromarray(page), chance, low=0.7), chance, depth=0.45)
    lit = evenly_lit(np.asarray(shaded))
    paper = cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY)[400:550]
    assert np.percentile(paper, 1) > 215, "the shadow is gone"
    red, blue = np.median(lit[210:250, 150:550], axis=(0, 1)), np.median(lit[610:650, 150:550], axis=(0, 1))
    assert red[0] > red[1] + 90, "a seal stays red"
    assert blue[2] > blue[0] + 70, "ink stays blue"


def test_coloured_paper_and_dark_covers_keep_their_colour() -> None:
    pink = np.full((700, 500, 3), (240, 205, 212), np.uint8)
    lit = np.median(evenly_lit(pink), axis=(0, 1))
    assert lit[0] > lit[1] + 20
    cover = np.asarray(pages.cover(900, rng(2)))
    assert np.array_equal(evenly_lit(cover), cover)


def test_a_skewed_scan_is_laid_level() -> None:
    page = pages.letter(1100, rng(6))
    askew = page.rotate(-4.0, Image.Resampling.BICUBIC, fillcolor=(252, 252, 250))  # clockwise
    sheet = level_sheet(askew, angle=4.0, clarity=3.0, page=1)
    assert sheet is not None
    made = np.asarray(straighten(askew, sheet, longest_side=1100).convert("L").resize(page.size), dtype=float)
    rows = made[:, 100:-100].mean(axis=1)
    assert rows.max() - rows.min() > 60, "between level lines there is paper from one side to the other"
    assert np.abs(made - np.asarray(page.convert("L"), dtype=float)).mean() < 30
    assert level_sheet(askew, angle=0.2, clarity=3.0, page=1) is None
    assert level_sheet(askew, angle=4.0, clarity=1.1, page=1) is None


def test_a_turn_moves_the_place_where_reading_begins() -> None:
    sheet = Sheet(page=1, corners=WHOLE)
    picture = Image.new("RGB", (400, 600), "white")
    picture.paste((255, 0, 0), (0, 0, 400, 60))
    turned = straighten(picture, sheet.turned(1), longest_side=600, evenly=False)
    assert turned.width > turned.height
    red = turned.getpixel((turned.width - 10, turned.height // 2))
    assert red[1] < 80 < red[0], "what was above is at the right after a turn clockwise"
    assert sheet.turned(1).turned(3).placed == WHOLE
    assert Sheet.from_json(sheet.turned(2).to_json()) == sheet.turned(2)


def test_the_examination_judges_the_page_and_says_where_it_lies(tmp_path: Path) -> None:
    photo = desk_photo("wood", longest=1700, fill=0.85, turn=12.0)
    path = tmp_path / "photo.jpg"
    path.write_bytes(saved(photo.picture, "JPEG", quality=88))
    verdict = inspect(path, filename="photo.jpg", straightened=True)
    assert verdict.accepted, verdict.findings
    (sheet,) = (Sheet.from_json(one) for one in verdict.sheets)
    assert error(photo, np.array(sheet.corners)) < 0.02
    assert inspect(path, filename="photo.jpg").sheets == (), "as it came, a file is judged as it came"
    (page,) = render_pages(path, "image/jpeg", to=tmp_path / "drawn", sheets=verdict.sheets)
    with Image.open(page) as drawn:
        assert max(drawn.size) / min(drawn.size) == pytest.approx(2**0.5, rel=0.01)
        assert np.percentile(np.asarray(drawn.convert("L")), 50) > 220


def test_a_scanned_document_is_straightened_page_by_page(tmp_path: Path) -> None:
    photo = desk_photo("dark", longest=1500, turn=6.0)
    scan = pages.letter(1400, rng(9))
    path = tmp_path / "two.pdf"
    photo.picture.save(path, "PDF", save_all=True, append_images=[scan], resolution=150)
    verdict = inspect(path, filename="two.pdf", straightened=True)
    assert [sheet["page"] for sheet in verdict.sheets] == [1]
    first, second = render_pages(path, "application/pdf", to=tmp_path / "drawn", sheets=verdict.sheets)
    with Image.open(first) as page, Image.open(second) as untouched:
        assert page.height / page.width == pytest.approx(2**0.5, rel=0.01)
        assert untouched.height / untouched.width == pytest.approx(scan.height / scan.width, rel=0.01)
