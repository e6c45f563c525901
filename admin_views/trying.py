"""A version tried on screen: the page of its applicant, a condition on an employee, hints where it comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.roads import needs
from app.access.actor import Actor
from app.applications import precheck
from app.errors import Invalid, NotFound, Refused
from app.forms.choices import staff_types
from app.forms.condition_rows import from_form
from app.forms.conditions import facts_named
from app.forms.facts import FIELD, Fact
from app.items import returns, service, trying
from app.items.hints import PLACES
from app.messages import Message, Named
from app.portal import showing
from app.portal.parsing import typed_answers, wants_fragment
from models import ItemVersion

_KINDS = {"ANSWER": "fields", "MATERIAL": "materials"}


class Trying(WorkView):
    """Roads of the version view on which it is tried. Nothing is stored but that somebody looked."""

    @expose("/preview/", methods=("GET", "POST"))
    @needs("item:design", "item:publish")
    def preview(self) -> ResponseReturnValue:
        """The page as the applicant would see it, for a real employee or an invented one."""
        version: ItemVersion = self.get_one(request.values.get("id"))
        staff_id = _employee_asked()
        kind = request.values.get("kind", "")[:20]
        title: str = self.title_of(version)
        about = {"version_id": version.id, "version_title": title, "kinds": staff_types(), "kind": kind,
                 "served": version.staff_types, "staff_id": staff_id}  # fmt: skip
        with trying.as_applicant(
            version.id, by=self.actor, staff_id=staff_id, invented=kind,
            called=_("Sample employee"), typed=typed_answers(),
        ) as seen:  # fmt: skip
            part = "items/preview_live.html" if wants_fragment() else "items/preview.html"
            page = str(self.render(part, **about, **_given(seen)))
        return page  # noqa: RET504  # made while the rows that it shows are there

    @expose("/hint/", methods=("GET", "POST"))
    @needs("item:design")
    def hint(self) -> ResponseReturnValue:
        """Words added where applications are returned for the same thing, with the reasons that reviewers gave."""
        version: ItemVersion = self.get_one(request.values.get("id"))
        part, key = request.values.get("part", ""), request.values.get("key", "")
        row = next((one for one in getattr(version, part) if _key(one) == key), None) if part in PLACES else None
        if row is None:
            raise NotFound
        typed = {"zh": sent_text("zh"), "en": sent_text("en")}
        refusal: Refused | None = None
        if request.method == "POST":
            verb = lambda: service.add_hint(version.id, part, key, **typed, by=self.actor,  # noqa: E731
                                            revision=sent_number("revision"))  # fmt: skip
            _done, refusal = self.attempt(verb, _("The hint is added."))
            if refusal is None:
                return self._to(version.id, f"{part}-{key}")
        place = PLACES[part][0]
        kind = next(kind for kind, listed in _KINDS.items() if listed == part)
        page = self.render(
            "items/hint.html", model=version, part=part, key=key, name=_called(row), typed=typed,
            said={language: getattr(row, f"{place}_{language}") for language in ("zh", "en")},
            returned=returns.statistics(version.item_id).get((kind, key)), errors=getattr(refusal, "fields", {}),
            revision=request.form.get("revision") or version.revision,
        )  # fmt: skip
        return page, refusal.status if refusal else 200


def try_condition(
    version: ItemVersion, name: str, raws: dict[str, Any], known: Mapping[str, Fact], *, by: Actor
) -> Message:  # fmt: skip
    """What the condition that stands in a form says of the employee chosen beside it. Raises Invalid."""
    if not raws.get("staff"):
        raise Invalid(fields={"staff": Message("Choose the employee.")})
    condition = from_form(name, raws, known)
    if condition is None:
        return Message("There is no condition, so it always holds.")
    told = trying.tried(condition, version, sent_number("staff"), by=by)
    if any(fact.startswith(FIELD) for fact in facts_named(condition)):
        return Message("%(first)s %(second)s", first=told,
                       second=Message("Answers are not known here; the preview lets you give them."))  # fmt: skip
    return told


def statistics(version: ItemVersion) -> dict[str, dict[str, returns.Returned]]:
    """How often each question and material was marked in returns, by part and key."""
    told: dict[str, dict[str, returns.Returned]] = {"fields": {}, "materials": {}}
    for (kind, key), one in returns.statistics(version.item_id).items():
        told[_KINDS[kind]][key] = one
    return told


def _given(seen: trying.Preview) -> dict[str, Any]:
    """What the templates of the real page need. Amounts and other applications only for who may see them."""
    found = precheck.findings(seen.sheet) if seen.whole else []
    return {
        "application": seen.application, "sheet": seen.sheet, "whole": seen.whole, "verdicts": seen.verdicts,
        "rights": {"pay:read"} if seen.whole else set(), "editing": True, "may_upload": False, "preview": True,
        "blocking": [one for one in found if one.severity == precheck.BLOCKING],
        "warnings": [one for one in found if one.severity != precheck.BLOCKING],
        "steps": showing.steps(seen.sheet), "pay_rows": showing.pay_rows(seen.sheet) if seen.whole else [],
        "show": showing,
    }  # fmt: skip


def _employee_asked() -> int | None:
    text = request.values.get("staff", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _key(row: Any) -> str:
    return str(row.key if hasattr(row, "key") else row.code)


def _called(row: Any) -> Named:
    return Named(row.label_zh, row.label_en) if hasattr(row, "label_zh") else Named(row.name_zh, row.name_en)
