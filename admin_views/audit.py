"""The audit chain in the back office: read only, every event with whom it concerns."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from admin_views import cells, words
from admin_views.base import SafeModelView
from admin_views.filters import Beginning, Chosen, Exactly, OneOf, Since, Until
from admin_views.history import happening, note_in_words
from admin_views.lookups import AccountLookup, StaffLookup
from models import AuditEvent, AuditSubject, Staff, db

_l = lazy_gettext


def _concerning(staff_id: int) -> Any:
    return AuditEvent.seq.in_(select(AuditSubject.seq).where(AuditSubject.staff_id == staff_id))


class AuditView(SafeModelView):
    """Events of the chain. Nothing can be changed here, nor anywhere."""

    permission_read = "audit:read"
    record_kind = "audit"
    details_modal = True
    column_list = ("seq", "at", "actor_name", "action", "record_kind", "record_id", "note")
    column_details_list = (
        "seq", "at", "actor_name", "address", "request_id", "action", "record_kind", "record_id", "note",
        "previous_hash", "hash",
    )  # fmt: skip
    column_export_list = ()
    column_sortable_list = ("seq",)
    column_labels = {  # noqa: RUF012
        "seq": _l("No."), "at": _l("When"), "actor_name": _l("Who"), "action": _l("What"),
        "record_kind": _l("Record"), "record_id": _l("Record number"), "note": _l("Reason"),
        "address": _l("From address"), "request_id": _l("Request"), "previous_hash": _l("Hash before"),
        "hash": _l("Hash"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "action": lambda view, context, row, name: words.action_name(row.action),
        "note": lambda view, context, row, name: note_in_words(row.note),
        "record_kind": lambda view, context, row, name: str(words.RECORD_KINDS.get(row.record_kind, row.record_kind)),
    }
    column_numeric = ("seq",)
    lookups = {  # noqa: RUF012
        "staff": StaffLookup("staff", "staff:read"),
        "account": AccountLookup("account", "account:read"),
    }
    column_filters = (
        Chosen("staff", _l("Concerning"), AuditEvent.seq, "staff", made=_concerning),
        Chosen("account", _l("Who"), AuditEvent.actor_id, "account"),
        Beginning("action", _l("Action code"), AuditEvent.action),
        OneOf("kind", _l("Record"), AuditEvent.record_kind, lambda: words.options(words.RECORD_KINDS)),
        Exactly("record", _l("Record number"), AuditEvent.record_id),
        Since("from", _l("From"), AuditEvent.at, moments=True),
        Until("to", _l("Until"), AuditEvent.at, moments=True),
    )
    default_order = (AuditEvent.seq, True)
    page_lead = _l("Each event is sealed to the one before. Nothing here can be changed.")

    def permissions_of(self, road: str) -> tuple[str, ...]:
        return () if road == "history_view" else super().permissions_of(road)

    def title_of(self, row: AuditEvent) -> str:
        return _("Event %(number)s", number=row.seq)

    def details_extra(self, row: AuditEvent) -> dict[str, Any]:
        told = happening(row)
        people = db.session.execute(
            select(Staff.name, Staff.staff_no)
            .join(AuditSubject, AuditSubject.staff_id == Staff.id)
            .where(AuditSubject.seq == row.seq)
            .order_by(Staff.id)
            .limit(200)
        ).all()
        return {
            "sections": [
                {"title": _("Changes"),
                 "columns": [{"label": _("Field")}, {"label": _("Before")}, {"label": _("After")}],
                 "rows": [[cells.code(one.name) if one.coded else one.name, one.before, one.after]
                          for one in told.changes]},
                {"title": _("Concerning"), "columns": [{"label": _("Employee")}, {"label": _("Staff number")}],
                 "rows": [list(one) for one in people]},
            ]
        }  # fmt: skip
