"""Wages of a whole roster at once: a month, and back pay over years, as exact 64-bit integers of fen.

A roster is people and the stretches of months in which each is of one kind. Every kind is priced by the engine for one
(`sheet`), every distinct stretch is added up once, and the people are looked up. Whoever has no amount is set aside
with the reason; the others are paid, and the totals say how many were counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.pay.careers import Settings
from app.pay.errors import PayError
from app.pay.kinds import Numbers
from app.pay.months import Month, plus_months
from app.pay.rosters import EPOCH, Roster, month_number
from app.pay.rulebook import rule
from app.pay.sheet import Sheet
from app.pay.standards import Standards

MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class SetAside:
    """A person without an amount: the place in the roster, the first such month, and why."""

    person: int
    month: Month
    error: PayError


@dataclass(frozen=True, eq=False)
class Paid:
    """What everybody is paid, in fen. `amounts` is nought for who is set aside (`aside` is true for them)."""

    amounts: Numbers
    aside: npt.NDArray[np.bool_]
    # Kind and month of the first missing amount of each person set aside, and the sheet that knows why.
    _missing: tuple[tuple[Numbers, Numbers, Sheet], ...] = ()

    @property
    def total_fen(self) -> int:
        """The exact sum over everybody counted, whatever its size."""
        return exact_sum(self.amounts)

    @property
    def counted(self) -> int:
        """How many people the total stands for."""
        return len(self.amounts) - self.set_aside

    @property
    def set_aside(self) -> int:
        """How many people have no amount."""
        return int(np.count_nonzero(self.aside))

    def reasons(self) -> Iterator[SetAside]:
        """Everybody who is set aside, and why; the sentence names table, level and date."""
        found: dict[int, tuple[int, int, int]] = {}
        for source, (kinds, months, _) in enumerate(self._missing):
            for person in np.flatnonzero(kinds >= 0).tolist():
                found.setdefault(person, (source, int(kinds[person]), int(months[person])))
        known: dict[tuple[int, int, int], PayError] = {}
        for person, place in sorted(found.items()):
            source, kind, when = place
            month = plus_months(EPOCH, when)
            if place not in known:
                known[place] = self._missing[source][2].why(kind, month)
            yield SetAside(person, month, known[place])


def exact_sum(amounts: Numbers) -> int:
    """The sum of 64-bit integers as an integer without limit: halves are added apart, so nothing wraps around."""
    return (int((amounts >> 31).sum()) << 31) + int((amounts & 0x7FFFFFFF).sum())


@rule("G-3")
def price(roster: Roster, month: Month, tables: Standards, *, settings: Settings = Settings()) -> Paid:
    """What everybody is paid in one month, in fen; nought for who is not yet or no longer paid.

    Equal to `Career.wage_in(month).total_fen` of each person's own career.
    """
    return _paid(roster, [(1, roster, roster.book.sheet(tables, settings))], month, 1)


@rule("G-4")
def back_pay(
    roster: Roster,
    old_tables: Standards,
    new_tables: Standards,
    months: Sequence[Month],
    *,
    settings: Settings = Settings(),
    new_roster: Roster | None = None,
) -> Paid:
    """What `new_tables` pay everybody above `old_tables` over consecutive months, in fen; may be negative.

    `new_roster` holds the same people if their states differ too: late events, or steps that were chosen by amounts
    which the new tables change. Who has no amount on either side in any of the months is set aside.
    """
    if not months:
        return _paid(roster, [], EPOCH, 0)
    first, count = months[0], len(months)
    if count > MOST_MONTHS or list(months) != [plus_months(first, place) for place in range(count)]:
        raise ValueError(f"back pay is counted over consecutive months, {MOST_MONTHS} at most")
    new = new_roster or roster
    if new.people != roster.people:
        raise ValueError("both rosters must hold the same people")
    sides = [(1, new, new.book.sheet(new_tables, settings)), (-1, roster, roster.book.sheet(old_tables, settings))]
    return _paid(roster, sides, first, count)


def _paid(roster: Roster, sides: Sequence[tuple[int, Roster, Sheet]], first: Month, months: int) -> Paid:
    """The sum of all sides, each with its sign, over the months. A roster that stands on both sides is read once."""
    start, stop = month_number(first), month_number(first) + months
    worths: dict[int, tuple[Roster, Numbers]] = {}
    aside = np.zeros(roster.people, np.bool_)
    missing: list[tuple[Numbers, Numbers, Sheet]] = []
    for sign, side, sheet in sides:
        sums, gaps = sheet.sums(first, months)
        low = np.minimum(np.maximum(side.first, start), stop) - start
        high = np.maximum(np.minimum(side.last + 1, stop) - start, low)
        worth = sign * (sums[side.kind, high] - sums[side.kind, low])
        held = worths.get(id(side))
        worths[id(side)] = (side, worth if held is None else held[1] + worth)
        found = None if gaps is None else _first_gaps(side, gaps, low, high)
        if found is not None:
            kinds, places = found
            aside |= kinds >= 0
            missing.append((kinds, places + start, sheet))
    parts = [side.add_up(worth) for side, worth in worths.values()]
    amounts = parts[0] if parts else np.zeros(roster.people, np.int64)
    for part in parts[1:]:
        amounts += part
    if missing:
        amounts[aside] = 0
    return Paid(amounts, aside, tuple(missing))


def _first_gaps(
    roster: Roster, gaps: npt.NDArray[np.bool_], low: Numbers, high: Numbers
) -> tuple[Numbers, Numbers] | None:
    """Kind and month of everybody's first missing amount; -1 for who has none. Null if nobody has one."""
    months = gaps.shape[1]
    # The next gap at or after each month, for each kind.
    following = np.full((len(gaps), months + 1), months, np.int64)
    for place in range(months - 1, -1, -1):
        following[:, place] = np.where(gaps[:, place], place, following[:, place + 1])
    gap = following[roster.kind, low]
    stretch = np.where(gap < high, np.arange(len(gap)), -1)
    if not (stretch >= 0).any():
        return None
    held = roster.look_up(stretch)
    return np.where(held >= 0, roster.kind[held], -1), np.where(held >= 0, gap[held], -1)
