"""Where the files of lessons lie: beside the materials, in a store of their own, and how large a video may be."""

from __future__ import annotations

from pathlib import Path

from app.materials.pieces import Pieces
from app.materials.storage import Store

_root: Path | None = None
_video_megabytes = 300


def configure(root: Path, *, video_megabytes: int) -> None:
    """Say once, at the start, where they are kept and how large a video may be."""
    global _root, _video_megabytes
    _root, _video_megabytes = root, video_megabytes


def store() -> Store:
    """The store of PDFs and videos."""
    return Store(_known_root())


def pieces() -> Pieces:
    """The files that are still on their way."""
    return Pieces(_known_root() / "incoming")


def drawings_of(sha256: str) -> Path:
    """The directory of the pages drawn from one PDF."""
    return _known_root() / "drawn" / sha256[:2] / sha256


def most_video_bytes() -> int:
    """How large a video may be."""
    return _video_megabytes * 1024 * 1024


def _known_root() -> Path:
    if _root is None:
        raise RuntimeError("app.learning.places is not configured")
    return _root
