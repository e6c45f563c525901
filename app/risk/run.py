"""The nightly run as a job: one rule after the other over the whole record; what is found becomes cases."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import func, select

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
    from app import clock

    newest = db.session.scalar(select(func.max(PayrollSheet.month)).where(PayrollSheet.replaced_at.is_(None)))
    return newest or month_of(clock.today())


@atomic
def look(code: str, *, until: date, by: Actor) -> dict[str, int]:
    """Run one rule and open its cases; answers how many were found and what came of them. Safe to repeat."""
    rule = RULES[code]
    looked = Looked(rule, plus_months(until, -BACK), until, settings_in_force().get(code, {}))
    tally: Counter[str] = Counter(found=0, opened=0, news=0, reopened=0, same=0, gone=0, left_off=0)
    if not looked.active("") and not any(looked.active(one) for one in looked.settings):
        return dict(tally)
    matters: dict[str, Matter] = {}
    for found in rule.find(looked):
        tally["found"] += 1
        if len(matters) < MOST:
            matter = rule.matter(found)
            matters[matter.key] = matter
        else:
            tally["left_off"] += 1
    tally.update(str(one.found).lower() for one in cases.open_cases(list(matters.values()), by=by))
    if not tally["left_off"]:
        tally["gone"] = cases.tell_gone(code, still=matters.keys(), by=by)
    return dict(tally)


def _step(job: Job, by: Actor) -> Chunk:
    """The next rule; its line keeps what it found."""
    codes = sorted(RULES)
    if job.cursor >= len(codes):
        return Chunk(job.cursor)
    code = codes[job.cursor]
    tally = look(code, until=read_month(job.params["until"]), by=by)
    return Chunk(job.cursor + 1, (Line(job.cursor + 1, figures={"rule": code, **tally}),))


def _finish(job: Job) -> dict[str, Any]:
    totals: Counter[str] = Counter()
    for figures in db.session.scalars(select(JobLine.figures).where(JobLine.job_id == job.id)):
        totals.update({name: count for name, count in figures.items() if name != "rule"})
    return dict(totals)


register(Kind(KIND, Message("Fund-risk rules run"), PERMISSION, _step, _finish))
