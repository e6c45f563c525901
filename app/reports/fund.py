"""The wage fund by unit and category: how many are paid in the months asked for, and how much."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select

from app.access.actor import Actor
from app.messages import Message
from app.pay.months import month_text
from app.pay.names import STAFF_TYPES
from app.reports.asking import Asked
from app.reports.fields import MONEY, NUMBER, Field, Opening, to_report
from app.reports.registry import Chart, Report, Row, register
from app.reports.spells import months_of, paid_in, people_paid, spells, unit_columns, whole
from app.reports.words import UNIT, UNIT_CODE, unit_type_named
from models import Unit
from models.staff import StaffType

COLUMNS = {
    "institution_fen": StaffType.INSTITUTION,
    "civil_fen": StaffType.CIVIL_SERVANT,
    "worker_fen": StaffType.ORGAN_WORKER,
}


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every unit: who is paid, and the sums by category over the months."""
    one, months = spells(actor, asked), months_of(asked.months)
    sums = [
        whole(func.sum(case((one.c.staff_type == kind, one.c.total_fen), else_=0))).label(name)
        for name, kind in COLUMNS.items()
    ]
    paid = (
        select(one.c.unit_id, func.count(one.c.staff_id.distinct()).label("heads"),
               func.count().label("person_months"), *sums, whole(func.sum(one.c.total_fen)).label("total_fen"))
        .select_from(months)
        .join(one, paid_in(one, months.c.month))
        .group_by(one.c.unit_id)
        .subquery("paid")
    )  # fmt: skip
    return select(
        *unit_columns(), Unit.unit_type, paid.c.heads, paid.c.person_months, *(paid.c[name] for name in COLUMNS),
        paid.c.total_fen, (paid.c.total_fen // paid.c.person_months).label("average_fen"),
    ).join(Unit, Unit.id == paid.c.unit_id)  # fmt: skip


def by_month(actor: Actor, asked: Asked) -> Select[Any]:
    """The fund of each month, for the line."""
    one, months = spells(actor, asked), months_of(asked.months)
    return (
        select(months.c.month.label("label"), whole(func.sum(one.c.total_fen)).label("value"))
        .select_from(months)
        .join(one, paid_in(one, months.c.month))
        .group_by(months.c.month)
        .order_by(months.c.month)
    )


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    kept = {"since": month_text(asked.since), "until": month_text(asked.until), "unit": row["unit_id"]}
    if field in COLUMNS and row[field]:
        return to_report("wage-roster", **kept, category=COLUMNS[field].value)
    if field in ("heads", "total_fen", "unit"):
        return to_report("wage-roster", **kept, category=asked.choice("category"))
    return None


def _fund(code: str, label: Message, about: Message) -> Field:
    return Field(code, label, about, kind=MONEY, totalled=True, measure=True)


REPORT = register(
    Report(
        code="fund",
        title=Message("Wage fund by unit and category"),
        about=Message("What the units are paid in the months asked for, by staff category. Each figure opens the "
                      "people behind it."),
        permission="pay:read",
        fields=(
            UNIT_CODE, UNIT,
            Field("unit_type", Message("Kind of unit"), Message("How the unit is funded."), width=18,
                  named=unit_type_named, dimension=True),
            Field("heads", Message("People paid"), Message("People paid in at least one of the months."), kind=NUMBER,
                  width=10, totalled=True),
            _fund("institution_fen", Message("Institution staff"), Message("Sum of the monthly wages, in yuan.")),
            _fund("civil_fen", Message("Civil servants"), Message("Sum of the monthly wages, in yuan.")),
            _fund("worker_fen", Message("Organ workers"), Message("Sum of the monthly wages, in yuan.")),
            _fund("total_fen", Message("In all"), Message("The sum over the categories, without back pay.")),
            Field("average_fen", Message("Average a month"), Message("The sum by the months of all people paid."),
                  kind=MONEY),
        ),
        parameters=("since", "until", "unit", "category"),
        statement=statement,
        order=("unit_code",),
        opens=_opens,
        chart=Chart(Message("Wage fund by unit, the largest first"), "unit", "total_fen"),
        rows_of="wage-roster",
        people=people_paid,
        choices={"category": STAFF_TYPES},
    )
)  # fmt: skip
