"""Whether a definition may be published: what would leave applications stuck, unanswerable or without an effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from app.access.permissions import PERMISSIONS
from app.access.roles import DECIDING
from app.forms.checking import check
from app.forms.conditions import facts_named
from app.forms.facts import FACTS, FIELD, Fact, known_facts
from app.forms.fields import check_options
from app.forms.satisfying import can_hold
from app.items.effects import effect_findings
from app.items.findings import BLOCKING, WARNING, Finding, block
from app.items.forms import DATED, MATERIAL_FORMS, MEDIA_TYPES
from app.materials.asked import answer_dated
from app.messages import Message, Named
from models.items import Necessity

__all__ = ["BLOCKING", "WARNING", "Finding", "facts_known", "findings"]
DECIDES = "application:approve"  # the permission whose approval is the final one


def facts_known(definition: Mapping[str, Any]) -> dict[str, Fact]:
    """The facts that conditions of this definition may speak of."""
    return known_facts(SimpleNamespace(**field) for field in definition["fields"])


def findings(definition: Mapping[str, Any]) -> list[Finding]:
    """Everything that the definition alone shows, in the order of its parts."""
    known = facts_known(definition)
    return [
        *_twice(definition),
        *_fields(definition, known),
        *_materials(definition, known),
        *_steps(definition, known),
        *effect_findings(definition),
    ]


def _twice(definition: Mapping[str, Any]) -> Iterable[Finding]:
    for part, key in (("fields", "key"), ("materials", "code"), ("steps", "key"), ("forms", "code")):
        for code, count in Counter(row[key] for row in definition[part]).items():
            if count > 1:
                yield block(
                    Message("The code “%(code)s” is used %(count)s times.", code=code, count=count),
                    Message("Give each part a code of its own."),
                    f"{part}.{code}",
                )


def _conditions(
    condition: Any, known: Mapping[str, Fact], name: Named, place: str
) -> Iterable[Finding]:  # fmt: skip
    for sentence in check(condition, known):
        yield block(
            Message("%(name)s: %(sentence)s", name=name, sentence=sentence),
            Message("Correct the condition."),
            place,
        )


def _fields(definition: Mapping[str, Any], known: Mapping[str, Fact]) -> Iterable[Finding]:
    asked_before: set[str] = set()
    for field in definition["fields"]:
        name, place = Named(field["label_zh"], field["label_en"]), f"fields.{field['key']}"
        for sentence in check_options(field["type"], field["options"]):
            yield block(
                Message("%(name)s: %(sentence)s", name=name, sentence=sentence),
                Message("Correct the type of the answer or its options."),
                place,
            )
        if field["prefill"] is not None and field["prefill"] not in FACTS:
            yield block(
                Message("%(name)s is filled in from “%(fact)s”, which does not exist.",
                        name=name, fact=field["prefill"]),
                Message("Choose another fact, or leave the answer to the applicant."),
                place,
            )  # fmt: skip
        yield from _conditions(field["condition"], known, name, place)
        later = {FIELD + row["key"] for row in definition["fields"]} - asked_before
        if any(fact.removesuffix("_series") in later for fact in facts_named(field["condition"])):
            yield block(
                Message("%(name)s depends on an answer that is asked for later, or on its own.", name=name),
                Message("Move it behind the question that it depends on."),
                place,
            )
        asked_before.add(FIELD + field["key"])


def _materials(definition: Mapping[str, Any], known: Mapping[str, Fact]) -> Iterable[Finding]:
    for material in definition["materials"]:
        name, place = Named(material["name_zh"], material["name_en"]), f"materials.{material['code']}"
        yield from _conditions(material["condition"], known, name, place)
        if (material["necessity"] == Necessity.CONDITIONAL) != (material["condition"] is not None):
            yield block(
                Message("%(name)s: necessity and condition do not fit together.", name=name),
                Message("Give a conditional material its condition, and no other one."),
                place,
            )
        if material["form"] not in MATERIAL_FORMS:
            yield block(
                Message("%(name)s has the unknown form “%(form)s”.", name=name, form=material["form"]),
                Message("Choose the form of the material."),
                place,
            )
        dated = answer_dated(material["elements"])
        if dated and (FIELD + dated not in known or known[FIELD + dated].kind not in DATED):
            yield block(
                Message("The date on %(name)s is compared with “%(key)s”, which no question asks as a day or a year.",
                        name=name, key=dated),
                Message("Choose another question, or none."),
                place,
            )  # fmt: skip
        if material["elements"].get("mat.sharing"):
            continue
        if not any(one in MEDIA_TYPES for one in material["accepts"]):
            yield block(
                Message("%(name)s accepts no type of file, so nobody could provide it.", name=name),
                Message("Choose at least one type of file."),
                place,
            )


def _steps(definition: Mapping[str, Any], known: Mapping[str, Fact]) -> Iterable[Finding]:
    steps = definition["steps"]
    if not steps:
        yield block(
            Message("There is no step, so nobody would ever decide."),
            Message("Add the steps of the review, the last one deciding."),
            "steps",
        )
        return
    for step in steps:
        name, place = Named(step["name_zh"], step["name_en"]), f"steps.{step['key']}"
        if step["permission"] not in PERMISSIONS or step["permission"] not in DECIDING:
            yield block(
                Message("%(name)s is decided with “%(permission)s”, which is no permission to decide.",
                        name=name, permission=step["permission"]),
                Message("Choose who decides this step."),
                place,
            )  # fmt: skip
        yield from _conditions(step["skip_condition"], known, name, place)
    yield from _dead_ends(steps, known)
    yield from _limits(definition)


def _dead_ends(steps: list[dict[str, Any]], known: Mapping[str, Fact]) -> Iterable[Finding]:
    last = steps[-1]
    place = f"steps.{last['key']}"
    name = Named(last["name_zh"], last["name_en"])
    if last["permission"] != DECIDES:
        yield block(
            Message("The last step, %(name)s, does not decide: an application would end nowhere.", name=name),
            Message("Let the last step be decided by who may approve."),
            place,
        )
    for step in steps[:-1]:
        if step["permission"] == DECIDES:
            yield Finding(
                WARNING,
                Message("%(name)s approves, and more steps follow.", name=Named(step["name_zh"], step["name_en"])),
                Message("Put the approval last, or choose another decider for this step."),
                f"steps.{step['key']}",
            )
    skips = [step["skip_condition"] for step in steps]
    if last["skip_condition"] is not None:
        yield block(
            Message("%(name)s can be skipped, and then nobody decides.", name=name),
            Message("Remove the skip condition of the deciding step."),
            place,
        )
    if (
        all(skip is not None for skip in skips)
        and not any(check(skip, known) for skip in skips)
        and can_hold({"all": skips}, known)
    ):
        yield block(
            Message("All steps can be skipped at once, so an application would pass unseen."),
            Message("Let at least one step always take place."),
            "steps",
        )


def _limits(definition: Mapping[str, Any]) -> Iterable[Finding]:
    days = sum(step["limit_days"] for step in definition["steps"])
    if days != definition["promised_days"]:
        yield Finding(
            WARNING,
            Message("The limits of the steps add up to %(days)s working days, promised are %(promised)s.",
                    days=days, promised=definition["promised_days"]),
            Message("Change the limits of the steps or the promised days."),
            "steps",
        )  # fmt: skip
