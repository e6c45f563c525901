"""Performance pay by unit: the total of the year, what is committed and paid of it, and what lies outside it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.access import scope
from app.access.actor import Actor
from app.messages import Message
from app.pay.months import month_text
from app.reports import performance_payments
from app.reports.asking import Asked
from app.reports.fields import MONEY, SHARE, Field, Opening, to_report
from app.reports.registry import Chart, Report, Row, register
from app.reports.spells import share, unit_columns
from app.reports.words import UNIT, UNIT_CODE, unit_type_named
from models import BudgetTotal, Unit


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every unit that has a total of the year."""
    used = BudgetTotal.paid_fen + BudgetTotal.committed_fen
    rows = (
        select(
            *unit_columns(), Unit.unit_type, BudgetTotal.id.label("total_id"), BudgetTotal.year, BudgetTotal.total_fen,
            BudgetTotal.paid_fen, BudgetTotal.committed_fen, (BudgetTotal.total_fen - used).label("balance_fen"),
            share(used, BudgetTotal.total_fen).label("used_share"), BudgetTotal.outside_fen,
        )
        .select_from(BudgetTotal)
        .join(Unit, Unit.id == BudgetTotal.unit_id)
        .where(BudgetTotal.year == asked.since.year, scope.condition(actor, "budget:read", BudgetTotal))
    )  # fmt: skip
    return rows if asked.unit_id is None else rows.where(BudgetTotal.unit_id == asked.unit_id)


def people(actor: Actor, asked: Asked) -> Select[Any]:
    return performance_payments.of_year(actor, asked)


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    if field in ("unit", "total_fen", "balance_fen", "used_share"):
        return Opening("total", row["total_id"])
    kind = performance_payments.KIND_OF.get(field)
    if kind is None or not row[field]:
        return None
    return to_report(
        "performance-payments", since=month_text(asked.since), until=month_text(asked.until), unit=row["unit_id"],
        value=row["year"], state=kind,
    )  # fmt: skip


def _amount(code: str, label: Message, about: Message) -> Field:
    return Field(code, label, about, kind=MONEY, totalled=True)


REPORT = register(
    Report(
        code="performance",
        title=Message("Performance pay by unit"),
        about=Message("The approved total of the year and what is paid and committed of it. Each figure opens its "
                      "payments, the total its ledger."),
        permission="budget:read",
        fields=(
            UNIT_CODE, UNIT,
            Field("unit_type", Message("Kind of unit"), Message("How the unit is funded."), width=18,
                  named=unit_type_named, dimension=True),
            _amount("total_fen", Message("Approved total"), Message("As approved or changed by document.")),
            _amount("paid_fen", Message("Paid of it"), Message("Distributions that finance has confirmed.")),
            _amount("committed_fen", Message("Committed"), Message("Sent and not yet paid, held ones included.")),
            _amount("balance_fen", Message("Still free"), Message("The total less what is paid and committed.")),
            Field("used_share", Message("Share used"), Message("Paid and committed, of the total."), kind=SHARE,
                  width=10),
            _amount("outside_fen", Message("Outside the total"), Message("Paid under items that do not count.")),
        ),
        parameters=("year", "unit"),
        statement=statement,
        order=("unit_code",),
        opens=_opens,
        chart=Chart(Message("Share used by unit, the highest first"), "unit", "used_share"),
        opens_with="year",
        rows_of="performance-payments",
        people=people,
    )
)  # fmt: skip
