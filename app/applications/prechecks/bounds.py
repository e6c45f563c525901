"""Bounds that no rule gives, with their provenance, from data/parameters.csv."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def bounds() -> dict[str, int]:
    """Every bound by name."""
    with (DATA / "parameters.csv").open(encoding="utf-8", newline="") as lines:
        return {row["parameter"]: int(row["value"]) for row in csv.DictReader(lines)}
