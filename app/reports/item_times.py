"""Service items by time and return rate: how many were filed, how long they took, how many came back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select

from app.access.actor import Actor
from app.messages import Message
from app.pay.months import month_text
from app.reports.asking import Asked
from app.reports.fields import DECIMAL, NUMBER, SHARE, Field, Opening, to_report
from app.reports.filings import ITEM, ITEM_CODE, days_taken, filed, people, was_returned
from app.reports.registry import Chart, Report, Row, register
from app.reports.spells import share, whole
from models import Application, ServiceItem
from models.applications import ApplicationState


def _counted(condition: Any) -> Any:
    return whole(func.sum(case((condition, 1), else_=0)))


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every item of which something was filed in the months."""
    decided = _counted(Application.decided_at.is_not(None))
    returned = _counted(was_returned())
    return (
        select(
            ServiceItem.code.label("item_code"), ServiceItem.name_zh.label("item_zh"),
            ServiceItem.name_en.label("item_en"), func.count().label("filed"), decided.label("decided"),
            _counted(Application.state == ApplicationState.REJECTED).label("rejected"), returned.label("returned"),
            share(returned, func.count()).label("return_rate"),
            case((decided > 0, whole(func.sum(days_taken())) * 10 // func.nullif(decided, 0))).label("average_days"),
            func.max(days_taken()).label("longest_days"),
        )
        .join(ServiceItem, ServiceItem.id == Application.item_id)
        .where(*filed(actor, asked))
        .group_by(ServiceItem.code, ServiceItem.name_zh, ServiceItem.name_en)
    )  # fmt: skip


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    kept = {"since": month_text(asked.since), "until": month_text(asked.until), "unit": asked.unit_id,
            "item": row["item_code"]}  # fmt: skip
    if field in ("filed", "item", "decided"):
        return to_report("filings", **kept)
    if field == "returned" and row["returned"]:
        return to_report("filings", **kept, returned="1")
    if field == "rejected" and row["rejected"]:
        return to_report("filings", **kept, state=ApplicationState.REJECTED.value)
    return None


REPORT = register(
    Report(
        code="item-times",
        title=Message("Items by time and return rate"),
        about=Message("Of what was filed in the months asked for: how much was decided, how long it took, how much "
                      "came back. Each figure opens the applications."),
        permission="application:read",
        fields=(
            ITEM_CODE, ITEM,
            Field("filed", Message("Filed"), Message("Applications filed in the months."), kind=NUMBER, totalled=True,
                  width=10),
            Field("decided", Message("Decided"), Message("Of these, approved or rejected by now."), kind=NUMBER,
                  totalled=True, width=10),
            Field("rejected", Message("Rejected"), Message("Of these, rejected."), kind=NUMBER, totalled=True,
                  width=10),
            Field("returned", Message("Returned"), Message("Returned to the unit at least once."), kind=NUMBER,
                  totalled=True, width=10),
            Field("return_rate", Message("Return rate"), Message("Returned, of those filed."), kind=SHARE, width=10),
            Field("average_days", Message("Average days"), Message("Calendar days from filing to the decision, "
                                                                   "corrections included."), kind=DECIMAL, width=10),
            Field("longest_days", Message("Longest"), Message("The most calendar days of one application."),
                  kind=NUMBER, width=10),
        ),
        parameters=("since", "until", "unit"),
        statement=statement,
        order=("filed-", "item_code"),
        opens=_opens,
        chart=Chart(Message("Average days by item"), "item", "average_days"),
        opens_with="twelve",
        page_months=36,
        rows_of="filings",
        people=people,
    )
)  # fmt: skip
