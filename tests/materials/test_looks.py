"""Which pages can be read and which cannot, and how flags are weighed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from app.materials.looks import look_at
from app.materials.verdicts import Finding, Verdict
from tests.materials import pages


def flags_of(picture: Image.Image) -> list[str]:
    """The flags of a picture, looked at in the working size."""
    pixels = max(picture.size)
    small = picture.copy()
    small.thumbnail((1600, 1600), Image.Resampling.BOX)
    return look_at(small, pixels=pixels).names


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.mark.parametrize("kind", pages.GOOD_KINDS)
def test_every_kind_of_good_page_is_taken(kind: str, rng: np.random.Generator) -> None:
    page = pages.kind_of_page(kind, 1700, rng)
    assert flags_of(page) == []
    assert flags_of(pages.noisy(pages.uneven(pages.on_desk(page, rng), rng), rng, 4)) == []


def test_a_shadow_a_little_blur_and_grey_paper_are_no_reason_to_refuse(rng: np.random.Generator) -> None:
    page = pages.letter(1700, rng)
    assert flags_of(pages.shaded(pages.on_desk(page, rng), rng)) == []
    assert flags_of(pages.blurred(page, 1.3)) == []
    assert flags_of(pages.smeared(page, 4, 20)) == []
    assert flags_of(pages.darkened(page, 0.5)) == []
    assert flags_of(pages.washed_out(page, 0.5)) == []


@pytest.mark.parametrize("kind", ["letter", "form", "grey_paper"])
def test_out_of_focus_is_found(kind: str, rng: np.random.Generator) -> None:
    assert flags_of(pages.blurred(pages.kind_of_page(kind, 1700, rng), 4)) == ["blur"]


def test_small_print_is_lost_to_less_blur_than_large_print(rng: np.random.Generator) -> None:
    small = Image.new("RGB", (2400, 1700), "white")
    page = pages.letter(1600, rng)
    for left in (20, 1250):
        small.paste(page, (left, 50))
    assert flags_of(pages.blurred(small, 2.6)) == ["blur"]  # edges spread by 2.2 of 28 pixels
    assert flags_of(pages.blurred(page, 2.0)) == []  # by 2.1 of 42


@pytest.mark.parametrize("angle", [0, 30, 90, 135])
def test_motion_is_found_in_every_direction(angle: int, rng: np.random.Generator) -> None:
    assert flags_of(pages.smeared(pages.letter(1700, rng), 18, angle)) == ["blur"]


def test_darkness_is_found_and_a_dark_cover_is_not_darkness(rng: np.random.Generator) -> None:
    assert flags_of(pages.darkened(pages.on_desk(pages.letter(1500, rng), rng), 0.15)) == ["dark"]
    assert flags_of(Image.new("RGB", (1200, 1600), (3, 3, 3))) == ["dark"]
    assert flags_of(pages.cover(1600, rng)) == []


def test_a_washed_out_page_is_found_and_pale_ink_is_not_washed_out(rng: np.random.Generator) -> None:
    assert flags_of(pages.washed_out(pages.letter(1700, rng), 0.1)) == ["washed"]
    assert flags_of(pages.letter(1700, rng, ink=(135, 135, 140))) == []


def test_blank_paper_is_found_and_two_lines_or_a_seal_are_not_blank(rng: np.random.Generator) -> None:
    sheet = pages.blank_sheet(1600)
    assert flags_of(sheet) == ["blank"]
    assert flags_of(pages.noisy(pages.uneven(sheet, rng), rng, 4)) == ["blank"]
    assert flags_of(pages.noisy(pages.on_desk(sheet, rng), rng, 3)) == ["blank"]
    assert flags_of(pages.sparse(1600, rng)) == []
    assert flags_of(pages.seal(sheet, rng)) == []


def test_a_thumbnail_of_a_page_cannot_be_read(rng: np.random.Generator) -> None:
    page = pages.letter(1600, rng)
    assert "lowres" in flags_of(page.resize((360, 509), Image.Resampling.LANCZOS))
    assert "lowres" not in flags_of(page.resize((849, 1200), Image.Resampling.LANCZOS))


def test_folds_on_an_empty_sheet_are_not_pale_print(rng: np.random.Generator) -> None:
    sheet = np.asarray(pages.blank_sheet(1600)).copy()
    for start, end in (((90, 200), (700, 1450)), ((1000, 150), (300, 900)), ((0, 800), (1130, 812))):
        cv2.line(sheet, start, end, (236, 236, 234), 3, cv2.LINE_AA)
    creased = Image.fromarray(cv2.GaussianBlur(sheet, (0, 0), 1.5))
    assert flags_of(pages.noisy(creased, rng, 1)) == ["blank"]


def test_letters_on_keys_are_no_print() -> None:
    board = np.full((1000, 1500, 3), 40, np.uint8)
    for row in range(5):
        for column in range(6):
            x, y = 20 + 250 * column, 10 + 200 * row
            cv2.rectangle(board, (x, y), (x + 225, y + 180), (45, 45, 45), -1)
            letter = chr(65 + (6 * row + column) % 26)
            cv2.putText(board, letter, (x + 30, y + 80), cv2.FONT_HERSHEY_SIMPLEX, 2, (205, 205, 205), 4, cv2.LINE_AA)
    assert flags_of(Image.fromarray(board)) == ["not_document"]


def test_a_flash_on_nearly_white_paper_is_found(rng: np.random.Generator) -> None:
    page = np.asarray(pages.letter(1600, rng)).astype(np.float32) * (243 / 252)
    high, wide = page.shape[:2]
    ys, xs = np.mgrid[0:high, 0:wide]
    shine = 300 * np.exp(-((np.hypot(xs - wide * 0.5, ys - high * 0.4) / (0.1 * high)) ** 2))
    shone = Image.fromarray(np.clip(page + shine[..., None], 0, 255).astype(np.uint8))
    assert flags_of(Image.fromarray(page.astype(np.uint8))) == []
    assert flags_of(shone) == ["glare"]


def banded(picture: Image.Image, *, height: float, bend: float, grey: bool = False) -> Image.Image:
    """Bands as of a screen across a page, of another phase in each colour; bent like parts of large rings."""
    page = np.asarray(picture).astype(np.float32)
    high, wide = page.shape[:2]
    ys, xs = np.mgrid[0:high, 0:wide]
    along = xs * 0.8 + ys * 0.6 + bend * ((xs - wide / 2) ** 2 + (ys - high / 2) ** 2) / high
    for channel in range(3):
        page[..., channel] += height * np.sin(along * 2 * np.pi / 22 + (0 if grey else 2.1 * channel)) - height
    return Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("kind", ["letter", "form", "form_wide"])
@pytest.mark.parametrize("bend", [0.0, 0.5])
def test_coloured_bands_are_found_whatever_is_printed_and_however_bent(
    kind: str, bend: float, rng: np.random.Generator
) -> None:
    assert "moire" in flags_of(banded(pages.kind_of_page(kind, 1600, rng), height=28, bend=bend))


def test_strong_bands_of_light_are_found_where_they_are_as_strong_as_print(rng: np.random.Generator) -> None:
    assert "moire" in flags_of(banded(pages.letter(1600, rng), height=60, bend=0.0, grey=True))


def test_an_engine_turned_ground_is_no_wave_of_a_screen(rng: np.random.Generator) -> None:
    page = np.asarray(pages.letter(1600, rng)).copy()
    high, wide = page.shape[:2]
    xs = np.arange(0, wide, 2)
    for row in range(0, high, 14):
        for turn in (0.0, np.pi / 2, np.pi):
            ys = row + 12 * np.sin(xs / 24 + turn) + 5 * np.sin(xs / 57 + row)
            line = np.stack([xs, ys], axis=1).astype(np.int32)
            ground = np.full_like(page, 255)
            cv2.polylines(ground, [line], False, (250, 205, 205), 1, cv2.LINE_AA)
            page = np.minimum(page, ground)
    assert flags_of(Image.fromarray(page)) == []


@pytest.mark.parametrize("kind", ["letter", "form", "form_wide"])
def test_a_page_on_its_side_is_found(kind: str, rng: np.random.Generator) -> None:
    page = pages.on_desk(pages.kind_of_page(kind, 1600, rng), rng)
    assert flags_of(page) == []
    assert flags_of(page.transpose(Image.Transpose.ROTATE_90)) == ["rotated"]
    assert flags_of(page.transpose(Image.Transpose.ROTATE_270)) == ["rotated"]


def test_lying_on_the_side_warns_and_what_cannot_be_read_blocks() -> None:
    assert Verdict(findings=(Finding.of("rotated"),)).accepted
    for flag in ("lowres", "blur", "dark", "washed", "blank"):
        assert not Verdict(findings=(Finding.of(flag),)).accepted


def test_a_setting_weighs_flags_but_never_damage() -> None:
    verdict = Verdict(findings=(Finding.of("blur"), Finding.of("rotated")))
    lenient = verdict.judged({"blur": "warning"})
    assert lenient.accepted
    assert lenient.flags == ["blur", "rotated"]
    assert not verdict.judged({"blur": "warning", "rotated": "blocking"}).accepted
    assert not Verdict(findings=(Finding.of("corrupt"),)).judged({"corrupt": "warning"}).accepted


def test_a_blank_back_stays_a_mention_under_every_setting() -> None:
    verdict = Verdict(findings=(Finding.of("blank", page=2, minor=True),))
    assert verdict.judged({"blank": "blocking"}).accepted
