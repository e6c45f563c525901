"""What new tables would cost before they hold: heads, monthly and yearly cost by unit and category, largest changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.messages import Message
from app.pay.bulk import Paid, SetAside, exact_sum, price
from app.pay.careers import Settings
from app.pay.errors import PayError
from app.pay.kinds import Numbers
from app.pay.months import Month
from app.pay.names import OCCUPATIONS, SERIES, STAFF_TYPES
from app.pay.rosters import Roster
from app.pay.rulebook import rule
from app.pay.standards import Standards

MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Share:
    """The part of one unit or one category. Amounts in fen a month; `key` is the unit's number or the category."""

    key: int | str
    heads: int
    before_fen: int
    after_fen: int

    @property
    def monthly_fen(self) -> int:
        """How much more a month."""
        return self.after_fen - self.before_fen

    @property
    def yearly_fen(self) -> int:
        """How much more in twelve months."""
        return self.monthly_fen * MONTHS_OF_YEAR


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one person, in fen a month; `person` is the place in the roster."""

    person: int
    before_fen: int
    after_fen: int

    @property
    def difference_fen(self) -> int:
        return self.after_fen - self.before_fen


@dataclass(frozen=True, slots=True)
class AsideGroup:
    """People without an amount for one reason; the sentence of `error` names table, level and date."""

    error: PayError
    month: Month
    people: tuple[int, ...]


@dataclass(frozen=True)
class RepricePreview:
    """What a month costs under old and new tables. `total` holds who was counted; who is set aside is in no amount."""

    month: Month
    total: Share
    changed: int
    by_unit: tuple[Share, ...]
    by_category: tuple[Share, ...]
    largest: tuple[Change, ...]
    aside: tuple[AsideGroup, ...]

    @property
    def set_aside(self) -> int:
        """How many people are in none of the totals."""
        return sum(len(group.people) for group in self.aside)


@rule("G-3")
def reprice_preview(
    roster: Roster,
    old_tables: Standards,
    new_tables: Standards,
    month: Month,
    *,
    settings: Settings = Settings(),
    new_roster: Roster | None = None,
    largest: int = 20,
) -> RepricePreview:
    """What `new_tables` would pay in a month compared with `old_tables`, for everybody paid then.

    To see what a version brings, the old tables are the new ones `without` it (D-36). `new_roster` holds the same
    people as the new tables leave them, where these choose other steps. Writes nothing.
    """
    old = price(roster, month, old_tables, settings=settings)
    new = price(new_roster or roster, month, new_tables, settings=settings)
    kinds = roster.kind_in(month)
    ended = np.array([kind.state.ended and kind.error is None for kind in roster.book.kinds], np.bool_)
    held = kinds >= 0
    held[held] = ~ended[kinds[held]]
    counted = held & ~old.aside & ~new.aside
    who = np.flatnonzero(counted)
    before, after = old.amounts[who], new.amounts[who]
    categories = np.array([kind.category for kind in roster.book.kinds], np.str_)
    units = roster.units[who] if roster.units.size else np.empty(0, np.int64)
    return RepricePreview(
        month=month,
        total=Share("", len(who), exact_sum(before), exact_sum(after)),
        changed=int(np.count_nonzero(before != after)),
        by_unit=_shares(units, before, after) if roster.units.size else (),
        by_category=_shares(categories[kinds[who]], before, after) if len(who) else (),
        largest=_largest(who, before, after, largest),
        aside=_groups(old, new),
    )


def category_name(category: str) -> Message:
    """The name of a category: teachers and nurses by occupation, others by series of posts or staff type."""
    return OCCUPATIONS.get(category) or SERIES.get(category) or STAFF_TYPES[category]


def _shares(keys: np.ndarray, before: Numbers, after: Numbers) -> tuple[Share, ...]:
    """Sums by key, added as integers (weighted counts would add in floating point)."""
    names, place, heads = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.zeros((2, len(names)), np.int64)
    np.add.at(sums[0], place, before)
    np.add.at(sums[1], place, after)
    columns = (names.tolist(), heads.tolist(), *sums.tolist())
    return tuple(Share(*row) for row in zip(*columns, strict=True))


def _largest(who: Numbers, before: Numbers, after: Numbers, count: int) -> tuple[Change, ...]:
    """The largest changes up or down, the largest first; of equal ones the first of the roster."""
    size = np.abs(after - before)
    order = np.lexsort((who, -size))[:count]
    return tuple(Change(int(who[at]), int(before[at]), int(after[at])) for at in order if size[at])


def _groups(old: Paid, new: Paid) -> tuple[AsideGroup, ...]:
    """Who is set aside, by reason; a reason on the side of the new tables goes first."""
    reasons: dict[int, SetAside] = {}
    for paid in (old, new):
        reasons |= {found.person: found for found in paid.reasons()}
    groups: dict[tuple[str, str], list[SetAside]] = {}
    for found in reasons.values():
        groups.setdefault((found.error.code, repr(found.error.message.to_json())), []).append(found)
    return tuple(
        AsideGroup(group[0].error, group[0].month, tuple(sorted(found.person for found in group)))
        for group in sorted(groups.values(), key=lambda group: (-len(group), group[0].person))
    )
