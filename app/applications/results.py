"""Results as people read them: what was decided for an employee, with the facts and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.forms.fields import shown
from app.items import queries as items
from app.messages import Message, Named
from app.pay.effects import EFFECTS
from app.pay.results import Figure
from models import Application, Result, db


@dataclass(frozen=True)
class ResultLine:
    """One decision as it took effect; `undone` if it was taken back later."""

    title: Message
    number: str
    application_id: int
    decided_on: date
    facts: tuple[tuple[Named, Any], ...]
    figures: tuple[Figure, ...]
    undone: bool


def of_employee(staff_id: int) -> tuple[ResultLine, ...]:
    """Everything that was decided for an employee, the newest first; the caller has opened the employee."""
    rows = db.session.execute(
        select(Result, Application.number, Application.item_version_id)
        .join(Application, Application.id == Result.application_id)
        .where(Result.staff_id == staff_id)
        .order_by(Result.id.desc())
    ).all()
    versions = items.of_ids({version for _, _, version in rows})
    return tuple(_line(result, number, versions[version]) for result, number, version in rows)


def _line(result: Result, number: str, version: items.Version) -> ResultLine:
    return ResultLine(
        title=EFFECTS[result.effect].name,
        number=number,
        application_id=result.application_id,
        decided_on=result.decided_on,
        facts=tuple(_facts(result.facts, version)),
        figures=tuple(Figure.from_json(one) for one in result.figures),
        undone=result.voided_at is not None,
    )


def _facts(facts: Mapping[str, Any], version: items.Version) -> list[tuple[Named, Any]]:
    """The facts under the questions that gave them, as the questions show their answers."""
    told = []
    for fact, key in version.effect_map.items():
        field = version.field(key)
        if field is not None and fact in facts:
            value = facts[fact][:7] if field.type == "month" else facts[fact]
            told.append((Named(field.label_zh, field.label_en), shown(field.type, field.options, value)))
    return told
