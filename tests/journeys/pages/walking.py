"""One person walks through every page that they may open, in both languages and widths, and notes what is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, TimeoutError

from app.demo.accounts import ACCOUNTS, PASSWORD
from tests.journeys.pages import scene
from tests.journeys.pages.addresses import NOBODY, PHONE, Visit
from tests.journeys.person import Person, Watch

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
LOOK = Path(__file__).with_name("look.js")
LANGUAGES = ("zh", "en")
WIDTHS = (1280, 390)
WHO = (*(account.username for account in ACCOUNTS), NOBODY, PHONE)
IN_CHINESE = {"styleguide.show"}  # its examples are
PATIENCE = 60_000  # milliseconds
# A page that answers 4xx is what was asked for; the worker is blocked here on purpose.
EXPECTED = ("the server responded with a status of 4", "Service Worker registration blocked")

_CHANGES = re.compile(
    r'name="csrf_token"[^>]*|[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|data-actor="\d*"'
)


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong: what kind, which rule, at which element."""

    kind: str
    rule: str
    where: str

    @property
    def counts(self) -> bool:
        """Whether it breaks the promise; advice and lesser faults are told apart."""
        return self.kind not in ("advice", "moderate", "minor")


@dataclass
class Findings:
    """What a walk found: how many pages it saw, and for each fault where it was seen."""

    pages: set[tuple[str, str, str, int]] = field(default_factory=set)  # address, person, language, width
    looked: int = 0  # fewer than the pages where two people see the same
    faults: dict[Fault, list[str]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)  # examples that this person cannot open after all
    chinese: dict[str, str] = field(default_factory=dict)  # Chinese on an English page, and where

    def note(self, faults: Iterable[Fault], place: str) -> None:
        for fault in faults:
            places = self.faults.setdefault(fault, [])
            if place not in places:
                places.append(place)

    def add(self, other: Findings) -> None:
        self.pages |= other.pages
        self.looked += other.looked
        self.closed += other.closed
        self.chinese = {**other.chinese, **self.chinese}
        for fault, places in other.faults.items():
            for place in places:
                self.note([fault], place)


@dataclass
class Seen:
    """What somebody has looked at already: where two people get the same page, it is measured once."""

    contents: set[str] = field(default_factory=set)
    endpoints: set[str] = field(default_factory=set)
    kinds: Counter[tuple[str, str, int]] = field(default_factory=Counter)  # kind of page, language, width


Turn = Callable[[int], Iterable[tuple[str, int]]]


def everything(_index: int) -> Iterable[tuple[str, int]]:
    """Each page in both languages and widths."""
    return [(language, width) for language in LANGUAGES for width in WIDTHS]


def in_turn(person: str) -> Turn:
    """Each page once, in another language and width from one page and one person to the next."""
    start = WHO.index(person)
    combinations = list(everything(0))
    return lambda index: [combinations[(start + index) % len(combinations)]]


class Walk:
    """A person's way through the product in a browser of their own."""

    def __init__(
        self,
        browser: Browser,
        home: str,
        person: str,
        seen: Seen,
        *,
        dark: bool = False,
        enough: int | None = None,
    ) -> None:
        self.home, self.person, self.seen, self.dark = home, person, seen, dark
        # How often a kind of page is looked at in a language and width, whoever opens it: after that only its answer
        # is asked for. Contrast is then measured the first time alone. None: every page is looked at.
        self.enough = enough
        self.tell: Callable[[str], None] | None = None
        self.findings = Findings()
        self._name = next((account.name for account in ACCOUNTS if account.username == person), "")
        self._context: BrowserContext = browser.new_context(
            viewport={"width": WIDTHS[0], "height": 900}, locale="zh-CN", reduced_motion="reduce",
            # What the worker does is proved in journeys; under it the browser's driver at times waits for ever.
            service_workers="block",
        )  # fmt: skip
        self._context.set_default_timeout(PATIENCE)
        self._context.add_init_script(path=AXE)
        self._context.add_init_script(path=LOOK)
        self._watch = Watch(self._context)
        self._said: list[str] = []
        self._context.on("console", self._listen)
        self._page: Page = self._context.new_page()
        self._frames: set[tuple[str, int]] = set()  # languages and widths in which the frame's popups were opened
        self._dialogs: dict[tuple[str, int], list[str]] = {}  # those looked at, by language and width

    def _listen(self, message: ConsoleMessage) -> None:
        expected = any(one in message.text for one in EXPECTED)
        if message.type in ("error", "warning") and not expected:
            self._said.append(message.text)

    def go(self, visits: list[Visit], turn: Turn) -> Findings:
        """Look at all pages, first those in Chinese."""
        if self.person == PHONE:
            self._page.goto(self.home + scene.a_phone_link())
            self._page.locator("main form[method=post] button").click()
        elif self.person != NOBODY:
            Person(self._page, self.home, watch=self._watch).log_in(self.person, PASSWORD)
        for language in LANGUAGES:
            todo = [(visit.spoken(language), [width for one, width in turn(place) if one == language])
                    for place, visit in enumerate(visits)]  # fmt: skip
            if language == "en" and any(widths for _, widths in todo):
                self._speak_english()
            for visit, widths in todo:
                if widths:
                    self._see(visit, language, widths)
        self._context.close()
        return self.findings

    def _speak_english(self) -> None:
        self._page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        self._page.goto(self.home + ({NOBODY: "/login", PHONE: "/phone"}.get(self.person, "/")))
        self._page.locator("button[name=locale]:visible").first.click()
        self._page.locator("html[lang=en]").wait_for(state="attached")

    def _see(self, visit: Visit, language: str, widths: list[int]) -> None:
        place = f"{self.person} {language} {visit}"
        if all(self._known_well(visit, language, width) for width in widths):
            self._ask(visit, language, widths, place)
            return
        answer = self._open(visit, language)
        if answer is None or answer.status != visit.status:
            self._note_answer(answer.status if answer else None, visit.status, place)
            return
        self.findings.note(of_the_answer(answer), place)
        digest = self._digest(answer)
        for width in widths:
            self.findings.pages.add((str(visit), self.person, language, width))
            key = f"{digest} {language} {width}"
            if key in self.seen.contents and (language, width) in self._frames:
                continue
            self.seen.contents.add(key)
            self.findings.looked += 1
            contrast = self.enough is None or visit.endpoint not in self.seen.endpoints
            self._look(language, width, f"{place} {width}", contrast=contrast)
            self.seen.endpoints.add(visit.endpoint)
            self.seen.kinds[visit.kind, language, width] += 1
        if language == "en" and visit.endpoint not in IN_CHINESE:
            for text in self._page.evaluate("zerotripLook.chinese()"):
                self.findings.chinese.setdefault(text, place)
        for text in [*self._said, *self._watch.faults]:
            self.findings.note([Fault("console", text[:200], "")], place)
        self._said.clear()
        self._watch.faults.clear()
        if self.tell:
            new = [fault for fault, places in self.findings.faults.items() if places[0].startswith(place)]
            self.tell(" | ".join([place, str(widths), *map(str, new)]))

    def _known_well(self, visit: Visit, language: str, width: int) -> bool:
        if self.enough is None or (language, width) not in self._frames:
            return False
        return self.seen.kinds[visit.kind, language, width] >= self.enough

    def _ask(self, visit: Visit, language: str, widths: list[int], place: str) -> None:
        """Whether the page answers as it should, without drawing it."""
        answer = self._context.request.get(self.home + visit.address.replace("{language}", language))
        self.findings.pages.update((str(visit), self.person, language, width) for width in widths)
        wanted = 200 if visit.sent_empty else visit.status
        if answer.status != wanted:
            self._note_answer(answer.status, wanted, place)

    def _note_answer(self, status: int | None, wanted: int, place: str) -> None:
        """A page that answers otherwise is closed to this person, or broken."""
        if status is not None and 400 <= status < 500:
            self.findings.closed.append(f"{place}: {status}")
        else:
            self.findings.note([Fault("answer", str(status or "nothing"), f"not {wanted}")], place)

    def _open(self, visit: Visit, language: str) -> Response | None:
        answer = self._answer(self.home + visit.address.replace("{language}", language))
        if not visit.sent_empty or answer is None or answer.status != 200:
            return answer
        self._page.evaluate("document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; })")
        with self._page.expect_navigation() as sent:
            self._page.locator("main form[method=post] button:not([type=button])").last.click()
        return sent.value

    def _answer(self, address: str) -> Response | None:
        """What the page answers. A tab that does not get there is left for a fresh one, once."""
        try:
            return self._page.goto(address)
        except TimeoutError:
            size = self._page.viewport_size
            self._page.close()
            self._page = self._context.new_page()
            self._page.set_viewport_size(size or {"width": WIDTHS[0], "height": 900})
            return self._page.goto(address)

    def _look(self, language: str, width: int, place: str, *, contrast: bool) -> None:
        self._page.set_viewport_size({"width": width, "height": 900 if width > 600 else 844})
        self._page.evaluate("window.scrollTo(0, 0)")  # a page that sends the focus ahead stands under its header
        with_frame = (language, width) not in self._frames
        self._frames.add((language, width))
        found = self._page.evaluate(
            "(options) => zerotripLook.whole(options)",
            {
                "language": language,
                "withFrame": with_frame,
                "known": self._dialogs.get((language, width), []),
                "contrast": contrast,
            },
        )
        self._dialogs[(language, width)] = found["known"]
        self.findings.note(map(_fault, found["faults"]), place)
        if self.dark and (language, width) == ("zh", WIDTHS[0]):  # colours depend on neither
            self._page.emulate_media(color_scheme="dark")
            found = self._page.evaluate("zerotripLook.colours()")
            self._page.emulate_media(color_scheme="light")
            self.findings.note(map(_fault, found), place + " dark")

    def _digest(self, answer: Response) -> str:
        """The same for pages whose content is the same: the frame of a person is looked at on their first page."""
        text = self._page.content() if answer.request.method == "POST" else answer.text()
        text = _CHANGES.sub("", text[max(text.find("<main"), 0) :])
        return sha256((text.replace(self._name, "") if self._name else text).encode()).hexdigest()


def of_the_answer(answer: Response) -> list[Fault]:
    """What the headers of a page promise."""
    kind, policy = answer.headers.get("content-type", ""), answer.headers.get("content-security-policy", "")
    faults = [] if kind.startswith("text/html") else [Fault("answer", "not a page", kind)]
    for wrong in ("unsafe-inline", "unsafe-eval", "*"):
        if wrong in policy:
            faults.append(Fault("policy", wrong, policy))
    if "default-src 'self'" not in policy:
        faults.append(Fault("policy", "default-src", policy))
    return faults


def _fault(found: dict[str, Any]) -> Fault:
    return Fault(str(found["kind"]), str(found["rule"]), str(found["where"]))
