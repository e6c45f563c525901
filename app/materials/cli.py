"""`flask materials …`: examining files from the command line."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.materials.inspection import inspect
from app.messages import Message

materials = AppGroup("materials", help="Examine the files that people send.")


@materials.command("inspect")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
def inspect_files(paths: tuple[str, ...]) -> None:
    """Print one line of JSON per file: file, verdict (accept or reject), flags, codes.

    A directory stands for its files; what cannot be read gets a line with the reason under "error".
    """
    with ThreadPoolExecutor(max_workers=2) as hands:
        for line in hands.map(_line_for, [named for given in paths for named in _files_of(given)]):
            click.echo(json.dumps(line, ensure_ascii=False))


@materials.command("sweep")
def sweep_unclaimed() -> None:
    """Remove uploads that nobody filed and files that no record knows."""
    from app.access.actor import system
    from app.materials.service import sweep

    swept = sweep(by=system("sweeper"))
    click.echo(
        str(Message("%(uploads)s uploads and %(files)s files removed.", uploads=swept.uploads, files=swept.files))
    )


def _files_of(given: str) -> list[str]:
    place = Path(given)
    if not place.is_dir():
        return [given]
    try:
        return [str(inner) for inner in sorted(place.rglob("*")) if inner.is_file()] or [given]
    except OSError:
        return [given]


def _line_for(name: str) -> dict[str, Any]:
    place = Path(name)
    line: dict[str, Any] = {"file": name, "verdict": "reject", "flags": [], "codes": []}
    try:
        if place.is_dir():
            return {**line, "error": str(Message("The directory holds no file."))}
        if not place.is_file():
            return {**line, "error": str(Message("There is no such file."))}
        verdict = inspect(place, filename=place.name)
    except (OSError, ValueError):
        return {**line, "error": str(Message("The file cannot be read. Check its permissions."))}
    line["verdict"] = "accept" if verdict.accepted else "reject"
    line["flags"], line["codes"] = verdict.flags, verdict.codes
    return line
