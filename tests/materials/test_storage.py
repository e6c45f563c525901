"""Files are kept whole or not at all, by content, for us alone."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import NotFound, Refused
from app.materials.storage import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "uploads")


def _age(place: Path, *, hours: int) -> None:
    moment = place.stat().st_mtime - 3600 * hours
    os.utime(place, (moment, moment))


def test_a_file_is_kept_under_the_digest_of_its_content(store: Store) -> None:
    content = os.urandom(700_000)
    stored = store.receive(io.BytesIO(content), limit_bytes=1_000_000)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.size == len(content)
    with store.open(stored.sha256) as kept:
        assert kept.read() == content
    assert stored.path.stat().st_mode & 0o777 == 0o600
    assert list((store.root / "incoming").iterdir()) == []


def test_the_same_content_is_kept_once(store: Store) -> None:
    first = store.receive(io.BytesIO(b"one"), limit_bytes=10)
    second = store.receive(io.BytesIO(b"one"), limit_bytes=10)
    assert first.path == second.path
    assert len(list(store.root.glob("??/??/*"))) == 1


def test_a_file_above_the_limit_is_refused_and_leaves_nothing(store: Store) -> None:
    with pytest.raises(Refused) as refused:
        store.receive(io.BytesIO(bytes(3 * 1024 * 1024)), limit_bytes=2 * 1024 * 1024)
    assert "2 MB" in str(refused.value.message)
    assert [place for place in store.root.rglob("*") if place.is_file()] == []


def test_a_stream_that_breaks_leaves_nothing(store: Store) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(10)

    with pytest.raises(ConnectionResetError):
        store.receive(Broken(bytes(100)), limit_bytes=1000)
    assert [place for place in store.root.rglob("*") if place.is_file()] == []


def test_what_is_not_kept_is_not_found(store: Store) -> None:
    for digest in ("0" * 64, "../../etc/passwd", "", "AB" * 32):
        with pytest.raises(NotFound):
            store.open(digest)
        with pytest.raises(NotFound):
            store.path(digest)
    assert store.holds("0" * 64) is False
    assert store.remove("0" * 64) is False


def test_sweeping_removes_old_files_that_nobody_knows(store: Store) -> None:
    known, unknown, fresh = (store.receive(io.BytesIO(word), limit_bytes=10) for word in (b"a", b"b", b"c"))
    part = store.root / "incoming" / "part-left"
    part.write_bytes(b"half")
    for place in (known.path, unknown.path, part):
        _age(place, hours=30)
    assert store.sweep({known.sha256}, older_than=timedelta(hours=24)) == [unknown.sha256]
    assert store.holds(known.sha256)
    assert store.holds(fresh.sha256)
    assert not part.exists()
