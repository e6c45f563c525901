"""The nightly run as a job: everybody in chunks, each a transaction of its own, going on where it was left."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from app.access import policy
from app.access.actor import Actor
from app.jobs import service as jobs
from app.jobs.kinds import Chunk, Kind, Line, register
from app.messages import Message
from app.proposals.gathering import looked_at
from app.proposals.queries import staff_in_reach
from app.proposals.refreshing import Tally, refresh_next, refresh_people
from app.proposals.telling import tell_prepared
from app.uow import atomic
from models import Job, JobLine, Staff, db

KIND, PERMISSION = "proposals", "proposal:run"
CHUNK = 500
"""People in one transaction: a second or two of work."""


def begin(*, by: Actor) -> Job:
    """Begin the run for everybody. Raises NotAllowed, and Conflict while one is at work."""
    policy.require(by, PERMISSION)
    people = db.session.scalar(select(func.count()).select_from(Staff).where(looked_at())) or 0
    return jobs.begin(KIND, {}, total=-(-people // CHUNK) + 1, by=by)


def refresh_reach(*, by: Actor) -> Tally:
    """Everybody in the actor's reach at once: for a unit's clerk, whose people are few. In chunks all the same."""
    policy.require(by, "proposal:refresh")
    tally = Tally()
    ids = staff_in_reach(by)
    for start in range(0, len(ids), CHUNK):
        tally.add(refresh_people(ids[start : start + CHUNK], by=by))
    return tally


@atomic
def refresh_everybody_from(after: int, *, by: Actor) -> tuple[int, Tally]:
    """One chunk of everybody, for who works without a job: a command at the start of a demonstration."""
    return refresh_next(after, CHUNK, by=by)


def _step(job: Job, by: Actor) -> Chunk:
    """The next people; one line a chunk, under the last of them, keeps what was done."""
    last, tally = refresh_next(job.cursor, CHUNK, by=by)
    if not tally.people:
        return Chunk(job.cursor)
    return Chunk(last, (Line(last, figures=asdict(tally)),))


def _finish(job: Job) -> dict[str, Any]:
    totals: Counter[str] = Counter()
    for figures in db.session.scalars(select(JobLine.figures).where(JobLine.job_id == job.id)):
        totals.update(figures)
    tell_prepared(job)
    return dict(totals)


register(Kind(KIND, Message("Proposals worked out"), PERMISSION, _step, _finish))
