"""What a screen or a printed raster leaves on a picture, and what looks like it and is none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.materials.looks import look_at
from tests.materials import pages

SEED = 43


def flags_of(light: np.ndarray) -> list[str]:
    return look_at(Image.fromarray(np.clip(light, 0, 255).astype(np.uint8)), pixels=2400).names


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


def page(rng: np.random.Generator) -> np.ndarray:
    return np.asarray(pages.uneven(pages.letter(1500, rng), rng), np.float32)


def test_level_bands_that_are_as_strong_as_print_are_no_lines_of_text(rng: np.random.Generator) -> None:
    light = page(rng)
    rows = np.arange(len(light), dtype=np.float32)[:, None, None]
    assert "moire" in flags_of(light * (1 - 0.28 * (0.5 + 0.5 * np.cos(2 * np.pi * rows / 18))))


@pytest.mark.parametrize("angle", [15, 45, 75])
def test_the_dots_of_a_printed_raster_are_waves_and_no_enlarged_pixels(angle: int, rng: np.random.Generator) -> None:
    light = page(rng) * 0.8
    down, across = np.mgrid[0 : light.shape[0], 0 : light.shape[1]].astype(np.float32)
    turn = np.radians(angle)
    one = (across * np.cos(turn) + down * np.sin(turn)) / 6.5
    other = (down * np.cos(turn) - across * np.sin(turn)) / 6.5
    screen = 255 * (0.5 + (np.cos(2 * np.pi * one) + np.cos(2 * np.pi * other)) / 4)
    inked = np.clip((light.mean(axis=2) - screen) * 3 + 128, 25, 255)
    names = flags_of(np.repeat(inked[..., None], 3, axis=2))
    assert "moire" in names
    assert "lowres" not in names


def test_a_coloured_grid_in_which_all_print_drowns_is_no_bare_desk(rng: np.random.Generator) -> None:
    light = page(rng)
    down, across = np.mgrid[0 : light.shape[0], 0 : light.shape[1]].astype(np.float32)
    for channel in range(3):
        wave = np.cos(2 * np.pi * ((across + 0.09 * down) / 2.6 + channel / 3))
        light[..., channel] *= (1.0, 0.9, 0.7)[channel] * (0.55 + 0.42 * wave)
    assert flags_of(light) == ["moire"]
