"""Applications that a unit files for itself: the performance-pay total names no employee."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.policy import require
from app.applications.drafting import fileable, note, prefill
from app.applications.numbering import next_number
from app.applications.states import EDITABLE
from app.audit import service as audit
from app.errors import Invalid, NotFound
from app.forms.facts import facts_of
from app.idempotency import once
from app.items import queries as items
from app.messages import Message
from app.pay.effects import EFFECTS
from models import Application, Unit, db
from models.applications import ApplicationState
from models.units import UnitType

# Whose staff is paid by the civil service law: they have no institution's performance pay.
WITHOUT_INSTITUTION_STAFF = (UnitType.ORGAN, UnitType.CIVIL_LAW_INSTITUTION)


def start_for_unit(item_code: str, *, unit_id: int, by: Actor, key: str | None = None) -> Application:
    """Begin an application of a unit, answered as far as the records know; an open draft is offered instead.

    Raises NotFound for a unit out of reach, Invalid where item and unit do not fit.
    """
    body = {"item": item_code, "unit": unit_id}
    done = once(key, "application:start", body, by, lambda: _start(item_code, unit_id=unit_id, by=by))
    return db.session.get_one(Application, done["application_id"])


def _start(item_code: str, *, unit_id: int, by: Actor) -> dict[str, Any]:
    unit = db.session.scalars(select(Unit).where(Unit.id == unit_id).with_for_update()).first()
    if unit is None:
        raise NotFound
    require(by, "application:start", unit)
    version = fileable(item_code)
    _require_fit(version, unit)
    existing = _open_draft(version.item_id, unit, by)
    if existing is not None:
        return {"application_id": existing}
    now = clock.now()
    application = Application(
        number=next_number(), item_id=version.item_id, item_version_id=version.id, unit_id=unit.id, title=unit.name,
        state=ApplicationState.DRAFT, created_by_id=by.account_id, created_at=now, changed_at=now,
    )  # fmt: skip
    db.session.add(application)
    db.session.flush()
    note(application, "started", by=by)
    prefill(application, version.fields, {}, facts_of(unit=unit))
    audit.record(
        "application:start", by=by, kind="application", record_id=application.id, unit_id=unit.id,
        after={"number": application.number, "item": item_code, "version": version.number},
    )  # fmt: skip
    db.session.flush()
    return {"application_id": application.id}


def _require_fit(version: items.Version, unit: Unit) -> None:
    effect = EFFECTS[version.effect or ""]
    if not effect.of_a_unit:
        raise Invalid(
            fields={"unit": Message("This item is filed for an employee, not for the unit.")},
            remedy=Message("Choose the employee first."),
        )
    if unit.unit_type in WITHOUT_INSTITUTION_STAFF:
        raise Invalid(
            fields={"unit": Message("%(unit)s has no institution staff, so it has no performance-pay total.",
                                    unit=unit.name)},
            remedy=Message("Choose another item, or have the kind of the unit corrected."),
        )  # fmt: skip


def _open_draft(item_id: int, unit: Unit, by: Actor) -> int | None:
    return db.session.scalar(
        select(Application.id)
        .where(
            Application.item_id == item_id,
            Application.unit_id == unit.id,
            Application.state.in_(EDITABLE),
            scope.condition(by, "application:edit", Application),
        )
        .order_by(Application.id.desc())
        .limit(1)
    )
