"""Commands of the open guide: counting its figures, every night, and the least number of cases that is told."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.access.actor import system
from app.public import figures

guide = AppGroup("guide", help="The open guide's real figures.")


@guide.command("figures")
def count_figures() -> None:
    """Count days, shares in time and reasons of return of the last twelve months. Run it every night."""
    told = figures.count(by=system("guide figures"))
    click.echo(f"{told} items have figures of at least {figures.least_count()} cases.")


@guide.command("least")
@click.argument("count", type=int)
def set_least(count: int) -> None:
    """Fewer cases than this are not told, from the next counting on."""
    figures.set_least_count(count, by=system("guide least"))
    click.echo(f"From the next counting on, fewer than {count} cases are not told.")
