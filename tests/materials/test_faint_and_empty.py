"""What is written too faintly, what is empty, and what is no paper at all."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.materials.flagging import flags_of as flags_of_measures
from app.materials.looks import Looks, look_at
from tests.materials import pages


def looked_at(picture: Image.Image) -> Looks:
    small = picture.copy()
    small.thumbnail((1600, 1600), Image.Resampling.BOX)
    return look_at(small, pixels=max(picture.size))


def flags_of(picture: Image.Image) -> list[str]:
    return looked_at(picture).names


def folded(picture: Image.Image, *, depth: int = 22) -> Image.Image:
    sheet = np.asarray(picture).astype(np.int16)
    lines = np.zeros(sheet.shape[:2], np.uint8)
    for start, end in (((90, 200), (700, 1450)), ((1000, 150), (300, 900)), ((0, 800), (1130, 812))):
        cv2.line(lines, start, end, depth, 3, cv2.LINE_AA)
    sheet -= cv2.GaussianBlur(lines, (0, 0), 1.5)[..., None]
    return Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


@pytest.mark.parametrize("level", [255, 175])
@pytest.mark.parametrize("kind", ["letter", "form"])
def test_pale_print_over_the_whole_page_is_washed_though_its_letters_stand_out(
    kind: str, level: int, rng: np.random.Generator
) -> None:
    page = pages.kind_of_page(kind, 1700, rng)
    pale = looked_at(pages.noisy(pages.washed_out(page, 0.17, level=level), rng, 1))
    assert pale.measures["letters"] > 14
    assert pale.names == ["washed"]
    assert flags_of(pages.noisy(pages.washed_out(page, 0.5, level=level), rng, 1)) == []


def test_print_that_is_hardly_visible_stands_in_rows_and_folds_do_not(rng: np.random.Generator) -> None:
    for page in (pages.letter(1600, rng), pages.form(1600, rng)):
        faint = pages.washed_out(page, 0.025, level=240)
        assert flags_of(pages.noisy(faint, rng, 1)) == ["washed"]
        assert flags_of(pages.noisy(folded(faint), rng, 1)) == ["washed"]
    empty = Image.fromarray(np.full((1600, 1131, 3), 240, np.uint8))
    assert flags_of(pages.noisy(folded(empty), rng, 1)) == ["blank"]


def test_what_shows_through_from_the_back_is_nothing_written(rng: np.random.Generator) -> None:
    back = pages.blurred(pages.washed_out(pages.letter(1600, rng), 0.03, level=245).transpose(0), 5)
    assert flags_of(pages.noisy(back, rng, 1)) == ["blank"]


def test_a_pale_page_is_read_in_a_mirror_where_it_is_the_back_of_a_sheet(rng: np.random.Generator) -> None:
    pale = pages.blurred(pages.washed_out(pages.letter(1600, rng), 0.05, level=250), 1.2)
    assert flags_of(pages.noisy(pale, rng, 0.5)) == ["washed"]
    back = pale.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert flags_of(pages.noisy(back, rng, 0.5)) == ["blank"]


def test_punched_holes_a_scanners_lines_and_its_white_margin_are_nothing_written(rng: np.random.Generator) -> None:
    scan = np.full((1131, 1600, 3), 226, np.uint8)
    for y in (400, 720):
        cv2.circle(scan, (64, y), 21, (120, 120, 118), -1, cv2.LINE_AA)
    for x in (500, 911, 1300):
        scan[:, x : x + 2] -= 12
    cv2.fillPoly(scan, [np.array([[0, 1131], [1600, 1131], [1600, 1122], [0, 1130]])], (255, 255, 255))
    cv2.fillPoly(scan, [np.array([[0, 0], [1600, 0], [1600, 1], [0, 9]])], (255, 255, 255))
    assert flags_of(pages.noisy(Image.fromarray(scan), rng, 2)) == ["blank"]


def test_an_empty_ground_that_no_paper_has_is_no_document(rng: np.random.Generator) -> None:
    def ground(*colour: int) -> Image.Image:
        return pages.noisy(Image.new("RGB", (1600, 1200), colour), rng, 4)

    for paper in ((250, 244, 226), (226, 212, 170), (246, 222, 226), (214, 232, 214), (228, 228, 226)):
        assert flags_of(ground(*paper)) == ["blank"]
    assert flags_of(ground(172, 192, 162)) == ["blank", "not_document"]
    assert flags_of(ground(230, 200, 120)) == ["not_document"]
    across = np.linspace(0, 1, 1600)[None, :, None]
    ramp = np.array([165, 170, 175]) * (1 - across) + np.array([165, 115, 80]) * across
    assert flags_of(Image.fromarray(np.broadcast_to(ramp, (1200, 1600, 3)).astype(np.uint8))) == ["not_document"]


def test_an_empty_sheet_of_brown_paper_is_told_by_its_outline() -> None:
    desk = np.full((1200, 1600, 3), (45, 85, 65), np.uint8)
    cv2.fillPoly(desk, [np.array([[120, 110], [1490, 95], [1505, 1090], [100, 1080]])], (200, 185, 150))
    assert flags_of(Image.fromarray(cv2.GaussianBlur(desk, (0, 0), 1.2))) == ["blank"]


def test_a_map_is_no_document_though_its_names_can_be_read(rng: np.random.Generator) -> None:
    picture = Image.new("RGB", (1500, 1125), (242, 239, 231))
    plan = np.asarray(picture).copy()
    for left, top in ((90, 80), (800, 60), (300, 700), (1100, 640)):
        cv2.rectangle(plan, (left, top), (left + 330, top + 260), (190, 226, 178), -1)
    cv2.line(plan, (0, 560), (1500, 420), (160, 205, 240), 90)
    for x in (260, 700, 1060):
        cv2.line(plan, (x, 0), (x + 120, 1125), (255, 255, 255), 26)
    cv2.line(plan, (0, 980), (1500, 150), (250, 215, 120), 34, cv2.LINE_AA)
    named = Image.fromarray(plan)
    draw = pages.ImageDraw.Draw(named)
    for at, name in (((420, 300), "人民路"), ((900, 800), "体育馆"), ((140, 880), "公园"), ((1180, 330), "医院")):
        draw.text(at, name, font=pages.font(28, serif=False), fill=(90, 90, 100))
    assert flags_of(named) == ["not_document"]


def test_a_tall_copy_with_grey_cards_is_no_chat(rng: np.random.Generator) -> None:
    copy = np.asarray(pages.letter(1600, rng)).copy()[:, 200:940]
    shade = np.linspace(224, 238, 620)[None, :, None]
    copy[300:700, 60:680] = np.broadcast_to(shade, (400, 620, 3)).astype(np.uint8)
    assert looked_at(Image.fromarray(copy)).measures["chat"] == 0


def test_a_clean_page_measured_before_ink_was_measured_is_still_clean(rng: np.random.Generator) -> None:
    kept = dict(looked_at(pages.letter(1600, rng)).measures)
    for fresh in ("ink", "cool"):
        kept.pop(fresh)
    assert flags_of_measures(kept) == []


def test_white_keys_and_a_patterned_cloth_have_no_rows_of_letters(rng: np.random.Generator) -> None:
    board = np.full((1200, 1600, 3), 236, np.uint8)
    for row in range(5):
        for column in range(9):
            x, y = 20 + 176 * column, 60 + 220 * row
            cv2.rectangle(board, (x, y), (x + 160, y + 200), (248, 248, 248), -1)
            letter = chr(65 + (9 * row + column) % 26)
            cv2.putText(board, letter, (x + 20, y + 60), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (60, 60, 64), 3, cv2.LINE_AA)
    assert flags_of(pages.noisy(Image.fromarray(board), rng, 1)) == ["not_document"]
    cloth = np.full((1600, 1200, 3), (200, 185, 230), np.uint8)
    for row in range(14):
        for column in range(10):
            x, y = 40 + 116 * column, 30 + 112 * row
            cv2.rectangle(cloth, (x, y), (x + 50, y + 58), (105, 190, 125), -1)
    assert flags_of(pages.noisy(Image.fromarray(cloth), rng, 3)) == ["not_document"]


def test_windows_lit_at_night_are_no_document(rng: np.random.Generator) -> None:
    town = np.full((1200, 1600, 3), (14, 14, 30), np.uint8)
    for x in range(40, 1560, 60):
        for y in range(int(rng.integers(300, 700)), 1150, 44):
            if rng.random() < 0.5:
                cv2.rectangle(town, (x, y), (x + 16, y + 22), (245, 220, 140), -1)
    town_at_night = Image.fromarray(cv2.GaussianBlur(town, (0, 0), 1.2))
    assert "not_document" in flags_of(pages.noisy(town_at_night, rng, 2))


def a_view(width: int, height: int, rng: np.random.Generator) -> Image.Image:
    """Something of many colours, as a photo in a chat."""
    few = Image.fromarray(rng.integers(20, 240, (6, 8, 3), dtype=np.uint8))
    return few.resize((width, height), Image.Resampling.BICUBIC)


def test_a_chat_of_few_words_and_some_pictures_is_no_document(rng: np.random.Generator) -> None:
    screen = Image.new("RGB", (1080, 1920), (240, 240, 240))
    draw = ImageDraw.Draw(screen)
    draw.text((60, 30), "18:28", font=pages.font(42), fill=(25, 25, 25))
    draw.text((480, 110), "演示甲", font=pages.font(46), fill=(25, 25, 25))
    for top, said, own in (
        (220, "图片发我看看", True),
        (370, "在吗", True),
        (1000, "哈哈哈哈", False),
        (1150, "收到", True),
    ):
        wide = 50 * len(said) + 50
        left = 910 - wide if own else 160
        draw.rounded_rectangle(
            (left, top, left + wide, top + 100), 14, fill=(149, 236, 105) if own else (255, 255, 255)
        )
        draw.text((left + 25, top + 25), said, font=pages.font(46), fill=(20, 20, 20))
        screen.paste(a_view(100, 100, rng), (950 if own else 30, top))
    for place in ((160, 540), (490, 1330)):
        screen.paste(a_view(420, 310, rng), place)
    draw.rectangle((130, 1810, 850, 1880), fill=(255, 255, 255))
    assert flags_of(screen) == ["not_document"]


def test_a_code_to_be_scanned_is_no_document(rng: np.random.Generator) -> None:
    modules = rng.integers(0, 2, (29, 29), dtype=np.uint8) * 255
    code = Image.fromarray(modules).resize((928, 928), Image.Resampling.NEAREST)
    sheet = Image.new("RGB", (1080, 1440), (255, 255, 255))
    sheet.paste(code, (76, 256))
    assert flags_of(sheet) == ["not_document"]
