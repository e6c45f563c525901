"""What every template keeps: nothing that the content policy blocks, icons that exist, colours that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.web.assets import SHEET, read_assets

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted([*(ROOT / "app/templates").rglob("*.html"), *(ROOT / "admin_views/templates").rglob("*.html")])
CSS = read_assets().files[SHEET].body.decode()
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "app/static/icons.svg").read_text(encoding="utf-8")))

BLOCKED = {
    "an inline style": re.compile(r"<[^>{]*\sstyle\s*="),
    "a handler in the markup": re.compile(r"<[^>{]*\son[a-z]+\s*="),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)"),  # data, never run
    "a style element": re.compile(r"<style"),
    "another host": re.compile(r"""(?:src|href|action)=["'](?:https?:)?//"""),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_needs_a_looser_policy(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not [what for what, pattern in BLOCKED.items() if pattern.search(text)]


def test_every_icon_that_is_named_exists() -> None:
    named = re.compile(r"""(?:ui\.icon\(|\bicon\(|_icon\(|icon=|"icon": |icon_name=)["']([\w-]+)["']""")
    missing = {}
    for path in TEMPLATES:
        unknown = set(named.findall(path.read_text(encoding="utf-8"))) - SYMBOLS - {"lamp-"}
        if unknown:
            missing[path.name] = unknown
    assert not missing


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = tokens(CSS[: CSS.index("@media")])
_dark = CSS[CSS.index("@media (prefers-color-scheme: dark)") :]
DARK = LIGHT | tokens(_dark[: _dark.index("@media", 5)])


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TONES = ("ok", "warn", "bad", "info", "wait")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in ("paper", "surface", "sunken")),
    *((tone, ground) for tone in TONES for ground in ("surface", f"{tone}-soft")),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("accent", "accent-soft"), ("ink", "accent-soft"),
    ("ink-2", "accent-soft"),
]  # fmt: skip
EDGES = [("line-strong", "surface"), ("line-strong", "paper"), ("focus", "surface"), ("focus", "paper")]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: dict[str, str]) -> None:
    weak = {pair: round(contrast(scheme[pair[0]], scheme[pair[1]]), 2) for pair in TEXT}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 4.5}


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_can_be_seen(scheme: dict[str, str]) -> None:
    weak = {pair: round(contrast(scheme[pair[0]], scheme[pair[1]]), 2) for pair in EDGES}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 3}


def test_the_stylesheet_uses_only_tokens_that_exist() -> None:
    defined = set(re.findall(r"(--[\w-]+):", CSS))
    assert not set(re.findall(r"var\((--[\w-]+)", CSS)) - defined


def test_a_page_loads_little() -> None:
    """All style and all script that there is together; no page loads more than a part of it."""
    sent = [one for name, one in read_assets().files.items() if name.endswith((".css", ".js"))]
    whole = sum(len(one.zipped or one.body) for one in sent)
    assert whole < 100_000  # of the 150 kB that one page may weigh
