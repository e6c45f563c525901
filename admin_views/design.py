"""The designer's pages of an item version: its questions, materials, steps and forms, and the way to publication."""

from __future__ import annotations

import json
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin_views import words
from admin_views.custom import WorkView, sent_text
from admin_views.filled import facts_of_version, typed_over
from admin_views.roads import needs
from admin_views.trying import try_condition
from admin_views.writing import sent_revision
from app.applications.weights import WEIGHTS, read_weights, weighed
from app.errors import Invalid, NotFound, Refused, Stale
from app.forms.choices import staff_types
from app.forms.condition_rows import JOINTS, MOST_ROWS, OPERATOR_NAMES
from app.forms.conditions import in_words
from app.items import service
from app.items.guide import editable_elements
from app.pay.effects import EFFECTS
from app.web.showing import say
from models import ItemVersion
from models.items import VersionState

PARTS = {"fields": "key", "materials": "code", "steps": "key", "forms": "code"}
_MATERIAL_LISTS = ("accepts",)


class Designing(WorkView):
    """Roads of the version view on which drafts are written and versions pass into force."""

    def version_page(self, version: ItemVersion, **more: Any) -> dict[str, Any]:
        """What the page of a version shows beside its own columns."""
        known = facts_of_version(version)
        draft = version.state == VersionState.DRAFT and self.holds("item:design")
        in_work = version.state in (VersionState.DRAFT, VersionState.PROPOSED)
        return {
            "draft": draft,
            "says": lambda condition: say(in_words(condition, known)),
            "changes": service.changes(version.id) if in_work else [],
            "found": service.publish_findings(version.id) if in_work else [],
            "may_publish": service.may_publish(self.actor, version) if version.state == VersionState.PROPOSED else None,
            "effect": EFFECTS.get(version.effect or ""),
            "effects": EFFECTS,
            "kinds_of_staff": staff_types(),
            "drafts": service.drafts_of(version) if self._may_withdraw(version) else None,
        } | more

    def _may_withdraw(self, version: ItemVersion) -> bool:
        return version.state == VersionState.PUBLISHED and self.holds("item:publish")

    def _version(self) -> ItemVersion:
        version: ItemVersion = self.get_one(request.values.get("id"))
        return version

    def _to(self, version_id: int, anchor: str = "") -> ResponseReturnValue:
        return redirect(self.get_url(".details_view", id=version_id, _anchor=anchor or None))

    def _revision(self) -> int:
        return sent_revision() or 0

    @expose("/part/", methods=("GET", "POST"))
    @needs("item:design")
    def part(self) -> ResponseReturnValue:
        """One question, material, step or form of a draft: new without a key, else the one of that key."""
        version, part, key = self._version(), request.args.get("part", ""), request.args.get("key") or None
        if part not in PARTS:
            raise NotFound
        row = next((one for one in getattr(version, part) if getattr(one, PARTS[part]) == key), None)
        if key is not None and row is None:
            raise NotFound
        if request.method != "POST":
            return self._part_page(version, part, key, service.part_as_form(part, row, questions=version.fields))
        raws = _raws()
        if "try" in request.form:
            return self._try_part(version, part, key, row, raws)
        verb = lambda: service.save_part(version.id, part, raws, by=self.actor, revision=self._revision(), key=key)  # noqa: E731
        saved, refusal = self.attempt(verb, _("Saved."))
        if refusal is None:
            return self._to(version.id, f"{part}-{saved}")
        filled = typed_over(service.part_as_form(part, row, questions=version.fields), raws)
        errors = dict(refusal.fields) if isinstance(refusal, Invalid) else {}
        return self._part_page(self._version(), part, key, filled, errors=errors, status=refusal.status)

    def _try_part(
        self, version: ItemVersion, part: str, key: str | None, row: Any, raws: dict[str, Any]
    ) -> ResponseReturnValue:  # fmt: skip
        """The same page with what was typed, and what the condition says of the chosen employee."""
        filled = typed_over(service.part_as_form(part, row, questions=version.fields), raws)
        name = next(one.entry.name for one in filled if one.entry.kind == "condition")
        told, errors, status = None, {}, 200
        try:
            told = try_condition(version, name, raws, facts_of_version(version), by=self.actor)
        except Invalid as refusal:
            errors, status = dict(refusal.fields) or {name: refusal.message}, refusal.status
        return self._part_page(version, part, key, filled, errors=errors, status=status, told=told)

    def _part_page(
        self, version: ItemVersion, part: str, key: str | None, filled: Any, *, errors: Any = None, status: int = 200,
        told: Any = None,
    ) -> ResponseReturnValue:  # fmt: skip
        facts = facts_of_version(version)
        page = self.render(
            "items/part.html", model=version, part=part, key=key, filled=filled, errors=errors or {}, facts=facts,
            operators=OPERATOR_NAMES, joints=JOINTS, most_rows=MOST_ROWS, told=told,
            tryable=self.holds("item:try") and any(one.entry.kind == "condition" for one in filled),
            chosen=(request.form.get("staff", ""), request.form.get("staff_text", "")),
            revision=request.form.get("revision") or version.revision,
        )  # fmt: skip
        return page, status

    @expose("/remove-part/", methods=("POST",))
    @needs("item:design")
    def remove_part(self) -> ResponseReturnValue:
        version, part, key = self._version(), request.form.get("part", ""), sent_text("key", longest=40)
        if part not in PARTS:
            raise NotFound
        if request.form.get("sure") != "1":
            return self._ask_first(
                version, _("Remove “%(what)s” from this draft?", what=key), ".remove_part",
                [("part", part), ("key", key)], hanging=_asking(version, key) if part == "fields" else [],
            )  # fmt: skip
        self.attempt(
            lambda: service.remove_part(version.id, part, key, by=self.actor, revision=self._revision()), _("Removed.")
        )
        return self._to(version.id, part)

    def _ask_first(
        self, version: ItemVersion, title: str, road: str, fields: list[tuple[str, Any]], *,
        hanging: list[dict[str, Any]],
    ) -> ResponseReturnValue:  # fmt: skip
        """The page that asks, with what hangs on it, before a part or a draft is gone."""
        view: Any = self
        page: str = view.ask(
            title, verb=_("Remove"), action=self.get_url(road), hanging=hanging, items=[view.title_of(version)],
            return_url=self.get_url(".details_view", id=version.id),
            fields=[("id", version.id), ("revision", self._revision()), ("sure", "1"), *fields],
        )  # fmt: skip
        return page

    @expose("/move-part/", methods=("POST",))
    @needs("item:design")
    def move_part(self) -> ResponseReturnValue:
        version, part, key = self._version(), request.form.get("part", ""), sent_text("key", longest=40)
        if part not in PARTS:
            raise NotFound
        names = [getattr(one, PARTS[part]) for one in getattr(version, part)]
        to = (names.index(key) + 1 if key in names else 1) + (-1 if request.form.get("way") == "up" else 1)
        self.attempt(
            lambda: service.move_part(version.id, part, key, to=max(1, to), by=self.actor, revision=self._revision())
        )
        return self._to(version.id, part)

    @expose("/head/", methods=("POST",))
    @needs("item:design")
    def head(self) -> ResponseReturnValue:
        """Promised days, whom it serves, effect and note of a draft."""
        version = self._version()
        named = ("promised_days", "note", "effect")
        raws: dict[str, Any] = {name: sent_text(name) for name in named if name in request.form}
        raws |= {name: sent_text(name, longest=40) for name in request.form if name.startswith("fact-")}
        if "staff_types-asked" in request.form:  # nothing ticked is an answer too
            raws["staff_types"] = request.form.getlist("staff_types")[:10]
        _saved, refusal = self.attempt(
            lambda: service.change_version(version.id, raws, by=self.actor, revision=self._revision()), _("Saved.")
        )
        return self._to(version.id) if refusal is None else self._head_again(raws, refusal)

    def _head_again(self, raws: dict[str, Any], refusal: Refused) -> ResponseReturnValue:
        """The page of the version with what was typed into its head. Who was overtaken has been told so, and may save
        what they typed over it."""
        view: Any = self
        version = self._version()
        revision = version.revision if isinstance(refusal, Stale) else self._revision()
        page: str = view._page(
            view.details_template, model=version, details_columns=view._details_columns,
            get_value=view.get_detail_value, return_url=self.get_url(".index_view"),
            **({"buttons": view.row_buttons(version)} | view.version_page(version)), typed=raws,
            errors=dict(refusal.fields) if isinstance(refusal, Invalid) else {}, head_revision=revision,
        )  # fmt: skip
        return page, refusal.status

    @expose("/guide/", methods=("GET", "POST"))
    @needs("item:design")
    def guide(self) -> ResponseReturnValue:
        """What the published guide says of the item, element by element, in both languages."""
        version = self._version()
        listed = editable_elements()
        typed: dict[str, Any] = {}
        if request.method == "POST":
            typed = {name: sent_text(name) for name in request.form if name.startswith("element-")}
            _saved, refusal = self.attempt(
                lambda: service.change_version(version.id, typed, by=self.actor, revision=self._revision()), _("Saved.")
            )
            if refusal is None:
                return self._to(version.id)
        page = self.render(
            "items/guide.html", model=version, listed=listed, groups=_in_groups(listed), typed=typed,
            revision=request.form.get("revision") or version.revision,
        )  # fmt: skip
        return page, refusal.status if typed and refusal else 200

    @expose("/weights/")
    @needs("item:read")
    def weights(self) -> ResponseReturnValue:
        """How heavily the checks before submission weigh in the item: of a draft to be set, of others to be read."""
        return self._weights_page(self._version(), {}, None)

    @expose("/set-weights/", methods=("POST",))
    @needs("item:design")
    def set_weights(self) -> ResponseReturnValue:
        version = self._version()
        typed = {name: sent_text(name, longest=20) for name in request.form if name.startswith("weight-")}
        _saved, refusal = self.attempt(
            lambda: service.set_weights(version.id, read_weights(typed), by=self.actor, revision=self._revision()),
            _("Saved."),
        )
        if refusal is None:
            return redirect(self.get_url(".weights", id=version.id))
        return self._weights_page(self._version(), typed, refusal)

    def _weights_page(
        self, version: ItemVersion, typed: dict[str, str], refusal: Refused | None
    ) -> ResponseReturnValue:  # fmt: skip
        page = self.render(
            "items/weights.html", model=version, groups=weighed(version.elements), weights=WEIGHTS, typed=typed,
            draft=version.state == VersionState.DRAFT and self.holds("item:design"),
            errors=dict(refusal.fields) if isinstance(refusal, Invalid) else {},
            revision=version.revision if refusal is None or isinstance(refusal, Stale) else self._revision(),
        )  # fmt: skip
        return page, refusal.status if refusal is not None else 200

    @expose("/propose/", methods=("POST",))
    @needs("item:design")
    def propose(self) -> ResponseReturnValue:
        version, note = self._version(), sent_text("note", longest=500)
        self.attempt(
            lambda: service.propose(version.id, by=self.actor, revision=self._revision(), note=note),
            _("The version is proposed. A publisher decides on it."),
        )
        return self._to(version.id)

    @expose("/take-back/", methods=("POST",))
    @needs("item:design")
    def take_back(self) -> ResponseReturnValue:
        version = self._version()
        self.attempt(
            lambda: service.take_back(version.id, by=self.actor, revision=self._revision()), _("It is a draft again.")
        )
        return self._to(version.id)

    @expose("/publish/", methods=("POST",))
    @needs("item:publish")
    def publish(self) -> ResponseReturnValue:
        version = self._version()
        self.attempt(
            lambda: service.publish(version.id, by=self.actor, revision=self._revision()),
            _("The version is in force. New applications use it; those under way keep theirs."),
        )
        return self._to(version.id)

    @expose("/refuse/", methods=("POST",))
    @needs("item:publish")
    def refuse(self) -> ResponseReturnValue:
        version, reason = self._version(), sent_text("reason", longest=500)
        self.attempt(
            lambda: service.refuse(version.id, by=self.actor, revision=self._revision(), reason=reason),
            _("It is back with the designer, with your reason."),
        )
        return self._to(version.id)

    @expose("/withdraw/", methods=("POST",))
    @needs("item:publish")
    def withdraw(self) -> ResponseReturnValue:
        version, reason = self._version(), sent_text("reason", longest=500)
        self.attempt(
            lambda: service.withdraw(version.id, by=self.actor, revision=self._revision(), reason=reason),
            _("The version is out of force. What was filed goes on; drafts are kept and say why."),
        )
        return self._to(version.id)

    @expose("/discard/", methods=("POST",))
    @needs("item:design")
    def discard(self) -> ResponseReturnValue:
        version = self._version()
        if request.form.get("sure") != "1":
            parts = ((_("Questions"), version.fields), (_("Required materials"), version.materials),
                     (_("Steps"), version.steps), (_("Printed forms"), version.forms))  # fmt: skip
            return self._ask_first(
                version, _("Discard this draft? What it changed is lost."), ".discard", [],
                hanging=[{"label": label, "count": len(rows)} for label, rows in parts],
            )  # fmt: skip
        item_id = version.item_id
        _gone, refusal = self.attempt(
            lambda: service.discard_draft(version.id, by=self.actor, revision=self._revision()), _("The draft is gone.")
        )
        return self._to(version.id) if refusal else redirect(self.get_url("items.details_view", id=item_id))


def _in_groups(listed: dict[str, Any]) -> list[tuple[Any, list[str]]]:
    """The elements under the headings of the national list."""
    grouped: dict[str, list[str]] = {}
    for code, (_name, group) in listed.items():
        grouped.setdefault(group, []).append(code)
    return [(words.GUIDE_GROUPS[group], codes) for group, codes in grouped.items()]


def _asking(version: ItemVersion, key: str) -> list[dict[str, Any]]:
    """What of a draft asks for the answer to a question, or takes it as a fact of the approval."""
    conditions = [
        getattr(one, name, None) for part in PARTS for one in getattr(version, part)
        for name in ("condition", "skip_condition")
    ]  # fmt: skip
    asking = sum(f'.{key}"' in text or f'"{key}"' in text for text in map(json.dumps, filter(None, conditions)))
    facts = list((version.effect_map or {}).values()).count(key)
    counted = ((_("Conditions that ask for it"), asking), (_("Facts of the approval that it gives"), facts))
    return [{"label": label, "count": count} for label, count in counted]


def _raws() -> dict[str, Any]:
    """The form as typed; of those that may be chosen several times, a list."""
    raws: dict[str, Any] = {name: request.form[name].replace("\x00", "") for name in request.form}
    return raws | {name: request.form.getlist(name) for name in _MATERIAL_LISTS}
