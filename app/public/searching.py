"""What can be found of the guide: its items by everything they tell, and its policies, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flask_babel import force_locale, gettext

from app.items.guide import Element
from app.messages import Message, Named
from app.public import policies, state
from app.public.telling import ItemTold, MaterialTold, tell
from app.search.registry import Document, Part, Source, register

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
ITEM, POLICY = "item", "policy"


def items(keys: Collection[str] | None) -> Iterator[Document]:
    """The items in force, each in both languages."""
    now = state.present()
    versions = {version.code: version for version in now.versions()}
    for one in now.items:
        if keys is None or one.code in keys:
            told = tell(versions[one.code], one)
            for language, locale in LOCALES.items():
                with force_locale(locale):
                    yield Document(
                        ITEM, one.code, language, f"{_said(told.name, language)} {one.code}", _parts(told, language),
                        f"/guide/{language}/items/{one.code}",
                    )  # fmt: skip


def everything_of_policies(_keys: Collection[str] | None) -> Iterator[Document]:
    """The documents that items rest on, and the wage rules."""
    bases = policies.bases(state.present().versions())
    for language, locale in LOCALES.items():
        with force_locale(locale):
            page = f"/guide/{language}/policies"
            for basis in bases:
                items_of = gettext("Service items") + ": " + "; ".join(_said(name, language) for _, name in basis.items)
                yield Document(POLICY, basis.key, language, basis.title, items_of, f"{page}#{basis.key}")
            for rule in policies.rules():
                title = f"{_said(rule.title, language)} {rule.key}"
                yield Document(POLICY, rule.key, language, title, _said(rule.family, language), f"{page}#{rule.key}")


def _parts(told: ItemTold, language: str) -> list[Part]:
    about = [
        f"{_said(element.name, language)}: {_said(element.value, language)}"
        for group, _, elements in told.groups if group != "lifecycle"
        for element in elements if _is_told(element)
    ]  # fmt: skip
    if (occasion := told.value("acceptance_conditions")) is not None:
        about.insert(0, _said(occasion, language))
    parts = [Part("\n".join(about), gettext("About this item"), "about")]
    parts += [
        Part(_of_material(one, language), _said(one.name, language), f"material-{one.material.code}")
        for one in told.materials
    ]
    steps = "; ".join(_said(one.name, language) for one in told.steps)
    forms = "; ".join(_said(Named(form.name_zh, form.name_en), language) for form in told.forms)
    parts.append(Part(steps, gettext("Steps and limits"), "steps"))
    return parts + ([Part(forms, gettext("Forms to download"), "forms")] if forms else [])


def _is_told(element: Element) -> bool:
    return element.known and element.code not in ("item_name", "item_code_basic", "item_code_implementation")


def _of_material(one: MaterialTold, language: str) -> str:
    said = [_said(one.necessity, language)]
    if one.condition is not None:
        said.append(gettext("Needed if %(condition)s", condition=_said(one.condition, language)))
    said += [_said(text, language) for text in (one.usual, one.notes, one.mistakes) if text is not None]
    return "; ".join(said)


def _said(value: Message | Named, language: str) -> str:
    if isinstance(value, Named):
        return value.zh if language == "zh" else value.en
    return value.text(gettext, chinese=language == "zh")


register(Source(ITEM, Message("Service items"), items))
register(Source(POLICY, Message("Policies"), everything_of_policies))
