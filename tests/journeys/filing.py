"""What a clerk does on the pages of an application, in the words of a clerk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.person import Person

NEW_HIRE = "NCGZ-01"
EXAMINED = 30_000  # milliseconds that a file may take on a busy machine


def begin(clerk: Person, initials: str, item: str = NEW_HIRE) -> int:
    """Choose the employee by initials and the item; answers the number of the application in its address."""
    page = clerk.page
    clerk.go("/applications/new")
    page.get_by_role("combobox").press_sequentially(initials)
    page.get_by_role("option").first.click()
    page.check(f"input[name=item][value={item}]")
    clerk.press("继续")
    page.wait_for_url(re.compile(r"/applications/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


@contextmanager
def following(page: Page) -> Iterator[None]:
    """What is answered within; afterwards the page shows what follows from it."""
    with page.expect_response(re.compile(r"/live$")):
        yield
    expect(page.locator("#live[aria-busy]")).to_have_count(0)


def answer(clerk: Person, key: str, value: str) -> None:
    """Type an answer and leave the field; what depends on it changes at once."""
    field = clerk.page.locator(f"[name=answer-{key}]")
    with following(clerk.page):
        field.fill(value)
        field.blur()


def material(clerk: Person, code: str) -> Locator:
    """The tile of one material."""
    return clerk.page.locator(f"#material-{code}")


def upload(clerk: Person, code: str, *files: Path) -> None:
    """Send files for a material and wait until each has its verdict."""
    tiles = material(clerk, code).locator("li.file[id]")
    before = tiles.count()
    material(clerk, code).locator("input[type=file]").set_input_files(list(files))
    expect(tiles).to_have_count(before + len(files), timeout=EXAMINED)


def is_ready(page: Page) -> None:
    """Nothing is left to be done before it is submitted; if not, the sentences of the materials tell what."""
    note = page.locator(".decision-bar-note")
    try:
        expect(note).to_have_text("可以提交", timeout=EXAMINED)
    except AssertionError as still:
        told = [one.inner_text() for one in page.locator("[id^=material-], .live-refusal").all()]
        raise AssertionError("\n".join([note.inner_text(), *told])) from still


def tile(clerk: Person, code: str, filename: str) -> Locator:
    """The tile of one file."""
    return material(clerk, code).locator("li.file[id]", has_text=filename)


def open_materials(clerk: Person) -> Sequence[str]:
    """The codes of the materials to which something may still be added."""
    actions = [form.get_attribute("action") or "" for form in clerk.page.locator("form[data-upload]").all()]
    return [action.rsplit("/", 1)[1] for action in actions]


def press_submit_twice(clerk: Person) -> None:
    """As an impatient person does."""
    clerk.page.locator("button[formaction$='/submit']").dblclick(no_wait_after=True)
    expect(clerk.page.locator(".messages")).to_contain_text("已提交")
