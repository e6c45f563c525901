"""An amount is found again at the place that it names, with the document, source and confidence that stand there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.pay.careers import Person
from app.pay.components import Component, Wage
from app.pay.events import Event, Retirement
from app.pay.replay import replay
from app.pay.retirement import retirement_fee
from app.pay.standards import Standards, standards
from app.pay.table_files import RetirementRatio, read_tables
from tests.pay.people import career, event, joined, month, opened, placed, servant, staff, teacher, worker
from tests.pay.told import bench

AWAY = event("sick_leave", "2010-03-01", end_date="2010-10-31")
HELD = {
    "a professional": (staff(), [opened("2016-07-01", "TECH-10", 14)], "2016-08"),
    "a manager": (staff(), [opened("2010-01-01", "MGMT-8", 20)], "2010-02"),
    "a worker": (staff(), [opened("2010-01-01", "WORKER-3", 14)], "2010-02"),
    "above the printed grades": (staff(), [opened("2010-01-01", "TECH-1", 66)], "2010-02"),
    "a teacher": (teacher(2000), [opened("2016-07-01", "TECH-10", 14)], "2016-08"),
    "on probation": (staff(education="BACHELOR"), [joined("2016-08-01")], "2016-09"),
    "paid an initial wage": (staff(education="MASTER"), [joined("2016-08-01")], "2016-09"),
    "in an office": (servant(), [placed("2010-01-01", "STAFF", 25, 2)], "2010-02"),
    "above the printed steps": (servant(), [placed("2010-01-01", "STAFF", 25, 20)], "2010-02"),
    "with a rank": (servant(), [placed("2019-05-01", None, 25, 2, rank="RANK_CLERK_1")], "2019-06"),
    "on probation in an office": (servant(education="BACHELOR"), [joined("2018-08-01")], "2018-09"),
    "an organ worker": (worker(), [bench("TECHNICIAN", 2)], "2016-08"),
}


def wage(person: Person, events: list[Event], when: str) -> Wage:
    return career(person, *events).wage_in(month(when))


def part(name: str, code: str) -> Component:
    return next(held for held in wage(*HELD[name]).components if held.code == code)


@pytest.mark.parametrize("who", HELD)
def test_an_amount_read_from_a_table_stands_there_with_all_that_proves_it(who: str) -> None:
    read = [held for held in wage(*HELD[who]).components if held.table and held.code != "SENIORITY_ALLOWANCE"]
    assert read
    for held in read:
        assert held.standard is not None
        cell = standards().cell_of_standard(
            held.table or "", held.standard, held.category or "", held.level or "", held.step
        )
        assert (held.amount, held.version, held.document) == (cell.amount, cell.version, cell.document)
        assert (held.source, held.confidence, held.extrapolated) == (cell.source, cell.confidence, cell.extrapolated)
        assert held.document
        assert held.source
        assert held.rule in ("I-1", "I-2", "C-1", "C-2", "W-1", "W-2")


def test_what_lies_above_the_printed_top_says_so() -> None:
    assert part("above the printed grades", "GRADE_WAGE").extrapolated
    assert not part("above the printed grades", "POST_WAGE").extrapolated
    assert part("above the printed steps", "LEVEL_WAGE").extrapolated


def test_each_part_names_its_own_rule() -> None:
    found = {(held.code, held.rule) for who in HELD for held in wage(*HELD[who]).components}
    assert found == {
        ("POST_WAGE", "I-1"), ("GRADE_WAGE", "I-1"), ("PROBATION_WAGE", "I-2"), ("INITIAL_WAGE", "I-2"),
        ("UPLIFT", "I-8"), ("SENIORITY_ALLOWANCE", "I-9"),
        ("PROBATION_WAGE", "C-2"), ("DUTY_WAGE", "C-1"), ("RANK_WAGE", "C-1"), ("LEVEL_WAGE", "C-1"),
        ("ORGAN_POST_WAGE", "W-1"), ("TECHNICAL_GRADE_WAGE", "W-2"),
    }  # fmt: skip


def test_the_uplift_shows_base_percentage_exact_amount_and_rounding() -> None:
    uplift = part("a teacher", "UPLIFT")
    post, grade = part("a teacher", "POST_WAGE").amount, part("a teacher", "GRADE_WAGE").amount
    assert uplift.factors == {
        "base": f"{post + grade:.2f}", "percent": "10", "exact": f"{(post + grade) / 10:.2f}", "rounding": "yuan",
        "occupation": "TEACHER",
    }  # fmt: skip
    assert uplift.source == standards().parameter_source("I-8", "uplift_percent")


def test_the_allowance_shows_its_years() -> None:
    person = teacher(2000, teaching_deducted_years=3)
    found = {held.code: held for held in wage(person, HELD["a teacher"][1], "2016-08").components}
    assert found["SENIORITY_ALLOWANCE"].factors == {
        "years": 13, "year": 2016, "first_year": 2000, "deducted_years": 3,
    }  # fmt: skip
    assert found["SENIORITY_ALLOWANCE"].amount == 5


def test_the_allowance_grows_in_the_january_in_which_deducted_years_are_made_up() -> None:
    """First year 2000, three deducted: ten years are reached in 2013, and 2013 is named."""
    person = teacher(2000, teaching_deducted_years=3)
    events = [opened("2010-01-01", "TECH-10", 14)]
    cause = {held.code: held.cause for held in wage(person, events, "2014-08").components}["SENIORITY_ALLOWANCE"]
    assert cause is not None
    assert (cause.kind, cause.month) == ("seniority", date(2013, 1, 1))
    amounts = [wage(person, events, when).components[-1].amount for when in ("2012-12", "2013-01")]
    assert amounts == [3, 5]


def test_an_allowance_older_than_the_file_names_the_opening() -> None:
    cause = part("a teacher", "SENIORITY_ALLOWANCE").cause
    assert cause is not None
    assert (cause.kind, cause.event) == ("opening", "opened")


def test_a_sick_leave_names_the_line_of_the_table_and_the_leave() -> None:
    person = staff(work_start=month("2003-07"))
    held = wage(person, [opened("2010-01-01", "TECH-7", 16), AWAY], "2010-06")
    cut = held.components[-1]
    assert (cut.code, cut.rule, cut.table, cut.category, cut.level) == (
        "SICK_LEAVE_DEDUCTION", "O-1", "sick_leave_ratio", "sick_leave", "4",
    )  # fmt: skip
    assert (cut.source, cut.confidence) == ("S26", "high")
    assert cut.factors == {
        "wage_base": "1247.00", "sick_month": 4, "service_years": 8, "percent": 90, "sick_pay": "1122.30",
    }  # fmt: skip
    assert cut.cause is not None
    assert (cut.cause.kind, cut.cause.event, cut.cause.month) == ("sick_leave", AWAY.id, month("2010-03"))


def test_a_living_allowance_names_percentage_base_and_measure() -> None:
    bail = event("coercive_measure", "2010-05-03", kind="BAIL")
    (paid,) = wage(staff(), [opened("2010-01-01", "TECH-7", 16), bail], "2010-07").components
    assert (paid.code, paid.rule, paid.amount) == ("LIVING_ALLOWANCE", "O-5", Decimal("935.25"))
    assert paid.factors == {"wage_base": "1247.00", "percent": "75"}
    assert paid.source == standards().parameter_source("O-5", "percent")
    assert paid.cause is not None
    assert (paid.cause.kind, paid.cause.event, paid.cause.month) == ("coercive_measure", bail.id, month("2010-06"))


def test_ordinary_workers_retire_by_rows_of_their_own() -> None:
    """As a bureau might load them: organ workers in the tables of 2006, and other percentages for ordinary workers."""
    tables = read_tables()
    tables.cells += [
        replace(cell, version=date(2006, 7, 1)) for cell in tables.cells if cell.table == "organ_worker_wage"
    ]
    tables.retirement_ratios = tuple(
        RetirementRatio(row.staff_type, row.years_from, row.percent - 1)
        if row.staff_type == "organ_ordinary_worker" else row
        for row in tables.retirement_ratios
    )  # fmt: skip
    retired = event("retirement", "2016-09-03")
    assert isinstance(retired, Retirement)

    def percent(grade: str) -> int:
        person = worker(work_start=month("1980-01"))
        held = replay(person, [bench(grade, 2), retired], tables=Standards(tables))
        return retirement_fee(held, retired).percent

    assert (percent("ORDINARY_WORKER"), percent("TECHNICIAN")) == (89, 90)


def test_a_wage_is_kept_and_read_back_with_everything() -> None:
    for person, events, when in HELD.values():
        held = wage(person, events, when)
        assert Wage.from_json(held.to_json()) == held
        assert held.to_json()["total_fen"] == held.total_fen == sum(one.amount_fen for one in held.components)


def test_a_part_without_version_or_cause_is_kept_as_it_is() -> None:
    bare = Component(code="UPLIFT", amount=Decimal("12.30"), rule="I-8")
    assert Component.from_json(bare.to_json()) == bare


def test_tables_may_be_asked_as_if_a_standard_had_never_come() -> None:
    tables = standards().without(date(2016, 7, 1))
    assert date(2016, 7, 1) not in tables.versions
    assert tables.version_in(month("2017-01")) == date(2014, 10, 1)
    assert tables.version_in(month("2018-08")) == date(2018, 7, 1)
    newest = max(standards().versions)
    assert standards().without(newest).version_in(date(2030, 1, 1)) == sorted(standards().versions)[-2]
