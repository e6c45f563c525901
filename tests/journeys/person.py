"""A person at a browser: what they can do, and what they notice going wrong."""

from __future__ import annotations

import re

from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect


class Person:
    """One logged-in person with a page of their own."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home
        self.blocked: list[str] = []
        self.failures: list[str] = []
        page.on("console", self._listen)
        page.on("response", self._watch)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.blocked.append(message.text)

    def _watch(self, response: Response) -> None:
        if response.status >= 500:
            self.failures.append(f"{response.status} {response.url}")

    def log_in(self, username: str, password: str) -> None:
        self.page.goto(f"{self.home}/login")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.click("main button[type=submit]")
        expect(self.page.locator("main")).to_be_visible()
        assert "/login" not in self.page.url, self.page.locator("main").inner_text()

    def go(self, path: str) -> None:
        self.page.goto(self.home + path)

    def opens(self, path: str) -> int:
        """Go to an address; answers the status of the page."""
        answer = self.page.goto(self.home + path)
        assert answer is not None
        return answer.status

    def menu(self) -> list[str]:
        """The addresses that the menus lead to."""
        links = self.page.locator("header nav a, nav.side-nav a, .side a").all()
        return [link.get_attribute("href") or "" for link in links]

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, text: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(text)

    def press(self, name: str) -> None:
        """Press the button or link with this name."""
        pattern = re.compile(f"^{re.escape(name)}")
        found: Locator = self.page.locator("main").get_by_role("button", name=pattern)
        if found.count() == 0:
            found = self.page.locator("main").get_by_role("link", name=pattern)
        found.first.click()
        self.page.wait_for_load_state()

    def speak_english(self) -> None:
        """Change the language with the button in the frame, or in the menu of a phone."""
        button = self.page.locator("button[name=locale]:visible")
        if button.count() == 0:
            self.page.locator(".site-menu > summary").click()
        button.first.click()
        expect(self.page.locator("html")).to_have_attribute("lang", "en")

    def unfold(self) -> None:
        """Open everything in the page that opens, to see it as well."""
        self.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")

    def fits_the_screen(self) -> bool:
        """No sideways scrolling."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
        )
