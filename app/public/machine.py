"""The guide for machines: items as JSON by a published schema, and as GovernmentService of schema.org."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import url_for
from flask_babel import force_locale, gettext

from app.documents.catalogue import entry_of
from app.items.guide import Element
from app.messages import Message, Named
from app.public.figures import OfItem, Told
from app.public.samples import has_sample
from app.public.searching import LOCALES
from app.public.telling import ItemTold, MaterialTold, StepTold

SCHEMAS = Path(__file__).parent / "data"
FORMAT = "zerotrip-guide/1"
Json = dict[str, Any]


@cache
def schema(name: str) -> bytes:
    """A published schema: `item` or `items`. Raises KeyError for any other."""
    if name not in ("item", "items"):
        raise KeyError(name)
    return (SCHEMAS / f"{name}.schema.json").read_bytes()


def item_as_json(told: ItemTold, figures: OfItem | None) -> Json:
    """All that is published of an item, in both languages. What is not known is null."""
    return {
        "format": FORMAT,
        "code": told.code,
        "version": told.number,
        "effectiveFrom": told.effective_from.isoformat() if told.effective_from else None,
        "name": both(told.name),
        "pages": pages_of(told.code),
        "promisedWorkingDays": told.version.promised_days,
        "elements": [_element(element) for _, _, elements in told.groups for element in elements],
        "materials": [_material(one, told.code) for one in told.materials],
        "steps": [_step(one) for one in told.steps],
        "forms": [
            {
                "code": form.code,
                "name": both(Named(form.name_zh, form.name_en)),
                "blank": {
                    language: url_for(
                        "guide.blank_form", language=language, code=told.code, form=form.code, _external=True
                    )
                    for language in LOCALES
                },
                "layout": entry_of(form.code).layout,
            }
            for form in told.forms
        ],
        "figures": _figures(figures),
    }


def pages_of(code: str) -> dict[str, str]:
    """The pages of an item in each language."""
    return {
        language: url_for("guide.item", language=language, code=code, _external=True) for language in LOCALES
    }  # fmt: skip


def government_service(told: ItemTold, language: str) -> Json:
    """The item as schema.org tells services of governments. Only what is published, and nothing of our making."""

    def said(code: str) -> str | None:
        value = told.value(code)
        return _in(value, language) if value is not None else None

    page = url_for("guide.item", language=language, code=told.code, _external=True)
    service: Json = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": page,
        "identifier": told.code,
        "name": _in(told.name, language),
        "url": page,
        "serviceType": said("item_type"),
        "description": said("acceptance_conditions"),
        "provider": _organisation(said("implementing_body")),
        "serviceOperator": _organisation(said("competent_department")),
        "areaServed": said("cross_region_scope"),
        "audience": {"@type": "Audience", "audienceType": said("service_object")} if said("service_object") else None,
        "serviceOutput": {"@type": "Thing", "name": said("result_name")} if said("result_name") else None,
        "availableChannel": {
            "@type": "ServiceChannel",
            "serviceUrl": url_for("access.login", _external=True),
            "availableLanguage": ["zh-CN", "en"],
        },
        "isAccessibleForFree": told.value("is_charged") is not None and said("is_charged") in ("否", "No"),
    }
    return {name: value for name, value in service.items() if value is not None}


def as_text(value: Any) -> str:
    """JSON that may also stand inside a page: no sign in it can end a script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def both(value: Message | Named | None) -> dict[str, str] | None:
    """A text in both languages."""
    return None if value is None else {language: _in(value, language) for language in LOCALES}


def _in(value: Message | Named, language: str) -> str:
    if isinstance(value, Named):
        return value.zh if language == "zh" else value.en
    with force_locale(LOCALES[language]):
        return value.text(gettext, chinese=language == "zh")


def _organisation(name: str | None) -> Json | None:
    return {"@type": "GovernmentOrganization", "name": name} if name else None


def _element(element: Element) -> Json:
    return {
        "code": element.code,
        "group": element.group,
        "name": both(element.name),
        "value": both(element.value) if element.known else None,
        "toBeConfirmed": element.to_confirm,
    }


def _material(one: MaterialTold, item: str) -> Json:
    material = one.material
    return {
        "code": material.code,
        "name": both(one.name),
        "necessity": material.necessity,
        "heldBySystem": one.shared,
        "condition": both(one.condition),
        "conditionData": material.condition,
        "copies": material.copies,
        "pages": {"least": material.min_pages, "most": material.max_pages},
        "notes": both(one.notes),
        "mistakes": both(one.mistakes),
        "sample": _sample(material.code, item) if has_sample(one) else None,
        "elements": [{"name": both(name), "value": both(value)} for name, value in one.elements],
    }


def _sample(material: str, item: str) -> Json:
    return {
        language: url_for("guide.sample", language=language, code=item, material=material, _external=True)
        for language in LOCALES
    }


def _step(one: StepTold) -> Json:
    return {
        "key": one.step.key,
        "name": both(one.name),
        "limitWorkingDays": one.step.limit_days,
        "skippedIf": both(one.skipped),
    }


def _figures(figures: OfItem | None) -> Json | None:
    if figures is None or figures.whole is None or figures.whole.cases is None:
        return None
    return {
        **_figure(figures.whole),
        "medianCalendarDays": figures.whole.calendar_days,
        "returnedPercent": figures.whole.returned,
        "steps": [{"name": both(step.name), **_figure(step)} for step in figures.steps],
        "reasons": [{"text": both(text), "times": times} for text, times in figures.reasons],
    }


def _figure(told: Told) -> Mapping[str, Any]:
    return {"cases": told.cases, "medianWorkingDays": told.median_days, "inTimePercent": told.in_time}
