"""Verbs of jobs: begin one, work it off chunk by chunk, stop it.

A chunk and its progress are one transaction under a guarded lease, so a job that is killed anywhere goes on after its
last whole chunk, and two workers never do the same chunk.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.access.queries import actor_of
from app.audit import service as audit
from app.errors import Conflict, NotFound, Refused
from app.jobs.kinds import KINDS, Chunk
from app.messages import Message
from app.uow import atomic, transaction
from models import Account, Job, JobLine, db
from models.accounts import AccountState
from models.jobs import JobState, LineOutcome

log = logging.getLogger("zerotrip")
LEASE = timedelta(minutes=2)
"""How long a worker may take for one chunk before somebody else goes on with the job."""
TRIES = 3
_OPEN = (JobState.WAITING, JobState.RUNNING)


@atomic
def begin(kind: str, params: Mapping[str, Any], *, total: int, by: Actor) -> Job:
    """Put a job into the line. Raises NotAllowed, and Conflict while one of its kind is still at work."""
    known = KINDS[kind]
    require(by, known.permission)
    at_work = select(Job.id).where(Job.kind == kind, Job.state.in_(_OPEN)).limit(1)
    if known.alone and db.session.scalar(at_work) is not None:
        raise Conflict(
            Message("A job of this kind is still at work."),
            remedy=Message("Wait until it has finished, or stop it."),
        )
    job = Job(kind=kind, params=dict(params), total=total, made_by_id=by.account_id, made_at=clock.now(),
              state=JobState.WAITING, result={})  # fmt: skip
    db.session.add(job)
    db.session.flush()
    audit.record("job:begin", by=by, kind="job", record_id=job.id, after={"kind": kind, "total": total, **params})
    return job


def do_at_once(job: Job, *, by: Actor) -> None:
    """Do a small job inside the present transaction, right after it was begun: whole or not at all."""
    kind = KINDS[job.kind]
    while job.handled < job.total and (chunk := kind.step(job, by)).lines:
        _keep_lines(job, chunk)
        job.cursor = chunk.cursor
        job.handled += len(chunk.lines)
        job.set_aside += sum(line.outcome == LineOutcome.SET_ASIDE for line in chunk.lines)
    job.state, job.started_at, job.finished_at = JobState.DONE, clock.now(), clock.now()
    job.result, job.revision = kind.finish(job), job.revision + 1
    audit.record("job:finish", by=by, kind="job", record_id=job.id, after={"handled": job.handled,
                 "set_aside": job.set_aside, **job.result})  # fmt: skip


@atomic
def take_over(job_id: int) -> None:
    """Free a job whose worker is known to be gone, without waiting for its lease. A worker that is not gone after all
    stops at its next chunk, since each is guarded by the lease."""
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING)
        .values(state=JobState.WAITING, lease="", lease_until=None, revision=Job.revision + 1)
        .execution_options(synchronize_session=False)
    )


def take_up_lost() -> int:
    """Begin what was meant to be begun when a process died, of every kind that knows how to find it; how many jobs.

    Asked when a process starts and every night. Of two processes that ask at once one may begin a job twice: kinds
    that take up must bear being done twice.
    """
    return sum(kind.take_up() for kind in list(KINDS.values()) if kind.take_up is not None)


def work_off() -> int:
    """Do everything that waits, also what somebody else has left lying. Returns how many jobs were worked on."""
    done = 0
    while (job_id := _claim(worker := uuid4().hex)) is not None:
        _work(job_id, worker)
        done += 1
    return done


def _claim(worker: str) -> int | None:
    """Take the oldest job that waits or whose worker is gone; one guarded update decides between two who try."""
    while True:
        now = clock.now()
        free = or_(Job.state == JobState.WAITING, and_(Job.state == JobState.RUNNING, Job.lease_until < now))
        with transaction():
            job_id = db.session.scalar(select(Job.id).where(free).order_by(Job.id).limit(1))
            if job_id is None:
                return None
            taken = db.session.execute(
                update(Job)
                .where(Job.id == job_id, free)
                .values(state=JobState.RUNNING, lease=worker, lease_until=now + LEASE,
                        started_at=db.func.coalesce(Job.started_at, now), revision=Job.revision + 1)
                .execution_options(synchronize_session=False)
            )  # fmt: skip
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            return int(job_id)


def _work(job_id: int, worker: str) -> None:
    tries = 0
    try:
        while True:
            try:
                if not _do_chunk(job_id, worker, _prepare(job_id, worker)):
                    return
                tries = 0
            except (Conflict, IntegrityError, OperationalError):
                tries += 1  # somebody else wrote the same records at the same moment: the chunk is done anew
                if tries == TRIES:
                    raise
    except Refused as refusal:
        _fail(job_id, worker, refusal.message)
    except Exception:
        log.exception("job %s failed", job_id)
        _fail(job_id, worker, Message("Something went wrong on our side. What was done until then is kept."))


def _prepare(job_id: int, worker: str) -> Any:
    """What the next chunk needs and no transaction should wait for."""
    job = db.session.get(Job, job_id, populate_existing=True)
    kind = KINDS[job.kind] if job is not None and job.lease == worker else None
    if job is None or kind is None or kind.prepare is None:
        return None
    return kind.prepare(job, _maker(job))


@atomic
def _do_chunk(job_id: int, worker: str, prepared: Any = None) -> bool:
    """One chunk with its progress. False when nothing is left, or when the job is no longer this worker's."""
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None or job.state != JobState.RUNNING or job.lease != worker:
        return False
    kind, by = KINDS[job.kind], _maker(job)
    require(by, kind.permission)
    chunk = kind.step(job, by) if kind.prepare is None else kind.step(job, by, prepared)
    if not chunk.lines:
        _finish(job, worker, kind.finish(job), by)
        return False
    _keep_lines(job, chunk)
    _guarded(
        job_id, worker, cursor=chunk.cursor, handled=Job.handled + len(chunk.lines),
        set_aside=Job.set_aside + sum(line.outcome == LineOutcome.SET_ASIDE for line in chunk.lines),
        lease_until=clock.now() + LEASE,
    )  # fmt: skip
    return True


def _keep_lines(job: Job, chunk: Chunk) -> None:
    """In their order, and in one statement also where some have a sentence and some have none."""
    db.session.execute(
        insert(JobLine).execution_options(render_nulls=True),
        [
            {"job_id": job.id, "record_id": line.record_id, "outcome": line.outcome,
             "message": line.message.to_json() if line.message else None, "figures": dict(line.figures)}
            for line in chunk.lines
        ],
    )  # fmt: skip


def _finish(job: Job, worker: str, result: dict[str, Any], by: Actor) -> None:
    _guarded(job.id, worker, state=JobState.DONE, finished_at=clock.now(), result=result, lease="", lease_until=None)
    audit.record("job:finish", by=by, kind="job", record_id=job.id, after={"handled": job.handled,
                 "set_aside": job.set_aside, **result})  # fmt: skip


@atomic
def _fail(job_id: int, worker: str, problem: Message) -> None:
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.lease == worker, Job.state == JobState.RUNNING)
        .values(state=JobState.FAILED, finished_at=clock.now(), problem=problem.to_json(), lease="", lease_until=None,
                revision=Job.revision + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


@atomic
def stop(job_id: int, *, by: Actor) -> None:
    """Stop a job after the chunk it is at; what is done stays done. Raises Conflict if it has ended."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound
    require(by, KINDS[job.kind].permission)
    done = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(_OPEN))
        .values(state=JobState.STOPPED, finished_at=clock.now(), lease="", lease_until=None, revision=Job.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(Message("This job has already ended."), remedy=Message("Reload the page."))
    audit.record("job:stop", by=by, kind="job", record_id=job_id, after={"handled": job.handled})


@atomic
def go_on(job_id: int, *, by: Actor) -> None:
    """Put a job that broke off or was stopped into the line again; it goes on after its last whole chunk."""
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None or job.kind not in KINDS:
        raise NotFound
    require(by, KINDS[job.kind].permission)
    at_work = select(Job.id).where(Job.kind == job.kind, Job.state.in_(_OPEN)).limit(1)
    if KINDS[job.kind].alone and db.session.scalar(at_work) is not None:
        raise Conflict(
            Message("A job of this kind is still at work."),
            remedy=Message("Wait until it has finished, or stop it."),
        )
    done = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_((JobState.FAILED, JobState.STOPPED)), Job.revision == job.revision)
        .values(state=JobState.WAITING, finished_at=None, problem=None, revision=Job.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(Message("This job has not broken off."), remedy=Message("Reload the page."))
    audit.record("job:go_on", by=by, kind="job", record_id=job_id, after={"handled": job.handled})


def _guarded(job_id: int, worker: str, **values: Any) -> None:
    done = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.lease == worker, Job.state == JobState.RUNNING)
        .values(**values, revision=Job.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(Message("Somebody else has gone on with this job, or stopped it."))


def _maker(job: Job) -> Actor:
    """Who began it, with the rights of today."""
    account = db.session.get_one(Account, job.made_by_id)
    if account.state != AccountState.ACTIVE:
        raise Conflict(Message("%(name)s began this job and is no longer active.", name=account.display_name))
    return actor_of(account)
