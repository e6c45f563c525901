"""Who is obviously due for something: new colleagues without a wage, and those whose probation is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.forms.fields import day_shown
from app.messages import Message, Named
from app.pay.effects import EFFECTS, fits
from app.pay.months import month_after, month_of, plus_months
from app.pay.standards import standards
from models import Application, ApplicationEmployee, CareerEvent, ItemVersion, ServiceItem, Staff, Unit, db
from models.applications import ApplicationState
from models.items import VersionState
from models.staff import StaffState, StaffType

NEW_HIRE, GRADING = "new_hire", "grading"
GONE = (ApplicationState.WITHDRAWN, ApplicationState.REJECTED)


@dataclass(frozen=True)
class Due:
    """One person who is due, the item to file, and why."""

    staff: Staff
    item_code: str
    item: Named
    why: Message


@dataclass(frozen=True)
class Dues:
    """The first who are due, and whether there are more."""

    rows: tuple[Due, ...] = ()
    more: bool = False


def due_people(actor: Actor, *, most: int) -> Dues:
    """Who in reach is due and has no application for it yet, those who have waited longest first; in one statement."""
    if not (actor.holds("application:start") and actor.holds("staff:read")):
        return Dues()
    rows = db.session.execute(
        _who_and_what(actor).order_by(Staff.joined_on, Staff.id).limit(most + 1)
    ).all()  # one more tells whether there are more
    found = [_due(staff, code, Named(zh, en), effect) for staff, code, zh, en, effect in rows[:most]]
    return Dues(tuple(found), more=len(rows) > most)


def proposed(staff: Staff, versions: Sequence[tuple[str, str | None]]) -> tuple[list[str], str]:
    """The codes of the items that fit the person as they are now, from (code, effect), and the one that is obvious.

    Obvious is a first wage, and grading for who holds no post, since before the end of probation nobody holds one.
    """
    fitting = {code: effect for code, effect in versions if effect and fits(EFFECTS[effect], staff) is None}
    wanted = NEW_HIRE if staff.state == StaffState.PENDING else GRADING if staff.post is None else ""
    obvious = next((code for code, effect in fitting.items() if effect == wanted), "")
    return sorted(fitting, key=lambda code: code != obvious), obvious


def _who_and_what(actor: Actor) -> Select[Staff, str, str, str, str]:
    filed = (
        select(ApplicationEmployee.id)
        .join(Application, Application.id == ApplicationEmployee.application_id)
        .where(
            ApplicationEmployee.staff_id == Staff.id,
            Application.item_id == ServiceItem.id,
            Application.state.not_in(GONE),
        )
    )
    return (
        select(
            Staff, ServiceItem.code, ServiceItem.name_zh, ServiceItem.name_en,
            func.coalesce(ItemVersion.effect, "").label("effect"),
        )
        .join(Unit, Unit.id == Staff.unit_id)
        .join(ItemVersion, or_(_new(), _over()))
        .join(ServiceItem, ServiceItem.id == ItemVersion.item_id)
        .options(contains_eager(Staff.unit))
        .where(
            ItemVersion.state == VersionState.PUBLISHED,
            Staff.staff_type == StaffType.INSTITUTION,
            scope.condition(actor, "application:start", Staff),
            scope.condition(actor, "staff:read", Staff),
            ~filed.exists(),
        )
    )  # fmt: skip


def _new() -> ColumnElement[bool]:
    return and_(ItemVersion.effect == NEW_HIRE, Staff.state == StaffState.PENDING)


def _over() -> ColumnElement[bool]:
    """Joined here on probation, as long ago as the probation of that education lasts (I-3), and not graded yet."""
    this_month = month_of(clock.today())
    ways = [
        and_(Staff.education == code, CareerEvent.day < _end_of_joining(this_month, one.phase_months))
        for code, one in standards().educations.items()
    ]
    joined = select(CareerEvent.id).where(
        CareerEvent.staff_id == Staff.id, CareerEvent.kind == "join", CareerEvent.voided_at.is_(None), or_(*ways)
    )
    graded = select(CareerEvent.id).where(
        CareerEvent.staff_id == Staff.id, CareerEvent.kind == "grading", CareerEvent.voided_at.is_(None)
    )
    return and_(ItemVersion.effect == GRADING, Staff.state == StaffState.ACTIVE, joined.exists(), ~graded.exists())


def _end_of_joining(this_month: date, months: int) -> date:
    """Who joined before this day has been on probation for the given months."""
    return month_after(plus_months(this_month, -months))


def _due(staff: Staff, code: str, item: Named, effect: str) -> Due:
    joined = day_shown(staff.joined_on)
    if effect == NEW_HIRE:
        why = Message("joined on %(day)s, no wage yet", day=joined)
    else:
        why = Message("joined on %(day)s, probation is over", day=joined)
    return Due(staff, code, item, why)
