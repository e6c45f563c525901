"""Scheduled reports on the pages: have one made again and again, see them, end one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Conflict, Invalid, Refused
from app.messages import Message
from app.portal.blueprint import pages
from app.reports import scheduling
from app.reports.questions import PIVOT, pivot
from app.reports.registry import REPORTS
from app.web.guard import current_actor, guarded
from app.web.showing import is_chinese, say
from models import ReportSchedule

_NOT_PARAMS = ("csrf_token", "key", "form", "frequency", "as")


@pages.get("/schedules")
@guarded("report:export")
def report_schedules() -> ResponseReturnValue:
    """What is made for the reader again and again."""
    mine = [(one, _title(one)) for one in scheduling.mine(current_actor())]
    return render_template("reports/schedules.html", schedules=mine, frequencies=scheduling.FREQUENCIES)


def _title(one: ReportSchedule) -> Message | str:
    if one.report != PIVOT:
        return REPORTS[one.report].title if one.report in REPORTS else one.report
    try:
        return pivot(current_actor(), one.params, columns=False).title
    except Refused:
        return _("Own questions")


@pages.post("/reports/<report>/schedule")
@guarded("report:export")
def schedule_report(report: str) -> ResponseReturnValue:
    """Have the report that is shown made every week or month."""
    params = {name: value for name, value in request.form.items() if name not in _NOT_PARAMS and value}
    try:
        scheduling.schedule(
            report, params, frequency=request.form.get("frequency", ""), form=request.form.get("as", ""),
            language="zh" if is_chinese() else "en", by=current_actor(),
        )  # fmt: skip
        flash(_("The report will be made for you and stand among your files."), "ok")
    except Invalid as refusal:
        flash(" ".join(say(one) for one in refusal.fields.values()), "error")
    except Conflict as refusal:
        flash(" ".join([say(refusal.message), say(refusal.remedy)]), "error")
    return redirect(url_for("portal.report_schedules"))


@pages.post("/schedules/<int:schedule_id>/end")
@guarded("report:export")
def end_schedule(schedule_id: int) -> ResponseReturnValue:
    """End one of them."""
    scheduling.end(schedule_id, by=current_actor())
    flash(_("The scheduled report has ended."), "ok")
    return redirect(url_for("portal.report_schedules"))
