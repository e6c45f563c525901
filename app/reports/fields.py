"""What a report shows: its fields, each with a name, what it means, and how its values are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.messages import Message

TEXT, MONEY, MONTH, DAY, NUMBER, SHARE, DECIMAL = "text", "money", "month", "day", "number", "share", "decimal"
NUMERIC = frozenset({MONEY, NUMBER, SHARE, DECIMAL})


@dataclass(frozen=True)
class Field:
    """One column. `columns` are what it reads of a row (its own code if not said otherwise), `named` turns them into
    words; a `totalled` one is summed below the table. `dimension` and `measure` say what a pivot may do with it."""

    code: str
    label: Message
    about: Message
    kind: str = TEXT
    width: int = 14
    totalled: bool = False
    columns: tuple[str, ...] = ()
    named: Callable[..., Any] | None = None
    dimension: bool = False
    measure: bool = False
    key: str = ""  # the column that tells its values apart, where the first that it reads is a name
    parts: frozenset[str] | None = None  # codes of the components of a wage that it adds up; empty: all others

    @property
    def reads(self) -> tuple[str, ...]:
        return self.columns or (self.code,)

    @property
    def told_by(self) -> str:
        """The column by which one value of a dimension is told from another."""
        return self.key or self.reads[0]

    @property
    def is_number(self) -> bool:
        return self.kind in NUMERIC

    def value(self, row: Mapping[str, Any]) -> Any:
        """The value of a row: text, a Message or Named, a date, or a number (money in fen, a share as 0 to 1)."""
        values = [row[name] for name in self.reads]
        if self.named is not None:
            return self.named(*values)
        return values[0]


@dataclass(frozen=True)
class Opening:
    """Where a figure leads: another report with what narrows it, the page of a `staff`, `application`, `total` or
    `distribution` row, or a list (`cases` in a state, units `warned` in a year, `finance`)."""

    kind: str
    target: str | int
    params: Mapping[str, str] = ()  # type: ignore[assignment]  # as in an address


def to_report(code: str, **params: str | int | None) -> Opening:
    """The rows of another report, narrowed."""
    return Opening("report", code, {name: str(value) for name, value in params.items() if value not in (None, "")})
