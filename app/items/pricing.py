"""What an application would bring under the effect of another version: the career as it stood then, replayed anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.errors import Refused
from app.items.consequences import Filing
from app.items.editions import Version
from app.messages import Message
from app.pay import queries
from app.pay.agenda import effective_month
from app.pay.effects import EFFECTS, Effect, Standing, facts_from_answers, read_facts
from app.pay.months import month_after
from app.pay.preview import preview
from app.pay.queries import Held
from app.pay.rounding import fen
from app.pay.service import first_paid_month
from app.pay.standards import Standards
from models.staff import StaffState


def has_other_facts(filing: Filing, old: Version, new: Version) -> bool:
    """Whether the effect or one of its facts differs; if none does, neither does any amount."""
    return (old.effect, _given(filing, old)) != (new.effect, _given(filing, new))


def priced(
    filing: Filing, old: Version, new: Version, *, held: Held | None, application_id: int, moment: datetime,
    tables: Standards,
) -> dict[str, Any]:  # fmt: skip
    """`{"was": figures, "now": figures, "problem": message | null}` where the result differs, else nothing."""
    was, why_not_before = _result(filing, old, held, application_id, moment, tables)
    now, why_not = _result(filing, new, held, application_id, moment, tables)
    if why_not is not None:
        same = why_not_before is not None and why_not_before.to_json() == why_not.to_json()
        return {} if same else {"was": was, "now": now, "problem": why_not.to_json()}
    if was == now and old.effect == new.effect:
        return {}
    return {"was": was, "now": now, "problem": None}


def _given(filing: Filing, version: Version) -> dict[str, Any]:
    return facts_from_answers(version.effect_map, filing.under(version)[0])


def _result(
    filing: Filing, version: Version, held: Held | None, application_id: int, moment: datetime, tables: Standards
) -> tuple[dict[str, Any], Message | None]:
    """The figures of the result, or the sentence why there are none."""
    effect = EFFECTS.get(version.effect or "")
    if effect is None:
        return {}, Message("The item has no effect.")
    try:
        facts = read_facts(effect, _given(filing, version))
        stated = sum(facts[kind.key] for kind in effect.facts if kind.type == "amount" and kind.key in facts)
        figures = {"stated_fen": stated} if stated else {}
        if effect.recalculates and held is not None:
            figures |= _wage(effect, facts, held, application_id, moment, filing.day, tables)
    except Refused as refusal:
        wrong = list(getattr(refusal, "fields", {}).values())
        return {}, wrong[0] if wrong else refusal.message
    return figures, None


def _wage(
    effect: Effect, facts: Mapping[str, Any], held: Held, application_id: int, moment: datetime, day: date,
    tables: Standards,
) -> dict[str, Any]:  # fmt: skip
    """Monthly wage and back pay (fen), with the career as it was before this application. Raises PayError."""
    rows = [row for row in held.events if row.application_id != application_id and row.created_at <= moment]
    old = tuple(queries.read_event(row) for row in rows)
    state = StaffState.ACTIVE if old else StaffState.PENDING
    staff = held.staff
    standing = Standing(staff.name, staff.staff_type, state, staff.occupation, old)
    before = queries.person_of(staff)
    person = effect.person_of(before, facts, standing)
    events = tuple(effect.events_of(facts, standing))
    if not events:
        return {}
    month = max([first_paid_month(day), *map(effective_month, events)])
    shown = preview(person, old, events, month=month, tables=tables, before=before, until=month_after(month))
    return {"after_fen": fen(shown.after.total), "back_pay_fen": fen(shown.back_pay.amount)}
