"""Staff in the back office: the roster in reach, with identity numbers masked unless a reason is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import cells, words
from admin_views.base import SafeModelView
from admin_views.filters import Chosen, OneOf, Since, Until
from admin_views.lookups import UnitLookup
from admin_views.roads import needs
from admin_views.values import as_text, begins_with
from admin_views.writing import sent_revision
from app.access import policy
from app.applications import results
from app.audit import service as audit
from app.errors import Conflict, NotAllowed, NotFound, Refused
from app.pay import undoing
from app.pay.names import cause_name, post_name
from app.staff import identity
from app.uow import reading
from app.web.guard import current_actor
from app.web.showing import month, say, yuan
from models import Staff, WageRecord, db

_l = lazy_gettext


def _masked(view: Any, context: Any, row: Staff, name: str) -> str:
    return identity.masked(identity.decrypt(row.id_number_cipher, staff_no=row.staff_no))


def _post(view: Any, context: Any, row: Staff, name: str) -> str:
    return say(post_name(row.post)) if row.post else ""


class StaffView(SafeModelView):
    """The roster. Registering and correcting are the clerk's, in the portal."""

    permission_read = "staff:read"
    permission_export = "staff:export"
    record_kind = "staff"
    column_list = ("name", "staff_no", "unit", "staff_type", "education", "joined_on", "state")
    column_details_list = (
        "name", "staff_no", "id_number_cipher", "sex", "birth_date", "unit", "staff_type", "education", "occupation",
        "work_start", "joined_on", "left_on", "interruption_years", "post", "state",
    )  # fmt: skip
    column_export_list = (
        "name", "staff_no", "unit", "sex", "staff_type", "education", "work_start", "joined_on", "left_on", "post",
        "state",
    )  # fmt: skip
    column_sortable_list = ("name", "staff_no", "joined_on")
    column_labels = {  # noqa: RUF012
        "name": _l("Name"), "staff_no": _l("Staff number"), "unit": _l("Unit"), "staff_type": _l("Staff type"),
        "education": _l("Education"), "joined_on": _l("Joined"), "state": _l("State"), "sex": _l("Sex"),
        "birth_date": _l("Born"), "id_number_cipher": _l("Identity number"), "occupation": _l("Occupation"),
        "work_start": _l("First day of work"), "left_on": _l("Left on"),
        "interruption_years": _l("Years not counted"), "post": _l("Post"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "unit": cells.related("unit"), "staff_type": cells.coded(words.STAFF_TYPES),
        "education": cells.coded(words.EDUCATIONS), "occupation": cells.coded(words.OCCUPATIONS),
        "sex": cells.coded(words.SEXES), "state": cells.stated(words.STAFF_STATES), "id_number_cipher": _masked,
        "post": _post,
    }  # fmt: skip
    lookups = {"unit": UnitLookup("unit", "unit:read")}  # noqa: RUF012
    column_filters = (
        Chosen("unit", _l("Unit"), Staff.unit_id, "unit"),
        OneOf("state", _l("State"), Staff.state, lambda: words.options(words.STAFF_STATES)),
        OneOf("type", _l("Staff type"), Staff.staff_type, lambda: words.options(words.STAFF_TYPES)),
        OneOf("education", _l("Education"), Staff.education, lambda: words.options(words.EDUCATIONS)),
        Since("joined_from", _l("Joined from"), Staff.joined_on),
        Until("joined_to", _l("Joined until"), Staff.joined_on),
    )
    loads = (joinedload(Staff.unit),)
    search_label = _l("name, initials, staff number, or identity number (whole or its last four)")

    def search_conditions(self, text: str) -> list[Any]:
        """Beginnings and keyed indexes only: nothing that is not shown or held by an index is searched."""
        upper = text.upper()
        ways = [begins_with(Staff.name, text), begins_with(Staff.name_initials, upper), Staff.staff_no == upper]
        plain = upper.replace(" ", "")
        if len(plain) == identity.TAIL and plain[:-1].isdigit():
            ways.append(Staff.id_tail_index == identity.tail_index_of(plain))
        if len(plain) == 18:
            ways.append(Staff.id_number_index == identity.index_of(plain))
        return ways

    def details_extra(self, row: Staff) -> dict[str, Any]:
        """The page shows a masked number and, to those who may see wages, the wage chain: both readings are kept."""
        sees_pay = bool(policy.may(current_actor(), "pay:read", row))
        staff_id = row.id
        with reading():
            audit.read(
                "staff:read_pay" if sees_pay else "staff:read", by=current_actor(), kind="staff", record_id=staff_id,
                unit_id=row.unit_id, subjects=[staff_id],
            )  # fmt: skip
        more: dict[str, Any] = {"can_reveal": bool(policy.may(current_actor(), "staff:read_identity", row))}
        if sees_pay:
            records = _records_of(staff_id)
            more["sections"] = [_wages(records)]
            more["results_of"] = results.of_employee(staff_id)
            januaries = url_for("portal.januaries", staff_id=staff_id)
            more["buttons"] = [{"label": _("January by January"), "url": januaries, "icon": "question"}]
            decided = any(one.application_id for one in records) or any(not one.undone for one in more["results_of"])
            if decided and policy.may(current_actor(), "pay:undo", row):
                undo = self.get_url(".undo", id=staff_id)
                more["buttons"].append({"label": _("Undo the newest decision"), "url": undo, "icon": "return"})
        return more

    details_template = "admin/model/staff.html"

    @expose("/reveal/", methods=("POST",))
    @needs("staff:read_identity")
    def reveal(self) -> ResponseReturnValue:
        """Show the full identity number once, for a reason that is written down and that the employee can see."""
        row = self.get_one(request.form.get("id"))
        policy.require(current_actor(), "staff:read_identity", row)
        reason = as_text(request.form.get("reason"), longest=200)
        if len(reason) < 2:
            flash(_("Write why you need the full number. The reason is kept."), "error")
            return self._record(row, 422)
        with reading():
            audit.read(
                "staff:read_identity", by=current_actor(), kind="staff", record_id=row.id, unit_id=row.unit_id,
                subjects=[row.id], note=reason,
            )  # fmt: skip
        row = self.get_one(request.form.get("id"))
        return self._record(row, 200, revealed=identity.decrypt(row.id_number_cipher, staff_no=row.staff_no))

    @expose("/undo/", methods=("GET", "POST"))
    @needs("pay:undo")
    def undo(self) -> ResponseReturnValue:
        """Take back the newest decision about a wage: first what becomes of it, then with a reason that is kept."""
        row = self.get_one(request.values.get("id"))
        policy.require(current_actor(), "pay:undo", row)
        if request.method != "POST":
            return self._undo_page(row, 200)
        staff_id, revision = row.id, sent_revision() or 0
        reason = as_text(request.form.get("reason"), longest=500)
        try:
            undoing.undo_newest(staff_id, by=current_actor(), revision=revision, reason=reason)
        except (NotFound, NotAllowed):
            raise
        except Refused as refusal:
            db.session.rollback()
            return self._undo_page(self.get_one(str(staff_id)), refusal.status, typed=reason, refusal=refusal)
        flash(_("The newest decision is undone; the unit can file again."), "success")
        return redirect(self.get_url(".details_view", id=staff_id))

    def _undo_page(self, row: Staff, status: int, **more: Any) -> ResponseReturnValue:
        """What would be taken back, and what would stand in its place. Shows wages, so the reading is kept."""
        staff_id = row.id
        with reading():
            audit.read(
                "staff:read_pay", by=current_actor(), kind="staff", record_id=staff_id, unit_id=row.unit_id,
                subjects=[staff_id],
            )  # fmt: skip
        staff = self.get_one(str(staff_id))
        plan, blocked = None, None
        try:
            plan = undoing.what_undoing_does(staff)
        except Conflict as refusal:
            blocked = refusal
        page = self.render(
            "staff/undo.html", staff=staff, plan=plan, blocked=blocked, cause_name=cause_name,
            **({"typed": "", "refusal": None} | more),
        )  # fmt: skip
        return page, status

    def _record(self, row: Staff, status: int, **more: Any) -> ResponseReturnValue:
        page = self._page(
            self.details_template, model=row, details_columns=self._details_columns, get_value=self.get_detail_value,
            return_url=self.get_url(".index_view"), **({"can_reveal": True, "buttons": []} | more),
        )  # fmt: skip
        return page, status


def _records_of(staff_id: int) -> Sequence[WageRecord]:
    """The wage records that hold, the newest first."""
    return db.session.scalars(
        select(WageRecord)
        .where(WageRecord.staff_id == staff_id, WageRecord.voided_at.is_(None))
        .order_by(WageRecord.position.desc())
        .limit(100)
    ).all()


def _wages(records: Sequence[WageRecord]) -> dict[str, Any]:
    columns = [
        {"label": _("From month")}, {"label": _("Cause")}, {"label": _("Monthly wage (yuan)"), "number": True},
        {"label": _("Standard of")},
    ]  # fmt: skip
    rows = [
        [month(one.effective_month), say(cause_name(one.cause)), yuan(one.total_fen), str(one.standard_version)]
        for one in records
    ]
    return {"title": _("Wage records"), "columns": columns, "rows": rows, "empty": _("No wage has been fixed yet.")}
