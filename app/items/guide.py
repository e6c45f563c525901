"""What the published guide says of an item: every element of the national list that applies, with its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.items.catalogue import element_names
from app.items.editions import Material, Version
from app.messages import Message, Named

WEIGHTS = "precheck"
"""The element that holds how heavily checks before submission weigh; it is no text of the guide."""
_OUR_OWN = {"effective_rule": Message("Takes effect"), "batch": Message("Batches")}
_GROUP_OF_OUR_OWN = "process"
_TOLD_BY_COLUMNS = frozenset({"item_name", "promised_limit", "version", "status", "effective_from", "effective_to"})


@dataclass(frozen=True)
class Element:
    """One element: its name, what is said, and whether the customer still has to confirm it."""

    code: str
    name: Named | Message
    group: str  # basic, process, result, fee, channel, contact, lifecycle, material
    value: Named | Message
    to_confirm: bool = False

    @property
    def known(self) -> bool:
        return not isinstance(self.value, Message)


def elements_of(version: Version) -> list[Element]:
    """The elements of an item in the order of the national list; what the version's columns say is told from them."""
    told = dict(version.elements)
    told["item_name"] = {"zh": version.item.name_zh, "en": version.item.name_en}
    told["promised_limit"] = {"zh": f"{version.promised_days}个工作日", "en": f"{version.promised_days} working days"}
    told["version"] = {"zh": f"第{version.number}版", "en": f"Version {version.number}"}
    found = [
        _element(code, Named(row["name_zh"], row["name_en"]), row["group"], told[code])
        for code, row in element_names().items()
        if code in told and row["group"] != "material"
    ]
    return found + [
        _element(code, name, _GROUP_OF_OUR_OWN, told[code]) for code, name in _OUR_OWN.items() if code in told
    ]


def editable_elements() -> dict[str, tuple[Named | Message, str]]:
    """Name and group of every element that a designer writes, by code; what the version's columns say is left out."""
    listed: dict[str, tuple[Named | Message, str]] = {
        code: (Named(row["name_zh"], row["name_en"]), row["group"])
        for code, row in element_names().items()
        if row["group"] != "material" and code not in _TOLD_BY_COLUMNS
    }
    return listed | {code: (name, _GROUP_OF_OUR_OWN) for code, name in _OUR_OWN.items()}


def material_elements(material: Material) -> list[Element]:
    """The elements of a material in the order of the national list."""
    return [
        _element(code, Named(row["name_zh"], row["name_en"]), "material", material.elements[code])
        for code, row in element_names().items()
        if code in material.elements
    ]


def _element(code: str, name: Named | Message, group: str, value: dict[str, Any]) -> Element:
    zh, en = str(value.get("zh") or ""), str(value.get("en") or value.get("zh") or "")
    shown = Named(zh or en, en) if zh or en else Message("To be given by the bureau")
    return Element(code, name, group, shown, bool(value.get("confirm")))
