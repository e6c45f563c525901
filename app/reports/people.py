"""The people of the roster, one row each: what the staff structure is counted from."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, extract, func, literal, select

from app.access import scope
from app.access.actor import Actor
from app.messages import Message
from app.pay.names import STAFF_TYPES
from app.reports.asking import Asked
from app.reports.fields import NUMBER, Field, Opening
from app.reports.registry import Report, Row, register
from app.reports.spells import unit_columns
from app.reports.words import (
    CATEGORY,
    EDUCATION,
    JOINED,
    NAME,
    SEX,
    STAFF_NO,
    UNIT,
    UNIT_CODE,
    band_named,
    post_named,
)
from models import Staff, Unit
from models.staff import StaffState

DIMENSIONS = {
    "category": Message("Staff category"),
    "post": Message("Post held"),
    "education": Message("Education"),
    "age": Message("Age"),
    "sex": Message("Sex"),
    "unit": Message("Unit"),
}
MOVES = {"joined": Message("Joined in these months"), "gone": Message("Left in these months")}


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """Everybody who was on the roster at the end of the month, or who joined or left in the months."""
    last = asked.after
    chosen = [scope.condition(actor, "staff:read", Staff), *_when(asked)]
    if asked.unit_id is not None:
        chosen.append(Staff.unit_id == asked.unit_id)
    if asked.choice("category"):
        chosen.append(Staff.staff_type == asked.choice("category"))
    age = age_at(last)
    rows = (
        select(
            *unit_columns(), Staff.id.label("staff_id"), Staff.staff_no, Staff.name,
            Staff.staff_type.label("category"), Staff.post, Staff.education, Staff.sex, age.label("age"),
            age_band(age).label("band"), Staff.joined_on,
        )
        .join(Unit, Unit.id == Staff.unit_id)
        .where(*chosen)
    )  # fmt: skip
    by, value = asked.choice("by"), asked.choice("value")
    if by in VALUE_OF and value:
        rows = rows.where(VALUE_OF[by](last) == _typed(by, value))
    return rows


def _typed(by: str, value: str) -> Any:
    """The value as the column has it; `-` stands for none."""
    if by in ("age", "unit"):
        return int(value) if value.isdigit() else -1
    return "" if value == "-" else value


def _when(asked: Asked) -> list[ColumnElement[bool]]:
    by = asked.choice("by")
    if by in MOVES:
        day = Staff.joined_on if by == "joined" else Staff.left_on
        return [day >= asked.since, day < asked.after]
    held = and_(
        Staff.joined_on < asked.after, case((Staff.left_on.is_(None), True), else_=Staff.left_on >= asked.after)
    )
    return [held, Staff.state != StaffState.PENDING]


def age_at(day: date) -> ColumnElement[int]:
    """Whole years on a day."""
    passed = extract("month", Staff.birth_date) * 100 + extract("day", Staff.birth_date)
    return cast(
        literal(day.year) - extract("year", Staff.birth_date)
        - case((passed > literal(day.month * 100 + day.day), 1), else_=0),
        Integer,
    )  # fmt: skip


def age_band(age: ColumnElement[int]) -> ColumnElement[int]:
    """The lowest age of the band of five years; everybody under thirty and from sixty on is one band."""
    return case((age < 30, 25), (age >= 60, 60), else_=(age // 5) * 5)


VALUE_OF: dict[str, Any] = {
    "category": lambda last: Staff.staff_type,
    "post": lambda last: func.coalesce(Staff.post, ""),
    "education": lambda last: Staff.education,
    "sex": lambda last: Staff.sex,
    "age": lambda last: age_band(age_at(last)),
    "unit": lambda last: Staff.unit_id,
}


def people(actor: Actor, asked: Asked) -> Select[Any]:
    return select(statement(actor, asked).subquery().c.staff_id)


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    return Opening("staff", row["staff_id"]) if field == "name" else None


AGE = Field("age", Message("Age"), Message("Whole years at the end of the month."), kind=NUMBER, width=8)
BAND = Field("band", Message("Age group"), Message("Groups of five years."), named=band_named, dimension=True)
POST_TODAY = Field(
    "post", Message("Post held"), Message("The post on the roster today."), width=20, named=post_named, dimension=True
)

REPORT = register(
    Report(
        code="people",
        title=Message("People on the roster"),
        about=Message("Everybody who was on the roster at the end of the month. Each row opens the person."),
        permission="staff:read",
        fields=(UNIT_CODE, UNIT, STAFF_NO, NAME, CATEGORY, POST_TODAY, EDUCATION, SEX, AGE, BAND, JOINED),
        parameters=("since", "until", "unit", "category", "by", "value"),
        statement=statement,
        order=("unit_code", "staff_no"),
        opens=_opens,
        page_months=240,
        people=people,
        choices={"category": STAFF_TYPES},
    )
)
