"""SafeModelView: the one base of every generated view. Closed until a permission is named; every road to a row is
scoped; nothing is written but through a service verb.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, g, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action as flask_admin_action
from flask_admin.contrib.sqla import ModelView
from flask_babel import gettext as _
from sqlalchemy import inspect, select
from wtforms import Form

from admin_views import cells
from admin_views.exports import Exporting
from admin_views.filters import Chosen, ColumnFilter
from admin_views.forms import AdminForm, add_errors
from admin_views.history import events_of, last_change
from admin_views.lists import Count, CountKeeper, capped_count, page_of
from admin_views.lookups import MOST, ScopedLookup
from admin_views.roads import Guarded
from admin_views.values import as_index, as_key, as_page, as_text
from app.access import policy, scope
from app.errors import Invalid, NotFound, Refused, Stale
from app.messages import Message
from app.web.guard import current_actor
from app.web.showing import say
from models import db

action = flask_admin_action
_REQUIRED = (
    "permission_read", "record_kind", "column_list", "column_details_list", "column_export_list",
    "column_sortable_list", "column_filters", "column_labels",
)  # fmt: skip


class SafeModelView(Exporting, Guarded, ModelView):  # type: ignore[misc]
    """A list, a page for each row, its history, and what service verbs allow beyond that.

    A subclass names `permission_read` and `record_kind`, and every column list; it may name `permission_create`,
    `permission_edit` and `permission_delete`, each with the method of that name below, and `permission_export`.
    """

    permission_create: str = ""
    permission_edit: str = ""
    permission_delete: str = ""
    permission_export: str = ""
    record_kind: str = ""  # as the audit names the record

    loads: Sequence[Any] = ()  # relationships that the list shows, read with the rows
    details_loads: Sequence[Any] | None = None
    lookups: dict[str, ScopedLookup] = {}  # noqa: RUF012
    search_label: Any = None
    default_order: tuple[Any, bool] | None = None  # column, whether descending

    can_view_details = True
    page_size = 50
    can_set_page_size = True
    page_size_options = (20, 50, 100)
    column_editable_list = None
    column_type_formatters = cells.BY_TYPE
    column_type_formatters_detail = cells.BY_TYPE
    fast_mass_delete = False
    action_disallowed_list = ("delete",)
    form = AdminForm
    list_template = "admin/model/list.html"
    details_template = "admin/model/record.html"

    def __init__(self, model: type[Any], **kwargs: Any) -> None:
        for name in _REQUIRED:
            if getattr(type(self), name) in (None, ""):
                raise TypeError(f"{type(self).__name__} must name {name}")
        for verb in ("create", "edit", "delete"):
            if getattr(self, f"permission_{verb}") and getattr(type(self), _VERBS[verb]) is getattr(
                SafeModelView, _VERBS[verb]
            ):
                raise TypeError(f"{type(self).__name__} permits to {verb} and names no service verb for it")
        super().__init__(model, db, **kwargs)
        self.key = inspect(model).primary_key[0]
        self.key_attribute = getattr(model, inspect(model).get_property_by_column(self.key).key)
        self._counts = CountKeeper()

    # Who may go where

    def permissions_of(self, road: str) -> tuple[str, ...]:
        standard = {
            "index_view": self.permission_read,
            "details_view": self.permission_read,
            "history_view": "history:read",
            "create_view": self.permission_create,
            "edit_view": self.permission_edit,
            "delete_view": self.permission_delete,
            "action_view": self.permission_read if self._actions_offered() else "",
            "ajax_lookup": self.permission_read if self.lookups else "",
            "ajax_update": "",  # editing in the list has no service verb, so the road is not built
            "export": self.permission_export,
        }
        if road in standard:
            return (standard[road],) if standard[road] else ()
        return super().permissions_of(road)

    def _actions_offered(self) -> bool:
        return any(name not in self.action_disallowed_list for name in self._actions_data)

    @property
    def can_create(self) -> bool:
        return self.holds(self.permission_create)

    @property
    def can_edit(self) -> bool:
        return self.holds(self.permission_edit)

    @property
    def can_delete(self) -> bool:
        return self.holds(self.permission_delete)

    @property
    def can_export(self) -> bool:
        return self.holds(self.permission_export)

    # Which rows

    def reach(self, permission: str = "") -> Any:
        """The rows that the person of this request reaches, as SQL."""
        return scope.condition(current_actor(), permission or self.permission_read, self.model)

    def get_query(self) -> Any:
        return super().get_query().filter(self.reach())

    def get_count_query(self) -> Any:
        return super().get_count_query().filter(self.reach())

    def get_one(self, id: Any) -> Any:
        """The row within reach; NotFound for any other, and for a key that is none."""
        return self.one(id, loads=self.loads if self.details_loads is None else self.details_loads)

    def one(self, id: Any, *, loads: Sequence[Any] = ()) -> Any:
        key = as_key(id, self.key) if id is not None else None
        if key is None:
            raise NotFound
        statement = select(self.model).where(self.key == key, self.reach()).options(*loads)
        row = db.session.scalars(statement).unique().one_or_none()
        if row is None:
            raise NotFound
        return row

    def selected(self, ids: Sequence[str]) -> list[Any]:
        """The rows of a batch that are within reach; those that are not are left out in silence, as if unknown."""
        keys = [key for key in (as_key(one, self.key) for one in ids[:500]) if key is not None]
        if not keys:
            return []
        statement = select(self.model).where(self.key.in_(keys), self.reach()).options(*self.loads).order_by(self.key)
        return list(db.session.scalars(statement).unique())

    # The list

    def search_conditions(self, text: str) -> list[Any] | None:
        """The conditions of a search, each one a way to be meant; None where the list is not searched."""
        return None

    def init_search(self) -> bool:
        return type(self).search_conditions is not SafeModelView.search_conditions

    def search_placeholder(self) -> str:
        return str(self.search_label or _("Search"))

    def get_list(
        self, page: int | None, sort_column: Any, sort_desc: Any, search: str | None, filters: Any,
        execute: bool = True, page_size: int | None = None,
    ) -> tuple[int, list[Any]]:  # fmt: skip
        """The rows of a page and how many there are; the page is brought back into the list where it lies beyond."""
        conditions = self.conditions(search, filters)
        narrowed = len(conditions) > 1
        total = capped_count(self.key, conditions) if narrowed else self._count_all(conditions[0])
        size = page_size or self.page_size
        last = max(0, (total.rows - 1) // size)
        page = min(page or 0, last)
        self._template_args["page"] = page
        self._template_args["count_capped"] = total.capped
        rows = page_of(
            self.model, key=self.key_attribute, conditions=conditions,
            order=self.order_by(sort_column, bool(sort_desc)), page=page, size=size, total=total, loads=self.loads,
        )  # fmt: skip
        return total.rows, rows

    def conditions(self, search: str | None, filters: Any) -> list[Any]:
        """Reach first, then what was searched and filtered."""
        from sqlalchemy import false, or_

        conditions = [self.reach()]
        text = as_text(search)
        if text:
            ways = self.search_conditions(text)
            conditions.append(or_(*ways) if ways else false())
        conditions.extend(self._filters[index].condition(value) for index, _name, value in filters or [])
        return conditions

    def _count_all(self, reach: Any) -> Count:
        from sqlalchemy import func

        actor = current_actor()
        key = (tuple(actor.grants_for(self.permission_read)), actor.staff_id)
        return self._counts.count(key, select(func.count()).select_from(self.model).where(reach))

    def order_by(self, sort_column: Any, descending: bool) -> list[tuple[Any, bool]]:
        if sort_column in self._sortable_columns:
            return [(getattr(self.model, sort_column), descending)]
        return [self.default_order] if self.default_order else []

    # Filters

    def get_filters(self) -> list[ColumnFilter] | None:
        return list(self.column_filters) or None

    def get_filter_arg(self, index: int, flt: Any) -> str:
        return str(flt.key)

    def _refresh_filters_cache(self) -> None:
        self._filters = self.get_filters()
        self._filter_groups = None
        self._filter_args = {flt.key: (index, flt) for index, flt in enumerate(self._filters or [])}

    def _get_filter_groups(self) -> dict[str, list[dict[str, Any]]] | None:
        """What can be filtered, with the options of this person now, in the shape that Flask-Admin's pages read."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for index, flt in enumerate(self._filters or []):
            entry: dict[str, Any] = {
                "index": index, "arg": flt.key, "operation": flt.operation(), "options": flt.offered(),
                "type": flt.data_type,
            }  # fmt: skip
            if isinstance(flt, Chosen):
                entry |= self._looked_up(flt)
            groups.setdefault(str(flt.name), []).append(entry)
        return groups or None

    def _looked_up(self, flt: Chosen) -> dict[str, Any]:
        """The look-up behind a filter, and what its present value is called."""
        loader = self.lookups[flt.lookup]
        chosen = next((v for k, v in request.args.items() if k.startswith("flt") and k.partition("_")[2] == flt.key), "")
        row = loader.get_one(chosen) if chosen else None
        return {"lookup": flt.lookup, "text": loader.text(row) if row is not None else ""}

    def _get_list_filter_args(self) -> list[tuple[int, str, str]]:
        chosen = []
        for argument, value in request.args.items():
            head, _sep, key = argument.partition("_")
            if not head.startswith("flt") or key not in self._filter_args or not value.strip():
                continue
            index, flt = self._filter_args[key]
            if "\x00" not in value and len(value) <= 200 and flt.validate(value):
                chosen.append((index, str(flt.name), value))
            else:
                flash(self.get_invalid_value_msg(value[:40], flt), "warning")
        return sorted(chosen)

    def get_invalid_value_msg(self, value: str, filter: Any) -> str:
        return _(
            "The filter “%(label)s” does not know the value “%(value)s”, so it was left out.",
            label=str(filter.name), value=value.replace("\x00", ""),
        )  # fmt: skip

    def _get_list_extra_args(self) -> Any:
        """The arguments of the list, each made harmless."""
        from flask_admin.model.base import ViewArgs

        known = ("page", "page_size", "sort", "desc", "search")
        return ViewArgs(
            page=as_page(request.args.get("page")),
            page_size=as_page(request.args.get("page_size")),
            sort=as_index(request.args.get("sort")),
            sort_desc=1 if request.args.get("desc") == "1" else None,
            search=as_text(request.args.get("search")) or None,
            filters=self._get_list_filter_args(),
            extra_args={
                name: value
                for name, value in request.args.items()
                if name not in known and not name.startswith("flt") and name.isascii() and len(value) < 100
            },
        )

    # One row

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id"))
        extra = {"buttons": self.row_buttons(row)} | self.details_extra(row)
        return self._page(
            self.details_template, model=row, details_columns=self._details_columns, get_value=self.get_detail_value,
            return_url=self.get_url(".index_view"), **extra,
        )  # fmt: skip

    def details_extra(self, row: Any) -> dict[str, Any]:
        """More for the page of a row. A view that shows pay or identity data writes down the reading here."""
        return {}

    def row_buttons(self, row: Any) -> list[dict[str, Any]]:
        """What else can be done with the record: label and url, and for a change `fields` (a POST) and `confirm`."""
        return []

    @expose("/history/")
    def history_view(self) -> ResponseReturnValue:
        """Who changed or read this record, and what."""
        row = self.one(request.args.get("id"))
        page = as_page(request.args.get("page"))
        events, more = events_of(self.record_kind, self.get_pk_value(row), page=page)
        return self._page(
            "admin/model/history.html", model=row, events=events, page=page, more=more,
            return_url=self.get_url(".details_view", id=self.get_pk_value(row)),
        )  # fmt: skip

    def title_of(self, row: Any) -> str:
        """What the record is called."""
        return str(row)

    def _page(self, template: str, **values: Any) -> str:
        page: str = self.render(template, **values)
        return page

    # Writing, through service verbs only

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
        return self._through(None, lambda: self.remove(model, revision=sent_revision()) or True, model) is not None

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
                return redirect(self.get_save_return_url(made, is_created=True))
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
        refused = g.get("refused_with", 200 if request.method == "GET" else 422)
        page = self._page(
            template, form=form, form_opts=None, model=model, return_url=self.get_url(".index_view")
        )
        return make_response(page, refused)

    # Many rows at once

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

    # Look-ups

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> ResponseReturnValue:
        loader = self.lookups.get(request.args.get("name", ""))
        if loader is None or not current_actor().holds(loader.permission):
            raise NotFound
        text = request.args.get("q", request.args.get("query", ""))
        rows = loader.get_list(text, as_page(request.args.get("offset")), as_page(request.args.get("limit")) or MOST)
        return jsonify({"results": [loader.found(row) for row in rows]})

    def lookup_url(self, name: str) -> str:
        url: str = self.get_url(".ajax_lookup", name=name)
        return url

    def handle_view_exception(self, exc: Exception) -> bool:
        """Nothing is swallowed: refusals and faults go to the error pages, which show no SQL."""
        raise exc


_VERBS = {"create": "create", "edit": "change", "delete": "remove"}


def sent_revision() -> int | None:
    """The revision that the page was made from, as the form sends it."""
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
