"""Commands of search: holding the index against what it tells of."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.search import service

search = AppGroup("search", help="The index of search.")


@search.command("refresh")
def refresh() -> None:
    """Write every document that differs from its source anew. Run it every night; twice does no harm."""
    for kind, written in service.refresh().items():
        click.echo(f"{kind}: {written} documents written.")
