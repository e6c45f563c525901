"""How reports are shown on a page: values in words, links to the rows behind a figure, the controls, the chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.access.roles import ROLES
from app.messages import Message, Named
from app.pay.months import month_text
from app.reports import charts, fields, queries
from app.reports.asking import PARAMETERS, Asked
from app.reports.dashboards import SIGNED, Board
from app.reports.fields import Field, Opening
from app.reports.queries import Table
from app.reports.registry import REPORTS, Report
from app.web.guard import current_actor
from app.web.showing import day, is_chinese, month, named, say, signed_yuan, yuan

TEN_THOUSAND = 10_000
LONG = 26  # signs of a column that needs room


@dataclass(frozen=True)
class Cell:
    """One value of the table: its words, and where it opens."""

    text: str
    url: str = ""
    number: bool = False
    label: str = ""
    width: str = ""  # the class that says how its words may break

    @property
    def classes(self) -> str:
        return "number" if self.number else self.width


def said(field: Field, value: Any) -> str:
    """A value as it stands on the page."""
    if value is None:
        return "–"
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, Named):
        return named(value)
    if field.kind == fields.MONEY:
        return yuan(int(value))
    if field.kind == fields.SHARE:
        return f"{int(value) / 100:.2f}%"
    if field.kind == fields.DECIMAL:
        return f"{int(value) / 10:,.1f}"
    if field.kind == fields.NUMBER:
        return f"{int(value):,}"
    if isinstance(value, date):
        return month(value) if field.kind == fields.MONTH else day(value)
    return str(value)


def column_heads(report: Report) -> list[dict[str, Any]]:
    return [{"label": say(field.label), "number": field.is_number} for field in report.fields]


def shown_rows(table: Table) -> list[list[Cell]]:
    """The rows of the page; every figure that has rows behind it is a link to them."""
    report = table.report
    return [
        [
            Cell(said(field, field.value(row)), address(report.opens(field.code, row, table.asked)), field.is_number,
                 say(field.label), width_of(field))
            for field in report.fields
        ]
        for row in table.page.rows
    ]  # fmt: skip


def width_of(field: Field) -> str:
    """`long` may take two lines and has room for it, `words` may take them; numbers, codes and names never break."""
    if field.width >= LONG:
        return "long"
    return "words" if field.named is not None else ""


def shown_totals(table: Table) -> list[str]:
    """The last line: the sum of every field that is totalled."""
    return [
        said(field, table.totals[field.code]) if field.code in table.totals else "" for field in table.report.fields
    ]


def address(opening: Opening | None) -> str:
    """Where a figure leads, in the place where this person works; nothing where they may not follow."""
    if opening is None:
        return ""
    actor = current_actor()
    office = any(ROLES[role].back_office for role in actor.roles if role in ROLES)
    if opening.kind == "report":
        target = REPORTS[str(opening.target)]
        return (
            url_for("portal.report", report=target.code, **dict[str, Any](opening.params))
            if actor.holds(target.permission)
            else ""
        )
    if opening.kind == "finance":
        return url_for("finance.index")
    if opening.kind == "cases":
        narrowed = {"overdue": "1"} if opening.target == "overdue" else {"state": str(opening.target)}
        return url_for("cases.index" if office else "portal.cases", **dict[str, Any](narrowed))
    if opening.kind in ("total", "distribution", "warned"):
        return _of_budget(opening.kind, int(opening.target), office=office)
    if opening.kind == "staff":
        if office and actor.holds("staff:read"):
            return url_for("staff.details_view", id=opening.target)
        return url_for("portal.januaries", staff_id=opening.target) if actor.holds("pay:read") else ""
    if not actor.holds("application:read"):
        return ""
    if office:
        return url_for("applications.details_view", id=opening.target)
    return url_for("portal.application", application_id=opening.target)


def _of_budget(kind: str, number: int, *, office: bool) -> str:
    """The year of a unit's performance pay, one distribution of it, or the units of a year that were warned."""
    if kind == "warned":
        return url_for("budgets.index", year=number, only="warned") if office else url_for("portal.budget", year=number)
    if kind == "total":
        if office:
            return url_for("budgets.total", total_id=number)
        return url_for("portal.budget_ledger", total_id=number)
    where = "budgets.distribution" if office else "portal.budget_distribution"
    return url_for(where, distribution_id=number)


def narrowed(report: Report, asked: Asked) -> list[tuple[str, str]]:
    """The values to which the rows are narrowed, in words."""
    shown = []
    for field, value in queries.narrowing(report, asked):
        words = field.named(value) if field.named is not None and len(field.reads) == 1 else value
        shown.append((say(field.label), label_said(words)))
    return shown


def controls(report: Report, asked: Asked, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields of the form, filled with what was asked for, or with what was typed where that could not be read."""
    shown: list[dict[str, Any]] = []
    for name in report.parameters:
        value = typed.get(name) or _asked_for(name, asked)
        kind = "month" if name in ("month", "since", "until") else "number" if name == "year" else "select"
        if name == "unit":
            kind = "unit"
        options = [(code, said_choice(word)) for code, word in dict(report.choices).get(name, {}).items()]
        if kind == "select" and not options:
            if value:
                shown.append({"name": name, "kind": "kept", "value": value, "label": "", "options": []})
            continue
        shown.append({"name": name, "kind": kind, "value": value, "label": say(PARAMETERS[name]), "options": options})
    return shown


def said_choice(word: Any) -> str:
    return named(word) if isinstance(word, Named) else say(word)


def _asked_for(name: str, asked: Asked) -> str:
    if name in ("since", "month"):
        return month_text(asked.since)
    if name == "until":
        return month_text(asked.until)
    if name == "year":
        return str(asked.since.year)
    if name == "unit":
        return str(asked.unit_id or "")
    return asked.choice(name)


@dataclass(frozen=True)
class Drawn:
    """A chart with the points that stand beside it as a table."""

    title: str
    picture: Markup
    points: list[charts.Point]
    label: str
    value: str
    alone: bool  # whether its numbers stand in no other table of the page


def chart_of(table: Table) -> Drawn | None:
    """The chart of a report. Amounts are drawn in units of ten thousand yuan."""
    chart = table.report.chart
    if chart is None or len(table.points) < 2:
        return None
    unit, divisor, decimals = _unit_of(table)
    points = [
        charts.Point(label_said(label), value / divisor, f"{value / divisor:,.{decimals}f}")
        for label, value in table.points
    ]
    title = f"{say(chart.title)}{'（' + unit + '）' if unit and is_chinese() else f' ({unit})' if unit else ''}"
    about = in_words(points)
    if chart.kind == "line":
        picture = charts.line(points, id="chart", title=title, about=about, tick=lambda value: f"{value:,.{decimals}f}")
    else:
        picture = charts.bars(points, id="chart", title=title, about=about)
    return Drawn(title, picture, points, _label_head(table), unit or _("Count"), chart.statement is not None)


def shown_figures(board: Board) -> list[dict[str, Any]]:
    """The figures of a dashboard in words, each with where it opens."""
    shown = []
    for one in board.figures:
        if one.kind == SIGNED:
            text = signed_yuan(one.value)
        elif one.kind == fields.MONEY:  # a tile has no room for the yuan of a city
            text = f"{(one.value or 0) / (100 * TEN_THOUSAND):,.2f}"
        else:
            text = said(Field("", one.label, one.label, kind=one.kind), one.value)
        shown.append({"number": text, "label": say(one.label), "url": address(one.opening)})
    return shown


def chart_of_board(board: Board) -> Drawn | None:
    """The fund of twelve months as a line."""
    if len(board.points) < 2:
        return None
    points = [
        charts.Point(month_text(when), fen / (100 * TEN_THOUSAND), f"{fen / (100 * TEN_THOUSAND):,.2f}")
        for when, fen in board.points
    ]
    title = _("Wage fund month by month (10,000 yuan)")
    picture = charts.line(points, id="fund", title=title, about=in_words(points), tick=lambda value: f"{value:,.0f}")
    return Drawn(title, picture, points, _("Month"), _("10,000 yuan"), True)


def label_said(label: Any) -> str:
    """The words below a bar or a point."""
    if isinstance(label, date):
        return month_text(label)
    if isinstance(label, Message):
        return say(label)
    return named(label) if isinstance(label, Named) else str(label)


def _label_head(table: Table) -> str:
    chart = table.report.chart
    assert chart is not None
    return say(table.report.field(chart.label).label) if table.report.has(chart.label) else _("Month")


def _unit_of(table: Table) -> tuple[str, int, int]:
    chart = table.report.chart
    assert chart is not None
    field = next((field for field in table.report.fields if field.code == chart.value), None)
    kind = field.kind if field is not None else fields.NUMBER
    if kind == fields.MONEY:
        return _("10,000 yuan"), 100 * TEN_THOUSAND, 2
    if kind == fields.SHARE:
        return "%", 100, 2
    return (_("days"), 10, 1) if kind == fields.DECIMAL else ("", 1, 0)


def in_words(points: list[charts.Point]) -> str:
    """What the chart shows, in one sentence for who hears it."""
    most = max(points, key=lambda point: point.value)
    least = min(points, key=lambda point: point.value)
    return _(
        "%(count)s values; the highest is %(most)s at %(high)s, the lowest %(least)s at %(low)s. All of them stand in "
        "the table beside it.", count=len(points), most=most.label, high=most.said, least=least.label, low=least.said,
    )  # fmt: skip
