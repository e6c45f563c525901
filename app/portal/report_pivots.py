"""Questions of one's own on a page: choose the rows and the fields, see the answer, keep it under a name."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Conflict, Invalid
from app.paging import page_number
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key
from app.portal.reports import shown, typed
from app.portal.reports_showing import controls
from app.reports import asking, pivots, queries, questions
from app.reports.asking import QUESTION
from app.web.guard import current_actor, guarded
from app.web.showing import say


@pages.get("/pivots")
@guarded("report:read")
def pivots_page() -> ResponseReturnValue:
    """The form, and the answer as soon as something was asked."""
    actor, params = current_actor(), typed()
    sources = questions.sources(actor)
    source = next((one for one in sources if one.code == params.get("source")), sources[0] if sources else None)
    given: dict[str, Any] = {
        "sources": sources, "source": source, "params": params, "errors": {}, "table": None, "too_long": False,
        "kept": pivots.mine(actor), "key": fresh_key(), "fields": [], "told": [], "controls": [],
    }  # fmt: skip
    status = 200
    if source is not None:
        given["fields"], given["told"] = questions.offered(source)
        given["asked"] = asking.usual(source.opens_with)
    if params.get("rows"):
        try:
            given |= _answered(params)
        except Invalid as refusal:
            given["errors"], status = refusal.fields, 422
    if source is not None and not given["controls"]:
        given["controls"] = controls(source, given["asked"], params)
    return render_template("reports/pivots.html", **given), status


def _answered(params: dict[str, str]) -> dict[str, Any]:
    """The report that the question makes, read like any other."""
    actor = current_actor()
    report = questions.pivot(actor, params)
    asked = asking.read(params, report.parameters, opens_with=report.opens_with)
    queries.unit_asked(actor, report, asked)
    found: dict[str, Any] = {"report": report, "asked": asked, "controls": controls(report, asked, params)}
    if queries.too_long(report, asked):
        return found | {"too_long": True}

    def page_url(number: int) -> str:
        return url_for("portal.pivots_page", **dict[str, Any](asked.as_params()), page=number)

    return found | shown(report, asked, page_number(request.args.get("page"))) | {"page_url": page_url}


@pages.get("/pivots/<int:pivot_id>")
@guarded("report:read")
def open_pivot(pivot_id: int) -> ResponseReturnValue:
    """One of the questions that one keeps."""
    kept = pivots.opened(current_actor(), pivot_id)
    return redirect(url_for("portal.pivots_page", **dict[str, Any](kept.question)))


@pages.post("/pivots/keep")
@guarded("report:read")
def keep_pivot() -> ResponseReturnValue:
    """Keep the question that is shown."""
    params = {name: value for name, value in request.form.items() if name not in ("csrf_token", "name") and value}
    try:
        pivots.keep(request.form.get("name", ""), params, by=current_actor())
        flash(_("The question is kept."), "ok")
    except Invalid as refusal:
        flash(" ".join(say(one) for one in refusal.fields.values()), "error")
    except Conflict as refusal:
        flash(" ".join([say(refusal.message), say(refusal.remedy)]), "error")
    known = {name: value for name, value in params.items() if name in (*QUESTION, *asking.PARAMETERS, "only")}
    return redirect(url_for("portal.pivots_page", **dict[str, Any](known)))


@pages.post("/pivots/<int:pivot_id>/forget")
@guarded("report:read")
def forget_pivot(pivot_id: int) -> ResponseReturnValue:
    """Forget one of the questions that one keeps."""
    pivots.forget(pivot_id, by=current_actor())
    flash(_("The question is forgotten."), "ok")
    return redirect(url_for("portal.pivots_page"))
