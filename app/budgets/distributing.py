"""Verbs of distributions: what the rules say to one, and sending it. What becomes of it is in `settling`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access.actor import Actor
from app.access.policy import may, require
from app.applications.numbering import next_in_series
from app.audit import service as audit
from app.budgets import ledger, queries
from app.budgets.findings import HOLD, Finding, Share, Standing, of_distribution
from app.budgets.ledger import Overdrawn
from app.budgets.policies import policy_on
from app.budgets.rules import ITEMS, yuan
from app.errors import Invalid, NotFound
from app.idempotency import once
from app.messages import Message
from app.uow import transaction
from models import BudgetDistribution, BudgetPayment, BudgetPlan, BudgetRefusal, BudgetTotal, Staff, db
from models.distributions import DistributionState as State
from models.distributions import PlanState

MOST_FEN = 10**12


@dataclass(frozen=True)
class Part:
    """What one person is to get."""

    staff_id: int
    amount_fen: int
    leader: bool = False


@dataclass(frozen=True)
class Order:
    """A distribution as it is sent: which item of which month, under which name, to whom."""

    month: date
    item: str
    title: str
    parts: Sequence[Part]
    plan_id: int | None = None

    @property
    def amount_fen(self) -> int:
        return sum(part.amount_fen for part in self.parts)

    @property
    def digest(self) -> str:
        """The same for the same thing sent twice, in whichever order of rows."""
        rows = sorted((part.staff_id, part.amount_fen) for part in self.parts)
        plain = json.dumps([self.month.isoformat(), self.item, self.title, rows], ensure_ascii=False)
        return sha256(plain.encode()).hexdigest()


@dataclass(frozen=True)
class Checked:
    """What is said to an order before it is sent. `problems` are blocking; `short_fen` is what the balance lacks."""

    order: Order
    counted: bool
    balance_fen: int
    findings: tuple[Finding, ...]
    problems: tuple[Message, ...]

    @property
    def short_fen(self) -> int:
        return max(self.order.amount_fen - self.balance_fen, 0) if self.counted else 0

    @property
    def held(self) -> bool:
        return any(one.severity == HOLD for one in self.findings)

    @property
    def passes(self) -> bool:
        return not self.problems and not self.short_fen


@dataclass(frozen=True)
class Sent:
    """What came of it: the distribution, and whether it had been sent before."""

    distribution_id: int
    again: bool = False


def check(total: BudgetTotal, order: Order, *, by: Actor) -> Checked:
    """What the rules say to an order, and what would be left; nothing is stored."""
    require(by, "budget:distribute", total)
    return _checked(total, replace(order, title=" ".join(order.title.split())))


def distribute(total_id: int, order: Order, *, by: Actor, key: str | None = None) -> Sent:
    """Commit a distribution. The same one sent twice, by its key or by what it says, gives the first result. Raises
    Invalid for what may not be paid and Overdrawn, by how much, for what the balance does not allow; that is kept."""
    order = replace(order, title=" ".join(order.title.split()))
    body = {"total": total_id, "digest": order.digest}
    try:
        done = once(key, "budget:distribute", body, by, lambda: _distribute(total_id, order, by))
    except Overdrawn as refusal:
        _keep_refusal(refusal, by)
        raise
    except IntegrityError:  # the same distribution committed at the same moment
        first = _same(total_id, order.digest)
        if first is None:
            raise
        return Sent(first, again=True)
    return Sent(done["id"], again=done["again"])


def _distribute(total_id: int, order: Order, by: Actor) -> dict[str, Any]:
    total = db.session.get(BudgetTotal, total_id, populate_existing=True)
    if total is None or may(by, "budget:distribute", total).hidden:
        raise NotFound
    require(by, "budget:distribute", total)
    first = _same(total_id, order.digest)
    if first is not None:
        return {"id": first, "again": True}
    checked = _checked(total, order)
    if checked.problems:
        raise Invalid(checked.problems[0], fields={str(at): one for at, one in enumerate(checked.problems)})
    row = _written(total, checked, by)
    if checked.counted:
        ledger.take(total_id, order.amount_fen, distribution_id=row.id, by=by)
    db.session.execute(
        insert(BudgetPayment),
        [{"distribution_id": row.id, "staff_id": part.staff_id, "amount_fen": part.amount_fen, "leader": part.leader}
         for part in order.parts],
    )  # fmt: skip
    audit.record(
        "budget:distribute", by=by, kind="budget_distribution", record_id=row.id, unit_id=row.unit_id,
        after={"number": row.number, "month": row.month, "item": row.item, "amount_fen": row.amount_fen,
               "people": row.people, "state": row.state, "digest": row.digest},
        subjects=[part.staff_id for part in order.parts],
    )  # fmt: skip
    return {"id": row.id, "again": False}


def _written(total: BudgetTotal, checked: Checked, by: Actor) -> BudgetDistribution:
    order = checked.order
    row = BudgetDistribution(
        number=next_in_series("budget", "JX"), total_id=total.id, unit_id=total.unit_id, plan_id=order.plan_id,
        month=order.month, item=order.item, title=order.title, counted=checked.counted, amount_fen=order.amount_fen,
        people=len(order.parts), state=State.HELD if checked.held else State.COMMITTED,
        findings=[one.to_json() for one in checked.findings], digest=order.digest, made_by_id=by.account_id,
        made_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _checked(total: BudgetTotal, order: Order) -> Checked:
    policy = policy_on(order.month, total.unit_class)
    counted = not policy.outside_total(order.item) if order.item in ITEMS else True
    people = {
        row.id: row
        for row in db.session.execute(
            select(Staff.id, Staff.name, Staff.unit_id, Staff.left_on).where(
                Staff.id.in_({part.staff_id for part in order.parts})
            )
        )
    }
    problems = _problems(total, order, people)
    plan_in_force = _plan(total.id, order)
    if order.plan_id is not None and plan_in_force != order.plan_id:
        problems.append(Message("The plan that it is paid by is not the one in force."))
    if problems:
        return Checked(order, counted, total.balance_fen, (), tuple(problems))
    shares = [Share(part.staff_id, people[part.staff_id].name, part.amount_fen, part.leader) for part in order.parts]
    findings = of_distribution(
        shares, _standing(total, order), policy, item=order.item, counted=counted, has_plan=plan_in_force is not None
    )
    return Checked(order, counted, total.balance_fen, tuple(findings), ())


def _problems(total: BudgetTotal, order: Order, people: Mapping[int, Any]) -> list[Message]:
    """What may not be paid at all; each names what is wrong."""
    wrong: list[Message] = []
    if total.approved_on is None:
        wrong.append(Message("No total of %(year)s is approved yet.", year=total.year))
    if order.month.year != total.year or order.month.day != 1:
        wrong.append(Message("The month does not lie in %(year)s.", year=total.year))
    if order.item not in ITEMS or order.item not in total.items:
        wrong.append(Message("This total does not allow to pay: %(item)s (P-5).", item=ITEMS.get(order.item, "?")))
    if not 2 <= len(order.title) <= 120:
        wrong.append(Message("Give it a name of 2 to 120 characters, for example “Third quarter”."))
    if not order.parts or order.amount_fen <= 0:
        wrong.append(Message("Nobody would get anything."))
    if len({part.staff_id for part in order.parts}) < len(order.parts):
        wrong.append(Message("Somebody stands in it twice."))
    for part in order.parts:
        one = people.get(part.staff_id)
        if one is None or one.unit_id != total.unit_id:
            wrong.append(
                Message("%(name)s is not on the roster of this unit.", name=one.name if one else part.staff_id)
                if one is None
                else Message("%(name)s belongs to another unit.", name=one.name)
            )
        elif part.amount_fen < 0:
            wrong.append(Message("The amount for %(name)s is negative.", name=one.name))
        elif one.left_on is not None and one.left_on < order.month:
            wrong.append(Message("%(name)s has left on %(day)s.", name=one.name, day=one.left_on))
    if order.amount_fen >= MOST_FEN:
        wrong.append(Message("This amount is larger than any total: %(amount)s yuan.", amount=yuan(order.amount_fen)))
    return wrong


def _standing(total: BudgetTotal, order: Order) -> Standing:
    incentive = queries.distributed_of(total.id, "INCENTIVE") if order.item == "INCENTIVE" else 0
    return Standing(
        total.total_fen, total.paid_fen + total.committed_fen, incentive, total.basic_percent, order.month.month
    )


def _plan(total_id: int, order: Order) -> int | None:
    """The plan in force for the item."""
    return db.session.scalar(
        select(BudgetPlan.id).where(
            BudgetPlan.total_id == total_id, BudgetPlan.item == order.item, BudgetPlan.state == PlanState.APPROVED
        )
    )


def _same(total_id: int, digest: str) -> int | None:
    return db.session.scalar(
        select(BudgetDistribution.id).where(
            BudgetDistribution.total_id == total_id, BudgetDistribution.digest == digest,
            BudgetDistribution.state != State.CANCELLED,
        )
    )  # fmt: skip


def _keep_refusal(refusal: Overdrawn, by: Actor) -> None:
    """Written after the work was given up: that the unit wanted more than it had is what warnings are measured by."""
    if db.session().info.get("in_work"):
        return  # the caller's own work is still to be given up, and takes everything with it
    with transaction():
        db.session.add(
            BudgetRefusal(total_id=refusal.total_id, amount_fen=refusal.amount_fen, short_fen=refusal.short_fen,
                          by_id=by.account_id, at=clock.now())
        )  # fmt: skip
        audit.record(
            "budget:overdrawn",
            by=by,
            kind="budget_total",
            record_id=refusal.total_id,
            after={"amount_fen": refusal.amount_fen, "short_fen": refusal.short_fen},
        )
