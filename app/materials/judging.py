"""Findings about a file that only the record knows: taken already, not of a kind that this material accepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.materials.comparing import TITLES as READ_TITLES
from app.materials.order import TITLES as ORDER_TITLES
from app.materials.sentences import FLAGS
from app.materials.verdicts import BLOCKING, WARNING, Finding, Verdict
from app.messages import Message, Named

_KINDS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/heic": "HEIC",
    "image/heif": "HEIC",
    "image/tiff": "TIFF",
    "application/pdf": "PDF",
}
TITLES = {
    "duplicate_here": Message("Sent twice in this application"),
    "duplicate_elsewhere": Message("Already used in another application"),
    "page_twice": Message("The same page twice"),
    "too_few_pages": Message("Fewer pages than asked for"),
    **ORDER_TITLES,
    **READ_TITLES,
    "kind_not_accepted": Message("Kind of file not taken for this material"),
    "signed": Message("Carries an electronic signature"),
    "held": Message("Waits for the virus scanner"),
    "infected": Message("Virus found"),
}
OVERRIDABLE = frozenset({*FLAGS, *TITLES} - {"kind_not_accepted", "signed", "held", "infected"})
"""What a person may judge otherwise: how a page looks and where it was used, never a damaged or hostile file."""


@dataclass(frozen=True)
class Twin:
    """An earlier upload with exactly the same content."""

    application_id: int
    number: str
    unit_id: int
    material: Named | None
    sha256: str = ""
    certain: bool = False
    """Of a page that only looks like it: whether a single other figure on it would have been seen."""


def kind_finding(media_type: str | None, accepts: list[Any]) -> Finding | None:
    """The file is sound, but this material asks for other kinds."""
    if media_type is None or not accepts or media_type in accepts:
        return None
    kinds = ", ".join(dict.fromkeys(_KINDS.get(kind, kind) for kind in accepts))
    return Finding(
        "kind_not_accepted",
        BLOCKING,
        None,
        Message("This material is taken as %(kinds)s; the file is %(kind)s.", kinds=kinds, kind=_KINDS[media_type]),
        Message("Save or scan it as %(kinds)s and send it again.", kinds=kinds),
    )


def twin_findings(
    twins: list[Twin], *, application_id: int, unit_id: int, severities: Mapping[str, str]
) -> list[Finding]:
    """The same content was sent before. An application of another unit is not named."""
    here = [twin for twin in twins if twin.application_id == application_id]
    elsewhere = [twin for twin in twins if twin.application_id != application_id]
    findings = []
    if here:
        findings.append(
            Finding(
                "duplicate_here",
                _severity("duplicate_here", severities),
                None,
                Message(
                    "Exactly this file is already in this application, under %(name)s.", name=here[0].material or ""
                ),
                Message("Check whether you meant to choose another file; remove the one that is not needed."),
            )
        )
    if elsewhere:
        own = next((twin for twin in elsewhere if twin.unit_id == unit_id), None)
        message = (
            Message("Exactly this file was already used in application %(number)s.", number=own.number)
            if own
            else Message("Exactly this file was already used in another application.")
        )
        remedy = Message("If it belongs to this person and this case, nothing needs to be done; otherwise replace it.")
        findings.append(
            Finding("duplicate_elsewhere", _severity("duplicate_elsewhere", severities), None, message, remedy)
        )
    return findings


def lookalike_findings(
    twins: list[Twin], *, application_id: int, severities: Mapping[str, str], held: Collection[str]
) -> list[Finding]:
    """The same page was sent before as another file. What is `held` already is not said twice."""
    twins = sorted(twins, key=lambda twin: not twin.certain)
    here = next((twin for twin in twins if twin.application_id == application_id), None)
    elsewhere = next((twin for twin in twins if twin.application_id != application_id), None)
    findings = []
    if here is not None and "duplicate_here" not in held:
        name = here.material or ""
        message = (
            Message("This shows the same page as a file already in this application, under %(name)s.", name=name)
            if here.certain
            else Message("This looks like a page of a file already in this application, under %(name)s.", name=name)
        )
        remedy = Message("Check whether you meant to choose another page; remove the one that is not needed.")
        measures = {"near": True, "certain": here.certain, **({"of": here.sha256} if here.certain else {})}
        severity = _severity("duplicate_here", severities) if here.certain else WARNING
        findings.append(Finding("duplicate_here", severity, None, message, remedy, measures))
    if elsewhere is not None and "duplicate_elsewhere" not in held:
        number = elsewhere.number
        message = (
            Message("This shows the same page as a file used in application %(number)s.", number=number)
            if elsewhere.certain
            else Message("This looks like a page of a file used in application %(number)s.", number=number)
        )
        remedy = Message("If it belongs to this person and this case, nothing needs to be done; otherwise replace it.")
        measures = {"near": True, "certain": elsewhere.certain}
        severity = _severity("duplicate_elsewhere", severities) if elsewhere.certain else WARNING
        findings.append(Finding("duplicate_elsewhere", severity, None, message, remedy, measures))
    return findings


def page_findings(verdict: Verdict, *, least: int, severities: Mapping[str, str]) -> list[Finding]:
    """Fewer pages than the material takes, and pages that stand in the file twice."""
    from app.materials.duplicates import twin_pages

    findings = []
    if 0 < verdict.pages < least and not verdict.codes:
        findings.append(
            Finding(
                "too_few_pages",
                _severity("too_few_pages", severities),
                None,
                Message(
                    "The file has %(pages)s pages; this material takes at least %(least)s.",
                    pages=verdict.pages, least=least,
                ),
                Message("Scan or photograph all pages and send them as one document."),
                {"pages": verdict.pages, "least": least},
            )
        )  # fmt: skip
    for page, earlier in twin_pages(verdict.prints) if len(verdict.prints) > 1 else ():
        findings.append(
            Finding(
                "page_twice",
                _severity("page_twice", severities),
                page,
                Message("Page %(page)s shows the same page as page %(earlier)s.", page=page, earlier=earlier),
                Message("If one of them was meant to be another page, replace it; otherwise nothing needs to be done."),
                {"earlier": earlier},
            )
        )
    return findings


def _severity(code: str, severities: Mapping[str, str]) -> Any:
    return BLOCKING if severities.get(code) == BLOCKING else WARNING
