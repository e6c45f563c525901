"""Tells each unit how many proposals a run has prepared for it."""

from __future__ import annotations

from sqlalchemy import func, select

from app.messages import Named
from app.notify.service import Telling, holders, tell_many
from models import Job, Proposal, Unit, db
from models.proposals import ProposalState


def tell_prepared(job: Job) -> None:
    """Count what the run has made and left open, by unit, and tell who confirms; two statements."""
    rows = db.session.execute(
        select(Proposal.unit_id, Unit.name, Unit.name_en, func.count())
        .join(Unit, Unit.id == Proposal.unit_id)
        .where(Proposal.made_at >= (job.started_at or job.made_at), Proposal.state == ProposalState.OPEN)
        .group_by(Proposal.unit_id, Unit.name, Unit.name_en)
    )
    tell_many(
        "proposals_prepared",
        [
            Telling(
                holders("proposal:confirm", unit_id=unit_id),
                {"unit": Named(name, name_en or name), "count": count}, f"proposals/{job.id}/{unit_id}", unit_id,
                "/proposals",
            )
            for unit_id, name, name_en, count in rows
        ],
    )  # fmt: skip
