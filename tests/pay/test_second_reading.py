"""Facts that a second, independent reading of the rules of institution staff asked for (D-1 to D-40)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.pay.cli import _answer
from tests.pay.people import asked, code_of

PERSON: dict[str, Any] = {"staff_type": "INSTITUTION", "education": "BACHELOR", "work_start": "2001-07"}
POST = {"type": "opening", "date": "2010-01-01", "post": "TECH-7", "grade": 20}


def dated(name: str, day: str, /, **said: Any) -> dict[str, Any]:
    return {"type": name, "date": day, **said}


def result(year: int, said: str = "QUALIFIED") -> dict[str, Any]:
    return {"type": "assessment", "year": year, "result": said}


def moved(first: str, last: str, **said: Any) -> dict[str, Any]:
    return dated("transfer", "2010-11-15", last_paid_month=last, first_paid_month=first, **said)


def wage(month: str, *events: dict[str, Any], person: dict[str, Any] = PERSON, **settings: Any) -> dict[str, Any]:
    return asked(person, list(events), type="wage", month=month, settings=settings)


def place(month: str, *events: dict[str, Any], **settings: Any) -> tuple[str, int]:
    state = asked(PERSON, list(events), type="state", month=month, settings=settings)["state"]
    return state["post"], state["grade"]


def lookup(**asked_for: Any) -> dict[str, Any]:
    query = {"table": "institution_post_wage", "standard": "INST-2006-07", "category": "tech_post", **asked_for}
    return asked(PERSON, [POST], type="table_lookup", **query)


# -- what cannot be replayed ----------------------------------------------------------------------------------------


def test_a_lowering_into_another_category_is_no_lowering() -> None:
    lowered = dated("sanction", "2010-05-10", kind="POST_LOWERED", post="MGMT-9")
    assert place("2010-05", POST, lowered) == ("TECH-7", 20)
    assert code_of(wage("2010-06", POST, lowered)) == "EVENT_NOT_APPLICABLE"


def test_where_versions_come_by_date_a_repricing_has_no_effect_even_after_the_end() -> None:
    left = dated("separation", "2010-05-10", reason="RESIGNATION")
    repriced = dated("repricing", "2016-07-05", version="2016-07-01")
    assert wage("2016-07", POST, left, repriced)["pay_status"] == "STOPPED"
    assert code_of(wage("2016-07", POST, left, repriced, repricing="by_event")) == "EVENT_NOT_APPLICABLE"


def test_an_appointment_of_the_month_of_retirement_is_made_before_the_end() -> None:
    events = (POST, dated("retirement", "2010-05-10"), dated("post_appointment", "2010-05-20", post="TECH-5"))
    assert wage("2010-06", *events)["pay_status"] == "STOPPED"
    later = dated("post_appointment", "2010-06-01", post="TECH-5")
    assert code_of(wage("2010-07", POST, dated("retirement", "2010-05-10"), later)) == "EVENT_NOT_APPLICABLE"


def test_expulsion_goes_before_the_changes_of_its_month() -> None:
    events = (POST, dated("post_appointment", "2010-05-01", post="TECH-5"))
    assert code_of(wage("2010-06", *events, dated("sanction", "2010-05-31", kind="EXPULSION"))) == (
        "EVENT_NOT_APPLICABLE"
    )


# -- order in a month -----------------------------------------------------------------------------------------------


def test_d3_grading_reads_post_and_education_as_they_were_before_the_changes_of_its_month() -> None:
    joined, graded = dated("join", "2009-08-10"), dated("grading", "2010-08-01")
    appointed = dated("post_appointment", "2010-07-20", post="MGMT-7")
    studied = dated("education_change", "2010-07-20", education="MASTER")
    # Graded as a bachelor to TECH-12 and grade 7; then the appointment raises to the starting grade 12.
    assert place("2010-08", joined, graded, appointed, studied, result(2010)) == ("MGMT-7", 12)
    assert place("2011-01", joined, graded, appointed, studied, result(2010)) == ("MGMT-7", 12)
    earlier = (dated("post_appointment", "2010-06-30", post="MGMT-9"),
               dated("education_change", "2010-06-30", education="MASTER"))  # fmt: skip
    assert place("2010-08", joined, graded, *earlier) == ("MGMT-9", 11)


def test_d3_a_lowering_goes_before_the_appointment_of_the_same_month() -> None:
    lowered = dated("sanction", "2010-05-31", kind="POST_LOWERED", post="TECH-8")
    appointed = dated("post_appointment", "2010-05-01", post="TECH-6")
    # Two grades off for one level down, then up again: 18 is not below the starting grade 16.
    assert place("2010-06", POST, appointed, lowered) == ("TECH-6", 18)


def test_d40_what_held_on_1_january_decides_the_increment_that_a_transfer_moves_to_february() -> None:
    same = moved("2011-01", "2010-12", same_system=True)
    assert place("2011-01", POST, same, result(2010)) == ("TECH-7", 20)
    assert place("2011-02", POST, same, result(2010)) == ("TECH-7", 21)
    demerit = dated("sanction", "2010-01-15", kind="DEMERIT")  # in force until 15 January
    assert place("2011-02", POST, demerit, same, result(2010)) == ("TECH-7", 20)
    joined, graded = dated("join", "2009-12-01"), dated("grading", "2011-01-10")
    assert place("2011-02", joined, graded, same, result(2010)) == ("TECH-12", 7)


def test_d40_a_transfer_from_another_system_in_january_drops_the_increment() -> None:
    target = {"staff_type": "INSTITUTION", "post": "TECH-9", "grade": 15}
    other = moved("2011-01", "2010-12", same_system=False, target=target)
    assert place("2011-02", POST, other, result(2010), result(2011)) == ("TECH-9", 15)
    assert place("2012-01", POST, other, result(2010), result(2011)) == ("TECH-9", 16)


# -- increments -----------------------------------------------------------------------------------------------------


def test_d16_an_appointment_of_december_skips_the_january_after_next() -> None:
    begun = dated("opening", "2009-06-01", post="TECH-10", grade=14)
    raised = dated("post_appointment", "2009-12-31", post="TECH-7")
    years = (result(2009), result(2010), result(2011))
    grades = [place(month, begun, raised, *years)[1] for month in ("2009-12", "2010-01", "2011-01", "2012-01")]
    assert grades == [14, 16, 16, 17]


def test_d29_a_demerit_of_29_february_ends_on_28_february_and_one_of_1_january_does_not_meet_the_next() -> None:
    begun = dated("opening", "2011-06-01", post="TECH-7", grade=20)
    years = (result(2011), result(2012), result(2013))
    leap = dated("sanction", "2012-02-29", kind="DEMERIT")
    assert [place(f"{year}-01", begun, leap, *years)[1] for year in (2012, 2013, 2014)] == [21, 21, 22]
    first = dated("sanction", "2012-01-01", kind="DEMERIT")
    assert [place(f"{year}-01", begun, first, *years)[1] for year in (2012, 2013)] == [20, 21]


def test_d6_of_two_results_for_a_year_the_later_in_the_list_holds_also_for_back_pay() -> None:
    events = [POST, result(2010), result(2010, "UNQUALIFIED")]
    assert place("2011-01", *events) == ("TECH-7", 20)
    answer = asked(PERSON, events, type="back_pay", from_month="2011-01", first_paid_month="2011-02",
                   late_events=["e2"])  # fmt: skip
    # 20 instead of 21: 417 instead of 443 yuan.
    assert answer["amount"] == "-26.00"


# -- absences -------------------------------------------------------------------------------------------------------


def test_d33_the_percentage_of_a_leave_over_the_new_year_follows_the_service_years_of_the_month() -> None:
    leave = dated("sick_leave", "2010-09-30", end_date="2011-02-01")
    # Nine service years in 2010, ten in 2011; 930 + 417 = 1347.
    person = {**PERSON, "work_start": "2002-12"}
    assert wage("2010-12", POST, leave, person=person)["total"] == "1212.30"
    assert wage("2011-01", POST, leave, person=person)["total"] == "1347.00"
    assert wage("2011-01", POST, leave, person=person)["pay_status"] == "SICK_LEAVE"


def test_d34_a_cleared_measure_is_back_pay_with_its_ending_as_late_event() -> None:
    events = [POST, dated("coercive_measure", "2010-05-31", kind="ARREST"),
              dated("measure_ended", "2010-07-01", measure="e1", cleared=True)]  # fmt: skip
    answer = asked(PERSON, events, type="back_pay", from_month="2010-05", first_paid_month="2010-09",
                   late_events=["e2"])  # fmt: skip
    # 1347 less 75 percent is 336.75 a month; without the ending the measure goes on.
    assert [line["difference"] for line in answer["factors"]["lines"]] == ["0.00", "336.75", "336.75", "336.75"]
    assert answer["amount"] == "1010.25"


# -- look-ups -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["100", "9" * 5000, "0", "007"])
def test_a_look_up_of_a_post_level_that_does_not_exist_is_a_missing_cell(level: str) -> None:
    assert code_of(lookup(level=level)) == "NO_TABLE_CELL"


def test_a_look_up_computes_grades_above_the_top_but_not_numbers_without_end() -> None:
    grades = {"table": "institution_grade_wage_cadre", "category": "tech_mgmt_grade"}
    assert lookup(**grades, level="100")["amount"] == "5400.00"
    assert code_of(lookup(**grades, level="9" * 5000)) == "NO_TABLE_CELL"
    assert code_of(lookup(**grades, level="66", step=1)) == "NO_TABLE_CELL"
    assert code_of(lookup(**grades, level="66", standard="INST-2016-07")) == "LOW_CONFIDENCE"
    assert code_of(lookup(**grades, level="66", standard="INST-2018-07")) == "NO_TABLE_CELL"


# -- the run --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "told"), [({"id": "A"}, "A"), ({"id": 7}, 7), (["A"], None)])
def test_a_case_that_breaks_the_engine_is_one_bad_case_of_a_run(line: Any, told: Any, capsys: Any) -> None:
    def broken(case: object) -> dict[str, object]:
        raise ZeroDivisionError

    answer = _answer(json.dumps(line).encode(), broken)
    assert (answer["id"], answer["status"]) == (told, "error")
    assert "ZeroDivisionError" in capsys.readouterr().err
