"""`flask demo load`: fill an empty development database."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.demo import accounts, loading
from app.errors import Refused

commands = AppGroup("demo", help="Demo data: an invented city, in development only.")


@commands.command("load")
@click.option("--scale", type=click.Choice(sorted(loading.SCALES)), default="small", show_default=True)
@with_appcontext
def load(scale: str) -> None:
    """Fill an empty database with the demo city."""
    if not current_app.config["SETTINGS"].development:
        raise click.ClickException("Demo data is refused outside development: ZEROTRIP_ENV is production.")
    bar = click.progressbar(length=100, label="Building the demo city", show_eta=False)
    with bar:

        def show(what: str, done: int, total: int) -> None:
            share = 50 * done // total + (50 if what != "careers" else 0)
            bar.label = f"Writing {what}" if what != "careers" else "Replaying careers"
            bar.update(max(share - bar.pos, 0))

        try:
            counts = loading.load(scale, progress=show)
        except Refused as refusal:
            raise click.ClickException(f"{refusal.message} {refusal.remedy or ''}") from None
    for name, count in counts.items():
        click.echo(f"  {name:<14} {count:>9,}")
    click.echo(accounts.as_text())
