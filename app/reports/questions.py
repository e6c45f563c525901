"""Questions that people put together themselves: a report's rows gathered by one field, and by another across.

The fields are those that the reports document and offer as dimensions; what is told is a count, a sum or an average.
A question becomes a report of its own, so it has pages, figures that open, files and schedules like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, select

from app.access.actor import Actor
from app.errors import Invalid
from app.messages import Message
from app.pay.months import month_text
from app.reports import catalogue, queries, registry
from app.reports.asking import PARAMETERS, QUESTION, Asked, read
from app.reports.fields import DECIMAL, NUMBER, Field, Opening, to_report
from app.reports.registry import Chart, Report, Row
from models import db

PIVOT = "pivot"
SOURCES = ("wage-roster", "changes", "people", "filings", "step-passes", "performance-payments")
COUNT, AVERAGE = "count", "avg-"
MOST_COLUMNS = 30
CHOOSE = Message("Choose other fields; those that are offered now stand in the form.")


@dataclass(frozen=True)
class Question:
    """What is asked: whose rows, by which fields, and what is told of each group."""

    source: Report
    rows: Field
    columns: Field | None
    measure: Field | None
    averaged: bool

    @property
    def kind(self) -> str:
        """How its figures are written."""
        if self.measure is None:
            return NUMBER
        return DECIMAL if self.averaged and self.measure.kind == NUMBER else self.measure.kind

    def told(self, value: Any, condition: Any = None) -> Any:
        """The figure of a group, as SQL: over all its rows, or over those for which a condition holds."""
        counted = func.sum(case((condition, 1), else_=0)) if condition is not None else func.count()
        if self.measure is None:
            return cast(func.coalesce(counted, 0), BigInteger)
        summed = func.sum(case((condition, value), else_=0)) if condition is not None else func.sum(value)
        whole = cast(func.coalesce(summed, 0), BigInteger)
        if not self.averaged:
            return whole
        times = 10 if self.kind == DECIMAL else 1
        return case((counted > 0, whole * times // func.nullif(cast(counted, BigInteger), 0)))


def report_for(actor: Actor, code: str, params: Mapping[str, Any], *, columns: bool = True) -> Report:
    """The report that a code and its parameters mean, for who may see what it shows. `columns=False` is for who needs
    its title and its rights alone: a question is then not asked which values stand side by side.

    Raises NotFound, NotAllowed, and Invalid for a question whose fields are not, or no longer, offered.
    """
    assert catalogue.ORDER
    return pivot(actor, params, columns=columns) if code == PIVOT else registry.opened(actor, code)


def sources(actor: Actor) -> list[Report]:
    """The reports whose rows may be gathered by this person."""
    return [report for report in queries.listed(actor) if report.code in SOURCES]


def offered(source: Report) -> tuple[list[Field], list[tuple[str, Message]]]:
    """The fields to gather by, and what can be told of each group."""
    told = [(COUNT, Message("Number of rows"))]
    for field in source.fields:
        if field.measure:
            told.append((field.code, Message("Sum: %(what)s", what=field.label)))
            told.append((AVERAGE + field.code, Message("Average: %(what)s", what=field.label)))
    return [field for field in source.fields if field.dimension], told


def question_of(actor: Actor, params: Mapping[str, Any]) -> Question:
    """A question out of its parameters. Raises Invalid, naming every field that is not offered."""
    code = str(params.get("source") or "")
    if code not in SOURCES:
        raise _not_offered("source", code)
    source = registry.opened(actor, code)
    dimensions, told = offered(source)
    fields = {field.code: field for field in dimensions}
    wrong: dict[str, Message] = {}
    for name in ("rows", "columns"):
        value = str(params.get(name) or "")
        if (value or name == "rows") and value not in fields:
            wrong[name] = _gone(value)
    measure = str(params.get("measure") or COUNT)
    if measure not in dict(told):
        wrong["measure"] = _gone(measure)
    if params.get("columns") and params.get("columns") == params.get("rows"):
        wrong["columns"] = Message("Lines and columns must be different fields.")
    if wrong:
        raise Invalid(Message("This question cannot be answered as it is."), fields=wrong, remedy=CHOOSE)
    averaged = measure.startswith(AVERAGE)
    return Question(
        source, fields[str(params["rows"])], fields.get(str(params.get("columns") or "")),
        None if measure == COUNT else source.field(measure.removeprefix(AVERAGE)), averaged,
    )  # fmt: skip


def _not_offered(name: str, value: str) -> Invalid:
    return Invalid(
        Message("This question cannot be answered as it is."), fields={name: _gone(value)}, remedy=CHOOSE
    )  # fmt: skip


def _gone(value: str) -> Message:
    if not value:
        return Message("Choose a field.")
    return Message("The field “%(field)s” is not offered, or no longer.", field=value[:40])


def pivot(actor: Actor, params: Mapping[str, Any], *, columns: bool = True) -> Report:
    """The report that a question makes. Its columns are the values that there are in the months asked for."""
    actor = actor.on_own_account
    question = question_of(actor, params)
    source = question.source
    parameters = tuple(name for name in source.parameters if name in ("month", "since", "until", "unit", "category"))
    asked = read(params, (*parameters, *QUESTION), opens_with=source.opens_with)
    across = _across(actor, question, asked) if question.columns is not None and columns else []
    figure: dict[str, Any] = {"kind": question.kind, "totalled": not question.averaged, "width": 16}
    about = PARAMETERS["measure"] if question.measure is None else question.measure.about
    beside = tuple(
        Field(f"c{place}", _label(question.columns, row), about, **figure) for place, row in enumerate(across)
    )
    return Report(
        code=PIVOT, title=Message("%(what)s by %(rows)s", what=source.title, rows=question.rows.label),
        about=source.about, permission=source.permission,
        fields=(question.rows, *beside, Field("whole", Message("In all"), about, **figure)),
        parameters=(*parameters, *QUESTION), statement=_statement(question, across), order=(question.rows.told_by,),
        opens=_opens(question, across), people=source.people, page_months=source.page_months,
        chart=Chart(Message("In all, the largest first"), question.rows.code, "whole"), rows_of=source.code,
        choices=source.choices, opens_with=source.opens_with,
    )  # fmt: skip


def _grouped(field: Field, rows: Any) -> list[Any]:
    """The columns that tell and name one value of a field."""
    return [rows.c[name] for name in dict.fromkeys((field.told_by, *field.reads))]


def _across(actor: Actor, question: Question, asked: Asked) -> list[Row]:
    """The values of the field across, in order. Raises Invalid where they are too many for a page."""
    field = question.columns
    assert field is not None
    rows = question.source.statement(actor, asked).order_by(None).subquery("rows")
    columns = _grouped(field, rows)
    found = db.session.execute(select(*columns).distinct().order_by(columns[0]).limit(MOST_COLUMNS + 1)).mappings()
    values: list[Row] = [dict(row) for row in found]
    if len(values) > MOST_COLUMNS:
        raise Invalid(
            Message("This question cannot be answered as it is."),
            fields={"columns": Message("This field has more than %(count)s values, too many to stand side by side.",
                                       count=MOST_COLUMNS)},
            remedy=Message("Take it for the lines, or ask for one unit or fewer months."),
        )  # fmt: skip
    return values


def _label(field: Field | None, row: Row) -> Message:
    assert field is not None
    value = field.value(row)
    if hasattr(value, "year"):
        value = month_text(value)
    return Message("%(value)s", value=value)


def _statement(question: Question, across: list[Row]) -> Any:
    def statement(actor: Actor, asked: Asked) -> Select[Any]:
        rows = question.source.statement(actor, asked).order_by(None).subquery("rows")
        by = _grouped(question.rows, rows)
        value = rows.c[question.measure.reads[0]] if question.measure is not None else None
        told = []
        if question.columns is not None:
            column = rows.c[question.columns.told_by]
            for place, one in enumerate(across):
                is_it = column.is_(None) if one[column.name] is None else column == one[column.name]
                told.append(question.told(value, is_it).label(f"c{place}"))
        return select(*by, *told, question.told(value).label("whole")).group_by(*by)

    return statement


def _opens(question: Question, across: list[Row]) -> Any:
    """Every figure opens the rows of the source that it gathers."""

    def opens(field: str, row: Row, asked: Asked) -> Opening | None:
        only = [_only(question.rows, row)]
        if field.startswith("c") and field[1:].isdigit():
            if not row[field] or question.columns is None:
                return None
            only.append(_only(question.columns, across[int(field[1:])]))
        kept = {name: value for name, value in asked.as_params().items() if name not in QUESTION}
        return to_report(question.source.code, **kept, only=";".join(only))

    return opens


def _only(field: Field, row: Row) -> str:
    value = row[field.told_by]
    return f"{field.code}:{'' if value is None else value}"
