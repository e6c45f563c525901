"""The wage roster: everybody who is paid in a month, with the parts of the wage and their sum."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.access.actor import Actor
from app.messages import Message
from app.pay.names import STAFF_TYPES
from app.reports.asking import Asked
from app.reports.fields import MONEY, Field, Opening
from app.reports.registry import Report, Row, register
from app.reports.spells import months_of, paid_in, people_paid, post_held, spells, unit_columns
from app.reports.words import CATEGORY, MONTH_FIELD, NAME, POST, STAFF_NO, TOTAL, UNIT, UNIT_CODE
from models import Staff, Unit, WageRecord

BASIC = frozenset(
    {"POST_WAGE", "DUTY_WAGE", "RANK_WAGE", "ORGAN_POST_WAGE", "PROBATION_WAGE", "INITIAL_WAGE", "CIVIL_PROBATION_WAGE"}
)
GRADED = frozenset({"GRADE_WAGE", "LEVEL_WAGE", "TECHNICAL_GRADE_WAGE"})
UPLIFT = frozenset({"UPLIFT"})
SENIORITY = frozenset({"SENIORITY_ALLOWANCE"})


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every month and everybody paid in it."""
    one, months = spells(actor, asked), months_of(asked.months)
    return (
        select(
            months.c.month, *unit_columns(), Staff.staff_no, Staff.name, Staff.staff_type.label("category"),
            post_held(WageRecord).label("post"), one.c.total_fen, one.c.record_id, one.c.staff_id,
        )
        .select_from(months)
        .join(one, paid_in(one, months.c.month))
        .join(Staff, Staff.id == one.c.staff_id)
        .join(Unit, Unit.id == one.c.unit_id)
        .join(WageRecord, WageRecord.id == one.c.record_id)
    )  # fmt: skip


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    return Opening("staff", row["staff_id"]) if field in ("name", "total_fen") else None


def _part(code: str, label: Message, about: Message, parts: frozenset[str]) -> Field:
    return Field(code, label, about, kind=MONEY, totalled=True, parts=parts)


REPORT = register(
    Report(
        code="wage-roster",
        title=Message("Wage roster"),
        about=Message("Everybody who is paid in a month, with the parts of the wage. Each row opens the person."),
        permission="pay:read",
        fields=(
            MONTH_FIELD, UNIT_CODE, UNIT, STAFF_NO, NAME, CATEGORY, POST,
            _part("basic_fen", Message("Post, duty or fixed wage"),
                  Message("Post wage, duty or rank wage, or the fixed wage of a probation."), BASIC),
            _part("graded_fen", Message("Grade or level wage"),
                  Message("Grade wage of institutions, level wage, technical grade wage."), GRADED),
            _part("uplift_fen", Message("Ten percent uplift"), Message("For teachers and nurses."), UPLIFT),
            _part("seniority_fen", Message("Seniority allowance"), Message("For teachers and nurses by years."),
                  SENIORITY),
            _part("other_fen", Message("Other parts"), Message("Every other part, deductions with their sign."),
                  frozenset()),
            TOTAL,
        ),
        parameters=("since", "until", "unit", "category"),
        statement=statement,
        order=("month", "unit_code", "staff_no"),
        opens=_opens,
        monthly=True,
        people=people_paid,
        choices={"category": STAFF_TYPES},
    )
)  # fmt: skip
