"""What a generated view writes: only through service verbs, and what they refuse becomes words on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Response, flash, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from wtforms import Form

from admin_views.forms import add_errors
from admin_views.history import last_change
from app.access import policy
from app.errors import Invalid, NotFound, Refused, Stale
from app.messages import Message
from app.web.guard import current_actor
from app.web.showing import say
from models import db

if TYPE_CHECKING:
    from flask_admin.contrib.sqla import ModelView as View
else:
    View = object  # Flask-Admin's metaclass would copy its own roads into a view class, before ours

VERBS = {"create": "create", "edit": "change", "delete": "remove"}


class Writing(View):
    """Forms, removal and batches. A view that permits one of them overrides the method of that name."""

    record_kind: str
    permission_edit: str
    permission_delete: str

    def create(self, form: Form) -> Any:
        """Call the service verb that makes a record of the form's values."""
        raise NotImplementedError

    def change(self, row: Any, form: Form, *, revision: int | None) -> Any:
        """Call the service verb that changes the record, with the revision that the page was made from."""
        raise NotImplementedError

    def remove(self, row: Any, *, revision: int | None) -> None:
        """Call the service verb that removes the record."""
        raise NotImplementedError

    def dependants_of(self, row: Any) -> list[tuple[str, int]]:
        """What hangs on the record, in words with counts, for the page that asks before removing it."""
        return []

    def create_model(self, form: Form) -> Any:
        return self._through(form, lambda: self.create(form))

    def update_model(self, form: Form, model: Any) -> Any:
        return self._through(form, lambda: self.change(model, form, revision=sent_revision()), model)

    def delete_model(self, model: Any) -> bool:
        return self._through(None, lambda: self.remove(model, revision=sent_revision()), model) is not None

    def _through(self, form: Form | None, verb: Any, row: Any = None) -> Any:
        """Run a verb; what it refuses becomes words at the fields or above the form, and nothing typed is lost."""
        key = self.get_pk_value(row) if row is not None else None
        try:
            return verb() or True
        except Refused as refusal:
            db.session.rollback()
            g.refused_with = refusal.status
            if isinstance(refusal, Invalid) and form is not None:
                add_errors(form, refusal)
            else:
                flash(" ".join(filter(None, (say(refusal.message), say(refusal.remedy)))), "error")
            if isinstance(refusal, Stale) and key is not None:
                self._template_args["stale"] = last_change(self.record_kind, key)
            return None

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        form = self.create_form()
        if self.validate_form(form):
            made = self.create_model(form)
            if isinstance(made, Response):
                return made
            if made is not None:
                flash(_("Saved."), "success")
                another = "_add_another" in request.form
                return redirect(request.full_path if another else self.get_save_return_url(made, is_created=True))
        return self._form_page(self.create_template, form)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id"))
        policy.require(current_actor(), self.permission_edit, row)
        form = self.edit_form(obj=row)
        if self.validate_form(form):
            done = self.update_model(form, row)
            if isinstance(done, Response):
                return done
            if done is not None:
                flash(_("Saved."), "success")
                return redirect(self.get_save_return_url(row))
            row = self.get_one(request.args.get("id"))
        return self._form_page(self.edit_template, form, model=row)

    @expose("/delete/", methods=("GET", "POST"))
    def delete_view(self) -> ResponseReturnValue:
        """Ask first, on a page that lists what hangs on the record; then remove it."""
        row = self.get_one(request.values.get("id"))
        policy.require(current_actor(), self.permission_delete, row)
        if request.method == "POST" and self.delete_model(row):
            flash(_("Removed."), "success")
            return redirect(self.after_removal(row))
        page = self.ask(
            _("Remove “%(name)s”?", name=self.title_of(row)), verb=_("Remove"), action=request.full_path,
            hanging=[{"label": label, "count": count} for label, count in self.dependants_of(row)],
            fields=[("id", self.get_pk_value(row)), ("revision", getattr(row, "revision", ""))],
        )  # fmt: skip
        return make_response(page, g.get("refused_with", 200))

    def ask(self, title: str, *, verb: str, action: str, **more: Any) -> str:
        """The page that asks before something happens."""
        more.setdefault("return_url", self.get_url(".index_view"))
        page: str = self.render("admin/confirm.html", title=title, verb=verb, action=action, model=None, **more)
        return page

    def after_removal(self, row: Any) -> str:
        url: str = self.get_url(".index_view")
        return url

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        key = self.get_pk_value(model) if isinstance(model, self.model) else None
        url: str = self.get_url(".details_view", id=key) if key is not None else self.get_url(".index_view")
        return url

    def _form_page(self, template: str, form: Form, *, model: Any = None) -> Response:
        refused = g.get("refused_with", 422 if request.method == "POST" else 200)
        page = self._page(template, form=form, form_opts=None, model=model, return_url=self.get_url(".index_view"))
        return make_response(page, refused)

    @expose("/action/", methods=("POST",))
    def action_view(self) -> ResponseReturnValue:
        """Ask first, naming the rows; then do it to those within reach."""
        name = request.form.get("action", "")
        known = self._actions_data.get(name)
        if known is None or not self.is_action_allowed(name):
            raise NotFound
        rows = self.selected(request.form.getlist("rowid"))
        if not rows:
            flash(_("Choose at least one row of the list first."), "warning")
            return redirect(self.get_url(".index_view"))
        if request.form.get("confirmed") != "1":
            return self.ask(
                str(known[1]), verb=str(known[1]), action=self.get_url(".action_view"), message=str(known[2] or ""),
                items=[self.title_of(row) for row in rows],
                fields=[("action", name), ("confirmed", "1"), *[("rowid", self.get_pk_value(row)) for row in rows]],
            )  # fmt: skip
        known[0](rows)  # rows, not ids: nothing beyond reach can get into an action
        return redirect(self.get_url(".index_view"))

    def is_action_allowed(self, name: str) -> bool:
        if name in self.action_disallowed_list or name not in self._actions_data:
            return False
        needed = getattr(self._actions_data[name][0], "needed_permissions", ())
        return bool(needed) and any(self.holds(permission) for permission in needed)

    def each(self, rows: Sequence[Any], verb: Any, done: str) -> None:
        """Do a verb to every row, saying for each one that is refused why."""
        count = 0
        for key in [self.get_pk_value(row) for row in rows]:
            row = self.one(key)
            title = self.title_of(row)
            try:
                verb(row)
                count += 1
            except Refused as refusal:
                db.session.rollback()
                flash(f"{title}: {say(refusal.message)}", "error")
        if count:
            flash(say(Message(done, count=count)), "success")


def sent_revision() -> int | None:
    """The revision that the page was made from, as the form sends it."""
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
