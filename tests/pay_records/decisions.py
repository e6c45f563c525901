"""Decisions of any effect as their last approval writes them, and careers on which they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from app import clock
from app.access.actor import Actor
from app.items.queries import parts
from app.messages import Message
from app.pay.many import Asked, Paid, Planned, lock_people, plan_many, write_many
from app.pay.proof import differences
from app.pay.service import Written, preview_change, write_effect
from app.uow import transaction
from models import (
    Answer,
    Application,
    ApplicationEmployee,
    Result,
    Staff,
    db,
)
from models.applications import ApplicationState
from tests.workflow.factories import City, an_employee_with_career, an_item

OPENING = {"type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": 7}
IN_2010 = {**OPENING, "date": "2010-07-01"}
OFFICIAL = {
    "type": "opening", "date": "2007-01-01", "position": "STAFF", "leading": False, "level": 25, "step": 3,
    "level_clock": 2006, "step_clock": 2009,
}  # fmt: skip
CIVIL = {"staff_type": "CIVIL_SERVANT"}


@contextmanager
def at(year: int, month: int, day: int) -> Iterator[None]:
    with clock.frozen(datetime(year, month, day, 9, 0, tzinfo=clock.SHANGHAI)):
        yield


def in_work(city: City, *events: dict[str, Any], **person: Any) -> Staff:
    """Somebody with a career at the school; taken over in 2016 unless other events are given."""
    return an_employee_with_career(city.school, *(events or (OPENING,)), joined_on=date(2006, 7, 1), **person)


def an_approved(city: City, staff: Staff, effect: str, facts: Mapping[str, Any]) -> Application:
    """An application of this effect at its end, with its answers; its effect is not written yet."""
    version = an_item(None)
    version.effect, version.effect_map = effect, {key: key for key in facts}
    now = clock.now()
    application = Application(
        number=f"E{version.id:06d}", item_id=version.item_id, item_version_id=version.id, unit_id=staff.unit_id,
        title=staff.name, created_by_id=city.clerk.account_id, created_at=now, changed_at=now, submitted_at=now,
        decided_at=now, state=ApplicationState.APPROVED,
    )  # fmt: skip
    application.employees = [ApplicationEmployee(staff=staff)]
    db.session.add(application)
    db.session.flush()
    db.session.add_all(
        Answer(application_id=application.id, key=key, value=value, changed_at=now) for key, value in facts.items()
    )
    db.session.commit()
    return application


def decided(city: City, staff: Staff, effect: str, *, by: Actor | None = None, **facts: Any) -> Written | None:
    """An application of this effect, at its end, and what its last approval writes."""
    application = an_approved(city, staff, effect, facts)
    with transaction():
        written = write_effect(application, application.employees[0], by=by or city.approver)
    db.session.expire_all()
    assert not list(differences())
    return written


def decided_together(city: City, *wanted: tuple[Staff, str, Mapping[str, Any]]) -> list[Paid]:
    """The same of many at once: what finance is to pay, for those whose amounts change."""
    filed = [(an_approved(city, staff, effect, facts), staff.id, facts) for staff, effect, facts in wanted]
    asked = [
        Asked(staff_id, parts(one.item_version_id), facts, one.id, one.number, one.employees[0])
        for one, staff_id, facts in filed
    ]
    with transaction():
        planned = plan_many(asked, held=lock_people({one.staff_id for one in asked}))
        paid = write_many([one for one in planned if isinstance(one, Planned)], by=city.approver)
    assert all(isinstance(one, Planned) for one in planned)
    db.session.expire_all()
    assert not list(differences())
    return paid


def result_of(staff: Staff) -> dict[str, Any]:
    """The figures of the newest result, by name."""
    kept = db.session.query(Result).filter_by(staff_id=staff.id).order_by(Result.id.desc()).first()
    assert kept is not None
    return {one["label"]["m"]: one["value"] for one in kept.figures}


def problem(staff: Staff, effect: str, **facts: Any) -> str:
    kept = preview_change(staff, effect, facts)["problem"]
    return str(Message.from_json(kept)) if kept else ""
