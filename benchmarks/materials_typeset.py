"""Papers set by a browser, for the set that nothing was fitted to: what each says is known, and whom it is about."""

# ruff: noqa: E501

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from benchmarks.materials_typeset_forms import FORMS
from benchmarks.materials_typeset_ink import Rng, Who, anybody

A4, A5, LYING, CARD = (794, 1123), (559, 794), (1123, 794), (540, 340)


@dataclass(frozen=True)
class Typeset:
    """A paper as it was before it came to a picture."""

    layout: str
    kind: str
    who: Who
    picture: Image.Image
    pdf: bytes = b""
    """The same as a file of a program, where it was asked for."""

    @property
    def name(self) -> str:
        """Whose name stands on it; none where the paper names nobody."""
        return self.who.name if FORMS[self.layout].named else ""


class Press:
    """A browser that sets papers, one after the other on the same page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def set(self, layout: str, seed: tuple[int, ...], *, who: Who | None = None, pdf: bool = False) -> Typeset:
        """One paper. The same seed sets the same words; `who` puts somebody else on it."""
        form, rng = FORMS[layout], np.random.default_rng(seed)
        who = who or anybody(np.random.default_rng((*seed, 99)))
        wide, high = form.size
        scale = float(rng.choice([1.3, 1.5, 1.7, 2.0])) * max(1.0, 700 / high)
        words = _sheet(form.write(rng, who), rng, form.size, tint=form.tint)
        self._page.set_viewport_size({"width": round(wide * scale), "height": round(high * scale)})
        self._page.set_content(words.replace("<html>", f"<html style='zoom:{scale:.2f}'>"))
        picture = Image.open(BytesIO(self._page.screenshot())).convert("RGB")
        if not pdf:
            return Typeset(layout, form.kind, who, picture)
        self._page.set_content(words)
        size = {"width": f"{wide}px", "height": f"{high}px"}
        file = self._page.pdf(**size, print_background=True, page_ranges="1")
        return Typeset(layout, form.kind, who, picture, file)


@contextmanager
def press() -> Iterator[Press]:
    """The browser for as long as it is needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        try:
            yield Press(browser.new_page())
        finally:
            browser.close()


def _sheet(body: str, rng: Rng, size: tuple[int, int], *, tint: str) -> str:
    family = str(rng.choice(["Noto Serif CJK SC", "Noto Sans CJK SC"]))
    ink = int(rng.integers(0, 55))
    paper = tint or str(rng.choice(["#ffffff", "#ffffff", "#fdfdfb", "#f7f6f2", "#f2f2f0", "#f6f1e2"]))
    return (
        f"<html><head><meta charset=utf-8><style>{_STYLE}"
        f"body{{width:{size[0]}px;height:{size[1]}px;background:{paper};color:rgb({ink},{ink},{ink + 4});"
        f"font-family:'{family}';font-size:{rng.uniform(14, 18):.1f}px;line-height:{rng.uniform(1.5, 2.1):.2f}}}"
        f"</style></head><body>{body}</body></html>"
    )


_STYLE = """
*{box-sizing:border-box;margin:0} body{position:relative;overflow:hidden}
.m{padding:64px 80px} .n{padding:40px 48px} h1{text-align:center;font-size:26px;margin-bottom:22px}
.red{color:#cf1c1c;text-align:center;font-weight:700;font-size:38px;letter-spacing:4px;border-bottom:3px solid #cf1c1c;
padding-bottom:14px;margin-bottom:22px} .c{text-align:center} p{text-indent:2em} .r{text-align:right;text-indent:0}
table{border-collapse:collapse;width:100%} td,th{border:1px solid #222;padding:4px 5px;text-align:center;height:34px}
td.big{height:110px;text-align:left;vertical-align:top} .grid td{height:22px;font-size:11.5px;padding:1px 2px;line-height:1.2}
.two{columns:2;column-gap:34px;font-size:13px;text-align:justify} .three{columns:3;column-gap:22px;font-size:12px}
.seal{position:absolute;opacity:.78} .hand{font-family:'Noto Serif CJK SC';color:#23306e;font-size:22px}
.hand span{display:inline-block;text-indent:0} .photo{border:1px solid #888} .frame{position:absolute;inset:22px;border:7px double #b08d57}
"""

LAYOUTS: tuple[str, ...] = tuple(FORMS)
