"""A product beside the product: when it is gone, nothing of it is left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import keys
from app.demo import year_place
from app.learning import places as lessons
from app.materials import places as materials
from app.reports import places as reports


@pytest.mark.parametrize(
    "kept_at",
    [
        lambda: materials.drawings_of("ab" * 32),
        lambda: lessons.drawings_of("ab" * 32),
        lambda: reports.folder_of(1),
    ],
)
def test_files_lie_where_they_lay_before(app: Flask, kept_at: Callable[[], Path]) -> None:
    before = kept_at()
    with year_place.apart(app.config["SETTINGS"]):
        assert kept_at() != before
    assert kept_at() == before


def test_secrets_are_what_they_were(app: Flask) -> None:
    before = keys.key("a purpose")
    with year_place.apart(replace(app.config["SETTINGS"], secret_key="another secret, that is long enough as well")):
        assert keys.key("a purpose") != before
    assert keys.key("a purpose") == before
