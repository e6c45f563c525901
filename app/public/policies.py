"""The policies that the guide names: the documents on which items rest, and the wage rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.items.editions import Version
from app.messages import Message, Named
from app.pay.rulebook import TITLES

BASIS_SEPARATOR = "；"
FAMILIES = {
    "G": Message("For everybody"),
    "I": Message("Staff of public institutions"),
    "C": Message("Civil servants"),
    "W": Message("Workers of organs"),
    "O": Message("Leave, retirement and other matters"),
}


@dataclass(frozen=True)
class Basis:
    """A document, and the items that name it."""

    key: str
    title: str
    items: tuple[tuple[str, Named], ...]


@dataclass(frozen=True)
class Rule:
    key: str
    title: Message
    family: Message


def bases(versions: Sequence[Version]) -> list[Basis]:
    """Every document that a published item rests on, in the order in which they are first named."""
    named: dict[str, list[tuple[str, Named]]] = {}
    for version in versions:
        said = str((version.elements.get("legal_basis") or {}).get("zh") or "")
        for title in filter(None, (part.strip() for part in said.split(BASIS_SEPARATOR))):
            named.setdefault(title, []).append((version.code, Named(version.item.name_zh, version.item.name_en)))
    return [Basis(f"basis-{sha256(title.encode()).hexdigest()[:8]}", title, tuple(it)) for title, it in named.items()]


def rules() -> list[Rule]:
    """Every wage rule, in order."""
    return [Rule(rule_id, title, FAMILIES[rule_id.split("-")[0]]) for rule_id, title in TITLES.items()]
