"""The annual wage statistics: by unit the people, the wages of the year, who came and who left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from app.access import scope
from app.access.actor import Actor
from app.messages import Message
from app.pay.months import month_text
from app.pay.names import STAFF_TYPES
from app.reports.asking import Asked
from app.reports.fields import MONEY, NUMBER, Field, Opening, to_report
from app.reports.fund import by_month
from app.reports.registry import Chart, Report, Row, register
from app.reports.spells import months_of, paid_in, people_paid, spells, unit_columns, whole
from app.reports.words import UNIT, UNIT_CODE
from models import Staff, Unit


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every unit that paid wages in the year."""
    one, months = spells(actor, asked), months_of(asked.months)
    paid = (
        select(
            one.c.unit_id, func.count().label("person_months"), whole(func.sum(one.c.total_fen)).label("total_fen"),
            whole(func.sum(case((months.c.month == asked.until, 1), else_=0))).label("heads"),
        )
        .select_from(months)
        .join(one, paid_in(one, months.c.month))
        .group_by(one.c.unit_id)
        .subquery("paid")
    )  # fmt: skip
    moves = _moves(actor, asked)
    return (
        select(
            *unit_columns(), paid.c.heads, func.coalesce(moves.c.joined, 0).label("joined"),
            func.coalesce(moves.c.gone, 0).label("gone"), paid.c.person_months, paid.c.total_fen,
            (paid.c.total_fen // paid.c.person_months).label("average_fen"),
        )
        .select_from(paid)
        .join(Unit, Unit.id == paid.c.unit_id)
        .outerjoin(moves, moves.c.unit_id == paid.c.unit_id)
    )  # fmt: skip


def _moves(actor: Actor, asked: Asked) -> Any:
    """Who joined and who left in the year, by unit."""
    joined = and_(Staff.joined_on >= asked.since, Staff.joined_on < asked.after)
    gone = and_(Staff.left_on >= asked.since, Staff.left_on < asked.after)
    chosen = [scope.condition(actor, "pay:read", Staff), or_(joined, gone)]
    if asked.unit_id is not None:
        chosen.append(Staff.unit_id == asked.unit_id)
    if asked.choice("category"):
        chosen.append(Staff.staff_type == asked.choice("category"))
    return (
        select(Staff.unit_id, whole(func.sum(case((joined, 1), else_=0))).label("joined"),
               whole(func.sum(case((gone, 1), else_=0))).label("gone"))
        .where(*chosen)
        .group_by(Staff.unit_id)
        .subquery("moves")
    )  # fmt: skip


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    kept = {"unit": row["unit_id"], "category": asked.choice("category")}
    if field == "heads":
        return to_report("wage-roster", since=month_text(asked.until), until=month_text(asked.until), **kept)
    span = {"since": month_text(asked.since), "until": month_text(asked.until)}
    if field in ("total_fen", "unit", "person_months"):
        return to_report("wage-roster", **span, **kept)
    if field in ("joined", "gone") and row[field]:
        return to_report("people", **span, unit=row["unit_id"], by=field)
    return None


REPORT = register(
    Report(
        code="annual",
        title=Message("Annual wage statistics"),
        about=Message("By unit: people at the end of the year, the wages of its months, the average, who joined and "
                      "who left. The year under way is told up to this month."),
        permission="pay:read",
        fields=(
            UNIT_CODE, UNIT,
            Field("heads", Message("People at the end"), Message("People paid in the last month of the span."),
                  kind=NUMBER, width=12, totalled=True),
            Field("joined", Message("New people"), Message("People who joined the unit in the span."), kind=NUMBER,
                  width=10, totalled=True),
            Field("gone", Message("People who left"), Message("People who left in the span."), kind=NUMBER, width=10,
                  totalled=True),
            Field("person_months", Message("Months paid"), Message("The months of all people paid, added up."),
                  kind=NUMBER, width=12, totalled=True),
            Field("total_fen", Message("Wages of the year"), Message("Sum of the monthly wages, without back pay."),
                  kind=MONEY, totalled=True, measure=True),
            Field("average_fen", Message("Average a month"), Message("The sum by the months of all people paid."),
                  kind=MONEY),
        ),
        parameters=("year", "unit", "category"),
        statement=statement,
        order=("unit_code",),
        opens=_opens,
        chart=Chart(Message("Wages month by month"), "month", "total_fen", kind="line", statement=by_month),
        opens_with="year",
        rows_of="wage-roster",
        people=people_paid,
        choices={"category": STAFF_TYPES},
    )
)  # fmt: skip
