"""Limits kept: by item and step how many steps were passed within their limit, and how many exceeded it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select

from app.access.actor import Actor
from app.messages import Message
from app.pay.months import month_text
from app.reports import step_passes
from app.reports.asking import Asked
from app.reports.fields import DECIMAL, NUMBER, SHARE, Field, Opening, to_report
from app.reports.filings import ITEM, ITEM_CODE
from app.reports.registry import Chart, Report, Row, register
from app.reports.spells import share, whole


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every item and step that was passed in the months."""
    one = step_passes.statement(actor, asked).subquery("steps")
    late = whole(func.sum(case((one.c.late == step_passes.EXCEEDED, 1), else_=0)))
    grouped = (one.c.item_code, one.c.item_zh, one.c.item_en, one.c.step_key, one.c.step_zh, one.c.step_en)
    return select(
        *grouped, func.min(one.c.position).label("position"), func.min(one.c.limit_days).label("limit_days"),
        func.count().label("passed"), (func.count() - late).label("kept"), late.label("exceeded"),
        share(func.count() - late, func.count()).label("kept_share"),
        (whole(func.sum(one.c.used)) * 10 // func.count()).label("average_used"),
        func.max(one.c.used).label("most_used"),
    ).group_by(*grouped)  # fmt: skip


def by_item(actor: Actor, asked: Asked) -> Select[Any]:
    """Exceeded limits by item, the most first."""
    one = step_passes.statement(actor, asked).subquery("steps")
    late = whole(func.sum(case((one.c.late == step_passes.EXCEEDED, 1), else_=0)))
    return (
        select(one.c.item_zh.label("label"), one.c.item_en.label("label_en"), late.label("value"))
        .group_by(one.c.item_zh, one.c.item_en)
        .order_by(late.desc(), one.c.item_zh)
    )


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    kept = {"since": month_text(asked.since), "until": month_text(asked.until), "unit": asked.unit_id,
            "item": row["item_code"], "step": row["step_key"]}  # fmt: skip
    if field in ("passed", "item"):
        return to_report("step-passes", **kept)
    if field in ("kept", "exceeded") and row[field]:
        return to_report("step-passes", **kept, late=field)
    return None


REPORT = register(
    Report(
        code="limits",
        title=Message("Limits kept"),
        about=Message("Of the steps left in the months asked for: how many within their limit of working days. Each "
                      "figure opens the applications."),
        permission="application:read",
        fields=(
            ITEM_CODE, ITEM, step_passes.STEP,
            Field("limit_days", Message("Limit"), Message("Working days that the step may take."), kind=NUMBER,
                  width=8),
            Field("passed", Message("Passed"), Message("Steps left in the months."), kind=NUMBER, totalled=True,
                  width=10),
            Field("kept", Message("Kept"), Message("Within the limit."), kind=NUMBER, totalled=True, width=10),
            Field("exceeded", Message("Exceeded"), Message("Over the limit."), kind=NUMBER, totalled=True, width=10),
            Field("kept_share", Message("Share kept"), Message("Kept, of those passed."), kind=SHARE, width=10),
            Field("average_used", Message("Average working days"), Message("Working days used, to a tenth."),
                  kind=DECIMAL, width=10),
            Field("most_used", Message("Most working days"), Message("The longest of them."), kind=NUMBER, width=10),
        ),
        parameters=("since", "until", "unit", "item"),
        statement=statement,
        order=("item_code", "position", "step_key"),
        opens=_opens,
        chart=Chart(Message("Steps over their limit by item"), "item", "exceeded", statement=by_item),
        rows_of="step-passes",
        people=step_passes.people,
    )
)  # fmt: skip
