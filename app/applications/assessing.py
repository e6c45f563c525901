"""What an application would bring and when: the pay change from the answers, and the days its steps should end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app import clock
from app.applications.decided import DECIDED, change_made
from app.applications.paychange import pay_change as shown
from app.applications.sheet import PayChange
from app.items.editions import Field, Step, Version
from app.messages import Message, Named
from app.pay.effects import EFFECTS, facts_from_answers
from app.pay.service import preview_change
from app.workflow.calendar import Corrections, add_working_days
from app.workflow.rules import skipped
from models import Application, Staff
from models.applications import ApplicationState

_KEPT = (ApplicationState.IN_REVIEW, *DECIDED, ApplicationState.REJECTED)


def pay_change(
    application: Application, version: Version, staff: Staff | None, answers: Mapping[str, Any]
) -> PayChange:
    """The change as filed, or as the present answers would bring it; or the sentence why it cannot be said yet."""
    employee = application.employees[0] if application.employees else None
    if application.state in _KEPT and employee is not None and employee.change is not None:
        return shown(employee.change)
    if application.state in DECIDED and employee is not None:
        made = change_made(employee)
        if made is not None:
            return shown(made)
    if version.effect is None:
        return PayChange(problem=Message("This item changes no wage by itself."))
    if staff is None:
        return PayChange(
            waiting_for=_lacking(version, facts_from_answers(version.effect_map, answers)),
            note=Message("Filed for the unit: no wage of an employee changes. The decision is kept as a result."),
        )
    facts = facts_from_answers(version.effect_map, answers)
    open_ones = _lacking(version, facts)
    if open_ones:
        return PayChange(waiting_for=open_ones)
    return shown(preview_change(staff, version.effect, facts))


def lacking(version: Version, answers: Mapping[str, Any]) -> tuple[Named, ...]:
    """The questions that must be answered before anything can be calculated."""
    return _lacking(version, facts_from_answers(version.effect_map, answers))


def _lacking(version: Version, facts: Mapping[str, Any]) -> tuple[Named, ...]:
    by_key: dict[str, Field] = {field.key: field for field in version.fields}
    effect = EFFECTS[version.effect or ""]
    found = []
    for fact in effect.facts:
        if fact.required and fact.key not in facts:
            field = by_key.get(version.effect_map.get(fact.key, ""))
            if field is not None:
                found.append(Named(field.label_zh, field.label_en))
    return tuple(found)


def expected(
    application: Application, steps: Sequence[Step], facts: Mapping[str, Any], corrections: Corrections
) -> dict[int, date]:
    """The day each coming step should end at the latest, if every step uses its whole limit."""
    day = clock.today()
    if application.state == ApplicationState.IN_REVIEW and application.due_on is not None:
        day = max(day, application.due_on)
    due: dict[int, date] = {}
    here = application.step_position
    for step in steps:
        if (here is not None and step.position < here) or skipped(step, facts):
            continue
        if here == step.position and application.state == ApplicationState.IN_REVIEW:
            due[step.position] = application.due_on or day
            continue
        day = add_working_days(day, step.limit_days, corrections)
        due[step.position] = day
    return due
