"""`flask items …`: loading the catalogue, listing, and taking an item out and in as one file."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from app.access.actor import system
from app.items import queries
from app.items.loading import load_catalogue
from app.messages import Message

items = AppGroup("items", help="Service items: load, list, export, import.")


def _say(message: Message) -> str:
    """Commands speak English; names that data carries are shown in English too."""
    with force_locale("en"):
        return message.text(gettext)


@items.command("load")
def load() -> None:
    """Load the catalogue of 26 items. Running it again changes nothing."""
    for sentence in load_catalogue(by=system("items load")).sentences():
        click.echo(_say(sentence))


@items.command("list")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each version.")
def show_list(as_json: bool) -> None:
    """List each version that is published or in work."""
    for line in queries.listed():
        if as_json:
            told = {"code": line.code, "version": line.number, "state": line.state.lower(), "materials": line.materials}
            told["name"] = line.name_zh
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(f"{line.code}  v{line.number}  {line.state.lower():9}  {line.materials:3}  {line.name_zh}")
