"""A real browser against a real server: the product on a fresh small demo city, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright

from app import clock
from app.demo import loading
from app.demo.accounts import PASSWORD
from tests.journeys import serving
from tests.journeys.person import Person

PATIENCE = 30_000  # milliseconds that anything may take on a busy machine


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that is installed as google-chrome."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = serving.start_chromium(playwright)
        yield started
        started.close()


@pytest.fixture
def server(demo_city: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product with the small demo city, served on a free port of this machine; its clock runs, as in the demo."""
    monkeypatch.setattr(clock, "_frozen", None)
    clock.shift(loading.NOW - datetime.now(UTC))
    with serving.at_a_free_port(demo_city) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[object]:
    """Log in as somebody, at a desk or on a phone: `visit("clerk", phone=True)`. Fails on what their watch notes."""
    people: list[Person] = []

    def arrive(username: str, *, phone: bool = False, password: str = PASSWORD, english: bool = False) -> Person:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = browser.new_context(viewport=size, has_touch=phone, locale="zh-CN", accept_downloads=True)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        person = Person(context.new_page(), server)
        people.append(person)
        person.log_in(username, password)
        return person

    yield arrive
    for person in people:
        person.page.context.close()
        assert not person.watch.faults
