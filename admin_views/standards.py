"""Wage standards in the back office: the tables in force, importing, publishing, what it costs, the run, the cases."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any

from flask import Response, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views import words
from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.roads import needs
from app.errors import Invalid, NotFound, Refused
from app.jobs import queries as jobs
from app.jobs import service as work
from app.pay import overview, repricing_run
from app.pay.cases import cases
from app.pay.names import TABLES
from app.pay.rulebook import TITLES
from app.standards import queries, service
from app.standards.layout import IMPORTABLE
from app.standards.workbook import SHEETS
from app.web.jobs import start_working
from app.web.showing import is_chinese, say
from models.jobs import JobState, LineOutcome

_l = lazy_gettext
MARKED = "wage-standards-marked.xlsx"
MOST_IN_THE_PAGE = 3 * 2**20
"""A marked workbook goes back inside the page that refuses it, so that nothing is kept and nothing chosen twice; one
larger than this is asked for with the file once more."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = words.EDITION_STATES
JOB_STATES = {
    JobState.WAITING: (_l("Waiting its turn"), "wait", "clock"),
    JobState.RUNNING: (_l("At work"), "info", "clock"),
    JobState.DONE: (_l("Finished"), "ok", "check-circle"),
    JobState.STOPPED: (_l("Stopped"), "warn", "cross"),
    JobState.FAILED: (_l("Broken off"), "bad", "error"),
}


class StandardsView(WorkView):
    """Tables by date, with their sources; new ones come in by a workbook and a second person."""

    permission_read = "standard:read"
    page_lead = _l("The tables from which every wage is read. New ones come in as a workbook and are published by a "
                   "second person.")  # fmt: skip

    def __init__(self) -> None:
        super().__init__(
            name=_l("Wage standards"), endpoint="standards", url="standards", category=_l("Service items"),
            menu_icon_value="money",
        )  # fmt: skip

    @expose("/")
    @needs("standard:read")
    def index(self) -> ResponseReturnValue:
        held = queries.current()
        tables = [(table, name) for table, name in TABLES.items() if table in IMPORTABLE]
        counts = queries.counts(held)
        return str(
            self.render(
                "standards/index.html", editions=queries.editions(), states=STATES, tables=tables, counts=counts,
                versions=held.versions, documents=held.documents, runs=jobs.latest(repricing_run.KIND, most=5),
                job_states=JOB_STATES,
            )
        )  # fmt: skip

    @expose("/tables/<table>")
    @needs("standard:read")
    def table(self, table: str) -> ResponseReturnValue:
        """One table in one version: every cell with its source, and the cases that rest on it."""
        if table not in IMPORTABLE:
            raise NotFound
        held = queries.current()
        versions = queries.versions_of(held, table)
        asked = request.args.get("version", "")
        version = next((day for day in versions if day.isoformat() == asked), versions[-1])
        return str(
            self.render(
                "standards/table.html", table=table, title=TABLES[table], versions=versions, version=version,
                rows=queries.table_of(held, table, version), cases=[one for one in cases() if table in one.tables],
                document=held.documents.get(version, ""),
            )
        )  # fmt: skip

    @expose("/cases")
    @needs("standard:read")
    def cases(self) -> ResponseReturnValue:
        """The rules, and under each the worked cases that prove it, with how they come out today."""
        by_rule = {
            rule: (title, [case for case in cases() if rule in case.rules]) for rule, title in TITLES.items()
        }  # fmt: skip
        return str(self.render("standards/cases.html", by_rule=by_rule, cases=cases()))

    @expose("/template.xlsx", methods=("GET",))
    @needs("standard:import")
    def template(self) -> ResponseReturnValue:
        chosen = [table for table in request.args.getlist("table") if table in IMPORTABLE] or list(IMPORTABLE)
        body = service.blank_workbook(chosen, in_words=say, chinese=is_chinese())
        return send_file(BytesIO(body), mimetype=XLSX, as_attachment=True, download_name="wage-standards.xlsx")

    @expose("/import", methods=("GET", "POST"))
    @needs("standard:import")
    def import_workbook(self) -> ResponseReturnValue:
        """Upload a workbook: first what it would bring and what is wrong with it, then the proposal."""
        if request.method != "POST":
            return str(self._import_page())
        file = request.files.get("workbook")
        data = file.stream.read() if file else b""
        if not data:
            wrong = Invalid(fields={"workbook": service.Message("Choose the workbook.")})
            return self._import_page(refusal=wrong), wrong.status
        try:
            if request.form.get("verb") == "marked":
                return self._marked(data)
            if request.form.get("verb") == "import":
                edition = service.import_standard(data, filename=file.filename if file else "", by=self.actor)
                return redirect(self.get_url(".edition", edition_id=edition.id))
            report = service.check(data, by=self.actor)
        except service.ImportRefused as refused:
            return self._import_page(report=refused.report, refusal=refused), refused.status
        except Refused as refused:
            return self._import_page(refusal=refused), refused.status
        return self._import_page(report=report), 200 if report.passes else 422

    def _import_page(self, report: service.Report | None = None, **given: Any) -> str:
        body = _marked_body(report) if report is not None and not report.passes else b""
        returned = f"data:{XLSX};base64,{b64encode(body).decode()}" if 0 < len(body) <= MOST_IN_THE_PAGE else None
        return str(
            self.render("standards/import.html", tables=[(one, TABLES[one], SHEETS[one]) for one in IMPORTABLE],
                        table_names=TABLES, report=report, returned=returned, marked_name=MARKED, **given)
        )  # fmt: skip

    def _marked(self, data: bytes) -> Response:
        body = _marked_body(service.check(data, by=self.actor))
        return send_file(BytesIO(body), mimetype=XLSX, as_attachment=True, download_name=MARKED)

    @expose("/<int:edition_id>")
    @needs("standard:read")
    def edition(self, edition_id: int) -> ResponseReturnValue:
        return self._edition(edition_id, 200)

    def _edition(self, edition_id: int, status: int, **given: Any) -> ResponseReturnValue:
        found = queries.opened(edition_id)
        page = self.render(
            "standards/edition.html", edition=found, states=STATES, changes=queries.changes(found),
            mine=found.imported_by_id == self.actor.account_id, table_names=TABLES, **given,
        )  # fmt: skip
        return page, status

    @expose("/<int:edition_id>/cost")
    @needs("standard:read")
    def cost(self, edition_id: int) -> ResponseReturnValue:
        """What the edition would cost everybody. Reads wages, so it needs that right too."""
        return str(self.render("standards/cost.html", shown=overview.overview(edition_id, by=self.actor)))

    @expose("/<int:edition_id>/publish/", methods=("POST",))
    @needs("standard:publish")
    def publish(self, edition_id: int) -> ResponseReturnValue:
        revision = sent_number("revision")
        self.attempt(lambda: service.publish(edition_id, by=self.actor, revision=revision), _("It is in force."))
        return redirect(self.get_url(".edition", edition_id=edition_id))

    @expose("/<int:edition_id>/refuse/", methods=("POST",))
    @needs("standard:publish")
    def refuse(self, edition_id: int) -> ResponseReturnValue:
        reason = sent_text("reason", longest=500)
        revision = sent_number("revision")
        verb = lambda: service.refuse(edition_id, by=self.actor, revision=revision, reason=reason)  # noqa: E731
        _done, refusal = self.attempt(verb, _("It is refused, with your reason."))
        if refusal is not None:
            return self._edition(edition_id, refusal.status, typed=reason, errors=getattr(refusal, "fields", {}))
        return redirect(self.get_url(".edition", edition_id=edition_id))

    @expose("/<int:edition_id>/run/", methods=("POST",))
    @needs("standard:publish")
    def begin_run(self, edition_id: int) -> ResponseReturnValue:
        job, _refusal = self.attempt(lambda: repricing_run.begin(edition_id, by=self.actor))
        if job is None:
            return redirect(self.get_url(".edition", edition_id=edition_id))
        start_working()
        return redirect(self.get_url(".run", job_id=job.id))

    @expose("/runs/<int:job_id>")
    @needs("standard:publish")
    def run(self, job_id: int) -> ResponseReturnValue:
        """How far a run has come, and who was set aside and why. It goes on when the page is left."""
        job = jobs.opened(self.actor, job_id, repricing_run.KIND)
        if job.state in (JobState.WAITING, JobState.RUNNING):
            start_working()  # in case the process that was at it is gone
        aside = jobs.lines(job, outcome=LineOutcome.SET_ASIDE, after=_after())
        given = {"job": job, "states": JOB_STATES, "aside": aside, "people": queries.people(aside),
                 "edition": repricing_run.edition_of(job)}  # fmt: skip
        part = "standards/run_progress.html" if request.headers.get("X-Fragment") else "standards/run.html"
        return str(self.render(part, **given))

    @expose("/runs/<int:job_id>/stop/", methods=("POST",))
    @needs("standard:publish")
    def stop_run(self, job_id: int) -> ResponseReturnValue:
        jobs.opened(self.actor, job_id, repricing_run.KIND)
        self.attempt(lambda: work.stop(job_id, by=self.actor), _("The run is stopped. What is written stays."))
        return redirect(self.get_url(".run", job_id=job_id))


def _marked_body(report: service.Report) -> bytes:
    headers = (_("Sheet"), _("Cell"), _("What is wrong"))
    return service.marked_workbook(report, in_words=say, headers=headers)


def _after() -> int:
    text = request.args.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
