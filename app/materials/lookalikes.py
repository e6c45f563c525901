"""Pages that look like one sent before: prints beside the drawings, and the search among what the unit has sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.materials import places, queries
from app.materials.fingerprints import distance
from app.materials.judging import Twin, lookalike_findings
from app.materials.verdicts import Finding, Verdict
from models import Application

if TYPE_CHECKING:
    from app.materials.duplicates import Page

_ALIKE = 24
"""Of 64 bits, in how many two pictures may differ to be worth comparing."""
_MOST_READ = 24
_MOST_PAGES = 6


def keep_prints(verdict: Verdict) -> None:
    """Keep the prints of a file's pages beside its drawings; lost, they only cost a hint."""
    if verdict.sha256 is None or not any(verdict.prints):
        return
    place = places.drawings_of(verdict.sha256, "prints")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place / "new.json"
    fresh.write_text(json.dumps(verdict.prints[:_MOST_PAGES]))
    fresh.replace(place / "prints.json")


def near_findings(
    verdict: Verdict, application: Application, *, severities: Mapping[str, str], beside: Sequence[Finding]
) -> list[Finding]:
    """The same page was sent before as another file; what is said `beside` this already is not said again."""
    if verdict.codes or not any(verdict.prints):
        return []
    alike = look_alike(verdict, queries.sent_by(application.unit_id))
    held = [finding.code for finding in beside]
    return lookalike_findings(alike, application_id=application.id, severities=severities, held=held)


def look_alike(verdict: Verdict, sent: Sequence[tuple[Twin, str, str | None]]) -> list[Twin]:
    """Of what was sent before, each with its content and fingerprint, what shows this file's pages; the newest first.

    More than half of the pages must be known, so that a shared leaflet makes no duplicate.
    """
    from app.materials.duplicates import compare, resembles

    pages = _pages_of(verdict.prints)
    found: list[Twin] = []
    if not pages or verdict.fingerprint is None:
        return found
    others = [
        (twin, sha256)
        for twin, sha256, fingerprint in sent
        if sha256 != verdict.sha256 and fingerprint and distance(fingerprint, verdict.fingerprint) <= _ALIKE
    ]
    for twin, sha256 in others[:_MOST_READ]:
        known = _pages_of(_kept(sha256))
        laid = [[compare(page, other) for other in known if resembles(page, other)] for page in pages]
        if 2 * sum(any(one.same for one in each) for each in laid) > len(pages):
            certain = 2 * sum(any(one.certain for one in each) for each in laid) > len(pages)
            found.append(replace(twin, certain=certain))
    return found


def _kept(sha256: str) -> list[str]:
    try:
        kept = json.loads((places.drawings_of(sha256, "prints") / "prints.json").read_text())
    except (OSError, ValueError):
        return []
    return [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []


def _pages_of(prints: Sequence[str]) -> list[Page]:
    from app.materials.duplicates import page_of

    return [page for page in map(page_of, prints[:_MOST_PAGES]) if page is not None]
