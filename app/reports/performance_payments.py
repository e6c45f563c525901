"""Performance pay person by person: every payment of a distribution, with its item and where it stands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, select

from app.access import scope
from app.access.actor import Actor
from app.budgets.rules import ITEMS
from app.messages import Message
from app.reports.asking import Asked, number_in
from app.reports.fields import MONEY, MONTH, Field, Opening
from app.reports.registry import Report, Row, register
from app.reports.spells import unit_columns
from app.reports.words import NAME, STAFF_NO, UNIT, UNIT_CODE
from models import BudgetDistribution, BudgetPayment, BudgetTotal, Staff, Unit
from models.distributions import DistributionState as State

PAID, COMMITTED, OUTSIDE, OUTSIDE_WAITS = "paid", "committed", "outside", "outside-waits"
KINDS = {
    PAID: Message("Paid"), COMMITTED: Message("Committed"), OUTSIDE: Message("Paid outside the total"),
    OUTSIDE_WAITS: Message("Sent outside the total"),
}  # fmt: skip
KIND_OF = {"paid_fen": PAID, "committed_fen": COMMITTED, "outside_fen": OUTSIDE}


def _kind() -> ColumnElement[str]:
    """Where a payment stands: paid or only sent, of the total or outside of it."""
    is_paid = BudgetDistribution.state == State.PAID
    return case(
        (and_(~BudgetDistribution.counted, is_paid), OUTSIDE), (~BudgetDistribution.counted, OUTSIDE_WAITS),
        (is_paid, PAID), else_=COMMITTED,
    )  # fmt: skip


def _asked_for(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    chosen = [
        scope.condition(actor, "budget:read", BudgetDistribution), BudgetDistribution.state != State.CANCELLED,
    ]  # fmt: skip
    year = number_in(asked.choice("value")) if asked.choice("value") else None
    if year is not None:
        chosen.append(BudgetTotal.year == year)
    else:
        chosen.append(BudgetDistribution.month.between(asked.since, asked.until))
    if asked.unit_id is not None:
        chosen.append(BudgetDistribution.unit_id == asked.unit_id)
    if (kind := asked.choice("state")) in KINDS:
        chosen.append(_kind() == kind)
    return chosen


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every payment in the months asked for, or of the year of a total."""
    return (
        select(
            *unit_columns(), BudgetPayment.id.label("payment_id"), BudgetPayment.staff_id, Staff.staff_no, Staff.name,
            BudgetDistribution.month, BudgetDistribution.id.label("distribution_id"), BudgetDistribution.number,
            BudgetDistribution.item, BudgetDistribution.title,
            _kind().label("state"), BudgetPayment.amount_fen,
        )
        .select_from(BudgetPayment)
        .join(BudgetDistribution, BudgetDistribution.id == BudgetPayment.distribution_id)
        .join(BudgetTotal, BudgetTotal.id == BudgetDistribution.total_id)
        .join(Staff, Staff.id == BudgetPayment.staff_id)
        .join(Unit, Unit.id == BudgetDistribution.unit_id)
        .where(*_asked_for(actor, asked))
    )  # fmt: skip


def people(actor: Actor, asked: Asked) -> Select[Any]:
    return select(statement(actor, asked).subquery().c.staff_id).distinct()


def of_year(actor: Actor, asked: Asked) -> Select[Any]:
    """Everybody who got performance pay out of the totals of a year."""
    choices = {**dict(asked.choices), "value": str(asked.since.year)}
    return people(actor, Asked(asked.since, asked.until, asked.unit_id, choices))


def item_of(code: str) -> Message:
    return ITEMS[code]


def kind_of(code: str) -> Message:
    return KINDS[code]


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    if field == "number":
        return Opening("distribution", row["distribution_id"])
    return Opening("staff", row["staff_id"]) if field == "name" else None


REPORT = register(
    Report(
        code="performance-payments",
        title=Message("Performance pay person by person"),
        about=Message("Every payment of performance pay in the months asked for. Each row opens the person and the "
                      "distribution."),
        permission="budget:read",
        fields=(
            Field("month", Message("Month"), Message("The month for which it is paid."), kind=MONTH, width=10,
                  dimension=True),
            UNIT_CODE, UNIT, STAFF_NO, NAME,
            Field("item", Message("Item of performance pay"), Message("Under which item it is paid."), width=18,
                  named=item_of, dimension=True),
            Field("number", Message("Distribution"), Message("The number of the distribution."), width=18),
            Field("state", Message("Paid or committed"),
                  Message("Paid or only sent, and whether it counts to the total."), width=14, named=kind_of,
                  dimension=True),
            Field("amount_fen", Message("Performance pay"), Message("What the person gets, in yuan."), kind=MONEY,
                  totalled=True, measure=True),
        ),
        parameters=("since", "until", "unit", "state", "value"),
        statement=statement,
        order=("month", "unit_code", "staff_no", "payment_id"),
        opens=_opens,
        page_months=36,
        people=people,
        choices={"state": KINDS},
    )
)  # fmt: skip
