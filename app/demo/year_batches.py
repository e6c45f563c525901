"""The batches of a simulated year: units file what is proposed to many at once, desks decide what is alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import func, select

from app.access.actor import Actor
from app.batches import reviewing
from app.batches import service as batches
from app.batches.making import version_for
from app.demo.year_report import Refusals
from app.errors import Refused
from app.jobs import service as jobs
from app.workflow import service as workflow
from app.workflow.service import Mark
from models import Batch, BatchLine, Proposal, ServiceItem, db
from models.applications import Outcome
from models.proposals import ProposalState

WORTH_A_BATCH = 3
"""From so many proposals of one item on, a clerk files them together."""
AT_ONCE = 10_000


def file_proposed(unit_id: int, *, by: Actor) -> list[int]:
    """File in batches what is proposed often enough to the unit; what cannot be filed so is left as it is."""
    filed: list[int] = []
    counted = (
        select(ServiceItem.code)
        .join(Proposal, Proposal.item_id == ServiceItem.id)
        .where(Proposal.unit_id == unit_id, Proposal.state == ProposalState.OPEN)
        .group_by(ServiceItem.code)
        .having(func.count(Proposal.id) >= WORTH_A_BATCH)
        .order_by(ServiceItem.code)
    )
    for code in list(db.session.scalars(counted)):
        try:
            version_for(code)
        except Refused:
            continue  # filed for each employee alone
        filed += _file(code, unit_id, by)
    return filed


def _file(code: str, unit_id: int, by: Actor) -> list[int]:
    made = batches.from_proposals(code, unit_id, by=by)
    begun = batches.submit(made.batch_id, by=by, revision=_fresh(made.batch_id).revision)
    if not begun.done:
        jobs.work_off()
    lines = db.session.scalars(select(BatchLine.application_id).where(BatchLine.batch_id == made.batch_id)).all()
    filed = [number for number in lines if number is not None]
    if len(filed) < len(lines):  # the clerk sees to the others one by one
        batches.give_up(made.batch_id, by=by, revision=_fresh(made.batch_id).revision)
    return filed


def _fresh(batch_id: int) -> Batch:
    return db.session.get_one(Batch, batch_id, populate_existing=True)


def with_lines_of(numbers: Collection[int]) -> list[tuple[int, int]]:
    """The batches in which these applications were filed, with their units."""
    wanted, found = sorted(numbers), set[tuple[int, int]]()
    for start in range(0, len(wanted), AT_ONCE):
        rows = db.session.execute(
            select(Batch.id, Batch.unit_id)
            .join(BatchLine, BatchLine.batch_id == Batch.id)
            .where(BatchLine.application_id.in_(wanted[start : start + AT_ONCE]))
            .distinct()
        )
        found |= {(row.id, row.unit_id) for row in rows}
    return sorted(found)


def decide(batch_id: int, mistakes: Mapping[int, Mark], note: str, refusals: Refusals, *, by: Actor) -> Iterator[int]:
    """Give back the lines with a mistake, each with its mark, and approve all others together, group by group.

    Yields what was given back. What is refused keeps waiting, and is then decided by itself.
    """
    batch = _fresh(batch_id)
    waiting = reviewing.review(batch, by, explained=False)
    for group in waiting.groups:
        for line in group.lines:
            if line.application_id in mistakes:
                workflow.return_for_correction(
                    line.application_id, by=by, revision=line.revision, note=note,
                    marks=[mistakes[line.application_id]],
                )  # fmt: skip
                yield line.application_id
    left = reviewing.review(_fresh(batch_id), by, explained=False)
    if not left.groups:
        return
    try:
        begun = batches.decide(batch_id, Outcome.APPROVED, by=by, groups={one.key: one.seen for one in left.groups})
        if not begun.done:
            jobs.work_off()
    except Refused as refusal:
        refusals.note("batch", refusal)
