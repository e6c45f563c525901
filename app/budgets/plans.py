"""Verbs of plans: draw one up from the roster, set its lines, submit it, approve it as the department or return it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import may, require
from app.audit import service as audit
from app.budgets import people
from app.budgets.findings import BLOCK, Finding
from app.budgets.plan_findings import Around, of_plan
from app.budgets.policies import policy_on
from app.budgets.sharing import EVEN, TIERS, Row, shared
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.messages import Message
from app.uow import atomic
from models import BudgetPlan, BudgetPlanLine, BudgetTotal, Unit, db
from models.distributions import PlanState as State

MOST_COEFFICIENT = 1000  # ten times, in hundredths
EDITABLE = (State.DRAFT, State.RETURNED)


@atomic
def draw_up(total_id: int, item: str, title: str, pool_fen: int, *, by: Actor) -> BudgetPlan:
    """Begin a plan with everybody on the roster: as in the plan in force, or all alike where there is none."""
    total = db.session.get(BudgetTotal, total_id)
    if total is None:
        raise NotFound
    require(by, "budget:plan", total)
    title = " ".join(title.split())
    wrong: dict[str, Message] = {}
    if item not in ("BASIC", "INCENTIVE"):
        wrong["item"] = Message("Choose basic or incentive performance pay.")
    if not 2 <= len(title) <= 120:
        wrong["title"] = Message("Give it a name of 2 to 120 characters, for example “Third quarter”.")
    if pool_fen <= 0:
        wrong["pool"] = Message("Write the amount that is to be distributed, in yuan.")
    if total.approved_on is None:
        wrong["item"] = Message("No total of %(year)s is approved yet.", year=total.year)
    if wrong:
        raise Invalid(fields=wrong)
    before = _in_force(total_id, item)
    earlier = {row.staff_id: row for row in rows_of(before.id)} if before else {}
    rows = [
        Row(one.staff_id, one.post, known.coefficient, known.tier, known.share_percent, known.leader)
        if (known := earlier.get(one.staff_id))
        else Row(one.staff_id, one.post)
        for one in people.colleagues(total.unit_id, clock.today()).values()
    ]
    plan = BudgetPlan(
        total_id=total_id, unit_id=total.unit_id, item=item, title=title, pool_fen=pool_fen,
        tiers=dict(before.tiers) if before else dict(EVEN), state=State.DRAFT, findings=[], made_by_id=by.account_id,
        made_at=clock.now(),
    )  # fmt: skip
    db.session.add(plan)
    db.session.flush()
    _write_rows(plan, rows)
    audit.record("budget:plan", by=by, kind="budget_plan", record_id=plan.id, unit_id=plan.unit_id,
                 after={"item": item, "pool_fen": pool_fen, "people": len(rows)})  # fmt: skip
    return plan


@atomic
def set_rows(
    plan_id: int, rows: Sequence[Row], *, by: Actor, revision: int, pool_fen: int | None = None,
    tiers: Mapping[str, int] | None = None,
) -> BudgetPlan:  # fmt: skip
    """Put other lines, another pool or other tiers in place of those that stand. Raises Invalid for a coefficient that
    is no positive number, and Stale."""
    plan = opened(plan_id, by, "budget:plan")
    _check_rows(rows, tiers or {})
    values: dict[str, Any] = {"tiers": dict(tiers)} if tiers is not None else {}
    if pool_fen is not None:
        if pool_fen <= 0:
            raise Invalid(fields={"pool": Message("Write the amount that is to be distributed, in yuan.")})
        values["pool_fen"] = pool_fen
    _move(plan, EDITABLE, revision, **values)
    _write_rows(plan, rows)
    audit.record("budget:plan", by=by, kind="budget_plan", record_id=plan.id, unit_id=plan.unit_id,
                 after={"pool_fen": plan.pool_fen, "people": len(rows), "tiers": plan.tiers},
                 subjects=[row.staff_id for row in rows])  # fmt: skip
    return plan


@atomic
def set_coefficients(
    plan_id: int, by_post: Mapping[str, int], *, tiers: Mapping[str, int], pool_fen: int, by: Actor, revision: int
) -> BudgetPlan:
    """Give every holder of a post its coefficient; posts that are not named stay as they are."""
    rows = [
        Row(row.staff_id, row.post, by_post.get(row.post or "", row.coefficient), row.tier, row.share_percent,
            row.leader)
        for row in rows_of(plan_id)
    ]  # fmt: skip
    return set_rows(plan_id, rows, by=by, revision=revision, pool_fen=pool_fen, tiers=tiers)


@atomic
def submit(plan_id: int, *, by: Actor, revision: int, answer: str = "") -> BudgetPlan:
    """Send a plan to the department. What the rules find is kept with it; findings ask for a word of the unit."""
    plan = opened(plan_id, by, "budget:plan")
    found = findings(plan)
    stopping = [one for one in found if one.severity == BLOCK]
    if stopping:
        raise Invalid(stopping[0].message, fields={"plan": stopping[0].message})
    if found and not 4 <= len(answer.strip()) <= 500:
        raise Invalid(fields={"answer": Message("Say in 4 to 500 characters why the findings are as they should be.")})
    _move(plan, EDITABLE, revision, state=State.SUBMITTED, findings=[one.to_json() for one in found],
          answer=answer.strip(), submitted_by_id=by.account_id, submitted_at=clock.now(), decided_by_id=None,
          decided_at=None, note="")  # fmt: skip
    _tell(plan, "budget:submit_plan", by, answer.strip())
    return plan


@atomic
def approve_plan(plan_id: int, *, by: Actor, revision: int, note: str = "") -> BudgetPlan:
    """Put a plan in force in place of the one before, as somebody who did not submit it."""
    plan = _to_decide(plan_id, by)
    found = findings(plan)  # people may have come and gone since it was submitted
    stopping = [one for one in found if one.severity == BLOCK]
    if stopping:
        raise Conflict(stopping[0].message, remedy=Message("Return it, so that the unit corrects it."))
    db.session.execute(
        update(BudgetPlan)
        .where(BudgetPlan.total_id == plan.total_id, BudgetPlan.item == plan.item, BudgetPlan.state == State.APPROVED)
        .values(state=State.REPLACED, revision=BudgetPlan.revision + 1)
        .execution_options(synchronize_session=False)
    )
    _move(plan, (State.SUBMITTED,), revision, state=State.APPROVED, decided_by_id=by.account_id,
          decided_at=clock.now(), note=note.strip()[:500])  # fmt: skip
    _tell(plan, "budget:approve_plan", by, note)
    return plan


@atomic
def return_plan(plan_id: int, *, by: Actor, revision: int, reason: str) -> BudgetPlan:
    """Give a plan back to the unit with the reason."""
    if not 4 <= len(reason.strip()) <= 500:
        raise Invalid(fields={"reason": Message("Write the reason in 4 to 500 characters.")})
    plan = _to_decide(plan_id, by)
    _move(plan, (State.SUBMITTED,), revision, state=State.RETURNED, decided_by_id=by.account_id,
          decided_at=clock.now(), note=reason.strip())  # fmt: skip
    _tell(plan, "budget:return_plan", by, reason.strip())
    return plan


def findings(plan: BudgetPlan) -> list[Finding]:
    """What the rules say to a plan as it stands."""
    rows, day = rows_of(plan.id), clock.today()
    roster = people.colleagues(plan.unit_id, day)
    strangers = {row.staff_id for row in rows} - roster.keys()
    known = {**roster, **(people.named(strangers) if strangers else {})}
    total = plan.total
    around = Around(plan.unit_id, roster, known, _elsewhere(plan), total.total_fen, total.basic_percent)
    amounts = shared(plan.pool_fen, rows, plan.tiers)
    return of_plan(plan.item, plan.pool_fen, rows, amounts, around, policy_on(day, total.unit_class))


def rows_of(plan_id: int) -> list[Row]:
    """The lines of a plan in their order."""
    lines = db.session.scalars(
        select(BudgetPlanLine).where(BudgetPlanLine.plan_id == plan_id).order_by(BudgetPlanLine.position)
    )
    return [
        Row(line.staff_id, line.post, line.coefficient, line.tier, line.share_percent, line.leader) for line in lines
    ]


def opened(plan_id: int, by: Actor, permission: str = "budget:read") -> BudgetPlan:
    """A plan in the person's reach. Raises NotFound, NotAllowed."""
    plan = db.session.get(BudgetPlan, plan_id)
    if plan is None:
        raise NotFound
    require(by, permission, plan)
    return plan


def _elsewhere(plan: BudgetPlan) -> dict[int, str]:
    """Who of the plan stands in a plan of the same year and item of another unit, submitted or in force."""
    own = select(BudgetPlanLine.staff_id).where(BudgetPlanLine.plan_id == plan.id)
    rows = db.session.execute(
        select(BudgetPlanLine.staff_id, Unit.name)
        .join(BudgetPlan, BudgetPlan.id == BudgetPlanLine.plan_id)
        .join(BudgetTotal, BudgetTotal.id == BudgetPlan.total_id)
        .join(Unit, Unit.id == BudgetPlan.unit_id)
        .where(
            BudgetPlanLine.staff_id.in_(own), BudgetPlan.unit_id != plan.unit_id, BudgetPlan.item == plan.item,
            BudgetTotal.year == plan.total.year, BudgetPlan.state.in_((State.SUBMITTED, State.APPROVED)),
        )
    )  # fmt: skip
    return {row.staff_id: row.name for row in rows}


def _in_force(total_id: int, item: str) -> BudgetPlan | None:
    return db.session.scalars(
        select(BudgetPlan).where(
            BudgetPlan.total_id == total_id, BudgetPlan.item == item, BudgetPlan.state == State.APPROVED
        )
    ).one_or_none()


def _check_rows(rows: Sequence[Row], tiers: Mapping[str, int]) -> None:
    if any(not 0 <= row.coefficient <= MOST_COEFFICIENT for row in rows):
        raise Invalid(fields={"coefficient": Message("A coefficient lies between 0 and 10.")})
    if any(not 0 <= row.share_percent <= 100 for row in rows):
        raise Invalid(fields={"share": Message("A share lies between 0 and 100 percent.")})
    if any(row.tier not in TIERS for row in rows) or tiers.keys() - TIERS.keys():
        raise Invalid(fields={"tier": Message("Choose one of the assessment tiers.")})
    if any(not 0 <= factor <= MOST_COEFFICIENT for factor in tiers.values()):
        raise Invalid(fields={"tier": Message("A tier counts between 0 and 10 times.")})


def _write_rows(plan: BudgetPlan, rows: Sequence[Row]) -> None:
    db.session.execute(delete(BudgetPlanLine).where(BudgetPlanLine.plan_id == plan.id))
    amounts = shared(plan.pool_fen, rows, plan.tiers)
    if rows:
        db.session.execute(
            insert(BudgetPlanLine),
            [{"plan_id": plan.id, "position": place, "staff_id": row.staff_id, "post": row.post,
              "coefficient": row.coefficient, "tier": row.tier, "share_percent": row.share_percent,
              "leader": row.leader, "amount_fen": amount}
             for place, (row, amount) in enumerate(zip(rows, amounts, strict=True), 1)],
        )  # fmt: skip


def _to_decide(plan_id: int, by: Actor) -> BudgetPlan:
    plan = opened(plan_id, by, "budget:approve_plan")
    if plan.submitted_by_id is not None and plan.submitted_by_id == by.account_id:
        raise NotAllowed(
            Message("You submitted this plan yourself, so somebody else must decide on it."),
            remedy=Message("Ask a second person who may do this."),
        )
    return plan


def _move(plan: BudgetPlan, states: Sequence[State], revision: int, **values: Any) -> None:
    done = db.session.execute(
        update(BudgetPlan)
        .where(BudgetPlan.id == plan.id, BudgetPlan.state.in_(states), BudgetPlan.revision == revision)
        .values(**values, revision=BudgetPlan.revision + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(plan)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(
            Message("This plan was changed or decided since you opened it."),
            remedy=Message("Open it again to see it as it is now."),
        )


def _tell(plan: BudgetPlan, action: str, by: Actor, note: str) -> None:
    audit.record(action, by=by, kind="budget_plan", record_id=plan.id, unit_id=plan.unit_id, note=note,
                 after={"item": plan.item, "pool_fen": plan.pool_fen, "state": plan.state})  # fmt: skip


def may_edit(plan: BudgetPlan, by: Actor) -> bool:
    """Whether this person may change the plan as it stands."""
    return plan.state in EDITABLE and bool(may(by, "budget:plan", plan))


__all__ = [
    "approve_plan", "draw_up", "findings", "may_edit", "opened", "return_plan", "rows_of", "set_coefficients",
    "set_rows", "submit",
]  # fmt: skip
