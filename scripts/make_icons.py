"""Draws the icons of the installed product from static/mark.svg, in Chromium; run again when the mark changes.

The maskable icon and Apple's have no rounded corners of their own and keep the drawing within the inner part, because
the telephone cuts them into its own shape.
"""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).resolve().parents[1] / "app" / "static"
WHOLE, CUT = 1.0, 0.72  # how much of the icon the drawing fills
ICONS = (("192.png", 192, WHOLE), ("512.png", 512, WHOLE), ("maskable.png", 512, CUT), ("apple.png", 180, 0.84))
COLOURS = 32


def drawn(page: Page, mark: str, size: int, fills: float) -> bytes:
    """The mark at this size; one that is to be cut stands on its own colour."""
    ground = "transparent"
    if fills < WHOLE:
        found = re.search(r'<rect [^>]*fill="(#[0-9a-f]+)"', mark)
        assert found, "the mark has a ground of one colour"
        ground = found.group(1)
    inner = round(size * fills)
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f"<style>html{{background:{ground}}}body{{margin:0;display:grid;place-items:center;height:{size}px}}"
        f"svg{{width:{inner}px;height:{inner}px;display:block}}</style>{mark}"
    )
    return page.screenshot(omit_background=True)


def main() -> None:
    """Write the icons."""
    mark = (STATIC / "mark.svg").read_text(encoding="utf-8")
    (STATIC / "icons").mkdir(exist_ok=True)
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for name, size, fills in ICONS:
            picture = Image.open(io.BytesIO(drawn(page, mark, size, fills)))
            picture = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
            picture.save(STATIC / "icons" / name, optimize=True)
            print(f"{name}: {(STATIC / 'icons' / name).stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    main()
