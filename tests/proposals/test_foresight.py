"""Who is due for what, as a policy officer would put it: each kind with one who is due and one who is not."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.pay.service import preview_change
from app.proposals.retiring import MEN, WOMEN_AT_SIXTY, WOMEN_CADRES, WOMEN_WORKERS, group_of, retirement_of
from models import CareerEvent, Staff, db
from models.proposals import ProposalState
from tests.proposals.scene import (
    Scene,
    a_newcomer,
    a_scene,
    a_teacher_of_the_file,
    on,
    open_of,
    proposals_of,
    refresh,
    reported,
    the_proposal,
)
from tests.workflow.factories import an_employee_with_career


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def test_who_joined_without_a_wage_is_due_for_the_first_one_from_the_month_of_joining(scene: Scene) -> None:
    staff = a_newcomer(scene)
    one = the_proposal(staff)
    assert (one.foresight, one.rule, one.due_on) == ("new_hire", "I-2", date(2018, 3, 1))
    assert one.item.code == "NCGZ-01"
    shown = preview_change(staff, "new_hire", {"day": "2018-03-01", "education": "BACHELOR"})
    assert (one.before_fen, one.after_fen) == (None, shown["after"]["total_fen"])
    assert one.effective_month == date(2018, 3, 1)


def test_who_joins_next_month_is_not_due_yet(scene: Scene) -> None:
    staff = a_newcomer(scene, joined_on=date(2018, 5, 2))
    refresh(staff)
    assert open_of(staff) == []


def test_probation_over_after_twelve_months_brings_the_grading(scene: Scene) -> None:
    staff = an_employee_with_career(
        scene.school, {"type": "join", "date": "2017-04-01"}, name="王芳", joined_on=date(2017, 4, 1)
    )
    one = the_proposal(staff)
    assert (one.foresight, one.rule, one.due_on) == ("grading", "I-3", date(2018, 4, 1))
    assert one.facts["answers"]["graded_on"] == "2018-04-01"
    assert one.facts["answers"]["post"] == "TECH-12", "nobody appointed, so the post by education"
    assert (one.after_fen or 0) > (one.before_fen or 0) > 0


def test_in_the_eleventh_month_of_probation_nobody_is_graded(scene: Scene) -> None:
    staff = an_employee_with_career(
        scene.school, {"type": "join", "date": "2017-05-01"}, name="王芳", joined_on=date(2017, 5, 1)
    )
    refresh(staff)
    assert open_of(staff) == []


def test_a_passing_assessment_brings_the_increment_from_january(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene)
    reported(staff, (2017, "QUALIFIED"))
    one = the_proposal(staff)
    assert (one.foresight, one.due_key, one.rule) == ("increment", "2017", "I-5")
    assert one.effective_month == date(2018, 1, 1)
    answers = one.facts["answers"]
    assert (answers["assessment_year"], answers["result"]) == (2017, "QUALIFIED")
    assert one.missing == []


def test_a_failed_assessment_brings_nothing_and_enters_the_career_by_itself(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene)
    reported(staff, (2017, "BASICALLY_QUALIFIED"))
    tally = refresh(staff)
    assert (open_of(staff), tally.entered) == ([], 1)
    (event,) = db.session.query(CareerEvent).filter_by(staff_id=staff.id, year=2017).all()
    assert event.data["result"] == "BASICALLY_QUALIFIED"
    assert refresh(staff).entered == 0


def test_of_two_open_years_the_older_is_proposed_first(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene)
    reported(staff, (2017, "QUALIFIED"), (2016, "QUALIFIED"))
    refresh(staff)
    assert open_of(staff) == [("increment", "2016")]


def test_a_demerit_in_force_on_new_year_stops_the_increment(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene, "李明", {"type": "sanction", "date": "2017-06-01", "kind": "DEMERIT"})
    reported(staff, (2017, "QUALIFIED"))
    refresh(staff)
    assert open_of(staff) == []


def _civil_servant(scene: Scene, *, level_clock: int, step_clock: int, level: int = 25) -> Staff:
    opening = {
        "type": "opening", "date": "2007-07-01", "position": "STAFF", "leading": False, "level": level, "step": 3,
        "level_clock": level_clock, "step_clock": step_clock,
    }  # fmt: skip
    return an_employee_with_career(
        scene.office, opening, name="周涛", staff_type="CIVIL_SERVANT", joined_on=date(2000, 7, 1)
    )


def test_two_qualified_years_bring_a_civil_servant_one_step(scene: Scene) -> None:
    with on(date(2010, 3, 1)):
        staff = _civil_servant(scene, level_clock=2007, step_clock=2008)
        reported(staff, (2008, "QUALIFIED"), (2009, "EXCELLENT"))
        one = the_proposal(staff)
        assert (one.foresight, one.due_key, one.rule, one.item.code) == ("step", "2009", "C-5", "NCGZ-10")
        assert one.effective_month == date(2010, 1, 1)
        assert (one.after_fen or 0) > (one.before_fen or 0) > 0


def test_after_one_qualified_year_there_is_no_step(scene: Scene) -> None:
    with on(date(2010, 3, 1)):
        staff = _civil_servant(scene, level_clock=2008, step_clock=2009)
        reported(staff, (2009, "EXCELLENT"))
        refresh(staff)
        assert open_of(staff) == []


def test_five_qualified_years_bring_a_level_and_the_step_comes_with_it(scene: Scene) -> None:
    with on(date(2013, 3, 1)):
        staff = _civil_servant(scene, level_clock=2008, step_clock=2011)
        reported(staff, *((year, "QUALIFIED") for year in range(2008, 2013)))
        one = the_proposal(staff)
        assert (one.foresight, one.due_key, one.rule, one.item.code) == ("level", "2012", "C-4", "NCGZ-09")


def test_four_qualified_years_and_one_not_bring_no_level(scene: Scene) -> None:
    with on(date(2013, 3, 1)):
        staff = _civil_servant(scene, level_clock=2008, step_clock=2013)
        reported(staff, *((year, "QUALIFIED") for year in range(2008, 2012)), (2012, "BASICALLY_QUALIFIED"))
        refresh(staff)
        assert open_of(staff) == []


def _organ_worker(scene: Scene, step_clock: int) -> Staff:
    opening = {
        "type": "opening", "date": "2016-07-01", "technical_grade": "SENIOR_WORKER", "step": 5,
        "step_clock": step_clock,
    }  # fmt: skip
    return an_employee_with_career(
        scene.office, opening, name="吴刚", staff_type="ORGAN_WORKER", joined_on=date(2000, 7, 1)
    )


def test_two_qualified_years_bring_an_organ_worker_one_step(scene: Scene) -> None:
    staff = _organ_worker(scene, 2016)
    reported(staff, (2016, "QUALIFIED"), (2017, "QUALIFIED"))
    one = the_proposal(staff)
    assert (one.foresight, one.rule, one.item.code) == ("worker_step", "W-1", "NCGZ-14")


def test_an_organ_worker_in_the_first_year_of_the_clock_waits(scene: Scene) -> None:
    staff = _organ_worker(scene, 2017)
    reported(staff, (2017, "QUALIFIED"))
    refresh(staff)
    assert open_of(staff) == []


def test_ten_years_of_teaching_bring_the_next_allowance_in_january(scene: Scene) -> None:
    with on(date(2017, 12, 1)):
        staff = a_teacher_of_the_file(scene, occupation="TEACHER", teaching_start_year=2008)
        refresh(staff)
        assert open_of(staff) == [], "nine years"
    with on(date(2018, 1, 8)):
        one = the_proposal(staff)
        assert (one.foresight, one.due_key, one.rule) == ("seniority", "2018", "I-9")
        assert (one.after_fen or 0) - (one.before_fen or 0) == 200


def test_a_sanction_whose_period_is_over_is_due_for_lifting(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene, "李明", {"type": "sanction", "date": "2017-03-10", "kind": "DEMERIT"})
    one = the_proposal(staff)
    assert (one.foresight, one.rule, one.due_on) == ("sanction_lifted", "I-10", date(2018, 3, 10))


def test_a_sanction_still_in_its_period_is_not(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene, "李明", {"type": "sanction", "date": "2017-05-10", "kind": "DEMERIT"})
    refresh(staff)
    assert open_of(staff) == []


def test_a_man_of_sixty_retires_and_is_proposed_the_month_before(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene, birth_date=date(1958, 5, 17))
    one = the_proposal(staff)
    assert (one.foresight, one.facts["answers"]["retires_on"]) == ("retirement", "2018-05-17")
    younger = a_teacher_of_the_file(scene, "钱进", birth_date=date(1958, 6, 1))
    refresh(younger)
    assert open_of(younger) == []


@pytest.mark.parametrize(
    ("born", "group", "day"),
    [
        ("1964-12-31", MEN, "2024-12-31"),
        ("1965-01-10", MEN, "2025-02-10"),
        ("1966-01-10", MEN, "2026-05-10"),
        ("1975-06-10", MEN, "2038-02-10"),
        ("1988-09-10", MEN, "2051-09-10"),
        ("1970-06-10", WOMEN_CADRES, "2025-08-10"),
        ("1971-06-10", WOMEN_CADRES, "2026-11-10"),
        ("1988-09-10", WOMEN_CADRES, "2046-09-10"),
        ("1975-06-10", WOMEN_WORKERS, "2025-09-10"),
        ("1977-01-10", WOMEN_WORKERS, "2028-02-10"),
        ("1984-11-10", WOMEN_WORKERS, "2039-11-10"),
    ],
)
def test_the_age_rises_by_a_month_every_four_or_two_months_since_2025(born: str, group: str, day: str) -> None:
    assert retirement_of(date.fromisoformat(born), group).day == date.fromisoformat(day)


def test_women_belong_to_the_group_of_their_post() -> None:
    def group(**state: str) -> str:
        return group_of("FEMALE", {"staff_type": "INSTITUTION", **state})

    assert group(post="TECH-8") == WOMEN_CADRES
    assert group(post="TECH-7") == WOMEN_AT_SIXTY
    assert group(post="MGMT-6") == WOMEN_AT_SIXTY
    assert group(post="WORKER-3") == WOMEN_WORKERS
    assert group_of("FEMALE", {"staff_type": "CIVIL_SERVANT", "position": "DIV_DEPUTY"}) == WOMEN_AT_SIXTY
    assert group_of("FEMALE", {"staff_type": "ORGAN_WORKER"}) == WOMEN_WORKERS
    assert group_of("MALE", {"staff_type": "ORGAN_WORKER"}) == MEN


def test_who_has_left_is_due_for_nothing(scene: Scene) -> None:
    staff = a_newcomer(scene)
    refresh(staff)
    staff.state, staff.left_on = "ENDED", date(2018, 4, 2)
    db.session.commit()
    refresh(staff)
    assert [one.state for one in proposals_of(staff)] == [ProposalState.EXPIRED]


def test_the_amounts_are_those_of_the_application(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene)
    reported(staff, (2017, "QUALIFIED"))
    one = the_proposal(staff)
    shown = preview_change(staff, "increment", {"year": 2017, "result": "QUALIFIED"})
    assert (one.before_fen, one.after_fen) == (shown["before"]["total_fen"], shown["after"]["total_fen"])
