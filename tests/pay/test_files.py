"""What stands in the files of standards is what is held: every row, with its amount, its place and its proof."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.pay.errors import PayError
from app.pay.standards import DATA, standards
from app.pay.table_files import COMMON, LEVEL_TABLES, Cell, Tables, read_tables
from tests.pay.people import month

PROBATION = "institution_probation_grading"
CIVIL_PROBATION = "civil_probation_grading"
SENIORITY = "teacher_nurse_seniority_allowance"
TABLES = read_tables()


def rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def held(table: str) -> list[Cell]:
    return [cell for cell in read_tables().cells if cell.table == table]


def document_of(start: str) -> str:
    """The document of the latest version that had begun."""
    return [row["documents"] for row in rows("versions") if row["effective_from"] <= start][-1]


def assert_proved(cell: Cell, row: dict[str, str]) -> None:
    assert (cell.standard, cell.version) == (row["standard_code"], date.fromisoformat(row["effective_from"]))
    assert (cell.source, cell.confidence, cell.extrapolated) == (row["source"], row["confidence"], False)
    assert cell.document == ("" if row["standard_code"] == COMMON else document_of(row["effective_from"]))


@pytest.mark.parametrize("table", LEVEL_TABLES)
def test_every_row_of_a_table_is_one_cell(table: str) -> None:
    for cell, row in zip(held(table), rows(table), strict=True):
        assert cell.amount == Decimal(row["monthly_yuan"])
        assert (cell.category, cell.level) == (row["category"], row["level"])
        assert str(cell.step or "") == row["step"]
        assert_proved(cell, row)


def test_every_education_of_institution_staff_has_its_sum_and_its_grading() -> None:
    educations = read_tables().educations
    for cell, row in zip(held(PROBATION), rows(PROBATION), strict=True):
        assert (cell.category, cell.level, cell.step) == (row["phase"], row["education_code"], None)
        assert cell.amount == Decimal(row["phase_wage_yuan"])
        assert_proved(cell, row)
        education = educations[row["education_code"]]
        assert (education.code, education.name_zh, education.name_en) == (
            row["education_code"], row["education_zh"], row["education_en"],
        )  # fmt: skip
        assert (education.phase, education.phase_months) == (row["phase"], int(row["phase_months"]))
        assert education.grade == int(row["graded_grade"])
        assert education.default_tech_post == f"TECH-{row['graded_tech_post']}"


def test_every_education_of_civil_servants_has_its_grading_and_a_sum_where_one_is_printed() -> None:
    gradings, printed = read_tables().civil_gradings, []
    for row in rows(CIVIL_PROBATION):
        grading = gradings[row["education_code"]]
        assert (grading.position, grading.rank) == (row["graded_position"], row["graded_position_2019"])
        assert (grading.level, grading.step) == (int(row["graded_level"]), int(row["graded_step"]))
        printed += [row] if row["probation_wage_yuan"] else []
    for cell, row in zip(held(CIVIL_PROBATION), printed, strict=True):
        assert (cell.category, cell.level, cell.step) == ("probation", row["education_code"], None)
        assert cell.amount == Decimal(row["probation_wage_yuan"])
        assert_proved(cell, row)


def test_positions_and_ranks_stand_in_their_order_with_their_levels() -> None:
    tables = read_tables()
    assert [(one.kind, one.code, str(one.lowest), str(one.highest)) for one in tables.civil_ranges.values()] == [
        (row["kind"], row["position_code"], row["lowest_level"], row["highest_level"])
        for row in rows("civil_level_range")
    ]
    assert tables.positions == {row["position_code"]: row["kind"] for row in rows("civil_level_range")}


def test_the_lines_of_the_seniority_allowance_begin_with_their_first_year() -> None:
    bands = read_tables().seniority
    for band, row in zip(bands, rows(SENIORITY), strict=True):
        assert (band.label, band.cell.amount) == (row["years_band"], Decimal(row["monthly_yuan"]))
        assert (band.cell.table, band.cell.category, band.cell.level) == (SENIORITY, row["category"], row["years_band"])
        assert band.cell.step is None
        assert_proved(band.cell, row)
    assert [band.years_from for band in bands] == [0, 5, 10, 15, 20]


def test_the_ratios_are_those_of_the_files() -> None:
    tables = read_tables()
    assert [
        (one.month_from, one.month_to, one.service_years, one.percent, one.source, one.confidence)
        for one in tables.sick_ratios
    ] == [
        (int(row["month_from"]), int(row["month_to"]) if row["month_to"] else None, row["service_years"],
         int(row["percent_of_wage"]), row["source"], row["confidence"])
        for row in rows("sick_leave_ratio")
    ]  # fmt: skip
    assert [(one.staff_type, str(one.years_from), str(one.percent)) for one in tables.retirement_ratios] == [
        (row["staff_type"], row["years_from"], row["percent"]) for row in rows("retirement_ratio")
    ]
    assert [
        (one.staff_type, one.cause, one.effective_from.isoformat(), str(one.income_multiple), str(one.months))
        for one in tables.death_rows
    ] == [
        (row["staff_type"], row["cause"], row["effective_from"], row["national_urban_income_multiple"],
         row["basic_wage_months"])
        for row in rows("death_benefit")
    ]  # fmt: skip


def test_figures_of_rules_starting_grades_and_top_steps_are_those_of_the_files() -> None:
    tables = read_tables()
    assert tables.parameters == {
        (row["rule"], row["parameter"]): (row["value"], row["source"]) for row in rows("rule_parameters")
    }
    assert tables.level_tops == {row["level"]: int(row["max_step"]) for row in rows("civil_level_max_step")}
    assert list(tables.start_grades.values()) == [int(row["start_grade"]) for row in rows("institution_start_grade")]
    assert {"TECH-1", "MGMT-10", "WORKER-5", "WORKER-ORDINARY"} <= tables.start_grades.keys()
    assert {day.isoformat(): said for day, said in tables.documents.items()} == {
        row["effective_from"]: row["documents"] for row in rows("versions")
    }


def test_files_saved_by_a_spreadsheet_program_are_read_alike(tmp_path: Path) -> None:
    """Such a program puts a mark before the first letter, and ends lines in its own way."""
    for path in DATA.glob("*.csv"):
        content = path.read_text(encoding="utf-8-sig").replace("\n", "\r\n")
        (tmp_path / path.name).write_bytes(content.encode("utf-8-sig"))
    read: Tables = read_tables(tmp_path)
    assert read == TABLES


def test_without_a_version_what_began_inside_its_life_is_gone_and_what_follows_stays() -> None:
    ranks = ("civil_rank_wage", "rank_wage", "RANK_CLERK_1", None)
    assert standards().cell(*ranks, month("2019-07")).amount
    with pytest.raises(PayError):
        standards().without(date(2018, 7, 1)).cell(*ranks, month("2019-07"))
    other = standards().without(date(2016, 7, 1))
    assert other.cell(*ranks, month("2019-07")) == standards().cell(*ranks, month("2019-07"))
    assert other.cell("civil_level_wage", "level_wage", "25", 2, month("2018-07")).version == date(2018, 7, 1)
