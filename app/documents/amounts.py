"""The amounts of a form, each with its trace: rule, table and row, standard, document; and the back pay by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.documents.voice import signed_yuan, yuan
from app.messages import Message, Named, joined
from app.pay.components import Component
from app.pay.months import month_said, read_month
from app.pay.names import component_name, row_name, table_name
from app.pay.rulebook import rule_title
from app.pay.trace import calculation, document_name, standard_name

Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One part of the wage before and after; what is missing on a side was not paid then."""

    code: str
    before: Component | None
    after: Component | None

    @property
    def before_fen(self) -> int | None:
        return self.before.amount_fen if self.before else None

    @property
    def after_fen(self) -> int | None:
        return self.after.amount_fen if self.after else None

    @property
    def difference_fen(self) -> int:
        return (self.after_fen or 0) - (self.before_fen or 0)


@dataclass(frozen=True)
class Change:
    """A pay change as it was kept with the application, or the sentence why there is none."""

    parts: tuple[Part, ...] = ()
    effective_month: date | None = None
    before_fen: int | None = None
    after_fen: int | None = None
    back_pay: tuple[tuple[date, int], ...] = ()
    back_pay_fen: int = 0
    problem: Message | None = None
    note: Message | None = None  # why no amount changes, where the item decides something else
    figures: tuple[tuple[Message, Message | str], ...] = ()  # what is decided besides the wage

    @property
    def pays(self) -> bool:
        """Whether it has amounts of a wage."""
        return self.after_fen is not None


@dataclass
class Basis:
    """Traces gathered under numbers, for forms on which a line has no room for them."""

    numbers: dict[str, int] = field(default_factory=dict)
    notes: list[Message] = field(default_factory=list)

    def number_of(self, component: Component | None) -> str:
        """The number under which the trace of an amount stands in the notes, as `[2]`."""
        if component is None:
            return ""
        said = trace(component, row=False)
        known = self.numbers.setdefault(str(said), len(self.notes) + 1)
        if known > len(self.notes):
            self.notes.append(said)
        return f"[{known}]"


def change_of(kept: Kept | None) -> Change | None:
    """The change as its figures were kept; None where an item changes no wage or nothing is calculated yet."""
    if not kept:
        return None
    if kept.get("problem"):
        return Change(problem=Message.from_json(kept["problem"]))
    figures = tuple(_figure(one) for one in kept.get("figures") or ())
    if not kept.get("after"):
        note = Message.from_json(kept["note"]) if kept.get("note") else None
        return Change(note=note, figures=figures) if note or figures else None
    before, after = kept.get("before") or {}, kept["after"]
    old = {part["code"]: Component.from_json(part) for part in before.get("components", ())}
    new = {part["code"]: Component.from_json(part) for part in after.get("components", ())}
    owed = kept.get("back_pay") or {}
    return Change(
        parts=tuple(Part(code, old.get(code), new.get(code)) for code in dict.fromkeys([*new, *old])),
        effective_month=read_month(kept["effective_month"]) if kept.get("effective_month") else None,
        before_fen=before.get("total_fen") or None,  # nothing before a first wage
        after_fen=after["total_fen"],
        back_pay=tuple((read_month(line["month"]), int(line["difference_fen"])) for line in owed.get("lines", ())),
        back_pay_fen=int(owed.get("total_fen", 0)),
        figures=figures,
    )


def trace(component: Component, *, row: bool = True) -> Message:
    """Where an amount comes from in one line: rule, table with its row, standard, calculation, document."""
    said = [Message("Rule %(rule)s %(title)s", rule=component.rule, title=rule_title(component.rule))]
    if component.table is not None:
        table = Message("“%(table)s”", table=table_name(component.table))
        said.append(Message("%(table)s %(row)s", table=table, row=_row(component)) if row else table)
        said.append(standard_name(component))
    if row:
        said += calculation(component)
    if component.document:
        said.append(document_name(component.document))
    return joined(said)


def traces(part: Part) -> list[Message]:
    """The trace of the new amount, and of the old one as far as it differs."""
    said = [trace(part.after)] if part.after else []
    if part.before is None:
        return said
    if part.after is None:
        return [Message("Before: %(trace)s", trace=trace(part.before))]
    if _origin(part.before) != _origin(part.after):
        said.append(Message("Before: %(trace)s", trace=trace(part.before)))
    elif part.before.table is not None and _row(part.before) != _row(part.after):
        said.append(Message("Before: row “%(row)s” of the same table", row=_row(part.before)))
    return said


def pay_block(change: Change | None, missing: Message) -> dict[str, Any]:
    """The part of a form that shows a pay change with its sums, or says why there is none; and what else is decided."""
    if change is None or not change.pays:
        return {"rows": [], "total": None, "missing": why_none(change, missing), "back": None, "figures": shown(change)}
    return {
        "rows": [
            {
                "name": component_name(part.code), "before": yuan(part.before_fen), "after": yuan(part.after_fen),
                "difference": signed_yuan(part.difference_fen), "traces": traces(part),
            }
            for part in change.parts
        ],
        "total": totals(change),
        "missing": "",
        "back": back_pay_block(change),
        "figures": shown(change),
    }  # fmt: skip


def why_none(change: Change | None, missing: Message) -> Message:
    """Why a form shows no amounts for a person."""
    return (change.problem or change.note if change is not None else None) or missing


def shown(change: Change | None) -> list[list[list[Any]]]:
    """What is decided besides the wage, a line each."""
    return [[[label, value]] for label, value in change.figures] if change is not None else []


def totals(change: Change) -> dict[str, str]:
    """The sums of a change."""
    difference = (change.after_fen or 0) - (change.before_fen or 0)
    return {
        "before": yuan(change.before_fen),
        "after": yuan(change.after_fen),
        "difference": signed_yuan(difference),
        "back": yuan(change.back_pay_fen),
    }


def back_pay_block(change: Change) -> dict[str, Any]:
    """The back pay in one line, and month by month where there is any."""
    if not change.back_pay and change.back_pay_fen:
        return {"line": Message("%(amount)s yuan in all", amount=yuan(change.back_pay_fen)), "months": []}
    if not change.back_pay:
        return {"line": Message("Nothing is owed for past months."), "months": []}
    months = [month for month, _ in change.back_pay]
    return {
        "line": Message(
            "%(first)s to %(last)s, %(count)s months, %(amount)s yuan in all (rule G-4: new less old, month by month)",
            first=month_said(months[0]), last=month_said(months[-1]), count=len(months),
            amount=yuan(change.back_pay_fen),
        ),
        "months": [{"month": month_said(month), "amount": yuan(fen)} for month, fen in change.back_pay],
    }  # fmt: skip


def summed(changes: Sequence[Change]) -> dict[str, str]:
    """The sums of several people's changes."""
    before = sum(change.before_fen or 0 for change in changes)
    after = sum(change.after_fen or 0 for change in changes)
    return {
        "before": yuan(before),
        "after": yuan(after),
        "difference": signed_yuan(after - before),
        "back": yuan(sum(change.back_pay_fen for change in changes)),
    }


def _figure(kept: Kept) -> tuple[Message, Message | str]:
    value = kept["value"]
    if kept["kind"] == "text":
        return Message.from_json(kept["label"]), Message.from_json(value)
    return Message.from_json(kept["label"]), yuan(value) if kept["kind"] == "fen" else str(value)


def _row(component: Component) -> Message | Named:
    return row_name(component.category, component.level, component.step)


def _origin(component: Component) -> tuple[Any, ...]:
    return component.rule, component.table, component.standard, component.version, component.document
