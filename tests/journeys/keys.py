"""A person without a mouse: they see where the focus is, and go on with Tab, Enter, arrows and what they type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.journeys.person import Person

MOST = 250  # presses of Tab within which anything on a page must be reached
EXAMINED = 60_000  # milliseconds that a file may take on a busy machine

# What has the focus: what it is called, the line it stands in, and whether an eye finds it.
FOCUSED = """() => {
  let one = document.activeElement;
  if (!one || one === document.body) return null;
  const label = one.labels && one.labels[0];
  const group = one.closest("fieldset, tr, li, section, article");
  const drawn = (each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  };
  const rect = one.getBoundingClientRect();
  const middle = document.elementFromPoint(
    Math.min(Math.max(rect.x + rect.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(rect.y + Math.min(rect.height / 2, 20), 0), innerHeight - 1));
  const around = [one, label, one.parentElement, one.nextElementSibling].filter(Boolean);
  return {
    tag: one.tagName.toLowerCase(), type: one.type || "", name: one.name || "", id: one.id, value: one.value || "",
    called: (one.getAttribute("aria-label") || (label && label.innerText) || one.innerText || one.value || "").trim(),
    line: group ? group.innerText : "", href: one.getAttribute("href") || "",
    drawn: around.some(drawn) && one.matches(":focus-visible, :focus"),
    seen: rect.width > 1 && rect.height > 1 && rect.bottom > 0 && rect.top < innerHeight,
    covered: !!middle && !one.contains(middle) && !middle.contains(one) && !(label && label.contains(middle))
      && getComputedStyle(middle.closest("[class]") || middle).position !== "static",
    html: one.outerHTML.slice(0, 120), cover: middle ? middle.outerHTML.slice(0, 80) : "",
  };
}"""


class Hands:
    """Two hands at a keyboard. Where Tab leads must show itself; a page that keeps the focus is a trap."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page: Page = person.page
        self.page.on("filechooser", lambda _: None)  # from now on, so that none opens outside the page meanwhile
        self.unseen: dict[str, str] = {}
        self.presses = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.presses += len(text)

    def log_in(self, username: str, password: str) -> None:
        self.open("/login")
        self.reach(name="username")
        self.type(username)
        self.reach(name="password")
        self.type(password)
        with self.page.expect_navigation():
            self.press("Enter")

    def open(self, path: str) -> None:
        """Type an address, as at the beginning of a day."""
        self.person.go(path)

    def here(self) -> dict[str, Any]:
        """What has the focus."""
        found: dict[str, Any] | None = self.page.evaluate(FOCUSED)
        return found or {"called": "", "line": "", "name": "", "href": "", "id": "", "html": "", "tag": "", "type": ""}

    def reach(
        self, called: str = "", *, name: str = "", line: str = "", href: str = "", id: str = "", back: bool = False
    ) -> dict[str, Any]:
        """Press Tab until this has the focus: by what it is called, its name, the line it stands in, or its address."""
        passed: list[str] = []
        for _ in range(MOST):
            self.press("Shift+Tab" if back else "Tab")
            found = self.here()
            self._look(found)
            passed.append(f"{found['tag']} {found['called'][:20]}")
            if (
                re.match(called, found["called"], re.DOTALL)
                and (not name or found["name"] == name)
                and line in found["line"]
                and re.search(href, found["href"])
                and (not id or found["id"] == id)
            ):
                return found
            if len(passed) > 8 and len(set(passed[-8:])) == 1 and found["html"]:
                raise AssertionError(f"the focus is kept by {found['html']}")
        raise AssertionError(f"{called or name or href or id} is not reached from the keyboard: {passed[:80]}")

    def _look(self, found: dict[str, Any]) -> None:
        if not found["html"]:
            return  # the browser's own bars
        for wrong in ("drawn", "seen"):
            if not found[wrong]:
                self.unseen.setdefault(f"not {wrong}: {found['html']}", self.page.url)
        if found["covered"]:
            self.unseen.setdefault(f"covered by {found['cover']}: {found['html']}", self.page.url)

    def enter(self, called: str = "", **where: Any) -> None:
        """Reach it and press Enter; another page opens."""
        self.reach(called, **where)
        self.go_on("Enter")

    def go_on(self, *keys: str) -> None:
        """Press keys of which the last one opens another page."""
        with self.page.expect_navigation():
            self.press(*keys)

    def choose_files(self, *files: Path) -> None:
        """The focus is on what opens the chooser."""
        with self.page.expect_file_chooser() as chooser:
            self.press("Enter")
        chooser.value.set_files([str(file) for file in files])

    def among(self, called: str, values: Sequence[str], key: str = "ArrowDown") -> None:
        """Go through a group of choices with the arrows until one of these values is chosen."""
        for _ in range(60):
            if self.here()["value"] in values:
                return
            self.press(key)
        raise AssertionError(f"{called} is not among the choices")
