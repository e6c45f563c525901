"""Where exported files lie: a folder for each export, outside the web root, with the parts that it is made from."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

_root: Path | None = None


def configure(root: Path) -> None:
    """Say once, at the start, where exports are kept."""
    global _root
    _root = root


def folder_of(export_id: int) -> Path:
    """The folder of one export; it is made when it is asked for."""
    if _root is None:
        raise RuntimeError("app.reports.places is not configured")
    folder = _root / str(export_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def part_of(export_id: int, number: int) -> Path:
    """The rows of one portion, written before the file is bound."""
    return folder_of(export_id) / f"part-{number:05d}.gz"


def file_of(export_id: int, number: int, ending: str) -> Path:
    """One finished file."""
    return folder_of(export_id) / f"{number:03d}.{ending}"


def fresh(target: Path) -> Path:
    """A name of one's own beside the target, to write under and then take its place: where a worker was slow and
    another one took its portion up, neither writes into the file of the other."""
    return target.with_name(f"{target.name}.{uuid4().hex[:8]}.new")


def remove_parts(export_id: int) -> None:
    """Remove what the files were made from, once they are there."""
    for part in folder_of(export_id).glob("part-*"):
        part.unlink(missing_ok=True)


def remove(export_id: int) -> None:
    """Remove everything of an export."""
    shutil.rmtree(folder_of(export_id), ignore_errors=True)
