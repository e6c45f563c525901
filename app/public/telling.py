"""What the guide tells of an item: every element that the national list asks for, its materials, steps and forms.

Nothing is made up here: what the published version does not say is said to be given by the bureau, or, where the list
does not ask for it, left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.forms.conditions import in_words
from app.forms.facts import known_facts
from app.items.catalogue import element_names
from app.items.editions import Form, Material, Step, Version
from app.items.guide import Element, elements_of
from app.messages import Message, Named
from app.public.state import InForce

GROUPS = {
    "basic": Message("Basics"),
    "process": Message("How it goes"),
    "result": Message("Result"),
    "fee": Message("Fee"),
    "channel": Message("Where it is done"),
    "contact": Message("Contact, complaint and remedy"),
    "lifecycle": Message("Version"),
}
NECESSITIES = {
    "REQUIRED": Message("Required"),
    "CONDITIONAL": Message("In certain cases"),
    "OPTIONAL": Message("If you wish"),
}
TO_BE_GIVEN = Message("To be given by the bureau")
_ONLY_IF_SAID = frozenset({"charge_standard", "on_site_reason", "item_code_handling"})
"""Asked for only where an item is charged, needs a visit or is split, which a version says by filling them."""
_TOLD_IN_COLUMNS = ("mat.name", "mat.necessity", "mat.condition", "mat.copies", "mat.filling_notes")


@dataclass(frozen=True)
class MaterialTold:
    """A material with its condition in words and the elements that its version gives."""

    material: Material
    name: Named
    necessity: Message
    condition: Message | None
    usual: Named | None  # the condition as the bureau puts it
    notes: Named | None
    mistakes: Named | None
    elements: tuple[tuple[Named, Named | Message], ...]

    @property
    def shared(self) -> bool:
        return self.material.shared


@dataclass(frozen=True)
class StepTold:
    """A step with the condition under which it is left out."""

    step: Step
    name: Named
    skipped: Message | None


@dataclass(frozen=True)
class ItemTold:
    """An item as the guide tells it."""

    version: Version
    name: Named
    number: int
    effective_from: date | None
    groups: tuple[tuple[str, Message, tuple[Element, ...]], ...]
    materials: tuple[MaterialTold, ...]
    steps: tuple[StepTold, ...]

    @property
    def code(self) -> str:
        return self.version.code

    @property
    def forms(self) -> tuple[Form, ...]:
        return self.version.forms

    def value(self, code: str) -> Named | None:
        """An element that is known, by the code of the national list."""
        found = next((one for _, _, elements in self.groups for one in elements if one.code == code), None)
        return found.value if found is not None and isinstance(found.value, Named) else None


def tell(version: Version, one: InForce) -> ItemTold:
    """All that is published of an item."""
    known = known_facts(version.fields)
    return ItemTold(
        version, Named(version.item.name_zh, version.item.name_en), one.number, one.effective_from,
        _groups(version, one), tuple(_material(material, known) for material in version.materials),
        tuple(
            StepTold(
                step, Named(step.name_zh, step.name_en),
                in_words(step.skip_condition, known) if step.skip_condition else None,
            )
            for step in version.steps
        ),
    )  # fmt: skip


def _groups(version: Version, one: InForce) -> tuple[tuple[str, Message, tuple[Element, ...]], ...]:
    """Every element of the national list in its order: those that the version gives, and those that are asked for."""
    given = {element.code: element for element in elements_of(version)}
    if one.effective_from is not None:
        day = one.effective_from
        given["effective_from"] = _own("effective_from", f"{day.year}年{day.month}月{day.day}日", day.isoformat())
    given["status"] = _own("status", "在用", "In force")
    listed = []
    for code, row in element_names().items():
        if row["group"] == "material":
            continue
        if code in given:
            if given[code].known or _is_asked_for(row):
                listed.append(given[code])
        elif _is_asked_for(row):
            listed.append(Element(code, Named(row["name_zh"], row["name_en"]), row["group"], TO_BE_GIVEN))
    listed += [element for code, element in given.items() if code not in element_names()]
    return tuple(
        (group, name, tuple(element for element in listed if element.group == group))
        for group, name in GROUPS.items()
        if any(element.group == group for element in listed)
    )


def _is_asked_for(row: dict[str, str]) -> bool:
    return row["required"] == "yes" and row["field_code"] not in _ONLY_IF_SAID


def _own(code: str, zh: str, en: str) -> Element:
    row = element_names()[code]
    return Element(code, Named(row["name_zh"], row["name_en"]), row["group"], Named(zh, en))


def _material(material: Material, known: Any) -> MaterialTold:
    return MaterialTold(
        material, Named(material.name_zh, material.name_en or material.name_zh), NECESSITIES[material.necessity],
        in_words(material.condition, known) if material.condition is not None else None,
        _named(material.condition_zh, material.condition_en), _named(material.notes_zh, material.notes_en),
        _named(material.mistakes_zh, material.mistakes_en), tuple(_elements(material)),
    )  # fmt: skip


def _elements(material: Material) -> list[tuple[Named, Named | Message]]:
    """The elements of a material in the order of the national list, as far as its version gives them."""
    told: dict[str, Any] = {**material.elements, "mat.copies": {"zh": f"{material.copies}份", "en": material.copies}}
    found: list[tuple[Named, Named | Message]] = []
    for code, row in element_names().items():
        value = told.get(code)
        if row["group"] != "material" or not isinstance(value, dict):
            continue
        if code in _TOLD_IN_COLUMNS and code != "mat.copies":
            continue
        said = _named(str(value.get("zh") or ""), str(value.get("en") or ""))
        if said is not None:
            found.append((Named(row["name_zh"], row["name_en"]), said))
    return found


def _named(zh: str, en: str) -> Named | None:
    return Named(zh or en, en or zh) if zh or en else None
