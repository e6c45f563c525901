"""A person at a browser: what they can do, and what they notice going wrong."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Request, Response, expect

_STAYS = re.compile(r"(?:https?|wss?)://(?:127\.0\.0\.1|localhost)[:/]|(?:data|blob|about):")


class Watch:
    """What goes wrong in a browser while nobody looks: scripts blocked or broken, failures, requests to other hosts."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self._broken(error.error))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.faults.append(f"the content security policy blocked: {message.text}")

    def _broken(self, error: Error) -> None:
        self.faults.append(f"a script broke: {error.message}")

    def _request(self, request: Request) -> None:
        if not _STAYS.match(request.url):
            self.faults.append(f"a request left the host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")


class Person:
    """One logged-in person with a page of their own."""

    def __init__(self, page: Page, home: str, *, watch: Watch | None = None) -> None:
        self.page = page
        self.home = home
        self.watch = watch or Watch(page.context)

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
