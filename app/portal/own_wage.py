"""The employee's own page: the wage of this month and where every yuan comes from, its history, and who looked."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import clock, uow
from app.applications.own import newest_change, of_employee
from app.audit import service as audit
from app.audit.readings import readings_of
from app.errors import NotFound
from app.messages import Message
from app.pay import queries as pay
from app.pay.components import Component
from app.pay.names import CAUSES, component_name
from app.pay.steps import steps_of
from app.pay.trace import proof
from app.web.guard import current_actor, guarded_own_pay
from app.web.statuses import application_face
from models import Staff, WageRecord, db

pages = Blueprint("own", __name__)


@pages.get("/my-wage")
@guarded_own_pay
def my_wage() -> ResponseReturnValue:
    """The reader's own wage. The reading itself goes into the audit chain, as anybody else's would."""
    actor = current_actor()
    if actor.staff_id is None:
        raise NotFound(
            Message("This account is not connected to anybody on a roster, so there is no wage to show."),
            remedy=Message("Ask your administrator to connect your account with your staff number."),
        )
    with uow.reading():
        audit.read("pay:read_own", by=actor, kind="staff", record_id=actor.staff_id, subjects=[actor.staff_id])
        chain = pay.chain_of(actor.staff_id)
        month = clock.today().replace(day=1)
        held = [link for link in chain if link.effective_month <= month]
        return render_template(
            "portal/my_wage.html",
            this_month=month,
            current=held[-1] if held else None,
            parts=_parts(held[-1]) if held else [],
            newest=newest_change(actor.staff_id),
            years=steps_of(db.session.get_one(Staff, actor.staff_id)),
            coming=[link for link in chain if link.effective_month > month],
            history=[
                (link, CAUSES[link.cause], _step(chain, index)) for index, link in reversed(list(enumerate(chain)))
            ],
            applications=[(each, *application_face(each.state)) for each in of_employee(actor.staff_id)],
            readings=readings_of(actor.staff_id, except_account=actor.account_id),
        )


def _parts(link: WageRecord) -> list[dict[str, object]]:
    """Each amount of a link with its name and its proof."""
    components = [Component.from_json(kept) for kept in link.components]
    return [{"name": component_name(part.code), "fen": part.amount_fen, "proof": proof(part)} for part in components]


def _step(chain: list[WageRecord], index: int) -> int | None:
    """How much more or less than the link before."""
    return chain[index].total_fen - chain[index - 1].total_fen if index else None
