"""The style guide: every component in its states, and the tokens with their contrasts. Development only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.web.assets import FOLDER
from app.web.guard import open_to_all

pages = Blueprint("styleguide", __name__)

PAIRS = (
    ("ink", "paper"), ("ink", "surface"), ("ink-2", "surface"), ("ink-3", "surface"), ("ink-3", "paper"),
    ("accent", "surface"), ("on-accent", "accent"), ("line-strong", "surface"), ("focus", "paper"),
    ("ok", "ok-soft"), ("warn", "warn-soft"), ("bad", "bad-soft"), ("info", "info-soft"), ("wait", "wait-soft"),
)  # fmt: skip
_TOKEN = re.compile(r"--([\w-]+): ([^;]+);")


@dataclass(frozen=True)
class Contrast:
    """How well one colour is read on another, in the light and in the dark."""

    front: str
    back: str
    light: float
    dark: float


@pages.get("/styleguide")
@open_to_all
def show() -> ResponseReturnValue:
    """All of it on one page; light, dark and high contrast are those of the system."""
    light, dark = tokens()
    return render_template(
        "styleguide.html", now=clock.now(), contrasts=contrasts(light, dark),
        icons=[name for name in icons() if not name.startswith("lamp-")],
        colours=[name for name, value in light.items() if value.startswith("#")],
        sizes=[(name, value) for name, value in light.items() if re.fullmatch(r"s\d|radius.*|control|page", name)],
    )  # fmt: skip


def tokens() -> tuple[dict[str, str], dict[str, str]]:
    """The tokens by name, in the light and in the dark."""
    css = (FOLDER / "css" / "tokens.css").read_text(encoding="utf-8")
    first, *others = css.split("@media ")
    light = dict(_TOKEN.findall(first))
    dark = next((part for part in others if part.startswith("(prefers-color-scheme: dark)")), "")
    return light, light | dict(_TOKEN.findall(dark))


def icons() -> list[str]:
    """The names of the symbols."""
    return re.findall(r'<symbol id="([\w-]+)"', (FOLDER / "icons.svg").read_text(encoding="utf-8"))


def contrasts(light: dict[str, str], dark: dict[str, str]) -> list[Contrast]:
    """The pairs that stand on each other somewhere."""
    return [
        Contrast(front, back, contrast(light[front], light[back]), contrast(dark[front], dark[back]))
        for front, back in PAIRS
    ]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 between two colours written as #rrggbb."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 1)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
