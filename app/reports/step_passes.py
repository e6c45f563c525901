"""Every step that an application has passed: the working days it took against its limit.

The days are those of app/workflow/limits: from the day after the step was entered, with the days out at the unit not
counted. Here they are summed by the database, over the same calendar.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, Date, Integer, Select, Subquery, case, column, func, literal, or_, select, values

from app.access import scope
from app.access.actor import Actor
from app.messages import Message
from app.reports.asking import Asked
from app.reports.fields import DAY, NUMBER, Field, Opening
from app.reports.filings import ITEM, ITEM_CODE
from app.reports.registry import Report, Row, register
from app.reports.spells import local_day, unit_columns, whole
from app.reports.words import UNIT, UNIT_CODE, item_named
from app.workflow import records
from app.workflow.calendar import ONE_DAY, is_working
from models import Application, ApplicationEmployee, ApplicationEvent, ItemStep, ServiceItem, Unit
from models.applications import ApplicationState

LOOKED_BACK = timedelta(days=730)
"""A step entered longer ago than this before the months asked for is not counted."""
KEPT, EXCEEDED = "kept", "exceeded"
HOW = {KEPT: Message("Within the limit"), EXCEEDED: Message("Limit exceeded")}


def calendar(first: date, last: date) -> CTE:
    """Every day with the number of working days since the first."""
    corrections = records.corrections()
    rows, worked, day = [], 0, first
    while day <= last:
        worked += is_working(day, corrections)
        rows.append((day, worked))
        day += ONE_DAY
    return values(column("day", Date), column("worked", Integer), name="calendar").data(rows).cte("calendar")


def passes(actor: Actor, asked: Asked) -> Subquery:
    """A row for every application and step left in the months: when entered, when left, working days used."""
    first = asked.since - LOOKED_BACK
    along: dict[str, Any] = {"partition_by": ApplicationEvent.application_id, "order_by": ApplicationEvent.id}
    events = (
        select(
            ApplicationEvent.application_id, ApplicationEvent.step_position, ApplicationEvent.state,
            local_day(ApplicationEvent.at).label("entered"),
            local_day(func.lead(ApplicationEvent.at).over(**along)).label("left"),
            Application.item_version_id, Application.step_position.label("now_at"),
        )
        .join(Application, Application.id == ApplicationEvent.application_id)
        .where(scope.condition(actor, "application:read", Application), *_looked_at(asked, first))
        .subquery("events")
    )  # fmt: skip
    days = calendar(first, asked.after + timedelta(days=31))
    begun, ended = days.alias("begun"), days.alias("ended")
    return (
        select(
            events.c.application_id, events.c.step_position, events.c.item_version_id,
            func.min(events.c.entered).label("entered_on"), func.max(events.c.left).label("left_on"),
            whole(func.sum(ended.c.worked - begun.c.worked)).label("used"),
        )
        .join(begun, begun.c.day == events.c.entered)
        .join(ended, ended.c.day == events.c.left)
        .where(
            events.c.state == ApplicationState.IN_REVIEW, events.c.step_position.is_not(None),
            or_(events.c.now_at.is_(None), events.c.now_at != events.c.step_position),
        )
        .group_by(events.c.application_id, events.c.step_position, events.c.item_version_id)
        .having(func.max(events.c.left) >= asked.since, func.max(events.c.left) < asked.after)
        .subquery("passes")
    )  # fmt: skip


def _looked_at(asked: Asked, first: date) -> list[Any]:
    """Applications in which something can have happened in the months."""
    chosen = [
        Application.submitted_at.is_not(None), local_day(Application.submitted_at) < asked.after,
        local_day(Application.submitted_at) >= first, local_day(Application.changed_at) >= asked.since,
    ]  # fmt: skip
    if asked.unit_id is not None:
        chosen.append(Application.unit_id == asked.unit_id)
    if item := asked.choice("item"):
        chosen.append(Application.item_id == select(ServiceItem.id).where(ServiceItem.code == item).scalar_subquery())
    return chosen


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """The passes with application, item and step."""
    one = passes(actor, asked)
    late = one.c.used > ItemStep.limit_days
    rows = (
        select(
            *unit_columns(), Application.id.label("application_id"), Application.number,
            ServiceItem.code.label("item_code"), ServiceItem.name_zh.label("item_zh"),
            ServiceItem.name_en.label("item_en"), ItemStep.key.label("step_key"), ItemStep.position.label("position"),
            ItemStep.name_zh.label("step_zh"), ItemStep.name_en.label("step_en"), one.c.entered_on, one.c.left_on,
            one.c.used, ItemStep.limit_days, case((late, EXCEEDED), else_=KEPT).label("late"),
            literal(1).label("count"),
        )
        .select_from(one)
        .join(Application, Application.id == one.c.application_id)
        .join(ServiceItem, ServiceItem.id == Application.item_id)
        .join(Unit, Unit.id == Application.unit_id)
        .join(ItemStep, (ItemStep.version_id == one.c.item_version_id) & (ItemStep.position == one.c.step_position))
    )  # fmt: skip
    if (how := asked.choice("late")) in HOW:
        rows = rows.where(late if how == EXCEEDED else ~late)
    if step := asked.choice("step"):
        rows = rows.where(ItemStep.key == step)
    return rows


def people(actor: Actor, asked: Asked) -> Select[Any]:
    one = passes(actor, asked)
    return (
        select(ApplicationEmployee.staff_id)
        .join(one, one.c.application_id == ApplicationEmployee.application_id)
        .distinct()
    )


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    return Opening("application", row["application_id"]) if field == "number" else None


def how_named(how: str) -> Message:
    return HOW[how]


STEP = Field(
    "step", Message("Step"), Message("The step of the item."), width=20, columns=("step_zh", "step_en"),
    named=item_named, dimension=True, key="step_key",
)  # fmt: skip
REPORT = register(
    Report(
        code="step-passes",
        title=Message("Steps passed"),
        about=Message("Every step that was left in the months asked for, with its working days and its limit. Each row "
                      "opens the application, where the sum stands."),
        permission="application:read",
        fields=(
            Field("number", Message("Number"), Message("The number of the application."), width=18), ITEM_CODE, ITEM,
            STEP, UNIT_CODE, UNIT,
            Field("entered_on", Message("Entered"), Message("The day on which the step was entered first."), kind=DAY,
                  width=12),
            Field("left_on", Message("Left the step"), Message("The day on which the step was decided last."), kind=DAY,
                  width=12),
            Field("used", Message("Working days used"), Message("From the day after entering; days for correction are "
                                                                "not counted."), kind=NUMBER, measure=True, width=10),
            Field("limit_days", Message("Limit"), Message("Working days that the step may take."), kind=NUMBER,
                  width=8),
            Field("late", Message("Kept or exceeded"), Message("Whether the working days used are within the limit."),
                  width=12, named=how_named, dimension=True),
        ),
        parameters=("since", "until", "unit", "item", "step", "late"),
        statement=statement,
        order=("left_on", "number", "position"),
        opens=_opens,
        people=people,
        choices={"late": HOW},
    )
)  # fmt: skip
