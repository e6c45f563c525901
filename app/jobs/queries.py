"""What is read of jobs: those of a kind, one with its lines."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.access.policy import require
from app.errors import NotFound
from app.jobs.kinds import KINDS
from models import Job, JobLine, db
from models.jobs import LineOutcome


def opened(actor: Actor, job_id: int, *kinds: str) -> Job:
    """A job of one of these kinds, for who may begin one. Raises NotFound, NotAllowed."""
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None or job.kind not in kinds:
        raise NotFound
    require(actor, KINDS[job.kind].permission)
    return job


def latest(*kinds: str, most: int = 20) -> Sequence[Job]:
    """The newest jobs of these kinds."""
    newest = select(Job).where(Job.kind.in_(kinds)).order_by(Job.id.desc()).limit(most)
    return db.session.scalars(newest.options(joinedload(Job.made_by))).all()


def lines(job: Job, *, outcome: LineOutcome | None = None, after: int = 0, most: int = 50) -> Sequence[JobLine]:
    """Lines of a job in the order in which they were handled."""
    chosen = select(JobLine).where(JobLine.job_id == job.id, JobLine.id > after)
    if outcome is not None:
        chosen = chosen.where(JobLine.outcome == outcome)
    return db.session.scalars(chosen.order_by(JobLine.id).limit(most)).all()
