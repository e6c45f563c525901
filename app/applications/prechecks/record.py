"""Consistent with the record: what was answered against what the roster, the career and the proposals say already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.applications.prechecks.case import WARNING, Case, Group, Said, check
from app.applications.sheet import FieldLine
from app.forms.fields import shown
from app.messages import Message, Named
from app.pay.names import RESULTS, education_name
from models.staff import Education

_EARLIER = {"result": 0, "result_1": 1, "result_2": 2, "result_3": 3, "result_4": 4}


@check("record.education", Group.CONSISTENT, Message("The education agrees with the roster"), severity=WARNING)
def _education(case: Case) -> Iterable[Said] | None:
    held, staff = case.facts.get("education"), case.staff
    if held is None or staff is None or not case.enters:
        return None
    if held == staff.education:
        return []
    return [
        Said(
            Message("The roster gives the education of %(name)s as: %(education)s.",
                    name=staff.name, education=education_name(staff.education)),
            Message("Compare with the diploma; if the roster is wrong, have it corrected."),
            case.place("education"),
        )
    ]  # fmt: skip


@check("record.higher_education", Group.ELIGIBLE, Message("The new education is higher than the one held"))
def _higher_education(case: Case) -> Iterable[Said] | None:
    new, staff = case.facts.get("education"), case.staff
    if case.effect is None or case.effect.code != "education_change" or new is None or staff is None:
        return None
    from_the_highest = [one.value for one in Education]
    if new not in from_the_highest or from_the_highest.index(new) < from_the_highest.index(staff.education):
        return []
    return [
        Said(
            Message("%(new)s is not higher than what the roster says of %(name)s: %(held)s.",
                    new=education_name(new), name=staff.name, held=education_name(staff.education)),
            Message("Only a higher education changes the wage. Compare with the diploma, or give up this draft."),
            case.place("education"),
        )
    ]  # fmt: skip


@check("record.assessments", Group.CONSISTENT, Message("The results agree with the assessments on record"))
def _assessments(case: Case) -> Iterable[Said] | None:
    year = case.facts.get("year")
    if year is None:
        return None
    kept = dict(case.sheet.around.reported)
    kept |= {
        event.year: str(event.data.get("result"))
        for event in case.sheet.around.events
        if event.kind == "assessment" and event.year is not None
    }
    said = []
    for fact, before in _EARLIER.items():
        given, held = case.facts.get(fact), kept.get(year - before)
        if given is not None and held is not None and given != held:
            said.append(
                Said(
                    Message("The assessment of %(year)s is on record as: %(result)s.",
                            year=str(year - before), result=RESULTS.get(held, held)),
                    Message("Correct the result here; if the record is wrong, report the right result first."),
                    case.place(fact),
                )
            )  # fmt: skip
    return said


@check("record.prepared", Group.CONSISTENT, Message("The answers agree with what the system has prepared"),
       severity=WARNING)  # fmt: skip
def _prepared(case: Case) -> Iterable[Said] | None:
    """An open proposal for the same item was worked out from the record."""
    prepared = case.sheet.around.prepared
    if not prepared:
        return None
    mapped = set(case.sheet.version.effect_map.values())
    return [
        Said(
            Message("“%(label)s”: from the record the system has prepared %(value)s.",
                    label=line.label, value=_shown(line, prepared[key])),
            Message("Compare with the document; if the record is right, correct the answer or confirm the proposal."),
            line.anchor,
        )
        for key, line in case.lines.items()
        if key in mapped and prepared.get(key) not in (None, "") and line.value not in (None, "", prepared[key])
    ]  # fmt: skip


def _shown(line: FieldLine, value: Any) -> Message | Named | str:
    return shown(line.type, line.options, value)


@check("record.other_unit", Group.CONSISTENT, Message("The other unit is not this one"))
def _other_unit(case: Case) -> Iterable[Said] | None:
    if case.effect is None or "stop_month" not in {fact.key for fact in case.effect.facts}:
        return None
    unit = case.sheet.unit
    return [
        Said(
            Message("“%(label)s” names %(unit)s itself.", label=line.label, unit=unit.name),
            Message("Give the other unit, as it stands in the transfer approval."),
            line.anchor,
        )
        for line in case.lines.values()
        if isinstance(line.value, str) and line.value.strip() in (unit.name, unit.code, unit.credit_code)
    ]
