"""Having the pages of a file read in a process of their own: the sandbox, limits and answers of an examination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.materials import sandbox
from app.materials.verdicts import Limits
from app.materials.written import ReadPage

READER_VERSION = "1.1"
"""Which recogniser and which rules read; a reading made by another version can be made anew."""

SECONDS_A_PAGE = 12.0
"""Processor time that one page may take: five times what a full page takes."""
WHOLE = 40_000
"""Pixels of line read on a page that is read in the queue; about 4 seconds."""
AT_A_GLANCE = 15_000
"""The same where hundreds of files are gone through: title, labels and the first paragraphs."""


@dataclass(frozen=True)
class Recognised:
    """The lines of the pages that were read. Without any, `failure` says how the reader broke off."""

    pages: tuple[ReadPage, ...]
    failure: str | None = None


def recognise(
    path: Path,
    media_type: str,
    *,
    at_most: int = 30,
    budget: int = WHOLE,
    sheets: Sequence[Mapping[str, Any]] = (),
    limits: Limits | None = None,
) -> Recognised:
    """Read the first pages of a file that was found sound. Never raises for what is in the file.

    Pages with a sheet (`Upload.sheets`) are read straightened, as people see them; places are then on that page.
    """
    limits = limits or Limits()
    outcome = sandbox.run(
        "recognise",
        {
            "path": str(path.resolve()),
            "media_type": media_type,
            "at_most": at_most,
            "budget": budget,
            "sheets": list(sheets),
        },
        limits=replace(limits, seconds=max(limits.seconds, SECONDS_A_PAGE * at_most)),
    )
    if outcome.answer is None:
        return Recognised((), outcome.failure or "crash")
    return Recognised(tuple(ReadPage.from_json(page) for page in outcome.answer["pages"]))


def recognise_pages(
    path: Path,
    media_type: str,
    *,
    at_most: int,
    budget: int,
    limits: Limits,
    sheets: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """The work itself; runs in the sandbox only."""
    from app.materials.recognition import READING_SIDE, read_page
    from app.materials.rendering import pages_of

    read = []
    for number, image in enumerate(pages_of(path, media_type, READING_SIDE, limits, sheets), start=1):
        if number > at_most:
            break
        read.append(read_page(image, number=number, budget=budget).to_json())
    return read
