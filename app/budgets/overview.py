"""One unit's year on one page: the total, how it stands, where it leads, its plans, distributions and warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app import clock
from app.access.actor import Actor
from app.budgets import queries
from app.budgets.alarms import CODES, SOURCE
from app.budgets.courses import Year, forecasts, last_month_over
from app.budgets.forecast import Forecast
from app.budgets.plans import rows_of
from app.budgets.rules import share
from app.budgets.sharing import shared
from app.cases import queries as cases
from app.errors import Conflict
from app.messages import Message
from app.paging import Page
from models import BudgetDistribution, BudgetPlan, BudgetProposal, BudgetTotal, BudgetWarning
from models.budgets import ProposalState, WarningState
from models.distributions import DistributionState, PlanState

GREEN, YELLOW, RED = "green", "yellow", "red"
LIGHTS: dict[str, Message] = {
    GREEN: Message("Within the total"),
    YELLOW: Message("Watch the total"),
    RED: Message("In danger of passing the total"),
}
_RED_ONES = frozenset({"FORECAST"})
PLAN_STATES: dict[str, Message] = {
    PlanState.DRAFT: Message("Draft"),
    PlanState.SUBMITTED: Message("At the department"),
    PlanState.RETURNED: Message("Returned for correction"),
    PlanState.APPROVED: Message("In force"),
    PlanState.REPLACED: Message("Replaced"),
}
DISTRIBUTION_STATES: dict[str, Message] = {
    DistributionState.HELD: Message("Held for an answer"),
    DistributionState.COMMITTED: Message("Committed"),
    DistributionState.PAID: Message("Paid"),
    DistributionState.CANCELLED: Message("Cancelled"),
}
WARNING_STATES: dict[str, Message] = {
    WarningState.OPEN: Message("Warning stands"),
    WarningState.RIGHT: Message("Came true"),
    WarningState.AVERTED: Message("Averted"),
    WarningState.WRONG: Message("Did not come true"),
}
WARNINGS = CODES


@dataclass(frozen=True)
class Overview:
    """Everything that the page of a unit's year shows."""

    total: BudgetTotal
    year: Year
    forecast: Forecast
    until: int
    plans: Sequence[BudgetPlan]
    proposals: Sequence[BudgetProposal]
    distributions: Page[BudgetDistribution]
    warnings: Sequence[BudgetWarning]
    cases: Mapping[str, int]  # by the code of the warning, the case that it became, as far as the reader may open it

    @property
    def waiting(self) -> BudgetProposal | None:
        """The proposal that waits for a decision."""
        return next((one for one in self.proposals if one.state == ProposalState.PROPOSED), None)

    @property
    def open_warnings(self) -> list[BudgetWarning]:
        """Those that stand, the gravest first."""
        standing = [one for one in self.warnings if one.state == WarningState.OPEN]
        return sorted(standing, key=lambda one: list(CODES).index(one.code))

    @property
    def used_percent(self) -> str:
        return f"{share(self.total.paid_fen + self.total.committed_fen, self.total.total_fen):f}"

    @property
    def light(self) -> str:
        return light_of(self.total, self.forecast, [one.code for one in self.open_warnings])

    @property
    def months(self) -> list[tuple[int, int, int, int, int]]:
        """The table beside the chart: month, basic, incentive, paid of both, expected to be used by its end."""
        return [
            (month, self.year.basic.get(month, 0), self.year.incentive.get(month, 0), self.year.paid.get(month, 0),
             self.forecast.by_month[month - 1])
            for month in range(1, 13)
        ]  # fmt: skip


def light_of(total: BudgetTotal, led: Forecast, warned: Sequence[str]) -> str:
    """Red where the whole band lies above the total, or nothing is left before the year is over; yellow where
    something is warned of or the middle of the band lies above it."""
    if total.approved_on is None:
        return YELLOW
    if led.low > total.total_fen or _RED_ONES & set(warned):
        return RED
    return YELLOW if warned or led.expected > total.total_fen else GREEN


def overview(by: Actor, total: BudgetTotal, *, page: int = 1) -> Overview:
    """The year of a total that is in the person's reach; seven statements."""
    plans = queries.plans_of(total.id)
    pools = {one.total_id: one.pool_fen for one in plans if one.state == PlanState.APPROVED and one.item == "INCENTIVE"}
    year, led = forecasts([total], pools)[total.id]
    return Overview(
        total, year, led, last_month_over(total.year, year), plans, queries.proposals_of(total.id),
        queries.distributions_of(total.id, page=page), queries.warnings_of(total.id), _cases(by, total.id),
    )  # fmt: skip


def _cases(by: Actor, total_id: int) -> dict[str, int]:
    if not by.holds("case:read"):
        return {}
    return {one.rule.removeprefix(f"{SOURCE}:"): one.id for one in cases.about(by, "budget_total", total_id)}


def usual_month(year: int) -> date:
    """The month that a distribution is most likely for: this one, within the year of the total."""
    today = clock.today()
    return date(year, today.month if today.year == year else 12 if today.year > year else 1, 1)


def usual_amount(plan: BudgetPlan) -> int:
    """What is distributed next by a plan: of basic pay a twelfth, of incentive pay what is left of it."""
    if plan.item == "BASIC":
        return plan.pool_fen // 12
    return max(plan.pool_fen - queries.distributed_of(plan.total_id, plan.item), 0)


def parts_by_plan(plan: BudgetPlan, amount_fen: int) -> list[tuple[int, int, bool]]:
    """An amount shared as the plan in force says: staff, fen, whether the main leader. Raises Conflict."""
    if plan.state != PlanState.APPROVED:
        raise Conflict(
            Message("Only a plan in force is distributed by."), remedy=Message("Have it approved by the department.")
        )
    rows = rows_of(plan.id)
    amounts = shared(amount_fen, rows, plan.tiers)
    return [(row.staff_id, amount, row.leader) for row, amount in zip(rows, amounts, strict=True) if amount]
