"""The statutory retirement age and its gradual rise since 2025, from dated data. Pure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.messages import Named
from app.pay.months import months_between, same_day_after

DATA = Path(__file__).parent / "data"
MEN, WOMEN_CADRES, WOMEN_WORKERS, WOMEN_AT_SIXTY = "MEN", "WOMEN_CADRES", "WOMEN_WORKERS", "WOMEN_AT_SIXTY"


def read_data(name: str) -> list[dict[str, str]]:
    """The rows of one of our data files."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass(frozen=True)
class Ages:
    """The age of one group: as it was, and how it rises from a day on."""

    group: str
    name: Named
    original_months: int
    rises_from: date
    one_month_every: int
    most_extra_months: int
    source: str
    confidence: str


@dataclass(frozen=True)
class Retirement:
    """The day on which the age is reached, and the age in months with what was added by the rise."""

    day: date
    ages: Ages
    extra_months: int

    @property
    def years(self) -> int:
        return (self.ages.original_months + self.extra_months) // 12

    @property
    def months(self) -> int:
        return (self.ages.original_months + self.extra_months) % 12


@cache
def ages() -> dict[str, Ages]:
    """The groups by code."""
    return {
        row["group"]: Ages(
            row["group"], Named(row["name_zh"], row["name_en"]), int(row["original_months"]),
            date.fromisoformat(row["rises_from"]), int(row["one_month_every"]), int(row["most_extra_months"]),
            row["source"], row["confidence"],
        )
        for row in read_data("retirement_age")
    }  # fmt: skip


@cache
def _at_sixty() -> frozenset[tuple[str, str]]:
    return frozenset((row["kind"], row["code"]) for row in read_data("women_at_sixty"))


def group_of(sex: str, state: dict[str, Any]) -> str:
    """The group that a person belongs to, by the state of the career: staff type, post or position."""
    if sex == "MALE":
        return MEN
    post, position = state.get("post") or "", state.get("position") or ""
    if ("post", post) in _at_sixty() or ("position", position) in _at_sixty():
        return WOMEN_AT_SIXTY
    if state.get("staff_type") == "ORGAN_WORKER" or post.startswith("WORKER"):
        return WOMEN_WORKERS
    return WOMEN_CADRES


def retirement_of(born: date, group: str) -> Retirement:
    """When the age is reached: a month is added for every so many months of the rise that have begun by then."""
    held = ages()[group]
    before = same_day_after(born, held.original_months)
    extra = 0
    if before >= held.rises_from:
        begun = months_between(held.rises_from.replace(day=1), before) + 1
        extra = min(-(-begun // held.one_month_every), held.most_extra_months)
    return Retirement(same_day_after(born, held.original_months + extra), held, extra)
