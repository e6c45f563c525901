"""How often things happen in a simulated year, from data: what nobody can foresee, and mistakes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Kind:
    """One kind of thing that happens and is filed by hand: under which item, and how often in a year."""

    code: str
    item: str
    per_year: float


@cache
def kinds() -> tuple[Kind, ...]:
    """What can happen, in the order of the file; `per_year` is a share of those whom it can happen to."""
    return tuple(Kind(row["kind"], row["item"], float(row["per_thousand"]) / 1000) for row in _rows("year_life"))


@cache
def parameter(name: str) -> float:
    """A share by its name."""
    found = {row["parameter"]: float(row["value"]) for row in _rows("year_parameters")}
    return found[name]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
