"""SafeModelView: the one base of every generated view. Closed until a permission is named; every road to a row is
scoped; nothing is written but through a service verb.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action as flask_admin_action
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import inspect, select

from admin_views import cells
from admin_views.exports import Exporting
from admin_views.forms import AdminForm
from admin_views.history import concerned, events_of
from admin_views.listing import Listing
from admin_views.lists import CountKeeper
from admin_views.lookups import MOST, ScopedLookup
from admin_views.roads import Guarded
from admin_views.values import as_key, as_page
from admin_views.writing import VERBS, Writing
from app.access import policy, scope
from app.audit import service as audit
from app.errors import NotFound
from app.uow import reading
from app.web.guard import current_actor
from models import db

action = flask_admin_action
_REQUIRED = (
    "permission_read", "record_kind", "column_list", "column_details_list", "column_export_list",
    "column_sortable_list", "column_filters", "column_labels",
)  # fmt: skip


class SafeModelView(Exporting, Writing, Listing, Guarded, ModelView):
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
            if getattr(self, f"permission_{verb}") and getattr(type(self), VERBS[verb]) is getattr(
                Writing, VERBS[verb]
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
        key = self.get_pk_value(row)
        sees_pay = bool(policy.may(current_actor(), "pay:read", row))
        events, more = events_of(self.record_kind, key, page=page, with_pay=sees_pay)
        if subjects := concerned(events):
            with reading():
                audit.read("history:read", by=current_actor(), kind=self.record_kind, record_id=key, subjects=subjects)
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
