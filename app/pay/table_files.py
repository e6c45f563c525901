"""Reads the files of wage standards into cells, each with its source: only this module knows their layout."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from app.pay.names import SERIES_OF_CATEGORY

DATA = Path(__file__).parent / "data"
LEVEL_TABLES = (
    "institution_post_wage",
    "institution_grade_wage_cadre",
    "institution_grade_wage_worker",
    "civil_duty_wage",
    "civil_rank_wage",
    "civil_level_wage",
    "organ_worker_wage",
)
PROBATION = "institution_probation_grading"
CIVIL_PROBATION = "civil_probation_grading"
SENIORITY = "teacher_nurse_seniority_allowance"
# The standard code of a table that belongs to no version.
COMMON = "COMMON"


@dataclass(frozen=True, slots=True)
class Cell:
    """One amount in yuan a month, with everything that proves it."""

    amount: Decimal
    table: str
    category: str
    level: str
    step: int | None
    standard: str
    version: date
    document: str
    source: str
    confidence: str
    extrapolated: bool = False


@dataclass(frozen=True, slots=True)
class Education:
    """What the grading table says of one education; level and default posts hold in all years (D-11)."""

    code: str
    name_zh: str
    name_en: str
    phase: str
    phase_months: int
    grade: int
    default_tech_post: str


@dataclass(frozen=True, slots=True)
class CivilRange:
    """The levels of one position or rank of civil servants; level numbers fall as pay rises."""

    code: str
    kind: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class CivilGrading:
    """What a civil servant is graded to after probation, by education (C-3)."""

    position: str
    rank: str
    level: int
    step: int


@dataclass(frozen=True, slots=True)
class SickRatio:
    """One line of the sick pay table: months of the leave, service years below or from ten, percent."""

    month_from: int
    month_to: int | None
    service_years: str
    percent: int
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class RetirementRatio:
    """From so many service years, so many percent (O-3)."""

    staff_type: str
    years_from: int
    percent: int


@dataclass(frozen=True, slots=True)
class DeathRow:
    """What is paid on death by staff type and cause, from a date (O-4)."""

    staff_type: str
    cause: str
    effective_from: date
    income_multiple: int
    months: int


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the seniority allowance: from so many years, a month."""

    years_from: int
    label: str
    cell: Cell


@dataclass(slots=True)
class Tables:
    """Everything that the files hold."""

    documents: dict[date, str]
    cells: list[Cell] = field(default_factory=list)
    educations: dict[str, Education] = field(default_factory=dict)
    seniority: tuple[Band, ...] = ()
    start_grades: dict[str, int] = field(default_factory=dict)
    level_tops: dict[str, int] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)
    civil_ranges: dict[str, CivilRange] = field(default_factory=dict)
    civil_gradings: dict[str, CivilGrading] = field(default_factory=dict)
    sick_ratios: tuple[SickRatio, ...] = ()
    retirement_ratios: tuple[RetirementRatio, ...] = ()
    death_rows: tuple[DeathRow, ...] = ()
    # A figure that a rule states outside the tables, by rule and name, with the sources that state it.
    parameters: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


def read_tables(folder: Path = DATA) -> Tables:
    """All files of a folder."""
    documents = {_day(row["effective_from"]): row["documents"] for row in _rows(folder, "versions")}
    tables = Tables(documents=documents)
    for table in LEVEL_TABLES:
        tables.cells += _level_cells(table, folder, documents)
    _read_probation(tables, folder)
    tables.seniority = tuple(_bands(folder, documents))
    tables.start_grades = {
        f"{SERIES_OF_CATEGORY[row['category']]}-{row['level'].upper()}": int(row["start_grade"])
        for row in _rows(folder, "institution_start_grade")
    }
    tables.level_tops = {row["level"]: int(row["max_step"]) for row in _rows(folder, "civil_level_max_step")}
    _read_civil(tables, folder)
    tables.sick_ratios = tuple(_sick_ratios(folder))
    tables.retirement_ratios = tuple(
        RetirementRatio(row["staff_type"], int(row["years_from"]), int(row["percent"]))
        for row in _rows(folder, "retirement_ratio")
    )
    tables.death_rows = tuple(_death_rows(folder))
    tables.parameters = {
        (row["rule"], row["parameter"]): (row["value"], row["source"]) for row in _rows(folder, "rule_parameters")
    }
    return tables


def _level_cells(table: str, folder: Path, documents: Mapping[date, str]) -> Iterator[Cell]:
    for row in _rows(folder, table):
        step = int(row["step"]) if row["step"] else None
        yield _cell(row, table, (row["category"], row["level"], step), row["monthly_yuan"], documents)


def _read_probation(tables: Tables, folder: Path) -> None:
    for row in _rows(folder, PROBATION):
        code = row["education_code"]
        place = (row["phase"], code, None)
        tables.cells.append(_cell(row, PROBATION, place, row["phase_wage_yuan"], tables.documents))
        tables.educations[code] = Education(
            code=code,
            name_zh=row["education_zh"],
            name_en=row["education_en"],
            phase=row["phase"],
            phase_months=int(row["phase_months"]),
            grade=int(row["graded_grade"]),
            default_tech_post=f"TECH-{row['graded_tech_post']}",
        )


def _read_civil(tables: Tables, folder: Path) -> None:
    """Positions and ranks with their levels, from the highest; probation wages and grading by education."""
    for row in _rows(folder, "civil_level_range"):
        code, kind = row["position_code"], row["kind"]
        tables.positions[code] = kind
        tables.civil_ranges[code] = CivilRange(code, kind, int(row["lowest_level"]), int(row["highest_level"]))
    for row in _rows(folder, CIVIL_PROBATION):
        code = row["education_code"]
        if row["probation_wage_yuan"]:
            place = ("probation", code, None)
            tables.cells.append(_cell(row, CIVIL_PROBATION, place, row["probation_wage_yuan"], tables.documents))
        tables.civil_gradings[code] = CivilGrading(
            position=row["graded_position"],
            rank=row["graded_position_2019"],
            level=int(row["graded_level"]),
            step=int(row["graded_step"]),
        )


def _sick_ratios(folder: Path) -> Iterator[SickRatio]:
    for row in _rows(folder, "sick_leave_ratio"):
        yield SickRatio(
            month_from=int(row["month_from"]),
            month_to=int(row["month_to"]) if row["month_to"] else None,
            service_years=row["service_years"],
            percent=int(row["percent_of_wage"]),
            source=row["source"],
            confidence=row["confidence"],
        )


def _death_rows(folder: Path) -> Iterator[DeathRow]:
    for row in _rows(folder, "death_benefit"):
        yield DeathRow(
            staff_type=row["staff_type"],
            cause=row["cause"],
            effective_from=_day(row["effective_from"]),
            income_multiple=int(row["national_urban_income_multiple"]),
            months=int(row["basic_wage_months"]),
        )


def _bands(folder: Path, documents: Mapping[date, str]) -> Iterator[Band]:
    for row in _rows(folder, SENIORITY):
        band = row["years_band"]
        cell = _cell(row, SENIORITY, (row["category"], band, None), row["monthly_yuan"], documents)
        yield Band(years_from=int(band.rstrip("+").split("-")[0]), label=band, cell=cell)


def _cell(
    row: Mapping[str, str],
    table: str,
    place: tuple[str, str, int | None],
    amount: str,
    documents: Mapping[date, str],
) -> Cell:
    start, versions = _day(row["effective_from"]), sorted(documents)
    index = bisect_right(versions, start)
    category, level, step = place
    return Cell(
        amount=Decimal(amount),
        table=table,
        category=category,
        level=level,
        step=step,
        standard=row["standard_code"],
        version=start,
        # The document of a version says nothing of a table that belongs to no version.
        document="" if row["standard_code"] == COMMON or not index else documents[versions[index - 1]],
        source=row["source"],
        confidence=row["confidence"],
    )


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _day(text: str) -> date:
    return date.fromisoformat(text)
