"""The catalogue of 26 items as definitions: the official-looking list joined with what this project adds to it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.items.definition import STEP_DEFAULTS, Definition
from app.materials.asked import asked_kinds, element_of

DATA = Path(__file__).parent / "data"
NECESSITY = {"required": "REQUIRED", "conditional": "CONDITIONAL", "optional": "OPTIONAL"}
MATERIAL_TYPES = {
    "original_scan": {"zh": "原件", "en": "Original"},
    "copy_scan": {"zh": "复印件", "en": "Copy"},
    "data_exchange": {"zh": "其他", "en": "Other"},
}

_NOT_FOUND = "未查到"
_FROM_MEMORY = re.compile("，?文号据记忆")


@cache
def _read(name: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it is there: ten times as fast
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=loader)


@cache
def element_names() -> dict[str, dict[str, str]]:
    """The elements that the national rules ask of an item and of a material, by field code."""
    with (DATA / "service_item_fields.csv").open(encoding="utf-8", newline="") as lines:
        return {row["field_code"]: row for row in csv.DictReader(lines)}


def items() -> list[tuple[str, str, str, Definition]]:
    """Code, names and definition of each item, in the order of the catalogue."""
    return [
        (one["code"], one["name_zh"], one["name_en"], _definition(one)) for one in _read("service_items.yaml")["items"]
    ]


@cache
def printed_forms() -> dict[str, dict[str, str]]:
    """Every form that an item of the catalogue prints, by code, with its names and source."""
    forms = {form["id"]: form for one in _read("service_items.yaml")["items"] for form in one["forms_printed"]}
    return {
        code: {"name_zh": one["name_zh"], "name_en": one["name_en"], "source": one["source"]}
        for code, one in sorted(forms.items())
    }


def common_elements() -> dict[str, Any]:
    """The published elements that are the same for all items, for one that is new."""
    return {code: dict(value) for code, value in _read("design.yaml")["elements"].items()}


def _definition(item: dict[str, Any]) -> Definition:
    design = _read("design.yaml")
    own = design["items"][item["code"]]
    conditions, asked = _conditions(item, own, design["ask"])
    promised = item["time_limit"]["promised_working_days"]
    return {
        "elements": _elements(item, own, design),
        "staff_types": _staff_types(item["staff_types"], design["staff_types"]),
        "effect": own.get("effect"),
        "effect_map": own.get("effect_map", {}),
        "promised_days": promised,
        "fields": [_field(one) for one in _asked_in(own.get("fields", []), design["field_sets"])] + asked,
        "materials": [_material(one, conditions.get(one["id"]), design) for one in item["materials"]],
        "steps": _steps(item["process"], promised, design),
        "forms": [
            {"code": one["id"], "name_zh": one["name_zh"], "name_en": one["name_en"], "source": one["source"]}
            for one in item["forms_printed"]
        ],
    }  # fmt: skip


def _staff_types(kinds: list[str], known: dict[str, str]) -> list[str]:
    return sorted({known[kind] for kind in kinds if kind in known})


def _conditions(
    item: dict[str, Any], own: dict[str, Any], ask: dict[str, str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Conditions by material, and the yes-or-no questions that ask for what no fact tells."""
    texts = {one["id"]: (one["condition_zh"], one["condition_en"]) for one in item["materials"]}
    conditions: dict[str, Any] = {}
    asked: dict[str, dict[str, Any]] = {}
    for material, given in own.get("conditions", {}).items():
        if "ask" not in given:
            conditions[material] = given
            continue
        condition: dict[str, Any] = {"fact": f"field.{given['ask']}", "op": "eq", "value": True}
        first = {"fact": f"field.{given['only_if']}", "op": "eq", "value": True} if "only_if" in given else None
        conditions[material] = {"all": [first, condition]} if first else condition
        zh, en = texts[material]
        question = {
            "key": given["ask"],
            "type": "yes_no",
            "zh": ask["zh"].format(text=zh),
            "en": ask["en"].format(text=en),
        }
        asked.setdefault(given["ask"], _field({**question, "condition": first}))
    return conditions, list(asked.values())


def _asked_in(fields: list[dict[str, Any]], sets: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions of an item, those that it takes from a set in their place.

    `{use: placement, by: staff.staff_type}` asks each question of the set of the staff types that it is for; what else
    stands there holds for each of its questions.
    """
    told: list[dict[str, Any]] = []
    for one in fields:
        if "use" not in one:
            told.append(one)
            continue
        rest = {key: value for key, value in one.items() if key not in ("use", "by")}
        for question in sets[one["use"]]:
            condition: dict[str, Any] = {"fact": one["by"], "op": "in", "value": question["for"]}
            if "when" in question:
                condition = {"all": [condition, question["when"]]}
            told.append({**rest, **question, "condition": condition, "required": _needed(question, rest)})
    return told


def _needed(question: dict[str, Any], rest: dict[str, Any]) -> bool:
    """A question that goes with another answer is needed once that is given, whatever the item says of the set."""
    return "when" in question or bool(question.get("required", True) and rest.get("required", True))


def _field(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": one["key"],
        "type": one["type"],
        "label_zh": one["zh"],
        "label_en": one["en"],
        "help_zh": one.get("help_zh", ""),
        "help_en": one.get("help_en", ""),
        "required": one.get("required", True),
        "options": one.get("options", {}),
        "condition": one.get("condition"),
        "prefill": one.get("prefill"),
    }


def _material(one: dict[str, Any], condition: Any, design: dict[str, Any]) -> dict[str, Any]:
    notes = {**design["material_defaults"], **_read("materials.yaml")[one["id"]]}
    return {
        "code": one["id"],
        "name_zh": one["name_zh"],
        "name_en": one["name_en"],
        "form": one["form"],
        "necessity": NECESSITY[one["necessity"]],
        "condition": condition,
        "condition_zh": one["condition_zh"],
        "condition_en": one["condition_en"],
        "copies": 1,
        "min_pages": notes["min_pages"],
        "max_pages": notes["max_pages"],
        "accepts": design["accepts"],
        "max_megabytes": notes["max_megabytes"],
        "severities": {},
        "notes_zh": notes["zh"],
        "notes_en": notes["en"],
        "mistakes_zh": notes["wrong_zh"],
        "mistakes_en": notes["wrong_en"],
        "elements": _material_elements(one, notes),
        "source": one["source"],
    }


def _material_elements(one: dict[str, Any], notes: dict[str, Any]) -> dict[str, Any]:
    zh, en = notes["issuer"]
    elements = {
        **(element_of([kind.value for kind in asked_kinds()[one["id"]]]) if one["id"] in asked_kinds() else {}),
        "mat.type": MATERIAL_TYPES[one["form"]],
        "mat.form": {"zh": "电子化", "en": "Electronic"},
        "mat.source": _channel(zh),
        "mat.source_note": {"zh": zh, "en": en, "confirm": True},
        # Uploaded by the applicant, the original to be checked (C), unless the authority's own record is used (A).
        "mat.trust_level": {"zh": "C", "en": "C"},
    }
    if notes.get("sharing"):
        elements["mat.sharing"] = {
            "zh": "是，系统内共享，免提交",
            "en": "Yes: held by this system, not to be submitted",
        }
        elements["mat.trust_level"] = {"zh": "A", "en": "A"}
    return elements


def _channel(issuer: str) -> dict[str, Any]:
    if issuer.startswith("用人单位"):
        return {"zh": "申请人自备", "en": "Provided by the applicant", "confirm": True}
    if any(word in issuer for word in ("部门", "机关", "社区", "委员会")):
        return {"zh": "政府部门核发", "en": "Issued by a government department", "confirm": True}
    return {"zh": "其他", "en": "Other", "confirm": True}


def _steps(process: str, promised: int, design: dict[str, Any]) -> list[dict[str, Any]]:
    names = {one["id"]: one for one in _read("service_items.yaml")["process_templates"][process]}
    return [
        {
            "key": step["id"],
            "name_zh": names[step["id"]]["name_zh"],
            "name_en": names[step["id"]]["name_en"],
            "permission": step["permission"],
            "limit_days": days,
            "skip_condition": step.get("skip"),
            **STEP_DEFAULTS,
        }
        for step, days in zip(design["steps"], design["limits"][promised], strict=True)
    ]


def _bases(noted: Iterable[str]) -> tuple[str, bool]:
    """The documents an item rests on, and whether all are sure.

    The list of sources says of some that they were not found or that their number is from memory: the public reads of
    no document that nobody has seen, and a remark of ours is no part of a title.
    """
    noted = list(noted)
    told = [_FROM_MEMORY.sub("", one).replace("（）", "") for one in noted if _NOT_FOUND not in one]
    return "；".join(told), told == noted


def _elements(item: dict[str, Any], own: dict[str, Any], design: dict[str, Any]) -> dict[str, Any]:
    source = _read("service_items.yaml")
    bases, sure = _bases(source["legal_basis"][code] for code in item["legal_basis"])
    kinds = [design["staff_kinds"][kind] for kind in item["staff_types"]]
    process = source["process_templates"][item["process"]]
    decided_en = design["decided_by_en"][item["decided_by"]]
    note = item["time_limit"]["statutory_note"]
    elements: dict[str, Any] = {
        **design["elements"],
        # Titles of documents are not translated.
        "legal_basis": {"zh": bases, "en": bases} if sure else {"zh": bases, "en": bases, "confirm": True},
        "implementing_body": {"zh": item["decided_by"], "en": decided_en},
        "service_object": {
            "zh": f"{item['applicant_zh']}（为{'、'.join(zh for zh, _ in kinds)}）",
            "en": f"{item['applicant_en']} (for {', '.join(en for _, en in kinds)})",
        },
        "acceptance_conditions": {"zh": own["trigger_zh"], "en": item["trigger"], "confirm": True},
        "effective_rule": {"zh": own["effective_rule_zh"], "en": item["effective_rule"], "confirm": True},
        "statutory_limit": {"zh": "未查到工资审批的法定办结时限", "en": note, "confirm": True},
        "process_description": {
            "zh": " → ".join(step["name_zh"] for step in process),
            "en": " → ".join(step["name_en"] for step in process),
        },
        "is_charged": {"zh": "是", "en": "Yes"} if item["fee"] else {"zh": "否", "en": "No"},
        "on_site_visits": {"zh": f"{item['on_site_visits']}次", "en": str(item["on_site_visits"])},
    }
    if "publicity_days" in item:
        days = item["publicity_days"]
        elements["special_steps"] = {
            "zh": f"公示{days}天",
            "en": f"Publicised for {days} days",
            "source": item["publicity_source"],
        }
    if item.get("batch"):
        elements["batch"] = {"zh": "可批量办理", "en": "May be filed in batches"}
    return elements
