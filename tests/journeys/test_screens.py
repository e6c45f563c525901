"""The screens of each role in Chinese: no English on them. What else every page must be stands in `pages/`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
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
  const foreign = "[lang]:not(html)"; // the name of the other language, in that language
  while (walker.nextNode())
    if (!walker.currentNode.parentElement.closest(foreign)) texts.push(walker.currentNode.textContent.trim());
  for (const one of document.querySelectorAll("[aria-label],[title],[placeholder]"))
    if (!one.closest(foreign))
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
