"""The whole of an item version as plain data: what is loaded, compared, exported and imported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.materials.asked import without_the_usual
from models import ItemField, ItemForm, ItemMaterial, ItemStep

Definition = dict[str, Any]

VERSION_COLUMNS = ("elements", "staff_types", "effect", "effect_map", "promised_days")
FIELD_COLUMNS = (
    "key", "type", "label_zh", "label_en", "help_zh", "help_en", "required", "options", "condition", "prefill",
)  # fmt: skip
MATERIAL_COLUMNS = (
    "code", "name_zh", "name_en", "form", "necessity", "condition", "condition_zh", "condition_en", "copies",
    "min_pages", "max_pages", "accepts", "max_megabytes", "severities", "notes_zh", "notes_en", "mistakes_zh",
    "mistakes_en", "elements", "source",
)  # fmt: skip
STEP_COLUMNS = (
    "key", "name_zh", "name_en", "permission", "limit_days", "skip_condition", "deciders", "deciders_count", "by_draw",
)  # fmt: skip
STEP_DEFAULTS: Mapping[str, Any] = {"deciders": "one", "deciders_count": 1, "by_draw": False}
FORM_COLUMNS = ("code", "name_zh", "name_en", "source")

PARTS: Mapping[str, tuple[type[Any], tuple[str, ...], str]] = {
    "fields": (ItemField, FIELD_COLUMNS, "key"),
    "materials": (ItemMaterial, MATERIAL_COLUMNS, "code"),
    "steps": (ItemStep, STEP_COLUMNS, "key"),
    "forms": (ItemForm, FORM_COLUMNS, "code"),
}


def definition_of(version: Any) -> Definition:
    """The definition that a version's rows hold; parts in their order."""
    told: Definition = {name: getattr(version, name) for name in VERSION_COLUMNS}
    for part, (_, columns, _key) in PARTS.items():
        told[part] = [{name: getattr(row, name) for name in columns} for row in getattr(version, part)]
    return told


def rows_of(definition: Definition, version_id: int) -> dict[type[Any], list[dict[str, Any]]]:
    """The rows to insert for a version, by table; positions count from 1."""
    return {
        model: [
            {"version_id": version_id, "position": position, **{name: row[name] for name in columns}}
            for position, row in enumerate(definition[part], start=1)
        ]
        for part, (model, columns, _key) in PARTS.items()
    }


def digest_of(definition: Mapping[str, Any]) -> str:
    """A checksum of the content, equal for equal definitions; what a step leaves as it always was, and a kind of
    document that a material's code means anyway, do not count."""
    steps = [
        {name: value for name, value in row.items() if name not in STEP_DEFAULTS or value != STEP_DEFAULTS[name]}
        for row in definition.get("steps", ())
    ]
    told = {**definition, "steps": steps}
    if "materials" in definition:
        told["materials"] = [without_the_usual(row) for row in definition["materials"]]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def by_key(rows: Iterable[Mapping[str, Any]], key: str) -> dict[str, Mapping[str, Any]]:
    """Rows of a part by the key that names them across versions."""
    return {row[key]: row for row in rows}
