"""The library of reasons in the back office: by item and step, in both languages, with how often each was said."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_babel import lazy_gettext
from sqlalchemy import select

from admin_views import cells, forms, words
from admin_views.base import SafeModelView
from admin_views.filters import Chosen, OneOf, YesNo
from admin_views.lookups import ItemLookup
from admin_views.values import begins_with
from app.web.guard import current_actor
from app.web.showing import named
from app.workflow.reasons import add_reason, change_reason
from models import Reason, ServiceItem, db

_l = lazy_gettext
_items = ItemLookup("item", "item:read")
KINDS = words.REASON_KINDS
STATES: dict[str, Any] = {"1": _l("Offered"), "0": _l("Not offered any more")}


class ReasonForm(forms.AdminForm):
    """A ready sentence, and where it is offered."""

    kind = forms.Choice(_l("Used for"), lambda: words.options(KINDS))
    text_zh = forms.text(_l("Sentence in Chinese"), longest=300)
    text_en = forms.text(_l("Sentence in English"), longest=300)
    item = forms.Chosen(_l("Service item"), _items, required=False, description=_l("All items, if empty."))
    step_key = forms.text(_l("Code of the step"), longest=40, required=False, description=_l("All steps, if empty."))
    offered = forms.Choice(_l("State"), lambda: words.options(STATES))


def _item(view: Any, context: Any, row: Reason, name: str) -> str:
    item = view.items_of_page().get(row.item_id)
    return f"{item.code} {named(item)}" if item is not None else str(_l("all items"))


class ReasonView(SafeModelView):
    """Ready sentences for returning and rejecting. What was said with one stays as it was said."""

    permission_read = "reason:read"
    permission_create = "reason:edit"
    permission_edit = "reason:edit"
    record_kind = "reason"
    form = ReasonForm
    page_lead = _l("Offered at the desk where they fit; each use is counted.")
    column_list = ("text_zh", "text_en", "kind", "item_id", "step_key", "active", "uses")
    column_details_list = ("text_zh", "text_en", "kind", "item_id", "step_key", "active", "uses", "created_at")
    column_export_list = ()
    column_sortable_list = ("kind", "uses")
    column_labels = {  # noqa: RUF012
        "text_zh": _l("Sentence in Chinese"), "text_en": _l("Sentence in English"), "kind": _l("Used for"),
        "item_id": _l("Service item"), "step_key": _l("Code of the step"), "active": _l("Offered"),
        "uses": _l("Times said"), "created_at": _l("Created"),
    }  # fmt: skip
    column_formatters = {"kind": cells.coded(KINDS), "item_id": _item}  # noqa: RUF012
    lookups = {"item": _items}  # noqa: RUF012
    column_filters = (
        OneOf("kind", _l("Used for"), Reason.kind, lambda: words.options(KINDS)),
        Chosen("item", _l("Service item"), Reason.item_id, "item"),
        YesNo("active", _l("Offered"), Reason.active),
    )
    search_label = _l("the beginning of a sentence")

    def search_conditions(self, text: str) -> list[Any]:
        return [begins_with(Reason.text_zh, text), begins_with(Reason.text_en, text)]

    def title_of(self, row: Reason) -> str:
        return row.text_zh

    def items_of_page(self) -> dict[int, ServiceItem]:
        """The service items by id: some dozens, read once for a request."""
        if "reason_items" not in g:
            g.reason_items = {item.id: item for item in db.session.scalars(select(ServiceItem))}
        found: dict[int, ServiceItem] = g.reason_items
        return found

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        if obj is not None and request.method == "GET":
            form.item.data = db.session.get(ServiceItem, obj.item_id) if obj.item_id else None
            form.offered.data = "1" if obj.active else "0"
        return form

    def create(self, form: Any) -> Reason:
        return add_reason(by=current_actor(), **_values(form))

    def change(self, row: Reason, form: Any, *, revision: int | None) -> Reason:
        return change_reason(row.id, by=current_actor(), revision=revision or 0, **_values(form))


def _values(form: Any) -> dict[str, Any]:
    return {
        "kind": form.kind.data, "text_zh": form.text_zh.data, "text_en": form.text_en.data,
        "item_id": form.item.key, "step_key": form.step_key.data or None, "active": form.offered.data == "1",
    }  # fmt: skip
