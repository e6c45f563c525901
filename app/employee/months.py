"""One's own pay month by month: what each month pays, how it differs from another, and the year so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.employee.comparing import Difference, differences, sum_of
from app.pay.components import Component
from app.pay.months import Month, month_of, months_from, plus_months
from models import BudgetDistribution, BudgetPayment, WageRecord, db
from models.distributions import DistributionState

YEARS_BACK = 50


@dataclass(frozen=True)
class MonthPaid:
    """A month with the wage record that holds in it; none where the person was not employed or not paid then."""

    month: Month
    link: WageRecord | None

    @property
    def fen(self) -> int:
        return self.link.total_fen if self.link is not None else 0

    @property
    def parts(self) -> list[Component]:
        return [Component.from_json(kept) for kept in self.link.components] if self.link is not None else []


@dataclass(frozen=True)
class Comparison:
    """Two months side by side."""

    earlier: MonthPaid
    later: MonthPaid
    parts: Sequence[Difference]

    @property
    def fen(self) -> int:
        return sum_of(self.parts)


@dataclass(frozen=True)
class YearPaid:
    """The months of a year up to one of them, and what was paid in it besides the wage."""

    months: Sequence[MonthPaid]
    bonus: Sequence[tuple[Month, int]]

    @property
    def fen(self) -> int:
        """The wage due for these months, with what was corrected afterwards."""
        return sum(one.fen for one in self.months)

    @property
    def bonus_fen(self) -> int:
        return sum(fen for _, fen in self.bonus)


def paid_in(chain: Sequence[WageRecord], month: Month) -> MonthPaid:
    """What a month pays by the records as they stand today."""
    held = [link for link in chain if link.effective_month <= month]
    return MonthPaid(month, held[-1] if held else None)


def compared(chain: Sequence[WageRecord], earlier: Month, later: Month) -> Comparison:
    """Two months of one chain, part by part; whichever was named first, the earlier stands first."""
    first, second = sorted((earlier, later))
    one, other = paid_in(chain, first), paid_in(chain, second)
    since = other.link.effective_month if other.link is not None else second
    return Comparison(one, other, differences(one.parts, other.parts, since=since))


def last_change(chain: Sequence[WageRecord], comparison: Comparison) -> Month | None:
    """Where two months are the same: the month in which the wage changed last before them, if it ever did."""
    link = comparison.later.link
    if comparison.parts or link is None or link.effective_month <= chain[0].effective_month:
        return None
    return link.effective_month


def year_until(chain: Sequence[WageRecord], month: Month, bonus: Sequence[tuple[Month, int]]) -> YearPaid:
    """January to `month`."""
    months = [paid_in(chain, one) for one in months_from(month.replace(month=1), plus_months(month, 1))]
    return YearPaid([one for one in months if one.link is not None], [one for one in bonus if one[0] <= month])


def month_asked(text: str, chain: Sequence[WageRecord], *, today: date, otherwise: Month | None = None) -> Month:
    """The month that was asked for as `2018-03`, kept between the first that is paid and the present one."""
    present = month_of(today)
    first = chain[0].effective_month if chain else present
    try:
        asked = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        asked = otherwise or present
    return max(min(asked, max(present, first)), first)


def bonus_of(staff_id: int, year: int) -> list[tuple[Month, int]]:
    """Performance pay that was paid to a person in a year, month by month, in fen."""
    rows = db.session.execute(
        select(BudgetDistribution.month, BudgetPayment.amount_fen)
        .join(BudgetDistribution, BudgetDistribution.id == BudgetPayment.distribution_id)
        .where(
            BudgetPayment.staff_id == staff_id, BudgetDistribution.state == DistributionState.PAID,
            BudgetDistribution.month >= date(year, 1, 1), BudgetDistribution.month < date(year + 1, 1, 1),
        )
        .order_by(BudgetDistribution.month, BudgetPayment.id)
    )  # fmt: skip
    return [(row.month, row.amount_fen) for row in rows]
