"""Whether an item's effect can take place: it exists, fits whom the item serves, and the questions give its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.forms.choices import staff_types
from app.forms.fields import FIELD_TYPES
from app.items.findings import WARNING, Finding, block
from app.messages import Message, Named
from app.pay.effects import EFFECTS, Effect
from app.pay.effects.reading import READERS

# Which types of fields can give a fact of an effect.
_GIVES = {
    "day": {"date"},
    "year": {"year", "integer"},
    "number": {"integer"},
    "amount": {"amount"},
    "month": {"month"},
    "yes_no": {"yes_no"},
    "text": {"text", "long_text", "choice"},
}  # any other fact is given by the field type of its name, or by a choice


def effect_findings(definition: Mapping[str, Any]) -> Iterable[Finding]:
    """Whether the effect exists, fits whom the item serves, and gets each of its facts from a question."""
    code, given = definition["effect"], definition["effect_map"]
    if code is None:
        yield Finding(
            WARNING,
            Message("The item has no effect on the wage, so it cannot be filed online yet."),
            Message("Choose an effect, or publish it for the guide only."),
            "effect",
        )
        return
    effect = EFFECTS.get(code)
    if effect is None:
        yield block(
            Message("There is no effect “%(effect)s” in this system.", effect=code),
            Message("Choose one of the effects in the list."),
            "effect",
        )
        return
    yield from _whom_it_fits(effect, definition["staff_types"])
    asked = {field["key"]: field for field in definition["fields"]}
    for fact in effect.facts:
        key = given.get(fact.key)
        if key is None:
            if fact.required:
                yield block(
                    Message("The effect needs “%(fact)s”, and no field gives it.", fact=fact.label),
                    Message("Name the field that gives it."),
                    "effect",
                )
            continue
        yield from _source_of_fact(fact, key, asked.get(key))
    for unknown in sorted(set(given) - {fact.key for fact in effect.facts}):
        yield block(
            Message("The effect knows no fact “%(fact)s”.", fact=unknown),
            Message("Remove it from the fields of the effect."),
            "effect",
        )


def _source_of_fact(fact: Any, key: str, field: Mapping[str, Any] | None) -> Iterable[Finding]:
    if field is None:
        yield block(
            Message("“%(fact)s” of the effect comes from the field “%(key)s”, which does not exist.",
                    fact=fact.label, key=key),
            Message("Name the field that gives it."),
            "effect",
        )  # fmt: skip
        return
    name, place = Named(field["label_zh"], field["label_en"]), f"fields.{key}"
    if field["type"] in FIELD_TYPES and field["type"] not in _GIVES.get(fact.type, {fact.type, "choice"}):
        yield block(
            Message("%(name)s is of a type that cannot give “%(fact)s”.", name=name, fact=fact.label),
            Message("Change the type of the answer, or name another field."),
            place,
        )
    yield from _choices_of_fact(fact, field, name, place)
    if fact.required and (not field["required"] or field["condition"] is not None):
        yield block(
            Message("The effect always needs “%(fact)s”, and %(name)s may stay empty.", name=name, fact=fact.label),
            Message("Make the question required and without a condition."),
            place,
        )


def _choices_of_fact(fact: Any, field: Mapping[str, Any], name: Named, place: str) -> Iterable[Finding]:
    """A list of the item's own must offer only what the fact can be."""
    if field["type"] != "choice":
        return
    for one in field["options"].get("choices", ()):
        try:
            READERS[fact.type](one["value"])
        except (ValueError, TypeError):
            yield block(
                Message("%(name)s offers “%(value)s”, which “%(fact)s” cannot be.",
                        name=name, value=Named(one["zh"], one["en"]), fact=fact.label),
                Message("Change the type of the answer, or name another field."),
                place,
            )  # fmt: skip


def _whom_it_fits(effect: Effect, served: Sequence[str]) -> Iterable[Finding]:
    """The item must not serve people for whom the effect does not exist."""
    names = staff_types()
    unfit = [names[kind] for kind in served if kind in names and kind not in effect.staff_types]
    if served and not effect.of_a_unit and len(unfit) == len(served):
        yield block(
            Message("%(effect)s does not exist for any kind of staff that the item serves.", effect=effect.name),
            Message("Choose another effect, or other kinds of staff."),
            "effect",
        )
        return
    for kind in unfit:
        yield Finding(
            WARNING,
            Message("The item serves %(kind)s, and %(effect)s does not exist for them.", kind=kind, effect=effect.name),
            Message("Choose other kinds of staff, or publish it so: they are told why they cannot file it."),
            "effect",
        )
