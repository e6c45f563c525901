"""A real browser against a real server: the product on a fresh small demo city, in Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from app.demo import loading
from app.demo.accounts import PASSWORD
from tests.journeys.person import Person

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that is installed as google-chrome."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the journeys need a browser: run scripts/browser"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The product with the small demo city, served on a free port of this machine."""
    from app import clock

    loading.load("small")
    served = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    from datetime import timedelta

    clock.shift(timedelta(0))


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[object]:
    """Log in as somebody, at a desk or on a phone: `visit("clerk", phone=True)`. Fails on any blocked script."""
    people: list[Person] = []

    def arrive(username: str, *, phone: bool = False, password: str = PASSWORD, english: bool = False) -> Person:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = browser.new_context(viewport=size, has_touch=phone, locale="zh-CN", accept_downloads=True)  # type: ignore[arg-type]
        person = Person(context.new_page(), server)
        people.append(person)
        person.log_in(username, password)
        return person

    yield arrive
    for person in people:
        person.page.context.close()
        assert not person.blocked, f"the content security policy blocked: {person.blocked}"
        assert not person.failures, f"pages failed: {person.failures}"
