"""Examples of pages of the back office: standards, wages, material checks, thresholds, runs."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.jobs.kinds import KINDS
from app.pay import repricing_run
from models import Job, MaterialCheck, PaymentInstruction, Staff, StandardEdition, ThresholdSet, db
from models.payments import InstructionState
from models.staff import StaffState
from models.standards import EditionState
from tests.journeys.pages.asking import Asking, firsts


def editions(asking: Asking) -> Iterator[str]:
    """A standard in each state."""
    for state in EditionState:
        for found in db.session.scalars(select(StandardEdition.id).where(StandardEdition.state == state).limit(1)):
            yield asking.address(edition_id=found)


def costs(asking: Asking) -> Iterator[str]:
    assert asking.actor is not None
    return editions(asking) if asking.actor.holds("pay:read") else iter(())


def runs(asking: Asking) -> Iterator[str]:
    for found in db.session.scalars(select(Job.id).where(Job.kind == repricing_run.KIND)):
        yield asking.address(job_id=found)


def tables(asking: Asking) -> Iterator[str]:
    yield asking.address(table="institution_post_wage")
    yield asking.address(table="civil_level_wage", version="2006-07-01")


def januaries(asking: Asking) -> Iterator[str]:
    """Somebody with a wage and somebody without one."""
    for found in firsts(asking, Staff, "pay:read", Staff.state == StaffState.ACTIVE, Staff.state == StaffState.PENDING):
        yield asking.address(staff_id=found)


def undoings(asking: Asking) -> Iterator[str]:
    """What finance has not taken yet, and what is paid."""
    assert asking.actor is not None
    if not asking.actor.holds("pay:undo"):
        return
    for state in (InstructionState.WAITING, InstructionState.CONFIRMED):
        lines = select(PaymentInstruction.staff_id).where(PaymentInstruction.state == state)
        for found in firsts(asking, Staff, "pay:undo", Staff.id.in_(lines)):
            yield asking.address(id=found)


def checks(asking: Asking) -> Iterator[str]:
    """A finding that a person may judge, one that was judged, and one that nobody may."""
    turned, broken = MaterialCheck.code == "rotated", MaterialCheck.code == "truncated"
    judged = MaterialCheck.overridden_at.is_not(None)
    for found in firsts(asking, MaterialCheck, "check:read", turned, broken, judged):
        yield asking.address(check_id=found)


def thresholds(asking: Asking) -> Iterator[str]:
    """One that waits for a second person, if there is one."""
    for found in db.session.scalars(select(ThresholdSet.id).limit(2)):
        yield asking.address(set_id=found)


def material_runs(asking: Asking) -> Iterator[str]:
    """A run over materials, if there is one that this person may follow."""
    assert asking.actor is not None
    for job in db.session.scalars(select(Job).where(Job.kind.startswith("material")).limit(2)):
        if asking.actor.holds(KINDS[job.kind].permission):
            yield asking.address(job_id=job.id)
