"""What is read of budgets: totals in reach with their months, one total with everything of it, a person's payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import joinedload

from app.access import scope
from app.access.actor import Actor
from app.access.policy import require
from app.budgets.courses import Year, forecasts
from app.budgets.forecast import Forecast
from app.errors import NotFound
from app.paging import Page
from models import (
    BudgetDistribution,
    BudgetEntry,
    BudgetPayment,
    BudgetPlan,
    BudgetProposal,
    BudgetTotal,
    BudgetWarning,
    Unit,
    UnitReach,
    db,
)
from models.budgets import ProposalState, WarningState
from models.distributions import DistributionState, PlanState

PAGE = 50


def opened(total_id: int, by: Actor, permission: str = "budget:read") -> BudgetTotal:
    """A total in the person's reach, with its unit. Raises NotFound."""
    require(by, permission)
    total = db.session.scalars(
        select(BudgetTotal)
        .options(joinedload(BudgetTotal.unit))
        .where(BudgetTotal.id == total_id, scope.condition(by, permission, BudgetTotal))
    ).one_or_none()
    if total is None:
        raise NotFound
    return total


@dataclass(frozen=True)
class Listed:
    """One unit in a list: its total and where it leads."""

    total: BudgetTotal
    year: Year
    forecast: Forecast
    warnings: int


def listed(
    by: Actor, year: int, *, text: str = "", only: str = "", department_id: int | None = None, page: int = 1
) -> Page[Listed]:
    """Totals of a year in reach, those most used first. `only`: `warned` or `over` (ninety percent and more used)."""
    used = BudgetTotal.paid_fen + BudgetTotal.committed_fen
    open_warnings = (
        select(func.count())
        .where(BudgetWarning.total_id == BudgetTotal.id, BudgetWarning.state == WarningState.OPEN)
        .correlate(BudgetTotal)
        .scalar_subquery()
    )
    asked = (
        select(BudgetTotal, open_warnings.label("warnings"))
        .join(Unit, Unit.id == BudgetTotal.unit_id)
        .options(joinedload(BudgetTotal.unit))
        .where(*_in(by, year, text, department_id))
    )
    if only == "warned":
        asked = asked.where(open_warnings > 0)
    elif only == "over":
        asked = asked.where(used * 10 >= BudgetTotal.total_fen * 9, BudgetTotal.total_fen > 0)
    part = case((BudgetTotal.total_fen > 0, used * 10_000 / BudgetTotal.total_fen), else_=0)
    rows = db.session.execute(
        asked.order_by(open_warnings.desc(), part.desc(), BudgetTotal.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    ).all()
    shown = rows[:PAGE]
    known = forecasts([row[0] for row in shown])
    found = [Listed(row[0], *known[row[0].id], row.warnings) for row in shown]
    return Page(found, page, PAGE, more=len(rows) > PAGE)


@dataclass(frozen=True)
class Sums:
    """All totals of a year in reach together, in fen."""

    units: int
    total_fen: int
    paid_fen: int
    committed_fen: int
    outside_fen: int

    @property
    def balance_fen(self) -> int:
        return self.total_fen - self.paid_fen - self.committed_fen


def sums(by: Actor, year: int, *, text: str = "", department_id: int | None = None) -> Sums:
    """The whole of a year in reach, in one statement."""
    row = db.session.execute(
        select(
            func.count(), func.sum(BudgetTotal.total_fen), func.sum(BudgetTotal.paid_fen),
            func.sum(BudgetTotal.committed_fen), func.sum(BudgetTotal.outside_fen),
        )
        .select_from(BudgetTotal)
        .join(Unit, Unit.id == BudgetTotal.unit_id)
        .where(*_in(by, year, text, department_id))
    ).one()  # fmt: skip
    return Sums(*(int(value or 0) for value in row))


def _in(by: Actor, year: int, text: str, department_id: int | None) -> list[ColumnElement[bool]]:
    wanted = [BudgetTotal.year == year, scope.condition(by, "budget:read", BudgetTotal)]
    plain = " ".join(text.split())[:60]
    if plain:
        wanted.append(or_(Unit.name.contains(plain, autoescape=True), Unit.code == plain.upper()))
    if department_id is not None:
        below = select(UnitReach.unit_id).where(UnitReach.upper_id == department_id)
        wanted.append(BudgetTotal.unit_id.in_(below))
    return wanted


def total_of(by: Actor, unit_id: int, year: int) -> BudgetTotal | None:
    """The total of a unit and year in reach, if there is one."""
    return db.session.scalars(
        select(BudgetTotal)
        .options(joinedload(BudgetTotal.unit))
        .where(BudgetTotal.unit_id == unit_id, BudgetTotal.year == year,
               scope.condition(by, "budget:read", BudgetTotal))
    ).one_or_none()  # fmt: skip


def years_in_reach(by: Actor) -> list[int]:
    """The years of which there are totals, newest first."""
    return list(
        db.session.scalars(
            select(BudgetTotal.year).where(scope.condition(by, "budget:read", BudgetTotal)).distinct()
            .order_by(BudgetTotal.year.desc())
        )
    )  # fmt: skip


def proposals_of(total_id: int) -> Sequence[BudgetProposal]:
    """Every proposal of a total, newest first, with who made and decided it."""
    return db.session.scalars(
        select(BudgetProposal)
        .options(joinedload(BudgetProposal.proposed_by), joinedload(BudgetProposal.decided_by))
        .where(BudgetProposal.total_id == total_id)
        .order_by(BudgetProposal.id.desc())
    ).all()


def waiting_proposals(by: Actor, *, page: int = 1) -> Page[BudgetProposal]:
    """What waits for a decision, the first proposed first."""
    rows = db.session.scalars(
        select(BudgetProposal)
        .options(joinedload(BudgetProposal.unit), joinedload(BudgetProposal.total),
                 joinedload(BudgetProposal.proposed_by))
        .where(BudgetProposal.state == ProposalState.PROPOSED, scope.condition(by, "budget:read", BudgetProposal))
        .order_by(BudgetProposal.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()  # fmt: skip
    return Page(list(rows[:PAGE]), page, PAGE, more=len(rows) > PAGE)


def plans_of(total_id: int) -> Sequence[BudgetPlan]:
    """The plans of a total, newest first."""
    return db.session.scalars(
        select(BudgetPlan).where(BudgetPlan.total_id == total_id).order_by(BudgetPlan.id.desc())
    ).all()


def waiting_plans(by: Actor) -> Sequence[BudgetPlan]:
    """Plans that the department is to decide on."""
    return db.session.scalars(
        select(BudgetPlan)
        .options(joinedload(BudgetPlan.unit), joinedload(BudgetPlan.total))
        .where(BudgetPlan.state == PlanState.SUBMITTED, scope.condition(by, "budget:approve_plan", BudgetPlan))
        .order_by(BudgetPlan.id)
        .limit(PAGE)
    ).all()


def held(by: Actor) -> Sequence[BudgetDistribution]:
    """Distributions that wait for somebody who answers for them."""
    return db.session.scalars(
        select(BudgetDistribution)
        .options(joinedload(BudgetDistribution.unit), joinedload(BudgetDistribution.made_by))
        .where(BudgetDistribution.state == DistributionState.HELD,
               scope.condition(by, "budget:override", BudgetDistribution))
        .order_by(BudgetDistribution.id)
        .limit(PAGE)
    ).all()  # fmt: skip


def distributions_of(total_id: int, *, page: int = 1) -> Page[BudgetDistribution]:
    """The distributions of a total, newest first."""
    rows = db.session.scalars(
        select(BudgetDistribution)
        .where(BudgetDistribution.total_id == total_id)
        .order_by(BudgetDistribution.month.desc(), BudgetDistribution.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    return Page(list(rows[:PAGE]), page, PAGE, more=len(rows) > PAGE)


def distribution(distribution_id: int, by: Actor) -> BudgetDistribution:
    """One distribution in reach, with its unit and who did what. Raises NotFound."""
    require(by, "budget:read")
    row = db.session.scalars(
        select(BudgetDistribution)
        .options(joinedload(BudgetDistribution.total).joinedload(BudgetTotal.unit),
                 joinedload(BudgetDistribution.made_by), joinedload(BudgetDistribution.released_by),
                 joinedload(BudgetDistribution.paid_by))
        .where(BudgetDistribution.id == distribution_id, scope.condition(by, "budget:read", BudgetDistribution))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return row


def payments_of(distribution_id: int, *, page: int = 1, size: int = 200) -> Page[BudgetPayment]:
    """Who gets what, the largest amount first."""
    rows = db.session.scalars(
        select(BudgetPayment)
        .options(joinedload(BudgetPayment.staff))
        .where(BudgetPayment.distribution_id == distribution_id)
        .order_by(BudgetPayment.amount_fen.desc(), BudgetPayment.staff_id)
        .offset((page - 1) * size)
        .limit(size + 1)
    ).all()
    return Page(list(rows[:size]), page, size, more=len(rows) > size)


def payments_to(staff_id: int, year: int, by: Actor) -> Sequence[BudgetPayment]:
    """What one person was given in a year by units in reach, month by month; cancelled ones left out."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    return db.session.scalars(
        select(BudgetPayment)
        .join(BudgetDistribution, BudgetDistribution.id == BudgetPayment.distribution_id)
        .options(joinedload(BudgetPayment.distribution).joinedload(BudgetDistribution.unit))
        .where(
            BudgetPayment.staff_id == staff_id, BudgetDistribution.month >= first, BudgetDistribution.month < after,
            BudgetDistribution.state != DistributionState.CANCELLED,
            scope.condition(by, "budget:read", BudgetPayment),
        )
        .order_by(BudgetDistribution.month, BudgetPayment.id)
    ).all()  # fmt: skip


def ledger_of(total_id: int, *, most: int = 100) -> Sequence[BudgetEntry]:
    """The last lines of a total's ledger, newest first."""
    return db.session.scalars(
        select(BudgetEntry)
        .options(joinedload(BudgetEntry.distribution), joinedload(BudgetEntry.proposal))
        .where(BudgetEntry.total_id == total_id)
        .order_by(BudgetEntry.id.desc())
        .limit(most)
    ).all()


def warnings_of(total_id: int) -> Sequence[BudgetWarning]:
    """The warnings of a total, newest first."""
    return db.session.scalars(
        select(BudgetWarning).where(BudgetWarning.total_id == total_id).order_by(BudgetWarning.id.desc())
    ).all()


def distributed_of(total_id: int, item: str) -> int:
    """What of an item was sent against a total and not cancelled, in fen."""
    sent = select(func.sum(BudgetDistribution.amount_fen)).where(
        BudgetDistribution.total_id == total_id, BudgetDistribution.item == item,
        BudgetDistribution.state != DistributionState.CANCELLED,
    )  # fmt: skip
    return int(db.session.scalar(sent) or 0)
