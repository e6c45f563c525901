"""Applications in the back office: every one in reach, where it stands, what hangs on it. Deciding is in the queue."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select, union
from sqlalchemy.orm import joinedload, selectinload

from admin_views import cells, words
from admin_views.base import SafeModelView
from admin_views.figures import DECIDE
from admin_views.filters import Chosen, OneOf, Since, Until
from admin_views.lookups import ItemLookup, UnitLookup
from admin_views.values import begins_with
from app.audit import service as audit
from app.uow import reading
from app.web.guard import current_actor
from app.web.showing import month, yuan
from models import Application, ApplicationEmployee, Staff, db

_l = lazy_gettext


class ApplicationView(SafeModelView):
    """The list of applications and the page of each."""

    permission_read = "application:read"
    permission_export = "application:export"
    record_kind = "application"
    column_list = ("number", "title", "item", "unit", "state", "submitted_at", "due_on")
    column_details_list = (
        "number", "title", "item", "unit", "state", "created_by", "created_at", "submitted_by", "submitted_at",
        "claimed_by", "due_on", "decided_at", "paid_at",
    )  # fmt: skip
    column_export_list = ("number", "title", "item", "unit", "state", "submitted_at", "due_on", "decided_at", "paid_at")
    column_sortable_list = ("number", "submitted_at", "due_on")
    column_labels = {  # noqa: RUF012
        "number": _l("Number"), "title": _l("Employee"), "item": _l("Service item"), "unit": _l("Unit"),
        "state": _l("State"), "created_by": _l("Begun by"), "created_at": _l("Begun"),
        "submitted_by": _l("Submitted by"), "submitted_at": _l("Submitted"), "claimed_by": _l("Claimed by"),
        "due_on": _l("Due"), "decided_at": _l("Decided"), "paid_at": _l("Paid at"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "number": cells.on_one_line, "item": cells.related("item"), "unit": cells.related("unit"),
        "state": cells.stated(words.APPLICATION_STATES),
        "created_by": cells.related("created_by"), "submitted_by": cells.related("submitted_by"),
        "claimed_by": cells.related("claimed_by"),
    }  # fmt: skip
    lookups = {  # noqa: RUF012
        "unit": UnitLookup("unit", "unit:read"),
        "item": ItemLookup("item", "item:read"),
    }
    column_filters = (
        OneOf("state", _l("State"), Application.state, lambda: words.options(words.APPLICATION_STATES)),
        Chosen("unit", _l("Unit"), Application.unit_id, "unit"),
        Chosen("item", _l("Service item"), Application.item_id, "item"),
        Since("from", _l("Submitted from"), Application.submitted_at, moments=True),
        Until("to", _l("Submitted until"), Application.submitted_at, moments=True),
    )
    loads = (joinedload(Application.item), joinedload(Application.unit))
    details_loads = (
        joinedload(Application.item), joinedload(Application.unit), joinedload(Application.created_by),
        joinedload(Application.submitted_by), joinedload(Application.claimed_by),
        selectinload(Application.employees).joinedload(ApplicationEmployee.staff),
    )  # fmt: skip
    search_label = _l("number, or name of the employee")
    default_order = None  # by key, the newest first

    def search_conditions(self, text: str) -> list[Any]:
        """Two sets of keys, each from an index, instead of an OR across tables."""
        people = select(Staff.id).where(begins_with(Staff.name, text))
        ids = union(
            select(Application.id).where(begins_with(Application.number, text.upper())),
            select(ApplicationEmployee.application_id).where(ApplicationEmployee.staff_id.in_(people)),
        )
        return [Application.id.in_(select(ids.subquery().c[0]))]

    def details_extra(self, row: Application) -> dict[str, Any]:
        if not self.holds("pay:read"):
            return {}
        with reading():
            audit.read(
                "application:read_pay", by=current_actor(), kind="application", record_id=row.id,
                unit_id=row.unit_id, subjects=[one.staff_id for one in row.employees],
            )  # fmt: skip
        row = db.session.merge(row, load=False) if row not in db.session else row
        columns = [
            {"label": _("Employee")}, {"label": _("From month")}, {"label": _("Before"), "number": True},
            {"label": _("After"), "number": True}, {"label": _("Back pay"), "number": True},
        ]  # fmt: skip
        rows = [
            [one.staff.name, month(one.effective_month), yuan(one.before_fen), yuan(one.after_fen),
             yuan(one.back_pay_fen)]
            for one in row.employees
        ]  # fmt: skip
        return {"sections": [{"title": _("Pay change"), "columns": columns, "rows": rows}]}

    def row_buttons(self, row: Application) -> list[dict[str, Any]]:
        if any(self.holds(permission) for permission in DECIDE):
            return [{"label": _("Open at the desk"), "url": url_for("queue.desk", application_id=row.id), "icon": "eye",
                     "kind": "primary"}]  # fmt: skip
        return []
