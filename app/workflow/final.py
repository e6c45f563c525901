"""What the last approval brings about, in its own transaction: the records and the payment instructions."""

from __future__ import annotations

from app.access.actor import Actor
from app.items.queries import parts
from app.pay import service as pay
from app.payments import service as payments
from models import Application


def take_effect(application: Application, *, by: Actor) -> list[int]:
    """Write the effect for each employee, and for finance what its amounts change. Returns the employees' ids.

    An item without an effect ends with the approval itself, one of a unit with its result.
    """
    if parts(application.item_version_id).effect is None:
        return []
    for employee in application.employees:
        written = pay.write_effect(application, employee, by=by)
        if written is not None:
            payments.instruct(application, written, by=by)
    if not application.employees:
        pay.write_unit_result(application, by=by)
    return [employee.staff_id for employee in application.employees]
