"""A small labelled set, drawn from seeds: what a person would be sure of is found, and nothing else is said."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.materials.inspection import examine
from app.materials.verdicts import Limits, Verdict
from benchmarks.materials_flaws import draw
from tests.materials import pages

SEED = 31


def examined(flaw: str, number: int, folder: Path) -> tuple[Verdict, frozenset[str], frozenset[str]]:
    sample = draw(flaw, np.random.default_rng([SEED, number]))
    place = folder / f"sample{sample.suffix}"
    place.write_bytes(sample.data)
    return examine(place, filename=place.name, declared_type=None, limits=Limits()), sample.flags, sample.either


@pytest.mark.parametrize("flaw", ["skew", "cutoff", "moire", "overcompressed", "not_document", "clean"])
def test_a_clear_flaw_is_named_and_a_clean_page_is_not(flaw: str, tmp_path: Path) -> None:
    verdict, sure, either = examined(flaw, 2 if flaw == "overcompressed" else 1, tmp_path)
    assert not verdict.codes
    assert set(verdict.flags) - either == set(sure)


def test_what_is_cut_off_is_marked_where_it_is_cut(tmp_path: Path) -> None:
    verdict, _, _ = examined("cutoff", 1, tmp_path)
    cut = next(finding for finding in verdict.findings if finding.code == "cutoff")
    assert cut.measures["marks"]
    assert all(0 <= edge <= 1 for mark in cut.measures["marks"] for edge in mark)


def flags_of_saved(picture: Image.Image, folder: Path, **how: int) -> list[str]:
    place = folder / ("page.jpg" if how else "page.png")
    picture.save(place, **how)
    return examine(place, filename=place.name, declared_type=None, limits=Limits()).flags


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    saved = BytesIO()
    picture.save(saved, "JPEG", quality=quality)
    return Image.open(saved).convert("RGB")


@pytest.mark.parametrize("quality", [2, 3, 5])
def test_blocks_stay_blocks_when_the_picture_is_saved_anew(quality: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(SEED)
    page = pages.uneven(pages.letter(1000, rng), rng)
    assert "overcompressed" in flags_of_saved(compressed(page, quality), tmp_path, quality=90)
    assert "overcompressed" in flags_of_saved(compressed(page, quality), tmp_path)
    cut_out = compressed(page, quality).crop((3, 5, page.width - 4, page.height - 2))
    assert "overcompressed" in flags_of_saved(cut_out, tmp_path, quality=90)
    assert flags_of_saved(page, tmp_path, quality=60) == []


def test_a_small_page_is_said_to_be_coarse_too(tmp_path: Path) -> None:
    page = pages.letter(650, np.random.default_rng(SEED))
    assert {"lowres", "overcompressed"} <= set(flags_of_saved(page, tmp_path, quality=4))
    assert flags_of_saved(page, tmp_path, quality=85) == ["lowres"]


@pytest.mark.parametrize("part", [0.55, 0.8])
def test_steps_of_light_tell_of_hard_compression_in_a_picture_made_smaller(part: float, tmp_path: Path) -> None:
    rng = np.random.default_rng(SEED)
    page = np.asarray(pages.letter(1500, rng)).astype(np.float32)
    light = np.linspace(0.62, 0.97, page.shape[1])[None, :] * np.linspace(0.85, 1, page.shape[0])[:, None]
    shaded = Image.fromarray((page * light[..., None]).astype(np.uint8))

    def smaller(picture: Image.Image) -> Image.Image:
        return picture.resize((round(picture.width * part), round(picture.height * part)), Image.Resampling.LANCZOS)

    assert flags_of_saved(smaller(compressed(shaded, 5)), tmp_path, quality=90) == ["overcompressed"]
    assert flags_of_saved(smaller(compressed(shaded, 40)), tmp_path, quality=90) == []


def test_shaded_rows_that_a_program_drew_are_no_steps_of_light(tmp_path: Path) -> None:
    page = np.asarray(pages.letter(1200, np.random.default_rng(SEED))).copy()
    for number, top in enumerate(range(150, page.shape[0] - 100, 60)):
        page[top : top + 60] = np.minimum(page[top : top + 60], (255, 240, 225)[number % 3])
    assert flags_of_saved(Image.fromarray(page), tmp_path) == []


@pytest.mark.parametrize("part", [0.75, 0.9, 1.4])
def test_what_letters_leave_in_coarse_blocks_stays_when_the_blocks_are_gone(part: float, tmp_path: Path) -> None:
    page = pages.letter(1400, np.random.default_rng(SEED))
    size = (round(part * page.width), round(part * page.height))
    assert "overcompressed" in flags_of_saved(compressed(page, 4).resize(size, Image.Resampling.BICUBIC), tmp_path)
    assert "overcompressed" not in flags_of_saved(compressed(page, 60).resize(size, Image.Resampling.BICUBIC), tmp_path)
