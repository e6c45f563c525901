"""The pay change of an application as a sheet of paper: before and after, each amount with its reasons, who decided."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.applications import queries
from app.audit import service as audit
from app.errors import NotFound
from app.messages import Message
from app.pay.names import STAFF_TYPES, education_name, post_name
from app.portal import showing
from app.portal.blueprint import pages
from app.uow import reading
from app.web.guard import current_actor, guarded
from models.applications import Outcome

OPINIONS = {
    Outcome.APPROVED: Message("Agreed"),
    Outcome.RETURNED: Message("Sent back for correction"),
    Outcome.REJECTED: Message("Not agreed"),
}


@pages.get("/applications/<int:application_id>/paper")
@guarded("pay:read")
def paper(application_id: int) -> ResponseReturnValue:
    """The printed form. It shows a wage whole, so the reading is kept before it is shown."""
    actor = current_actor()
    found = queries.opened(actor, application_id, "pay:read")
    if not found.employees:
        raise NotFound
    with reading():
        audit.read(
            "application:read_pay", by=actor, kind="application", record_id=found.id, unit_id=found.unit_id,
            subjects=[employee.staff_id for employee in found.employees],
        )  # fmt: skip
    sheet = queries.sheet(queries.opened(actor, application_id, "pay:read"))
    return render_template(
        "portal/paper.html", application=sheet.application, sheet=sheet, show=showing, opinions=OPINIONS,
        staff_types=STAFF_TYPES, education_name=education_name, post_name=post_name,
        printed_at=clock.now(), printed_by=actor.name,
        look=showing.state_look(sheet.application.state),
    )  # fmt: skip
