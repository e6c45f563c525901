"""`flask learning load` puts the courses that ship with the product in force; `flask learning sweep` tidies files."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from app.access.actor import system
from app.learning.loading import load_courses
from app.learning.sweeping import sweep

learning = AppGroup("learning", help="Courses and lessons.")


@learning.command("load")
@with_appcontext
def load() -> None:
    """Put every shipped course that is not there yet in force."""
    click.echo(f"{load_courses(by=system('courses that ship'))} courses are new.")


@learning.command("sweep")
@with_appcontext
def tidy() -> None:
    """Remove files of lessons that no version knows, and what was broken off on its way."""
    swept = sweep()
    click.echo(f"{swept.files} files and {swept.parts} parts removed.")
