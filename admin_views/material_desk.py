"""The material desk in the back office: what fails most, and materials examined again in bulk, with their queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views.checks import day_of, days_asked, titles
from admin_views.custom import WorkView, sent_text
from admin_views.lookups import ItemLookup, UnitLookup
from admin_views.roads import needs
from admin_views.standards import JOB_STATES
from admin_views.values import as_text
from app import clock
from app.access import scope
from app.errors import Invalid, Refused
from app.jobs import queries as jobs
from app.jobs import service as work
from app.jobs.kinds import KINDS
from app.materials import again, desk
from app.materials.verdicts import CHECKER_VERSION
from app.web.jobs import start_working
from app.web.showing import say
from models import Application, Job, JobLine, Upload, db
from models.jobs import JobState, LineOutcome

_l = lazy_gettext
_PAGE = 50
_OURS = "material"
"""How the kinds of jobs that work on materials begin."""


class MaterialDeskView(WorkView):
    """Figures over all checks in reach, each of which opens into its rows."""

    permission_read = "check:read"
    page_lead = _l("What fails most, within your reach. Every figure opens the findings behind it.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("Material desk"), endpoint="material_desk", url="material-desk", category=_l("Work"),
            menu_icon_value="list",
        )  # fmt: skip
        self.lookups = {"unit": UnitLookup("unit", "unit:read"), "item": ItemLookup("item", "item:read")}

    @expose("/")
    @needs("check:read")
    def index(self) -> ResponseReturnValue:
        asked = {name: as_text(request.args.get(name)) for name in ("code", "since", "until", "material")}
        chosen = {name: self.lookups[name].get_one(request.args.get(name, "")) for name in ("item", "unit")}
        days = days_asked(asked["since"], asked["until"]) or desk.usual_days()
        filters: dict[str, Any] = asked | {f"{name}_id": row.id for name, row in chosen.items() if row is not None}
        kept = {name: row.id for name, row in chosen.items() if row is not None}
        kept |= {name: asked[name] for name in ("code", "material") if asked[name]}
        return str(
            self.render(
                "material_desk/index.html", figures=desk.figures(self.actor, days, filters), days=days, asked=asked,
                chosen=chosen, lookups=self.lookups, titles=dict(titles()), kept=kept,
                span={"since": days.since.isoformat(), "until": days.until.isoformat()}, version=CHECKER_VERSION,
                spans=_spans(),
            )
        )  # fmt: skip

    @expose("/again", methods=("GET", "POST"))
    @needs("check:again")
    def again(self) -> ResponseReturnValue:
        """Choose what to examine again; below, what was begun before."""
        if request.method != "POST":
            return str(self._again_page(200)[0])
        sent = {name: sent_text(name, longest=80) for name in ("since", "until", "code", "material", "item", "unit")}
        sent["older"] = request.form.get("older", "")
        chosen = {name: self.lookups[name].get_one(sent[name]) for name in ("item", "unit")}
        since, until = day_of(sent["since"]), day_of(sent["until"])
        try:
            if since is None or until is None:
                field = "since" if since is None else "until"
                raise Invalid(fields={field: again.Message("Enter a day.")})
            job = again.begin(
                since=since, until=until, code=sent["code"], older=sent["older"] == "1", material_code=sent["material"],
                item_id=chosen["item"].id if chosen["item"] else None,
                unit_id=chosen["unit"].id if chosen["unit"] else None, by=self.actor,
            )  # fmt: skip
        except (Invalid, work.Conflict) as refusal:
            db.session.rollback()
            return self._again_page(refusal.status, sent=sent, refusal=refusal)
        start_working()
        return redirect(self.get_url(".job", job_id=job.id))

    def _again_page(self, status: int, **more: Any) -> tuple[str, int]:
        refusal: Refused | None = more.pop("refusal", None)
        sent = more.pop("sent", None) or {
            "since": (clock.today() - desk.USUAL).isoformat(), "until": clock.today().isoformat(),
            **{name: as_text(request.args.get(name)) for name in ("code", "material", "item", "unit")},
        }  # fmt: skip
        chosen = {name: self.lookups[name].get_one(sent.get(name) or "") for name in ("item", "unit")}
        errors = dict(getattr(refusal, "fields", {}))
        page = self.render(
            "material_desk/again.html", sent=sent, chosen=chosen, lookups=self.lookups, titles=titles(),
            jobs=self._queue(), kinds=KINDS, states=JOB_STATES, version=CHECKER_VERSION,
            errors=errors, said=[say(refusal.message), say(refusal.remedy)] if refusal and not errors else [],
        )  # fmt: skip
        return str(page), status

    def _queue(self) -> Sequence[Job]:
        """What works on materials beside the pages, waiting, running or ended, as far as the reader may follow it."""
        kinds = [kind for kind in KINDS.values() if kind.code.startswith(_OURS) and self.holds(kind.permission)]
        return jobs.latest(*(kind.code for kind in kinds))

    @expose("/jobs/<int:job_id>")
    @needs("check:again")
    def job(self, job_id: int) -> ResponseReturnValue:
        """How far a run has come and what came of each upload. It goes on when the page is left."""
        job = self._opened(job_id)
        if job.state in (JobState.WAITING, JobState.RUNNING):
            start_working()  # in case the process that was at it is gone
        which = LineOutcome.SET_ASIDE if request.args.get("lines") == "aside" else LineOutcome.DONE
        lines = jobs.lines(job, outcome=which, after=_after(), most=_PAGE)
        given = {
            "job": job, "kind": KINDS[job.kind], "states": JOB_STATES, "rows": self._rows(lines),
            "titles": dict(titles()), "which": which, "last": lines[-1].id if len(lines) == _PAGE else None,
        }  # fmt: skip
        part = "material_desk/job_progress.html" if request.headers.get("X-Fragment") else "material_desk/job.html"
        return str(self.render(part, **given))

    def _opened(self, job_id: int) -> Job:
        return jobs.opened(self.actor, job_id, *(code for code in KINDS if code.startswith(_OURS)))

    def _rows(self, lines: Sequence[JobLine]) -> list[tuple[JobLine, Upload | None]]:
        """The lines with their uploads; of what lies outside the reader's reach only the line is told."""
        ids = [line.record_id for line in lines]
        reached = scope.condition(self.actor, "check:again", Upload)
        found = db.session.scalars(
            select(Upload)
            .where(Upload.id.in_(ids), reached)
            .options(joinedload(Upload.application).joinedload(Application.unit), joinedload(Upload.file))
        )
        uploads = {one.id: one for one in found}
        return [(line, uploads.get(line.record_id)) for line in lines]

    @expose("/jobs/<int:job_id>/stop/", methods=("POST",))
    @needs("check:again")
    def stop(self, job_id: int) -> ResponseReturnValue:
        self._opened(job_id)
        self.attempt(lambda: work.stop(job_id, by=self.actor), _("It is stopped. What is written down stays."))
        return redirect(self.get_url(".job", job_id=job_id))

    @expose("/jobs/<int:job_id>/go-on/", methods=("POST",))
    @needs("check:again")
    def go_on(self, job_id: int) -> ResponseReturnValue:
        self._opened(job_id)
        self.attempt(lambda: work.go_on(job_id, by=self.actor), _("It goes on where it was."))
        start_working()
        return redirect(self.get_url(".job", job_id=job_id))

    @expose("/ajax/lookup/")
    @needs("check:read")
    def ajax_lookup(self) -> ResponseReturnValue:
        return self.look_up()


def _spans() -> list[tuple[Any, str, str]]:
    """Ranges that are asked for often, each with its first and last day."""
    today = clock.today()
    return [
        (word, (today - timedelta(days=back)).isoformat(), today.isoformat())
        for word, back in ((_("7 days"), 6), (_("30 days"), 29), (_("12 months"), 364))
    ]


def _after() -> int:
    text = request.args.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
