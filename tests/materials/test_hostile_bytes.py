"""Damaged at random, no file of any type makes the examination fail or hang."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.materials.containers import walk
from app.materials.filetypes import contradicts, foreign_after_end, hides_other_content, identify
from app.materials.sentences import CODES, FLAGS
from app.materials.verdicts import Limits
from tests.materials import files, pages
from tests.materials.files import examined, pdf_bytes, saved, text_pdf


def _small() -> Image.Image:
    return pages.letter(420, files.rng(3))


SEEDS = {
    "a.jpg": lambda: saved(_small(), "JPEG", quality=60),
    "b.jpg": lambda: saved(_small(), "JPEG", quality=60, progressive=True),
    "a.png": lambda: saved(_small(), "PNG"),
    "a.tif": lambda: saved(_small(), "TIFF", compression="tiff_lzw"),
    "a.heic": lambda: saved(_small(), "HEIF", quality=40),
    "a.pdf": lambda: saved(_small(), "PDF"),
    "b.pdf": lambda: pdf_bytes(text_pdf(2, lines=4)),
}


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """A few bytes flipped, a stretch removed, doubled, zeroed or cut off."""
    data = bytearray(content)
    for _ in range(int(rng.integers(1, 5))):
        at, length = int(rng.integers(0, max(len(data) - 1, 1))), int(rng.integers(1, 64))
        match int(rng.integers(0, 6)):
            case 0:
                data[at : at + length] = rng.bytes(length)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at : at + length] = bytes(length)
            case 4:
                data[at : at + 1] = bytes([data[at] ^ (1 << int(rng.integers(0, 8)))])
            case 5:
                head = int(rng.integers(0, min(200, len(data))))
                data[head : head + 4] = b"\xff\xff\xff\xff"
    return bytes(data[: int(rng.integers(1, len(data) + 1))]) if rng.uniform() < 0.2 else bytes(data)


@pytest.mark.parametrize("name", SEEDS)
def test_every_mutation_gets_a_verdict_in_known_words(name: str, tmp_path: Path) -> None:
    rng, seed = np.random.default_rng(len(name) + sum(name.encode())), SEEDS[name]()
    for _ in range(6):
        verdict = examined(mutated(seed, rng), name, tmp_path, limits=Limits(seconds=5))  # beyond, it is a bomb
        assert {finding.code for finding in verdict.findings} <= CODES.keys() | FLAGS.keys()
        assert verdict.accepted or all(str(finding.remedy) for finding in verdict.findings)


@pytest.mark.parametrize("name", SEEDS)
def test_looking_at_bytes_never_raises(name: str) -> None:
    rng, seed = np.random.default_rng(sum(name.encode())), SEEDS[name]()
    for _ in range(150):
        data = mutated(seed, rng)
        known = identify(data)
        assert contradicts(known.media_type, filename=name, declared=None) in (True, False)
        assert hides_other_content(data, known.media_type) in (True, False)
        if known.media_type and known.media_type.startswith("image/"):
            end = walk(data, known.media_type).end
            foreign_after_end(data[end:] if end else b"", known.media_type)


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x18ftypheic", b"%PDF-1.7\n"]
)
def test_a_right_start_with_nothing_behind_is_refused(start: bytes, tmp_path: Path) -> None:
    for rest in (b"", bytes(300), files.rng(4).bytes(3000)):
        assert not examined(start + rest, "upload", tmp_path).accepted
