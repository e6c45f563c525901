"""What is seldom reached: tables that are changed, codes without a name, careers that cannot begin twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.pay import names
from app.pay.answers import answer_case
from app.pay.civil_state import civil
from app.pay.components import Cause
from app.pay.errors import PayError
from app.pay.events import Assessment, DatedEvent, Event, event_from_json, event_to_json
from app.pay.institution import INSTITUTION
from app.pay.organ_worker import ORGAN_WORKER
from app.pay.replay import replay
from app.pay.retirement import retirement_fee
from app.pay.rulebook import rule
from app.pay.standards import Standards
from app.pay.table_files import read_tables
from tests.pay.people import assessed, career, event, graded, joined, month, opened, placed, servant, staff, worker

MOVE = {
    "type": "transfer",
    "id": "t",
    "date": "2012-05-05",
    "same_system": False,
    "last_paid_month": "2012-05",
    "first_paid_month": "2012-06",
    "target": {"staff_type": "INSTITUTION", "post": "TECH-9", "grade": 20},
}


@pytest.mark.parametrize(("grade", "percent"), [("TECHNICIAN", 85), ("ORDINARY_WORKER", 85)])
def test_organ_workers_get_their_fee_once_their_tables_of_2006_are_loaded(grade: str, percent: int) -> None:
    tables = read_tables()
    tables.cells = [
        replace(cell, version=date(2006, 7, 1)) if cell.table == "organ_worker_wage" else cell for cell in tables.cells
    ]
    start = event_from_json(
        {"type": "opening", "id": "o", "date": "2008-01-01", "technical_grade": grade, "step": 2, "step_clock": 2008}
    )
    leaves = event("retirement", "2008-05-05")
    held = replay(worker(work_start=date(1978, 1, 1)), [start, leaves], tables=Standards(tables))
    fee = retirement_fee(held, leaves)  # type: ignore[arg-type]
    assert fee.percent == percent
    assert len(fee.components) == (1 if grade == "ORDINARY_WORKER" else 2)


def test_a_table_of_sick_pay_with_a_gap_is_an_error_and_never_a_guess() -> None:
    tables = read_tables()
    tables.sick_ratios = tuple(ratio for ratio in tables.sick_ratios if ratio.month_from < 7)
    events = [opened("2010-01-01", "TECH-9", 20), event("sick_leave", "2010-02-01", end_date="2010-12-31")]
    held = replay(staff(work_start=date(2000, 1, 1)), events, tables=Standards(tables))
    assert held.wage_in(month("2010-07")).pay_status == "SICK_LEAVE"
    with pytest.raises(PayError, match="month 7"):
        held.wage_in(month("2010-08"))


def test_the_replay_of_a_second_beginning_is_refused_before_it_starts() -> None:
    with pytest.raises(PayError) as refusal:
        career(staff(), opened("2010-01-01", "TECH-9", 20), joined("2011-01-01"))
    assert refusal.value.code in ("NO_START_EVENT", "MALFORMED_CASE")
    assert refusal.value.concerns_whole_case


def test_a_link_without_an_amount_says_why_when_it_is_asked() -> None:
    link = career(servant(), placed("2014-10-01", "STAFF", 25, 2)).links[0]
    for ask in ("components", "total", "pay_status"):
        with pytest.raises(PayError):
            getattr(link, ask)


def test_before_the_first_standard_a_chain_has_links_without_amounts() -> None:
    held = career(servant(), placed("2005-01-01", "STAFF", 25, 2), assessed(2004), assessed(2005), assessed(2006))
    assert next(link.error and link.error.code for link in held.links) == "NO_TABLE_CELL"
    assert held.links[-1].wage is not None


def test_a_grading_of_civil_servants_does_not_fit_institution_staff() -> None:
    held = career(staff(education="MASTER"), joined("2008-01-01"), graded("2009-01-01", level=25, step=2))
    assert held.stopped is not None
    assert held.stopped.error.code == "EVENT_NOT_APPLICABLE"


def test_a_target_comes_back_from_json() -> None:
    moved = event_from_json(MOVE)
    assert event_from_json(event_to_json(moved)) == moved


def test_a_target_with_fields_of_another_staff_type_is_malformed() -> None:
    with pytest.raises(PayError):
        event_from_json({**MOVE, "target": {"staff_type": "CIVIL_SERVANT", "post": "TECH-9", "grade": 20}})


def test_rules_of_one_staff_type_never_take_the_state_of_another() -> None:
    of_a_school = career(staff(), opened("2010-01-01", "TECH-9", 20))
    of_an_office = career(servant(), placed("2010-01-01", "STAFF", 25, 2))
    with pytest.raises(TypeError, match="not a state of a civil servant"):
        civil(of_a_school.held_in(month("2010-01")))
    for rules in (INSTITUTION, ORGAN_WORKER):
        with pytest.raises(TypeError, match="not a state of"):
            rules.promote(of_an_office.held_in(month("2010-01")), 2011, month("2011-01"), of_an_office.facts)


def test_an_event_without_a_day_of_its_own_has_none() -> None:
    with pytest.raises(NotImplementedError):
        _ = Event(id="x").day
    assert isinstance(joined("2010-01-01"), DatedEvent)
    assert Assessment(id="a", year=2010, result="QUALIFIED").day == date(2011, 1, 1)


def test_a_rule_without_a_title_cannot_be_carried_out() -> None:
    with pytest.raises(LookupError):
        rule("Z-9")(lambda: None)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (names.post_name("X-1"), "X-1"),
        (names.position_name("X"), "X"),
        (names.technical_grade_name("X"), "X"),
        (names.series_name("TECH"), "professional posts"),
        (names.result_name("EXCELLENT"), "Excellent"),
        (names.occupation_name(None), "Neither teacher nor nurse"),
        (names.occupation_name("NURSE"), "Nurse"),
        (names.source_name("memory"), "from memory, not found in a document"),
        (names.cause_name("death"), "Death"),
        (names.row_name("compulsory_teacher_grade", "7"), "Grade 7, teachers in compulsory education"),
        (names.row_name("duty_leading", "SECT_CHIEF"), "Head at section level, leading"),
        (names.row_name("duty_non_leading", "STAFF"), "Section member, not leading"),
        (names.row_name("rank_wage", "RANK_CLERK_1"), "First-class clerk"),
        (names.row_name("level_wage", "25", 2), "Level 25, step 2"),
        (names.row_name("organ_worker_post", "TECHNICIAN", 3), "Technician, step 3"),
        (names.row_name("organ_worker_technical_grade", "TECHNICIAN"), "Technician"),
        (names.row_name("new", "1", 2), "new 1, step 2"),
        (names.row_name("new", "1"), "new 1"),
    ],
)
def test_codes_have_names_and_unknown_codes_are_shown(name: object, said: str) -> None:
    assert str(name) == said


def test_every_education_is_listed() -> None:
    assert "MASTER" in names.education_codes()


def test_a_cause_comes_back_from_json() -> None:
    cause = Cause("promotion", None, month("2012-01"))
    assert Cause.from_json(cause.to_json()) == cause


def test_a_case_with_an_id_that_is_no_text_is_answered_with_that_id() -> None:
    assert answer_case({"id": 5})["id"] == 5
