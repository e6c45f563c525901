"""Delegations in the back office: who decides for whom; administrators arrange them for people who are away."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

from admin_views import cells, forms, words
from admin_views.base import SafeModelView
from admin_views.filters import Chosen, Since, YesNo
from admin_views.lookups import AccountLookup
from admin_views.roads import needs
from admin_views.writing import sent_revision
from app import clock
from app.access.roles import DECIDING
from app.web.guard import current_actor
from app.workflow.delegating import give, revoke
from models import Delegation

_l = lazy_gettext
_accounts = AccountLookup("account", "account:read")


class DelegationForm(forms.AdminForm):
    """A delegation arranged for somebody who cannot give it."""

    from_id = forms.Chosen(_l("In the name of"), _accounts)
    to_id = forms.Chosen(
        _l("Decides"), _accounts, description=_l("A colleague of the unit, or somebody who decides the same.")
    )
    permission = forms.Choice(
        _l("Task"),
        lambda: [(name, words.permission_name(name)) for name in sorted(DECIDING)],
        required=False,
        description=_l("All that is decided there, if empty."),
    )
    valid_from = forms.day(_l("From"), required=False, description=_l("Today, if empty."))
    valid_to = forms.day(_l("Until"), description=_l("The first day on which it no longer holds."))
    reason = forms.text(_l("Reason"), longest=500)


def _task(view: Any, context: Any, row: Delegation, name: str) -> str:
    return words.permission_name(row.permission) if row.permission else str(_l("all that is decided there"))


def _revoked(value: str) -> Any:
    return Delegation.revoked_at.is_not(None) if value == "1" else Delegation.revoked_at.is_(None)


class DelegationView(SafeModelView):
    """Who decides in whose name, and when. A delegation is revoked, never edited."""

    permission_read = "delegation:read"
    permission_create = "delegation:edit"
    record_kind = "delegation"
    form = DelegationForm
    column_list = ("giver", "receiver", "permission", "valid_from", "valid_to", "revoked_at")
    column_details_list = (
        "giver", "receiver", "permission", "valid_from", "valid_to", "reason", "created_by", "created_at",
        "revoked_by", "revoked_at",
    )  # fmt: skip
    column_export_list = ()
    column_sortable_list = ("valid_from", "valid_to")
    column_labels = {  # noqa: RUF012
        "giver": _l("In the name of"), "receiver": _l("Decides"), "permission": _l("Task"), "valid_from": _l("From"),
        "valid_to": _l("Until"), "reason": _l("Reason"), "created_by": _l("Given by"), "created_at": _l("Given"),
        "revoked_by": _l("Revoked by"), "revoked_at": _l("Revoked"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "giver": cells.related("giver"), "receiver": cells.related("receiver"), "permission": _task,
        "created_by": cells.related("created_by"), "revoked_by": cells.related("revoked_by"),
    }  # fmt: skip
    lookups = {"account": _accounts}  # noqa: RUF012
    column_filters = (
        Chosen("giver", _l("In the name of"), Delegation.from_id, "account"),
        Chosen("receiver", _l("Decides"), Delegation.to_id, "account"),
        Since("holds_on", _l("Ends after"), Delegation.valid_to),
        YesNo("revoked", _l("Revoked"), Delegation.revoked_at, made=_revoked),
    )
    loads = (joinedload(Delegation.giver), joinedload(Delegation.receiver))
    details_loads = (*loads, joinedload(Delegation.created_by), joinedload(Delegation.revoked_by))

    def title_of(self, row: Delegation) -> str:
        return _("%(name)s in the name of %(other)s", name=row.receiver.display_name, other=row.giver.display_name)

    def create(self, form: Any) -> Delegation:
        return give(
            form.to_id.key, by=current_actor(), reason=form.reason.data, valid_to=form.valid_to.data,
            valid_from=form.valid_from.data, permission=form.permission.data or "", from_id=form.from_id.key,
        )  # fmt: skip

    def row_buttons(self, row: Delegation) -> list[dict[str, Any]]:
        if row.revoked_at is not None or row.valid_to <= clock.today() or not self.holds("delegation:edit"):
            return []
        return [
            {"label": _("Revoke"), "url": self.get_url(".revoke"), "icon": "ban",
             "fields": {"id": row.id, "revision": row.revision}, "confirm": _("Revoke this delegation now?")}
        ]  # fmt: skip

    @expose("/revoke/", methods=("POST",))
    @needs("delegation:edit")
    def revoke(self) -> ResponseReturnValue:
        row = self.one(request.form.get("id"))
        revision = sent_revision() or 0
        if self._through(None, lambda: revoke(row.id, by=current_actor(), revision=revision), row):
            flash(_("The delegation is revoked."), "success")
        return redirect(self.get_url(".details_view", id=request.form.get("id")))
