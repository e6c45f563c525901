"""A file cut off at any tenth of it, or with a block of zeros at any tenth, is refused as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.seeds import full_size
from tests.materials.files import examined

NAMES = ("large.jpg", "turned.jpg", "large.png", "large.tif", "large.heic", "scan.pdf", "ink.pdf")
HOLED = tuple(name for name in NAMES if not name.endswith((".heic", "turned.jpg")))
"""A HEIC has no checksums; a progressive JPEG may say nothing for long."""


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_off_at_any_tenth_is_refused(name: str, tmp_path: Path) -> None:
    content = full_size()[name]
    for tenth in range(1, 10):
        verdict = examined(content[: len(content) * tenth // 10], name, tmp_path)
        assert not verdict.accepted
        assert {"truncated", "corrupt"} & set(verdict.codes), (tenth, verdict.codes)


@pytest.mark.parametrize("name", HOLED)
def test_a_file_with_a_hole_at_any_tenth_is_refused(name: str, tmp_path: Path) -> None:
    content = full_size()[name]
    for tenth in range(1, 10):
        at = len(content) * tenth // 10
        verdict = examined(content[:at] + bytes(2048) + content[at + 2048 :], name, tmp_path)
        assert not verdict.accepted
        assert {"truncated", "corrupt"} & set(verdict.codes), (tenth, verdict.codes)
