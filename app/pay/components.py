"""The parts of a wage, each with what proves it, and how they are kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.pay.months import Month, month_text, read_month
from app.pay.rounding import fen, money_text, yuan
from app.pay.standards import Cell

JsonValue = Any


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something changed: the type of event (or `increment`, `repricing`, `seniority`), its id and month."""

    kind: str
    event: str | None
    month: Month

    def to_json(self) -> dict[str, JsonValue]:
        return {"kind": self.kind, "event": self.event, "month": month_text(self.month)}

    @classmethod
    def from_json(cls, kept: Mapping[str, JsonValue]) -> Cause:
        return cls(kind=kept["kind"], event=kept["event"], month=read_month(kept["month"]))


@dataclass(frozen=True, slots=True)
class InForce:
    """The version that holds in a month, since when, and by which event (null when it came by its date)."""

    version: date
    since: Month
    event: str | None = None

    def cause(self) -> Cause:
        return Cause("repricing", self.event, self.since)


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a wage. `factors` holds what a calculated part was calculated from."""

    code: str
    amount: Decimal
    rule: str
    table: str | None = None
    category: str | None = None
    level: str | None = None
    step: int | None = None
    standard: str | None = None
    version: date | None = None
    document: str | None = None
    source: str | None = None
    confidence: str | None = None
    extrapolated: bool = False
    factors: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)
    cause: Cause | None = None

    @property
    def amount_fen(self) -> int:
        return fen(self.amount)

    def to_json(self) -> dict[str, JsonValue]:
        """Everything, for the database; amounts as integer fen."""
        return {
            "code": self.code,
            "amount_fen": self.amount_fen,
            "rule": self.rule,
            "table": self.table,
            "category": self.category,
            "level": self.level,
            "step": self.step,
            "standard": self.standard,
            "version": self.version.isoformat() if self.version else None,
            "document": self.document,
            "source": self.source,
            "confidence": self.confidence,
            "extrapolated": self.extrapolated,
            "factors": dict(self.factors),
            "cause": self.cause.to_json() if self.cause else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, JsonValue]) -> Component:
        """The component that `to_json` kept."""
        values = {key: value for key, value in kept.items() if key != "amount_fen"}
        values["amount"] = yuan(kept["amount_fen"])
        values["version"] = date.fromisoformat(kept["version"]) if kept.get("version") else None
        values["cause"] = Cause.from_json(kept["cause"]) if kept.get("cause") else None
        return cls(**values)

    def answer(self) -> dict[str, JsonValue]:
        """The five fields of the career-case format."""
        return {
            "code": self.code,
            "amount": money_text(self.amount),
            "rule": self.rule,
            "table": self.table,
            "standard": self.standard,
        }


@dataclass(frozen=True, slots=True)
class Wage:
    """The wage of one month."""

    month: Month
    pay_status: str
    standard_version: date
    state: Mapping[str, JsonValue]
    components: tuple[Component, ...]

    @property
    def total(self) -> Decimal:
        return sum((part.amount for part in self.components), Decimal(0))

    @property
    def total_fen(self) -> int:
        return fen(self.total)

    def to_json(self) -> dict[str, JsonValue]:
        """Everything, for the database; amounts as integer fen."""
        return {
            "month": month_text(self.month),
            "pay_status": self.pay_status,
            "standard_version": self.standard_version.isoformat(),
            "state": dict(self.state),
            "components": [part.to_json() for part in self.components],
            "total_fen": self.total_fen,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, JsonValue]) -> Wage:
        """The wage that `to_json` kept."""
        return cls(
            month=read_month(kept["month"]),
            pay_status=kept["pay_status"],
            standard_version=date.fromisoformat(kept["standard_version"]),
            state=kept["state"],
            components=tuple(Component.from_json(part) for part in kept["components"]),
        )


def from_cell(
    code: str, rule: str, cell: Cell, cause: Cause | None, factors: Mapping[str, JsonValue] | None = None
) -> Component:
    """The component that a table cell gives."""
    return Component(
        code=code,
        amount=cell.amount,
        rule=rule,
        table=cell.table,
        category=cell.category,
        level=cell.level,
        step=cell.step,
        standard=cell.standard,
        version=cell.version,
        document=cell.document,
        source=cell.source,
        confidence=cell.confidence,
        extrapolated=cell.extrapolated,
        factors=factors or {},
        cause=cause,
    )


def latest(*causes: Cause | None) -> Cause | None:
    """The cause that came last; of one month, the first named."""
    last: Cause | None = None
    for cause in causes:
        if cause is not None and (last is None or cause.month > last.month):
            last = cause
    return last
