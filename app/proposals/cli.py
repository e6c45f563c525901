"""Commands of proposals: the nightly run, and the results of a year's assessment from a table of numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.access.actor import Actor, system
from app.access.queries import actor_of, holds_today
from app.jobs import service as jobs
from app.proposals import run as nightly
from app.proposals import service
from models import Account, Job, RoleGrant, Staff, db
from models.accounts import AccountState, Reach
from models.jobs import JobState

proposals = AppGroup("proposals", help="Work out who is due for what, and prepare it.")


@proposals.command("run")
@click.option("--by", "username", help="The account under which the run is kept; else the first administrator of all.")
def run(username: str | None) -> None:
    """Bring the proposals of everybody up to date. A run that was killed goes on where it was left."""
    job_id = _waiting() or service.begin(by=_maker(username)).id
    jobs.work_off()
    job = db.session.get_one(Job, job_id, populate_existing=True)
    click.echo(f"{job.state}: " + ", ".join(f"{name} {count}" for name, count in job.result.items()))
    if job.state != JobState.DONE:
        raise SystemExit(1)


def _waiting() -> int | None:
    """A run that was begun and not finished."""
    return db.session.scalar(
        select(Job.id).where(Job.kind == nightly.KIND, Job.state.in_((JobState.WAITING, JobState.RUNNING))).limit(1)
    )


def _maker(username: str | None) -> Actor:
    chosen = select(Account).where(Account.state == AccountState.ACTIVE)
    if username:
        chosen = chosen.where(Account.username == username)
    else:
        held = select(RoleGrant.account_id).where(
            RoleGrant.role == "administrator", RoleGrant.reach == Reach.ALL, holds_today()
        )
        chosen = chosen.where(Account.id.in_(held))
    account = db.session.scalars(chosen.order_by(Account.id).limit(1)).first()
    if account is None:
        raise click.ClickException("Nobody was found under whom the run can be kept. Name an account with --by.")
    return actor_of(account)


@proposals.command("assess")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def assess(path: Path) -> None:
    """Report assessments from a CSV with the columns staff_no, year, result."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    numbers = {row["staff_no"] for row in rows}
    known = {
        staff.staff_no: staff.id
        for staff in db.session.execute(select(Staff.id, Staff.staff_no).where(Staff.staff_no.in_(numbers)))
    }
    unknown = sorted(numbers - known.keys())
    if unknown:
        raise click.ClickException(f"No employee has the number {unknown[0]} ({len(unknown)} such lines).")
    found = [service.Result(known[row["staff_no"]], int(row["year"]), row["result"]) for row in rows]
    click.echo(f"{service.report(found, by=system('assessments'))} results reported.")
