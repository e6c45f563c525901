"""Commands of messages: send what is due, once or on and on."""

from __future__ import annotations

import threading

import click
from flask.cli import AppGroup

from app.notify import sending
from models import db

notify = AppGroup("notify", help="Messages to people: send what is due.")


@notify.command("send")
@click.option("--loop", is_flag=True, help="Go on until the command is ended, looking again every few seconds.")
@click.option("--every", default=5.0, show_default=True, help="Seconds between two looks.")
def send(loop: bool, every: float) -> None:
    """Send what is due. It may be killed at any moment and run as often as one likes, also several at once."""
    pause = threading.Event()
    while True:
        sent = sending.send_due()
        db.session.remove()
        if sent or not loop:
            click.echo(f"{sent} sent.")
        if not loop:
            return
        pause.wait(max(0.2, every))
