"""Commands of fund risk: the nightly run, and payrolls written from the record for units that send no workbook."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.access.actor import Actor
from app.access.queries import actor_of, holds_today
from app.access.roles import ROLES
from app.jobs import service as jobs
from app.pay.months import read_month
from app.risk import run as nightly
from app.risk import service
from models import Account, Job, RoleGrant, Staff, db
from models.accounts import AccountState, Reach
from models.jobs import JobState

risk = AppGroup("risk", help="Look for misuse of the wage fund; what is found becomes cases.")


@risk.command("run")
@click.option("--by", "username", help="The account under which the run is kept; else the first that may run it.")
@click.option("--until", help="The last month looked at, as 2018-04; else the newest with payrolls.")
def run(username: str | None, until: str | None) -> None:
    """Run every rule over the record. A run that was killed goes on where it was left."""
    job_id = _waiting() or service.begin(by=_maker(username), until=read_month(until) if until else None).id
    jobs.work_off()
    job = db.session.get_one(Job, job_id, populate_existing=True)
    click.echo(f"{job.state}: " + ", ".join(f"{name} {count}" for name, count in job.result.items()))
    if job.state != JobState.DONE:
        raise SystemExit(1)


@risk.command("payrolls")
@click.argument("month")
@click.option("--by", "username", help="The account under which they are kept; else the first that may run the rules.")
def payrolls(month: str, username: str | None) -> None:
    """Write the payrolls of a month (2018-04) from the record, where a unit has sent no workbook."""
    by, kept = _maker(username), 0
    for unit_id in db.session.scalars(select(Staff.unit_id).distinct().order_by(Staff.unit_id)).all():
        kept += service.keep_from_record(unit_id, read_month(month), by=by) is not None
    click.echo(f"{kept} payrolls written.")


def _waiting() -> int | None:
    """A run that was begun and not finished."""
    at_work = (JobState.WAITING, JobState.RUNNING)
    return db.session.scalar(select(Job.id).where(Job.kind == nightly.KIND, Job.state.in_(at_work)).limit(1))


def _maker(username: str | None) -> Actor:
    chosen = select(Account).where(Account.state == AccountState.ACTIVE)
    if username:
        chosen = chosen.where(Account.username == username)
    else:
        roles = [code for code, role in ROLES.items() if {nightly.PERMISSION, "payroll:import"} <= role.permissions]
        held = select(RoleGrant.account_id).where(
            RoleGrant.role.in_(roles), RoleGrant.reach == Reach.ALL, holds_today()
        )
        chosen = chosen.where(Account.id.in_(held))
    account = db.session.scalars(chosen.order_by(Account.id).limit(1)).first()
    if account is None:
        raise click.ClickException("Nobody was found under whom the run can be kept. Name an account with --by.")
    return actor_of(account)
