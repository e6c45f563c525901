"""What an application would have met under another version of its item: materials, steps, questions. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.applications.rules import applying, needed_materials
from app.errors import Refused
from app.forms import fields as forms
from app.forms.facts import facts_of
from app.items.editions import Field, Step, Version
from app.messages import Message, Named, joined
from app.workflow.rules import skipped
from models import Staff, Unit


@dataclass(frozen=True)
class Filing:
    """An application as it was filed: whom it is for, what was answered, on which day."""

    staff: Staff | None
    unit: Unit
    answers: Mapping[str, Any]
    people: int
    day: date

    def under(self, version: Version) -> tuple[dict[str, Any], dict[str, Any]]:
        """The answers that still fit this version, with what the records fill in, and the facts that follow."""
        known = facts_of(staff=self.staff, unit=self.unit, people=self.people, filed_on=self.day)
        answers: dict[str, Any] = {}
        for field in version.fields:
            given = self.answers.get(field.key, known.get(field.prefill) if field.prefill else None)
            if given is None:
                continue
            try:
                answers[field.key] = forms.parse(field.type, field.options, given)
            except Refused:
                continue  # an answer of another kind is no answer to this question
        facts = facts_of(staff=self.staff, unit=self.unit, people=self.people, filed_on=self.day, answers=answers)
        asked = {field.key for field in applying(version.fields, facts)}
        answers = {key: value for key, value in answers.items() if key in asked}
        facts = facts_of(staff=self.staff, unit=self.unit, people=self.people, filed_on=self.day, answers=answers)
        return answers, facts


def compared(filing: Filing, old: Version, new: Version) -> dict[str, Any]:
    """What the new version asks otherwise of this application, as JSON; empty if nothing.

    `more` and `fewer` are materials, `asked` questions that nobody has answered, `was` and `now` the steps. Both sides
    are worked out from the same records, so that only the versions differ.
    """
    told: dict[str, Any] = {}
    old_answers, facts = filing.under(old)
    answers, new_facts = filing.under(new)
    before = {one.code: one for one in needed_materials(old.materials, facts) if not one.shared}
    after = {one.code: one for one in needed_materials(new.materials, new_facts) if not one.shared}
    if more := [one for code, one in after.items() if code not in before]:
        told["more"] = [[one.name_zh, one.name_en] for one in more]
    if fewer := [one for code, one in before.items() if code not in after]:
        told["fewer"] = [[one.name_zh, one.name_en] for one in fewer]
    was_open = {one.key for one in _unanswered(old, facts, old_answers)}
    if asked := [one for one in _unanswered(new, new_facts, answers) if one.key not in was_open]:
        told["asked"] = [[one.label_zh, one.label_en] for one in asked]
    was, now = _way(old.steps, facts), _way(new.steps, new_facts)
    if [(step.key, step.permission) for step in was] != [(step.key, step.permission) for step in now]:
        told["was"] = [[step.name_zh, step.name_en] for step in was]
        told["now"] = [[step.name_zh, step.name_en] for step in now]
    return told


def _unanswered(version: Version, facts: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Field]:
    return [one for one in applying(version.fields, facts) if one.required and one.key not in answers]


def _way(steps: Sequence[Step], facts: Mapping[str, Any]) -> list[Step]:
    return [step for step in sorted(steps, key=lambda step: step.position) if not skipped(step, facts)]


def in_words(told: Mapping[str, Any], *, with_pay: bool) -> list[Message]:
    """What a rehearsal found of one application, in sentences; amounts only for who may see them."""
    said: list[Message] = []
    if told.get("more"):
        said.append(Message("It would have needed: %(names)s.", names=_listed(told["more"])))
    if told.get("fewer"):
        said.append(Message("It would not have needed: %(names)s.", names=_listed(told["fewer"])))
    if told.get("asked"):
        said.append(Message("It would have been asked: %(names)s.", names=_listed(told["asked"])))
    if "now" in told:
        said.append(Message("It would have gone %(now)s instead of %(was)s.",
                            now=_listed(told["now"], " → "), was=_listed(told["was"], " → ")))  # fmt: skip
    if "amount" in told:
        said.append(_amount(told["amount"], with_pay=with_pay))
    return said


def _amount(told: Mapping[str, Any], *, with_pay: bool) -> Message:
    """Amounts in fen; `problem` says why one side has none."""
    if told.get("problem") and not with_pay:  # the reason may speak of the person
        return Message("It would have got no result.")
    if told.get("problem"):
        return Message("It would have got no result: %(why)s", why=Message.from_json(told["problem"]))
    if not with_pay:
        return Message("It would have got another amount.")
    lines = [
        Message("%(what)s %(now)s instead of %(was)s.", what=_FIGURES[name],
                now=_yuan(told["now"].get(name)), was=_yuan(told["was"].get(name)))
        for name in _FIGURES
        if told["now"].get(name) != told["was"].get(name)
    ]  # fmt: skip
    return joined(lines, separator=" ") if lines else Message("It would have had another effect.")


_FIGURES = {
    "after_fen": Message("Monthly wage"),
    "back_pay_fen": Message("Back pay"),
    "stated_fen": Message("Stated amount"),
}


def _yuan(fen: int | None) -> Any:
    return Message("none") if fen is None else forms.yuan_shown(fen)


def _listed(names: Sequence[Sequence[str]], between: str | None = None) -> Named:
    return Named((between or "、").join(zh for zh, _ in names), (between or ", ").join(en for _, en in names))
