"""Where the materials of this installation lie: the store, and beside it the pictures drawn from it."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.materials.pieces import Pieces
from app.materials.storage import Store

_root: Path | None = None


def configure(root: Path) -> None:
    """Say once, at the start, where materials are kept."""
    global _root
    _root = root


def store() -> Store:
    """The store of originals."""
    return Store(_known_root())


def pieces() -> Pieces:
    """The files that are still on their way."""
    return Pieces(_known_root() / "incoming")


def drawings_of(sha256: str, variant: str = "") -> Path:
    """The directory of the pictures drawn from one file; it can be removed at any time and is drawn again.

    A `variant` is drawn with its sheets straightened, and named after where they lie.
    """
    return _known_root() / "drawn" / sha256[:2] / (f"{sha256}-{variant}" if variant else sha256)


def remove_drawings_of(sha256: str) -> None:
    """Remove all pictures drawn from a file, however drawn."""
    for drawn in (_known_root() / "drawn" / sha256[:2]).glob(f"{sha256}*"):
        shutil.rmtree(drawn, ignore_errors=True)


def _known_root() -> Path:
    if _root is None:
        raise RuntimeError("app.materials.places is not configured")
    return _root
