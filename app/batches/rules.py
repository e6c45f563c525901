"""What makes lines of a batch alike, how one differs from the most, in sentences, and which items serve. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from app.errors import Invalid
from app.forms import fields as forms
from app.items.editions import Version
from app.messages import Message, Named
from app.pay.effects import EFFECTS
from app.pay.months import month_said, read_month

_ALIKE = ("answers", "month", "owed", "reasons", "figures", "files", "warnings")
"""The traits that must agree for lines to be alike. Amounts need not: each person stands at another grade."""


def may_be_batched(version: Version) -> bool:
    """Whether the item says that it is filed for many, and has an effect on each employee."""
    effect = EFFECTS.get(version.effect or "")
    return bool(version.elements.get("batch")) and effect is not None and not effect.of_a_unit


def traits_of(
    answers: Mapping[str, Any], change: Mapping[str, Any] | None, files: Sequence[str], warnings: Sequence[Message]
) -> dict[str, Any]:
    """What a reviewer compares of a line: answers, how the pay change came about, materials and warnings.

    `files` are the codes of the materials with a file on record.
    """
    told = change or {}
    before, after = told.get("before"), told.get("after")
    month = told.get("effective_month")
    return {
        "answers": dict(answers),
        "month": month[:7] if month else None,
        "owed": int((told.get("back_pay") or {}).get("months") or len((told.get("back_pay") or {}).get("lines", ()))),
        "reasons": list(told.get("reasons") or ()),
        "figures": len(told.get("figures") or ()),
        "files": sorted(files),
        "warnings": [one.to_json() for one in warnings],
        "before": before["total_fen"] if before else None,
        "after": after["total_fen"] if after else None,
    }


def digest_of(traits: Mapping[str, Any]) -> str:
    """The same for lines that are alike: of reasons and warnings the sentence counts, not its figures."""
    shape = {name: traits[name] for name in _ALIKE}
    shape["reasons"] = [_sentences(one) for one in traits["reasons"]]
    shape["warnings"] = [_sentences(one) for one in traits["warnings"]]
    plain = json.dumps(shape, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()


def _sentences(kept: Mapping[str, Any]) -> Any:
    """A kept message without its figures: its own sentence and those inside it."""
    inner = [
        _sentences(value) for value in kept.get("p", {}).values() if isinstance(value, Mapping) and "m" in value
    ]  # fmt: skip
    return [kept["m"], inner]


def differences(traits: Mapping[str, Any], common: Mapping[str, Any], version: Version) -> list[Message]:
    """How a line deviates from the most, one sentence for each trait."""
    told = [
        _differs(Named(field.label_zh, field.label_en), _shown(field, traits), _shown(field, common))
        for field in version.fields
        if traits["answers"].get(field.key) != common["answers"].get(field.key)
    ]
    if traits["month"] != common["month"]:
        told.append(_differs(Message("Effective month"), _month(traits["month"]), _month(common["month"])))
    if traits["owed"] != common["owed"]:
        told.append(_differs(Message("Months of back pay"), traits["owed"], common["owed"]))
    if traits["files"] != common["files"]:
        told.append(_differs(Message("Materials with a file"), _list(traits["files"]), _list(common["files"])))
    told += [
        Message.from_json(one)
        for one in traits["warnings"]
        if _sentences(one) not in [_sentences(other) for other in common["warnings"]]
    ]
    mine, theirs = ([_sentences(one) for one in held["reasons"]] for held in (traits, common))
    if mine != theirs or traits["figures"] != common["figures"]:
        told += [
            Message("The calculation differs: %(reason)s", reason=Message.from_json(one))
            for one in traits["reasons"]
            if _sentences(one) not in theirs
        ] or [Message("The calculation lacks a step that most lines have.")]
    return told


def _differs(label: Any, mine: Any, most: Any) -> Message:
    return Message("%(label)s: %(mine)s; in most lines %(most)s", label=label, mine=mine, most=most)


def _shown(field: Any, traits: Mapping[str, Any]) -> Any:
    return forms.shown(field.type, field.options, traits["answers"].get(field.key))


def _month(text: str | None) -> Any:
    return month_said(read_month(text)) if text else Message("none")


def _list(codes: Sequence[str]) -> Any:
    return ", ".join(codes) if codes else Message("none")


def fitting_answers(version: Version, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a version still asks for and can read; the others are left to a person."""
    kept = {}
    for field in version.fields:
        value = answers.get(field.key)
        if value in (None, ""):
            continue
        try:
            kept[field.key] = forms.parse(field.type, field.options, value)
        except Invalid:
            continue
    return kept
