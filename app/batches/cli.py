"""Commands of batches: the annual round."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.access.actor import Actor
from app.access.queries import actor_of, holds_today
from app.batches import round as annual
from models import Account, RoleGrant, db
from models.accounts import AccountState, Reach

batches = AppGroup("batches", help="Filings for many employees.")


@batches.command("round")
@click.argument("year", type=int)
@click.option("--by", "username", help="The account under which it is prepared; else the first administrator of all.")
@click.option("--as", "names", multiple=True, help="Development only: file and decide in the name of this account.")
def annual_round(year: int, username: str | None, names: tuple[str, ...]) -> None:
    """Prepare the annual round: proposals for everybody, and a batch for each unit. Begun again, it goes on."""
    if names and not current_app.config["SETTINGS"].development:
        raise click.ClickException("Filing and deciding is for people. In the name of others only in development.")
    people = [_account(name) for name in names]
    count = annual.prepare(year, by=_account(username) if username else _administrator())
    click.echo(f"{count} batches in the round of {year}.")
    if people:
        done = annual.carry_through(year, people)
        click.echo(f"{done.filed} lines filed, {done.decided} decisions.")


def _account(username: str) -> Actor:
    account = db.session.scalars(
        select(Account).where(Account.username == username, Account.state == AccountState.ACTIVE)
    ).first()
    if account is None:
        raise click.ClickException(f"There is no active account {username!r}.")
    return actor_of(account)


def _administrator() -> Actor:
    held = select(RoleGrant.account_id).where(
        RoleGrant.role == "administrator", RoleGrant.reach == Reach.ALL, holds_today()
    )
    account = db.session.scalars(
        select(Account).where(Account.state == AccountState.ACTIVE, Account.id.in_(held)).order_by(Account.id).limit(1)
    ).first()
    if account is None:
        raise click.ClickException("Nobody was found under whom the round can be kept. Name an account with --by.")
    return actor_of(account)
