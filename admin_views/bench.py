"""The designer's bench: a version rehearsed on last year's applications before it is published."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views.custom import sent_number
from admin_views.design import Designing
from admin_views.roads import needs
from admin_views.standards import JOB_STATES
from admin_views.trying import Trying, statistics
from app.access import scope
from app.access.actor import Actor
from app.audit import service as audit
from app.items import rehearsal, service
from app.items.consequences import in_words
from app.jobs import queries as jobs
from app.jobs import service as work
from app.uow import reading
from app.web.jobs import start_working
from app.web.showing import say
from models import Application, JobLine, db
from models.jobs import JobState, LineOutcome

_PAGE = 50


class Bench(Trying, Designing):
    """Roads of the version view on which a version is tried before it counts."""

    def version_page(self, version: Any, **more: Any) -> dict[str, Any]:
        job = rehearsal.newest(version.id)
        return super().version_page(version, **more) | {
            "rehearsal": job, "job_states": JOB_STATES, "returned": statistics(version),
        }  # fmt: skip

    @expose("/rehearse/", methods=("POST",))
    @needs("item:design", "item:publish")
    def rehearse(self) -> ResponseReturnValue:
        version = self._version()
        job, _refusal = self.attempt(lambda: service.rehearse(version.id, by=self.actor))
        if job is None:
            return self._to(version.id)
        start_working()
        return redirect(self.get_url(".rehearsal", id=version.id, job=job.id))

    @expose("/rehearsal/")
    @needs("item:design", "item:publish")
    def rehearsal(self) -> ResponseReturnValue:
        """How far it has come, and which applications would have met something else. It goes on when it is left."""
        version, job = self._version(), rehearsal.opened(self.actor, _number("job"))
        if job.state in (JobState.WAITING, JobState.RUNNING):
            start_working()  # in case the process that was at it is gone
        lines = jobs.lines(job, outcome=LineOutcome.DONE, after=_number("after"), most=_PAGE)
        given = {
            "model": version, "job": job, "states": JOB_STATES, "rows": _rows(lines, self.actor),
            "last": lines[-1].id if len(lines) == _PAGE else None, "current": rehearsal.is_of(job, version),
        }  # fmt: skip
        part = "items/rehearsal_progress.html" if request.headers.get("X-Fragment") else "items/rehearsal.html"
        return str(self.render(part, **given))

    @expose("/stop-rehearsal/", methods=("POST",))
    @needs("item:design", "item:publish")
    def stop_rehearsal(self) -> ResponseReturnValue:
        version, job = self._version(), rehearsal.opened(self.actor, sent_number("job"))
        self.attempt(lambda: work.stop(job.id, by=self.actor), _("The rehearsal is stopped."))
        return redirect(self.get_url(".rehearsal", id=version.id, job=job.id))


def _rows(lines: Any, actor: Actor) -> list[dict[str, Any]]:
    """The lines in words. Of applications that a person may not see only how many differ alike is told; amounts need
    their own right, and reading them is written down."""
    ids = [line.record_id for line in lines]
    seen = _reached(actor, "application:read", ids)
    paid = _reached(actor, "pay:read", ids)
    told: list[dict[str, Any]] = []
    unseen: dict[tuple[str, ...], dict[str, Any]] = {}
    for line in lines:
        one = seen.get(line.record_id)
        said = tuple(say(sentence) for sentence in in_words(line.figures, with_pay=line.record_id in paid))
        if one is not None:
            told.append({"application": one, "said": said})
        elif said in unseen:
            unseen[said]["count"] += 1
        else:
            unseen[said] = {"application": None, "said": said, "count": 1}
            told.append(unseen[said])
    _write_down(lines, seen, actor)
    return told


def _reached(actor: Actor, permission: str, ids: list[int]) -> dict[int, Application]:
    if not ids or not actor.holds(permission):
        return {}
    wanted = (
        select(Application)
        .where(Application.id.in_(ids), scope.condition(actor, permission, Application))
        .options(joinedload(Application.unit), selectinload(Application.employees))
    )
    return {one.id: one for one in db.session.scalars(wanted)}


def _write_down(lines: list[JobLine], seen: dict[int, Application], actor: Actor) -> None:
    subjects = [employee.staff_id for one in seen.values() for employee in one.employees]
    if subjects:
        with reading():
            audit.read("item:read_rehearsal", by=actor, kind="job", record_id=lines[0].job_id, subjects=subjects)


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
