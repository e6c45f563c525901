"""Charts as SVG: bars and a line, drawn on the server from numbers that stand in a table beside them.

No style attribute and no script (the security policy forbids both): colours come from the style sheet by class, so a
chart follows the dark mode and prints in ink. It is named and described for who hears it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from markupsafe import Markup, escape

WIDTH = 720
LABELS = 232
ROW = 30
BAR = 18
LINE_HEIGHT = 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 92, 44, 18, 44
_SIGN = 7.2  # the width of a Latin letter at the size of the labels; a Chinese one takes two
Said = Callable[[float], str]


@dataclass(frozen=True)
class Point:
    """One value with the words for it."""

    label: str
    value: float
    said: str


def bars(points: Sequence[Point], *, id: str, title: str, about: str) -> Markup:
    """Horizontal bars, the label before and the value after each; values below nought are drawn as nought."""
    most = max((point.value for point in points), default=0) or 1
    widest = max((width_of(point.said) for point in points), default=0)
    room = WIDTH - LABELS - widest - 16
    height = len(points) * ROW + 8
    parts = []
    for place, point in enumerate(points):
        middle = place * ROW + ROW / 2 + 4
        length = max(0.0, point.value) / most * room
        label = cut(point.label, LABELS - 12)
        parts.append(
            f"<g><title>{escape(point.label)}: {escape(point.said)}</title>"
            f'<text class="chart-label" x="{LABELS - 8}" y="{middle + 5:g}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="chart-bar" x="{LABELS}" y="{middle - BAR / 2:g}" width="{max(length, 1):.1f}" '
            f'height="{BAR}" rx="2"/>'
            f'<text class="chart-value" x="{LABELS + length + 6:.1f}" y="{middle + 5:g}">{escape(point.said)}</text>'
            "</g>"
        )
    return _drawn("".join(parts), height, id=id, title=title, about=about)


def line(points: Sequence[Point], *, id: str, title: str, about: str, tick: Said) -> Markup:
    """A line over time from nought, with a dot at every point and a scale of round numbers."""
    top = round_up(max((point.value for point in points), default=0))
    wide, high = WIDTH - _LEFT - _RIGHT, LINE_HEIGHT - _TOP - _BOTTOM
    step = wide / max(len(points) - 1, 1)

    def x(place: int) -> float:
        return _LEFT + (wide / 2 if len(points) == 1 else place * step)

    def y(value: float) -> float:
        return _TOP + high - value / top * high

    parts = [_scale(top, y, tick)]
    path = " ".join(f"{'M' if place == 0 else 'L'}{x(place):.1f} {y(p.value):.1f}" for place, p in enumerate(points))
    parts.append(f'<path class="chart-line" d="{path}"/>')
    every = max(1, -(-len(points) * 76 // wide))
    for place, point in enumerate(points):
        parts.append(
            f'<circle class="chart-dot" cx="{x(place):.1f}" cy="{y(point.value):.1f}" r="4">'
            f"<title>{escape(point.label)}: {escape(point.said)}</title></circle>"
        )
        if place % every == 0:
            parts.append(
                f'<text class="chart-label" x="{x(place):.1f}" y="{LINE_HEIGHT - 18}" text-anchor="middle">'
                f"{escape(point.label)}</text>"
            )
    return _drawn("".join(parts), LINE_HEIGHT, id=id, title=title, about=about)


def _scale(top: float, y: Callable[[float], float], tick: Said) -> str:
    lines = []
    for part in range(5):
        value = top * part / 4
        lines.append(
            f'<line class="chart-grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
            f'<text class="chart-label" x="{_LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">'
            f"{escape(tick(value))}</text>"
        )
    return "".join(lines)


def _drawn(inside: str, height: float, *, id: str, title: str, about: str) -> Markup:
    """The picture with its name and description, which a screen reader says in place of the shapes."""
    return Markup(  # every text in it was escaped
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-labelledby="{id}-title {id}-about" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{id}-title">{escape(title)}</title>'
        f'<desc id="{id}-about">{escape(about)}</desc>{inside}</svg>'
    )


def round_up(value: float) -> float:
    """The next number that divides well into four: 1, 2, 4 or 8 and so on times a power of ten."""
    if value <= 0:
        return 4
    exact = Decimal(str(value))
    power = Decimal(10) ** (exact.adjusted())
    for factor in (Decimal("1"), Decimal("1.2"), Decimal("1.6"), Decimal("2"), Decimal("2.4"), Decimal("3.2"),
                   Decimal("4"), Decimal("6"), Decimal("8"), Decimal("10")):  # fmt: skip
        if exact <= factor * power:
            return float((factor * power).to_integral_value(rounding=ROUND_CEILING) if power >= 1 else factor * power)
    return float(10 * power)


def width_of(text: str) -> float:
    """How wide a label is drawn, about: Chinese signs are twice as wide."""
    return sum(_SIGN * (1.8 if unicodedata.east_asian_width(sign) in "WF" else 1) for sign in text)


def cut(text: str, room: float) -> str:
    """A label cut to its room with an ellipsis; the whole of it stands in the title and in the table."""
    if width_of(text) <= room:
        return text
    kept = ""
    for sign in text:
        if width_of(kept + sign) > room - _SIGN * 2:
            break
        kept += sign
    return kept.rstrip() + "…"
