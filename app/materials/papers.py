"""The tables by which papers are told apart, from `data/papers.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def read_papers() -> dict[str, Any]:
    """Titles, words, labels, sentences and surnames, as a clerk can read and correct them."""
    with Path(__file__).with_name("data").joinpath("papers.yaml").open(encoding="utf-8") as kept:
        papers: dict[str, Any] = yaml.safe_load(kept)
    return papers
