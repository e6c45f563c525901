"""`flask demo load` fills an empty development database, `flask demo year` lets the demo city live a year, and
`flask demo errors` puts mistakes into valid applications."""

from __future__ import annotations

from contextlib import nullcontext

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.access.actor import system
from app.demo import accounts, errors, errors_shares, loading, risks, year, year_place, year_report
from app.errors import Refused
from app.items.loading import load_catalogue

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


@commands.command("year")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed lives the same year.")
@click.option("--scale", type=click.Choice(sorted(loading.SCALES)), help="Default: the scale of the demo loaded.")
@click.option("--units", type=click.IntRange(min=1), help="Only so many institutions, drawn by the seed: a sample.")
@click.option("--keep", is_flag=True, help="Live in the database of DATABASE_URL, which must be empty, and keep it.")
@with_appcontext
def live_a_year(seed: int, scale: str | None, units: int | None, keep: bool) -> None:
    """Live a seeded year and say how much of it the system proposed, and how much was filed without typing."""
    settings = current_app.config["SETTINGS"]
    if not settings.development:
        raise click.ClickException("A simulated year is refused outside development: ZEROTRIP_ENV is production.")
    scale = scale or year_place.scale_loaded()
    click.echo(f"June 2017 to May 2018 in the demo city ({scale}), seed {seed}:")
    try:
        with nullcontext() if keep else year_place.apart(settings):
            lived = year.live(scale, seed=seed, most_units=units, keep=keep, say=click.echo)
    except Refused as refusal:
        raise click.ClickException(f"{refusal.message} {refusal.remedy or ''}") from None
    for line in year_report.as_text(lived):
        click.echo(line)


@commands.command("errors")
@click.option("--seed", type=int, default=errors.SEED, show_default=True, help="The same seed makes the same mistakes.")
@click.option("--valid", type=click.IntRange(min=0), default=1000, show_default=True, help="Applications without any.")
@with_appcontext
def put_mistakes(seed: int, valid: int) -> None:
    """Put mistakes of every kind into valid applications and say what is named before submission, and false alarms.

    Runs in a database of its own that is gone afterwards.
    """
    settings = current_app.config["SETTINGS"]
    if not settings.development:
        raise click.ClickException("Made-up applications are refused outside development: ZEROTRIP_ENV is production.")
    with year_place.apart(settings):
        load_catalogue(by=system("演示数据"))
        outcome = errors.try_kinds(seed=seed)
    click.echo(f"{len(outcome.tried)} kinds of mistakes tried; {valid} valid applications are checked now:")
    outcome.valid = errors_shares.check_in_processes(settings, seed=seed, valid=valid, say=click.echo)
    for line in errors.as_text(outcome):
        click.echo(line)


@commands.command("risks")
@click.option("--seed", type=int, default=risks.SEED, show_default=True, help="The same seed plants the same misuse.")
@click.option("--units", type=click.IntRange(min=20), default=400, show_default=True, help="Institutions.")
@click.option("--staff", type=click.IntRange(min=200), default=8_000, show_default=True, help="Their employees.")
@with_appcontext
def live_a_year_of_risks(seed: int, units: int, staff: int) -> None:
    """Live a year with planted misuse of the wage fund and say what the rules found of it, rightly and wrongly.

    Runs in a database of its own that is gone afterwards.
    """
    settings = current_app.config["SETTINGS"]
    if not settings.development:
        raise click.ClickException("Made-up misuse is refused outside development: ZEROTRIP_ENV is production.")
    with year_place.apart(settings):
        risks.live(seed=seed, institutions=units, staff=staff, say=click.echo)
