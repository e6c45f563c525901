"""A deed on many lines of a batch: at once where they are few, by a job with progress where they are many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.access.actor import Actor
from app.jobs import service as jobs
from app.workflow.moving import second_guard
from models import Batch, BatchRun, db
from models.jobs import JobState

CHUNK = 400
"""Lines in one transaction: a second or two of work. So many, or fewer, are done while the page waits."""


@dataclass(frozen=True)
class Begun:
    """A deed on a batch: its job, and what came of it where it is done already."""

    job_id: int
    total: int
    done: bool
    set_aside: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def begin(
    kind: str, batch: Batch, params: Mapping[str, Any], *, total: int, by: Actor, verb: str, step: int | None = None,
) -> Begun:  # fmt: skip
    """Do a deed on `total` lines of a batch that the caller has locked; what exactly says `params`."""
    job = jobs.begin(kind, {**params, "batch": batch.id}, total=total, by=by)
    db.session.add(BatchRun(batch_id=batch.id, job_id=job.id, verb=verb, step_position=step))
    if total > CHUNK:
        return Begun(job.id, total, done=False)
    with second_guard():
        jobs.do_at_once(job, by=by)
        db.session.flush()
    return Begun(job.id, total, done=job.state == JobState.DONE, set_aside=job.set_aside)
