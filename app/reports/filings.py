"""Applications one by one: when filed, when decided, how long it took, whether it was returned."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, literal, or_, select

from app.access import scope
from app.access.actor import Actor
from app.messages import Message
from app.reports.asking import Asked
from app.reports.fields import DAY, NUMBER, Field, Opening
from app.reports.registry import Report, Row, register
from app.reports.spells import days_between, local_day, unit_columns
from app.reports.words import UNIT, UNIT_CODE, item_named, state_named
from app.workflow.states import STATES
from models import Application, ApplicationEmployee, ServiceItem, Unit
from models.applications import ApplicationState

YES_NO = {"1": Message("Yes"), "0": Message("No")}


def filed(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    """Applications that were filed in the months asked for."""
    chosen: list[ColumnElement[bool]] = [
        scope.condition(actor, "application:read", Application),
        Application.submitted_at.is_not(None),
        local_day(Application.submitted_at) >= asked.since,
        local_day(Application.submitted_at) < asked.after,
    ]
    if asked.unit_id is not None:
        chosen.append(Application.unit_id == asked.unit_id)
    if state := asked.choice("state"):
        chosen.append(Application.state == state)
    if returned := asked.choice("returned"):
        chosen.append(was_returned() if returned == "1" else ~was_returned())
    return chosen


def was_returned() -> ColumnElement[bool]:
    """Whether it came back to the unit at least once: every correction is another submission."""
    return or_(Application.round > 1, Application.state == ApplicationState.RETURNED)


def days_taken() -> ColumnElement[Any]:
    """Calendar days from filing to the last decision."""
    return case((Application.decided_at.is_not(None), days_between(Application.submitted_at, Application.decided_at)))


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every application filed in the months."""
    rows = (
        select(
            *unit_columns(), Application.id.label("application_id"), Application.number, Application.title,
            ServiceItem.code.label("item_code"), ServiceItem.name_zh.label("item_zh"),
            ServiceItem.name_en.label("item_en"), Application.state,
            local_day(Application.submitted_at).label("filed_on"),
            local_day(Application.decided_at).label("decided_on"), days_taken().label("days"),
            case((was_returned(), "1"), else_="0").label("returned"),
            literal(1).label("count"),
        )
        .join(Unit, Unit.id == Application.unit_id)
        .join(ServiceItem, ServiceItem.id == Application.item_id)
        .where(*filed(actor, asked))
    )  # fmt: skip
    if item := asked.choice("item"):
        rows = rows.where(ServiceItem.code == item)
    return rows


def people(actor: Actor, asked: Asked) -> Select[Any]:
    rows = statement(actor, asked).subquery()
    return (
        select(ApplicationEmployee.staff_id)
        .join(rows, rows.c.application_id == ApplicationEmployee.application_id)
        .distinct()
    )


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    return Opening("application", row["application_id"]) if field == "number" else None


def yes_no(value: str) -> Any:
    return YES_NO[value]


ITEM = Field(
    "item", Message("Service item"), Message("The item under which it was filed."), width=28,
    columns=("item_zh", "item_en"), named=item_named, dimension=True, key="item_code",
)  # fmt: skip
ITEM_CODE = Field("item_code", Message("Item code"), Message("The code of the service item."), width=12)
REPORT = register(
    Report(
        code="filings",
        title=Message("Applications filed"),
        about=Message("Every application filed in the months asked for. Each row opens the application."),
        permission="application:read",
        fields=(
            Field("number", Message("Number"), Message("The number of the application."), width=18),
            Field("title", Message("For"), Message("The employee, or how many there are."), width=16),
            ITEM_CODE, ITEM, UNIT_CODE, UNIT,
            Field("state", Message("State"), Message("Where the application stands now."), named=state_named,
                  dimension=True),
            Field("filed_on", Message("Filed on"), Message("The day of the first submission."), kind=DAY, width=12),
            Field("decided_on", Message("Decided on"), Message("The day of the last decision."), kind=DAY, width=12),
            Field("days", Message("Days taken"), Message("Calendar days from filing to the decision, corrections "
                                                         "included."), kind=NUMBER, width=10, measure=True),
            Field("returned", Message("Returned"), Message("Whether it came back to the unit at least once."),
                  width=10, named=yes_no, dimension=True),
        ),
        parameters=("since", "until", "unit", "item", "state", "returned"),
        statement=statement,
        order=("filed_on", "number"),
        opens=_opens,
        page_months=36,
        people=people,
        opens_with="month",
        choices={"state": STATES, "returned": YES_NO},
    )
)  # fmt: skip
