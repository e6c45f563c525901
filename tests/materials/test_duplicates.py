"""The same page is known again however it was taken; another filling of the same form is another page."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.materials.duplicates import Page, compare, same_page, twin_pages
from app.materials.looks import look_at
from app.materials.twins import Twins
from app.materials.verdicts import Verdict
from tests.materials import pages


def print_of(picture: Image.Image, quality: int = 80) -> str:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    image = Image.open(buffer).convert("RGB")
    image.thumbnail((1600, 1600), Image.Resampling.BOX)
    return look_at(image, pixels=max(picture.size)).print


def form_of(name: str) -> Image.Image:
    page = pages.form(1600, np.random.default_rng(4))
    draw = ImageDraw.Draw(page)
    draw.text((240, 120), f"姓名：{name}　身份证件见附件", font=pages.font(24), fill=(20, 20, 20))
    return page


@pytest.fixture(scope="module")
def taken() -> dict[str, str]:
    rng = np.random.default_rng(9)
    mine = form_of("张建国")
    return {
        "scan": print_of(mine),
        "photo": print_of(pages.noisy(pages.uneven(pages.on_desk(mine, rng), rng), rng, 3)),
        "saved anew": print_of(mine, 40),
        "of another": print_of(pages.on_desk(form_of("李秀英"), rng)),
        "letter": print_of(pages.letter(1600, rng)),
        "blank": print_of(pages.blank_sheet(1600)),
    }


def test_a_page_is_known_again_and_another_filling_is_not(taken: dict[str, str]) -> None:
    twins = Twins()
    found = {
        name: twins.first_of(name, Verdict(sha256=name.ljust(64, "0"), prints=(kept,))) for name, kept in taken.items()
    }
    assert found == {
        "scan": None, "photo": "scan", "saved anew": "scan", "of another": None, "letter": None, "blank": None,
    }  # fmt: skip


@pytest.mark.parametrize("changed", ["2016年度考核登记表　编号 0531", "2017年度考核登记表　编号 0581"])
def test_two_scans_that_differ_in_one_figure_are_two_pages(changed: str) -> None:
    one, other = numbered("2017年度考核登记表　编号 0531"), numbered(changed)
    rng = np.random.default_rng(2)
    scans = [Page(print_of(pages.noisy(page, rng, 4))) for page in (one, one, other)]
    assert compare(scans[0], scans[1]).certain
    assert not same_page(scans[0], scans[2])


def test_a_photo_may_look_like_a_scan_and_is_never_certainly_the_same(taken: dict[str, str]) -> None:
    laid = compare(Page(taken["photo"]), Page(taken["scan"]))
    assert laid.same
    assert not laid.certain
    assert compare(Page(taken["saved anew"]), Page(taken["scan"])).certain


def numbered(title: str) -> Image.Image:
    page = pages.letter(1600, np.random.default_rng(6))
    ImageDraw.Draw(page).text((300, 50), title, font=pages.font(28), fill=(20, 20, 20))
    return page


def test_the_same_bytes_are_known_again_even_without_ink() -> None:
    twins = Twins()
    assert twins.first_of("a", Verdict(sha256="0" * 64)) is None
    assert twins.first_of("b", Verdict(sha256="0" * 64)) == "a"


def test_one_page_in_common_makes_no_duplicate_of_a_longer_document(taken: dict[str, str]) -> None:
    twins = Twins()
    twins.first_of("short", Verdict(sha256="1" * 64, prints=(taken["scan"],)))
    long = Verdict(sha256="2" * 64, prints=(taken["letter"], taken["of another"], taken["photo"]))
    assert twins.first_of("long", long) is None


def test_a_page_that_stands_twice_in_a_document_is_named(taken: dict[str, str]) -> None:
    assert twin_pages([taken["scan"], taken["letter"], taken["photo"]]) == [(3, 1)]
    assert twin_pages([taken["scan"], taken["of another"], taken["blank"], taken["blank"]]) == []
