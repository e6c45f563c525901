"""What the campaign once stumbled over, tried again; and a few inputs of a campaign, the same every day."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.campaign import Input, attempt, input_of
from tests.fuzz.seeds import CORPUS

KEPT = sorted(CORPUS.glob("*.*"))


@pytest.mark.parametrize("kept", KEPT, ids=lambda place: place.name)
def test_what_was_once_a_fault_is_none_any_more(kept: Path, tmp_path: Path) -> None:
    kinds = ("workbook",) if kept.suffix == ".xlsx" else ("read", "whole")
    for kind in kinds:
        outcome = attempt(Input(kind, kept.name, kept.read_bytes()), tmp_path / "upload")
        assert outcome in ("foreign", "refused", "taken", "accepted", "read")


def test_the_corpus_is_small() -> None:
    assert KEPT
    assert sum(place.stat().st_size for place in KEPT) < 1_000_000


@pytest.mark.parametrize("first", range(1, 60, 20))
def test_a_few_mutations_of_every_kind_bring_no_fault(first: int, tmp_path: Path) -> None:
    for number in range(first, first + 20):
        assert attempt(input_of(7, number), tmp_path / "upload")
