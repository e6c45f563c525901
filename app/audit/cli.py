"""Commands of the audit: prove the chain."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup

from app.audit import queries
from app.audit.chain import first_break

audit = AppGroup("audit", help="The record of every change and every reading.")


@audit.command("verify")
def verify() -> None:
    """Walk the whole chain; name the first event that does not hold, and exit with 1."""
    started = time.monotonic()
    head = queries.head()
    broken = first_break(queries.chain_in_order(), head)
    if broken is not None:
        click.secho(f"The audit chain is broken at event {broken.seq}: {broken.reason}.", fg="red", err=True)
        raise SystemExit(1)
    count = head.seq if head else 0
    click.secho(
        f"The audit chain is whole: {count} events, each sealed to the one before "
        f"({time.monotonic() - started:.1f} seconds).",
        fg="green",
    )
    if head is not None:
        # Whoever owns the database could seal a shorter or another chain anew; a hash kept elsewhere shows it.
        click.echo(f"Its newest event is {head.seq}, with hash {head.hash}. Keep this outside the database.")
