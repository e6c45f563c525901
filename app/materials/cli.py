"""`flask materials …`: examining files from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.errors import Invalid
from app.materials.claimed import Claimed, Claims, read_claims
from app.materials.claims import hold_against
from app.materials.inspection import inspect
from app.materials.kinds import Kind
from app.materials.reading import Reading, read_off
from app.materials.recognising import AT_A_GLANCE, WHOLE, recognise
from app.materials.twins import Twins
from app.materials.verdicts import Verdict
from app.materials.written import ReadPage
from app.messages import Message

materials = AppGroup("materials", help="Examine the files that people send.")

_PAGES_AT_A_GLANCE = 3


@materials.command("inspect")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--claims", "list_of_claims", metavar="CSV",
    help="Also read each file and compare it with this list: a CSV with the columns file, kind and name. "
    f"The kinds are: {', '.join(Kind)}. An empty kind or name is not compared.",
)  # fmt: skip
def inspect_files(paths: tuple[str, ...], list_of_claims: str | None) -> None:
    """Print one line of JSON per file: file, verdict (accept or reject), flags, codes.

    A directory stands for its files; what cannot be read gets a line with the reason under "error". With --claims each
    line also has: kind, name, id_number, duplicate_of (the file before it that shows the same page), claim (match,
    mismatch or unsure).
    """
    claims = _claims_of(list_of_claims)
    names = [named for given in paths for named in _files_of(given)]
    with ThreadPoolExecutor(max_workers=2) as hands:
        looked = hands.map(_looked_at, names)
        if claims is None:
            for line, _ in looked:
                _say(line)
            return
        for line in _read_too(names, list(looked), claims, hands):
            _say(line)


def _say(line: dict[str, Any]) -> None:
    """One line of JSON, in plain letters where the name of a file or the terminal knows no others."""
    told = json.dumps(line, ensure_ascii=False)
    try:
        told.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        told = json.dumps(line)
    click.echo(told)


def _read_too(
    names: list[str], looked: list[tuple[dict[str, Any], Verdict | None]], claims: Claims, hands: ThreadPoolExecutor
) -> Iterator[dict[str, Any]]:
    """The lines with what each file says, and which of those before it shows the same page."""
    verdicts = {name: verdict for name, (_, verdict) in zip(names, looked, strict=True)}
    twins = Twins(lambda name: _pages_of(name, verdicts[name], budget=WHOLE))
    read = hands.map(lambda name: _pages_of(name, verdicts[name], budget=AT_A_GLANCE), names)
    for name, (line, verdict), pages in zip(names, looked, read, strict=True):
        first = twins.first_of(name, verdict, pages) if verdict else None
        said = read_off(pages) if pages else None
        yield {**line, **_held(said, claims.of(name), verdict), "duplicate_of": first}


def _pages_of(name: str, verdict: Verdict | None, *, budget: int) -> Sequence[ReadPage]:
    """What is read on the first pages of a sound file; nothing for one that cannot be opened or read."""
    if verdict is None or verdict.codes or not verdict.media_type:
        return ()
    return recognise(Path(name), verdict.media_type, at_most=_PAGES_AT_A_GLANCE, budget=budget).pages


def _held(reading: Reading | None, claimed: Claimed | None, verdict: Verdict | None) -> dict[str, Any]:
    nothing: dict[str, Any] = {"kind": None, "name": None, "id_number": None, "duplicate_of": None, "claim": "unsure"}
    if reading is None or verdict is None:
        return nothing
    told = {
        **nothing,
        "kind": reading.kind.kind.value if reading.kind else None,
        "name": reading.name.name if reading.name else None,
        "id_number": reading.id_number.value if reading.id_number else None,
    }
    if claimed is not None and verdict.accepted:
        told["claim"] = hold_against(reading, kind=claimed.kind, name=claimed.name)
    return told


def _claims_of(path: str | None) -> Claims | None:
    if path is None:
        return None
    try:
        return read_claims(Path(path))
    except Invalid as wrong:
        raise click.ClickException(str(wrong.fields["claims"])) from wrong


@materials.command("sweep")
def sweep_unclaimed() -> None:
    """Remove uploads that nobody filed and files that no record knows."""
    from app.access.actor import system
    from app.materials.service import sweep

    swept = sweep(by=system("sweeper"))
    click.echo(
        str(Message("%(uploads)s uploads and %(files)s files removed.", uploads=swept.uploads, files=swept.files))
    )


@materials.command("read-lost")
def read_what_was_lost() -> None:
    """Read the papers whose reading never came into the queue because a process died; for every night."""
    from app.jobs import service as jobs

    count = jobs.take_up_lost()
    jobs.work_off()
    click.echo(str(Message("%(count)s readings were lost and have been made up for.", count=count)))


@materials.command("scan-held")
def scan_files_held() -> None:
    """Scan again the files that are held because the virus scanner did not answer."""
    from app.access.actor import system
    from app.materials.holding import scan_held

    released = scan_held(by=system("scanner"))
    told = Message(
        "%(clean)s let go, %(infected)s refused, %(waiting)s still held.",
        clean=released.clean, infected=released.infected, waiting=released.waiting,
    )  # fmt: skip
    click.echo(str(told))


def _files_of(given: str) -> list[str]:
    place = Path(given)
    try:
        if not place.is_dir():
            return [given]
        return [str(inner) for inner in sorted(place.rglob("*")) if inner.is_file()] or [given]
    except OSError:
        return [given]


def _looked_at(name: str) -> tuple[dict[str, Any], Verdict | None]:
    place = Path(name)
    line: dict[str, Any] = {"file": name, "verdict": "reject", "flags": [], "codes": []}
    try:
        if place.is_dir():
            return {**line, "error": str(Message("The directory holds no file."))}, None
        if not place.is_file():
            return {**line, "error": str(Message("There is no such file."))}, None
        verdict = inspect(place, filename=place.name)
    except (OSError, ValueError):
        return {**line, "error": str(Message("The file cannot be read. Check its permissions."))}, None
    line["verdict"] = "accept" if verdict.accepted else "reject"
    line["flags"], line["codes"] = verdict.flags, verdict.codes
    return line, verdict
