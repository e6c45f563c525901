"""The dated tables: the right version, no guessed amount, and agreement with the published range ends."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.pay.errors import PayError
from app.pay.replay import replay
from app.pay.standards import DATA, Standards, standards
from app.pay.table_files import read_tables
from tests.pay.people import event, month, placed, servant

POST, CADRE, WORKER = "institution_post_wage", "institution_grade_wage_cadre", "institution_grade_wage_worker"
CHECKS = {
    "tech_post_min": (POST, "tech_post", "13"),
    "tech_post_max": (POST, "tech_post", "1"),
    "mgmt_post_max": (POST, "mgmt_post", "1"),
    "worker_post_min": (POST, "worker_post", "ordinary"),
    "worker_post_max": (POST, "worker_post", "1"),
    "grade_1": (CADRE, "tech_mgmt_grade", "1"),
    "grade_65": (CADRE, "tech_mgmt_grade", "65"),
    "worker_grade_1": (WORKER, "worker_grade", "1"),
    "worker_grade_40": (WORKER, "worker_grade", "40"),
}


def amount(table: str, category: str, level: str, when: str) -> Decimal:
    return standards().cell(table, category, level, None, month(when)).amount


def refused(table: str, category: str, level: str, when: str) -> str:
    with pytest.raises(PayError) as refusal:
        standards().cell(table, category, level, None, month(when))
    return refusal.value.code


def test_the_tables_agree_with_the_published_range_ends() -> None:
    compared = 0
    with (DATA / "check_values.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            place = CHECKS.get(row["item"])
            if place is None or row["standard_code"] in ("INST-2018-07-CE", "INST-2014-10"):
                continue
            table, category, level = place
            cell = standards()._by_standard[table, row["standard_code"], category, level, None]
            assert cell.amount == Decimal(row["expected_yuan"]), row
            compared += 1
    assert compared > 20


def test_every_row_has_a_source_and_a_confidence() -> None:
    for cell in standards()._cells.values():
        assert cell.source
        assert cell.confidence in ("low", "medium-low", "medium", "medium-high", "high")


@pytest.mark.parametrize(
    ("when", "version"),
    [("2006-07", "2006-07-01"), ("2014-09", "2006-07-01"), ("2014-10", "2014-10-01"), ("2018-06", "2016-07-01")],
)
def test_the_version_in_force_is_the_latest_that_has_started(when: str, version: str) -> None:
    assert standards().version_in(month(when)) == date.fromisoformat(version)


def test_before_the_first_version_there_is_no_standard() -> None:
    with pytest.raises(PayError) as refusal:
        standards().version_in(month("2006-06"))
    assert refusal.value.code == "NO_TABLE_CELL"


def test_a_missing_cell_is_an_error_that_names_table_row_and_month() -> None:
    with pytest.raises(PayError) as refusal:
        standards().cell(POST, "tech_post", "12", None, month("2014-10"))
    sentence = str(refusal.value.message)
    assert refusal.value.code == "NO_TABLE_CELL"
    assert "Post wage standards" in sentence
    assert "level 12" in sentence
    assert "in 2014-10 (from 2014-10-01)" in sentence


def test_a_missing_cell_is_never_an_older_amount() -> None:
    assert amount(POST, "tech_post", "5", "2018-06") == 2670
    assert refused(POST, "tech_post", "5", "2018-07") == "NO_TABLE_CELL"


def test_a_cell_below_medium_confidence_is_not_used() -> None:
    assert refused(CADRE, "tech_mgmt_grade", "13", "2016-07") == "LOW_CONFIDENCE"
    assert refused(POST, "tech_post", "7", "2018-07") == "LOW_CONFIDENCE"


def test_above_the_top_grade_the_last_difference_is_added() -> None:
    assert amount(CADRE, "tech_mgmt_grade", "65", "2010-01") == 2600
    assert amount(CADRE, "tech_mgmt_grade", "66", "2010-01") == 2680
    assert amount(CADRE, "tech_mgmt_grade", "70", "2010-01") == 3000
    assert standards().cell(CADRE, "tech_mgmt_grade", "66", None, month("2010-01")).extrapolated


def test_workers_have_forty_printed_grades() -> None:
    top, before = (amount(WORKER, "worker_grade", level, "2010-01") for level in ("40", "39"))
    assert amount(WORKER, "worker_grade", "41", "2010-01") == top + (top - before)


def test_above_the_top_the_lower_confidence_of_both_cells_counts() -> None:
    assert refused(CADRE, "tech_mgmt_grade", "66", "2016-07") == "LOW_CONFIDENCE"


def test_above_the_top_nothing_is_computed_from_a_missing_cell() -> None:
    assert refused(CADRE, "tech_mgmt_grade", "66", "2018-07") == "NO_TABLE_CELL"


def test_a_rank_wage_begins_inside_the_life_of_its_version() -> None:
    read = standards().cell
    assert read("civil_rank_wage", "rank_wage", "RANK_CLERK_1", None, month("2019-06")).standard == "CIVIL-2019-06"
    with pytest.raises(PayError):
        read("civil_rank_wage", "rank_wage", "RANK_CLERK_1", None, month("2019-05"))


def test_without_a_version_the_one_before_goes_on() -> None:
    other = standards().without(date(2016, 7, 1))
    assert other.version_in(month("2016-08")) == date(2014, 10, 1)
    with pytest.raises(PayError):
        other.cell(POST, "tech_post", "12", None, month("2016-08"))
    assert amount(POST, "tech_post", "12", "2016-08") == 1490


def test_every_post_has_a_starting_grade_and_every_education_a_grade() -> None:
    tables = standards()
    assert len(tables.start_grades) == 13 + 10 + 6
    assert {code: row.grade for code, row in tables.educations.items()} == {
        "DOCTOR": 14, "MASTER": 11, "DUAL_OR_PGCLASS": 9, "BACHELOR": 7, "JUNIOR_COLLEGE": 5, "SECONDARY": 2,
        "JUNIOR_HIGH": 1,
    }  # fmt: skip


def test_the_tables_rise_with_grade_and_fall_with_post_level() -> None:
    for version in ("2006-07", "2016-07"):
        # Grade 65 of 2016 contradicts its neighbours in the sources, which is why it is not used.
        grades = [standards()._by_standard[CADRE, f"INST-{version}", "tech_mgmt_grade", str(n), None].amount
                  for n in range(1, 65)]  # fmt: skip
        posts = [standards()._by_standard[POST, f"INST-{version}", "tech_post", str(n), None].amount
                 for n in range(1, 14)]  # fmt: skip
        assert grades == sorted(grades)
        assert posts == sorted(posts, reverse=True)


def test_steps_that_do_not_grow_are_refused_and_never_read_without_end() -> None:
    flat = read_tables()
    flat.cells = [
        replace(cell, amount=Decimal(500)) if cell.table == "civil_level_wage" else cell for cell in flat.cells
    ]
    start = placed("2010-01-01", "STAFF", 25, 2)
    up = event("position_change", "2012-05-05", position="SECT_DEPUTY", leading=True)
    down = event("sanction", "2012-05-05", kind="DOWNGRADE")
    for change in (up, down):
        held = replay(servant(), [start, change], tables=Standards(flat))
        assert held.stopped is not None
        assert held.stopped.error.code == "NO_TABLE_CELL"
