"""The explained pay change as rows for a page, read from what was kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.applications.sheet import PayChange, PayRow
from app.messages import Message
from app.pay.components import Component
from app.pay.months import day_said
from app.pay.names import component_name, table_name
from app.pay.results import Figure
from app.pay.trace import document_name, explain


def pay_change(kept: Mapping[str, Any]) -> PayChange:
    """The change as it was calculated: parts before and after, back pay month by month, and the reasons."""
    figures = tuple(Figure.from_json(one) for one in kept.get("figures", ()))
    if kept.get("note"):
        return PayChange(
            note=_message(kept["note"]), reasons=_messages(kept.get("reasons")), figures=figures, raw=kept
        )  # fmt: skip
    if kept.get("problem") or not kept.get("after"):
        return PayChange(problem=_message(kept.get("problem")), remedy=_message(kept.get("remedy")))
    before, after = kept.get("before"), kept["after"]
    old = {part["code"]: part for part in (before or {}).get("components", [])}
    new = {part["code"]: part for part in after["components"]}
    rows = [_row(code, old.get(code), new.get(code)) for code in dict.fromkeys([*new, *old])]
    before_fen = (before["total_fen"] if before else None) or None  # nothing before a first wage
    rows.append(PayRow(Message("Total a month"), before_fen, after["total_fen"], total=True))
    owed = kept.get("back_pay") or {}
    return PayChange(
        rows=tuple(rows),
        effective_month=_first_of(kept["effective_month"]),
        back_pay=tuple({**line, "month": _first_of(line["month"])} for line in owed.get("lines", ())),
        back_pay_fen=int(owed.get("total_fen", 0)),
        before_fen=before_fen,
        after_fen=after["total_fen"],
        reasons=_messages(kept.get("reasons")),
        raw=kept,
        figures=figures,
    )


def _row(code: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> PayRow:
    return PayRow(
        component_name(code),
        int(old["amount_fen"]) if old else None,
        int(new["amount_fen"]) if new else 0,
        reasons=_reasons(new) if new else (),
    )


def _reasons(part: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The sentences of one amount; the first carries rule, table, day and document as its source."""
    component = Component.from_json(part)
    sentences = explain(component)
    source = {
        "rule": component.rule,
        "table": table_name(component.table) if component.table else None,
        "day": day_said(component.version) if component.version else None,
        "document": document_name(component.document) if component.document else None,
    }
    return tuple({"text": sentence, **(source if place == 0 else {})} for place, sentence in enumerate(sentences))


def _messages(kept: Sequence[Mapping[str, Any]] | None) -> tuple[Message, ...]:
    return tuple(Message.from_json(one) for one in kept or ())


def _message(kept: Mapping[str, Any] | None) -> Message | None:
    return Message.from_json(kept) if kept else None


def _first_of(month: str) -> date:
    year, number = month.split("-")[:2]
    return date(int(year), int(number), 1)
