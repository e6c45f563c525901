"""Published range ends (`data/check_values.csv`): which cell, or sum of cells, of a table each one speaks of."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.pay.table_files import DATA
from app.standards.layout import Place

_POSTS = "institution_post_wage"
_CADRE = "institution_grade_wage_cadre"
_WORKER = "institution_grade_wage_worker"
# item: table, category, and whether the lowest or the highest amount is meant
_ENDS: dict[str, tuple[str, str | None, str]] = {
    "duty_min": ("civil_duty_wage", None, "min"),
    "duty_max": ("civil_duty_wage", None, "max"),
    "tech_post_min": (_POSTS, "tech_post", "min"),
    "tech_post_max": (_POSTS, "tech_post", "max"),
    "mgmt_post_max": (_POSTS, "mgmt_post", "max"),
    "worker_post_min": (_POSTS, "worker_post", "min"),
    "worker_post_max": (_POSTS, "worker_post", "max"),
    "post_min": (_POSTS, "compulsory_teacher_post", "min"),
    "post_max": (_POSTS, "compulsory_teacher_post", "max"),
}
_SUMS: dict[str, tuple[Place, ...]] = {
    "lowest_total(clerk+27-1)": (
        Place("civil_duty_wage", "duty_non_leading", "CLERK"), Place("civil_level_wage", "level_wage", "27", 1),
    ),
    "lowest_tech_total(post13+grade1)": (Place(_POSTS, "tech_post", "13"), Place(_CADRE, "tech_mgmt_grade", "1")),
    "lowest_worker_total": (Place(_POSTS, "worker_post", "ordinary"), Place(_WORKER, "worker_grade", "1")),
}  # fmt: skip


@dataclass(frozen=True)
class CheckValue:
    """A published figure in fen, the standard it belongs to, and where it was published."""

    standard: str
    item: str
    expected: int
    source: str
    confidence: str


@dataclass(frozen=True)
class Found:
    """What a table gives for a check value, and the last of the places it comes from."""

    amount: int
    place: Place


@cache
def check_values() -> tuple[CheckValue, ...]:
    """All published figures that are held."""
    with (DATA / "check_values.csv").open(encoding="utf-8-sig", newline="") as lines:
        return tuple(
            CheckValue(row["standard_code"], row["item"], int(row["expected_yuan"]) * 100, row["source"],
                       row["confidence"])
            for row in csv.DictReader(lines)
        )  # fmt: skip


def value_of(check: CheckValue, amounts: Mapping[Place, int]) -> Found | None:
    """What the table gives for it; None where the table has none of its cells."""
    if check.item in _ENDS:
        return _end(_ENDS[check.item], amounts)
    places = _SUMS.get(check.item) or _single(check)
    if not places or any(place not in amounts for place in places):
        return None
    return Found(sum(amounts[place] for place in places), places[-1])


def _end(end: tuple[str, str | None, str], amounts: Mapping[Place, int]) -> Found | None:
    table, category, which = end
    held = [place for place in amounts if place.table == table and category in (None, place.category)]
    if not held:
        return None
    chosen = (min if which == "min" else max)(held, key=lambda place: amounts[place])
    return Found(amounts[chosen], chosen)


def _single(check: CheckValue) -> tuple[Place, ...]:
    """`level25_step2`, `grade_65`, `worker_grade_1`."""
    level = re.fullmatch(r"level(\d+)_step(\d+)", check.item)
    if level:
        return (Place("civil_level_wage", "level_wage", level[1], int(level[2])),)
    grade = re.fullmatch(r"(worker_)?grade_(\d+)", check.item)
    if grade is None:
        return ()
    if grade[1]:
        return (Place(_WORKER, "worker_grade", grade[2]),)
    category = "compulsory_teacher_grade" if check.standard.endswith("-CE") else "tech_mgmt_grade"
    return (Place(_CADRE, category, grade[2]),)
