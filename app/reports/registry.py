"""The registry of reports: each says what it shows, what it may be asked for, and which statement answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from app.access.actor import Actor
from app.access.policy import require
from app.errors import NotFound
from app.messages import Message
from app.reports.asking import Asked
from app.reports.fields import Field, Opening

Row = Mapping[str, Any]
Statement = Callable[[Actor, Asked], Select[Any]]


@dataclass(frozen=True)
class Chart:
    """A picture of a report: `kind` is `bars` (the first rows of the table) or `line` (a statement of its own with the
    columns `label` and `value`). `value` names the field whose unit the axis carries."""

    title: Message
    label: str
    value: str
    kind: str = "bars"
    statement: Statement | None = None
    most: int = 12


@dataclass(frozen=True)
class Report:
    """One report. `statement` gives its rows with every column that a field reads, in the order of `order`.

    `page_months` is how many months one page may span; what is longer is made in the background. `monthly` says that
    the rows of a span are those of its months one after the other, so a file is made month by month.
    """

    code: str
    title: Message
    about: Message
    permission: str
    fields: tuple[Field, ...]
    parameters: tuple[str, ...]
    statement: Statement
    order: tuple[str, ...]
    opens: Callable[[str, Row, Asked], Opening | None] = lambda field, row, asked: None
    chart: Chart | None = None
    opens_with: str = "month"  # see asking.usual
    page_months: int = 12
    monthly: bool = False
    rows_of: str = ""  # the report that this one gathers, for the words beside it
    people: Callable[[Actor, Asked], Select[Any]] | None = None  # whom its rows are about: staff ids
    choices: Mapping[str, Mapping[str, Any]] = ()  # type: ignore[assignment]  # closed lists, by parameter

    def field(self, code: str) -> Field:
        return next(field for field in self.fields if field.code == code)

    def has(self, code: str) -> bool:
        return any(field.code == code for field in self.fields)

    @property
    def with_parts(self) -> bool:
        return any(field.parts is not None for field in self.fields)


REPORTS: dict[str, Report] = {}


def register(report: Report) -> Report:
    """Make a report known under its code."""
    REPORTS[report.code] = report
    return report


def opened(actor: Actor, code: str) -> Report:
    """A report by its code, for who may see what it shows. Raises NotFound, NotAllowed."""
    report = REPORTS.get(code)
    if report is None:
        raise NotFound
    require(actor, "report:read")
    require(actor, report.permission)
    return report


def offered(actor: Actor) -> list[Report]:
    """The reports that this person may open, in their order."""
    if not actor.holds("report:read"):
        return []
    return [report for report in REPORTS.values() if actor.holds(report.permission)]
