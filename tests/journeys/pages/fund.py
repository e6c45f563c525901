"""Examples of the pages about the wage fund: cases in each state, payrolls, rules, runs of the rules."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.access.actor import Actor
from app.jobs import service as jobs
from app.risk import run
from app.risk.registry import RULES
from models import Case, Job, PayrollSheet, db
from models.cases import CaseState
from tests.journeys.pages.asking import Asking, firsts


def prepare(bureau: Actor) -> None:
    """A run of the rules that somebody began."""
    run.begin(by=bureau)
    jobs.work_off()


def cases(asking: Asking) -> Iterator[str]:
    """One case of each state, as far as the person reaches."""
    for found in firsts(asking, Case, "case:read", *(Case.state == state for state in CaseState)):
        yield asking.address(case_id=found)


def payrolls(asking: Asking) -> Iterator[str]:
    """A payroll in reach, by whichever of the two permissions the person holds."""
    assert asking.actor is not None
    permission = "risk:read" if asking.actor.holds("risk:read") else "payroll:import"
    for found in firsts(asking, PayrollSheet, permission, PayrollSheet.id > 0):
        yield asking.address(sheet_id=found)


def rules(asking: Asking) -> Iterator[str]:
    """A rule with few parameters and one with many, the second for one class of units."""
    yield asking.address(code="not-on-roster")
    yield asking.address(code=max(RULES, key=lambda code: len(RULES[code].knobs)), unit_type="FULLY_FUNDED")


def runs(asking: Asking) -> Iterator[str]:
    """The first run of the rules."""
    for found in db.session.scalars(select(Job.id).where(Job.kind == run.KIND).limit(1)):
        yield asking.address(job_id=found)
