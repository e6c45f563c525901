"""Wages over time as SQL: for how long each link of the wage chain is paid, who is paid what in a month.

A link is paid from its month until that of the next link, and not after the month in which the employee left. What
stands here is one window over the links that hold, so no statement grows with the people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.access import scope
from app.access.actor import Actor
from app.pay.months import Month
from app.reports.asking import Asked
from models import Staff, Unit, WageRecord


def spells(actor: Actor, asked: Asked, *also: ColumnElement[bool], with_before: bool = False) -> Subquery:
    """Every link that holds, of the people whose wages the actor may see: `since` when it is paid, `next_month` when
    another one takes its place, and where it is asked for what was paid before."""
    along: dict[str, Any] = {"partition_by": WageRecord.staff_id, "order_by": WageRecord.position}
    before = [func.lag(WageRecord.total_fen).over(**along).label("before_fen")] if with_before else []
    narrowed = [*also]
    if asked.unit_id is not None:
        narrowed.append(Staff.unit_id == asked.unit_id)
    if asked.choice("category"):
        narrowed.append(Staff.staff_type == asked.choice("category"))
    return (
        select(
            WageRecord.id.label("record_id"), WageRecord.staff_id, WageRecord.effective_month.label("since"),
            func.lead(WageRecord.effective_month).over(**along).label("next_month"),
            WageRecord.total_fen, *before,
            Staff.unit_id, Staff.staff_type, Staff.left_on,
        )
        .join(Staff, Staff.id == WageRecord.staff_id)
        .where(WageRecord.voided_at.is_(None), scope.condition(actor, "pay:read", Staff), *narrowed)
        .subquery("spells")
    )  # fmt: skip


def paid_in(spell: Subquery, month: Any) -> ColumnElement[bool]:
    """Whether a link is what was paid in a month: a column or a date."""
    return and_(
        spell.c.since <= month,
        or_(spell.c.next_month.is_(None), spell.c.next_month > month),
        or_(spell.c.left_on.is_(None), spell.c.left_on >= month),
    )


def months_of(months: Sequence[Month]) -> CTE:
    """The months as rows of one column `month`."""
    first = select(literal(months[0], Date).label("month"))
    rest = [select(literal(month, Date)) for month in months[1:]]
    return (union_all(first, *rest) if rest else first).cte("months")


def state_of(record: Any, name: str) -> ColumnElement[Any]:
    """One value of a link's state as text."""
    column = record.state if hasattr(record, "state") else record
    return column[name].as_string()


class local_day(FunctionElement[date]):  # noqa: N801
    """The day in Shanghai of a moment."""

    type = Date()
    inherit_cache = True


class days_between(FunctionElement[int]):  # noqa: N801
    """Calendar days from the first moment to the second, in Shanghai; the same day is nought."""

    type = Integer()
    inherit_cache = True


@compiles(local_day, "sqlite")
def _local_day_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+8 hours')"


@compiles(local_day, "postgresql")
def _local_day_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(({compiler.process(element.clauses, **kw)}) AT TIME ZONE 'Asia/Shanghai')::date"


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(julianday(date({last}, '+8 hours')) - julianday(date({first}, '+8 hours')) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(one, **kw) for one in element.clauses)
    there = "AT TIME ZONE 'Asia/Shanghai')::date"
    return f"((({last}) {there} - (({first}) {there})"


def whole(expression: Any) -> ColumnElement[int]:
    """A sum as a whole number: PostgreSQL gives the sum of big integers as a numeric."""
    return cast(func.coalesce(expression, 0), BigInteger)


def share(part: Any, of: Any) -> ColumnElement[Any]:
    """A part of a whole in ten-thousandths, or nothing where there is nothing to be a part of."""
    return case((of > 0, cast(part * 10_000 // func.nullif(of, 0), Integer)))


def post_held(record: Any) -> ColumnElement[str]:
    """Post, position or technical grade by the link's own state, as a code."""
    return func.coalesce(
        state_of(record, "post"), state_of(record, "position"), state_of(record, "rank"),
        state_of(record, "technical_grade"), literal("", String),
    )  # fmt: skip


def unit_columns() -> tuple[Any, ...]:
    """What every report says of a unit."""
    return (
        Unit.id.label("unit_id"), Unit.code.label("unit_code"), Unit.name.label("unit_name"),
        Unit.name_en.label("unit_name_en"),
    )  # fmt: skip


def people_paid(actor: Actor, asked: Asked) -> Select[Any]:
    """Everybody who was paid in one of the months asked for."""
    one = spells(actor, asked)
    return (
        select(one.c.staff_id)
        .where(one.c.since <= asked.until, or_(one.c.next_month.is_(None), one.c.next_month > asked.since),
               or_(one.c.left_on.is_(None), one.c.left_on >= asked.since))
        .distinct()
    )  # fmt: skip
