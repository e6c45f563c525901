"""Warnings before the event: found in every total, kept with their first day, opened as cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import case, func, insert, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.budgets.alarms import CODES, Alarm, matter_of, of_the_shares, of_the_total
from app.budgets.courses import forecasts
from app.budgets.findings import Share
from app.budgets.hindsight import judge
from app.budgets.policies import policies_on
from app.cases.service import open_cases, tell_gone
from app.uow import transaction
from models import BudgetDistribution, BudgetPayment, BudgetTotal, BudgetWarning, Staff, db
from models.budgets import WarningState
from models.distributions import DistributionState

CHUNK = 200  # units worked on at once


@dataclass
class Watched:
    """What one round did."""

    units: int = 0
    opened: int = 0
    open: int = 0
    right: int = 0
    wrong: int = 0
    by_code: dict[str, int] = field(default_factory=dict)


def watch(year: int, *, by: Actor, unit_ids: Sequence[int] | None = None) -> Watched:
    """Look at every total of a year (or at those of some units): open what is new, judge what has come to its end.

    A round of a whole city is worked off in chunks, each a transaction with as many statements however many units.
    Running it twice does no harm.
    """
    done = Watched()
    asked = select(BudgetTotal.id).where(BudgetTotal.year == year, BudgetTotal.approved_on.is_not(None))
    if unit_ids is not None:
        asked = asked.where(BudgetTotal.unit_id.in_(unit_ids))
    ids = list(db.session.scalars(asked.order_by(BudgetTotal.id)))
    for at in range(0, len(ids), CHUNK):
        _watch_some(ids[at : at + CHUNK], by, done)
    return done


def _watch_some(ids: Sequence[int], by: Actor, done: Watched) -> None:
    with transaction():
        totals = db.session.scalars(
            select(BudgetTotal).options(joinedload(BudgetTotal.unit)).where(BudgetTotal.id.in_(ids))
            .execution_options(populate_existing=True)
        ).all()  # fmt: skip
        policies = policies_on(clock.today())
        shares, led_to = _shares(ids), forecasts(totals)
        alarms: list[Alarm] = []
        for total in totals:
            _year, led = led_to[total.id]
            policy = policies[total.unit_class]
            alarms += of_the_total(total, led, policy) + of_the_shares(total, shares.get(total.id, []), policy)
        fresh = _keep(alarms, ids)
        _open(alarms, totals, by)
        judged = judge(ids, by)
        done.units += len(totals)
        done.opened += len(fresh)
        done.open += len(alarms)
        done.right += judged.get(WarningState.RIGHT, 0)
        done.wrong += judged.get(WarningState.WRONG, 0)
        for alarm in fresh:
            done.by_code[alarm.code] = done.by_code.get(alarm.code, 0) + 1


def _shares(ids: Sequence[int]) -> dict[int, list[tuple[Share, int]]]:
    """What everybody got in the year, by total, in one statement."""
    incentive = func.sum(case((BudgetDistribution.item == "INCENTIVE", BudgetPayment.amount_fen), else_=0))
    leader = func.max(case((BudgetPayment.leader, 1), else_=0))
    rows = db.session.execute(
        select(
            BudgetDistribution.total_id, BudgetPayment.staff_id, Staff.name,
            func.sum(BudgetPayment.amount_fen).label("fen"), incentive.label("incentive"), leader.label("leader"),
        )
        .join(BudgetDistribution, BudgetDistribution.id == BudgetPayment.distribution_id)
        .join(Staff, Staff.id == BudgetPayment.staff_id)
        .where(
            BudgetDistribution.total_id.in_(ids), BudgetDistribution.counted,
            BudgetDistribution.state != DistributionState.CANCELLED,
        )
        .group_by(BudgetDistribution.total_id, BudgetPayment.staff_id, Staff.name)
    )  # fmt: skip
    found: dict[int, list[tuple[Share, int]]] = {}
    for row in rows:
        one = Share(row.staff_id, row.name, int(row.fen), bool(row.leader))
        found.setdefault(row.total_id, []).append((one, int(row.incentive)))
    return found


def _keep(alarms: Sequence[Alarm], ids: Sequence[int]) -> list[Alarm]:
    """Write down the warnings that are new; returns them. An open one keeps its first day, its words follow."""
    held = {
        (row.total_id, row.code): row
        for row in db.session.scalars(
            select(BudgetWarning).where(BudgetWarning.total_id.in_(ids), BudgetWarning.state == WarningState.OPEN)
        )
    }
    ended = _told_before(ids)
    fresh = []
    for alarm in alarms:
        row = held.get((alarm.total.id, alarm.code))
        if row is not None:
            row.message, row.figures = alarm.message.to_json(), alarm.figures
        elif (alarm.total.id, alarm.code) not in ended:
            fresh.append(alarm)
    db.session.flush()
    if fresh:
        db.session.execute(
            insert(BudgetWarning),
            [{"total_id": one.total.id, "unit_id": one.total.unit_id, "code": one.code,
              "message": one.message.to_json(), "figures": one.figures, "state": WarningState.OPEN,
              "opened_on": clock.today(), "revision": 1}
             for one in fresh],
        )  # fmt: skip
    return fresh


def _told_before(ids: Sequence[int]) -> set[tuple[int, str]]:
    """Warnings of the total that have come true already: the same total is not warned of twice for it."""
    rows = db.session.execute(
        select(BudgetWarning.total_id, BudgetWarning.code).where(
            BudgetWarning.total_id.in_(ids), BudgetWarning.state != WarningState.OPEN
        )
    )
    return {(row.total_id, row.code) for row in rows}


def _open(alarms: Sequence[Alarm], totals: Iterable[BudgetTotal], by: Actor) -> None:
    """A case for each; one whose reason is gone is told so and stays for people to close."""
    open_cases([matter_of(one) for one in alarms], by=by)
    units = [one.unit_id for one in totals]
    for code in CODES:
        tell_gone(f"budgets:{code}", still=[one.key for one in alarms if one.code == code], units=units, by=by)
