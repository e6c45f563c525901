"""A reading held against the application: another kind of document, another person, out of date. Warnings only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from app.materials.claims import SURE_OF_KIND, SURE_OF_NAME, name_held
from app.materials.kinds import NAMES, Kind
from app.materials.reading import Reading
from app.materials.verdicts import WARNING, Finding
from app.messages import Message

CODES = ("other_kind", "other_person", "expired")
TITLES = {
    "other_kind": Message("Another kind of document"),
    "other_person": Message("About another person"),
    "expired": Message("Out of date"),
}


@cache
def asked_kinds() -> dict[str, tuple[Kind, ...]]:
    """The kinds that a material asks for, by its code; a material that is not named may be of any kind."""
    with Path(__file__).with_name("data").joinpath("asked_kinds.yaml").open(encoding="utf-8") as kept:
        return {code: tuple(Kind(kind) for kind in kinds) for code, kinds in yaml.safe_load(kept).items()}


def compare(reading: Reading, *, material_code: str, people: Collection[str], today: date) -> list[Finding]:
    """What in the reading contradicts the application. What is not clearly read contradicts nothing."""
    found = [_kind(reading, asked_kinds().get(material_code, ())), _person(reading, people), _expired(reading, today)]
    return [one for one in found if one is not None]


def _kind(reading: Reading, asked: tuple[Kind, ...]) -> Finding | None:
    kind = reading.kind
    if not asked or kind is None or kind.confidence < SURE_OF_KIND or kind.kind in asked:
        return None
    return Finding(
        "other_kind", WARNING, None,
        Message(
            "This looks like: %(found)s. Asked for here: %(asked)s.", found=NAMES[kind.kind], asked=NAMES[asked[0]]
        ),
        Message("Check whether the right file was chosen. If it is right, nothing needs to be done."),
        {"kind": kind.kind.value, "confidence": kind.confidence, "place": list(kind.box or ()), "read_page": kind.page},
    )  # fmt: skip


def _person(reading: Reading, people: Collection[str]) -> Finding | None:
    name = reading.name
    if name is None or name.confidence < SURE_OF_NAME or not people or len(reading.names) > 3:
        return None  # a list of many people is about none of them alone
    if any(name_held(reading, person) != "mismatch" for person in people):
        return None
    return Finding(
        "other_person", WARNING, None,
        Message("This paper names %(name)s, who is not in this application.", name=name.name),
        Message("Check whether the right file was chosen. If it is right, nothing needs to be done."),
        {"confidence": name.confidence, "place": list(name.box), "read_page": name.page},
    )  # fmt: skip


def _expired(reading: Reading, today: date) -> Finding | None:
    until = reading.day("valid_to")
    if until is None or len(until.value) != 10 or date.fromisoformat(until.value) >= today or until.confidence < 0.8:
        return None
    return Finding(
        "expired", WARNING, None,
        Message("According to the paper it was valid until %(day)s.", day=until.value),
        Message("Send the one that is valid now."),
        {"confidence": until.confidence, "place": list(until.box), "read_page": until.page},
    )  # fmt: skip
