"""Findings about a file that only the record knows: taken already, not of a kind that this material accepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.materials.sentences import FLAGS
from app.materials.verdicts import BLOCKING, WARNING, Finding
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


def _severity(code: str, severities: Mapping[str, str]) -> Any:
    return BLOCKING if severities.get(code) == BLOCKING else WARNING
