"""Service items, their versions and their required materials in the back office."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import cells, words
from admin_views.base import SafeModelView
from admin_views.beginning import Beginning
from admin_views.bench import Bench
from admin_views.filters import Chosen, OneOf
from admin_views.lookups import ItemLookup, StaffLookup
from admin_views.roads import needs
from admin_views.values import begins_with
from app.errors import Conflict, Invalid
from app.items import service
from app.items.exchange import MOST_BYTES
from app.web.guard import current_actor
from app.web.showing import say
from models import ItemMaterial, ItemVersion, ServiceItem, db
from models.items import VersionState

_l = lazy_gettext
_items = ItemLookup("item", "item:read")
_people = StaffLookup("staff", "item:try")


class ItemView(Beginning, SafeModelView):
    """The service items. What each asks for stands in its versions."""

    permission_read = "item:read"
    record_kind = "item"
    column_list = ("name_zh", "code", "published", "in_work")
    column_details_list = ("code", "name_zh", "name_en")
    column_export_list = ()
    column_sortable_list = ("code",)
    column_labels = {  # noqa: RUF012
        "name_zh": _l("Service item"), "code": _l("Code"), "name_en": _l("Name in English"),
        "published": _l("In force"), "in_work": _l("In work"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "name_zh": lambda view, context, row, name: cells.called(row) if context is None or name else "",
        "published": lambda view, context, row, name: _version(row, (VersionState.PUBLISHED,), context),
        "in_work": lambda view, context, row, name: _version(row, (VersionState.DRAFT, VersionState.PROPOSED), context),
    }
    column_filters = ()
    loads = (selectinload(ServiceItem.versions),)
    search_label = _l("code or name")
    default_order = (ServiceItem.code, False)
    list_template = "items/list.html"

    def search_conditions(self, text: str) -> list[Any]:
        return [begins_with(ServiceItem.code, text.upper()), ServiceItem.name_zh.contains(text, autoescape=True)]

    def title_of(self, row: ServiceItem) -> str:
        return f"{row.code} {cells.called(row)}"

    def row_buttons(self, row: ServiceItem) -> list[dict[str, Any]]:
        buttons: list[dict[str, Any]] = [
            {"label": _("Download as a file"), "url": self.get_url(".export_item", id=row.id), "icon": "download"}
        ]
        in_work = any(one.state in (VersionState.DRAFT, VersionState.PROPOSED) for one in row.versions)
        if self.holds("item:design") and not in_work:
            buttons.append({"label": _("Begin a new version"), "url": self.get_url(".begin_draft"), "icon": "edit",
                            "kind": "primary", "fields": {"id": row.id}})  # fmt: skip
        if self.holds("item:design"):
            buttons.append({"label": _("Copy"), "url": self.get_url(".copy_item", id=row.id), "icon": "plus"})
        return buttons

    @expose("/export-item/")
    @needs("item:design", "item:publish")
    def export_item(self) -> ResponseReturnValue:
        """The item as one file, to be brought into another system."""
        row = self.one(request.args.get("id"))
        disposition = f"attachment; filename={row.code}.yaml"
        return Response(
            service.export_item(row.code), content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )  # fmt: skip

    @expose("/import/", methods=("GET", "POST"))
    @needs("item:design")
    def import_item(self) -> ResponseReturnValue:
        """Read a file and say what it would change and what this system lacks; on confirmation make a draft of it."""
        text = request.form.get("text", "")
        if "file" in request.files and request.files["file"].filename:
            text = request.files["file"].stream.read(MOST_BYTES + 1).decode("utf-8", "replace")
        if request.method != "POST" or not text:
            status = 422 if request.method == "POST" else 200
            return self.render("items/import.html", model=None, told=None, text=""), status
        sure = request.form.get("sure") == "1"
        try:
            told = service.import_item(text, by=current_actor(), dry_run=not sure)
        except (Invalid, Conflict) as refusal:
            db.session.rollback()
            flash(" ".join(filter(None, (say(refusal.message), say(refusal.remedy)))), "error")
            return self.render("items/import.html", model=None, told=None, text=text), refusal.status
        if told.version_id is not None:
            flash(_("The file is a draft now."), "success")
            return redirect(url_for("item_versions.details_view", id=told.version_id))
        return self.render("items/import.html", model=None, told=told, text=text), 200

    @expose("/begin-draft/", methods=("POST",))
    @needs("item:design")
    def begin_draft(self) -> ResponseReturnValue:
        row = self.one(request.form.get("id"))
        draft = self._through(None, lambda: service.begin_draft(row.id, by=current_actor()), row)
        if draft is None:
            return redirect(self.get_url(".details_view", id=request.form.get("id")))
        return redirect(url_for("item_versions.details_view", id=draft.id))

    def details_extra(self, row: ServiceItem) -> dict[str, Any]:
        columns = [{"label": _("Version")}, {"label": _("State")}, {"label": _("In force from")}, {"label": _("Note")}]
        rows = [
            [
                cells.link(f"v{one.number}", url_for("item_versions.details_view", id=one.id)),
                cells.status(*_word(one.state)), one.effective_from, one.note,
            ]
            for one in reversed(row.versions)
        ]  # fmt: skip
        return {"sections": [{"title": _("Versions"), "columns": columns, "rows": rows}]}


class ItemVersionView(Bench, SafeModelView):
    """Every version of every item: drafts, proposed, in force and retired ones."""

    permission_read = "item:read"
    record_kind = "item_version"
    column_list = ("item", "number", "state", "promised_days", "effective_from", "note")
    column_details_list = ("item", "number", "state", "promised_days", "effective_from", "published_at", "note")
    column_export_list = ()
    column_sortable_list = ("promised_days", "effective_from")
    column_labels = {  # noqa: RUF012
        "item": _l("Service item"), "number": _l("Version"), "state": _l("State"),
        "promised_days": _l("Promised working days"), "effective_from": _l("In force from"),
        "published_at": _l("Published"), "note": _l("Note"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "item": lambda view, context, row, name: f"{row.item.code} {cells.called(row.item)}",
        "number": lambda view, context, row, name: f"v{row.number}",
        "state": cells.stated(words.VERSION_STATES),
    }
    column_numeric = ("promised_days",)
    lookups = {"item": _items, "staff": _people}  # noqa: RUF012
    column_filters = (
        OneOf("state", _l("State"), ItemVersion.state, lambda: words.options(words.VERSION_STATES)),
        Chosen("item", _l("Service item"), ItemVersion.item_id, "item"),
    )
    loads = (joinedload(ItemVersion.item),)

    details_template = "items/version.html"
    details_loads = (
        joinedload(ItemVersion.item), selectinload(ItemVersion.fields), selectinload(ItemVersion.materials),
        selectinload(ItemVersion.steps), selectinload(ItemVersion.forms),
    )  # fmt: skip

    def title_of(self, row: ItemVersion) -> str:
        return f"{row.item.code} {cells.called(row.item)} v{row.number}"

    def details_extra(self, row: ItemVersion) -> dict[str, Any]:
        return self.version_page(row)

    def row_buttons(self, row: ItemVersion) -> list[dict[str, Any]]:
        fields = {"id": row.id, "revision": row.revision}
        buttons: list[dict[str, Any]] = []
        if self.holds("item:design") or self.holds("item:publish"):
            buttons.append({"label": _("Preview"), "url": self.get_url(".preview", id=row.id), "icon": "eye"})
            buttons.append({"label": _("Checks before submission"), "url": self.get_url(".weights", id=row.id),
                            "icon": "check-circle"})  # fmt: skip
        in_work = row.state in (VersionState.DRAFT, VersionState.PROPOSED)
        if in_work and (self.holds("item:design") or self.holds("item:publish")):
            buttons.append({"label": _("Rehearse"), "url": self.get_url(".rehearse"), "icon": "clock",
                            "fields": {"id": row.id}})  # fmt: skip
        if self.holds("item:design"):
            if row.state == VersionState.DRAFT:
                buttons.append({"label": _("Guide texts"), "url": self.get_url(".guide", id=row.id), "icon": "edit"})
                buttons.append({"label": _("Discard"), "url": self.get_url(".discard"), "icon": "trash",
                                "fields": fields})  # fmt: skip
                buttons.append({"label": _("Propose"), "url": self.get_url(".propose"), "icon": "send",
                                "kind": "primary", "fields": fields})  # fmt: skip
            elif row.state == VersionState.PROPOSED:
                buttons.append({"label": _("Take back"), "url": self.get_url(".take_back"), "icon": "return",
                                "fields": fields})  # fmt: skip
        return buttons


class MaterialView(SafeModelView):
    """The required materials of all versions, to find where one is asked for."""

    permission_read = "item:read"
    record_kind = "item_material"
    column_list = ("name_zh", "item", "code", "necessity", "copies", "max_pages")
    column_details_list = (
        "name_zh", "name_en", "item", "code", "form", "necessity", "condition_zh", "copies", "min_pages", "max_pages",
        "max_megabytes", "notes_zh", "mistakes_zh", "source",
    )  # fmt: skip
    column_export_list = ()
    column_sortable_list = ("code",)
    column_labels = {  # noqa: RUF012
        "name_zh": _l("Material"), "name_en": _l("Name in English"), "item": _l("Asked for by"), "code": _l("Code"),
        "form": _l("Form"), "necessity": _l("Necessity"), "condition_zh": _l("On what condition"),
        "copies": _l("Copies"), "min_pages": _l("Fewest pages"), "max_pages": _l("Most pages"),
        "max_megabytes": _l("Largest file (MB)"), "notes_zh": _l("What it must show"),
        "mistakes_zh": _l("Common mistakes"), "source": _l("Source"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "name_zh": lambda view, context, row, name: cells.called(row),
        "item": lambda view, context, row, name: f"{row.version.item.code} v{row.version.number}",
        "necessity": cells.coded(words.NECESSITIES),
        "form": cells.coded(words.MATERIAL_FORMS),
        "source": lambda view, context, row, name: words.source_in_words(row.source),
    }
    column_numeric = ("copies", "max_pages")
    lookups = {"item": _items}  # noqa: RUF012
    column_filters = (
        OneOf("necessity", _l("Necessity"), ItemMaterial.necessity, lambda: words.options(words.NECESSITIES)),
        OneOf("state", _l("State of the version"), ItemMaterial.version_id,
              lambda: words.options(words.VERSION_STATES), made=lambda state: _of(ItemVersion.state == state)),
        Chosen("item", _l("Service item"), ItemMaterial.version_id, "item",
               made=lambda item_id: _of(ItemVersion.item_id == item_id)),
    )  # fmt: skip
    loads = (joinedload(ItemMaterial.version).joinedload(ItemVersion.item),)
    search_label = _l("name or code of the material")

    def permissions_of(self, road: str) -> tuple[str, ...]:
        return () if road == "history_view" else super().permissions_of(road)

    def search_conditions(self, text: str) -> list[Any]:
        return [ItemMaterial.name_zh.contains(text, autoescape=True), ItemMaterial.code == text.upper()]

    def title_of(self, row: ItemMaterial) -> str:
        return cells.called(row)


def _of(condition: Any) -> Any:
    """Materials of the versions that a condition holds."""
    return ItemMaterial.version_id.in_(select(ItemVersion.id).where(condition))


def _word(state: str) -> tuple[str, str, str]:
    word, tone, icon = words.VERSION_STATES[state]
    return str(word), tone, icon


def _version(row: ServiceItem, states: tuple[str, ...], context: Any) -> Any:
    found = next((one for one in row.versions if one.state in states), None)
    if found is None:
        return ""
    word, tone, icon = _word(found.state)
    text = f"v{found.number}" if found.state == VersionState.PUBLISHED else f"v{found.number} {word}"
    return cells.status(text, tone, icon) if context is not None else text
