"""The staff structure: how many people by category, post, education, age, sex or unit, and their share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, literal, select

from app.access.actor import Actor
from app.messages import Message, Named
from app.pay.months import month_text
from app.pay.names import STAFF_TYPES
from app.reports import people
from app.reports.asking import Asked
from app.reports.fields import NUMBER, SHARE, TEXT, Field, Opening, to_report
from app.reports.registry import Chart, Report, Row, register
from app.reports.spells import whole
from app.reports.words import (
    NONE,
    band_named,
    category_named,
    education_named,
    post_named,
    sex_named,
    unit_named,
)

USUAL = "category"
_COLUMN = {"age": "band", "unit": "unit_id"}
_NAMED = {
    "category": category_named, "post": post_named, "education": education_named, "sex": sex_named,
}  # fmt: skip


def dimension_of(asked: Asked) -> str:
    by = asked.choice("by")
    return by if by in people.DIMENSIONS else USUAL


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every value of the dimension."""
    by = dimension_of(asked)
    rows = people.statement(actor, _without_by(asked)).subquery("people")
    value = rows.c[_COLUMN.get(by, by)]
    women = func.count().filter(rows.c.sex == "FEMALE")
    names = (rows.c.unit_name, rows.c.unit_name_en) if by == "unit" else ()
    said = names or (literal("").label("unit_name"), literal("").label("unit_name_en"))
    return select(
        literal(by).label("by"), func.coalesce(value, _nothing(by)).label("value"), *said,
        func.count().label("heads"), women.label("women"),
        (func.count() * 10_000 // cast(func.sum(func.count()).over(), BigInteger)).label("share"),
        (whole(func.sum(rows.c.age)) * 10 // func.count()).label("average_age"),
    ).group_by(value, *names)  # fmt: skip


def _nothing(by: str) -> Any:
    return 0 if by in _COLUMN else ""


def _without_by(asked: Asked) -> Asked:
    choices = {name: value for name, value in dict(asked.choices).items() if name not in ("by", "value")}
    return Asked(asked.since, asked.until, asked.unit_id, choices)


def value_named(by: str, value: Any, unit: str, unit_en: str) -> Any:
    """What one value of a dimension is called."""
    if by == "unit":
        return unit_named(unit, unit_en)
    if by == "age":
        return band_named(value)
    return _NAMED[by](value) if value else NONE


def by_named(by: str) -> Message | Named:
    return people.DIMENSIONS[by]


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    if field not in ("value", "heads"):
        return None
    return to_report(
        "people", since=month_text(asked.since), until=month_text(asked.until), unit=asked.unit_id,
        category=asked.choice("category"), by=row["by"], value=row["value"] if row["value"] != "" else "-",
    )  # fmt: skip


REPORT = register(
    Report(
        code="structure",
        title=Message("Staff structure"),
        about=Message("How many people there are at the end of the month by category, post, education, age, sex or "
                      "unit. Each figure opens the people."),
        permission="staff:read",
        fields=(
            Field("value", Message("Group"), Message("The value of what is counted by."), kind=TEXT, width=28,
                  columns=("by", "value", "unit_name", "unit_name_en"), named=value_named),
            Field("heads", Message("People"), Message("On the roster at the end of the month."), kind=NUMBER,
                  totalled=True, width=10),
            Field("women", Message("Women"), Message("Of these, women."), kind=NUMBER, totalled=True, width=10),
            Field("share", Message("Share"), Message("Of all people counted."), kind=SHARE, width=10),
            Field("average_age", Message("Average age"), Message("In years, to a tenth."), kind="decimal", width=10),
        ),
        parameters=("month", "unit", "category", "by"),
        statement=statement,
        order=("heads-", "value"),
        opens=_opens,
        chart=Chart(Message("People by group"), "value", "heads"),
        rows_of="people",
        page_months=240,
        people=people.people,
        choices={"category": STAFF_TYPES, "by": people.DIMENSIONS},
    )
)  # fmt: skip
