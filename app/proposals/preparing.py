"""Prepares a due application: the answers to every question, materials on file that still serve, what is missing.

Pure: given rows and versions that are already loaded. The digest of what is prepared tells whether anything changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

from app.applications.rules import applying, needed_materials
from app.errors import Refused
from app.forms import fields as forms
from app.forms.conditions import because
from app.forms.facts import comparable, facts_of, known_facts
from app.items.editions import Field, Material, Version
from app.messages import Message, Named
from app.pay.months import month_said, month_text, read_month, same_day_after
from app.proposals.retiring import read_data
from app.proposals.rules import FORESIGHTS, Due
from models import Staff
from models.items import Necessity


@dataclass(frozen=True)
class OnFile:
    """A file that was filed for the person with an earlier application which is decided."""

    upload_id: int
    material_code: str
    sha256: str
    filename: str
    media_type: str
    pages: int
    filed_on: date
    application: str  # its number


@dataclass(frozen=True)
class Prepared:
    """A proposal as it is written: the facts carry answers, version, materials and amounts."""

    due: Due
    version: Version
    unit_id: int
    facts: Mapping[str, Any]
    digest: str
    missing: tuple[Message, ...]


def version_for(due: Due, staff_type: str, versions: Sequence[Version]) -> Version | None:
    """The published item under which it is filed: by the city's code, or else by its effect. Only items with an effect
    that serve the staff type."""
    kind = FORESIGHTS[due.foresight]
    fitting = [
        version
        for version in versions
        if version.effect in kind.effects and (not version.staff_types or staff_type in version.staff_types)
    ]
    named = [version for version in fitting if version.code in kind.items]
    return next(iter(named or fitting), None)


def prepare(due: Due, version: Version, staff: Staff, on_file: Iterable[OnFile], *, today: date) -> Prepared:
    """Answer what can be answered, take what still serves, and say what is missing."""
    answers = prepared_answers(due, version, staff)
    facts = facts_of(staff=staff, unit=staff.unit, answers=answers, filed_on=today)
    needed = [material for material in needed_materials(version.materials, facts) if not material.shared]
    serving = {material.code: serving_files(material, on_file, today=today) for material in needed}
    missing = [_unanswered(field) for field in applying(version.fields, facts) if _is_open(field, answers)]
    known = known_facts(version.fields)
    missing += [_not_there(material, facts, known) for material in needed if not serving[material.code]]
    figures = due.figures
    if figures is not None and figures.problem is not None:
        missing.append(figures.problem)
    kept: dict[str, Any] = {
        "unit": staff.unit_id,
        "version": version.id,
        "number": version.number,
        "answers": answers,
        "materials": {code: [one.upload_id for one in files] for code, files in serving.items() if files},
        "before_fen": figures.before_fen if figures else None,
        "after_fen": figures.after_fen if figures else None,
        "month": month_text(figures.month) if figures else None,
        "due_on": due.due_on.isoformat(),
        "why": due.why.to_json(),
        "missing": [one.to_json() for one in (*missing, *due.doubts)],
    }
    if figures is not None and figures.problem is not None:  # without one the digest stays what it was
        kept["problem"] = figures.problem.to_json()
        kept["remedy"] = figures.remedy.to_json() if figures.remedy is not None else None
    return Prepared(due, version, staff.unit_id, kept, digest_of(kept), (*missing, *due.doubts))


def prepared_answers(due: Due, version: Version, staff: Staff) -> dict[str, Any]:
    """An answer for each question that is asked: from the rule, else from the roster, else "no" where the rule knows
    of no special circumstance. What none of them knows is left to the clerk."""
    by_field = {key: due.facts.get(fact) for fact, key in version.effect_map.items()}
    roster = facts_of(staff=staff, unit=staff.unit)
    answers: dict[str, Any] = {}
    for field in version.fields:
        value = by_field.get(field.key)
        if value is None:
            value = roster.get(field.prefill) if field.prefill else None
        if value is None and field.type == "yes_no" and field.required:
            value = False
        parsed = _parsed(field, value)
        if parsed is not None:
            answers[field.key] = parsed
    asked = {field.key for field in applying(version.fields, facts_of(staff=staff, unit=staff.unit, answers=answers))}
    return {key: value for key, value in answers.items() if key in asked}


def _parsed(field: Field, value: Any) -> Any:
    if value is None:
        return None
    try:
        return forms.parse(field.type, field.options, comparable(value))
    except Refused:
        return None  # the record does not fit the question, so the clerk is asked


def _is_open(field: Field, answers: Mapping[str, Any]) -> bool:
    return field.required and answers.get(field.key) in (None, "")


def _unanswered(field: Field) -> Message:
    return Message("“%(label)s” is not answered yet.", label=Named(field.label_zh, field.label_en))


def _not_there(material: Material, facts: Mapping[str, Any], known: Mapping[str, Any]) -> Message:
    name = Named(material.name_zh, material.name_en)
    if material.necessity == Necessity.CONDITIONAL:
        return Message("%(name)s is missing; it is needed %(because)s.", name=name,
                       because=because(material.condition, facts, known))  # fmt: skip
    return Message("%(name)s is missing.", name=name)


@cache
def reusable() -> dict[str, int | None]:
    """The materials that serve again, and for how many months after they were filed; None means for good."""
    return {
        row["material"]: int(row["valid_months"]) if row["valid_months"] else None
        for row in read_data("reusable_materials")
    }


def serving_files(material: Material, on_file: Iterable[OnFile], *, today: date) -> list[OnFile]:
    """The files of the newest earlier application that still serve for a material; none if they are too few pages."""
    if material.code not in reusable():
        return []
    months = reusable()[material.code]
    fitting = [
        one for one in on_file
        if one.material_code == material.code and (not material.accepts or one.media_type in material.accepts)
        and (months is None or same_day_after(one.filed_on, months) >= today)
    ]  # fmt: skip
    if not fitting:
        return []
    newest = max(fitting, key=lambda one: one.upload_id).application
    files = sorted((one for one in fitting if one.application == newest), key=lambda one: one.upload_id)
    return files if sum(one.pages for one in files) >= material.min_pages else []


def digest_of(kept: Mapping[str, Any]) -> str:
    """The same for the same facts, whatever the order of their keys."""
    plain = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any], version: Version) -> list[Message]:
    """What differs between two preparations of one proposal, in sentences for the clerk."""
    changes = []
    if old["unit"] != new["unit"]:
        changes.append(Message("The person now belongs to another unit."))
    if old["version"] != new["version"]:
        changes.append(Message("The item was revised: version %(number)s holds now.", number=new["number"]))
    changes += _changed_answers(old["answers"], new["answers"], version)
    for name, label in (("before_fen", Message("Wage before")), ("after_fen", Message("Wage after"))):
        if old[name] != new[name]:
            changes.append(_changed(label, _yuan(old[name]), _yuan(new[name])))
    if old["month"] != new["month"]:
        changes.append(_changed(Message("Effective month"), _month(old["month"]), _month(new["month"])))
    if old["materials"] != new["materials"]:
        changes.append(Message("The materials on file that serve have changed."))
    if old["missing"] != new["missing"]:
        changes.append(Message("What is missing has changed."))
    return changes or [Message("The reason has changed.")]


def _changed_answers(old: Mapping[str, Any], new: Mapping[str, Any], version: Version) -> list[Message]:
    changes = []
    for key in dict.fromkeys([*new, *old]):
        field = version.field(key)
        if field is not None and old.get(key) != new.get(key):
            before, after = (forms.shown(field.type, field.options, held.get(key)) for held in (old, new))
            changes.append(_changed(Named(field.label_zh, field.label_en), before, after))
    return changes


def _changed(label: Any, before: Any, after: Any) -> Message:
    return Message("%(label)s: was %(before)s, is now %(after)s", label=label, before=before, after=after)


def _yuan(fen: int | None) -> Any:
    return Message("not known") if fen is None else f"{fen / 100:,.2f}"


def _month(text: str | None) -> Any:
    return Message("not known") if text is None else month_said(read_month(text))
