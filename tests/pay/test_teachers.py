"""Teachers and nurses: uplift (I-8, G-5), seniority allowance (I-9), own table of compulsory education (D-19)."""

from __future__ import annotations

import pytest

from tests.pay.people import appointed, assessed, career, event, month, opened, parts_in, refusal_in, staff, teacher

HELD = opened("2010-01-01", "TECH-9", 20)


def test_the_uplift_is_a_tenth_of_post_and_grade_rounded_once_on_the_sum() -> None:
    assert parts_in("2010-01", teacher(2009), HELD)["UPLIFT"] == "115.00"
    assert parts_in("2010-01", teacher(2009), HELD, uplift_rounding="cent")["UPLIFT"] == "114.70"


def test_half_a_yuan_is_rounded_up() -> None:
    # 680 + 165 = 845: a tenth is 84.50.
    parts = parts_in("2010-01", teacher(2009), opened("2010-01-01", "TECH-10", 8))
    base = float(parts["POST_WAGE"]) + float(parts["GRADE_WAGE"])
    assert float(parts["UPLIFT"]) == int(base / 10 + 0.5)


@pytest.mark.parametrize(
    ("first_year", "allowance"),
    [(2010, None), (2006, None), (2005, "3.00"), (2001, "3.00"), (2000, "5.00"), (1996, "5.00"), (1995, "7.00"),
     (1991, "7.00"), (1990, "10.00"), (1960, "10.00"), (2012, None)],
)  # fmt: skip
def test_the_seniority_allowance_goes_by_calendar_years(first_year: int, allowance: str | None) -> None:
    assert parts_in("2010-01", teacher(first_year), HELD).get("SENIORITY_ALLOWANCE") == allowance


def test_deducted_years_do_not_count() -> None:
    person = staff(occupation="NURSE", teaching_start_year=2000, teaching_deducted_years=3)
    assert parts_in("2010-01", person, HELD)["SENIORITY_ALLOWANCE"] == "3.00"


def test_leaving_the_teaching_post_ends_uplift_and_allowance_the_month_after() -> None:
    events = (HELD, event("occupation_change", "2010-05-10", occupation=None))
    assert "UPLIFT" in parts_in("2010-05", teacher(2000), *events)
    assert set(parts_in("2010-06", teacher(2000), *events)) == {"POST_WAGE", "GRADE_WAGE"}


def test_becoming_a_nurse_starts_them_the_month_after() -> None:
    events = (HELD, event("occupation_change", "2010-05-10", occupation="NURSE"))
    person = staff(teaching_start_year=2010)
    assert "UPLIFT" not in parts_in("2010-05", person, *events)
    assert parts_in("2010-06", person, *events)["UPLIFT"] == "115.00"


def test_the_allowance_grows_in_january_without_any_event() -> None:
    held = career(teacher(2005), opened("2009-06-01", "TECH-9", 20), assessed(2010))
    kinds = [(link.effective_month, link.cause.kind) for link in held.links]
    assert kinds == [
        (month("2009-06"), "opening"),
        (month("2010-01"), "seniority"),
        (month("2011-01"), "increment"),
    ]


COMPULSORY = staff(occupation="COMPULSORY_TEACHER", teaching_start_year=2017)


def test_compulsory_teachers_have_the_uplift_until_their_own_table_starts() -> None:
    parts = parts_in("2018-06", COMPULSORY, opened("2018-01-01", "TECH-13", 1))
    assert parts == {"POST_WAGE": "1390.00", "GRADE_WAGE": "215.00", "UPLIFT": "161.00"}


def test_from_2018_07_compulsory_teachers_are_paid_from_their_own_table_without_uplift() -> None:
    held = career(COMPULSORY, opened("2018-01-01", "TECH-13", 1)).wage_in(month("2018-07"))
    assert [(part.code, part.amount, part.standard) for part in held.components] == [
        ("POST_WAGE", 1675, "INST-2018-07-CE"),
        ("GRADE_WAGE", 288, "INST-2018-07-CE"),
    ]


def test_other_posts_have_no_cell_in_the_table_of_compulsory_education() -> None:
    for post in ("MGMT-1", "WORKER-1"):
        assert refusal_in("2018-07", COMPULSORY, opened("2018-01-01", post, 1)) == "NO_TABLE_CELL"


def test_other_teachers_keep_the_uplift_on_the_ordinary_table() -> None:
    parts = parts_in("2018-07", teacher(2017), opened("2018-01-01", "TECH-13", 1))
    assert parts == {"POST_WAGE": "1510.00", "GRADE_WAGE": "260.00", "UPLIFT": "177.00"}


def test_a_promotion_of_a_teacher_raises_the_uplift_too() -> None:
    events = (opened("2017-01-01", "TECH-12", 10), appointed("2017-05-02", "TECH-10"))
    before, after = (parts_in(when, teacher(2016), *events) for when in ("2017-05", "2017-06"))
    assert before["UPLIFT"] == "196.00"
    assert after["UPLIFT"] == "207.00"
