"""Back pay: new total less old total, month by month, until the new amount is first paid (G-4, D-36)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from app.pay.components import Wage
from app.pay.months import Month, month_text, months_from
from app.pay.replay import Career
from app.pay.rounding import fen, money_text
from app.pay.rulebook import rule


@dataclass(frozen=True, slots=True)
class BackPayLine:
    """One month of back pay."""

    month: Month
    new_total: Decimal
    old_total: Decimal

    @property
    def difference(self) -> Decimal:
        return self.new_total - self.old_total

    def to_json(self) -> dict[str, Any]:
        """For the database: amounts as integer fen."""
        return {
            "month": month_text(self.month),
            "new_total_fen": fen(self.new_total),
            "old_total_fen": fen(self.old_total),
            "difference_fen": fen(self.difference),
        }


@dataclass(frozen=True, slots=True)
class BackPay:
    """What is owed for the months between the effective month and the first payment; may be negative."""

    lines: tuple[BackPayLine, ...] = ()

    @property
    def amount(self) -> Decimal:
        return sum((line.difference for line in self.lines), Decimal(0))

    def factors(self) -> dict[str, Any]:
        """The factors of the career-case format."""
        return {
            "months": len(self.lines),
            "lines": [
                {
                    "month": month_text(line.month),
                    "new_total": money_text(line.new_total),
                    "old_total": money_text(line.old_total),
                    "difference": money_text(line.difference),
                }
                for line in self.lines
            ],
        }


class Paying(Protocol):
    """What can say the wage of a month: a career, or a chain as it is kept."""

    def wage_in(self, month: Month) -> Wage: ...


@rule("G-4")
def back_pay(old: Paying | None, new: Career, *, from_month: Month, first_paid_month: Month) -> BackPay:
    """What `new` pays above `old` from `from_month` to the month before `first_paid_month`.

    Without an old career (a new hire) nothing was paid before.
    """
    lines = []
    for month in months_from(from_month, first_paid_month):
        new_total = new.wage_in(month).total
        old_total = old.wage_in(month).total if old is not None else Decimal(0)
        lines.append(BackPayLine(month, new_total, old_total))
    return BackPay(tuple(lines))
