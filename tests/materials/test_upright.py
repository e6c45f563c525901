"""A page on its head is told by its lines; an upright one is never called so."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.materials.looks import look_at
from tests.materials import pages

LONGEST = 1300


def flags_of(page: Image.Image, *, pixels: int | None = LONGEST) -> list[str]:
    return look_at(page, pixels=pixels).names


@pytest.mark.parametrize("kind", ["letter", "form"])
def test_a_page_upside_down_is_turned(kind: str) -> None:
    page = pages.kind_of_page(kind, LONGEST, np.random.default_rng(3))
    assert flags_of(page) == []
    assert flags_of(page.rotate(180)) == ["rotated"]


def test_a_drawn_page_upside_down_is_turned_too() -> None:
    page = pages.letter(LONGEST, np.random.default_rng(4))
    assert flags_of(page.rotate(180), pixels=None) == ["rotated"]


def test_what_has_no_lines_stands_any_way() -> None:
    page = pages.kind_of_page("seal_only", LONGEST, np.random.default_rng(5))
    assert "rotated" not in flags_of(page.rotate(180))
