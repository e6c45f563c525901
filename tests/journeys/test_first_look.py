"""The first look at a page: what it weighs, that nothing is fetched twice, that it works before any script arrives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from app.demo.accounts import PASSWORD
from models import Application, Unit, db
from tests.journeys.conftest import PATIENCE
from tests.journeys.person import Person

pytestmark = pytest.mark.look

Visit = Callable[..., Person]
LIMIT = 150_000  # bytes as they are sent, of everything that a page asks for besides itself
MAIN_PAGES = {
    "clerk": ("/", "/applications/new", "/applications", "/roster", "/roster/new", "{mine}", "/password", "/sessions"),
    "reviewer": ("/admin/queue/", "{desk}", "/admin/applications/"),
    "finance": ("/admin/finance/",),
    "designer": ("/admin/items/",),
    "administrator": ("/admin/staff/", "/admin/accounts/", "/admin/"),
    "employee": ("/my-wage",),
}
LOADED = """() => performance.getEntriesByType("resource")
  .filter((one) => new URL(one.name).pathname.startsWith("/assets/"))
  .map((one) => ({ name: one.name.split("/").at(-1), size: one.encodedBodySize, sent: one.transferSize }))"""
IN_CACHE = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url));
  return found.map((url) => url.pathname + url.search);
}"""


@pytest.fixture
def look(browser: Browser, server: str) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of one's own: `look(java_script_enabled=False)`."""
    opened: list[BrowserContext] = []

    def begin(**options: Any) -> BrowserContext:
        context = browser.new_context(locale="zh-CN", base_url=server, **options)
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield begin
    for context in opened:
        context.close()  # once more does no harm


def test_what_a_page_asks_for_weighs_little_and_is_asked_for_once(
    app: Flask, look: Callable[..., BrowserContext]
) -> None:
    heavy: dict[str, int] = {}
    again: dict[str, list[str]] = {}
    for username, addresses in MAIN_PAGES.items():
        known = look(service_workers="block")
        log_in(known.new_page(), username)
        for address in (one.format(**_places()) for one in addresses):
            # Without a cache and without the worker, so that each page is looked at as on a first visit.
            fresh = look(service_workers="block", storage_state=known.storage_state())
            first = loaded(fresh.new_page(), address)
            weight = sum(one["size"] for one in first)
            assert weight > 0, address
            if weight >= LIMIT:
                heavy[f"{username} {address}"] = weight
            second = [one["name"] for one in loaded(fresh.new_page(), address) if one["sent"]]
            if second:
                again[f"{username} {address}"] = second
            print(f"{username:14} {address:24} {weight / 1000:6.1f} kB in {len(first)} files")
            fresh.close()
    assert not heavy
    assert not again


def test_the_cache_holds_assets_and_the_page_without_a_line_and_nothing_else(app: Flask, visit: Visit) -> None:
    """After a tour of every page in the menus; a draft was begun and pictures of documents were seen."""
    for username in ("clerk", "reviewer", "employee"):
        person = visit(username)
        person.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        places = {"clerk": [_places()["mine"]], "reviewer": [_places()["desk"]]}.get(username, [])
        for address in dict.fromkeys(person.menu() + places):
            assert person.opens(address) == 200
        held = person.page.evaluate(IN_CACHE)
        assert len(held) > 10
        wrong = [
            one
            for one in held
            if not one.startswith("/assets/") and one not in ("/offline?lang=zh", "/offline?lang=en")
        ]
        assert not wrong
        assert person.page.evaluate("caches.keys().then((names) => names.length)") == 1, "old versions are dropped"


def test_the_browser_finds_nothing_missing_for_an_installation(look: Callable[..., BrowserContext]) -> None:
    context = look()
    page = context.new_page()
    page.goto("/login")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    chromium = context.new_cdp_session(page)
    assert chromium.send("Page.getAppManifest")["errors"] == []
    missing = {one["errorId"] for one in chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert missing <= {"in-incognito"}, "a browser for tests is always a private one"


def test_main_pages_work_before_any_script_arrives(app: Flask, look: Callable[..., BrowserContext]) -> None:
    """Every script is refused by the line: pages show their main parts, and forms are sent."""
    context = look()
    context.route(re.compile(r"\.js(\?|$)"), lambda route: route.abort())
    page = context.new_page()
    log_in(page, "clerk")
    for address, seen in (
        ("/", "main a.button"),
        ("/applications/new", "[name=staff_text]"),
        ("/roster", "main table"),
        (_places()["mine"], "#pay"),
        ("/roster/new", "[name=id_number]"),
    ):
        page.goto(address)
        expect(page.locator("main h1")).to_be_visible()
        expect(page.locator(seen).first).to_be_visible()

    page.goto("/applications/new")
    page.get_by_role("button", name="开始申报：周子昂").click()
    page.wait_for_url(re.compile(r"/applications/\d+$"))
    page.fill("[name=answer-graduation_year]", "2016")
    page.get_by_role("button", name="保存").last.click()
    expect(page.locator(".messages")).to_contain_text("已保存")
    expect(page.locator("[name=answer-graduation_year]")).to_have_value("2016")

    desk = look()
    desk.route(re.compile(r"\.js(\?|$)"), lambda route: route.abort())
    page = desk.new_page()
    log_in(page, "reviewer")
    page.goto(_places()["desk"])
    expect(page.get_by_role("button", name="通过").first).to_be_visible()


def loaded(page: Page, address: str) -> list[dict[str, Any]]:
    """What the browser asked for, with the size as it was sent; `sent` is 0 for what it had already."""
    page.goto(address, wait_until="networkidle")
    found: list[dict[str, Any]] = page.evaluate(LOADED)
    page.close()
    return found


def log_in(page: Page, username: str) -> None:
    page.goto("/login")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/login" not in url)


def _places() -> dict[str, str]:
    """One of the clerk's applications, and one that lies on the reviewer's desk."""
    db.session.rollback()
    mine = select(Application.id).join(Application.unit).where(Unit.name == "江城市滨江小学")
    draft = db.session.scalars(mine.where(Application.state == "DRAFT").limit(1)).one()
    desk = db.session.scalars(
        select(Application.id).where(Application.step_permission == "application:first_review").limit(1)
    ).one()
    db.session.rollback()
    return {"mine": f"/applications/{draft}", "desk": f"/admin/queue/{desk}"}
