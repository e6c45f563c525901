"""The course of totals through their year: month by month what is gone, the year before, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import case, extract, func, select

from app import clock
from app.budgets.forecast import Course, Forecast, forecast
from models import BudgetDistribution, BudgetPlan, BudgetTotal, db
from models.distributions import DistributionState, PlanState


@dataclass
class Year:
    """The months of one total, in fen: what counts against it, by kind; `queued` is committed and not paid yet."""

    basic: dict[int, int] = field(default_factory=dict)
    incentive: dict[int, int] = field(default_factory=dict)
    queued: dict[int, int] = field(default_factory=dict)
    paid: dict[int, int] = field(default_factory=dict)

    def used_until(self, month: int) -> int:
        return sum(amount for kind in (self.basic, self.incentive) for at, amount in kind.items() if at <= month)


def forecasts(
    totals: Sequence[BudgetTotal], pools: Mapping[int, int] | None = None
) -> dict[int, tuple[Year, Forecast]]:
    """Where the years of these totals lead, in two statements however many; one where the pools are known already."""
    years = _years(totals)
    held = incentive_pools([one.id for one in totals]) if pools is None else pools
    found = {}
    for one in totals:
        year = years.get((one.unit_id, one.year), Year())
        course = course_of(one, year, years.get((one.unit_id, one.year - 1)), held.get(one.id, 0))
        found[one.id] = year, forecast(course)
    return found


def incentive_pools(total_ids: Sequence[int]) -> dict[int, int]:
    """What the incentive plans in force distribute in the year, by total."""
    rows = db.session.execute(
        select(BudgetPlan.total_id, BudgetPlan.pool_fen).where(
            BudgetPlan.total_id.in_(total_ids), BudgetPlan.item == "INCENTIVE", BudgetPlan.state == PlanState.APPROVED
        )
    )
    return {row.total_id: int(row.pool_fen) for row in rows}


def _years(totals: Sequence[BudgetTotal]) -> dict[tuple[int, int], Year]:
    """The months of these totals and of the years before them, by unit and year, in one statement."""
    if not totals:
        return {}
    paid = func.sum(case((BudgetDistribution.state == DistributionState.PAID, BudgetDistribution.amount_fen), else_=0))
    month = extract("month", BudgetDistribution.month)
    basic = case((BudgetDistribution.item == "BASIC", 1), else_=0)
    rows = db.session.execute(
        select(
            BudgetTotal.unit_id, BudgetTotal.year, month.label("month"), basic.label("basic"),
            func.sum(BudgetDistribution.amount_fen).label("fen"), paid.label("paid"),
        )
        .join(BudgetTotal, BudgetTotal.id == BudgetDistribution.total_id)
        .where(
            BudgetTotal.unit_id.in_({one.unit_id for one in totals}),
            BudgetTotal.year.in_({one.year - back for one in totals for back in (0, 1)}),
            BudgetDistribution.counted, BudgetDistribution.state != DistributionState.CANCELLED,
        )
        .group_by(BudgetTotal.unit_id, BudgetTotal.year, month, basic)
    )  # fmt: skip
    years: dict[tuple[int, int], Year] = {}
    for row in rows:
        year, at, fen = years.setdefault((row.unit_id, row.year), Year()), int(row.month), int(row.fen)
        kind = year.basic if row.basic else year.incentive
        kind[at] = kind.get(at, 0) + fen
        year.paid[at] = year.paid.get(at, 0) + int(row.paid)
        year.queued[at] = year.queued.get(at, 0) + fen - int(row.paid)
    return years


def course_of(total: BudgetTotal, year: Year, before: Year | None, pool_fen: int) -> Course:
    """A total's year as the forecast takes it."""
    until = last_month_over(total.year, year)
    return Course(
        until=until, basic=year.basic, incentive=year.incentive,
        plan_left=max(pool_fen - sum(year.incentive.values()), 0),
        queued={
            month: year.basic.get(month, 0) + year.incentive.get(month, 0) for month in range(until + 1, 13)
        },
        last_incentive=before.incentive if before else {}, last_so_far=before.used_until(until) if before else 0,
    )  # fmt: skip


def last_month_over(total_year: int, year: Year) -> int:
    """The last month that is over: the one before this, or this one where its basic pay has been sent already."""
    today = clock.today()
    if total_year != today.year:
        return 12 if total_year < today.year else 0
    return today.month if year.basic.get(today.month) else today.month - 1
