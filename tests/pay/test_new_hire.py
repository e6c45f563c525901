"""Probation and grading: I-2, I-3, I-4 with D-11, D-12, D-14."""

from __future__ import annotations

import pytest

from tests.pay.people import (
    appointed,
    assessed,
    career,
    event,
    grade_in,
    graded,
    joined,
    month,
    parts_in,
    refusal_in,
    staff,
    teacher,
)

BACHELOR = staff(education="BACHELOR")


@pytest.mark.parametrize(
    ("education", "code", "amount"),
    [
        ("DOCTOR", "INITIAL_WAGE", "2165.00"),
        ("MASTER", "INITIAL_WAGE", "1960.00"),
        ("DUAL_OR_PGCLASS", "PROBATION_WAGE", "1755.00"),
        ("BACHELOR", "PROBATION_WAGE", "1610.00"),
        ("JUNIOR_COLLEGE", "PROBATION_WAGE", "1500.00"),
        ("SECONDARY", "PROBATION_WAGE", "1320.00"),
        ("JUNIOR_HIGH", "PROBATION_WAGE", "1285.00"),
    ],
)
def test_a_new_hire_is_paid_by_education_from_the_month_of_joining(education: str, code: str, amount: str) -> None:
    assert parts_in("2018-04", staff(education=education), joined("2018-04-28")) == {code: amount}


def test_before_joining_nothing_is_answered() -> None:
    assert refusal_in("2018-03", BACHELOR, joined("2018-04-02")) == "MONTH_BEFORE_START"


def test_the_probation_wage_goes_on_until_grading_is_recorded() -> None:
    assert parts_in("2018-06", BACHELOR, joined("2016-08-01")) == {"PROBATION_WAGE": "1610.00"}


def test_grading_before_twelve_months_is_too_early() -> None:
    events = (joined("2016-08-20"), graded("2017-07-31"))
    assert refusal_in("2017-07", BACHELOR, *events) == "GRADING_TOO_EARLY"
    assert parts_in("2017-06", BACHELOR, *events) == {"PROBATION_WAGE": "1610.00"}


def test_grading_is_possible_from_the_twelfth_month_after_joining() -> None:
    assert grade_in("2017-08", BACHELOR, joined("2016-08-20"), graded("2017-08-01")) == 7


@pytest.mark.parametrize(
    ("education", "post", "grade"),
    [
        ("DOCTOR", "TECH-10", 14),
        ("MASTER", "TECH-12", 11),
        ("DUAL_OR_PGCLASS", "TECH-12", 9),
        ("BACHELOR", "TECH-12", 7),
        ("JUNIOR_COLLEGE", "TECH-13", 5),
        ("SECONDARY", "TECH-13", 2),
        ("JUNIOR_HIGH", "TECH-13", 1),
    ],
)
def test_without_a_post_education_gives_post_and_grade(education: str, post: str, grade: int) -> None:
    state = career(staff(education=education), joined("2016-08-01"), graded("2017-08-01")).state_in(month("2017-08"))
    assert (state["post"], state["grade"]) == (post, grade)


def test_a_post_with_a_higher_starting_grade_gives_that_grade() -> None:
    assert grade_in("2017-08", BACHELOR, joined("2016-08-01"), graded("2017-08-01", post="TECH-10")) == 9


def test_a_post_with_a_lower_starting_grade_keeps_the_grade_by_education() -> None:
    assert grade_in("2017-08", BACHELOR, joined("2016-08-01"), graded("2017-08-01", post="MGMT-9")) == 7


def test_extra_grades_are_added_and_a_stated_grade_wins() -> None:
    begun = joined("2016-08-01")
    assert grade_in("2017-08", BACHELOR, begun, graded("2017-08-01", extra_grades=2)) == 9
    assert grade_in("2017-08", BACHELOR, begun, graded("2017-08-01", extra_grades=2, grade=12)) == 12


def test_a_worker_post_needs_a_stated_grade() -> None:
    begun = joined("2016-08-01")
    assert refusal_in("2017-08", BACHELOR, begun, graded("2017-08-01", post="WORKER-5")) == "GRADE_REQUIRED"
    assert grade_in("2017-08", BACHELOR, begun, graded("2017-08-01", post="WORKER-5", grade=2)) == 2


def test_an_appointment_on_probation_only_sets_the_post() -> None:
    events = (joined("2016-08-01"), appointed("2017-03-05", "MGMT-9"), graded("2017-08-01"))
    assert parts_in("2017-05", BACHELOR, *events) == {"PROBATION_WAGE": "1610.00"}
    assert career(BACHELOR, *events).state_in(month("2017-08"))["post"] == "MGMT-9"


def test_an_appointment_of_the_grading_month_counts_after_the_grading() -> None:
    events = (joined("2016-08-01"), graded("2017-08-01"), appointed("2017-07-20", "TECH-10"))
    assert career(BACHELOR, *events).state_in(month("2017-08")) == {
        "staff_type": "INSTITUTION", "phase": "GRADED", "post": "TECH-10", "grade": 9, "occupation": None,
    }  # fmt: skip


def test_a_new_education_on_probation_counts_from_the_month_after() -> None:
    events = (joined("2016-08-01"), event("education_change", "2017-01-15", education="MASTER"), graded("2017-08-01"))
    assert parts_in("2017-01", BACHELOR, *events) == {"PROBATION_WAGE": "1610.00"}
    assert parts_in("2017-02", BACHELOR, *events) == {"INITIAL_WAGE": "1960.00"}
    assert grade_in("2017-08", BACHELOR, *events) == 11


def test_a_teacher_on_probation_has_neither_uplift_nor_allowance() -> None:
    assert parts_in("2017-05", teacher(2005, education="BACHELOR"), joined("2016-08-01")) == {
        "PROBATION_WAGE": "1610.00"
    }


def test_nobody_is_graded_twice() -> None:
    events = (joined("2016-08-01"), graded("2017-08-01"), event("grading", "2017-09-01"))
    assert refusal_in("2017-09", BACHELOR, *events) == "EVENT_NOT_APPLICABLE"
    assert grade_in("2017-08", BACHELOR, *events) == 7


def test_the_year_of_grading_counts_unless_the_place_says_no() -> None:
    events = (joined("2016-08-01"), graded("2017-08-01"), assessed(2017), assessed(2018))
    assert grade_in("2018-01", BACHELOR, *events) == 8
    assert grade_in("2018-01", BACHELOR, *events, grading_year_counts=False) == 7
    assert grade_in("2019-01", BACHELOR, *events, grading_year_counts=False) == 8
