"""Where the bytes of materials are kept: by content, outside the web root, whole or not at all.

The verbs are those that an object store offers too (receive, open, remove, sweep), so that another store can take the
place of this one; only `path` is special to files on disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from app.errors import NotFound, Refused
from app.messages import Message

CHUNK = 256 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Stored:
    """A file that is durably kept."""

    sha256: str
    size: int
    path: Path


class Store:
    """Files under one directory, each named by the SHA-256 of its content."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._incoming = self.root / "incoming"

    def receive(self, stream: BinaryIO, *, limit_bytes: int) -> Stored:
        """Take a stream in pieces; when this returns, the file survives a power cut.

        Raises `Refused` when the stream is longer than `limit_bytes`; nothing is left behind then.
        """
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = mkstemp(dir=self._incoming, prefix="part-")  # mkstemp makes it readable by us alone
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as kept:
                digest, size = _copy(stream, kept, limit_bytes)
                kept.flush()
                os.fsync(kept.fileno())
            final = self._place(digest)
            final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary.replace(final)
            for directory in (final.parent, final.parent.parent, self.root):
                _sync_directory(directory)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return Stored(digest, size, final)

    def path(self, sha256: str) -> Path:
        """Where a kept file lies; raises `NotFound` when there is none."""
        place = self._place(sha256)
        if not place.is_file():
            raise _gone()
        return place

    def open(self, sha256: str) -> BinaryIO:
        """A kept file, opened for reading; raises `NotFound` when there is none."""
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise _gone() from None

    def holds(self, sha256: str) -> bool:
        """Whether a file of this content is kept."""
        return self._place(sha256).is_file()

    def remove(self, sha256: str) -> bool:
        """Remove a kept file; False when there was none."""
        try:
            self._place(sha256).unlink()
        except FileNotFoundError:
            return False
        return True

    def sweep(self, known: Container[str] | Callable[[str], bool], *, older_than: timedelta) -> list[str]:
        """Remove files that nobody knows and parts of broken uploads, both only when older than given.

        The age keeps a file safe that has just been received and is not yet written down anywhere. Returns the digests
        removed.
        """
        is_known = known if callable(known) else known.__contains__
        # The age of a file on disk is told by the clock of the disk, not by that of the application.
        oldest = time.time() - older_than.total_seconds()
        for part in self._incoming.glob("part-*"):
            if _modified(part) < oldest:
                part.unlink(missing_ok=True)
        removed = []
        for digest, place in self._kept():
            if _modified(place) < oldest and not is_known(digest) and self.remove(digest):
                removed.append(digest)
        return removed

    def _kept(self) -> Iterator[tuple[str, Path]]:
        for place in sorted(self.root.glob("??/??/*")):
            if _DIGEST.fullmatch(place.name):
                yield place.name, place

    def _place(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):  # a digest from outside must never become a path of its own
            raise _gone()
        return self.root / sha256[:2] / sha256[2:4] / sha256


def _copy(stream: BinaryIO, kept: BinaryIO, limit_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > limit_bytes:
            raise too_large(limit_bytes)
        digest.update(piece)
        kept.write(piece)
    return digest.hexdigest(), size


def too_large(limit_bytes: int) -> Refused:
    """The refusal of a file above the limit of its material."""
    return Refused(
        Message("The file is larger than %(limit)s MB.", limit=limit_bytes // (1024 * 1024)),
        remedy=Message("Scan at 300 dpi in A4 size, or send the pages in several files."),
        code="too_large",
    )


def _sync_directory(directory: Path) -> None:
    """A rename is durable only once its directory is."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _modified(place: Path) -> float:
    with contextlib.suppress(FileNotFoundError):
        return place.stat().st_mtime
    return float("inf")  # gone in the meantime: not ours to remove


def _gone() -> NotFound:
    return NotFound(
        Message("This file is no longer kept."),
        remedy=Message("Send the material again; if it was submitted before, tell the administrator."),
    )
