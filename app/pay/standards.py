"""The dated tables of wage standards: which version holds in a month (G-2) and what one cell says.

The files under `data/` are the only place where amounts live. A cell that is missing or not trusted is an error
that names the table, the row and the month; it is never replaced by an older or a neighbouring amount.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache

from app.messages import Message
from app.pay.errors import PayError
from app.pay.months import Month, day_said, month_said
from app.pay.names import row_name, table_name
from app.pay.rulebook import rule
from app.pay.table_files import (
    CIVIL_PROBATION,
    DATA,
    LEVEL_TABLES,
    PROBATION,
    Band,
    Cell,
    Education,
    Tables,
    read_tables,
)

CONFIDENCE = ("low", "medium-low", "medium", "medium-high", "high")
TRUSTED = CONFIDENCE.index("medium")
# Grades above the printed top are computed (I-1); posts and positions are not.
GRADE_TABLES = ("institution_grade_wage_cadre", "institution_grade_wage_worker")
# A grade is computed as far as it can be written in so many digits: a look-up may ask for anything.
_GRADE_DIGITS = 9
Key = tuple[str, str, str, int | None, date]


class Standards:
    """All tables of one set of versions. Build it once with `standards()`."""

    def __init__(self, tables: Tables) -> None:
        self.documents = tables.documents
        self.versions: tuple[date, ...] = tuple(sorted(tables.documents))
        self.educations = tables.educations
        self.start_grades = tables.start_grades
        self.level_tops = tables.level_tops
        self.positions = tables.positions
        self.civil_ranges = tables.civil_ranges
        self.civil_gradings = tables.civil_gradings
        self.sick_ratios = tables.sick_ratios
        self.retirement_ratios = tables.retirement_ratios
        self.death_rows = tables.death_rows
        self.parameters = tables.parameters
        self.seniority = tuple(replace(band, cell=_trusted(band.cell)) for band in tables.seniority)
        self._cells: dict[Key, Cell] = {}
        self._by_standard: dict[tuple[str, str, str, str, int | None], Cell] = {}
        self._tops: dict[tuple[str, str], int] = {}
        self._dates: dict[str, tuple[date, ...]] = {}
        self._found: dict[tuple[str, str, str, int | None, date, date], Cell] = {}
        self._keep(tables.cells)
        self._eras = self._starts_of_eras()
        self.technical_grades = frozenset(cell.level for cell in tables.cells if cell.table == "organ_worker_wage")
        # When the own table of teachers in compulsory education starts (I-8, D-19).
        self.compulsory_table_from: date = min(
            cell.version for cell in tables.cells if cell.category == "compulsory_teacher_post"
        )

    # -- versions ---------------------------------------------------------------------------------------------

    @rule("G-2")
    def version_in(self, month: Month) -> date:
        """The version in force: the latest one that starts not after the month, complete or not (D-2)."""
        index = bisect_right(self.versions, month)
        if index == 0:
            raise PayError(
                "NO_TABLE_CELL",
                Message("No wage standard is known for %(month)s.", month=month_said(month)),
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
        other._eras = other._starts_of_eras()
        return other

    def era_of(self, month: Month) -> int:
        """Months of one era read the same cells everywhere: no version and no table begins between them."""
        return bisect_right(self._eras, month)

    def _starts_of_eras(self) -> list[date]:
        return sorted({*self.versions, *(day for days in self._dates.values() for day in days)})

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

    def cells(self) -> Iterable[Cell]:
        """Every cell that is held, trusted or not."""
        return self._cells.values()

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

    @rule("C-2")
    def civil_probation_wage(self, education: str, month: Month, *, version: date | None = None) -> Cell:
        """The fixed sum of a civil servant's probation by education."""
        return self.cell(CIVIL_PROBATION, "probation", education, None, month, version=version)

    def parameter(self, rule_id: str, name: str) -> str:
        """A figure that a rule states outside the tables, as text."""
        return self.parameters[rule_id, name][0]

    def parameter_source(self, rule_id: str, name: str) -> str:
        """Which sources state that figure."""
        return self.parameters[rule_id, name][1]

    # -- reading ----------------------------------------------------------------------------------------------

    def _read(self, table: str, category: str, level: str, step: int | None, start: date | None) -> Cell | None:
        if start is None:
            return None
        printed = self._cells.get((table, category, level, step, start))
        if printed is not None:
            return printed
        if table in GRADE_TABLES and step is None and level.isdecimal() and len(level) <= _GRADE_DIGITS:
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
                month=month_said(month),
                version=day_said(version),
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


@cache
def standards() -> Standards:
    """The tables under `data/`, read once."""
    return Standards(read_tables())


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


__all__ = ["DATA", "LEVEL_TABLES", "Band", "Cell", "Education", "Standards", "standards"]
