"""One file judged as the material that it is sent for: what the examiner found, weighed as the material weighs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.materials.inspection import inspect
from app.materials.judging import kind_finding, page_findings
from app.materials.scanner import scan, scan_finding
from app.materials.thresholds import Values, judged_under
from app.materials.verdicts import Finding, Limits, Verdict

SECONDS_A_PAGE = 1.0


def examined(
    path: Path,
    *,
    filename: str,
    declared_type: str | None,
    accepts: Sequence[Any],
    least: int,
    max_pages: int,
    severities: Mapping[str, str],
    thresholds: Values,
    pages: int = 1,
) -> tuple[Verdict, list[Finding]]:
    """The verdict on a file, and all that is found of it by itself; what only the record knows is found elsewhere.

    The examiner gets time for as many `pages` as are known beforehand.
    """
    limits = Limits(max_pages=max_pages, seconds=Limits.seconds + (pages - 1) * SECONDS_A_PAGE)
    verdict = inspect(path, filename=filename, declared_type=declared_type, limits=limits, straightened=True)
    verdict = judged_under(verdict, thresholds).judged(severities)
    unfit = kind_finding(verdict.media_type, list(accepts))
    infected = scan_finding(scan(path)) if not verdict.codes else None  # a hostile file is refused as it is
    return verdict, [
        *verdict.findings,
        *page_findings(verdict, least=least, severities=severities),
        *([unfit] if unfit else []),
        *([infected] if infected else []),
    ]
