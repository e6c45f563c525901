"""Accounts, their grants and their sessions in the back office."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import cells, forms, words
from admin_views.base import SafeModelView, action
from admin_views.filters import Chosen, OneOf, Since, YesNo
from admin_views.lookups import AccountLookup, StaffLookup, UnitLookup
from admin_views.roads import needs
from admin_views.values import begins_with
from admin_views.writing import sent_revision
from app import clock
from app.access import factors, scope, service
from app.access.browsers import browser_of
from app.errors import NotFound, Refused
from app.web.guard import current_actor
from app.web.showing import day, say
from models import Account, LoginSession, RoleGrant, db

_l = lazy_gettext
_units = UnitLookup("unit", "unit:read")
_people = StaffLookup("staff", "staff:read")
_accounts = AccountLookup("account", "account:read")


class AccountForm(forms.AdminForm):
    """A new account. Its first password is made by the system and shown once."""

    username = forms.text(
        _l("User name"), longest=60, description=_l("3 to 60 small letters, digits, dots, hyphens or underscores.")
    )
    display_name = forms.text(_l("Name"), longest=60)
    unit_id = forms.Chosen(_l("Unit"), _units, required=False)
    staff_id = forms.Chosen(
        _l("Employee on the roster"), _people, required=False,
        description=_l("Only where the account is to show this person their own wage."),
    )  # fmt: skip


def _holding(role: str) -> Any:
    """Accounts that hold or held a role."""
    return Account.id.in_(select(RoleGrant.account_id).where(RoleGrant.role == role))


def _open_or_not(value: str) -> Any:
    return LoginSession.ended_at.is_(None) if value == "1" else LoginSession.ended_at.is_not(None)


class AccountView(SafeModelView):
    """Who can log in. What each may do stands in the grants."""

    permission_read = "account:read"
    permission_create = "account:edit"
    record_kind = "account"
    form = AccountForm
    column_list = ("display_name", "username", "unit", "grants", "state", "last_login_at")
    column_details_list = (
        "display_name", "username", "unit", "staff", "state", "must_change_password", "password_changed_at",
        "failed_logins", "locked_until", "last_login_at", "created_at",
    )  # fmt: skip
    column_export_list = ()
    column_sortable_list = ("display_name", "username", "last_login_at")
    column_labels = {  # noqa: RUF012
        "display_name": _l("Name"), "username": _l("User name"), "unit": _l("Unit"), "grants": _l("Roles"),
        "state": _l("State"), "last_login_at": _l("Last login"), "staff": _l("Employee on the roster"),
        "must_change_password": _l("Must change the password"), "password_changed_at": _l("Password last changed"),
        "failed_logins": _l("Failed logins"), "locked_until": _l("Locked until"), "created_at": _l("Created"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "unit": cells.related("unit"), "staff": cells.related("staff"), "state": cells.stated(words.ACCOUNT_STATES),
        "grants": lambda view, context, row, name: _roles_now(row),
    }  # fmt: skip
    lookups = {"unit": _units, "staff": _people}  # noqa: RUF012
    column_filters = (
        OneOf("state", _l("State"), Account.state, lambda: words.options(words.ACCOUNT_STATES)),
        Chosen("unit", _l("Unit"), Account.unit_id, "unit"),
        OneOf("role", _l("Role"), Account.id, lambda: words.options(words.ROLE_NAMES), made=_holding),
    )
    loads = (joinedload(Account.unit), selectinload(Account.grants))
    details_loads = (
        joinedload(Account.unit), joinedload(Account.staff),
        selectinload(Account.grants).joinedload(RoleGrant.unit),
    )  # fmt: skip
    search_label = _l("user name, or beginning of the name")
    default_order = (Account.username, False)

    def search_conditions(self, text: str) -> list[Any]:
        return [begins_with(Account.username, text.lower()), begins_with(Account.display_name, text)]

    def create(self, form: Any) -> Any:
        made = service.create_account(
            form.username.data, display_name=form.display_name.data, by=current_actor(), unit_id=form.unit_id.key,
            staff_id=form.staff_id.key,
        )  # fmt: skip
        return self._first_password(made)

    def _first_password(self, made: service.NewAccount) -> Any:
        from flask import make_response

        return make_response(self.render("admin/model/first_password.html", made=made, model=None,
                                         return_url=self.get_url(".details_view", id=made.account_id)))  # fmt: skip

    def row_buttons(self, row: Account) -> list[dict[str, Any]]:
        if not self.holds("account:edit") or row.id == current_actor().account_id:
            return []
        fields = {"id": row.id, "revision": row.revision}
        buttons: list[dict[str, Any]] = []

        def add(verb: str, label: str, icon: str, confirm: str) -> None:
            buttons.append({"label": label, "url": self.get_url(f".{verb}"), "icon": icon, "fields": fields,
                            "confirm": confirm})  # fmt: skip

        if row.locked_until or row.failed_logins:
            add("unlock", _("Unlock"), "key", _("Let this person try again at once?"))
        add("reset_password", _("Reset password"), "key",
            _("Make a new first password? The present one stops working and all sessions end."))  # fmt: skip
        add("remove_factors", _("Take the second factors away"), "phone",
            _("Take away all second factors of this account? Make sure who asks; all its sessions end."))  # fmt: skip
        if row.state == "ACTIVE":
            add("end_sessions", _("Log out everywhere"), "logout", _("End all sessions of this account?"))
            add("disable", _("Disable"), "ban", _("Disable this account? Nobody can log in with it any more."))
        else:
            add("enable", _("Enable"), "check", _("Let this account log in again?"))
        if self.holds("grant:edit"):
            buttons.append({"label": _("Give a role"), "url": url_for("grants.create_view", account=row.id),
                            "icon": "plus", "kind": "primary"})  # fmt: skip
        return buttons

    def details_extra(self, row: Account) -> dict[str, Any]:
        columns = [{"label": _("Role")}, {"label": _("Unit")}, {"label": _("Reach")}, {"label": _("From")},
                   {"label": _("Until")}]  # fmt: skip
        grants = sorted(row.grants, key=lambda one: (one.valid_from, one.id), reverse=True)
        rows = [
            [
                cells.link(say(words.ROLE_NAMES.get(one.role)) or one.role, url_for("grants.details_view", id=one.id))
                if self.holds("grant:read") else say(words.ROLE_NAMES.get(one.role)) or one.role,
                cells.called(one.unit) if one.unit else "", str(words.REACHES[one.reach]), day(one.valid_from),
                day(one.valid_to),
            ]
            for one in grants
        ]  # fmt: skip
        return {"sections": [{"title": _("Roles"), "columns": columns, "rows": rows, "empty": _("No role yet.")}]}

    @expose("/disable/", methods=("POST",))
    @needs("account:edit")
    def disable(self) -> ResponseReturnValue:
        return self._do(service.disable, _("The account is disabled."))

    @expose("/enable/", methods=("POST",))
    @needs("account:edit")
    def enable(self) -> ResponseReturnValue:
        return self._do(service.enable, _("The account may log in again."))

    @expose("/unlock/", methods=("POST",))
    @needs("account:edit")
    def unlock(self) -> ResponseReturnValue:
        return self._do(service.unlock, _("The account is unlocked."))

    @expose("/reset-password/", methods=("POST",))
    @needs("account:edit")
    def reset_password(self) -> ResponseReturnValue:
        return self._do(service.reset_password, "")

    @expose("/end-sessions/", methods=("POST",))
    @needs("account:edit")
    def end_sessions(self) -> ResponseReturnValue:
        return self._do(lambda key, *, by, revision: service.end_sessions(key, by=by), _("All its sessions are ended."))

    @expose("/remove-factors/", methods=("POST",))
    @needs("account:edit")
    def remove_factors(self) -> ResponseReturnValue:
        return self._do(
            lambda key, *, by, revision: factors.remove_all(key, by=by) + 1, _("Its second factors are taken away.")
        )

    def _do(self, verb: Any, done: str) -> ResponseReturnValue:
        """Carry out a verb on the account of the form, found within reach."""
        row = self.one(request.form.get("id"))
        result = self._through(
            None, lambda: verb(row.id, by=current_actor(), revision=sent_revision() or 0) or True, row
        )
        if isinstance(result, service.NewAccount):
            return self._first_password(result)
        if result is not None:
            flash(done, "success")
        from flask import redirect

        return redirect(self.get_url(".details_view", id=request.form.get("id")))

    @action("disable", _l("Disable"), _l("Nobody can log in with these accounts any more."))
    @needs("account:edit")
    def disable_many(self, rows: list[Account]) -> None:
        self.each(
            rows, lambda row: service.disable(row.id, by=current_actor(), revision=row.revision),
            "%(count)s accounts are disabled.",
        )  # fmt: skip


def _roles_now(row: Account) -> str:
    today = clock.today()
    names = [
        say(words.ROLE_NAMES.get(one.role)) or one.role
        for one in row.grants
        if one.valid_from <= today and (one.valid_to is None or one.valid_to > today)
    ]
    return "、".join(dict.fromkeys(names)) if names else ""


class GrantForm(forms.AdminForm):
    """A role given."""

    account_id = forms.Chosen(_l("Account"), _accounts)
    role = forms.Choice(_l("Role"), lambda: words.options(words.ROLE_NAMES))
    reach = forms.Choice(_l("Reach"), lambda: words.options(words.REACHES))
    unit_id = forms.Chosen(
        _l("Unit"), _units, required=False, description=_l("Where the role is held; not needed for the whole city.")
    )
    valid_from = forms.day(_l("From"), required=False, description=_l("Today, if empty."))
    valid_to = forms.day(_l("Until"), required=False, description=_l("The first day on which it no longer holds."))


class GrantView(SafeModelView):
    """Roles given, with reach and dates. A grant is ended, never edited."""

    permission_read = "grant:read"
    permission_create = "grant:edit"
    record_kind = "grant"
    details_modal = True
    form = GrantForm
    column_list = ("account", "role", "unit", "reach", "valid_from", "valid_to")
    column_details_list = ("account", "role", "unit", "reach", "valid_from", "valid_to", "granted_by", "created_at")
    column_export_list = ()
    column_sortable_list = ("valid_from", "valid_to", "role")
    column_labels = {  # noqa: RUF012
        "account": _l("Account"), "role": _l("Role"), "unit": _l("Unit"), "reach": _l("Reach"),
        "valid_from": _l("From"), "valid_to": _l("Until"), "granted_by": _l("Given by"), "created_at": _l("Given"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "account": cells.related("account"), "role": cells.coded(words.ROLE_NAMES), "unit": cells.related("unit"),
        "reach": cells.coded(words.REACHES), "granted_by": cells.related("granted_by"),
    }  # fmt: skip
    lookups = {"unit": _units, "account": _accounts}  # noqa: RUF012
    column_filters = (
        Chosen("account", _l("Account"), RoleGrant.account_id, "account"),
        OneOf("role", _l("Role"), RoleGrant.role, lambda: words.options(words.ROLE_NAMES)),
        Chosen("unit", _l("Unit"), RoleGrant.unit_id, "unit"),
        Since("holds_on", _l("Ends after"), RoleGrant.valid_to),
    )
    loads = (joinedload(RoleGrant.account), joinedload(RoleGrant.unit))
    details_loads = (*loads, joinedload(RoleGrant.granted_by))

    def title_of(self, row: RoleGrant) -> str:
        return f"{row.account.display_name}：{say(words.ROLE_NAMES.get(row.role)) or row.role}"

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        if request.method == "GET" and request.args.get("account"):
            form.account_id.data = _accounts.get_one(request.args["account"])
        return form

    def create(self, form: Any) -> RoleGrant:
        made = service.grant(
            form.account_id.key, role=form.role.data, reach=form.reach.data, by=current_actor(),
            unit_id=form.unit_id.key, valid_from=form.valid_from.data, valid_to=form.valid_to.data,
        )  # fmt: skip
        grant = db.session.get(RoleGrant, made)
        assert grant is not None
        return grant

    def row_buttons(self, row: RoleGrant) -> list[dict[str, Any]]:
        ended = row.valid_to is not None and row.valid_to <= clock.today()
        if ended or not self.holds("grant:edit") or row.account_id == current_actor().account_id:
            return []
        return [
            {"label": _("End today"), "url": self.get_url(".end"), "icon": "ban",
             "fields": {"id": row.id, "revision": row.revision}, "confirm": _("End this grant from today?")}
        ]  # fmt: skip

    @expose("/end/", methods=("POST",))
    @needs("grant:edit")
    def end(self) -> ResponseReturnValue:
        from flask import redirect

        row = self.one(request.form.get("id"))
        revision = sent_revision() or 0
        if self._through(None, lambda: service.end_grant(row.id, by=current_actor(), revision=revision), row):
            flash(_("The grant is ended."), "success")
        return redirect(self.get_url(".details_view", id=request.form.get("id")))

    @action("end", _l("End today"), _l("From today these roles no longer hold."))
    @needs("grant:edit")
    def end_many(self, rows: list[RoleGrant]) -> None:
        self.each(
            rows, lambda row: service.end_grant(row.id, by=current_actor(), revision=row.revision),
            "%(count)s grants are ended.",
        )  # fmt: skip


class SessionView(SafeModelView):
    """Who is logged in from where. Ending one ends all of the account."""

    permission_read = "account:read"
    record_kind = "session"
    details_modal = True
    column_list = ("account", "created_at", "last_seen_at", "address", "user_agent", "ended_at", "end_reason")
    column_details_list = (
        "account", "created_at", "last_seen_at", "address", "user_agent", "ended_at", "end_reason"
    )  # fmt: skip
    column_export_list = ()
    column_sortable_list = ("created_at", "last_seen_at")
    column_labels = {  # noqa: RUF012
        "account": _l("Account"), "created_at": _l("Logged in"), "last_seen_at": _l("Last seen"),
        "address": _l("From address"), "user_agent": _l("Browser"), "ended_at": _l("Ended"),
        "end_reason": _l("How it ended"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "account": lambda view, context, row, name: cells.unbroken(row.account.display_name),
        "user_agent": lambda view, context, row, name: browser_of(row.user_agent),
        "end_reason": cells.coded(words.END_REASONS),
    }
    lookups = {"account": _accounts}  # noqa: RUF012
    column_filters = (
        Chosen("account", _l("Account"), LoginSession.account_id, "account"),
        YesNo("open", _l("Open"), LoginSession.ended_at, made=_open_or_not),
    )
    loads = (joinedload(LoginSession.account),)

    def permissions_of(self, road: str) -> tuple[str, ...]:
        return () if road == "history_view" else super().permissions_of(road)

    def reach(self, permission: str = "") -> Any:
        """A session is reached through its account."""
        mine = scope.condition(current_actor(), permission or self.permission_read, Account)
        return LoginSession.account_id.in_(select(Account.id).where(mine))

    def title_of(self, row: LoginSession) -> str:
        return row.account.display_name

    @action("end", _l("Log out everywhere"), _l("All sessions of these accounts end, those not listed here too."))
    @needs("account:edit")
    def end_many(self, rows: list[LoginSession]) -> None:
        ended = 0
        for account_id in dict.fromkeys(row.account_id for row in rows):
            try:
                ended += service.end_sessions(account_id, by=current_actor())
            except (Refused, NotFound) as refusal:
                flash(say(refusal.message), "error")
        flash(_("%(count)s sessions are ended.", count=ended), "success")
