"""Performance pay of the demo city: invented policy values, totals of two years, plans, and months of payments.

Everything is written in bulk. The demo school heads for a breach and has a distribution that is held; one institution
levels its incentive pay; the others keep to their totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app import clock
from app.budgets.computing import Basis, December, decembers, work_out
from app.budgets.distributing import Order, Part
from app.budgets.findings import Share, leader_cap
from app.budgets.policies import policies_on
from app.budgets.rules import Policy
from app.budgets.sharing import EVEN, Row, shared
from app.demo import bulk
from models import (
    BudgetDistribution,
    BudgetEntry,
    BudgetPayment,
    BudgetPlan,
    BudgetPlanLine,
    BudgetPolicy,
    BudgetProposal,
    BudgetTotal,
    NumberSeries,
    RoleGrant,
    Staff,
)
from models.budgets import ProposalState, UnitClass
from models.distributions import DistributionState as State
from models.distributions import EntryKind, PlanState

YEARS = (2017, 2018)
INVENTED = "演示文〔2017〕1号（虚构）"
POLICY = {"normed_allowance": dict.fromkeys(UnitClass, "26000"), "margin_percent": {
    UnitClass.PARTLY_FUNDED: "10", UnitClass.SELF_FUNDED: "20",
}}  # fmt: skip
CAREFUL, HEADING = (0.94, 0.985), 1.48  # how much of its even share a unit pays
TIERS = EVEN | {"EXCELLENT": 120, "BASICALLY_QUALIFIED": 70, "UNQUALIFIED": 0}
_COLUMNS = {
    BudgetDistribution: (
        "id", "number", "total_id", "unit_id", "plan_id", "month", "item", "title", "counted", "amount_fen", "people",
        "state", "findings", "digest", "made_by_id", "made_at", "paid_by_id", "paid_at", "revision",
    ),
    BudgetPayment: ("distribution_id", "staff_id", "amount_fen", "leader"),
    BudgetEntry: ("total_id", "kind", "distribution_id", "proposal_id", "amount_fen", "balance_fen", "by_id", "at"),
}  # fmt: skip


@dataclass
class Institution:
    """One unit with who works there, and how it spends."""

    unit_id: int
    staff: list[Any]
    clerk: int | None
    head: int | None
    spends: float
    levels: bool = False
    shows: bool = False  # the school of the demo clerk


@dataclass
class Written:
    """What is to be written, table by table."""

    distributions: list[Sequence[Any]] = field(default_factory=list)
    payments: list[Sequence[Any]] = field(default_factory=list)
    entries: list[Sequence[Any]] = field(default_factory=list)
    last: dict[int, int] = field(default_factory=dict)


@dataclass
class Held:
    """A total while its year is told: what is committed and paid of it so far."""

    total_id: int
    year: int
    unit: Institution
    total_fen: int
    basic_percent: int
    plan_id: int | None
    committed: int = 0
    paid: int = 0


def write(connection: Connection, now: datetime, school: int) -> int:
    """Fill the tables of performance pay; returns how many payments to people were written."""
    random = Random(now.year)
    others = _others(connection)
    _set_policy(connection, others["approver"])
    units = _institutions(connection, random, school)
    written = Written()
    totals: list[Held] = []
    for year in YEARS:
        totals += _open_year(connection, year, units, others, written)
    for held in totals:
        _live_a_year(held, random, now, written)
    for model, columns in _COLUMNS.items():
        rows = {BudgetDistribution: written.distributions, BudgetPayment: written.payments,
                BudgetEntry: written.entries}[model]  # fmt: skip
        bulk.write(connection, model, columns, rows)
    _settle(connection, totals, written)
    return len(written.payments)


def _others(connection: Connection) -> dict[str, int]:
    """The accounts of the bureau, by role."""
    rows = connection.execute(
        select(RoleGrant.role, RoleGrant.account_id).where(RoleGrant.role.in_(("rechecker", "approver")))
    )
    return {row.role: row.account_id for row in rows}


def _set_policy(connection: Connection, by: int) -> None:
    """The rules leave these figures to the city, so those of the demo are invented and say so."""
    connection.execute(
        insert(BudgetPolicy),
        [{"unit_class": unit_class, "key": key, "value": value, "valid_from": date(YEARS[0], 1, 1),
          "document": INVENTED, "changed_by_id": by, "changed_at": _at(date(YEARS[0], 1, 3))}
         for key, values in POLICY.items() for unit_class, value in values.items()],
    )  # fmt: skip


def _institutions(connection: Connection, random: Random, school: int) -> dict[int, Institution]:
    """Every unit with staff; the first of the others after the school levels."""
    grants = {
        (row.role, row.unit_id): row.account_id
        for row in connection.execute(
            select(RoleGrant.role, RoleGrant.unit_id, RoleGrant.account_id)
            .where(RoleGrant.role.in_(("clerk", "head"))).order_by(RoleGrant.id.desc())
        )
    }  # fmt: skip
    units: dict[int, Institution] = {}
    people = connection.execute(
        select(Staff.id, Staff.unit_id, Staff.name, Staff.post, Staff.joined_on, Staff.left_on).order_by(
            Staff.unit_id, Staff.id
        )
    )
    for row in people:
        unit = units.get(row.unit_id)
        if unit is None:
            unit = units[row.unit_id] = Institution(
                row.unit_id, [], grants.get(("clerk", row.unit_id)), grants.get(("head", row.unit_id)),
                HEADING if row.unit_id == school else random.uniform(*CAREFUL), shows=row.unit_id == school,
            )  # fmt: skip
            unit.levels = len(units) == 2
        unit.staff.append(row)
    return units


def _open_year(
    connection: Connection, year: int, units: dict[int, Institution], others: dict[str, int], written: Written
) -> list[Held]:
    """The totals of a year: proposed in January from the December before, and approved a week later."""
    policies = policies_on(date(year, 1, 31))
    worked = [
        (december, policies[december.unit_class])
        for december in decembers(year, sorted(units)).values()
        if december.unit_class is not None and december.people
    ]
    basis = [(december, policy, work_out(december, policy, year)) for december, policy in worked]
    first, plan = bulk.last_id(connection, BudgetTotal) + 1, bulk.last_id(connection, BudgetPlan) + 1
    connection.execute(
        insert(BudgetTotal), [_total(first + at, year, *one) for at, one in enumerate(basis)]
    )  # fmt: skip
    connection.execute(
        insert(BudgetProposal), [_proposal(first + at, year, *one, others) for at, one in enumerate(basis)]
    )
    found = []
    for at, (december, policy, how) in enumerate(basis):
        unit = units[december.unit_id]
        held = Held(first + at, year, unit, how.total_fen, int(policy["basic_most"]), plan + at)
        written.entries.append(
            (held.total_id, EntryKind.TOTAL, None, held.total_id, held.total_fen, held.total_fen, others["approver"],
             _at(date(year, 1, 11)))
        )  # fmt: skip
        found.append(held)
    _plans(connection, found)
    return found


def _total(total_id: int, year: int, december: December, policy: Policy, how: Basis) -> dict[str, Any]:
    return {
        "id": total_id, "unit_id": december.unit_id, "year": year, "unit_class": policy.unit_class,
        "total_fen": how.total_fen, "committed_fen": 0, "paid_fen": 0, "outside_fen": 0,
        "basic_percent": int(policy["basic_most"]), "items": ["BASIC", "INCENTIVE"], "document": _document(year),
        "approved_on": date(year, 1, 11), "revision": 2,
    }  # fmt: skip


def _proposal(
    total_id: int, year: int, december: December, policy: Policy, how: Basis, others: dict[str, int]
) -> dict[str, Any]:
    return {
        "id": total_id, "total_id": total_id, "unit_id": december.unit_id, "amount_fen": how.total_fen,
        "basic_percent": int(policy["basic_most"]), "items": ["BASIC", "INCENTIVE"], "basis": how.to_json(),
        "document": _document(year), "reason": "年度核定", "state": ProposalState.APPROVED,
        "proposed_by_id": others["rechecker"], "proposed_at": _at(date(year, 1, 4)),
        "decided_by_id": others["approver"], "decided_at": _at(date(year, 1, 11)), "revision": 2,
    }  # fmt: skip


def _document(year: int) -> str:
    return f"江人社核〔{year}〕3号"


def _plans(connection: Connection, totals: Sequence[Held]) -> None:
    """An incentive plan in force for each total, with a line for everybody."""
    connection.execute(
        insert(BudgetPlan),
        [{"id": held.plan_id, "total_id": held.total_id, "unit_id": held.unit.unit_id, "item": "INCENTIVE",
          "title": f"{held.year}年奖励性绩效分配方案", "pool_fen": _incentive_of(held), "tiers": TIERS,
          "state": PlanState.APPROVED, "findings": [], "made_by_id": held.unit.clerk,
          "made_at": _at(date(held.year, 1, 20)), "submitted_by_id": held.unit.clerk,
          "submitted_at": _at(date(held.year, 1, 22)), "decided_at": _at(date(held.year, 1, 26)), "revision": 3}
         for held in totals],
    )  # fmt: skip
    bulk.write(
        connection, BudgetPlanLine,
        ("plan_id", "position", "staff_id", "post", "coefficient", "tier", "share_percent", "leader", "amount_fen"),
        _lines(totals),
    )  # fmt: skip


def _lines(totals: Sequence[Held]) -> Iterator[Sequence[Any]]:
    for held in totals:
        rows = _rows(held, date(held.year, 1, 1))
        amounts = shared(_incentive_of(held), rows, TIERS)
        for place, (row, amount) in enumerate(zip(rows, amounts, strict=True), 1):
            yield (held.plan_id, place, row.staff_id, row.post, row.coefficient, row.tier, 100, row.leader, amount)


def _rows(held: Held, day: date) -> list[Row]:
    """Everybody there on a day: by post, one in seven excellent; where amounts are levelled all alike."""
    there = [one for one in held.unit.staff if one.joined_on <= day and (one.left_on is None or one.left_on > day)]
    return [
        Row(one.id, one.post, 100 if held.unit.levels else _coefficient(one.post),
            "EXCELLENT" if one.id % 7 == 0 and not held.unit.levels else "QUALIFIED", 100, place == 0)
        for place, one in enumerate(there)
    ]  # fmt: skip


def _coefficient(post: str | None) -> int:
    """Falls with the number of the post: TECH-5 1.40, TECH-13 0.92."""
    level = (post or "").rpartition("-")[2]
    return 170 - 6 * int(level) if level.isdigit() else 90


def _incentive_of(held: Held) -> int:
    return held.total_fen * (100 - held.basic_percent) // 100


def _live_a_year(held: Held, random: Random, now: datetime, written: Written) -> None:
    """Basic pay every month, incentive pay in June and December; until the demo's first morning."""
    heading = held.unit.spends if held.year == YEARS[-1] else min(held.unit.spends, CAREFUL[1])
    for month in range(1, 13):
        day = date(held.year, month, 1)
        if day > now.date():
            break
        basic = held.total_fen * held.basic_percent / 100 / 12
        _pay(held, day, "BASIC", f"{month}月基础性绩效", int(basic * heading * random.uniform(0.99, 1.0)), now, written)
        title, part = _season(held, month)
        if part:
            _pay(held, day, "INCENTIVE", title, int(_incentive_of(held) * part), now, written)
    if held.unit.shows and held.year == YEARS[-1]:
        _hold(held, date(held.year, 4, 1), now, written)


def _season(held: Held, month: int) -> tuple[str, float]:
    """The incentive pay of a month and its part of the year's; the school pays a quarter early this year."""
    if month == 3 and held.unit.shows and held.year == YEARS[-1]:
        return "一季度奖励性绩效", 0.25
    return {6: ("上半年奖励性绩效", 0.4), 12: ("年终奖励性绩效", 0.58)}.get(month, ("", 0.0))


def _pay(held: Held, day: date, item: str, title: str, amount: int, now: datetime, written: Written) -> None:
    rows = _rows(held, day)
    if item == "BASIC":
        rows = [Row(row.staff_id, row.post, row.coefficient) for row in rows]
    parts = [
        Part(row.staff_id, fen, row.leader)
        for row, fen in zip(rows, shared(amount, rows, TIERS), strict=True)
        if fen
    ]  # fmt: skip
    paid_on = _at(day + timedelta(days=19 if item == "BASIC" else 26))
    state = State.PAID if paid_on < now and held.unit.head else State.COMMITTED
    sent_at = min(paid_on - timedelta(days=5), now - timedelta(hours=20))
    _write(held, Order(day, item, title, parts), state, [], sent_at, paid_on, written)


def _hold(held: Held, day: date, now: datetime, written: Written) -> None:
    """A payment by which the leader gets more than the multiple from which it is held; it waits for the department."""
    rows = _rows(held, day)
    parts = [
        Part(row.staff_id, 450_000 if row.leader else 100_000 + 7_000 * (place % 5), row.leader)
        for place, row in enumerate(rows)
    ]
    names = {one.id: one.name for one in held.unit.staff}
    shares = [Share(part.staff_id, names[part.staff_id], part.amount_fen, part.leader) for part in parts]
    found = leader_cap(shares, policies_on(day)[UnitClass.COMPULSORY_SCHOOL])
    moment, order = now - timedelta(hours=18), Order(day, "INCENTIVE", "专项奖励", parts)
    _write(held, order, State.HELD, [one.to_json() for one in found], moment, moment, written)


def _write(
    held: Held, order: Order, state: State, findings: list[Any], sent: datetime, paid: datetime, written: Written
) -> None:
    amount = order.amount_fen
    if not amount or amount > held.total_fen - held.committed - held.paid:
        return
    number = written.last[held.year] = written.last.get(held.year, 0) + 1
    distribution_id = len(written.distributions) + 1
    is_paid = state == State.PAID
    plan_id = held.plan_id if order.item == "INCENTIVE" and state != State.HELD else None
    written.distributions.append(
        (distribution_id, f"JX{held.year}-{number:06d}", held.total_id, held.unit.unit_id, plan_id, order.month,
         order.item, order.title, True, amount, len(order.parts), state, findings, order.digest, held.unit.clerk, sent,
         held.unit.head if is_paid else None, paid if is_paid else None, 2 if is_paid else 1)
    )  # fmt: skip
    written.payments += [(distribution_id, part.staff_id, part.amount_fen, part.leader) for part in order.parts]
    held.committed += amount
    balance = held.total_fen - held.committed - held.paid
    written.entries.append(
        (held.total_id, EntryKind.COMMIT, distribution_id, None, amount, balance, held.unit.clerk, sent)
    )
    if is_paid:
        held.committed, held.paid = held.committed - amount, held.paid + amount
        written.entries.append(
            (held.total_id, EntryKind.PAY, distribution_id, None, amount, balance, held.unit.head, paid)
        )


def _settle(connection: Connection, totals: Sequence[Held], written: Written) -> None:
    """What the totals have used, the series of numbers, and where the ids go on."""
    table: Any = BudgetTotal.__table__
    connection.execute(
        update(table).where(table.c.id == bindparam("at"))
        .values(committed_fen=bindparam("committed"), paid_fen=bindparam("paid")),
        [{"at": held.total_id, "committed": held.committed, "paid": held.paid} for held in totals],
    )  # fmt: skip
    connection.execute(
        insert(NumberSeries), [{"name": f"budget:JX{year}", "last": last} for year, last in written.last.items()]
    )
    bulk.settle(connection, (BudgetTotal, BudgetProposal, BudgetPlan, BudgetDistribution))


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=clock.SHANGHAI)
