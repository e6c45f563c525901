"""The difference of two versions of an item in words: what came, what went, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.access.permissions import PERMISSIONS
from app.forms.conditions import in_words
from app.forms.facts import FIELD, Fact
from app.forms.fields import FIELD_TYPES
from app.items.catalogue import element_names
from app.items.definition import FIELD_COLUMNS, MATERIAL_COLUMNS, STEP_COLUMNS, Definition, by_key
from app.items.forms import DECIDERS, MATERIAL_FORMS, MEDIA_TYPES, NECESSITIES
from app.items.guide import WEIGHTS
from app.items.rules import facts_known
from app.materials.asked import answer_dated, kinds_asked, without_the_choice
from app.materials.kinds import NAMES
from app.messages import Message, Named, joined
from app.pay.effects import EFFECTS
from models.items import Necessity

_WHAT: Mapping[str, Message] = {
    "name_zh": Message("the name in Chinese"), "name_en": Message("the name in English"),
    "label_zh": Message("the question in Chinese"), "label_en": Message("the question in English"),
    "help_zh": Message("the help in Chinese"), "help_en": Message("the help in English"),
    "type": Message("the type of the answer"), "required": Message("whether it must be answered"),
    "options": Message("the options"), "prefill": Message("where it is filled in from"),
    "form": Message("the form"), "necessity": Message("the necessity"), "condition": Message("the condition"),
    "condition_zh": Message("the published condition in Chinese"),
    "condition_en": Message("the published condition in English"),
    "copies": Message("the copies"), "min_pages": Message("the fewest pages"), "max_pages": Message("the most pages"),
    "accepts": Message("the accepted types of file"), "max_megabytes": Message("the largest file in megabytes"),
    "severities": Message("which findings block"), "notes_zh": Message("the notes in Chinese"),
    "notes_en": Message("the notes in English"), "mistakes_zh": Message("the common mistakes in Chinese"),
    "mistakes_en": Message("the common mistakes in English"), "elements": Message("the published particulars"),
    "source": Message("the source"), "permission": Message("who decides"), "limit_days": Message("the working days"),
    "skip_condition": Message("when it is skipped"), "deciders": Message("how many decide"),
    "deciders_count": Message("the people of several deciders"), "by_draw": Message("the drawing by lot"),
}  # fmt: skip
_LONG = frozenset({"notes_zh", "notes_en", "mistakes_zh", "mistakes_en", "options", "severities", "elements"})


def difference(old: Definition, new: Definition) -> list[Message]:
    """What `new` changes against `old`, one sentence each; an empty list if nothing does."""
    was, now = facts_known(old), facts_known(new)
    return [
        *_heads(old, new),
        *_fields(old, new, was, now),
        *_materials(old, new, was, now),
        *_steps(old, new, was, now),
        *_forms(old, new),
    ]


def material_added(material: Mapping[str, Any], known: Mapping[str, Fact]) -> Message:
    """A new material with its condition in words."""
    name = Named(material["name_zh"], material["name_en"])
    if material["necessity"] == Necessity.CONDITIONAL:
        return Message("Material added: %(name)s, required if %(condition)s.",
                       name=name, condition=in_words(material["condition"], known))  # fmt: skip
    if material["necessity"] == Necessity.OPTIONAL:
        return Message("Material added: %(name)s, optional.", name=name)
    return Message("Material added: %(name)s, always required.", name=name)


def _heads(old: Definition, new: Definition) -> Iterable[Message]:
    if old["promised_days"] != new["promised_days"]:
        yield Message("Promised working days: %(new)s instead of %(old)s.",
                      old=old["promised_days"], new=new["promised_days"])  # fmt: skip
    if old["effect"] != new["effect"]:
        yield Message("Effect: %(new)s instead of %(old)s.", old=_effect(old["effect"]), new=_effect(new["effect"]))
    elif old["effect_map"] != new["effect_map"]:
        yield Message("Other fields give the facts of the effect.")
    if set(old["staff_types"]) != set(new["staff_types"]):
        yield Message("The item serves other kinds of staff.")
    names = element_names()
    for code in sorted(old["elements"].keys() | new["elements"].keys()):
        if old["elements"].get(code) != new["elements"].get(code):
            if code == WEIGHTS:
                yield Message("Checks before submission weigh otherwise.")
                continue
            row = names.get(code)
            yield Message("Changed in the guide: %(element)s.",
                          element=Named(row["name_zh"], row["name_en"]) if row else code)  # fmt: skip


def _fields(
    old: Definition, new: Definition, was: Mapping[str, Fact], now: Mapping[str, Fact]
) -> Iterable[Message]:  # fmt: skip
    before, after = by_key(old["fields"], "key"), by_key(new["fields"], "key")
    for key, field in after.items():
        name = Named(field["label_zh"], field["label_en"])
        if key not in before:
            if field["condition"] is None:
                yield Message("Question added: %(name)s.", name=name)
            else:
                yield Message("Question added: %(name)s, asked if %(condition)s.",
                              name=name, condition=in_words(field["condition"], now))  # fmt: skip
        else:
            yield from _changed(name, before[key], field, FIELD_COLUMNS, was, now)
    for key, field in before.items():
        if key not in after:
            yield Message("Question removed: %(name)s.", name=Named(field["label_zh"], field["label_en"]))
    yield from _order(old["fields"], new["fields"], "key", Message("The questions are in another order."))


def _materials(
    old: Definition, new: Definition, was: Mapping[str, Fact], now: Mapping[str, Fact]
) -> Iterable[Message]:  # fmt: skip
    before, after = by_key(old["materials"], "code"), by_key(new["materials"], "code")
    for code, material in after.items():
        if code not in before:
            yield material_added(material, now)
        else:
            name = Named(material["name_zh"], material["name_en"])
            yield from _changed(
                name, without_the_choice(before[code]), without_the_choice(material), MATERIAL_COLUMNS, was, now
            )
            yield from _kinds(name, before[code], material)
            yield from _dated(name, before[code], material, was, now)
    for code, material in before.items():
        if code not in after:
            yield Message("Material removed: %(name)s.", name=Named(material["name_zh"], material["name_en"]))
    yield from _order(old["materials"], new["materials"], "code", Message("The materials are in another order."))


def _kinds(name: Named, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Message]:
    """Which kinds of document a material asks for, where that differs."""
    old, new = (kinds_asked(one["code"], one["elements"]) for one in (before, after))
    if set(old) != set(new):
        shown = [
            joined([NAMES[kind] for kind in kinds], separator=", ") if kinds else Message("any kind")
            for kinds in (old, new)
        ]
        yield Message("%(name)s: %(what)s is now “%(new)s”, it was “%(old)s”.", name=name,
                      what=Message("the kind of document asked for"), old=shown[0], new=shown[1])  # fmt: skip


def _dated(
    name: Named, before: Mapping[str, Any], after: Mapping[str, Any], was: Mapping[str, Fact], now: Mapping[str, Fact]
) -> Iterable[Message]:  # fmt: skip
    """Which answer the date on a paper is held against, where a designer chose another."""
    old, new = answer_dated(before["elements"]), answer_dated(after["elements"])
    if old != new:
        shown = [
            known[FIELD + key].name if FIELD + key in known else key or Message("as its kind tells")
            for key, known in ((old, was), (new, now))
        ]
        yield Message("%(name)s: %(what)s is now “%(new)s”, it was “%(old)s”.", name=name,
                      what=Message("the answer that its date must be"), old=shown[0], new=shown[1])  # fmt: skip


def _steps(
    old: Definition, new: Definition, was: Mapping[str, Fact], now: Mapping[str, Fact]
) -> Iterable[Message]:  # fmt: skip
    before, after = by_key(old["steps"], "key"), by_key(new["steps"], "key")
    for key, step in after.items():
        name = Named(step["name_zh"], step["name_en"])
        if key not in before:
            yield Message("Step added: %(name)s, %(days)s working days.", name=name, days=step["limit_days"])
        else:
            yield from _changed(name, before[key], step, STEP_COLUMNS, was, now)
    for key, step in before.items():
        if key not in after:
            yield Message("Step removed: %(name)s.", name=Named(step["name_zh"], step["name_en"]))
    yield from _order(old["steps"], new["steps"], "key", Message("The steps are in another order."))


def _forms(old: Definition, new: Definition) -> Iterable[Message]:
    before, after = by_key(old["forms"], "code"), by_key(new["forms"], "code")
    for code, form in after.items():
        if code not in before:
            yield Message("Form added: %(name)s.", name=Named(form["name_zh"], form["name_en"]))
        elif dict(form) != dict(before[code]):
            yield Message("Form changed: %(name)s.", name=Named(form["name_zh"], form["name_en"]))
    for code, form in before.items():
        if code not in after:
            yield Message("Form removed: %(name)s.", name=Named(form["name_zh"], form["name_en"]))


def _changed(
    name: Named, before: Mapping[str, Any], after: Mapping[str, Any], columns: tuple[str, ...],
    was: Mapping[str, Fact], now: Mapping[str, Fact],
) -> Iterable[Message]:  # fmt: skip
    for column in columns:
        if before[column] == after[column]:
            continue
        if column in _LONG:
            yield Message("%(name)s: %(what)s changed.", name=name, what=_WHAT[column])
        else:
            yield Message("%(name)s: %(what)s is now “%(new)s”, it was “%(old)s”.", name=name, what=_WHAT[column],
                          old=_shown(column, before[column], was), new=_shown(column, after[column], now))  # fmt: skip


def _shown(column: str, value: Any, known: Mapping[str, Fact]) -> Any:
    """A value of a column as people read it."""
    if column == "condition":
        return in_words(value, known) if value is not None else Message("no condition")
    if column == "skip_condition":
        return in_words(value, known) if value is not None else Message("never skipped")
    if isinstance(value, bool):
        return Message("Yes") if value else Message("No")
    if column == "type" and value in FIELD_TYPES:
        return FIELD_TYPES[value].name
    if column == "permission" and value in PERMISSIONS:
        return PERMISSIONS[value]
    if column == "prefill" and value in known:
        return known[value].name
    if column == "accepts":
        named = [MEDIA_TYPES.get(one) for one in value]
        return Named("、".join(one.zh for one in named if isinstance(one, Named)),
                     ", ".join(one.en for one in named if isinstance(one, Named)))  # fmt: skip
    listed = {"form": MATERIAL_FORMS, "necessity": NECESSITIES, "deciders": DECIDERS}.get(column, {})
    return listed.get(value) or (Message("nothing") if value in (None, "") else str(value))


def _order(old: list[Any], new: list[Any], key: str, sentence: Message) -> Iterable[Message]:
    before, after = [row[key] for row in old], [row[key] for row in new]
    both = set(before) & set(after)
    if [code for code in before if code in both] != [code for code in after if code in both]:
        yield sentence


def _effect(code: str | None) -> Any:
    if code is None:
        return Message("no effect")
    return EFFECTS[code].name if code in EFFECTS else code
