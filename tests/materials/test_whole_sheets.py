"""A sheet that lies whole on a lively ground is a paper and is not cut; strong colours of a screen are told as such."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from app.materials.inspection import examine
from app.materials.verdicts import Limits
from tests.materials import pages

SEED = 47
SIZE = (1500, 2000)


def patterned_cloth(rng: np.random.Generator) -> Image.Image:
    """Cloth as light as the paper, with dark rings of the size of characters all over, up to every edge."""
    ground = np.full((SIZE[1], SIZE[0], 3), (218, 200, 150), np.uint8)
    for y in range(0, SIZE[1], 55):
        for x in range(0, SIZE[0], 55):
            at = (x + int(rng.integers(0, 8)), y + int(rng.integers(0, 8)))
            cv2.circle(ground, at, 9, (120, 96, 70), 3)
    return Image.fromarray(ground)


def laid_down(sheet: Image.Image, ground: Image.Image, at: tuple[int, int]) -> Image.Image:
    picture = ground.copy()
    picture.paste(sheet, at)
    return picture


def flags_of(picture: Image.Image, folder: Path) -> list[str]:
    place = folder / "photo.jpg"
    picture.save(place, quality=88)
    return examine(place, filename=place.name, declared_type=None, limits=Limits()).flags


@pytest.fixture
def sheet() -> Image.Image:
    return pages.darkened(pages.letter(1650, np.random.default_rng(SEED)), 0.86)


def test_a_whole_sheet_on_a_patterned_cloth_is_not_cut(sheet: Image.Image, tmp_path: Path) -> None:
    cloth = patterned_cloth(np.random.default_rng(1))
    assert flags_of(laid_down(sheet, cloth, (160, 170)), tmp_path) == []


def test_a_sheet_that_runs_out_of_the_picture_is_cut_on_the_same_cloth(sheet: Image.Image, tmp_path: Path) -> None:
    cloth = patterned_cloth(np.random.default_rng(1))
    assert "cutoff" in flags_of(laid_down(sheet, cloth, (700, 170)), tmp_path)


def test_a_blurred_sheet_is_a_sheet_wherever_it_lies(sheet: Image.Image, tmp_path: Path) -> None:
    photo = laid_down(sheet, patterned_cloth(np.random.default_rng(SEED)), (160, 170))
    assert flags_of(pages.blurred(photo, 14), tmp_path) == ["blur"]


def test_an_empty_sheet_on_a_patterned_cloth_is_blank(tmp_path: Path) -> None:
    empty = pages.blank_sheet(1650)
    photo = laid_down(empty, patterned_cloth(np.random.default_rng(SEED)), (160, 170))
    assert "not_document" not in flags_of(photo, tmp_path)


def test_colours_of_a_screen_as_strong_as_print_are_waves(sheet: Image.Image, tmp_path: Path) -> None:
    page = np.asarray(sheet).astype(np.float32)
    across, down = np.meshgrid(np.arange(page.shape[1]), np.arange(page.shape[0]))
    turns = (across * 0.9 + down * 0.45) / 24 * 2 * np.pi
    fringes = np.stack([np.sin(turns), np.sin(turns + 2.1), np.sin(turns + 4.2)], axis=2) * 70 - 20
    assert "moire" in flags_of(Image.fromarray(np.clip(page + fringes, 0, 255).astype(np.uint8)), tmp_path)


def test_a_dark_page_on_its_side_is_said_to_lie_so(sheet: Image.Image, tmp_path: Path) -> None:
    dark = pages.darkened(sheet, 0.23)
    assert flags_of(dark, tmp_path) == ["dark"]
    assert flags_of(dark.rotate(90, expand=True), tmp_path) == ["dark", "rotated"]


def on_writing_paper(sheet: Image.Image) -> Image.Image:
    ruled = np.asarray(sheet).copy()
    for y in range(60, ruled.shape[0], 66):
        ruled[y : y + 2] = (120, 140, 175)
    return Image.fromarray(ruled)


def test_writing_paper_that_is_ruled_from_edge_to_edge_is_not_cut(sheet: Image.Image, tmp_path: Path) -> None:
    assert flags_of(on_writing_paper(sheet), tmp_path) == []


def test_what_is_written_on_it_may_be_cut_all_the_same(sheet: Image.Image, tmp_path: Path) -> None:
    paper = on_writing_paper(sheet)
    cut = paper.crop((round(0.25 * paper.width), 0, paper.width, paper.height))
    assert flags_of(cut, tmp_path) == ["cutoff"]
