"""Proposals in the back office: what was worked out for whom and what became of it, and the run for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import cells, words
from admin_views.base import SafeModelView
from admin_views.filters import Chosen, OneOf, Since, Until
from admin_views.lookups import ItemLookup, UnitLookup
from admin_views.roads import needs
from admin_views.standards import JOB_STATES
from admin_views.values import begins_with
from app.access import policy
from app.audit import service as audit
from app.errors import NotAllowed, Refused
from app.jobs import queries as jobs
from app.pay.rulebook import rule_title
from app.proposals import run, service
from app.proposals.rules import FORESIGHTS
from app.uow import reading
from app.web.guard import current_actor
from app.web.jobs import start_working
from app.web.showing import month, say, yuan
from models import Job, Proposal, Staff, db

_l = lazy_gettext
STATES = words.PROPOSAL_STATES


def _sentence(view: Any, context: Any, row: Proposal, name: str) -> str:
    return say(getattr(row, name))


def _sentences(view: Any, context: Any, row: Proposal, name: str) -> str:
    return " ".join(say(one) for one in getattr(row, name))


def _rule(view: Any, context: Any, row: Proposal, name: str) -> str:
    return f"{row.rule} {say(rule_title(row.rule))}"


def _kind(view: Any, context: Any, row: Proposal, name: str) -> str:
    kind = FORESIGHTS.get(row.foresight)
    return say(kind.name) if kind is not None else row.foresight


class ProposalView(SafeModelView):
    """The list of proposals in reach and the page of each. Confirming is the clerk's, in the portal."""

    permission_read = "proposal:read"
    record_kind = "proposal"
    page_lead = _l("What the rules foresee, worked out every night. The clerks confirm it; here it is only looked at.")
    column_list = ("staff", "item", "unit", "due_on", "state", "made_at")
    column_details_list = (
        "staff", "item", "unit", "foresight", "rule", "due_on", "why", "missing", "state", "reason", "closed_by",
        "closed_at", "application", "made_at", "changes", "changed_at",
    )  # fmt: skip
    column_export_list = ("staff", "item", "unit", "due_on", "state", "made_at")
    column_sortable_list = ("due_on", "made_at")
    column_labels = {  # noqa: RUF012
        "staff": _l("Employee"), "item": _l("Service item"), "unit": _l("Unit"), "due_on": _l("Due since"),
        "state": _l("State"), "made_at": _l("Worked out at"), "foresight": _l("Kind"), "rule": _l("Rule"),
        "why": _l("Why"), "missing": _l("Missing"), "reason": _l("Reason"), "closed_by": _l("Decided by"),
        "closed_at": _l("Closed at"), "application": _l("Application"), "changes": _l("What changed"),
        "changed_at": _l("Changed at"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "staff": cells.related("staff"), "item": cells.related("item"), "unit": cells.related("unit"),
        "state": cells.stated(STATES), "closed_by": cells.related("closed_by"), "why": _sentence,
        "missing": _sentences, "changes": _sentences, "rule": _rule, "foresight": _kind,
        "application": cells.related("application"),
    }  # fmt: skip
    lookups = {  # noqa: RUF012
        "unit": UnitLookup("unit", "unit:read"),
        "item": ItemLookup("item", "item:read"),
    }
    column_filters = (
        OneOf("state", _l("State"), Proposal.state, lambda: words.options(STATES)),
        OneOf("kind", _l("Kind"), Proposal.foresight, lambda: [(code, one.name) for code, one in FORESIGHTS.items()]),
        Chosen("unit", _l("Unit"), Proposal.unit_id, "unit"),
        Chosen("item", _l("Service item"), Proposal.item_id, "item"),
        Since("due_from", _l("Due from"), Proposal.due_on),
        Until("due_to", _l("Due until"), Proposal.due_on),
    )  # fmt: skip
    loads = (joinedload(Proposal.staff), joinedload(Proposal.unit), joinedload(Proposal.item))
    details_loads = (*loads, joinedload(Proposal.closed_by), joinedload(Proposal.application))
    search_label = _l("the beginning of a name")
    list_template = "proposals/list.html"

    def search_conditions(self, text: str) -> list[Any]:
        """Names by their beginning, from the index."""
        return [Proposal.staff_id.in_(select(Staff.id).where(begins_with(Staff.name, text)))]

    def title_of(self, row: Proposal) -> str:
        return f"{row.staff.name} · {cells.called(row.item)}"

    def details_extra(self, row: Proposal) -> dict[str, Any]:
        """The amounts, for those who may see wages; the reading is kept."""
        if not policy.may(current_actor(), "pay:read", row.staff):
            return {}
        section = _amounts(row)
        with reading():
            audit.read(
                "proposal:read", by=current_actor(), kind="proposal", record_id=row.id, unit_id=row.unit_id,
                subjects=[row.staff_id],
            )  # fmt: skip
        return {"sections": [section]}

    def runs(self) -> Sequence[Job]:
        """The newest runs, for the top of the list."""
        return jobs.latest(run.KIND, most=3)

    @property
    def job_states(self) -> dict[Any, Any]:
        return JOB_STATES

    @property
    def may_run(self) -> bool:
        """Whether this person may begin the run for everybody."""
        return current_actor().holds(run.PERMISSION)

    @expose("/run/", methods=("POST",))
    @needs("proposal:run")
    def begin_run(self) -> ResponseReturnValue:
        """Begin the run for everybody; it goes on when the page is left."""
        try:
            service.begin(by=current_actor())
        except NotAllowed:
            raise
        except Refused as refusal:
            db.session.rollback()
            flash(" ".join(filter(None, (say(refusal.message), say(refusal.remedy)))), "error")
        else:
            start_working()
            flash(_("The run has begun. You can leave this page; it goes on."), "success")
        return redirect(self.get_url(".index_view"))


def _amounts(row: Proposal) -> dict[str, Any]:
    columns = [
        {"label": _("From month")}, {"label": _("Before"), "number": True}, {"label": _("After"), "number": True},
    ]  # fmt: skip
    rows = []
    if row.after_fen is not None:
        rows.append([month(row.effective_month), yuan(row.before_fen), yuan(row.after_fen)])
    return {"title": _("What changes"), "columns": columns, "rows": rows, "empty": _("no amount of its own")}
