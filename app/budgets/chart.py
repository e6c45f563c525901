"""The chart of a year: what is used month by month, where it leads with its band, and the total as a line. Pure SVG.

It has no style attribute and no script; its colours come from the style sheet by class. A table with the same figures
stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 96, 24, 20, 40
TICKS = 4


@dataclass(frozen=True)
class Words:
    """What the chart says, in the reader's language."""

    title: str
    about: str
    months: Sequence[str]
    total: str
    amount: Callable[[int], str]


def year_chart(by_month: Sequence[int], until: int, low: int, high: int, total_fen: int, words: Words) -> Markup:
    """Bars of what is used until the last month that is over, then the expected course inside its band."""
    top = scale_of(max(high, total_fen, *by_month, 1))
    step = (WIDTH - LEFT - RIGHT) / 12

    def x(month: int) -> float:
        return LEFT + step * (month - 0.5)

    def y(fen: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - fen / top)

    parts = []
    for tick in range(TICKS + 1):
        value = round(top * tick / TICKS)
        parts.append(
            f'<line class="chart-grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
            f'<text class="chart-label" x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">'
            f"{escape(words.amount(value))}</text>"
        )
    parts += [_month(month, by_month, until, x, y, step, words) for month in range(1, 13)]
    if until < 12:
        parts.append(_ahead(by_month, until, low, high, x, y))
    parts.append(
        f'<line class="chart-limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(total_fen):.1f}" y2="{y(total_fen):.1f}"/>'
        f'<text class="chart-value" x="{LEFT + 6}" y="{y(total_fen) - 6:.1f}">{escape(words.total)}</text>'
    )
    return Markup(  # every text in it was escaped
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="year-title year-about" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="year-title">{escape(words.title)}</title>'
        f'<desc id="year-about">{escape(words.about)}</desc>{"".join(parts)}</svg>'
    )


def scale_of(most: int) -> int:
    """The end of the scale above an amount, so that its four steps are round."""
    step = 100
    while step * TICKS < most:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step * TICKS


def _month(
    month: int, by_month: Sequence[int], until: int, x: Callable[[int], float], y: Callable[[float], float],
    step: float, words: Words,
) -> str:  # fmt: skip
    label = (
        f'<text class="chart-label" x="{x(month):.1f}" y="{HEIGHT - 16}" text-anchor="middle">'
        f"{escape(words.months[month - 1])}</text>"
    )
    if month > until:
        return label
    used = by_month[month - 1]
    return label + (
        f'<rect class="chart-bar" x="{x(month) - step * 0.32:.1f}" y="{y(used):.1f}" width="{step * 0.64:.1f}" '
        f'height="{max(y(0) - y(used), 0.5):.1f}" rx="2"><title>{escape(words.months[month - 1])}: '
        f"{escape(words.amount(used))}</title></rect>"
    )


def _ahead(
    by_month: Sequence[int], until: int, low: int, high: int, x: Callable[[int], float], y: Callable[[float], float]
) -> str:
    start = (x(until) if until else x(1) - 20, y(by_month[until - 1] if until else 0))
    expected = by_month[11] or 1
    upper, lower = [], []
    for month in range(until + 1, 13):
        weight = (month - until) / (12 - until)  # the band opens towards the year's end
        middle = by_month[month - 1]
        upper.append((x(month), y(middle + (high - expected) * weight)))
        lower.append((x(month), y(middle - (expected - low) * weight)))
    band = " ".join(f"{left:.1f},{down:.1f}" for left, down in [start, *upper, *reversed(lower)])
    line = " ".join(
        f"{left:.1f},{down:.1f}"
        for left, down in [start, *((x(month), y(by_month[month - 1])) for month in range(until + 1, 13))]
    )
    return f'<polygon class="chart-band" points="{band}"/><polyline class="chart-ahead" points="{line}"/>'
