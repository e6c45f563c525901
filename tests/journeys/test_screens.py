"""The main screens of each role: no fault of access, no sideways scroll, and no English on a Chinese page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import select

from models import Application, Unit, db
from tests.journeys.person import Person

pytestmark = pytest.mark.look

Visit = Callable[..., Person]
ROOT = Path(__file__).resolve().parents[2]

ENGLISH_SENTENCE = re.compile(r"[A-Za-z0-9 ,.;:'’()]*[a-z]{3,} [a-z]{2,}[A-Za-z0-9 ,.;:'’()]*$")
TEXTS = """() => {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode.textContent.trim());
  for (const one of document.querySelectorAll("[aria-label],[title],[placeholder]"))
    texts.push(...["aria-label", "title", "placeholder"].map((name) => one.getAttribute(name) || ""));
  return texts.filter((text) => /[A-Za-z]{2}/.test(text));
}"""


@pytest.fixture(scope="module")
def untranslated() -> set[str]:
    """The English of every message, as it would stand on a page that was not translated."""
    return set(_english()) - {"ZeroTrip"}


def _english() -> Iterator[str]:
    for path in (ROOT / "app/translations").glob("*/zh_Hans_CN/LC_MESSAGES/messages.po"):
        with path.open("rb") as text:
            yield from (str(message.id) for message in read_po(text) if message.id and message.id != message.string)


WORK = ("reviewer", "finance", "administrator", "designer", "auditor", "clerk", "employee")
FURTHER = {
    "clerk": ("/applications/new", "/roster/new", "{mine}", "/password", "/sessions"),
    "reviewer": ("{desk}",),
}


def test_a_chinese_page_is_chinese(app: Flask, visit: Visit, untranslated: set[str]) -> None:
    """Every page in the menus of every role, and those that are one step further."""
    places = _places()
    seen: set[str] = set()
    left: dict[str, list[str]] = {}
    for username in WORK:
        person = visit(username)
        further = [one.format(**places) for one in FURTHER.get(username, ())]
        for address in dict.fromkeys(person.menu() + further):
            if address in seen:
                continue
            seen.add(address)
            assert person.opens(address) == 200, f"{username} {address}"
            texts = person.page.evaluate(TEXTS)
            found = [text for text in texts if text in untranslated or ENGLISH_SENTENCE.match(text)]
            if found:
                left[f"{username} {address}"] = found
    assert len(seen) > 20
    assert not left


SCREENS = (
    ("clerk", ("/", "{mine}", "/applications/new"), False, False),
    ("clerk", ("{mine}",), True, True),
    ("reviewer", ("/admin/queue/", "{desk}"), False, False),
    ("reviewer", ("{desk}",), True, False),
    ("finance", ("/admin/finance/",), False, True),
    ("administrator", ("/admin/accounts/",), False, False),
    ("administrator", ("/admin/staff/",), True, True),
    ("employee", ("/my-wage",), True, False),
)  # who, where, on a phone, in English


def test_the_main_screens_are_open_to_everybody(app: Flask, visit: Visit) -> None:
    faults = []
    for username, addresses, phone, english in SCREENS:
        person = visit(username, phone=phone)
        if english:
            person.speak_english()
        for address in (one.format(**_places()) for one in addresses):
            assert person.opens(address) == 200, address
            person.unfold()
            where = f"{username} {address} {'390' if phone else '1280'} {'en' if english else 'zh'}"
            for found in Axe().run(person.page).response["violations"]:
                faults.append((where, found["id"], [node["target"] for node in found["nodes"]][:3]))
            if not person.fits_the_screen():
                faults.append((where, "scrolls sideways", []))
    assert not faults


def _places() -> dict[str, str]:
    """Addresses of applications of the demo city: one of the clerk's, and one that lies on the reviewer's desk."""
    db.session.rollback()
    mine = select(Application.id).join(Application.unit).where(Unit.name == "江城市滨江小学")
    draft = db.session.scalars(mine.where(Application.state == "DRAFT").limit(1)).one()
    desk = db.session.scalars(
        select(Application.id).where(Application.step_permission == "application:first_review").limit(1)
    ).one()
    db.session.rollback()
    return {"mine": f"/applications/{draft}", "desk": f"/admin/queue/{desk}"}
