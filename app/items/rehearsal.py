"""Rehearsal: a version in work run over the applications of the last twelve months. It changes nothing of theirs.

A run is a job: set-based, in chunks, with a line for each application. It belongs to the content that it was begun
with; a version that is changed afterwards has to be rehearsed again before it can be published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.access.actor import Actor
from app.access.policy import may, require
from app.errors import Conflict, NotFound
from app.items import queries as items
from app.items.consequences import Filing, compared
from app.items.definition import definition_of, digest_of
from app.items.findings import BLOCKING, WARNING, Finding
from app.items.pricing import has_other_facts, priced
from app.jobs import service as jobs
from app.jobs.kinds import Chunk, Kind, Line, register
from app.messages import Message
from app.pay import queries as pay
from app.standards.queries import current
from models import Answer, Application, ApplicationEmployee, ItemVersion, Job, JobLine, db
from models.applications import ApplicationState
from models.items import VersionState
from models.jobs import JobState, LineOutcome

KIND = "rehearsal"
CHUNK = 200
BACK = timedelta(days=365)
_IN_WORK = (VersionState.DRAFT, VersionState.PROPOSED)
_KINDS = ("more", "fewer", "asked", "now", "amount")


def rehearse(version_id: int, *, by: Actor) -> Job:
    """Begin the rehearsal of a version in work. Raises NotAllowed, NotFound, and Conflict for one that is in force."""
    _require_bench(by)
    version = db.session.get(ItemVersion, version_id, populate_existing=True)
    if version is None:
        raise NotFound
    if version.state not in _IN_WORK:
        raise Conflict(
            Message("Version %(number)s is not in work, so there is nothing to rehearse.", number=version.number),
            remedy=Message("Begin a new version and rehearse that one."),
        )
    until = clock.now()
    told = {"item": version.item_id, "since": (until - BACK).isoformat(), "until": until.isoformat()}
    total = db.session.scalar(select(func.count()).select_from(Application).where(_filed(told))) or 0
    params = {"version": version.id, "number": version.number, "sha256": digest_of(definition_of(version)), **told}
    return jobs.begin(KIND, params, total=total, by=by)


def newest(version_id: int) -> Job | None:
    """The last rehearsal of a version, finished or not."""
    return db.session.scalars(
        select(Job)
        .where(Job.kind == KIND, Job.params["version"].as_integer() == version_id)
        .order_by(Job.id.desc())
        .limit(1)
    ).first()


def opened(actor: Actor, job_id: int) -> Job:
    """A rehearsal with how far it has come, for who designs or publishes. Raises NotFound, NotAllowed."""
    _require_bench(actor)
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None or job.kind != KIND:
        raise NotFound
    return job


def is_of(job: Job | None, version: ItemVersion) -> bool:
    """Whether the rehearsal has come to its end with exactly the content that the version has now."""
    return (
        job is not None
        and job.state == JobState.DONE
        and job.params["sha256"] == digest_of(definition_of(version))
    )  # fmt: skip


def lacking(version: ItemVersion) -> list[Finding]:
    """What is said of a version in work that was not rehearsed as it stands: it cannot be published so."""
    job = newest(version.id)
    if is_of(job, version):
        return []
    done_before = job is not None and job.state == JobState.DONE
    return [
        Finding(
            BLOCKING if version.state == VersionState.PROPOSED else WARNING,
            Message("This version was changed after its rehearsal.")
            if done_before
            else Message("This version has not been rehearsed."),
            Message("Rehearse it: only then is it known which of last year's applications it would have changed."),
            "rehearsal",
        )
    ]


def _require_bench(by: Actor) -> None:
    if not may(by, "item:publish"):
        require(by, "item:design")


def _filed(params: Mapping[str, Any]) -> ColumnElement[bool]:
    """The applications of a run. Later filings are not among them, so that the run never outgrows its total."""
    since, until = (datetime.fromisoformat(params[name]) for name in ("since", "until"))
    return and_(
        Application.item_id == params["item"],
        Application.submitted_at >= since,
        Application.submitted_at <= until,
        Application.state.not_in((ApplicationState.DRAFT, ApplicationState.WITHDRAWN)),
    )


def _step(job: Job, by: Actor) -> Chunk:
    """The next applications: each held against the version it was filed under and the one that is rehearsed."""
    _require_bench(by)
    found = _next(job)
    if not found:
        return Chunk(job.cursor)
    new = items.parts(job.params["version"])
    version = db.session.get_one(ItemVersion, new.id)
    if digest_of(definition_of(version)) != job.params["sha256"]:
        raise Conflict(
            Message("The version was changed while it was rehearsed."),
            remedy=Message("Rehearse it again as it is now."),
        )
    old = items.of_ids({one.item_version_id for one in found})
    answers = _answers([one.id for one in found])
    filings = {one.id: _filing(one, answers.get(one.id, {})) for one in found}
    other = [one for one in found if has_other_facts(filings[one.id], old[one.item_version_id], new)]
    held = {one.staff.id: one for one in pay.held_by(sorted({_staff_id(one) for one in other} - {0}))}
    told: dict[int, dict[str, Any]] = {}
    for one in found:
        told[one.id] = compared(filings[one.id], old[one.item_version_id], new)
    tables = current() if other else None
    for one in other:
        assert tables is not None
        amount = priced(
            filings[one.id], old[one.item_version_id], new, held=held.get(_staff_id(one)), application_id=one.id,
            moment=one.decided_at or one.submitted_at or clock.now(), tables=tables,
        )  # fmt: skip
        if amount:
            told[one.id]["amount"] = amount
    lines = tuple(
        Line(one.id, LineOutcome.DONE if told[one.id] else LineOutcome.UNCHANGED, figures=told[one.id])
        for one in found
    )  # fmt: skip
    return Chunk(found[-1].id, lines)


def _next(job: Job) -> Sequence[Application]:
    return db.session.scalars(
        select(Application)
        .where(_filed(job.params), Application.id > job.cursor)
        .options(
            joinedload(Application.unit),
            selectinload(Application.employees).joinedload(ApplicationEmployee.staff),
        )
        .order_by(Application.id)
        .limit(CHUNK)
    ).all()


def _answers(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    told: dict[int, dict[str, Any]] = {}
    rows = select(Answer.application_id, Answer.key, Answer.value).where(Answer.application_id.in_(ids))
    for application_id, key, value in db.session.execute(rows):
        told.setdefault(application_id, {})[key] = value
    return told


def _filing(one: Application, answers: Mapping[str, Any]) -> Filing:
    staff = one.employees[0].staff if one.employees else None
    day = clock.local(one.submitted_at).date() if one.submitted_at else clock.today()
    return Filing(staff, one.unit, answers, len(one.employees) or 1, day)


def _staff_id(one: Application) -> int:
    return one.employees[0].staff_id if one.employees else 0


def _finish(job: Job) -> dict[str, Any]:
    """How many would have met what, from the lines."""
    counts = dict.fromkeys(_KINDS, 0)
    differing = 0
    lines = select(JobLine.figures).where(JobLine.job_id == job.id, JobLine.outcome == LineOutcome.DONE)
    for figures in db.session.scalars(lines.execution_options(yield_per=1000)):
        differing += 1
        for kind in _KINDS:
            counts[kind] += kind in figures
    return {"differing": differing, **counts}


# Whoever may see items may be the maker of such a job; who may begin one is asked by `rehearse`.
register(Kind(KIND, Message("Rehearsal of an item version"), "item:read", _step, _finish))
