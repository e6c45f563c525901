"""Retirement fee, death benefit, year-end bonus (O-3, O-4, O-6, D-37 to D-39)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pay.people import asked, code_of

INSTITUTION = {"staff_type": "INSTITUTION", "work_start": "1972-09"}
POST = {"type": "opening", "date": "2008-01-01", "post": "TECH-7", "grade": 40}  # 930 + 1064
CIVIL = {"staff_type": "CIVIL_SERVANT", "work_start": "1972-09"}
OFFICE = {"type": "opening", "date": "2008-01-01", "position": "SECT_CHIEF", "leading": True, "level": 20, "step": 3,
          "level_clock": 2008, "step_clock": 2008}  # fmt: skip
WORKER = {"staff_type": "ORGAN_WORKER", "work_start": "1972-09"}
BENCH = {"type": "opening", "date": "2016-07-01", "technical_grade": "TECHNICIAN", "step": 2, "step_clock": 2016}
INCOME = {"national_urban_income": "20000.5"}


def retired(day: str = "2008-02-20") -> dict[str, Any]:
    return {"type": "retirement", "date": day}


def died(day: str, cause: str = "ILLNESS") -> dict[str, Any]:
    return {"type": "death", "date": day, "cause": cause}


def fee(person: dict[str, Any], *events: dict[str, Any], **query: Any) -> dict[str, Any]:
    return asked(person, list(events), type="retirement_fee", **query)


def benefit(person: dict[str, Any], *events: dict[str, Any], **query: Any) -> dict[str, Any]:
    return asked(person, list(events), type="death_benefit", **INCOME, **query)


def bonus(person: dict[str, Any], *events: dict[str, Any], year: int = 2008) -> dict[str, Any]:
    return asked(person, list(events), type="year_end_bonus", year=year)


# -- retirement ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "years", "percent"),
    [("1974-01", 35, 90), ("1975-01", 34, 85), ("1979-01", 30, 85), ("1980-01", 29, 80), ("1989-01", 20, 80),
     ("1990-01", 19, 70), ("1999-01", 10, 70), ("2000-01", 9, 50), ("2008-12", 1, 50)],
)  # fmt: skip
def test_o3_the_percentage_follows_the_service_years(started: str, years: int, percent: int) -> None:
    factors = fee({**INSTITUTION, "work_start": started}, POST, retired())["factors"]
    assert (factors["service_years"], factors["percent"]) == (years, percent)


def test_d37_civil_servants_by_duty_and_level() -> None:
    answer = fee(CIVIL, OFFICE, retired())
    # 510 + 641; 90 percent is 1035.90.
    assert answer["amount"] == "1036.00"
    assert answer["factors"]["base"] == "1151.00"
    assert [part["code"] for part in answer["factors"]["components"]] == ["DUTY_WAGE", "LEVEL_WAGE"]
    assert fee(CIVIL, OFFICE, retired(), settings={"retirement_rounding": "cent"})["amount"] == "1035.90"


def test_d37_the_amounts_are_those_of_2006_at_the_present_grade() -> None:
    events = ({**POST, "date": "2017-01-01"}, retired("2017-02-20"))
    factors = fee(INSTITUTION, *events)["factors"]
    assert (factors["base"], factors["standard_version"]) == ("1994.00", "2006-07-01")


def test_d37_the_increment_of_january_is_in_and_the_assessment_of_the_year_is_not() -> None:
    assessed = [{"type": "assessment", "year": year, "result": "QUALIFIED"} for year in (2008, 2009)]
    factors = fee(INSTITUTION, POST, *assessed, retired("2009-03-01"))["factors"]
    assert factors["components"][1]["amount"] == "1109.00"


def test_d37_the_uplift_is_in_the_base_and_the_seniority_allowance_beside_it() -> None:
    nurse = {**INSTITUTION, "occupation": "NURSE", "teaching_start_year": 1995}
    answer = fee(nurse, POST, retired())
    assert answer["factors"]["base"] == "2193.00"
    assert answer["factors"]["seniority_allowance"] == "5.00"
    assert answer["amount"] == "1979.00"


def test_d37_organ_workers_and_ranks_have_no_cell_of_2006() -> None:
    assert code_of(fee(WORKER, BENCH, retired("2017-02-20"))) == "NO_TABLE_CELL"
    ranked = {**OFFICE, "date": "2019-07-01", "rank": "RANK_CLERK_1"}
    assert code_of(fee(CIVIL, ranked, retired("2019-08-20"))) == "NO_TABLE_CELL"


def test_d37_no_fee_on_probation_after_the_end_or_without_retirement() -> None:
    joined = {"type": "join", "date": "2008-01-01"}
    assert code_of(fee({**INSTITUTION, "education": "MASTER"}, joined, retired())) == "NOT_COVERED"
    left = {"type": "separation", "date": "2008-01-10", "reason": "RESIGNATION"}
    assert code_of(fee(INSTITUTION, POST, left, retired())) == "NOT_COVERED"
    assert code_of(fee(INSTITUTION, POST)) == "NOT_COVERED"


def test_d37_work_start_is_needed() -> None:
    assert code_of(fee({"staff_type": "INSTITUTION"}, POST, retired())) == "MISSING_FACT"


def test_a_career_that_stopped_before_has_no_fee_but_its_error() -> None:
    wrong = {"type": "rank_change", "date": "2008-01-10", "rank": "RANK_CLERK_1"}
    assert code_of(fee(INSTITUTION, POST, wrong, retired())) == "EVENT_NOT_APPLICABLE"


# -- death --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "multiple", "income"),
    [("ILLNESS", 2, "40001.00"), ("ON_DUTY", 20, "400010.00"), ("MARTYR", 20, "400010.00")],
)
def test_d38_organ_staff_by_cause(cause: str, multiple: int, income: str) -> None:
    factors = benefit(CIVIL, OFFICE, died("2012-05-05", cause))["factors"]
    assert factors == {
        "income_multiple": multiple,
        "national_urban_income": "20000.50",
        "months": 40,
        "wage_base": "1151.00",
        "income_part": income,
        "months_part": "46040.00",
    }


def test_d38_organ_workers_by_the_organ_rows() -> None:
    assert benefit(WORKER, BENCH, died("2017-05-05"))["factors"]["months_part"] == "103320.00"


def test_d38_no_row_was_in_force_for_organ_staff_before_2011_08() -> None:
    assert code_of(benefit(CIVIL, OFFICE, died("2011-07-31"))) == "NO_TABLE_CELL"
    assert benefit(CIVIL, OFFICE, died("2011-08-01"))["status"] == "ok"


@pytest.mark.parametrize(("cause", "months"), [("ILLNESS", 20), ("ON_DUTY", 40)])
def test_d38_institution_staff_by_their_own_formula(cause: str, months: int) -> None:
    answer = benefit(INSTITUTION, POST, died("2009-05-05", cause))
    assert answer["amount"] == f"{months * 1994}.00"
    assert (answer["factors"]["income_multiple"], answer["factors"]["income_part"]) == (0, "0.00")


def test_d38_institution_martyrs_have_no_row_of_their_own() -> None:
    assert code_of(benefit(INSTITUTION, POST, died("2012-05-05", "MARTYR"))) == "NO_TABLE_CELL"
    organ = {"settings": {"institution_death_formula": "organ"}}
    assert benefit(INSTITUTION, POST, died("2012-05-05", "MARTYR"), **organ)["factors"]["income_multiple"] == 20
    assert code_of(benefit(INSTITUTION, POST, died("2009-05-05"), **organ)) == "NO_TABLE_CELL"


def test_d38_the_base_has_the_uplift_but_not_the_seniority_allowance_nor_a_leave() -> None:
    nurse = {**INSTITUTION, "occupation": "NURSE", "teaching_start_year": 1972}
    leave = {"type": "sick_leave", "date": "2008-02-01", "end_date": "2009-12-01"}
    assert benefit(nurse, POST, leave, died("2009-05-05"))["factors"]["wage_base"] == "2193.00"


def test_d38_after_the_end_of_employment_it_is_not_covered() -> None:
    events = (OFFICE, retired("2012-05-05"), died("2012-07-05"))
    assert code_of(benefit(CIVIL, *events)) == "NOT_COVERED"
    assert code_of(benefit(CIVIL, OFFICE)) == "NOT_COVERED"


# -- bonus --------------------------------------------------------------------------------------------------------


def result(year: int, said: str = "QUALIFIED") -> dict[str, Any]:
    return {"type": "assessment", "year": year, "result": said}


def test_d39_a_qualified_civil_servant_gets_the_wage_base_of_december() -> None:
    answer = bonus(CIVIL, OFFICE, result(2008))
    assert answer["amount"] == "1151.00"
    assert answer["factors"] == {"year": 2008, "assessment": "QUALIFIED", "granted": True, "wage_base": "1151.00"}


@pytest.mark.parametrize("said", ["BASICALLY_QUALIFIED", "UNQUALIFIED", "NO_GRADE", "NOT_ASSESSED"])
def test_d39_others_get_nothing(said: str) -> None:
    answer = bonus(CIVIL, OFFICE, result(2008, said))
    assert answer["amount"] == "0.00"
    assert answer["factors"] == {"year": 2008, "assessment": said, "granted": False, "wage_base": None}


def test_d39_who_was_not_assessed_gets_nothing() -> None:
    assert bonus(CIVIL, OFFICE)["factors"] == {"year": 2008, "assessment": None, "granted": False, "wage_base": None}


def test_d39_who_left_in_november_gets_nothing_and_who_leaves_in_december_gets_it() -> None:
    assert bonus(CIVIL, OFFICE, result(2008), retired("2008-11-30"))["amount"] == "0.00"
    assert bonus(CIVIL, OFFICE, result(2008), retired("2008-12-01"))["amount"] == "1151.00"


def test_d39_institution_staff_get_nothing_and_organ_workers_are_not_covered() -> None:
    answer = bonus(INSTITUTION, POST, result(2008))
    assert (answer["amount"], answer["factors"]["granted"]) == ("0.00", False)
    assert code_of(bonus(WORKER, BENCH, result(2016), year=2016)) == "NOT_COVERED"


def test_d39_a_year_before_the_start_is_refused_and_a_missing_cell_too() -> None:
    assert code_of(bonus(CIVIL, OFFICE, result(2007), year=2007)) == "MONTH_BEFORE_START"
    assert code_of(bonus(CIVIL, OFFICE, result(2016), year=2016)) == "NO_TABLE_CELL"
    assert bonus(CIVIL, OFFICE, year=2016)["amount"] == "0.00"
