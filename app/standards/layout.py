"""What the tables of wage standards consist of: their places, in the order in which pay must rise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.messages import Message
from app.pay.names import POSITIONS, TECHNICAL_GRADES, row_name
from app.pay.table_files import CIVIL_PROBATION, PROBATION, Cell

GRADES = ("institution_grade_wage_cadre", "institution_grade_wage_worker")
STEPPED = ("civil_level_wage", "organ_worker_wage")
IMPORTABLE = (
    "institution_post_wage",
    *GRADES,
    PROBATION,
    "civil_duty_wage",
    "civil_rank_wage",
    "civil_level_wage",
    CIVIL_PROBATION,
    "organ_worker_wage",
)
"""The tables that hold amounts. Tables of percentages and starting grades come with the rules, not with a standard."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an amount stands. `step` is None where the table has no steps."""

    table: str
    category: str
    level: str
    step: int | None = None

    @property
    def name(self) -> Message:
        return row_name(self.category, self.level, self.step)


def place_of(cell: Cell) -> Place:
    """The place of a cell of the engine."""
    return Place(cell.table, cell.category, cell.level, cell.step)


def rising(places: Iterable[Place]) -> dict[tuple[str, ...], list[Place]]:
    """Runs of places along which pay must rise, lowest first: grades, steps of one level, levels of one category."""
    runs: dict[tuple[str, ...], list[Place]] = {}
    for place in places:
        if place.step is not None:
            runs.setdefault((place.table, place.category, place.level), []).append(place)
            if place.table == "civil_level_wage" and place.step == 1:
                runs.setdefault((place.table, place.category, "first steps"), []).append(place)
        elif place.table not in (PROBATION, CIVIL_PROBATION):
            runs.setdefault((place.table, place.category), []).append(place)
    return {key: sorted(run, key=_pay_order) for key, run in runs.items()}


def _pay_order(place: Place) -> tuple[int, int]:
    return _level_order(place), place.step or 0


def _level_order(place: Place) -> int:
    """Grades rise with their number; posts, levels, positions and ranks are numbered from the top."""
    if place.level.isdecimal():
        return int(place.level) if place.table in GRADES else -int(place.level)
    for codes in (POSITIONS, TECHNICAL_GRADES):
        if place.level in codes:
            return -list(codes).index(place.level)
    return -999  # the ordinary worker post stands below all numbered ones


def steps_of(amounts: Mapping[Place, int]) -> dict[tuple[str, str, str], list[Place]]:
    """The steps of each level of the stepped tables and the grades of each grade table, in order."""
    rows: dict[tuple[str, str, str], list[Place]] = {}
    for place in amounts:
        if place.step is not None:
            rows.setdefault((place.table, place.category, place.level), []).append(place)
        elif place.table in GRADES:
            rows.setdefault((place.table, place.category, ""), []).append(place)
    return {key: sorted(run, key=_pay_order) for key, run in rows.items()}


def in_order(places: Iterable[Place], table: str) -> list[Place]:
    """The places of one table as a table prints them: by category, then by level and step."""
    held = [place for place in places if place.table == table]
    order = {place: number for run in rising(held).values() for number, place in enumerate(run)}
    return sorted(held, key=lambda place: (place.category, order.get(place, 0) if place.step is None else 0,
                                           _number(place.level), place.step or 0))  # fmt: skip


def _number(level: str) -> tuple[int, str]:
    return (int(level), "") if level.isdecimal() else (0, level)
