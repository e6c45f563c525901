"""Examples of the pages of performance pay: totals, plans and distributions in each state, workbooks and people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor
from app.budgets import service, workbooks
from app.web.budgets import words
from models import BudgetDistribution, BudgetPayment, BudgetPlan, BudgetTotal, BudgetWorkbook, db
from models.distributions import DistributionState, PlanState
from tests.journeys.pages.asking import Asking, Examples, firsts


def prepare(clerk: Actor) -> None:
    """A plan that is being drawn up, and the workbook of a distribution, both in the clerk's school."""
    total = db.session.scalars(
        select(BudgetTotal).where(BudgetTotal.unit_id == clerk.unit_id).order_by(BudgetTotal.year.desc())
    ).first()
    assert total is not None
    service.draw_up(total.id, "INCENTIVE", "年终奖励性绩效工资", 1_000_00, by=clerk)
    content = workbooks.blank_distribution(total, by=clerk, words=words, chinese=True)
    workbooks.keep(
        total.id, "DISTRIBUTION", "四月.xlsx", content, by=clerk, month=date(total.year, 4, 1), item="BASIC",
        title="四月基础性绩效工资",
    )  # fmt: skip


def totals(permission: str) -> Examples:
    """The newest total in reach."""

    def find(asking: Asking) -> Iterator[str]:
        rows = asking.rows(BudgetTotal, permission).order_by(None)
        for found in db.session.scalars(rows.order_by(BudgetTotal.year.desc(), BudgetTotal.id).limit(1)):
            yield asking.address(total_id=found)

    return find


def plans(permission: str, *states: PlanState) -> Examples:
    """A plan of each of these states in reach."""

    def find(asking: Asking) -> Iterator[str]:
        for found in firsts(asking, BudgetPlan, permission, *(BudgetPlan.state == state for state in states)):
            yield asking.address(plan_id=found)

    return find


def distributions(asking: Asking) -> Iterator[str]:
    """A distribution of each state in reach."""
    states: list[Any] = [BudgetDistribution.state == state for state in DistributionState]
    for found in firsts(asking, BudgetDistribution, "budget:read", *states):
        yield asking.address(distribution_id=found)


def workbooks_sent(asking: Asking) -> Iterator[str]:
    """What the clerk uploaded and did not send yet."""
    for found in firsts(asking, BudgetWorkbook, "budget:distribute", BudgetWorkbook.id > 0):
        yield asking.address(budget_workbook_id=found)


def people(asking: Asking) -> Iterator[str]:
    """Somebody in reach who was paid."""
    rows = asking.rows(BudgetDistribution, "budget:read").order_by(None)
    paid = select(BudgetPayment.staff_id).where(BudgetPayment.distribution_id.in_(rows)).limit(1)
    for found in db.session.scalars(paid):
        yield asking.address(staff_id=found, year=2018)
