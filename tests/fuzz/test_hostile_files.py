"""A hostile file is refused, and the code says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.materials.rendering import render_pages
from tests.fuzz.hostile_bombs import BOMBS, tiles_without_end
from tests.fuzz.hostile_files import PICTURES
from tests.fuzz.hostile_pdfs import ANY, PDFS, drawn_without_end
from tests.materials.files import examined

SLOW = {drawn_without_end, tiles_without_end}
"""Left to the campaign: by nature they take all the time that a file may take."""


@pytest.mark.parametrize(
    "maker", [one for one in (*PICTURES, *PDFS, *BOMBS) if one not in SLOW], ids=lambda maker: maker.__name__
)
def test_a_hostile_file_is_refused_with_a_right_code(maker, tmp_path: Path) -> None:
    for seed in (1, 2):
        case = maker(np.random.default_rng(seed))
        verdict = examined(case.content, case.name, tmp_path)
        if ANY in case.codes and verdict.accepted:
            pages = render_pages(tmp_path / "upload", verdict.media_type or "", to=tmp_path / f"shown{seed}")
            assert len(pages) == verdict.pages
            continue
        assert not verdict.accepted
        found = {*verdict.codes, *verdict.flags}
        assert found & case.codes, (case.name, found, case.codes)
