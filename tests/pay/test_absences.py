"""Sick leave, coercive measures and service years (O-1, O-2, O-5, D-33 to D-35)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pay.people import asked, code_of

PERSON = {"staff_type": "INSTITUTION", "work_start": "2003-07"}
START = {"type": "opening", "date": "2010-01-01", "post": "TECH-7", "grade": 16}  # 930 + 317
LEAVE = {"type": "sick_leave", "date": "2010-03-31", "end_date": "2011-05-01"}


def sick(month: str, *more: dict[str, Any], person: dict[str, Any] = PERSON) -> dict[str, Any]:
    return asked(person, [START, LEAVE, *more], type="sick_pay", month=month)


def wage(month: str, *events: dict[str, Any], person: dict[str, Any] = PERSON) -> dict[str, Any]:
    return asked(person, [START, *events], type="wage", month=month)


def arrest(day: str = "2010-05-10", kind: str = "ARREST") -> dict[str, Any]:
    return {"type": "coercive_measure", "date": day, "kind": kind}


def ended(day: str, number: int = 1, *, cleared: bool = False) -> dict[str, Any]:
    return {"type": "measure_ended", "date": day, "measure": f"e{number}", "cleared": cleared}


# -- sick leave ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "number", "percent", "amount"),
    [
        ("2010-03", 1, 100, "1247.00"),
        ("2010-04", 2, 100, "1247.00"),
        ("2010-05", 3, 90, "1122.30"),
        ("2010-08", 6, 90, "1122.30"),
        ("2010-09", 7, 70, "872.90"),
        ("2011-05", 15, 70, "872.90"),
    ],
)
def test_d33_months_of_the_leave_are_calendar_months(month: str, number: int, percent: int, amount: str) -> None:
    answer = sick(month)
    assert answer["amount"] == amount
    assert answer["factors"]["sick_month"] == number
    assert answer["factors"]["percent"] == percent


@pytest.mark.parametrize(("started", "years", "percent"), [("2001-12", 10, 100), ("2002-01", 9, 90)])
def test_d33_the_service_years_of_the_asked_month_decide(started: str, years: int, percent: int) -> None:
    factors = sick("2010-05", person={**PERSON, "work_start": started})["factors"]
    assert (factors["service_years"], factors["percent"]) == (years, percent)


def test_each_leave_starts_at_one() -> None:
    second = {"type": "sick_leave", "date": "2011-06-01", "end_date": "2011-06-02"}
    assert sick("2011-06", second)["factors"]["sick_month"] == 1


def test_the_seniority_allowance_is_outside_the_base_and_paid_on() -> None:
    teacher = {**PERSON, "occupation": "TEACHER", "teaching_start_year": 2000}
    answer = wage("2010-05", LEAVE, person=teacher)
    parts = {part["code"]: part["amount"] for part in answer["components"]}
    # 1247 + 125 uplift = 1372; 90 percent is 1234.80.
    assert parts["SICK_LEAVE_DEDUCTION"] == "-137.20"
    assert parts["SENIORITY_ALLOWANCE"] == "5.00"
    assert answer["total"] == "1239.80"


def test_at_100_percent_the_status_says_leave_and_there_is_no_deduction() -> None:
    answer = wage("2010-03", LEAVE)
    assert (answer["pay_status"], answer["total"]) == ("SICK_LEAVE", "1247.00")
    assert len(answer["components"]) == 2


def test_work_start_is_needed_in_every_month_of_a_leave_and_in_no_other() -> None:
    person = {"staff_type": "INSTITUTION"}
    for month in ("2010-03", "2010-09"):
        assert code_of(wage(month, LEAVE, person=person)) == "MISSING_FACT"
        assert code_of(sick(month, person=person)) == "MISSING_FACT"
    assert wage("2010-02", LEAVE, person=person)["total"] == "1247.00"
    assert wage("2011-06", LEAVE, person=person)["total"] != "0.00"
    assert asked(person, [START, LEAVE], type="state", month="2010-05")["status"] == "ok"


def test_no_sick_pay_without_a_leave_after_the_end_or_under_a_measure() -> None:
    assert code_of(sick("2010-02")) == "NOT_COVERED"
    assert code_of(sick("2011-06")) == "NOT_COVERED"
    assert code_of(sick("2010-07", {"type": "retirement", "date": "2010-06-01"})) == "NOT_COVERED"
    assert code_of(sick("2010-07", arrest())) == "NOT_COVERED"
    assert code_of(sick("2009-12")) == "MONTH_BEFORE_START"


def test_sick_pay_on_probation_is_of_the_probation_wage() -> None:
    person = {**PERSON, "education": "BACHELOR", "work_start": "2010-01"}
    events = [{"type": "join", "date": "2010-01-01"}, LEAVE]
    assert asked(person, events, type="sick_pay", month="2010-05")["amount"] == "616.50"


# -- coercive measures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("BAIL", "935.25"),
        ("RESIDENTIAL_SURVEILLANCE", "935.25"),
        ("CRIMINAL_DETENTION", "935.25"),
        ("ARREST", "935.25"),
        ("ADMINISTRATIVE_DETENTION", "935.25"),
        ("SUSPENDED_SENTENCE_WORK", "748.20"),
    ],
)
def test_d34_the_wage_is_one_living_allowance(kind: str, amount: str) -> None:
    answer = wage("2010-06", arrest(kind=kind))
    part = {"code": "LIVING_ALLOWANCE", "amount": amount, "rule": "O-5", "table": None, "standard": None}
    assert answer["components"] == [part]
    assert (answer["pay_status"], answer["total"]) == ("COERCIVE_MEASURE", amount)
    assert answer["state"]["phase"] == "GRADED"


def test_d34_at_large_nothing_is_paid_and_nothing_listed() -> None:
    answer = wage("2010-06", arrest(kind="AT_LARGE"))
    assert (answer["pay_status"], answer["components"], answer["total"]) == ("COERCIVE_MEASURE", [], "0.00")


def test_d34_from_the_month_after_the_start_to_the_month_of_the_end() -> None:
    events = (arrest(), ended("2010-08-01"))
    found = [wage(f"2010-{month:02d}", *events)["pay_status"] for month in range(5, 10)]
    assert found == ["NORMAL", *["COERCIVE_MEASURE"] * 3, "NORMAL"]
    same_month = (arrest(), ended("2010-05-30"))
    assert wage("2010-06", *same_month)["pay_status"] == "NORMAL"


def test_d34_who_is_cleared_was_never_under_the_measure_and_is_owed_the_difference() -> None:
    events = [START, arrest(), ended("2010-08-01", cleared=True)]
    assert wage("2010-06", *events[1:])["total"] == "1247.00"
    owed = asked(PERSON, events, type="back_pay", from_month="2010-06", first_paid_month="2010-09", late_events=["e2"])
    assert owed["amount"] == "935.25"
    assert [line["old_total"] for line in owed["factors"]["lines"]] == ["935.25"] * 3


def test_d34_a_measure_goes_before_a_sick_leave() -> None:
    answer = wage("2010-06", arrest(), LEAVE, person={"staff_type": "INSTITUTION"})
    assert answer["pay_status"] == "COERCIVE_MEASURE"


def test_the_allowance_of_a_teacher_has_the_uplift_in_its_base_but_not_the_seniority_allowance() -> None:
    teacher = {**PERSON, "occupation": "TEACHER", "teaching_start_year": 1980}
    assert wage("2010-06", arrest(), person=teacher)["total"] == "1029.00"


# -- service years ------------------------------------------------------------------------------------------------


def years(month: str, *events: dict[str, Any], **facts: Any) -> int:
    return int(asked({**PERSON, **facts}, [START, *events], type="service_years", month=month)["value"])


def test_o2_service_years_are_calendar_years_less_interruptions() -> None:
    assert years("2010-01") == 8
    assert years("2010-12") == 8
    assert years("2011-01") == 9
    assert years("2011-01", interruption_years=3) == 6


def test_d35_whole_years_under_measures_are_taken_off_up_to_the_asked_month() -> None:
    events = (arrest("2010-01-10"), ended("2010-08-01"), arrest("2011-01-10"), ended("2011-06-01", 3))
    # Seven months of 2010 and five of 2011 make one year, full in June 2011.
    assert years("2011-05", *events) == 9
    assert years("2011-06", *events) == 8
    assert years("2012-06", *events) == 9


def test_d35_a_measure_that_goes_on_counts_up_to_the_asked_month() -> None:
    assert years("2010-12", arrest("2010-01-10")) == 8
    assert years("2011-01", arrest("2010-01-10")) == 8
    assert years("2012-01", arrest("2010-01-10")) == 8


def test_d35_a_cleared_measure_takes_nothing_off() -> None:
    assert years("2012-01", arrest("2010-01-10"), ended("2012-01-05", cleared=True)) == 10


def test_service_years_need_the_start_of_work_and_a_month_in_the_career() -> None:
    bare = {"staff_type": "INSTITUTION"}
    assert code_of(asked(bare, [START], type="service_years", month="2010-01")) == "MISSING_FACT"
    assert code_of(asked(bare, [START], type="service_years", month="2009-12")) == "MONTH_BEFORE_START"
