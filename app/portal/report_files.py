"""Exports on the pages: ask for a file, follow how far it is, take it, see what one has."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Conflict, Invalid, Refused
from app.messages import Message
from app.portal.blueprint import pages
from app.portal.parsing import request_key, wants_fragment
from app.portal.reports_showing import said
from app.reports import exports
from app.reports.exports import Standing
from app.web.guard import current_actor, guarded
from app.web.jobs import start_working
from app.web.showing import is_chinese, say

TYPES = {
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "PDF": "application/pdf",
}
STATES: dict[str, tuple[Message, str, str]] = {
    "WAITING": (Message("Waits to be made"), "wait", "clock"),
    "RUNNING": (Message("Being made"), "info", "clock"),
    "DONE": (Message("Ready"), "ok", "check-circle"),
    "STOPPED": (Message("Stopped"), "wait", "cross"),
    "FAILED": (Message("Not made"), "bad", "error"),
    "SWEPT": (Message("No longer kept"), "wait", "cross"),
}
_OURS = ("csrf_token", "key", "form")


@pages.post("/reports/<report>/export")
@guarded("report:export")
def export_report(report: str) -> ResponseReturnValue:
    """Have a report made as a file, in the background."""
    params = {name: value for name, value in request.form.items() if name not in _OURS and value}
    try:
        export_id = exports.ask(
            report, params, form=request.form.get("form", ""), language="zh" if is_chinese() else "en",
            by=current_actor(), key=request_key(),
        )  # fmt: skip
    except Refused as refusal:
        if refusal.status not in (400, 409, 422):
            raise
        said_so = list(refusal.fields.values()) if isinstance(refusal, Invalid) else [refusal.message]
        flash(" ".join([*(say(one) for one in said_so), say(refusal.remedy)]), "error")
        return redirect(url_for("portal.reports"))
    start_working()
    return redirect(url_for("portal.report_file", export_id=export_id))


@pages.get("/exports")
@guarded("report:export")
def report_files() -> ResponseReturnValue:
    """What one has asked for, with the files that are still kept."""
    return render_template("reports/files.html", exports=exports.mine(current_actor()), states=STATES)


@pages.get("/exports/<int:export_id>")
@guarded("report:export")
def report_file(export_id: int) -> ResponseReturnValue:
    """How far one export is; it goes on when the page is left."""
    standing = exports.opened(current_actor(), export_id)
    if standing.at_work:
        start_working()  # in case the process that was at it is gone
    part = "reports/file_progress.html" if wants_fragment() else "reports/file.html"
    return render_template(part, one=standing, export=standing.export, states=STATES, totals=_totals(standing))


def _totals(standing: Standing) -> list[tuple[str, str]]:
    """The totals over all files of the export, in words."""
    if standing.report is None:
        return []
    kept: dict[str, Any] = standing.export.totals
    return [(say(field.label), said(field, kept[field.code])) for field in standing.report.fields if field.code in kept]


@pages.get("/exports/<int:export_id>/files/<int:number>")
@guarded("report:export")
def take_report_file(export_id: int, number: int) -> ResponseReturnValue:
    """One file, to its maker alone."""
    try:
        handed = exports.take(export_id, number, by=current_actor())
    except Conflict as refusal:
        flash(" ".join([say(refusal.message), say(refusal.remedy)]), "error")
        return redirect(url_for("portal.report_file", export_id=export_id))
    ending = handed.path.suffix[1:].upper()
    answer = send_file(handed.path, mimetype=TYPES[ending], max_age=0, conditional=False)
    plain = f"report-{export_id}-{number}.{ending.lower()}"
    answer.headers["Content-Disposition"] = (
        f"attachment; filename={plain}; filename*=UTF-8''{quote(handed.name, safe='')}"
    )
    return answer


@pages.post("/exports/<int:export_id>/stop")
@guarded("report:export")
def stop_report_file(export_id: int) -> ResponseReturnValue:
    """Stop an export that is not wanted any more."""
    try:
        exports.stop(export_id, by=current_actor())
        flash(_("It is stopped."), "ok")
    except Conflict as refusal:
        flash(say(refusal.message), "error")
    return redirect(url_for("portal.report_file", export_id=export_id))
