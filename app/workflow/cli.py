"""Commands of the workflow: the nightly reminders."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.access.actor import system
from app.workflow.reminding import remind

workflow = AppGroup("workflow", help="What waits for a decision.")


@workflow.command("remind")
def remind_all() -> None:
    """Remind of limits that come near or are over, and escalate. Run it every night; twice does no harm."""
    done = remind(by=system("reminders"))
    click.echo(
        f"{done.soon} reminded, {done.overdue} overdue, {done.escalated} escalated, {done.drawn} drawn by lot anew."
    )
