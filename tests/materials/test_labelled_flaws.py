"""A small labelled set, drawn from seeds: what a person would be sure of is found, and nothing else is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.materials.inspection import examine
from app.materials.verdicts import Limits, Verdict
from benchmarks.materials_flaws import draw

SEED = 31


def examined(flaw: str, number: int, folder: Path) -> tuple[Verdict, frozenset[str], frozenset[str]]:
    sample = draw(flaw, np.random.default_rng([SEED, number]))
    place = folder / f"sample{sample.suffix}"
    place.write_bytes(sample.data)
    return examine(place, filename=place.name, declared_type=None, limits=Limits()), sample.flags, sample.either


@pytest.mark.parametrize("flaw", ["skew", "cutoff", "moire", "overcompressed", "not_document", "clean"])
def test_a_clear_flaw_is_named_and_a_clean_page_is_not(flaw: str, tmp_path: Path) -> None:
    verdict, sure, either = examined(flaw, 2 if flaw == "overcompressed" else 1, tmp_path)
    assert not verdict.codes
    assert set(verdict.flags) - either == set(sure)


def test_what_is_cut_off_is_marked_where_it_is_cut(tmp_path: Path) -> None:
    verdict, _, _ = examined("cutoff", 1, tmp_path)
    cut = next(finding for finding in verdict.findings if finding.code == "cutoff")
    assert cut.measures["marks"]
    assert all(0 <= edge <= 1 for mark in cut.measures["marks"] for edge in mark)
