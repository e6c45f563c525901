"""What must hold of a table before it may be used: rising amounts, even widths, complete rows, published range ends.

The widths are facts of every official table so far (data/README.md names the sources): within a level of civil
servants each step adds the same sum (C-1), and a higher level has the wider steps; grades, and the steps of organ
workers, never add less than the one before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.messages import Message
from app.pay.names import table_name
from app.standards.check_values import CheckValue, value_of
from app.standards.layout import Place, rising, steps_of

BLOCKING, WARNING = "blocking", "warning"
Amounts = Mapping[Place, int]
"""Whole fen a month by place."""


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, and how much it should be as far as that can be told (fen)."""

    code: str
    message: Message
    remedy: Message
    place: Place | None = None
    expected: int | None = None
    severity: str = BLOCKING


_LOOK_UP = Message("Compare the cell with the official table and correct it in the workbook.")


def examine(amounts: Amounts, *, before: Amounts, check_values: Sequence[CheckValue]) -> list[Finding]:
    """Everything that speaks against a set of tables. `before` are the amounts of the standard that held before."""
    return [
        *incomplete(amounts, before),
        *uneven_widths(amounts),
        *falling(amounts),
        *off_check_values(amounts, check_values),
        *lower_than_before(amounts, before),
    ]


def incomplete(amounts: Amounts, before: Amounts) -> Iterable[Finding]:
    """Rows that an earlier standard of the same table has and this one lacks."""
    kinds = {(place.table, place.category) for place in amounts}
    for place in sorted(set(before) - set(amounts), key=str):
        if (place.table, place.category) in kinds:
            yield Finding(
                "missing",
                Message("%(table)s: the row %(row)s is missing.", table=table_name(place.table), row=place.name),
                Message("Add the row with the amount of the official table."),
                place,
            )


def uneven_widths(amounts: Amounts) -> Iterable[Finding]:
    """Steps of a level that do not lie on one straight line; grades that add less than the grade before."""
    for (table, _category, _level), run in steps_of(amounts).items():
        yield from _off_the_line(run, amounts) if table == "civil_level_wage" else _shrinking(run, amounts)


def _off_the_line(run: Sequence[Place], amounts: Amounts) -> Iterable[Finding]:
    """C-1: within a level each step adds a constant width. The line is the one on which most steps lie."""
    if len(run) < 3:
        return
    width, _many = Counter(
        (amounts[after] - amounts[place]) // ((after.step or 0) - (place.step or 0)) for place, after in pairwise(run)
    ).most_common(1)[0]
    start, _many = Counter(amounts[place] - width * (place.step or 0) for place in run).most_common(1)[0]
    for place in run:
        expected = start + width * (place.step or 0)
        if amounts[place] != expected:
            yield Finding(
                "width",
                Message(
                    "%(row)s is %(amount)s yuan. Every other step of this level adds %(width)s yuan, which gives "
                    "%(expected)s yuan here.",
                    row=place.name, amount=_yuan(amounts[place]), width=_yuan(width), expected=_yuan(expected),
                ),
                _LOOK_UP, place, expected,
            )  # fmt: skip


def _shrinking(run: Sequence[Place], amounts: Amounts) -> Iterable[Finding]:
    """A grade or step that adds less than the one before: the cell at the top of the too wide step is named."""
    widths = [amounts[after] - amounts[place] for place, after in pairwise(run)]
    for at, (width, following) in enumerate(pairwise(widths)):
        if following < width:
            place = run[at + 1] if _more_even_without(widths, at) else run[at + 2]
            yield Finding(
                "width",
                Message(
                    "%(row)s is %(amount)s yuan. The step up to it adds %(width)s yuan and the next one only "
                    "%(following)s yuan; in an official table steps never become narrower.",
                    row=place.name, amount=_yuan(amounts[place]), width=_yuan(width), following=_yuan(following),
                ),
                _LOOK_UP, place,
            )  # fmt: skip


def _more_even_without(widths: Sequence[int], at: int) -> bool:
    """Whether the widths around a too wide step would rise evenly if its upper end were lower."""
    together = widths[at] + widths[at + 1]
    low = widths[at - 1] if at else 0
    high = widths[at + 2] if at + 2 < len(widths) else together
    return low <= together / 2 <= high


def falling(amounts: Amounts) -> Iterable[Finding]:
    """Amounts that do not rise along a run of places."""
    for run in rising(amounts).values():
        for place, after in pairwise(run):
            if amounts[after] <= amounts[place]:
                yield Finding(
                    "not_rising",
                    Message(
                        "%(row)s is %(amount)s yuan, not more than %(lower)s with %(less)s yuan.",
                        row=after.name, amount=_yuan(amounts[after]), lower=place.name, less=_yuan(amounts[place]),
                    ),
                    _LOOK_UP, after,
                )  # fmt: skip


def off_check_values(amounts: Amounts, check_values: Sequence[CheckValue]) -> Iterable[Finding]:
    """Range ends and single amounts that were published with the standard and that the table does not give."""
    for check in check_values:
        found = value_of(check, amounts)
        if found is None or found.amount == check.expected:
            continue
        yield Finding(
            "check_value",
            Message(
                "The published figure “%(item)s” is %(expected)s yuan; this table gives %(amount)s yuan.",
                item=check.item, expected=_yuan(check.expected), amount=_yuan(found.amount),
            ),
            _LOOK_UP, found.place, check.expected,
        )  # fmt: skip


def lower_than_before(amounts: Amounts, before: Amounts) -> Iterable[Finding]:
    """Amounts below those of the standard before: possible, and worth a second look."""
    for place, amount in amounts.items():
        earlier = before.get(place)
        if earlier is not None and amount < earlier:
            yield Finding(
                "lower",
                Message(
                    "%(row)s is %(amount)s yuan, less than the %(before)s yuan that held before.",
                    row=place.name, amount=_yuan(amount), before=_yuan(earlier),
                ),
                _LOOK_UP, place, severity=WARNING,
            )  # fmt: skip


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"
