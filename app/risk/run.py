"""The nightly run as a job: one rule after the other over the whole record; what is found becomes cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.cases import service as cases
from app.cases.rules import Matter
from app.errors import Invalid
from app.jobs import service as jobs
from app.jobs.kinds import Chunk, Kind, Line, register
from app.messages import Message
from app.pay.months import Month, month_of, month_text, plus_months, read_month
from app.risk import backpay, deciding, derived, ended, twice, units  # noqa: F401 - they register their rules
from app.risk.looking import Looked
from app.risk.registry import RULES
from app.risk.settings import settings_in_force
from app.uow import atomic
from models import Job, JobLine, PayrollSheet, db

KIND, PERMISSION = "risk", "risk:run"
BACK = 12
"""Months looked at before the last one."""
MOST = 2_000
"""Cases that one rule opens in one run; a rule that finds more is set wrongly, and says so."""


def begin(*, by: Actor, until: Month | None = None) -> Job:
    """Begin a run until a month (the last one with payrolls). Raises NotAllowed, and Conflict while one is at work."""
    policy.require(by, PERMISSION)
    last = until or last_month()
    if last.day != 1:
        raise Invalid(fields={"until": Message("Name a month.")})
    return jobs.begin(KIND, {"until": month_text(last)}, total=len(RULES), by=by)


def last_month() -> Month:
    """The newest month of which any payroll is kept; the present one where there is none."""
    newest = db.session.scalar(select(func.max(PayrollSheet.month)).where(PayrollSheet.replaced_at.is_(None)))
    return newest or month_of(clock.today())


@dataclass(frozen=True)
class Found:
    """What a rule found, as cases to open; `left_off` counts what is beyond the most that one run opens."""

    matters: tuple[Matter, ...] = ()
    left_off: int = 0
    complete: bool = False  # whether what is not among it is gone: the rule is on, and looked at the newest month


def find(code: str, *, until: Month) -> Found:
    """Run one rule and open nothing: reading takes long, and no transaction should wait for it."""
    rule = RULES[code]
    looked = Looked(rule, plus_months(until, -BACK), until, settings_in_force().get(code, {}))
    if not looked.active("") and not any(looked.active(one) for one in looked.settings):
        return Found()
    matters: dict[str, Matter] = {}
    left_off = 0
    for found in rule.find(looked):
        matter = rule.matter(found)
        if len(matters) < MOST or matter.key in matters:
            matters[matter.key] = matter
        else:
            left_off += 1
    return Found(tuple(matters.values()), left_off, complete=not left_off and until >= last_month())


def look(code: str, *, until: Month, by: Actor) -> dict[str, int]:
    """Run one rule and open its cases; answers how many were found and what came of them. Safe to repeat."""
    return _open(code, find(code, until=until), by)


@atomic
def _open(code: str, found: Found, by: Actor) -> dict[str, int]:
    tally: Counter[str] = Counter(opened=0, news=0, reopened=0, same=0, gone=0)
    tally.update(found=len(found.matters) + found.left_off, left_off=found.left_off)
    tally.update(str(one.found).lower() for one in cases.open_cases(found.matters, by=by))
    if found.complete:
        tally["gone"] = cases.tell_gone(code, still={matter.key for matter in found.matters}, by=by)
    return dict(tally)


def _prepare(job: Job, by: Actor) -> Found | None:
    codes = sorted(RULES)
    return find(codes[job.cursor], until=read_month(job.params["until"])) if job.cursor < len(codes) else None


def _step(job: Job, by: Actor, found: Found | None) -> Chunk:
    """The next rule; its line keeps what it found."""
    if found is None:
        return Chunk(job.cursor)
    code = sorted(RULES)[job.cursor]
    tally = _open(code, found, by)
    return Chunk(job.cursor + 1, (Line(job.cursor + 1, figures={"rule": code, **tally}),))


def _finish(job: Job) -> dict[str, Any]:
    totals: Counter[str] = Counter()
    for figures in db.session.scalars(select(JobLine.figures).where(JobLine.job_id == job.id)):
        totals.update({name: count for name, count in figures.items() if name != "rule"})
    return dict(totals)


register(Kind(KIND, Message("Fund-risk rules run"), PERMISSION, _step, _finish, prepare=_prepare))
