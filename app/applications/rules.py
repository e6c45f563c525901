"""Which questions are asked and which materials are needed under given facts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.forms.conditions import holds
from app.items.editions import Field, Material
from models.items import Necessity

Facts = Mapping[str, Any]


def applying(fields: Iterable[Field], facts: Facts) -> list[Field]:
    """The questions that are asked under these facts."""
    return [field for field in fields if field.condition is None or holds(field.condition, facts)]


def needed_materials(materials: Iterable[Material], facts: Facts) -> list[Material]:
    """The materials that must be there under these facts."""
    return [material for material in materials if is_needed(material, facts)]


def is_needed(material: Material, facts: Facts) -> bool:
    """Whether an application with these facts must carry the material."""
    if material.necessity == Necessity.REQUIRED:
        return True
    return material.necessity == Necessity.CONDITIONAL and holds(material.condition, facts)
