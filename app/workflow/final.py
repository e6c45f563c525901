"""What the last approval brings about, in its own transaction: the wage records and the payment instructions."""

from __future__ import annotations

from app.access.actor import Actor
from app.items.queries import parts
from app.pay import service as pay
from app.payments import service as payments
from models import Application


def take_effect(application: Application, *, by: Actor) -> list[int]:
    """Write the new wage of each employee and its payment instruction. Returns the employees' ids.

    An item without an effect on the wage ends with the approval itself.
    """
    if parts(application.item_version_id).effect is None:
        return []
    for employee in application.employees:
        written = pay.write_effect(application, employee, by=by)
        payments.instruct(application, written, by=by)
    return [employee.staff_id for employee in application.employees]
