"""What is said of a paper held against what the paper says: match, mismatch, or unsure."""

from __future__ import annotations

from typing import Literal

from app.materials.kinds import Kind
from app.materials.people_named import FoundName
from app.materials.reading import Reading
from app.materials.rows import plain

Claim = Literal["match", "mismatch", "unsure"]

SURE_OF_KIND = 0.45
"""Confidence from which a kind is held against what is claimed."""
SURE_OF_NAME = 0.6
SURE_OF_LETTER = 0.9
"""How sure the recogniser must be of the one character in which two names differ, to call them two people."""


def hold_against(reading: Reading, *, kind: Kind | None, name: str) -> Claim:
    """Compare with what is claimed; what is not claimed is not compared.

    "match" only if all that is claimed was found, "mismatch" if anything found is clearly another.
    """
    said = []
    if kind is not None:
        said.append(_kind_held(reading, kind))
    if name.strip():
        said.append(name_held(reading, name))
    if "mismatch" in said:
        return "mismatch"
    return "match" if said and all(one == "match" for one in said) else "unsure"


def _kind_held(reading: Reading, kind: Kind) -> Claim:
    found = reading.kind
    if found is None or found.confidence < SURE_OF_KIND:
        return "unsure"
    return "match" if found.kind is kind else "mismatch"


def name_held(reading: Reading, claimed: str) -> Claim:
    """Whether the paper is about this person."""
    wanted = _bare(claimed)
    sure = [one for one in reading.names if one.confidence >= SURE_OF_NAME]
    if any(_bare(one.name) == wanted for one in reading.names):
        return "match"
    if not sure or reading.about_many or any(_slip(one, wanted) for one in sure):
        return "unsure"
    return "mismatch"


def _slip(found: FoundName, wanted: str) -> bool:
    """Whether the difference may be one character misread."""
    name = _bare(found.name)
    if "·" in found.name and (name.startswith(wanted) or wanted.startswith(name)):
        return True  # long names are cut where a line ends
    if len(name) != len(wanted):
        return abs(len(name) - len(wanted)) == 1 and (name in wanted or wanted in name) and found.confidence < 0.9
    wrong = [place for place, (one, other) in enumerate(zip(name, wanted, strict=True)) if one != other]
    sure = found.letters[wrong[0]] if len(wrong) == 1 and len(found.letters) == len(name) else 1.0
    return len(wrong) == 1 and sure < SURE_OF_LETTER


def _bare(name: str) -> str:
    return plain(name).replace("·", "")
