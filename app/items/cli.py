"""`flask items …`: loading the catalogue, listing, and taking an item out and in as one file."""

from __future__ import annotations

import json
from typing import BinaryIO, NoReturn

import click
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from app.access.actor import system
from app.errors import Refused
from app.items import queries
from app.items.service import export_item, import_item, load_catalogue
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


@items.command("export")
@click.argument("code")
def export(code: str) -> None:
    """Print an item with all its parts as one YAML file."""
    try:
        click.echo(export_item(code), nl=False)
    except Refused as refusal:
        _refuse(refusal)


@items.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_file(file: BinaryIO, dry_run: bool) -> None:
    """Take an item in as a draft; it is then proposed and published by people."""
    try:
        done = import_item(file.read(1024 * 1024 + 1), by=system("items import"), dry_run=dry_run)
    except Refused as refusal:
        _refuse(refusal)
    for sentence in (*done.read.faults, *done.read.lacks, *done.read.notes, *done.changes):
        click.echo(_say(sentence))
    if not done.read.acceptable:
        raise SystemExit(1)
    if done.version_id is None:
        click.echo("Dry run: nothing was written.")
    else:
        click.echo(f"{done.read.code}: imported as a draft.")


def _refuse(refusal: Refused) -> NoReturn:
    click.echo(_say(refusal.message), err=True)
    if refusal.remedy is not None:
        click.echo(_say(refusal.remedy), err=True)
    raise SystemExit(1)
