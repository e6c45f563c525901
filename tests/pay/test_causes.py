"""Every amount names the event that brought it, and why something was not given is said."""

from __future__ import annotations

from typing import Any

import pytest

from app.pay.events import Event
from tests.pay.people import (
    appointed,
    assessed,
    career,
    event,
    graded,
    joined,
    month,
    opened,
    placed,
    qualified,
    servant,
    staff,
    teacher,
    worker,
)
from tests.pay.told import bench, causes_in, reasons_of, said_of


def moved(target: dict[str, Any]) -> Event:
    return event("transfer", "2016-12-20", same_system=False, last_paid_month="2016-12", first_paid_month="2017-01",
                 target=target)  # fmt: skip


MOVED = "transfer-2016-12-20"
OPENED = ("opening", "opened", "2016-07")


def test_a_step_of_an_organ_worker_names_the_assessment_and_leaves_the_technical_grade() -> None:
    events = (bench("TECHNICIAN", 2), *qualified(2015, 2016))
    assert causes_in("2016-08", worker(), *events) == {"ORGAN_POST_WAGE": OPENED, "TECHNICAL_GRADE_WAGE": OPENED}
    assert causes_in("2017-01", worker(), *events) == {
        "ORGAN_POST_WAGE": ("promotion", "assessed-2016", "2017-01"),
        "TECHNICAL_GRADE_WAGE": OPENED,
    }


def test_a_step_that_earlier_years_earned_names_no_assessment() -> None:
    """Held back by a demerit until the end of 2017; 2017 itself was not assessed."""
    demerit = event("sanction", "2016-09-01", kind="DEMERIT")
    events = (bench("TECHNICIAN", 2), *qualified(2015, 2016), demerit)
    assert causes_in("2018-01", worker(), *events)["ORGAN_POST_WAGE"] == ("promotion", None, "2018-01")


def test_a_technical_grade_names_its_change_for_both_parts() -> None:
    raised = event("technical_grade_change", "2017-02-03", technical_grade="TECHNICIAN")
    changed = ("technical_grade_change", "technical_grade_change-2017-02-03", "2017-03")
    assert causes_in("2017-03", worker(), bench("SENIOR_WORKER", 4), raised) == {
        "ORGAN_POST_WAGE": changed,
        "TECHNICAL_GRADE_WAGE": changed,
    }


def test_a_lowered_step_names_the_sanction_and_a_step_that_cannot_fall_does_not() -> None:
    lowered = event("sanction", "2017-02-03", kind="POST_LOWERED")
    named = ("sanction", "sanction-2017-02-03", "2017-03")
    assert causes_in("2017-03", worker(), bench("JUNIOR_WORKER", 5), lowered)["ORGAN_POST_WAGE"] == named
    assert causes_in("2017-03", worker(), bench("JUNIOR_WORKER", 1), lowered)["ORGAN_POST_WAGE"] == OPENED


@pytest.mark.parametrize(
    "target",
    [
        {"staff_type": "ORGAN_WORKER", "technical_grade": "TECHNICIAN", "step": 2, "step_clock": 2016},
        {"staff_type": "INSTITUTION", "post": "TECH-12", "grade": 10},
    ],
)
def test_after_a_move_from_another_system_every_part_names_the_transfer(target: dict[str, Any]) -> None:
    found = causes_in("2017-01", staff(), opened("2016-07-01", "TECH-10", 14), moved(target))
    assert len(found) == 2
    assert set(found.values()) == {("transfer", MOVED, "2017-01")}


def test_in_the_office_both_parts_name_the_transfer() -> None:
    target = {"staff_type": "CIVIL_SERVANT", "position": "STAFF", "leading": False, "level": 25, "step": 2,
              "level_clock": 2012, "step_clock": 2012}  # fmt: skip
    move = event("transfer", "2011-12-20", same_system=False, last_paid_month="2011-12", first_paid_month="2012-01",
                 target=target)  # fmt: skip
    named = ("transfer", "transfer-2011-12-20", "2012-01")
    found = causes_in("2012-01", staff(), opened("2010-01-01", "TECH-10", 14), move)
    assert found == {"DUTY_WAGE": named, "LEVEL_WAGE": named}


def test_a_move_keeps_the_education_on_file_for_a_later_change() -> None:
    """Graded again by a doctorate, as somebody whose education had always been on this file."""
    target = {"staff_type": "INSTITUTION", "post": "TECH-12", "grade": 5}
    doctor = event("education_change", "2017-03-02", education="DOCTOR")
    held = career(staff(education="BACHELOR"), opened("2016-07-01", "TECH-10", 14), moved(target), doctor)
    assert held.state_in(month("2017-04"))["grade"] == 5
    held = career(staff(education="BACHELOR"), opened("2016-07-01", "TECH-10", 14), moved(target), doctor,
                  institution_education_change=True)  # fmt: skip
    assert held.state_in(month("2017-04"))["grade"] == 14


def test_an_organ_worker_is_told_how_many_years_are_still_missing() -> None:
    events = (bench("TECHNICIAN", 2, clock=2016), assessed(2016))
    assert said_of(worker(), *events) == [("2017-01", "Wage step: 1 of 2 qualified years since 2016.")]


def test_nothing_is_said_of_a_january_whose_year_was_not_assessed() -> None:
    events = (bench("TECHNICIAN", 2, clock=2016), assessed(2018))
    assert [when for when, _ in said_of(worker(), *events)] == ["2019-01"]
    demerit = event("sanction", "2016-09-01", kind="DEMERIT")
    assert said_of(worker(), bench("TECHNICIAN", 2), assessed(2015, "UNQUALIFIED"), demerit) == []


def test_an_organ_worker_is_told_that_a_demerit_stops_the_step() -> None:
    demerit = event("sanction", "2016-09-01", kind="DEMERIT")
    ((when, why),) = said_of(worker(), bench("TECHNICIAN", 2), *qualified(2015, 2016), demerit)[-1:]
    assert (when, "demerit" in why, "1 January 2017" in why) == ("2017-01", True, True)


def test_an_organ_worker_is_told_after_which_years_the_step_came() -> None:
    assert reasons_of(worker(), bench("TECHNICIAN", 2), *qualified(2015, 2016)) == "2 qualified years: up to step 3."


@pytest.mark.parametrize(("day", "step"), [("2017-01-01", 2), ("2017-01-02", 3)])
def test_what_counts_is_whether_the_demerit_is_in_force_on_1_january(day: str, step: int) -> None:
    demerit = event("sanction", day, kind="DEMERIT")
    state = career(worker(), bench("TECHNICIAN", 2), *qualified(2015, 2016), demerit).state_in(month("2017-01"))
    assert state["step"] == step


def test_after_a_new_standard_every_part_names_it() -> None:
    named = {("repricing", None, "2016-07")}
    said = {"technical_grade": "TECHNICIAN", "step": 2, "step_clock": 2016}
    start = event("opening", "2016-01-01", **said)
    assert set(causes_in("2016-08", worker(), start).values()) == named
    assert set(causes_in("2016-08", staff(), opened("2016-01-01", "TECH-12", 10)).values()) == named
    named = {("repricing", None, "2018-07")}
    assert set(causes_in("2018-08", servant(), placed("2018-01-01", "STAFF", 25, 2)).values()) == named


def test_a_rank_taken_before_a_new_standard_is_paid_by_that_standard() -> None:
    found = causes_in("2019-06", servant(), placed("2018-01-01", None, 25, 2, rank="RANK_CLERK_1"))
    assert set(found.values()) == {("repricing", None, "2018-07")}


def test_a_link_is_caused_in_its_own_month() -> None:
    events = [opened("2016-01-01", "TECH-12", 10), assessed(2016), appointed("2017-03-05", "TECH-11")]
    links = career(staff(), *events).links
    assert [link.cause.kind for link in links] == ["opening", "repricing", "increment", "post_appointment"]
    assert all(link.cause.month == link.effective_month for link in links)


def test_the_ordinary_post_is_below_every_other_worker_post() -> None:
    """Grades stay when it is taken by appointment; by sanction two grades go for each of two post levels."""
    down = appointed("2010-05-10", "WORKER-ORDINARY")
    state = career(staff(), opened("2010-01-01", "WORKER-5", 20), down).state_in(month("2010-06"))
    assert (state["post"], state["grade"]) == ("WORKER-ORDINARY", 20)
    lowered = event("sanction", "2010-05-10", kind="POST_LOWERED", post="WORKER-ORDINARY")
    state = career(staff(), opened("2010-01-01", "WORKER-4", 20), lowered).state_in(month("2010-06"))
    assert (state["post"], state["grade"]) == ("WORKER-ORDINARY", 16)


def test_each_part_of_an_institution_wage_names_its_own_event() -> None:
    events = (opened("2016-07-01", "TECH-12", 10), assessed(2016), appointed("2017-03-05", "TECH-11"))
    found = causes_in("2017-04", staff(), *events)
    assert found == {
        "POST_WAGE": ("post_appointment", "appointed-2017-03-05", "2017-04"),
        "GRADE_WAGE": ("increment", "assessed-2016", "2017-01"),
    }


def test_an_appointment_that_raises_the_grade_is_named_by_both_parts() -> None:
    events = (opened("2016-07-01", "TECH-12", 5), appointed("2017-03-05", "TECH-10"))
    named = ("post_appointment", "appointed-2017-03-05", "2017-04")
    assert causes_in("2017-04", staff(), *events) == {"POST_WAGE": named, "GRADE_WAGE": named}


def test_a_lowered_post_is_named_by_what_it_lowered() -> None:
    named = ("sanction", "sanction-2017-02-03", "2017-03")
    lowered = event("sanction", "2017-02-03", kind="POST_LOWERED", post="TECH-11")
    events = (opened("2016-07-01", "TECH-10", 20), lowered)
    assert causes_in("2017-03", staff(), *events) == {"POST_WAGE": named, "GRADE_WAGE": named}
    stays = event("sanction", "2017-02-03", kind="POST_LOWERED", no_lower_post=True)
    assert causes_in("2017-03", staff(), opened("2016-07-01", "TECH-13", 1), stays) == {
        "POST_WAGE": OPENED, "GRADE_WAGE": OPENED,
    }  # fmt: skip


def test_probation_and_grading_are_named_by_their_events() -> None:
    events = (joined("2016-08-01"), graded("2017-08-01"))
    person = staff(education="BACHELOR")
    assert causes_in("2017-07", person, *events) == {"PROBATION_WAGE": ("join", "joined", "2016-08")}
    named = ("grading", "graded", "2017-08")
    assert causes_in("2017-08", person, *events) == {"POST_WAGE": named, "GRADE_WAGE": named}


def test_an_education_gained_on_probation_is_named_by_the_sum() -> None:
    gained = event("education_change", "2016-12-10", education="MASTER")
    (named,) = causes_in("2017-01", staff(education="BACHELOR"), joined("2016-08-01"), gained).values()
    assert named == ("education_change", "education_change-2016-12-10", "2017-01")
    gained = event("education_change", "2018-12-10", education="MASTER")
    (named,) = causes_in("2019-01", servant(education="BACHELOR"), joined("2018-08-01"), gained).values()
    assert named == ("education_change", "education_change-2018-12-10", "2019-01")


def test_the_parts_of_an_office_wage_name_position_and_level_apart() -> None:
    """The promotion within the range leaves the level; the step of January leaves the position."""
    events = (placed("2010-01-01", "STAFF", 23, 4), *qualified(2010, 2011))
    higher = event("position_change", "2012-03-05", position="SECT_DEPUTY", leading=True)
    found = causes_in("2012-04", servant(), *events, higher, repricing="by_event")
    named = ("position_change", "position_change-2012-03-05", "2012-04")
    assert found == {"DUTY_WAGE": named, "LEVEL_WAGE": named}
    found = causes_in("2012-03", servant(), *events, higher)
    assert found == {
        "DUTY_WAGE": ("opening", "opened", "2010-01"), "LEVEL_WAGE": ("promotion", "assessed-2011", "2012-01"),
    }  # fmt: skip


def test_the_uplift_and_the_allowance_name_what_came_last() -> None:
    events = (opened("2016-07-01", "TECH-12", 10), assessed(2016))
    teaches = event("occupation_change", "2017-03-05", occupation="TEACHER")
    person = staff(teaching_start_year=2008)
    named = ("occupation_change", "occupation_change-2017-03-05", "2017-04")
    found = causes_in("2017-04", person, *events, teaches)
    assert (found["UPLIFT"], found["SENIORITY_ALLOWANCE"]) == (named, named)
    grown = causes_in("2018-02", teacher(2008), *events)
    assert grown["SENIORITY_ALLOWANCE"] == ("seniority", None, "2018-01")
    assert grown["UPLIFT"] == ("increment", "assessed-2016", "2017-01")


def test_what_a_teacher_has_after_probation_is_named_by_the_joining() -> None:
    """The line of five years was reached in 2013, before the teacher joined here."""
    found = causes_in("2017-08", teacher(2008, education="BACHELOR"), joined("2016-08-01"), graded("2017-08-01"))
    assert found["SENIORITY_ALLOWANCE"] == ("join", "joined", "2016-08")
    assert found["UPLIFT"] == ("grading", "graded", "2017-08")


def test_the_probation_wage_of_the_office_is_named_by_the_joining() -> None:
    found = causes_in("2018-08", servant(education="BACHELOR"), joined("2018-08-01"))
    assert found == {"PROBATION_WAGE": ("join", "joined", "2018-08")}
