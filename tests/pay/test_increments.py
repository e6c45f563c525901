"""The annual increment: I-5, G-8 with D-6, D-15, D-16, and the months around a transfer (D-40)."""

from __future__ import annotations

import pytest

from tests.pay.people import appointed, assessed, career, event, grade_in, graded, joined, month, opened, staff

HELD = opened("2010-01-01", "TECH-10", 14)


@pytest.mark.parametrize(
    ("result", "grade"),
    [
        ("EXCELLENT", 15),
        ("QUALIFIED", 15),
        ("BASICALLY_QUALIFIED", 14),
        ("UNQUALIFIED", 14),
        ("NO_GRADE", 14),
        ("NOT_ASSESSED", 14),
    ],
)
def test_only_a_qualified_year_gives_a_grade(result: str, grade: int) -> None:
    assert grade_in("2011-01", staff(), HELD, assessed(2010, result)) == grade


def test_the_increment_comes_on_1_january_and_not_before() -> None:
    assert grade_in("2010-12", staff(), HELD, assessed(2010)) == 14
    assert grade_in("2011-01", staff(), HELD, assessed(2010)) == 15


def test_a_year_without_assessment_gives_nothing_and_is_not_made_up() -> None:
    assert grade_in("2013-01", staff(), HELD, assessed(2010), assessed(2012)) == 16


def test_a_year_entered_twice_counts_once_and_the_later_entry_holds() -> None:
    first, second = assessed(2010, id="a"), assessed(2010, "UNQUALIFIED", id="b")
    assert grade_in("2011-01", staff(), HELD, first, second) == 14
    assert grade_in("2011-01", staff(), HELD, second, first) == 15


def test_there_is_no_increment_in_the_month_of_the_opening() -> None:
    assert grade_in("2010-01", staff(), HELD, assessed(2009)) == 14


def test_nobody_on_probation_gets_an_increment() -> None:
    person = staff(education="BACHELOR")
    events = (joined("2016-08-01"), graded("2017-08-01"), assessed(2016), assessed(2017))
    assert career(person, *events).state_in(month("2017-01"))["phase"] == "PROBATION"
    assert grade_in("2017-08", person, *events) == 7


def test_grading_in_january_comes_after_that_januarys_increment() -> None:
    person = staff(education="BACHELOR")
    events = (joined("2016-12-01"), graded("2018-01-05"), assessed(2017))
    assert grade_in("2018-01", person, *events) == 7


def test_after_a_raise_to_the_starting_grade_the_next_increment_is_skipped_once() -> None:
    events = (HELD, appointed("2010-05-10", "TECH-7"), assessed(2010), assessed(2011))
    assert [grade_in(when, staff(), *events) for when in ("2010-06", "2011-01", "2012-01")] == [16, 16, 17]


def test_an_appointment_of_december_skips_the_increment_a_year_later() -> None:
    events = (HELD, appointed("2010-12-10", "TECH-7"), *(assessed(year) for year in (2010, 2011, 2012)))
    # 1 January 2011 gives 15 first, the appointment then raises to 16.
    assert [grade_in(when, staff(), *events) for when in ("2010-12", "2011-01", "2012-01", "2013-01")] == [
        14, 16, 16, 17,
    ]  # fmt: skip


def test_a_transfer_in_january_moves_the_increment_to_february() -> None:
    move = event("transfer", "2010-12-20", same_system=True, last_paid_month="2010-12", first_paid_month="2011-01")
    events = (HELD, assessed(2010), move)
    assert [grade_in(when, staff(), *events) for when in ("2010-12", "2011-01", "2011-02")] == [14, 14, 15]


def test_a_transfer_in_another_month_changes_nothing() -> None:
    move = event("transfer", "2010-05-20", same_system=True, last_paid_month="2010-05", first_paid_month="2010-06")
    assert grade_in("2011-01", staff(), HELD, assessed(2010), move) == 15


def test_a_transfer_from_another_system_sets_the_state_and_loses_the_increment_of_that_month() -> None:
    target = {"staff_type": "INSTITUTION", "post": "MGMT-8", "grade": 20}
    move = event(
        "transfer",
        "2010-12-20",
        same_system=False,
        last_paid_month="2010-12",
        first_paid_month="2011-01",
        target=target,
    )
    events = (HELD, assessed(2010), assessed(2011), move)
    assert [grade_in(when, staff(), *events) for when in ("2011-01", "2011-02", "2012-01")] == [20, 20, 21]


def test_why_there_was_no_increment_is_noted() -> None:
    held = career(staff(), HELD, appointed("2010-05-10", "TECH-7"), assessed(2010), assessed(2011, "UNQUALIFIED"))
    sentences = [str(reason) for note in held.notes for reason in note.reasons]
    assert len(sentences) == 2
    assert "raised to the starting grade" in sentences[0]
    assert "Not qualified" in sentences[1]


def test_who_is_graded_in_january_gets_no_increment_in_february_after_a_transfer() -> None:
    person = staff(education="BACHELOR")
    move = event(
        "transfer", "2017-12-20", same_system=True, last_paid_month="2017-12", first_paid_month="2018-01"
    )  # fmt: skip
    events = (joined("2016-12-01"), graded("2018-01-05"), assessed(2017), move)
    assert grade_in("2018-02", person, *events) == 7
