"""Applications that were decided, so that there is something to count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.access.actor import system
from app.public import caching, figures

PAGES = ("/guide/{0}/", "/guide/{0}/items/NCGZ-01", "/guide/{0}/items/NCGZ-20/needed",
         "/guide/{0}/items/NCGZ-01/materials/M01", "/guide/{0}/policies",
         "/guide/{0}/figures", "/guide/{0}/search?q=工资", "/guide/{0}/progress")  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_rendered_before() -> Iterator[None]:
    caching.forget()
    yield
    caching.forget()


@pytest.fixture
def counted_city(demo_city: Flask) -> Flask:
    """The demo city with its figures counted."""
    figures.count(by=system("test"))
    return demo_city


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Somebody without any session."""
    return app.test_client()
