"""A folder as gateway for each test, and the settings as they were afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.notify import carriers
from tests.notify.city import into_files


@pytest.fixture
def post(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """The folder in which every message ends."""
    into_files(tmp_path / "post")
    yield tmp_path / "post"
    carriers.configure(dict(app.config["SETTINGS"].messages))
