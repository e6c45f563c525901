"""Takes the pictures of the main pages for docs/screens: the product on a throwaway demo city on the demo's clock.

Run it by `make screens`; names given as arguments take those alone. It needs Chromium and the Noto CJK fonts.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, Page, TimeoutError, expect, sync_playwright

from app import MIGRATIONS, clock, create_app
from app.config import ROOT, settings_from
from app.demo import loading
from app.demo.accounts import PASSWORD
from app.workflow import service as workflow
from models import Application, db
from tests.journeys import deciding, serving

OUT = ROOT / "docs" / "screens"
LARGEST = 120_000  # bytes of one picture
DESK, PHONE = (1280, 860), (390, 844)
PATIENCE = 180_000  # milliseconds, for a busy machine; files are examined meanwhile
PAPERS = {
    "录用审批表.jpg": "appointment.jpg", "行政介绍信.jpg": "letter.jpg", "编制核定通知单.jpg": "form.jpg",
    "学历学位证书.jpg": "diploma.jpg", "人事档案.pdf": "file.pdf", "居民身份证.jpg": "identity.jpg",
    "聘用合同.jpg": "post.jpg", "教师资格证.jpg": "assessment.jpg",
}  # fmt: skip


@dataclass
class Stage:
    """The served product, the browser, and which pictures are wanted."""

    browser: Browser
    home: str
    wanted: frozenset[str]
    folder: Path

    def page(self, who: str | None, *, phone: bool = False) -> Page:
        """A page of somebody's own."""
        width, height = PHONE if phone else DESK
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=phone,
            locale="zh-CN",
            reduced_motion="reduce",
            service_workers="block",  # its answers to navigations leave the waiting for them hanging at times
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{self.home}/login")
        if who is not None:
            page.fill("input[name=username]", who)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_load_state()
        return page

    def take_in_english(self, name: str, page: Page) -> None:
        """The same page in English. The choice stays with the account, so it is taken back."""
        page.locator("button[name=locale]:visible").first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        self.take(name, page)
        page.locator("button[name=locale]:visible").first.click()
        expect(page.locator("html")).not_to_have_attribute("lang", "en")

    def take(self, name: str, page: Page, *, at: str | None = None) -> None:
        """One picture of what the window shows, from the element `at` on."""
        if self.wanted and name not in self.wanted:
            return
        with suppress(TimeoutError):  # a page that keeps asking for news is never quiet
            page.wait_for_load_state("networkidle", timeout=10_000)
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement?.blur()")
        if at is None:
            page.evaluate("window.scrollTo(0, 0)")
        else:
            page.locator(at).first.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 90)")
        page.wait_for_timeout(400)
        body = smaller(page.screenshot(animations="disabled", caret="hide"))
        (OUT / f"{name}.png").write_bytes(body)
        print(f"{name}.png  {len(body) // 1024} kB")


def smaller(picture: bytes) -> bytes:
    """The picture with as many colours as fit into the limit."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def main() -> None:
    """Take them all, in the order of the main job."""
    OUT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name, throwaway_city(Path(name)) as (app, folder):
        clock.shift(loading.NOW - datetime.now(UTC))  # it runs, as in the demo: pages wait for moments to pass
        take_all(app, folder)


def take_all(app: Flask, folder: Path) -> None:
    """Walk the way of one application with a browser."""
    with serving.at_a_free_port(app) as home, sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = serving.start_chromium(playwright)
        stage = Stage(browser, home, frozenset(sys.argv[1:]), folder)
        number = before_filing(stage)
        at_the_desk(stage, number)
        after_the_approval(stage, number)
        of_the_office(stage)
        browser.close()


@contextmanager
def throwaway_city(folder: Path) -> Iterator[tuple[Flask, Path]]:
    """The product on a database that is gone afterwards, with the small demo city."""
    own = replace(settings_from({}), database_url=f"sqlite:///{folder / 'city.db'}", uploads_dir=folder / "uploads")
    app = create_app(own)
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        loading.load("small")
        db.session.remove()
        yield app, folder


def before_filing(stage: Stage) -> int:
    """The log-in, the clerk's home, and a draft with verdicts, at the desk and on the phone; then it is submitted."""
    stage.take("log-in", stage.page(None))
    clerk = stage.page("clerk")
    stage.take("clerk-home", clerk)
    stage.take_in_english("clerk-home-english", clerk)
    clerk.get_by_role("button", name="开始申报：林晓雨").click()
    clerk.wait_for_url(re.compile(r"/applications/\d+$"))
    number = int(clerk.url.rsplit("/", 1)[1])
    with clerk.expect_response(re.compile(r"/live$")):
        clerk.fill("[name=answer-graduation_year]", "2018")
        clerk.locator("[name=answer-graduation_year]").blur()
    send(clerk, papers(stage.folder))
    expect(clerk.locator("#live li.file[id]")).to_have_count(len(PAPERS))
    clerk.locator("#material-M05 input[type=file]").set_input_files(ROOT / "docs" / "blurred.jpg")
    expect(clerk.locator("#material-M05 li.file")).to_have_count(1)
    expect(clerk.locator("#material-M05 .tone-bad").first).to_be_visible()
    clerk.locator("button:not([formaction])[form=answers]").click()
    clerk.reload()
    stage.take("application-draft", clerk, at="#material-M04")
    phone = stage.page("clerk", phone=True)
    phone.goto(clerk.url)
    stage.take("application-phone", phone, at="#material-M05")
    on_the_phone(stage, clerk)
    clerk.locator("#material-M05").get_by_role("button", name=re.compile("^删除")).click()
    clerk.wait_for_load_state()
    clerk.locator("#material-M05 input[type=file]").set_input_files(ROOT / "app" / "demo" / "pictures" / "letter.jpg")
    expect(clerk.locator(".decision-bar-note")).to_contain_text("可以提交")
    clerk.locator("button[formaction$='/submit']").click()
    expect(clerk.locator("#now")).to_be_visible()
    stage.take("application-filed", clerk)
    return number


def papers(folder: Path) -> list[Path]:
    """The demo's pictures under the names that scans have in an office."""
    table = folder / "papers"
    table.mkdir(exist_ok=True)
    pictures = ROOT / "app" / "demo" / "pictures"
    for name, picture in PAPERS.items():
        (table / name).write_bytes((pictures / picture).read_bytes())
    return [table / name for name in PAPERS]


def send(clerk: Page, files: list[Path]) -> None:
    """Choose all scans at once; each finds its material by its name."""
    with clerk.expect_file_chooser() as window:
        clerk.locator("[data-sort]").click()
    window.value.set_files(files)
    clerk.locator("[data-sorting-send]").click()


def on_the_phone(stage: Stage, clerk: Page) -> None:
    """The page that a phone opens by the code at the desk."""
    if stage.wanted and not stage.wanted & {"phone-link", "phone-page"}:
        return
    clerk.locator("#phone-link form button").first.click()
    expect(clerk.locator(".phone-address code")).to_have_count(1)
    stage.take("phone-link", clerk, at="#part-materials")
    address = clerk.locator(".phone-address code").inner_text() or clerk.locator(".phone-address code").text_content()
    phone = stage.page(None, phone=True)
    phone.goto(re.sub(r"^https?://[^/]+", stage.home, str(address).strip()))
    phone.locator("main form button").first.click()
    phone.wait_for_load_state()
    stage.take("phone-page", phone)
    clerk.reload()


def at_the_desk(stage: Stage, number: int) -> None:
    """The queue and the reviewer's desk."""
    _approve(number, "head")
    department = stage.page("department")
    department.goto(f"{stage.home}/admin/queue/")
    stage.take("queue", department)
    department.goto(f"{stage.home}/admin/queue/{number}")
    stage.take("desk", department)
    phone = stage.page("department", phone=True)
    phone.goto(f"{stage.home}/admin/queue/{number}")
    stage.take("desk-phone", phone)
    stage.take_in_english("desk-english", department)


def after_the_approval(stage: Stage, number: int) -> None:
    """Finance, and the employee's own wage on a phone, opened into its reasons."""
    for name in ("department", "reviewer", "rechecker", "approver"):
        _approve(number, name)
    finance = stage.page("finance")
    finance.goto(f"{stage.home}/admin/finance/")
    stage.take("finance", finance)
    employee = stage.page("employee", phone=True)
    employee.goto(f"{stage.home}/my-wage")
    employee.locator(".wage-cover > summary").click()
    employee.locator(".wage-part summary").first.click()
    stage.take("my-wage-phone", employee)


def of_the_office(stage: Stage) -> None:
    """The designer's version of an item, the roster with its filters, and the style guide."""
    designer = stage.page("designer")
    designer.goto(f"{stage.home}/admin/items/")
    designer.locator("tr", has_text="NCGZ-01").get_by_role("link").first.click()
    stage.take("item-version", designer)
    auditor = stage.page("auditor")
    auditor.goto(f"{stage.home}/admin/staff/")
    for bar in auditor.locator("details.filters > summary").all():
        bar.click()
    stage.take("roster", auditor)
    anybody = stage.page(None)
    anybody.goto(f"{stage.home}/styleguide")
    stage.take("styleguide", anybody)


def _approve(number: int, username: str) -> None:
    db.session.rollback()
    revision = db.session.get_one(Application, number).revision
    workflow.approve(number, by=deciding.demo_actor(username), revision=revision)
    db.session.rollback()


if __name__ == "__main__":
    main()
