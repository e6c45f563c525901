"""Dashboards: a few figures and a line for each role, each of which opens into its rows.

Who sees wages gets the fund and its changes; who sees applications, how work goes; who decides, whether limits are
kept; finance, what waits for it. At most one statement for each kind of figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, select

from app.access import scope
from app.access.actor import Actor
from app.access.roles import DECIDING
from app.budgets import queries as budgets
from app.cases import queries as cases
from app.messages import Message
from app.pay.months import Month, month_text, plus_months
from app.reports import step_passes
from app.reports.asking import Asked, last_month
from app.reports.fields import DECIMAL, MONEY, NUMBER, SHARE, Opening, to_report
from app.reports.filings import days_taken, filed, was_returned
from app.reports.month_changes import statement as changes
from app.reports.spells import months_of, paid_in, spells, whole
from models import Application, BudgetTotal, BudgetWarning, PaymentInstruction, db
from models.budgets import WarningState
from models.payments import InstructionState

MONTHS = 12
SIGNED = "signed"


@dataclass(frozen=True)
class Figure:
    """One number with where it opens. `kind` as of a field; `signed` is an amount with its sign."""

    label: Message
    value: int | None
    kind: str
    opening: Opening | None
    note: Message | None = None


@dataclass(frozen=True)
class Board:
    """What one person sees first."""

    figures: Sequence[Figure]
    points: Sequence[tuple[Month, int]] = field(default_factory=tuple)
    opening: Opening | None = None


def board(actor: Actor) -> Board:
    """The figures of this person, within their reach."""
    actor, month = actor.on_own_account, last_month()
    figures: list[Figure] = []
    points: list[tuple[Month, int]] = []
    if actor.holds("pay:read"):
        found, points = _fund(actor, month)
        figures += found
        figures += _changes(actor, month)
    if actor.holds("payment:take"):
        figures.append(_waiting(actor))
    if actor.holds("budget:read"):
        figures += _performance_pay(actor, month)
    if actor.holds("case:read"):
        figures += _cases(actor)
    if actor.holds("application:read"):
        figures += _work(actor, month)
    if actor.holds("application:read") and any(actor.holds(permission) for permission in DECIDING):
        figures.append(_limits(actor, month))
    since = plus_months(month, 1 - MONTHS)
    return Board(figures, points, to_report("fund", since=month_text(since), until=month_text(month)))


def _fund(actor: Actor, month: Month) -> tuple[list[Figure], list[tuple[Month, int]]]:
    """The fund of twelve months; the last of them as figures."""
    asked = Asked(plus_months(month, 1 - MONTHS), month)
    one, months = spells(actor, asked), months_of(asked.months)
    rows = db.session.execute(
        select(months.c.month, func.count(), whole(func.sum(one.c.total_fen)))
        .select_from(months)
        .join(one, paid_in(one, months.c.month))
        .group_by(months.c.month)
        .order_by(months.c.month)
    ).all()
    points = [(when, int(total)) for when, _, total in rows]
    heads, total = next(((count, int(total)) for when, count, total in rows if when == month), (0, 0))
    only = {"since": month_text(month), "until": month_text(month)}
    return [
        Figure(Message("People paid this month"), heads, NUMBER, to_report("wage-roster", **only)),
        Figure(Message("Wage fund of this month (10,000 yuan)"), total, MONEY, to_report("fund", **only)),
    ], points


def _changes(actor: Actor, month: Month) -> list[Figure]:
    rows = changes(actor, Asked(month, month)).subquery()
    count, difference = db.session.execute(select(func.count(), whole(func.sum(rows.c.difference_fen)))).one()
    to = to_report("changes", since=month_text(month), until=month_text(month))
    return [
        Figure(Message("Wages changed this month"), count, NUMBER, to),
        Figure(Message("More or less a month by these"), int(difference), SIGNED, to),
    ]


def _waiting(actor: Actor) -> Figure:
    waiting = (
        PaymentInstruction.state == InstructionState.WAITING,
        scope.condition(actor, "payment:read", PaymentInstruction),
    )
    count = db.session.scalar(select(func.count()).select_from(PaymentInstruction).where(*waiting)) or 0
    return Figure(Message("Changes waiting for finance"), count, NUMBER, Opening("finance", ""))


def _performance_pay(actor: Actor, month: Month) -> list[Figure]:
    """What is gone of the year's totals, and how many units were warned of theirs."""
    totals = budgets.sums(actor, month.year)
    if not totals.units:
        return []
    used = totals.paid_fen + totals.committed_fen
    open_ones = (
        select(func.count(BudgetWarning.total_id.distinct()))
        .join(BudgetTotal, BudgetTotal.id == BudgetWarning.total_id)
        .where(BudgetWarning.state == WarningState.OPEN, BudgetTotal.year == month.year,
               scope.condition(actor, "budget:read", BudgetTotal))
    )  # fmt: skip
    return [
        Figure(Message("Performance pay used of the year's totals"),
               used * 10_000 // totals.total_fen if totals.total_fen else None, SHARE,
               to_report("performance", year=month.year)),
        Figure(Message("Units warned of their total"), db.session.scalar(open_ones) or 0, NUMBER,
               Opening("warned", month.year)),
    ]  # fmt: skip


def _cases(actor: Actor) -> list[Figure]:
    """Cases that wait: for the unit, of these late, and for a judgement."""
    found = cases.counts(actor)
    figures = [
        Figure(Message("Cases that wait for an answer"), found.to_answer, NUMBER, Opening("cases", "OPEN")),
        Figure(Message("Answers that are late"), found.overdue, NUMBER, Opening("cases", "overdue")),
    ]
    if actor.holds("case:judge"):
        figures.append(Figure(Message("Answers to judge"), found.to_judge, NUMBER, Opening("cases", "ANSWERED")))
    return figures


def _work(actor: Actor, month: Month) -> list[Figure]:
    """What was filed in twelve months: how many, how long, how many came back."""
    asked = Asked(plus_months(month, 1 - MONTHS), month)
    counted: Any = (
        func.count(), whole(func.sum(case((was_returned(), 1), else_=0))),
        whole(func.sum(case((Application.decided_at.is_not(None), 1), else_=0))), whole(func.sum(days_taken())),
    )  # fmt: skip
    count, returned, decided, days = db.session.execute(select(*counted).where(*filed(actor, asked))).one()
    span = {"since": month_text(asked.since), "until": month_text(asked.until)}
    return [
        Figure(Message("Filed in twelve months"), count, NUMBER, to_report("filings", **span)),
        Figure(Message("Average days to the decision"), days * 10 // decided if decided else None, DECIMAL,
               to_report("item-times", **span)),
        Figure(Message("Return rate"), returned * 10_000 // count if count else None, SHARE,
               to_report("filings", **span, returned="1")),
    ]  # fmt: skip


def _limits(actor: Actor, month: Month) -> Figure:
    """The share of steps within their limit, over the last month and this one."""
    asked = Asked(plus_months(month, -1), month)
    rows = step_passes.statement(actor, asked).subquery()
    kept = whole(func.sum(case((rows.c.late == step_passes.KEPT, 1), else_=0)))
    count, within = db.session.execute(select(func.count(), kept).select_from(rows)).one()
    return Figure(
        Message("Limits kept, last month and this"), within * 10_000 // count if count else None, SHARE,
        to_report("limits", since=month_text(asked.since), until=month_text(asked.until)),
    )  # fmt: skip
