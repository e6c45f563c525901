"""What the unit notices when an item is revised while its draft is open."""

from __future__ import annotations

from collections.abc import Mapping

from app.forms.conditions import in_words
from app.forms.facts import Fact, known_facts
from app.items.editions import Material, Version
from app.messages import Message, Named
from models.items import Necessity


def changes_between(old: Version, new: Version) -> list[Message]:
    """Questions and materials that came, went or changed, in sentences."""
    said: list[Message] = []
    was_asked = {field.key: field for field in old.fields}
    is_asked = {field.key: field for field in new.fields}
    for key, field in is_asked.items():
        if key not in was_asked:
            said.append(Message("New question: %(label)s.", label=Named(field.label_zh, field.label_en)))
    for key, field in was_asked.items():
        if key not in is_asked:
            said.append(Message("No longer asked: %(label)s.", label=Named(field.label_zh, field.label_en)))
    had = {material.code: material for material in old.materials}
    has = {material.code: material for material in new.materials}
    known = known_facts(new.fields)
    for code, material in has.items():
        if code not in had:
            said.append(_new_material(material, known))
        elif (had[code].necessity, had[code].condition) != (material.necessity, material.condition):
            said.append(Message("Changed: when %(name)s is needed.", name=Named(material.name_zh, material.name_en)))
    for code, material in had.items():
        if code not in has:
            said.append(Message("No longer needed: %(name)s.", name=Named(material.name_zh, material.name_en)))
    return said or [Message("Only explanations or steps were revised; your answers and materials stay as they are.")]


def _new_material(material: Material, known: Mapping[str, Fact]) -> Message:
    name = Named(material.name_zh, material.name_en)
    if material.necessity == Necessity.CONDITIONAL:
        return Message(
            "New material: %(name)s, if %(condition)s.", name=name, condition=in_words(material.condition, known)
        )
    return Message("New material: %(name)s.", name=name)
