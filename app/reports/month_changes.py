"""The changes of the month: every wage that changed in it, before and after, and who left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.messages import Message
from app.pay.months import plus_months
from app.pay.names import STAFF_TYPES
from app.reports.asking import Asked
from app.reports.fields import MONEY, MONTH, TEXT, Field, Opening
from app.reports.registry import Chart, Report, Row, register
from app.reports.spells import spells, unit_columns
from app.reports.words import CATEGORY, LEFT, NAME, REASONS, STAFF_NO, UNIT, UNIT_CODE, reason_named
from models import Application, Staff, Unit, WageRecord


def statement(actor: Actor, asked: Asked) -> Select[Any]:
    """A row for every link that begins in the months asked for, and one for everybody whose wage ends with them."""
    changes = union_all(_changed(actor, asked), _left(actor, asked)).subquery("changes")
    chosen = select(
        changes.c.month, *unit_columns(), Staff.staff_no, Staff.name, Staff.staff_type.label("category"),
        changes.c.cause, changes.c.before_fen, changes.c.after_fen,
        (changes.c.after_fen - changes.c.before_fen).label("difference_fen"),
        changes.c.application_id, Application.number, changes.c.staff_id, changes.c.record_id,
    ).select_from(changes)  # fmt: skip
    chosen = chosen.join(Staff, Staff.id == changes.c.staff_id).join(Unit, Unit.id == Staff.unit_id)
    chosen = chosen.outerjoin(Application, Application.id == changes.c.application_id)
    if cause := asked.choice("cause"):
        chosen = chosen.where(changes.c.cause == cause)
    return chosen


def _changed(actor: Actor, asked: Asked) -> Select[Any]:
    link = aliased(WageRecord)  # another name, or it would be taken for the one outside
    begun = select(link.staff_id).where(
        link.voided_at.is_(None), link.effective_month.between(asked.since, asked.until)
    )
    one = spells(actor, asked, Staff.id.in_(begun), with_before=True)
    return (
        select(
            one.c.since.label("month"), one.c.staff_id, WageRecord.cause,
            func.coalesce(one.c.before_fen, 0).label("before_fen"), one.c.total_fen.label("after_fen"),
            WageRecord.application_id, one.c.record_id,
        )
        .join(WageRecord, WageRecord.id == one.c.record_id)
        .where(one.c.since.between(asked.since, asked.until))
    )  # fmt: skip


def _left(actor: Actor, asked: Asked) -> Select[Any]:
    """Of who left, what was paid last; the change stands in the first month that is no longer paid."""
    one = spells(actor, asked, Staff.left_on >= plus_months(asked.since, -1), Staff.left_on < asked.until)
    return select(
        _month_after(one.c.left_on, asked), one.c.staff_id, literal(LEFT, String), one.c.total_fen,
        literal(0, BigInteger), null().cast(Integer), one.c.record_id,
    ).where(
        one.c.left_on >= plus_months(asked.since, -1), one.c.left_on < asked.until, one.c.since <= one.c.left_on,
        or_(one.c.next_month.is_(None), one.c.next_month > one.c.left_on),
    )  # fmt: skip


def _month_after(day: Any, asked: Asked) -> Any:
    """The month after a day, out of the months asked for."""
    return case(
        *((and_(day >= plus_months(month, -1), day < month), literal(month, Date)) for month in asked.months),
        else_=literal(asked.since, Date),
    ).label("month")


def by_cause(actor: Actor, asked: Asked) -> Select[Any]:
    """How many changes there are by reason."""
    rows = statement(actor, asked).subquery()
    return (
        select(rows.c.cause.label("label"), func.count().label("value"))
        .group_by(rows.c.cause)
        .order_by(func.count().desc(), rows.c.cause)
    )


def people(actor: Actor, asked: Asked) -> Select[Any]:
    rows = statement(actor, asked).subquery()
    return select(rows.c.staff_id).distinct()


def _opens(field: str, row: Row, asked: Asked) -> Opening | None:
    if field == "number" and row["application_id"] is not None:
        return Opening("application", row["application_id"])
    return Opening("staff", row["staff_id"]) if field in ("name", "difference_fen") else None


def _amount(code: str, label: Message, about: Message) -> Field:
    return Field(code, label, about, kind=MONEY, totalled=True, measure=True)


REPORT = register(
    Report(
        code="changes",
        title=Message("Changes of the month"),
        about=Message("Every wage that changed in the month, with the reason and the application, and who left."),
        permission="pay:read",
        fields=(
            Field("month", Message("Effective month"), Message("The month from which the new wage is paid."),
                  kind=MONTH, width=10, dimension=True),
            UNIT_CODE, UNIT, STAFF_NO, NAME, CATEGORY,
            Field("cause", Message("Reason of the change"), Message("The career event, a new standard, or leaving."),
                  width=20, named=reason_named, dimension=True),
            _amount("before_fen", Message("Before"), Message("Monthly wage before; nothing for who is new.")),
            _amount("after_fen", Message("After"), Message("Monthly wage after; nothing for who left.")),
            _amount("difference_fen", Message("Difference"), Message("After less before.")),
            Field("number", Message("Application"), Message("The application by which it was decided, where there is "
                                                            "one."), kind=TEXT, width=18),
        ),
        parameters=("since", "until", "unit", "category", "cause"),
        statement=statement,
        order=("month", "unit_code", "staff_no", "record_id", "cause"),
        opens=_opens,
        chart=Chart(Message("Changes by reason"), "cause", "count", statement=by_cause),
        monthly=True,
        people=people,
        choices={"category": STAFF_TYPES, "cause": REASONS},
    )
)  # fmt: skip
