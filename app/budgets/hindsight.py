"""Warnings seen from afterwards: whether what they warned of came, and how many weeks later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.audit import service as audit
from app.budgets.alarms import CODES, OF_THE_TOTAL, SOURCE
from models import BudgetEntry, BudgetRefusal, BudgetTotal, BudgetWarning, Case, db
from models.budgets import WarningState
from models.cases import CaseOutcome
from models.distributions import EntryKind


def judge(ids: Sequence[int], by: Actor) -> dict[str, int]:
    """Say of open warnings whether they were right: by what came, by what people found, and at the year's end."""
    rows = db.session.scalars(
        select(BudgetWarning)
        .options(joinedload(BudgetWarning.total))
        .where(BudgetWarning.total_id.in_(ids), BudgetWarning.state == WarningState.OPEN)
    ).all()
    breaches, outcomes = _breaches(ids), _outcomes(ids)
    counts: dict[str, int] = {}
    for row in rows:
        state, breach = _verdict(row, breaches.get(row.total_id, []), outcomes.get((row.total_id, row.code)))
        if state is None:
            continue
        db.session.execute(
            update(BudgetWarning)
            .where(BudgetWarning.id == row.id, BudgetWarning.state == WarningState.OPEN)
            .values(state=state, closed_on=clock.today(), breach_on=breach, revision=BudgetWarning.revision + 1)
            .execution_options(synchronize_session=False)
        )
        audit.record("budget:judge_warning", by=by, kind="budget_warning", record_id=row.id, unit_id=row.unit_id,
                     after={"code": row.code, "state": state, "breach_on": breach})  # fmt: skip
        counts[state] = counts.get(state, 0) + 1
    return counts


def _verdict(
    row: BudgetWarning, breaches: Sequence[date], outcome: str | None
) -> tuple[WarningState | None, date | None]:  # fmt: skip
    if row.code in OF_THE_TOTAL:
        came = next((day for day in breaches if day >= row.opened_on), None)
        if came is not None:
            return WarningState.RIGHT, came
        if clock.today() < date(row.total.year + 1, 1, 1):
            return None, None
        return (WarningState.AVERTED if outcome == CaseOutcome.CORRECTED else WarningState.WRONG), None
    if outcome in (CaseOutcome.CORRECTED, CaseOutcome.ACCEPTED):
        return WarningState.RIGHT, row.opened_on
    if outcome == CaseOutcome.UNFOUNDED or clock.today() >= date(row.total.year + 1, 1, 1):
        return WarningState.WRONG, None
    return None, None


def _breaches(ids: Sequence[int]) -> dict[int, list[date]]:
    """The days on which a total did not suffice: a distribution was refused for want of it, or it had to be raised."""
    found: dict[int, list[date]] = {}
    refused = select(BudgetRefusal.total_id, BudgetRefusal.at).where(BudgetRefusal.total_id.in_(ids))
    first = (
        select(func.min(BudgetEntry.id)).where(BudgetEntry.total_id.in_(ids), BudgetEntry.kind == EntryKind.TOTAL)
        .group_by(BudgetEntry.total_id)
    )  # fmt: skip
    raised = select(BudgetEntry.total_id, BudgetEntry.at).where(
        BudgetEntry.total_id.in_(ids), BudgetEntry.kind == EntryKind.TOTAL, BudgetEntry.amount_fen > 0,
        BudgetEntry.id.not_in(first),
    )  # fmt: skip
    for asked in (refused, raised):
        for row in db.session.execute(asked):
            found.setdefault(row.total_id, []).append(clock.local(row.at).date())
    return {total_id: sorted(days) for total_id, days in found.items()}


def _outcomes(ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """What people found of the cases that these warnings opened."""
    rows = db.session.execute(
        select(Case.about_id, Case.rule, Case.outcome).where(
            Case.source == SOURCE, Case.about_kind == "budget_total", Case.about_id.in_(ids),
            Case.outcome.is_not(None),
        )
    )  # fmt: skip
    return {(row.about_id, row.rule.removeprefix("budgets:")): row.outcome for row in rows}


@dataclass(frozen=True)
class Record:
    """How the warnings of one kind did: how many were right, and how many weeks before on average."""

    code: str
    open: int
    right: int
    averted: int
    wrong: int
    weeks: float | None


def records(by: Actor, year: int | None = None) -> list[Record]:
    """Of each kind of warning how early and how right it was, over the units in reach."""
    asked = select(BudgetWarning.code, BudgetWarning.state, BudgetWarning.opened_on, BudgetWarning.breach_on).where(
        scope.condition(by, "budget:read", BudgetWarning)
    )
    if year is not None:
        asked = asked.join(BudgetTotal, BudgetTotal.id == BudgetWarning.total_id).where(BudgetTotal.year == year)
    rows = db.session.execute(asked).all()
    found = []
    for code in CODES:
        own = [row for row in rows if row.code == code]
        count = {state: sum(row.state == state for row in own) for state in WarningState}
        ahead = [(row.breach_on - row.opened_on).days / 7 for row in own if row.state == WarningState.RIGHT]
        found.append(
            Record(
                code, count[WarningState.OPEN], count[WarningState.RIGHT], count[WarningState.AVERTED],
                count[WarningState.WRONG], sum(ahead) / len(ahead) if ahead else None,
            )
        )  # fmt: skip
    return found
