"""What kinds are paid month by month under one set of tables, as arrays of fen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.messages import Message
from app.pay.career import Career
from app.pay.careers import Settings
from app.pay.errors import PayError
from app.pay.months import Month, plus_months
from app.pay.rounding import money_text
from app.pay.staff_types import rules_for
from app.pay.standards import Standards

if TYPE_CHECKING:
    from app.pay.kinds import Kind

# Stands where a kind has no amount; `why` then says why.
NO_AMOUNT = np.iinfo(np.int64).min
# A hundred thousand million yuan a month is a fault of a table. Below it, a hundred years of months of one person fit
# into 64 bits hundreds of times over.
LARGEST_FEN = 10**13
_KEPT = 64


class Sheet:
    """The prices of kinds under one set of tables. Each distinct price is asked of the engine for one, once."""

    def __init__(self, kinds: Sequence[Kind], tables: Standards, settings: Settings) -> None:
        self._kinds, self._tables, self._settings = kinds, tables, settings
        self._prices: dict[tuple[int, Hashable], int] = {}
        self._made: dict[tuple[Month, int], npt.NDArray[np.int64]] = {}
        self._summed: dict[tuple[Month, int], tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_] | None]] = {}

    def amounts(self, first: Month, months: int) -> npt.NDArray[np.int64]:
        """`[kind, month]` in fen: what every kind is paid in each of `months` months from `first`.

        `NO_AMOUNT` where the tables give none. Kinds that were added since the last call are priced now.
        """
        made = self._made.get((first, months))
        known = 0 if made is None else len(made)
        if made is None or known < len(self._kinds):
            more = np.full((len(self._kinds) - known, months), NO_AMOUNT, dtype=np.int64)
            runs = self._runs(first, months)
            for row, kind in zip(more, self._kinds[known:], strict=True):
                self._price(row, known, kind, first, runs)
                known += 1
            if len(self._made) >= _KEPT:
                self._made.clear()
                self._summed.clear()
            self._summed.pop((first, months), None)
            made = self._made[first, months] = more if made is None else np.concatenate((made, more))
        return made

    def sums(self, first: Month, months: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_] | None]:
        """`[kind, n]` in fen: what every kind is paid in the first n months, and `[kind, month]` where an amount is
        missing (counted as nought); null if none is."""
        fen = self.amounts(first, months)
        summed = self._summed.get((first, months))
        if summed is None:
            gaps = fen == NO_AMOUNT
            sums = np.zeros((len(fen), months + 1), np.int64)
            np.cumsum(np.where(gaps, 0, fen), axis=1, out=sums[:, 1:])
            summed = self._summed[first, months] = sums, gaps if gaps.any() else None
        return summed

    def why(self, number: int, month: Month) -> PayError:
        """Why a kind has no amount in a month: names table, level and date. Only for where `NO_AMOUNT` stands."""
        kind = self._kinds[number]
        try:
            _price_of(kind, kind.career(self._tables, self._settings), month)
        except PayError as error:
            return error
        except Exception:  # see `_or_no_amount`
            return unreadable()
        raise LookupError(f"kind {number} has an amount in {month}")

    def _runs(self, first: Month, months: int) -> list[tuple[int, int]]:
        """The months as runs in which neither the tables nor the calendar year change."""
        days = [plus_months(first, place) for place in range(months)]
        keys = [(self._tables.era_of(day), day.year) for day in days]
        starts = [place for place in range(months) if place == 0 or keys[place] != keys[place - 1]]
        return list(zip(starts, [*starts[1:], months], strict=True))

    def _price(
        self, row: npt.NDArray[np.int64], number: int, kind: Kind, first: Month, runs: Sequence[tuple[int, int]]
    ) -> None:
        """Fill the row of one kind."""
        if kind.error is not None:
            return
        career = kind.career(self._tables, self._settings)
        if kind.differs_by_month:
            runs = [(place, place + 1) for place in range(len(row))]
        for start, stop in runs:
            row[start:stop] = self._or_no_amount(number, kind, career, plus_months(first, start))

    def _or_no_amount(self, number: int, kind: Kind, career: Career, month: Month) -> int:
        try:
            alike: Hashable = month
            if not kind.differs_by_month:
                grown = (
                    0
                    if kind.state.ended
                    else rules_for(kind.state.staff_type).grown_in(kind.state, month, career.facts)
                )
                alike = (self._tables.era_of(month), grown)
            price = self._prices.get((number, alike))
            if price is None:
                price = self._prices[number, alike] = _price_of(kind, career, month)
        except Exception:
            # Whatever is wrong with one record (no amount in the tables, a post that is no post): it must set aside
            # whom it concerns, and never end the run of all others. `why` tells it.
            return NO_AMOUNT
        return price


def unreadable() -> PayError:
    """Why who has no readable record is set aside."""
    return PayError("MALFORMED_CASE", Message("The wage record of this employee cannot be read."))


def _price_of(kind: Kind, career: Career, month: Month) -> int:
    """What the engine for one pays this kind in a month, in fen."""
    if kind.error is not None:
        raise kind.error
    wage = career.price(kind.state, month)
    if abs(wage.total_fen) > LARGEST_FEN:
        raise PayError("NOT_COVERED", Message("%(amount)s yuan a month are more than is counted here.",
                                              amount=money_text(wage.total)))  # fmt: skip
    return wage.total_fen
