"""Commands of budgets: the nightly look at every total."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app import clock
from app.access.actor import system
from app.budgets.watching import watch

budgets = AppGroup("budgets", help="Totals of performance pay.")


@budgets.command("watch")
@click.option("--year", type=int, help="Default: this year, and in January the year before as well.")
def watch_totals(year: int | None) -> None:
    """Open warnings as cases and judge those that have come to their end. Run it every night; twice does no harm."""
    today = clock.today()
    years = [year] if year is not None else [today.year - 1, today.year] if today.month == 1 else [today.year]
    for one in years:
        done = watch(one, by=system("budget watch"))
        click.echo(
            f"{one}: {done.units} totals, {done.open} warnings stand, {done.opened} of them new; "
            f"{done.right} came true, {done.wrong} did not."
        )
