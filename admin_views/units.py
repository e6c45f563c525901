"""Units in the back office: the tree of organs and institutions and who supervises whom."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

from admin_views import cells, forms, words
from admin_views.base import SafeModelView
from admin_views.filters import Chosen, OneOf, YesNo
from admin_views.lookups import UnitLookup
from admin_views.values import begins_with
from app.web.guard import current_actor
from models import Unit
from models.units import UnitType

_l = lazy_gettext
_uppers = UnitLookup("unit", "unit:read")


class UnitForm(forms.AdminForm):
    """What is kept of a unit."""

    code = forms.text(_l("Unit code"), longest=20)
    name = forms.text(_l("Unit name"), longest=120)
    name_en = forms.text(_l("Name in English"), longest=160, required=False)
    unit_type = forms.Choice(_l("Unit type"), lambda: words.options(words.UNIT_TYPES))
    credit_code = forms.text(
        _l("Unified social credit code"), longest=18, description=_l("18 characters; the last one is a check digit.")
    )
    parent = forms.Chosen(_l("Upper unit"), _uppers, required=False)
    supervising = forms.Chosen(
        _l("Supervising department"), _uppers, required=False,
        description=_l("Often the upper unit, but not always. It reviews what this unit files."),
    )  # fmt: skip


class UnitView(SafeModelView):
    """Units: read by those who reach them, changed by administrators."""

    permission_read = "unit:read"
    permission_create = "unit:edit"
    permission_edit = "unit:edit"
    record_kind = "unit"
    form = UnitForm
    column_list = ("name", "code", "unit_type", "parent", "supervising", "active")
    column_details_list = (
        "name", "name_en", "code", "credit_code", "unit_type", "parent", "supervising", "active"
    )  # fmt: skip
    column_export_list = ()
    column_sortable_list = ("name", "code", "unit_type")
    column_labels = {  # noqa: RUF012
        "name": _l("Unit name"), "name_en": _l("Name in English"), "code": _l("Unit code"),
        "unit_type": _l("Unit type"), "credit_code": _l("Unified social credit code"), "parent": _l("Upper unit"),
        "supervising": _l("Supervising department"), "active": _l("In operation"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "name": lambda view, context, row, name: cells.called(row),
        "unit_type": cells.coded(words.UNIT_TYPES),
        "parent": cells.related("parent"),
        "supervising": cells.related("supervising"),
    }
    lookups = {"unit": _uppers}  # noqa: RUF012
    column_filters = (
        OneOf("type", _l("Unit type"), Unit.unit_type, lambda: words.options(words.UNIT_TYPES)),
        Chosen("parent", _l("Upper unit"), Unit.parent_id, "unit"),
        Chosen("supervising", _l("Supervising department"), Unit.supervising_id, "unit"),
        YesNo("active", _l("In operation"), Unit.active),
    )
    loads = (joinedload(Unit.parent), joinedload(Unit.supervising))
    search_label = _l("name, unit code or credit code")
    default_order = (Unit.code, False)

    def search_conditions(self, text: str) -> list[Any]:
        return [
            Unit.name.contains(text, autoescape=True),  # some hundreds of rows
            begins_with(Unit.code, text.upper()),
            Unit.credit_code == text.upper(),
        ]

    def title_of(self, row: Unit) -> str:
        return cells.called(row)

    def create(self, form: Any) -> Unit:
        from app.units import service

        return service.create(by=current_actor(), **_values(form))

    def change(self, row: Unit, form: Any, *, revision: int | None) -> Unit:
        from app.units import service

        return service.change(row.id, by=current_actor(), revision=revision or 0, **_values(form))


def _values(form: Any) -> dict[str, Any]:
    return {
        "code": form.code.data, "name": form.name.data, "name_en": form.name_en.data or "",
        "unit_type": UnitType(form.unit_type.data), "credit_code": form.credit_code.data.upper(),
        "parent_id": form.parent.key, "supervising_id": form.supervising.key,
    }  # fmt: skip
