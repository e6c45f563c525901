"""The bytes of files on their way: one growing file each, beside the store, written where the last piece ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

_KEY = re.compile(r"[A-Za-z0-9_-]{20,43}")
_READ = 64 * 1024


class Pieces:
    """Files that grow under one directory, each named by its key."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextlib.contextmanager
    def held(self, key: str) -> Iterator[BinaryIO]:
        """The file of a key, opened for writing and held against every other process until this one is done.

        Raises `BlockingIOError` when another one is writing it at this moment.
        """
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self.path(key)
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as growing:
            fcntl.flock(growing, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield growing

    def path(self, key: str) -> Path:
        """Where the file of a key lies, whether or not anything has come of it yet."""
        if not _KEY.fullmatch(key):  # a key from outside must never become a path of its own
            raise ValueError("no key of ours")
        return self._root / f"file-{key}"

    def remove(self, key: str) -> None:
        """Take the file of a key away, if there is one."""
        self.path(key).unlink(missing_ok=True)

    def sweep(self, is_known: Callable[[str], bool], *, older_than: timedelta) -> int:
        """Remove files that no record knows and that are older than given; answers how many."""
        oldest, removed = time.time() - older_than.total_seconds(), 0  # the age of a file is told by its disk's clock
        for place in self._root.glob("file-*"):
            with contextlib.suppress(FileNotFoundError):
                if place.stat().st_mtime < oldest and not is_known(place.name.removeprefix("file-")):
                    place.unlink()
                    removed += 1
        return removed


def read_piece(stream: BinaryIO, *, at_most: int) -> bytes:
    """What comes of a piece. When the line breaks, what has come is kept: on a bad line every byte counts."""
    pieces: list[bytes] = []
    left = at_most
    while left > 0:
        try:
            piece = stream.read(min(_READ, left))
        except Exception:  # each server has its own word for a line that broke
            break
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def write_at(growing: BinaryIO, offset: int, piece: bytes) -> None:
    """Put a piece where the confirmed part ends, and make it durable; what a torn piece left behind is cut off."""
    growing.truncate(offset)
    growing.seek(offset)
    growing.write(piece)
    growing.flush()
    os.fsync(growing.fileno())
