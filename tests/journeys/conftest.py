"""A real browser against a real server: the product on a fresh small demo city, in Chromium."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.serving import make_server

from app import clock
from app.demo import loading
from app.demo.accounts import PASSWORD
from tests.journeys.person import Person

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

PATIENCE = 15_000  # milliseconds that anything may take on a busy machine


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that is installed as google-chrome."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the journeys need a browser: run scripts/browser"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product with the small demo city, served on a free port of this machine; its clock runs, as in the demo."""
    loading.load("small")
    monkeypatch.setattr(clock, "_frozen", None)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    served = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    clock.shift(timedelta(0))


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[object]:
    """Log in as somebody, at a desk or on a phone: `visit("clerk", phone=True)`. Fails on any blocked script."""
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
        assert not person.blocked, f"the content security policy blocked: {person.blocked}"
        assert not person.failures, f"pages failed: {person.failures}"
