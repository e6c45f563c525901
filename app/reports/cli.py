"""Commands of reports: what the night makes, and what was kept long enough."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.access.actor import system
from app.jobs import service as jobs
from app.reports import exports, scheduling

reports = AppGroup("reports", help="Reports that are made again and again, and their files.")


@reports.command("nightly")
def nightly() -> None:
    """Make the scheduled reports that are due, and remove files that were kept long enough. Twice does no harm."""
    swept = exports.sweep(by=system("reports"))
    tally = scheduling.make_what_is_due()
    jobs.work_off()
    click.echo(f"{tally.made} scheduled reports made, {tally.refused} refused, files of {swept} exports removed.")
