"""Why a grade rose or did not, January by January, for those who may see the wage of an employee."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.audit import service as audit
from app.pay.steps import steps_of
from app.portal.blueprint import pages
from app.staff import queries
from app.uow import reading
from app.web.guard import current_actor, guarded


@pages.get("/roster/<int:staff_id>/januaries")
@guarded("pay:read")
def januaries(staff_id: int) -> ResponseReturnValue:
    """Each 1 January of one employee. It tells of the wage, so the reading is kept."""
    actor = current_actor()
    staff = queries.opened(actor, staff_id, "pay:read")
    with reading():
        audit.read(
            "staff:read_pay", by=actor, kind="staff", record_id=staff_id, unit_id=staff.unit_id, subjects=[staff_id]
        )
    return render_template("portal/januaries.html", staff=queries.opened(actor, staff_id, "pay:read"),
                           years=steps_of(staff))  # fmt: skip
