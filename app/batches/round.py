"""The annual round: proposals for everybody, one batch for each unit and item, and what people do with them.

Each stage goes on where it was left, whatever killed it: proposals and batches are jobs, and filing and deciding are
deeds of which each line knows whether it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.batches import deciding, filing
from app.batches.making import Row, put_together
from app.batches.reviewing import review, waiting_condition
from app.batches.rules import may_be_batched
from app.errors import Conflict, Invalid
from app.items.editions import Version
from app.items.queries import published_items
from app.jobs import service as jobs
from app.jobs.kinds import Chunk, Kind, Line, register
from app.messages import Message
from app.proposals import run as foresight
from app.workflow.many import decided_together
from models import Application, Batch, BatchLine, Job, JobLine, Proposal, Unit, db
from models.applications import Outcome
from models.batches import BatchOrigin, BatchState
from models.jobs import JobState
from models.proposals import ProposalState

KIND, PERMISSION = "batch_round", "proposal:run"
UNITS_AT_ONCE = 20
_KINDS = (foresight.KIND, KIND, filing.KIND, deciding.KIND)
_OPEN = (JobState.WAITING, JobState.RUNNING)
Tell = Callable[[str, int], None]
"""What was just done, and on how many lines."""


@dataclass
class Carried:
    """What was done in the names of those who were named: lines filed, and decisions taken."""

    filed: int = 0
    decided: int = 0


def go_on() -> None:
    """Take up what a killed run has left lying, without waiting for its lease."""
    for job_id in db.session.scalars(select(Job.id).where(Job.kind.in_(_KINDS), Job.state == JobState.RUNNING)).all():
        jobs.take_over(job_id)
    jobs.work_off()


def prepare(year: int, *, by: Actor) -> int:
    """Work out the proposals, then make one batch for each unit and item of what is open. How many batches the round
    has. What was left lying goes on first; batches that stand are not made again."""
    policy.require(by, PERMISSION)
    if not 2006 <= year <= clock.today().year:
        raise Invalid(fields={"year": Message("The year of a round has begun: %(first)s to %(last)s.", first="2006",
                                              last=str(clock.today().year))})  # fmt: skip
    go_on()
    if not _made(year):
        if not _done(foresight.KIND):
            foresight.begin(by=by)
            jobs.work_off()
        _begin(year, by=by)
        jobs.work_off()
    return db.session.scalar(select(func.count()).select_from(Batch).where(Batch.year == year)) or 0


def _made(year: int) -> bool:
    """Whether the batches of the round are made already."""
    found = db.session.scalars(
        select(Job.params).where(Job.kind == KIND, Job.state == JobState.DONE).order_by(Job.id.desc())
    )
    return any(params.get("year") == year for params in found)


def _done(kind: str) -> bool:
    """Whether a run for everybody was worked off today."""
    finished = db.session.scalar(
        select(Job.finished_at).where(Job.kind == kind, Job.state == JobState.DONE).order_by(Job.id.desc()).limit(1)
    )
    return finished is not None and clock.local(finished).date() == clock.today()


def _begin(year: int, *, by: Actor) -> Job:
    units = db.session.scalar(select(func.count()).select_from(Unit).where(_has_open_ones())) or 0
    return jobs.begin(KIND, {"year": year}, total=units, by=by)


def _has_open_ones() -> Any:
    return exists().where(Proposal.unit_id == Unit.id, Proposal.state == ProposalState.OPEN)


def _step(job: Job, by: Actor) -> Chunk:
    """The next units: a batch of each item for whom something is prepared and who is in no batch yet."""
    ids = db.session.scalars(
        select(Unit.id).where(Unit.id > job.cursor, _has_open_ones()).order_by(Unit.id).limit(UNITS_AT_ONCE)
    ).all()
    if not ids or job.handled >= job.total:
        return Chunk(job.cursor)
    ids = ids[: job.total - job.handled]
    versions = {one.item_id: one for one in published_items() if may_be_batched(one) and decided_together(one)}
    rows = _prepared(ids, versions)
    units = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    lines = []
    for unit_id in ids:
        made = 0
        for item_id, version in versions.items():
            own = rows.get((unit_id, item_id), [])
            if own:
                put_together(version, units[unit_id], own, origin=BatchOrigin.ROUND, by=by, year=job.params["year"])
                made += len(own)
        lines.append(Line(unit_id, figures={"lines": made}))
    return Chunk(ids[-1], tuple(lines))


def _prepared(unit_ids: Sequence[int], versions: dict[int, Version]) -> dict[tuple[int, int], list[Row]]:
    """What is open in these units, by unit and item, of those who are in no batch that is not filed; of two occasions
    of one person the earlier one."""
    in_a_batch = exists().where(
        BatchLine.staff_id == Proposal.staff_id, BatchLine.application_id.is_(None), Batch.id == BatchLine.batch_id,
        Batch.item_id == Proposal.item_id, Batch.state != BatchState.GIVEN_UP,
    )  # fmt: skip
    found: dict[tuple[int, int], dict[int, Row]] = {}
    for one in db.session.execute(
        select(Proposal.id, Proposal.staff_id, Proposal.unit_id, Proposal.item_id, Proposal.facts)
        .where(
            Proposal.unit_id.in_(unit_ids), Proposal.item_id.in_(list(versions)), Proposal.state == ProposalState.OPEN,
            ~in_a_batch,
        )
        .order_by(Proposal.staff_id, Proposal.due_on, Proposal.id)
    ):  # fmt: skip
        files = [upload_id for held in one.facts.get("materials", {}).values() for upload_id in held]
        found.setdefault((one.unit_id, one.item_id), {}).setdefault(
            one.staff_id, Row(one.staff_id, one.facts["answers"], files, one.id)
        )
    return {place: list(people.values()) for place, people in found.items()}


def _finish(job: Job) -> dict[str, Any]:
    figures = db.session.scalars(select(JobLine.figures).where(JobLine.job_id == job.id)).all()
    return {"units": len(figures), "lines": sum(one.get("lines", 0) for one in figures)}


def carry_through(year: int, people: Sequence[Actor], *, tell: Tell = lambda what, lines: None) -> Carried:
    """File and decide the batches of a round in the names of these people, in this order, each as far as they may.

    For rehearsals: nobody decides here what they filed either. Begun again after it was killed, it goes on with what
    is not done, since each deed is a transaction and each line knows where it stands.
    """
    go_on()
    carried = Carried()
    for batch_id in _unfiled(year):
        carried.filed += _file(batch_id, people, tell)
    while True:
        done = sum(_decide_all(year, by, tell) for by in people)
        carried.decided += done
        if not done:
            return carried


def _unfiled(year: int) -> Sequence[int]:
    left = exists().where(BatchLine.batch_id == Batch.id, BatchLine.application_id.is_(None))
    return db.session.scalars(
        select(Batch.id).where(Batch.year == year, Batch.state != BatchState.GIVEN_UP, left).order_by(Batch.id)
    ).all()


def _file(batch_id: int, people: Sequence[Actor], tell: Tell) -> int:
    batch = db.session.get_one(Batch, batch_id, populate_existing=True)
    by = next((one for one in people if policy.may(one, filing.PERMISSION, batch)), None)
    if by is None or not by.holds("application:start"):
        return 0
    done = filing.submit(batch_id, by=by, revision=batch.revision)
    jobs.work_off()
    tell("filed", done.total)
    return done.total - done.set_aside


def _decide_all(year: int, by: Actor, tell: Tell) -> int:
    """Approve whatever waits for this person in the round, batch by batch. How many lines were decided."""
    waiting = db.session.scalars(
        select(BatchLine.batch_id)
        .join(Batch, Batch.id == BatchLine.batch_id)
        .join(Application, Application.id == BatchLine.application_id)
        .where(Batch.year == year, waiting_condition(by))
        .distinct()
        .order_by(BatchLine.batch_id)
    ).all()
    return sum(_decide(batch_id, by, tell) for batch_id in waiting)


def _decide(batch_id: int, by: Actor, tell: Tell) -> int:
    found = review(db.session.get_one(Batch, batch_id), by, explained=False)
    decided = 0
    for position in sorted({group.position for group in found.groups}):
        groups = {group.key: group.seen for group in found.groups if group.position == position}
        try:
            done = deciding.decide(batch_id, Outcome.APPROVED, by=by, groups=groups)
        except Conflict:  # somebody else is at it at this moment
            continue
        jobs.work_off()
        job = db.session.get_one(Job, done.job_id, populate_existing=True)
        decided += job.handled - job.set_aside
        tell("decided", done.total)
    return decided


register(Kind(KIND, Message("Batches of the annual round"), PERMISSION, _step, _finish))
