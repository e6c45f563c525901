"""Thresholds of the checks in the back office: what judges, other values tried on last month's uploads, two people."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import func, select

from admin_views import words
from admin_views.checks import titles
from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.lookups import ItemLookup
from admin_views.roads import needs
from admin_views.values import as_text
from app.errors import Invalid, NotFound, Refused
from app.materials import adjusting, previewing
from app.materials.thresholds import KNOBS, Values, defaults, is_stricter, read_values, written
from app.web.showing import say
from models import ItemMaterial, ItemVersion, ServiceItem, ThresholdSet, db

_l = lazy_gettext
STATES = words.THRESHOLD_STATES


class ThresholdsView(WorkView):
    """Where a page stops being readable: the product's own values, those of the house, those of single materials."""

    permission_read = "check:read"
    page_lead = _l(
        "From where on a page is flagged. The product's own values hold unless the house or a material has others; new "
        "ones are tried on last month's uploads and put in force by a second person."
    )

    def __init__(self) -> None:
        super().__init__(
            name=_l("Check thresholds"), endpoint="thresholds", url="thresholds", category=_l("Service items"),
            menu_icon_value="shield",
        )  # fmt: skip
        self.lookups = {"item": ItemLookup("item", "item:read")}

    @expose("/")
    @needs("check:read")
    def index(self) -> ResponseReturnValue:
        sets = adjusting.sets()
        house = next((dict(one.values) for one in sets if one.state == "IN_FORCE" and one.item_id is None), {})
        item = self.lookups["item"].get_one(request.args.get("item", ""))
        return str(
            self.render(
                "thresholds/index.html", sets=sets, states=STATES, knobs=_rows(house, defaults()), item=item,
                lookups=self.lookups, materials=_materials(item), names=_names(sets), flags=dict(titles()),
            )
        )  # fmt: skip

    @expose("/propose", methods=("GET", "POST"))
    @needs("threshold:propose")
    def propose(self) -> ResponseReturnValue:
        """Other values: first what they would change, then the proposal with its reason."""
        item, material = self._place()
        if request.method != "POST":
            held = adjusting.all_in_force([adjusting.place_of(item and item.id, material and material.code)])
            values = next(iter(held.values()), {})
            typed = {name: written(KNOBS[name], value) for name, value in values.items() if name in KNOBS}
            return str(self._form(item, material, typed))
        typed = {name: sent_text(name, longest=20) for name in KNOBS}
        reason = sent_text("reason", longest=500)
        try:
            values = read_values(typed)
            if request.form.get("verb") != "propose":
                return str(
                    self._form(item, material, typed, reason=reason, shown=self._preview(values, item, material))
                )
            found = adjusting.propose(
                typed, item_id=item.id if item else None, material_code=material.code if material else None,
                reason=reason, by=self.actor,
            )  # fmt: skip
        except Invalid as wrong:
            db.session.rollback()
            shown = None if wrong.fields.keys() & KNOBS.keys() else self._preview(read_values(typed), item, material)
            return self._form(item, material, typed, reason=reason, errors=wrong.fields, shown=shown), wrong.status
        except Refused as refusal:
            db.session.rollback()
            said = " ".join(filter(None, (say(refusal.message), say(refusal.remedy))))
            return self._form(item, material, typed, reason=reason, said=said), refusal.status
        return redirect(self.get_url(".opened", set_id=found.id))

    def _form(self, item: Any, material: Any, typed: dict[str, str], **more: Any) -> Any:
        above = defaults() | (adjusting.in_force(None, None) if item else {})
        return self.render(
            "thresholds/propose.html", item=item, material=material, typed=typed, knobs=_rows({}, above),
            flags=dict(titles()), **more,
        )  # fmt: skip

    @expose("/<int:set_id>")
    @needs("check:read")
    def opened(self, set_id: int) -> ResponseReturnValue:
        return str(self._one(adjusting.opened(set_id)))

    def _one(self, found: ThresholdSet, **more: Any) -> Any:
        shown = None
        if found.state == "PROPOSED":
            shown = previewing.preview(
                dict(found.values), item_id=found.item_id, material_code=found.material_code, by=self.actor
            )
        above = defaults() | (adjusting.in_force(None, None) if found.item_id is not None else {})
        return self.render(
            "thresholds/opened.html", found=found, states=STATES, name=_names([found])[found.id], shown=shown,
            changes=_changes(found, above), flags=dict(titles()), mine=found.proposed_by_id == self.actor.account_id,
            **more,
        )  # fmt: skip

    @expose("/<int:set_id>/publish/", methods=("POST",))
    @needs("threshold:publish")
    def publish(self, set_id: int) -> ResponseReturnValue:
        revision = sent_number("revision")
        done = _("In force: every new upload is judged so.")
        self.attempt(lambda: adjusting.put_in_force(set_id, by=self.actor, revision=revision), done)
        return redirect(self.get_url(".opened", set_id=set_id))

    @expose("/<int:set_id>/refuse/", methods=("POST",))
    @needs("threshold:publish")
    def refuse(self, set_id: int) -> ResponseReturnValue:
        reason, revision = sent_text("note", longest=500), sent_number("revision")
        verb = lambda: adjusting.refuse(set_id, by=self.actor, revision=revision, reason=reason)  # noqa: E731
        _done, refusal = self.attempt(verb, _("It is refused, with your reason."))
        if refusal is not None:
            errors = dict(getattr(refusal, "fields", {}))
            return self._one(adjusting.opened(set_id), typed=reason, errors=errors), refusal.status
        return redirect(self.get_url(".opened", set_id=set_id))

    @expose("/ajax/lookup/")
    @needs("check:read")
    def ajax_lookup(self) -> ResponseReturnValue:
        return self.look_up()

    def _preview(self, values: Values, item: Any, material: Any) -> previewing.Preview:
        return previewing.preview(
            values, item_id=item.id if item else None, material_code=material.code if material else None, by=self.actor
        )

    def _place(self) -> tuple[Any, Any]:
        """The item and material that the address names; neither for the whole house."""
        named = as_text(request.args.get("item"))
        if not named:
            return None, None
        item = self.lookups["item"].get_one(named)
        if item is None:
            raise NotFound
        code = as_text(request.args.get("material"))
        material = next((one for one in _materials(item) if one.code == code), None)
        if material is None:
            raise NotFound
        return item, material


def _rows(values: Values, above: Values) -> list[dict[str, Any]]:
    """Every threshold with its bounds, what holds without a value of its own, and its own value."""
    return [
        {
            "knob": knob, "above": written(knob, above[name]), "value": values.get(name),
            "shown": written(knob, values.get(name, above[name])),
            "lowest": written(knob, knob.lowest), "highest": written(knob, knob.highest),
        }
        for name, knob in KNOBS.items()
    ]  # fmt: skip


def _changes(found: ThresholdSet, above: Values) -> list[dict[str, Any]]:
    """What the set changes against what was in force in its place, and whether that is stricter."""
    rows = []
    for name, knob in KNOBS.items():
        before, after = found.before.get(name, above[name]), found.values.get(name, above[name])
        if before != after or name in found.values:
            rows.append({
                "knob": knob, "before": written(knob, before), "after": written(knob, after),
                "way": None if before == after else is_stricter(knob, after, before),
            })  # fmt: skip
    return rows


def _materials(item: ServiceItem | None) -> list[ItemMaterial]:
    """The materials of the newest version of an item."""
    if item is None:
        return []
    newest = select(func.max(ItemVersion.id)).where(
        ItemVersion.item_id == item.id, ItemVersion.state.in_(("PUBLISHED", "RETIRED", "DRAFT", "PROPOSED"))
    )
    rows = db.session.scalars(
        select(ItemMaterial).where(ItemMaterial.version_id == newest.scalar_subquery()).order_by(ItemMaterial.position)
    )
    return [one for one in rows if "mat.sharing" not in one.elements]


def _names(sets: list[ThresholdSet]) -> dict[int, Any]:
    """What each set is for: None for the house, else the item and the code of its material."""
    return {one.id: (one.item, one.material_code) if one.item_id is not None else None for one in sets}
