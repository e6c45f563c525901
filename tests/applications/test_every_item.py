"""Each of the 26 items from filing to its effect: answered, with materials, decided at every step, on the record.

Each item goes through the pages once; its further cases (with an id of their own) go through the same verbs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.applications import queries, service
from app.applications.filing import NotReady
from app.pay.proof import differences
from app.pay.queries import chain_of
from app.workflow import service as workflow
from models import Application, PaymentInstruction, Result, Staff, db
from models.applications import ApplicationState
from tests.applications.by_pages import Pages
from tests.applications.scene import Scene, a_scene, add
from tests.factories import an_employee
from tests.materials import files
from tests.workflow.factories import an_employee_with_career

pytestmark = pytest.mark.usefixtures("app")

TEACHER = {"occupation": "TEACHER", "teaching_start_year": 2005}
TAKEN_OVER = {"type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": 7}
ON_PROBATION = {"type": "join", "date": "2017-03-01"}
OFFICIAL = {
    "type": "opening", "date": "2007-01-01", "position": "STAFF", "leading": False, "level": 25, "step": 3,
    "level_clock": 2006, "step_clock": 2009,
}  # fmt: skip
CLERK_OF_2018 = {
    "type": "opening", "date": "2018-07-01", "position": "STAFF", "leading": False, "level": 25, "step": 2,
    "level_clock": 2018, "step_clock": 2018,
}  # fmt: skip
WORKER = {"type": "opening", "date": "2016-07-01", "technical_grade": "JUNIOR_WORKER", "step": 3, "step_clock": 2016}


@dataclass(frozen=True)
class Case:
    """One item filed once: for whom, when, with which answers, and what policy says must then be on the record.

    `state` are parts of the state of the newest wage record; `figures` the amounts or numbers of the result; `paid`
    whether finance gets an instruction.
    """

    item: str
    policy: str
    answers: dict[str, Any]
    events: tuple[dict[str, Any], ...] = (TAKEN_OVER,)
    person: dict[str, Any] = field(default_factory=dict)
    today: date = date(2018, 4, 3)
    paid: bool = True
    state: dict[str, Any] = field(default_factory=dict)
    from_month: date | None = None
    roster: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    id: str = ""


CIVIL = {"staff_type": "CIVIL_SERVANT"}
ORGAN = {"staff_type": "ORGAN_WORKER"}
MAY_2012 = date(2012, 5, 8)
FIVE_YEARS = {"assessment_year": 2010, "result": "QUALIFIED", "result_1": "EXCELLENT", "result_2": "QUALIFIED",
              "result_3": "QUALIFIED", "result_4": "QUALIFIED"}  # fmt: skip
NEW_PLACE = {"post": "TECH-11", "grade": 12}

CASES = (
    Case("NCGZ-01", "paid the probation wage by education from the month of joining", {"graduation_year": "2017"},
         events=(), person={"joined_on": date(2018, 3, 1)}, state={"phase": "PROBATION", "education": "BACHELOR"},
         from_month=date(2018, 3, 1), roster={"state": "ACTIVE"}),
    Case("NCGZ-01", "an organ worker begins with grade and step",
         {"graduation_year": "2017", "technical_grade": "JUNIOR_WORKER", "step": "1", "step_clock": "2018"},
         events=(), person={"joined_on": date(2018, 3, 1), **ORGAN}, from_month=date(2018, 3, 1),
         state={"technical_grade": "JUNIOR_WORKER", "step": 1}, id="organ-worker"),
    Case("NCGZ-02", "graded by education and post from the month after twelve months",
         {"graded_on": "2018-03-01", "post": "TECH-12", "education_changed": "no"}, events=(ON_PROBATION,),
         person={"joined_on": date(2017, 3, 1)}, state={"post": "TECH-12", "grade": 7}, from_month=date(2018, 3, 1),
         roster={"post": "TECH-12"}),
    Case("NCGZ-02", "a civil servant is graded to first-class clerk, level 25 step 2",
         {"graded_on": "2019-09-01", "education_changed": "no"}, events=({"type": "join", "date": "2018-09-01"},),
         person={"joined_on": date(2018, 9, 1), **CIVIL}, today=date(2019, 9, 10),
         state={"rank": "RANK_CLERK_1", "level": 25, "step": 2}, id="civil-servant"),
    Case("NCGZ-03", "taken over from the letter, paid from the month after the stop month",
         {"transferred_on": "2018-03-12", "former_unit": "外地第三中学", "stop_month": "2018-03", **NEW_PLACE},
         events=(), person={"joined_on": date(2018, 3, 12)}, state=NEW_PLACE, from_month=date(2018, 4, 1),
         roster={"state": "ACTIVE", "post": "TECH-11"}),
    Case("NCGZ-03", "within the same system the wage goes on unchanged",
         {"transferred_on": "2018-03-12", "former_unit": "演示第二中学", "stop_month": "2018-03"}, paid=False,
         state={"post": "TECH-12", "grade": 7}, id="same-system"),
    Case("NCGZ-04", "pay stops after the stop month, and the letter certifies the last wage",
         {"left_on": "2018-03-20", "new_unit": "外地医院", "stop_month": "2018-03"}, state={"phase": "ENDED"},
         from_month=date(2018, 4, 1), roster={"state": "ENDED", "left_on": date(2018, 3, 20)},
         figures={"Wage of the last month paid": 185900}),
    Case("NCGZ-05", "placed as staff of the same conditions from the month of joining",
         {"enlisted_on": "2006-12-01", "military_rank": "上尉", "position_assigned": "no", **NEW_PLACE}, events=(),
         person={"joined_on": date(2018, 3, 1)}, state=NEW_PLACE, from_month=date(2018, 3, 1)),
    Case("NCGZ-06", "another system from the month after, with the state worked out for it",
         {"changed_on": "2012-04-10", "new_category": "CIVIL_SERVANT", "position": "STAFF", "leading": "no",
          "level": "24", "step": "5", "level_clock": "2012", "step_clock": "2012", "service_years_in_doubt": "no"},
         events=({**TAKEN_OVER, "date": "2010-07-01"},), today=MAY_2012, from_month=date(2012, 5, 1),
         state={"staff_type": "CIVIL_SERVANT", "position": "STAFF", "level": 24},
         roster={"staff_type": "CIVIL_SERVANT", "post": None, "at_start": {"staff_type": "INSTITUTION"}}),
    Case("NCGZ-06", "within an institution a post of another kind with the grade stated",
         {"changed_on": "2012-04-10", "new_category": "INSTITUTION", "post": "MGMT-8", "grade": "12",
          "service_years_in_doubt": "no"}, events=({**TAKEN_OVER, "date": "2010-07-01"},), today=MAY_2012,
         state={"post": "MGMT-8", "grade": 12}, from_month=date(2012, 5, 1), id="within-institution"),
    Case("NCGZ-07", "one level up from the month after the appointment",
         {"appointed_on": "2012-03-20", "position": "SECT_DEPUTY", "leading": "yes"}, events=(OFFICIAL,), person=CIVIL,
         today=MAY_2012, state={"position": "SECT_DEPUTY", "leading": True, "level": 24}, from_month=date(2012, 4, 1)),
    Case("NCGZ-08", "the first rank keeps level and step; the non-leading position ends",
         {"approved_on": "2019-06-20", "rank": "RANK_CLERK_1"}, events=(CLERK_OF_2018,), person=CIVIL,
         today=date(2019, 7, 10), state={"rank": "RANK_CLERK_1", "position": None, "level": 25, "step": 2},
         from_month=date(2019, 7, 1)),
    Case("NCGZ-09", "five qualifying years give one level from 1 January", FIVE_YEARS, events=(OFFICIAL,),
         person=CIVIL, today=date(2011, 3, 8), state={"level": 24, "level_clock": 2011}, from_month=date(2011, 1, 1)),
    Case("NCGZ-10", "two qualifying years give one step from 1 January",
         {"assessment_year": "2010", "result": "QUALIFIED", "result_1": "QUALIFIED"}, events=(OFFICIAL,), person=CIVIL,
         today=date(2011, 3, 8), state={"level": 25, "step": 4, "step_clock": 2011}, from_month=date(2011, 1, 1)),
    Case("NCGZ-11", "the post wage of the new post from the month after",
         {"appointed_on": "2018-03-20", "post": "TECH-10"}, state={"post": "TECH-10"}, from_month=date(2018, 4, 1),
         roster={"post": "TECH-10"}),
    Case("NCGZ-12", "one grade up from 1 January after a qualified year", {"result": "QUALIFIED"}, state={"grade": 8},
         from_month=date(2018, 1, 1)),
    Case("NCGZ-13", "the lowest step of the higher grade that pays more, from the month after",
         {"appointed_on": "2018-03-20", "technical_grade": "INTERMEDIATE_WORKER"}, events=(WORKER,), person=ORGAN,
         state={"technical_grade": "INTERMEDIATE_WORKER"}, from_month=date(2018, 4, 1)),
    Case("NCGZ-14", "two qualifying years give one step from 1 January",
         {"result": "QUALIFIED", "result_1": "EXCELLENT"}, events=(WORKER,), person=ORGAN,
         state={"step": 4, "step_clock": 2018}, from_month=date(2018, 1, 1)),
    Case("NCGZ-15", "on probation the sum of the higher education from the month after",
         {"obtained_on": "2018-01-10", "education": "MASTER", "education_needs_file": "no"}, events=(ON_PROBATION,),
         person={"joined_on": date(2017, 3, 1)}, state={"phase": "PROBATION", "education": "MASTER"},
         from_month=date(2018, 2, 1), roster={"education": "MASTER", "at_start": {"education": "BACHELOR"}}),
    Case("NCGZ-16", "the result certifies the wage by the standard in force", {"effective_from": "2016-07-01"},
         paid=False, state={"grade": 7}, figures={"Wage by the standard": 185900}),
    Case("NCGZ-17", "ten percent and the seniority allowance with the teaching post",
         {"starts_on": "2018-03-05", "occupation": "TEACHER", "teaching_start_year": "2005",
          "first_teaching_post": "no"},
         state={"occupation": "TEACHER"}, from_month=date(2018, 4, 1),
         roster={**TEACHER, "at_start": {"occupation": None}}),
    Case("NCGZ-17", "a corrected first year moves the allowance of the years since",
         {"starts_on": "2018-01-01", "teaching_start_year": "2000", "first_teaching_post": "no"}, person=TEACHER,
         state={"occupation": "TEACHER"}, roster={"teaching_start_year": 2000}, id="years"),
    Case("NCGZ-18", "an allowance is filed with its amount and document",
         {"starts_on": "2018-03-05", "action": "START", "allowance_kind": "POST", "title": "信访工作人员岗位津贴",
          "monthly": "260.00", "basis": "示例发〔2018〕1号"}, paid=False, state={"grade": 7}),
    Case("NCGZ-19", "a floating wage made permanent is filed with its grades",
         {"reached_on": "2018-03-01", "kind": "PERMANENT", "grades": "1", "service_years": "8"}, paid=False,
         state={"grade": 7}),
    Case("NCGZ-20", "a warning cuts nothing and is on record", {"in_force_on": "2018-03-05", "matter": "SANCTION",
         "sanction": "WARNING"}, paid=False, state={"grade": 7}),
    Case("NCGZ-20", "a lowering of post takes two grades a level, not below the starting grade",
         {"in_force_on": "2018-03-05", "matter": "SANCTION", "sanction": "POST_LOWERED", "no_lower_post": "no",
          "post": "TECH-13"}, events=({**TAKEN_OVER, "grade": 9},), state={"post": "TECH-13", "grade": 7},
         from_month=date(2018, 4, 1), roster={"post": "TECH-13"}, id="lowering"),
    Case("NCGZ-20", "under arrest the living allowance is paid from the month after",
         {"in_force_on": "2018-02-05", "matter": "MEASURE", "measure": "ARREST"}, from_month=date(2018, 3, 1),
         id="measure"),
    Case("NCGZ-20", "who is cleared gets back what was cut",
         {"in_force_on": "2018-03-20", "matter": "MEASURE_ENDED", "cleared": "yes"},
         events=(TAKEN_OVER, {"type": "coercive_measure", "date": "2018-01-15", "kind": "ARREST"}),
         from_month=date(2016, 7, 1), id="cleared"),
    Case("NCGZ-20", "an early lifting ends the period", {"in_force_on": "2018-03-20", "matter": "LIFTED"},
         events=(TAKEN_OVER, {"type": "sanction", "date": "2018-01-15", "kind": "DEMERIT"}), paid=False, id="lifted"),
    Case("NCGZ-21", "from the third month 90 percent with less than ten years, in full again afterwards",
         {"leave_from": "2018-01-10", "leave_to": "2018-05-20"}, person={"work_start": date(2014, 7, 1)},
         from_month=date(2018, 6, 1)),
    Case("NCGZ-22", "the service years found are on the roster and in the result",
         {"work_start": "2008-07-01", "grounds": "档案材料记载2008年7月参加工作"}, paid=False, state={"grade": 7},
         roster={"work_start": date(2008, 7, 1)},
         figures={"Service years so far": 9, "Service years found": 11}),
    Case("NCGZ-23", "pay stops the month after, and the provisional fee is certified on the tables of 2006",
         {"retires_on": "2018-03-31", "retirement_kind": "AGE", "service_years_in_doubt": "no",
          "raised_percentage": "no", "family_bonus": "no"},
         person={"work_start": date(1983, 7, 1), "birth_date": date(1958, 3, 20)},
         state={"phase": "ENDED"}, from_month=date(2018, 4, 1),
         roster={"state": "ENDED", "left_on": date(2018, 3, 31)},
         figures={"Service years": 36, "Percentage by service years": 90}),
    Case("NCGZ-24", "pay stops the month after the resignation", {"left_on": "2018-03-15", "reason": "RESIGNATION"},
         state={"phase": "ENDED"}, from_month=date(2018, 4, 1), roster={"state": "ENDED"}),
    Case("NCGZ-24", "expulsion ends pay the month after", {"left_on": "2018-03-15", "reason": "EXPULSION"},
         state={"phase": "ENDED"}, from_month=date(2018, 4, 1), roster={"state": "ENDED"}, id="expulsion"),
    Case("NCGZ-25", "pay stops the month after death, and twenty months of the wage base are due",
         {"died_on": "2018-03-15", "cause": "ILLNESS", "survivor_allowance": "no"}, state={"phase": "ENDED"},
         from_month=date(2018, 4, 1), roster={"state": "ENDED"},
         figures={"Months of the wage base": 20, "One-time death benefit": 20 * 185900}),
)  # fmt: skip


@contextmanager
def at(day: date) -> Iterator[None]:
    """The morning of a day."""
    with clock.frozen(datetime(day.year, day.month, day.day, 9, 0, tzinfo=clock.SHANGHAI)):
        yield


def the_employee(scene: Scene, case: Case) -> Staff:
    """Somebody with the career that the case begins with."""
    person = {"joined_on": date(2006, 7, 1), "work_start": date(2010, 7, 1), **case.person}
    if not case.events:
        return an_employee(scene.unit, "王芳", **person)
    return an_employee_with_career(scene.unit, *case.events, name="王芳", **person)


def file_and_approve(scene: Scene, started: Application, answers: dict[str, Any]) -> Application:
    """Answered, with every material that is needed, submitted, and decided at each step by the one whose step it is."""
    application = service.save_answers(started.id, answers, by=scene.clerk, revision=started.revision)
    for line in queries.sheet(queries.opened(scene.clerk, application.id)).needed:
        if not line.shared:
            scan = files.pdf_bytes(files.text_pdf(line.material.min_pages))
            add(scene, application.id, line.code, scan, "scan.pdf")
    db.session.expire_all()
    try:
        service.submit(application.id, by=scene.clerk, revision=application.revision, key=None)
    except NotReady as refused:
        pytest.fail("; ".join(f"{one.place}: {one.message}" for one in refused.findings))
    for who in ("head", "department", "reviewer", "rechecker", "approver"):
        db.session.expire_all()
        revision = db.session.get_one(Application, application.id).revision
        workflow.approve(application.id, by=getattr(scene, who), revision=revision)
    db.session.expire_all()
    return db.session.get_one(Application, application.id)


@pytest.mark.parametrize("case", CASES, ids=[f"{one.item}{'-' + one.id if one.id else ''}" for one in CASES])
def test_an_item_works_from_filing_to_its_effect(case: Case, app: Flask) -> None:
    with at(case.today):
        scene = a_scene()
        staff = the_employee(scene, case)
        if case.id:
            started = service.start(case.item, staff_id=staff.id, by=scene.clerk)
            application = file_and_approve(scene, started, case.answers)
        else:
            application = Pages(app, scene).file_and_approve(case.item, case.answers, staff_id=staff.id)
        assert application.state == ApplicationState.APPROVED, case.policy
        result = db.session.query(Result).filter_by(application_id=application.id).one()
        newest = chain_of(staff.id)[-1]
        assert {key: newest.state.get(key) for key in case.state} == case.state, case.policy
        if case.from_month is not None:
            assert newest.effective_month == case.from_month, case.policy
        assert {key: getattr(staff, key) for key in case.roster} == case.roster
        told = {one["label"]["m"]: one["value"] for one in result.figures}
        assert {key: told.get(key) for key in case.figures} == case.figures
        paid = db.session.query(PaymentInstruction).filter_by(application_id=application.id).count()
        assert paid == (1 if case.paid else 0), case.policy
        assert not list(differences())


def test_the_performance_pay_total_is_filed_for_the_unit_and_kept(app: Flask) -> None:
    scene = a_scene()
    answers = {"total": "2400000.00", "staff_moved": "no", "extra_total": "no"}
    application = Pages(app, scene).file_and_approve("NCGZ-26", answers)
    result = db.session.query(Result).filter_by(application_id=application.id).one()
    assert (result.staff_id, result.unit_id) == (None, scene.unit.id)
    assert result.facts == {"for_year": 2018, "total": 240_000_000}
    assert db.session.query(PaymentInstruction).count() == 0


def test_every_item_goes_through_the_pages_once() -> None:
    driven = [case.item for case in CASES if not case.id] + ["NCGZ-26"]
    assert sorted(driven) == [f"NCGZ-{number:02d}" for number in range(1, 27)]
