"""Reports: the list, and each report as a page with its totals, a chart and a table, every figure opening its rows."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.paging import page_number
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key
from app.portal.reports_showing import (
    address,
    chart_of,
    chart_of_board,
    column_heads,
    controls,
    narrowed,
    shown_figures,
    shown_rows,
    shown_totals,
)
from app.reports import asking, queries, service
from app.reports.asking import Asked
from app.reports.registry import REPORTS, Report
from app.reports.scheduling import FREQUENCIES
from app.web.guard import current_actor, guarded
from app.web.showing import named, say


@pages.get("/reports")
@guarded("report:read")
def reports() -> ResponseReturnValue:
    """The reader's own figures, and every report that they may open."""
    board = service.read_board(by=current_actor())
    return render_template(
        "reports/index.html", reports=queries.listed(current_actor()), figures=shown_figures(board),
        chart=chart_of_board(board), fund_url=address(board.opening),
    )  # fmt: skip


@pages.get("/reports/<report>")
@guarded("report:read")
def report(report: str) -> ResponseReturnValue:
    """One report as it was asked for. What spans more months than a page shows is offered as a file instead."""
    one = queries.one(current_actor(), report)
    try:
        asked = asking.read(typed(), one.parameters, opens_with=one.opens_with)
    except Invalid as refusal:
        return _page(one, asking.usual(one.opens_with), errors=refusal.fields), 422
    return _page(one, asked)


def typed() -> dict[str, str]:
    """What the address says. A unit that was typed and not chosen, as happens without script, is looked up by name."""
    values = dict(request.args.items())
    text = values.pop("unit_text", "").strip()
    if text and not values.get("unit"):
        found = queries.units_called(current_actor(), text)
        values["unit"] = str(found[0].id) if len(found) == 1 else text
    return values


@pages.get("/reports/units")
@guarded("report:read")
def report_units() -> ResponseReturnValue:
    """Units in reach by a part of their name or code, for the look-up of the form."""
    found = queries.units_called(current_actor(), request.args.get("q", "")[:60])
    return jsonify({"results": [{"id": one.id, "text": named(one), "hint": one.code} for one in found]})


def _page(one: Report, asked: Asked, **more: Any) -> str:
    """The page of a report; with errors only its form, since nothing was asked for that could be answered."""
    actor = current_actor()
    unit = queries.unit_asked(actor, one, asked)
    typed_unit = "" if unit else request.args.get("unit_text", "")[:60]
    given: dict[str, Any] = {
        "report": one, "asked": asked, "unit": unit, "errors": {}, "controls": controls(one, asked, request.args),
        "typed_unit": typed_unit, "table": None, "too_long": queries.too_long(one, asked), "gathers": gathered(one),
        "key": fresh_key(), "frequencies": list(FREQUENCIES.items()),
    } | more  # fmt: skip
    if not given["errors"] and not given["too_long"]:
        given |= shown(one, asked, page_number(request.args.get("page")))

    def page_url(number: int) -> str:
        return url_for("portal.report", report=one.code, **dict[str, Any](asked.as_params()), page=number)

    return render_template("reports/report.html", page_url=page_url, **given)


def shown(one: Report, asked: Asked, page: int) -> dict[str, Any]:
    """What the table of a report needs; the reading is written down."""
    table = service.read(one, asked, by=current_actor(), page=page)
    wider = {name: value for name, value in asked.as_params().items() if name != "only"}
    return {
        "table": table, "heads": column_heads(one), "rows": shown_rows(table), "totals": shown_totals(table),
        "chart": chart_of(table), "narrowed": narrowed(one, asked),
        "wider_url": url_for("portal.report", report=one.code, **dict[str, Any](wider)),
    }  # fmt: skip


def gathered(one: Report) -> str:
    """The name of the report that holds the rows behind the figures of this one."""
    return say(REPORTS[one.rows_of].title) if one.rows_of else ""
