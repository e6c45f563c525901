"""The dated tables of wage standards: which version holds in a month (G-2) and what one cell says.

The files under `data/` are the only place where amounts live. A cell that is missing or not trusted is an error
that names the table, the row and the month; it is never replaced by an older or a neighbouring amount.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from app.messages import Message
from app.pay.errors import PayError
from app.pay.months import Month, month_text
from app.pay.names import SERIES_OF_CATEGORY, row_name, table_name
from app.pay.rulebook import rule

DATA = Path(__file__).parent / "data"
CONFIDENCE = ("low", "medium-low", "medium", "medium-high", "high")
TRUSTED = CONFIDENCE.index("medium")
LEVEL_TABLES = (
    "institution_post_wage",
    "institution_grade_wage_cadre",
    "institution_grade_wage_worker",
    "civil_duty_wage",
    "civil_rank_wage",
    "civil_level_wage",
    "organ_worker_wage",
)
# Grades above the printed top are computed (I-1); posts and positions are not.
GRADE_TABLES = ("institution_grade_wage_cadre", "institution_grade_wage_worker")
PROBATION = "institution_probation_grading"
COMMON = "COMMON"
SENIORITY = "teacher_nurse_seniority_allowance"


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
class Band:
    """One line of the seniority allowance: from so many years, a month."""

    years_from: int
    label: str
    cell: Cell


Key = tuple[str, str, str, int | None, date]


class Standards:
    """All tables of one set of versions. Build it once with `standards()`."""

    def __init__(self, folder: Path = DATA) -> None:
        versions = _rows(folder / "versions.csv")
        self.documents: dict[date, str] = {_day(row["effective_from"]): row["documents"] for row in versions}
        self.versions: tuple[date, ...] = tuple(sorted(self.documents))
        self._cells: dict[Key, Cell] = {}
        self._by_standard: dict[tuple[str, str, str, str, int | None], Cell] = {}
        self._tops: dict[tuple[str, str], int] = {}
        self._dates: dict[str, tuple[date, ...]] = {}
        self._found: dict[tuple[str, str, str, int | None, date, date], Cell] = {}
        for table in LEVEL_TABLES:
            self._keep(self._level_cells(table, folder))
        self.educations: dict[str, Education] = {}
        self._load_probation(folder)
        self.start_grades: dict[str, int] = {
            _post_code(row["category"], row["level"]): int(row["start_grade"])
            for row in _rows(folder / "institution_start_grade.csv")
        }
        self.level_tops = {row["level"]: int(row["max_step"]) for row in _rows(folder / "civil_level_max_step.csv")}
        self.positions: dict[str, str] = {
            row["position_code"]: row["kind"] for row in _rows(folder / "civil_level_range.csv")
        }
        self.technical_grades = frozenset(
            level for table, _, level, _, _ in self._cells if table == "organ_worker_wage"
        )
        self.seniority: tuple[Band, ...] = tuple(self._bands(folder))
        # When the own table of teachers in compulsory education starts (I-8, D-19).
        self.compulsory_table_from: date = min(
            cell.version for cell in self._cells.values() if cell.category == "compulsory_teacher_post"
        )
        self.parameters: Mapping[tuple[str, str], str] = {
            (row["rule"], row["parameter"]): row["value"] for row in _rows(folder / "rule_parameters.csv")
        }
        self._parameter_sources = {
            (row["rule"], row["parameter"]): row["source"] for row in _rows(folder / "rule_parameters.csv")
        }

    # -- versions ---------------------------------------------------------------------------------------------

    @rule("G-2")
    def version_in(self, month: Month) -> date:
        """The version in force: the latest one that starts not after the month, complete or not (D-2)."""
        index = bisect_right(self.versions, month)
        if index == 0:
            raise PayError(
                "NO_TABLE_CELL",
                Message("No wage standard is known for %(month)s.", month=month_text(month)),
            )
        return self.versions[index - 1]

    def without(self, version: date) -> Standards:
        """The same tables as if one version did not exist (D-36)."""
        other = object.__new__(Standards)
        other.__dict__.update(self.__dict__)
        other.versions = tuple(day for day in self.versions if day != version)
        following = bisect_right(self.versions, version)
        end = self.versions[following] if following < len(self.versions) else date.max
        other._dates = {
            table: tuple(day for day in days if not version <= day < end) for table, days in self._dates.items()
        }
        other._found = {}
        return other

    # -- cells ------------------------------------------------------------------------------------------------

    def cell(
        self,
        table: str,
        category: str,
        level: str,
        step: int | None,
        month: Month,
        *,
        version: date | None = None,
    ) -> Cell:
        """The cell that holds in a month. Errors: `NO_TABLE_CELL`, `LOW_CONFIDENCE` (D-5)."""
        in_force = version or self.version_in(month)
        asked = (table, category, level, step, in_force, month)
        found = self._found.get(asked)
        if found is None:
            start = self._start_of_table(table, in_force, month)
            cell = self._read(table, category, level, step, start)
            if cell is None:
                raise self._missing(table, category, level, step, month, in_force)
            found = self._found[asked] = _trusted(cell)
        return found

    def cell_of_standard(self, table: str, standard: str, category: str, level: str, step: int | None) -> Cell:
        """The cell named by its standard code, for a look-up in a table."""
        starts = {
            cell.version
            for (name, code, kind, _, _), cell in self._by_standard.items()
            if (name, code, kind) == (table, standard, category)
        }
        cell = self._read(table, category, level, step, starts.pop()) if starts else None
        if cell is None:
            raise PayError(
                "NO_TABLE_CELL",
                Message(
                    "%(table)s: the standard %(standard)s has no amount for %(row)s.",
                    table=table_name(table),
                    standard=standard,
                    row=row_name(category, level, step),
                ),
            )
        return _trusted(cell)

    @rule("I-2")
    def probation_wage(self, education: str, month: Month, *, version: date | None = None) -> Cell:
        """The fixed sum of the probation by education."""
        return self.cell(PROBATION, self.educations[education].phase, education, None, month, version=version)

    def parameter(self, rule_id: str, name: str) -> str:
        """A figure that a rule states outside the tables, as text."""
        return self.parameters[rule_id, name]

    def parameter_source(self, rule_id: str, name: str) -> str:
        """Which sources state that figure."""
        return self._parameter_sources[rule_id, name]

    # -- reading ----------------------------------------------------------------------------------------------

    def _read(self, table: str, category: str, level: str, step: int | None, start: date | None) -> Cell | None:
        if start is None:
            return None
        printed = self._cells.get((table, category, level, step, start))
        if printed is not None:
            return printed
        if table in GRADE_TABLES and step is None and level.isdecimal():
            return self._above_top_grade(table, category, level, start)
        if table == "civil_level_wage" and step is not None:
            return self._above_top_step(table, category, level, step, start)
        return None

    @rule("I-1")
    def _above_top_grade(self, table: str, category: str, level: str, start: date) -> Cell | None:
        """Above the printed top grade each further grade adds the last difference."""
        top = self._tops.get((table, category))
        if top is None or str(int(level)) != level or int(level) <= top:
            return None
        last = self._cells.get((table, category, str(top), None, start))
        before = self._cells.get((table, category, str(top - 1), None, start))
        return _extended(last, before, by=int(level) - top, level=level, step=None)

    def _above_top_step(self, table: str, category: str, level: str, step: int, start: date) -> Cell | None:
        top = self.level_tops.get(level)
        if top is None or step <= top:
            return None
        last = self._cells.get((table, category, level, top, start))
        before = self._cells.get((table, category, level, top - 1, start))
        return _extended(last, before, by=step - top, level=level, step=step)

    def _start_of_table(self, table: str, version: date, month: Month) -> date | None:
        """The date by which a table is read under a version.

        Usually the start of the version itself. Rank wages came later than the version they belong to (D-4): a table
        may start inside the life of a version, and then counts from its own month.
        """
        following = bisect_right(self.versions, version)
        end = self.versions[following] if following < len(self.versions) else date.max
        held = [day for day in self._dates.get(table, ()) if version <= day < end and day <= max(month, version)]
        return held[-1] if held else None

    def _missing(
        self, table: str, category: str, level: str, step: int | None, month: Month, version: date
    ) -> PayError:
        return PayError(
            "NO_TABLE_CELL",
            Message(
                "%(table)s: the standard in force in %(month)s (from %(version)s) has no amount for %(row)s.",
                table=table_name(table),
                month=month_text(month),
                version=version,
                row=row_name(category, level, step),
            ),
        )

    # -- loading ----------------------------------------------------------------------------------------------

    def _keep(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            self._cells[cell.table, cell.category, cell.level, cell.step, cell.version] = cell
            self._by_standard[cell.table, cell.standard, cell.category, cell.level, cell.step] = cell
            if cell.version not in self._dates.get(cell.table, ()):
                self._dates[cell.table] = tuple(sorted((*self._dates.get(cell.table, ()), cell.version)))
            if cell.table in GRADE_TABLES:
                place = (cell.table, cell.category)
                self._tops[place] = max(self._tops.get(place, 0), int(cell.level))

    def _level_cells(self, table: str, folder: Path) -> Iterable[Cell]:
        for row in _rows(folder / f"{table}.csv"):
            step = int(row["step"]) if row["step"] else None
            yield self._cell(row, table, row["category"], row["level"], step, row["monthly_yuan"])

    def _load_probation(self, folder: Path) -> None:
        cells = []
        for row in _rows(folder / f"{PROBATION}.csv"):
            code = row["education_code"]
            cells.append(self._cell(row, PROBATION, row["phase"], code, None, row["phase_wage_yuan"]))
            self.educations[code] = Education(
                code=code,
                name_zh=row["education_zh"],
                name_en=row["education_en"],
                phase=row["phase"],
                phase_months=int(row["phase_months"]),
                grade=int(row["graded_grade"]),
                default_tech_post=f"TECH-{row['graded_tech_post']}",
            )
        self._keep(cells)

    def _bands(self, folder: Path) -> Iterable[Band]:
        for row in _rows(folder / f"{SENIORITY}.csv"):
            band = row["years_band"]
            cell = self._cell(row, SENIORITY, row["category"], band, None, row["monthly_yuan"])
            yield Band(years_from=int(band.rstrip("+").split("-")[0]), label=band, cell=_trusted(cell))

    def _cell(
        self, row: Mapping[str, str], table: str, category: str, level: str, step: int | None, amount: str
    ) -> Cell:
        start = _day(row["effective_from"])
        index = bisect_right(self.versions, start)
        return Cell(
            amount=Decimal(amount),
            table=table,
            category=category,
            level=level,
            step=step,
            standard=row["standard_code"],
            version=start,
            # The document of a version says nothing of a table that belongs to no version.
            document="" if row["standard_code"] == COMMON or not index else self.documents[self.versions[index - 1]],
            source=row["source"],
            confidence=row["confidence"],
        )


@cache
def standards() -> Standards:
    """The tables under `data/`, read once."""
    return Standards()


def _extended(last: Cell | None, before: Cell | None, *, by: int, level: str, step: int | None) -> Cell | None:
    """A cell above the printed top; it has the lower confidence of the two cells it is computed from (D-5)."""
    if last is None or before is None:
        return None
    weaker = min((last, before), key=lambda cell: CONFIDENCE.index(cell.confidence))
    amount = last.amount + (last.amount - before.amount) * by
    return replace(last, amount=amount, level=level, step=step, confidence=weaker.confidence, extrapolated=True)


def _trusted(cell: Cell) -> Cell:
    if CONFIDENCE.index(cell.confidence) >= TRUSTED:
        return cell
    raise PayError(
        "LOW_CONFIDENCE",
        Message(
            "%(table)s from %(version)s: the amount for %(row)s is not confirmed and is not used.",
            table=table_name(cell.table),
            version=cell.version,
            row=row_name(cell.category, cell.level, cell.step),
        ),
    )


def _post_code(category: str, level: str) -> str:
    return f"{SERIES_OF_CATEGORY[category]}-{level.upper()}"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _day(text: str) -> date:
    return date.fromisoformat(text)
