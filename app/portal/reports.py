"""Reports: the list, and each report as a page with its totals, a chart and a table, every figure opening its rows."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.paging import page_number
from app.portal.blueprint import pages
from app.portal.reports_showing import chart_of, column_heads, controls, shown_rows, shown_totals
from app.reports import asking, queries, service
from app.reports.asking import Asked
from app.reports.registry import REPORTS, Report
from app.web.guard import current_actor, guarded
from app.web.showing import named, say


@pages.get("/reports")
@guarded("report:read")
def reports() -> ResponseReturnValue:
    """Every report that the reader may open."""
    return render_template("reports/index.html", reports=queries.listed(current_actor()))


@pages.get("/reports/<report>")
@guarded("report:read")
def report(report: str) -> ResponseReturnValue:
    """One report as it was asked for. What spans more months than a page shows is offered as a file instead."""
    one = queries.one(current_actor(), report)
    try:
        asked = asking.read(_typed(), one.parameters, opens_with=one.opens_with)
    except Invalid as refusal:
        return _page(one, asking.usual(one.opens_with), errors=refusal.fields), 422
    return _page(one, asked)


def _typed() -> dict[str, str]:
    """What the address says. A unit that was typed and not chosen, as happens without script, is looked up by name."""
    typed = dict(request.args.items())
    text = typed.pop("unit_text", "").strip()
    if text and not typed.get("unit"):
        found = queries.units_called(current_actor(), text)
        typed["unit"] = str(found[0].id) if len(found) == 1 else text
    return typed


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
    typed = "" if unit else request.args.get("unit_text", "")[:60]
    given: dict[str, Any] = {
        "report": one, "asked": asked, "unit": unit, "errors": {}, "controls": controls(one, asked, request.args),
        "typed_unit": typed, "table": None, "too_long": queries.too_long(one, asked), "gathers": gathered(one),
    } | more  # fmt: skip
    if not given["errors"] and not given["too_long"]:
        table = service.read(one, asked, by=actor, page=page_number(request.args.get("page")))
        given |= {
            "table": table, "heads": column_heads(one), "rows": shown_rows(table), "totals": shown_totals(table),
            "chart": chart_of(table),
        }  # fmt: skip

    def page_url(number: int) -> str:
        return url_for("portal.report", report=one.code, **dict[str, Any](asked.as_params()), page=number)

    return render_template("reports/report.html", page_url=page_url, **given)


def gathered(one: Report) -> str:
    """The name of the report that holds the rows behind the figures of this one."""
    return say(REPORTS[one.rows_of].title) if one.rows_of else ""
