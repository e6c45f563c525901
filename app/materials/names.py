"""File names as labels: shown to people and sent back with a download, never used as a path."""

from __future__ import annotations

import unicodedata

LONGEST = 200
_NAMELESS = "file"


def label_of(filename: str | None) -> str:
    """The name without directories, control characters and marks that turn the direction of writing."""
    last = (filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    kept = " ".join(kept.split())
    if len(kept) > LONGEST:
        stem, dot, ending = kept.rpartition(".")
        kept = stem[: LONGEST - 1 - len(ending)] + dot + ending if dot and len(ending) <= 10 else kept[:LONGEST]
    return kept or _NAMELESS
