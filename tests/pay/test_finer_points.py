"""Finer points of the rules: what a comparison includes, what an equal grade brings, what is late with what."""

from __future__ import annotations

from typing import Any

import pytest

from app.pay.careers import Person
from app.pay.events import Event
from app.pay.replay import replay
from app.pay.rulebook import rule_title
from app.pay.why_not import step_of_year, steps_of_years
from tests.pay.people import (
    asked,
    assessed,
    career,
    event,
    joined,
    month,
    opened,
    placed,
    qualified,
    servant,
    staff,
    state_in,
    stopped_in,
    worker,
)
from tests.pay.test_organ_workers import held, raised

BY_EDUCATION = {"institution_education_change": True}
INSTITUTION = {"staff_type": "INSTITUTION", "work_start": "2001-07"}


def studied(education: str, day: str = "2016-05-20") -> Any:
    return event("education_change", day, education=education)


@pytest.mark.parametrize(
    ("grade", "step", "higher", "compared", "given"),
    [
        ("SENIOR_WORKER", 8, "TECHNICIAN", False, 5),  # above 1,802: 1,823
        ("SENIOR_WORKER", 8, "TECHNICIAN", True, 3),  # above 1,802 + 835: 1,643 + 1,025
        ("ORDINARY_WORKER", 8, "SENIOR_WORKER", True, 1),  # ordinary workers have no technical-grade wage
    ],
)
def test_w2_the_technical_grade_wage_enters_the_comparison_where_the_setting_says_so(
    grade: str, step: int, higher: str, compared: bool, given: int
) -> None:
    events = (held(grade, step), raised(higher))
    assert state_in("2017-03", worker(), *events, technical_grade_in_comparison=compared)["step"] == given


@pytest.mark.parametrize("said", [{"position": "STAFF", "leading": False}, {"level": 20, "step": 3}])
def test_a_sanction_in_the_terms_of_civil_servants_fits_nobody_else(said: dict[str, object]) -> None:
    sanction = event("sanction", "2017-02-03", kind="WARNING", **said)
    assert stopped_in("2017-03", worker(), held("TECHNICIAN", 2), sanction) == "EVENT_NOT_APPLICABLE"
    assert stopped_in("2017-03", staff(), opened("2016-07-01", "TECH-12", 7), sanction) == "EVENT_NOT_APPLICABLE"


def test_i11_an_education_of_the_grade_that_is_held_changes_nothing_and_skips_nothing() -> None:
    begun = (opened("2016-01-01", "TECH-12", 7), studied("BACHELOR"), *qualified(2016, 2016))
    assert state_in("2016-06", staff(education="JUNIOR_COLLEGE"), *begun, **BY_EDUCATION)["grade"] == 7
    assert state_in("2017-01", staff(education="JUNIOR_COLLEGE"), *begun, **BY_EDUCATION)["grade"] == 8
    kept = career(staff(education="JUNIOR_COLLEGE"), *begun, **BY_EDUCATION)
    assert any("bachelor" in str(reason).lower() for note in kept.notes for reason in note.reasons)


def test_i11_a_higher_grade_by_education_says_so_and_is_the_cause_of_the_grade_wage() -> None:
    begun = (opened("2016-07-01", "TECH-12", 7), studied("MASTER", "2017-05-20"))
    wage = career(staff(education="BACHELOR"), *begun, **BY_EDUCATION).wage_in(month("2017-06"))
    parts = {part.code: part for part in wage.components}
    assert parts["GRADE_WAGE"].cause.event == "education_change-2017-05-20"
    assert parts["POST_WAGE"].cause.event == "opened"


def test_d14_on_probation_the_new_education_is_said_with_its_name() -> None:
    kept = career(staff(education="BACHELOR"), joined("2016-03-01"), studied("MASTER"))
    said = [
        str(reason) for moment in kept.moments if moment.cause.kind == "education_change" for reason in moment.reasons
    ]
    assert len(said) == 1
    assert "master" in said[0].lower()


def test_i10_lowered_to_the_last_post_of_a_tier_is_still_in_that_tier() -> None:
    begun = opened("2010-01-01", "TECH-5", 20)
    lowered = event("sanction", "2010-05-10", kind="POST_LOWERED", post="TECH-7")
    by_tier = state_in("2010-06", staff(), begun, lowered, post_lowering_unit="tier")
    by_level = state_in("2010-06", staff(), begun, lowered)
    assert (by_tier["grade"], by_level["grade"]) == (18, 16)


def test_d36_what_refers_to_a_late_event_is_late_with_it() -> None:
    events = [
        {"type": "opening", "id": "o", "date": "2010-01-01", "post": "TECH-10", "grade": 14},
        {"type": "coercive_measure", "id": "m", "date": "2010-03-05", "kind": "BAIL"},
        {"type": "measure_ended", "id": "e", "date": "2010-05-05", "measure": "m", "cleared": False},
    ]
    owed = asked(
        INSTITUTION, events, type="back_pay", from_month="2010-03", first_paid_month="2010-07", late_events=["m"]
    )  # fmt: skip
    lines = [(line["month"], line["difference"]) for line in owed["factors"]["lines"]]
    assert [month for month, difference in lines if difference != "0.00"] == ["2010-04", "2010-05"]


@pytest.mark.parametrize(
    ("person", "start", "said"),
    [
        (staff(), opened("2014-01-01", "TECH-10", 14), "post and grade stay"),
        (servant(), placed("2014-01-01", "STAFF", 25, 2), "position, level and step stay"),
    ],
)
def test_a_new_standard_is_said_in_the_terms_of_the_staff(person: Person, start: Event, said: str) -> None:
    links = replay(person, [start], until=month("2016-08")).links
    assert [link.cause.kind for link in links][-1] == "repricing"
    assert said in str(links[-1].reasons[0])


def test_why_not_names_its_rule_by_the_staff_type_of_that_year() -> None:
    moved = event(
        "transfer", "2015-11-15", same_system=False, last_paid_month="2015-12", first_paid_month="2016-01",
        target={"staff_type": "CIVIL_SERVANT", "position": "STAFF", "leading": False, "level": 25, "step": 2,
                "level_clock": 2016, "step_clock": 2016},
    )  # fmt: skip
    kept = career(staff(education="BACHELOR"), opened("2013-07-01", "TECH-12", 7), *qualified(2013, 2017), moved)
    assert step_of_year(kept, 2015).brought[0].rule == "I-5"
    assert step_of_year(kept, 2018).brought[0].rule == "C-5"
    reason = step_of_year(kept, 2018).brought[0]
    assert reason.title == rule_title("C-5")
    assert "step" in reason.text.text()


def test_ten_years_are_told_and_no_more() -> None:
    kept = career(staff(), opened("1999-07-01", "TECH-12", 7), assessed(2017))
    assert [one.year for one in steps_of_years(kept, 2018)] == list(range(2018, 2008, -1))


def test_c3_grading_is_the_cause_of_the_first_wage_of_a_civil_servant() -> None:
    kept = career(servant(education="BACHELOR"), joined("2007-07-02"), event("grading", "2008-07-02"))
    causes = {part.code: part.cause.event for part in kept.wage_in(month("2008-07")).components}
    assert causes == dict.fromkeys(("DUTY_WAGE", "LEVEL_WAGE"), "grading-2008-07-02")
    assert kept.wage_in(month("2008-07")).components[0].cause.kind == "grading"


def test_a_sanction_may_be_lifted_on_the_day_on_which_it_was_given() -> None:
    events = [
        {"type": "opening", "id": "o", "date": "2010-01-01", "post": "TECH-10", "grade": 14},
        {"type": "sanction", "id": "s", "date": "2010-12-20", "kind": "DEMERIT"},
        {"type": "sanction_lifted", "id": "l", "date": "2010-12-20", "sanction": "s"},
        {"type": "assessment", "id": "a", "year": 2010, "result": "QUALIFIED"},
    ]
    assert asked(INSTITUTION, events, type="state", month="2011-01")["state"]["grade"] == 15
