"""Points at which a neighbouring figure would give another wage: ties, tops, days of January, whose rule, whose row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.pay.absences import wage_base
from app.pay.back_pay import BackPay
from app.pay.benefits import death_benefit
from app.pay.careers import Person, Settings
from app.pay.civil_state import CivilState
from app.pay.errors import PayError
from app.pay.events import Death, Event
from app.pay.institution import InstitutionState
from app.pay.institution_wage import seniority_band
from app.pay.replay import replay
from app.pay.sick_leave import _ratio
from app.pay.standards import Standards, _extended, standards
from app.pay.table_files import Cell, read_tables
from app.pay.why_not import step_of_year
from tests.pay.people import (
    appointed,
    asked,
    career,
    event,
    graded,
    joined,
    month,
    opened,
    place_in,
    placed,
    qualified,
    servant,
    staff,
    state_in,
    stopped_in,
    teacher,
    worker,
)
from tests.pay.test_organ_workers import held, raised
from tests.pay.told import bench, causes_in, reasons_of, said_of, told

OFFICE = {"staff_type": "CIVIL_SERVANT", "position": "STAFF", "leading": False, "level": 25, "step": 2,
          "level_clock": 2016, "step_clock": 2016}  # fmt: skip


def moved(first: str, last: str, **target: Any) -> Event:
    return event("transfer", f"{last}-15", same_system=False, last_paid_month=last, first_paid_month=first,
                 target=target)  # fmt: skip


def with_amounts(**amounts: int) -> Standards:
    """The tables with other post wages of organ workers: `TECHNICIAN_4=1802`."""
    tables = read_tables()
    tables.cells = [
        replace(cell, amount=Decimal(amounts[f"{cell.level}_{cell.step}"]))
        if cell.category == "organ_worker_post" and f"{cell.level}_{cell.step}" in amounts
        else cell
        for cell in tables.cells
    ]
    return Standards(tables)


# -- choosing a step -----------------------------------------------------------------------------------------------


def test_c6_down_to_the_first_step_where_the_second_pays_more() -> None:
    """15-1 pays 859, 16-1 pays 786; here 16-2 pays 890."""
    tables = read_tables()
    tables.cells = [
        replace(cell, amount=Decimal(890))
        if (cell.category, cell.level, cell.step, cell.standard) == ("level_wage", "16", 2, "CIVIL-2006-07")
        else cell
        for cell in tables.cells
    ]
    start = placed("2010-01-01", "DIV_DEPUTY", 15, 1)
    fallen = replay(servant(), [start, event("sanction", "2012-05-05", kind="DOWNGRADE")], tables=Standards(tables))
    state = fallen.state_in(month("2012-06"))
    assert (state["level"], state["step"]) == (16, 1)


@pytest.mark.parametrize("kind", ["position_change", "sanction"])
def test_where_no_step_fits_the_level_that_was_looked_through_is_named(kind: str) -> None:
    tables = read_tables()
    tables.cells = [
        replace(cell, amount=Decimal(500)) if cell.table == "civil_level_wage" else cell for cell in tables.cells
    ]
    up = event("position_change", "2012-05-05", position="SECT_DEPUTY", leading=True)
    change = up if kind == "position_change" else event("sanction", "2012-05-05", kind="DOWNGRADE")
    stopped = replay(servant(), [placed("2010-01-01", "STAFF", 25, 2), change], tables=Standards(tables)).stopped
    assert stopped is not None
    assert f"level {24 if change is up else 26}" in str(stopped.error.message)


def test_w2_a_step_that_pays_as_much_as_before_is_not_more() -> None:
    """A senior worker of step 8 has 1,802; the technician's fifth step pays 1,823."""
    tables = with_amounts(TECHNICIAN_4=1802)
    change = replay(worker(), [held("SENIOR_WORKER", 8), raised("TECHNICIAN")], tables=tables)
    assert change.state_in(month("2017-03"))["step"] == 5


def test_w2_of_an_ordinary_worker_nothing_is_added_in_the_comparison() -> None:
    tables = with_amounts(ORDINARY_WORKER_9=2000, JUNIOR_WORKER_1=2001 - 555)
    change = replay(worker(), [held("ORDINARY_WORKER", 9), raised("JUNIOR_WORKER")], tables=tables,
                    settings=Settings(technical_grade_in_comparison=True))  # fmt: skip
    assert change.state_in(month("2017-03"))["step"] == 1


# -- January -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "step"), [("2011-01-02", 2), ("2012-01-01", 2), ("2012-01-02", 3), ("2011-01-01", 3)])
def test_c5_what_counts_is_whether_the_demerit_is_in_force_on_1_january(day: str, step: int) -> None:
    events = (placed("2010-01-01", "STAFF", 25, 2), *qualified(2010, 2011), event("sanction", day, kind="DEMERIT"))
    assert place_in("2012-01", servant(), *events) == f"25-{step}"


def test_an_organ_worker_is_told_nothing_of_a_demerit_in_a_january_without_assessment() -> None:
    demerit = event("sanction", "2016-09-01", kind="DEMERIT")
    assert said_of(worker(), bench("TECHNICIAN", 2, clock=2014), *qualified(2014, 2015), demerit) == []


def test_the_year_after_a_transfer_is_told_by_the_rules_of_the_new_staff_type() -> None:
    to_the_office = moved("2016-01", "2015-12", **OFFICE)
    kept = career(staff(), opened("2013-07-01", "TECH-12", 7), *qualified(2013, 2016), to_the_office)
    assert [reason.rule for reason in step_of_year(kept, 2015).brought] == ["I-5"]
    assert [reason.rule for reason in step_of_year(kept, 2017).against] == ["C-4", "C-5"]


# -- whose period --------------------------------------------------------------------------------------------------


def test_each_staff_type_has_its_own_periods() -> None:
    tables = read_tables()
    tables.parameters["I-10", "period_months.DEMERIT"] = ("24", "S22")
    other = Standards(tables)
    demerit = event("sanction", "2011-06-01", kind="DEMERIT")
    office = replay(servant(), [placed("2010-01-01", "STAFF", 25, 2), *qualified(2010, 2012), demerit], tables=other)
    post = replay(staff(), [opened("2010-01-01", "TECH-12", 7), *qualified(2012, 2012), demerit], tables=other)
    assert office.state_in(month("2013-01"))["step"] == 3
    assert post.state_in(month("2013-01"))["grade"] == 7


def test_a_post_lowered_after_a_move_from_the_office_stops_increments_as_for_others() -> None:
    to_the_unit = moved("2012-02", "2012-01", staff_type="INSTITUTION", post="TECH-10", grade=20)
    lowered = event("sanction", "2012-05-05", kind="POST_LOWERED", post="TECH-11")
    events = (placed("2010-01-01", "STAFF", 25, 2), to_the_unit, lowered, *qualified(2012, 2014))
    grades = [state_in(when, servant(), *events)["grade"] for when in ("2012-06", "2013-01", "2014-01", "2015-01")]
    assert grades == [18, 18, 18, 19]


# -- posts and grades ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("post", "lower", "tiers"), [("TECH-3", "TECH-10", 2), ("TECH-4", "TECH-8", 2),
                                                      ("TECH-7", "TECH-8", 1), ("TECH-5", "TECH-11", 2)])  # fmt: skip
def test_i10_the_last_post_of_a_tier_belongs_to_it(post: str, lower: str, tiers: int) -> None:
    lowered = event("sanction", "2010-05-10", kind="POST_LOWERED", post=lower)
    grade = state_in("2010-06", staff(), opened("2010-01-01", post, 40), lowered, post_lowering_unit="tier")["grade"]
    assert grade == 40 - 2 * tiers


@pytest.mark.parametrize("said", [{"position": "STAFF", "leading": False}, {"rank": "RANK_CLERK_1"},
                                  {"level": 25, "step": 2}])  # fmt: skip
def test_a_grading_in_any_term_of_civil_servants_does_not_fit_institution_staff(said: dict[str, Any]) -> None:
    grading = event("grading", "2017-08-01", **said)
    assert stopped_in("2017-08", staff(education="BACHELOR"), joined("2016-08-01"), grading) == "EVENT_NOT_APPLICABLE"


def test_the_post_is_said_to_start_higher_only_if_it_does() -> None:
    junior = (staff(education="JUNIOR_COLLEGE"), joined("2016-08-01"))
    assert "starts at the higher grade 9" in reasons_of(*junior, graded("2017-08-01", post="TECH-10"))
    assert "higher grade" not in reasons_of(*junior, graded("2017-08-01", post="TECH-12"))


def test_an_appointment_to_the_post_that_is_held_is_not_named_by_it() -> None:
    events = (opened("2016-07-01", "TECH-12", 10), appointed("2017-03-05", "TECH-12"))
    assert causes_in("2017-04", staff(), *events)["POST_WAGE"] == ("opening", "opened", "2016-07")


def test_the_uplift_names_the_post_that_raised_it() -> None:
    events = (opened("2016-07-01", "TECH-12", 10), appointed("2017-03-05", "TECH-11"))
    named = ("post_appointment", "appointed-2017-03-05", "2017-04")
    assert causes_in("2017-04", teacher(2010), *events)["UPLIFT"] == named


def test_expulsion_leaves_the_staff_type() -> None:
    events = (opened("2016-07-01", "TECH-12", 10), event("sanction", "2017-02-03", kind="EXPULSION"))
    assert state_in("2017-03", staff(), *events) == {"staff_type": "INSTITUTION", "phase": "ENDED"}


def test_the_education_stays_on_file_after_grading_and_after_a_move() -> None:
    def education_in(when: str, person: Person, *events: Event) -> str | None:
        state = career(person, *events).held_in(month(when))
        assert isinstance(state, CivilState | InstitutionState)
        return state.education

    to_the_unit = moved("2017-01", "2016-12", staff_type="INSTITUTION", post="TECH-12", grade=5)
    assert (
        education_in("2008-07", servant(education="BACHELOR"), joined("2007-07-02"), graded("2008-07-02")) == "BACHELOR"
    )
    begun = opened("2016-07-01", "TECH-10", 14)
    assert education_in("2016-07", staff(education="BACHELOR"), begun) == "BACHELOR"
    assert education_in("2010-01", servant(education="BACHELOR"), placed("2010-01-01", "STAFF", 25, 2)) == "BACHELOR"
    assert education_in("2017-01", staff(education="BACHELOR"), begun, to_the_unit) == "BACHELOR"


def test_i9_a_year_of_teaching_that_lies_ahead_counts_as_none() -> None:
    years, band = seniority_band(month("2016-08"), career(teacher(2020), opened("2016-07-01", "TECH-12", 7)).facts)
    assert (years, band.years_from) == (0, 0)


# -- tables --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "category", "level", "step"),
    [
        ("institution_grade_wage_cadre", "tech_mgmt_grade", "066", None),
        ("institution_grade_wage_cadre", "worker_grade", "5", None),
        ("civil_level_wage", "level_wage", "28", 1),
        ("civil_level_wage", "level_wage", "28", 20),
    ],
)
def test_a_row_that_no_table_has_is_refused(table: str, category: str, level: str, step: int | None) -> None:
    with pytest.raises(PayError) as refusal:
        standards().cell(table, category, level, step, month("2010-01"))
    assert refusal.value.code == "NO_TABLE_CELL"


def test_d5_a_computed_cell_is_as_sure_as_the_less_sure_of_two() -> None:
    last, before = (
        standards().cell("institution_grade_wage_cadre", "tech_mgmt_grade", level, None, month("2010-01"))
        for level in ("65", "64")
    )

    def computed(last: Cell, before: Cell) -> str:
        cell = _extended(last, before, by=1, level="66", step=None)
        assert cell is not None
        return cell.confidence

    assert computed(last, replace(before, confidence="low")) == "low"
    assert computed(replace(last, confidence="medium"), before) == "medium"


def test_d36_without_a_version_its_months_read_like_those_before() -> None:
    other = standards().without(date(2014, 10, 1))
    before, after = month("2014-09"), month("2014-10")
    assert standards().era_of(before) != standards().era_of(after)
    assert other.era_of(before) == other.era_of(after)


def test_o4_of_two_rows_in_force_the_later_holds_wherever_it_stands() -> None:
    tables = read_tables()
    (ill,) = (row for row in tables.death_rows if (row.staff_type, row.cause) == ("organ", "illness"))
    later = replace(ill, effective_from=date(2013, 1, 1), months=50)
    died = Death(id="died", date=date(2013, 6, 10), cause="ILLNESS")
    given = tables.death_rows
    for rows in ((later, *given), (*given, later)):
        tables.death_rows = rows
        kept = replay(servant(), [placed("2010-01-01", "STAFF", 25, 2), died], tables=Standards(tables))
        assert death_benefit(kept, died, Decimal(20000)).row.months == 50


def test_o1_the_rows_of_sick_pay_may_stand_in_any_order() -> None:
    rows = standards().sick_ratios
    for ordered in (rows, rows[::-1]):
        assert [_ratio(3, years, ordered).percent for years in (0, 9, 10, 30)] == [90, 90, 100, 100]
        assert [_ratio(7, years, ordered).percent for years in (0, 9, 10, 30)] == [70, 70, 80, 80]
    with pytest.raises(PayError) as refusal:
        _ratio(1, 5, ())
    assert refusal.value.code == "NO_TABLE_CELL"


def test_o3_who_has_fewer_service_years_than_none_falls_into_the_lowest_row() -> None:
    person = {"staff_type": "INSTITUTION", "work_start": "2005-07", "interruption_years": 10}
    events: list[dict[str, Any]] = [{"type": "opening", "date": "2008-01-01", "post": "TECH-7", "grade": 40},
              {"type": "retirement", "date": "2008-02-20"}]  # fmt: skip
    factors = asked(person, events, type="retirement_fee")["factors"]
    assert (factors["service_years"], factors["percent"]) == (-6, 50)


def test_a_sum_of_nothing_is_an_amount() -> None:
    assert isinstance(wage_base(()), Decimal)
    assert isinstance(BackPay().amount, Decimal)
    ended = career(staff(), opened("2016-07-01", "TECH-12", 7), event("death", "2016-09-02", cause="ILLNESS"))
    assert isinstance(ended.wage_in(month("2016-10")).total, Decimal)


# -- the chain -----------------------------------------------------------------------------------------------------


def test_a_leave_that_cannot_be_paid_for_want_of_a_fact_has_one_link_and_its_end_another() -> None:
    leave = event("sick_leave", "2010-03-05", end_date="2010-05-20")
    links = career(staff(), opened("2010-01-01", "TECH-10", 14), leave).links
    found = [(f"{link.effective_month:%Y-%m}", link.error.code if link.error else None) for link in links]
    assert found == [("2010-01", None), ("2010-03", "MISSING_FACT"), ("2010-06", None)]


def test_o1_a_month_of_a_leave_that_pays_less_is_told_by_its_number() -> None:
    leave = event("sick_leave", "2010-03-05", end_date="2010-06-20")
    kept = career(staff(work_start=month("2008-07")), opened("2010-01-01", "TECH-10", 14), leave)
    assert [(told(link.cause), str(link.reasons[0])) for link in kept.links[1:]] == [
        (("sick_leave", leave.id, "2010-03"), "Sick leave, month 1."),
        (("sick_leave", leave.id, "2010-05"), "Sick leave, month 3."),
        (("sick_leave", leave.id, "2010-07"), "The sick leave has ended."),
    ]


def test_a_step_comes_in_the_january_after_a_move_however_early_the_letter_was_written() -> None:
    move = event("transfer", "2011-05-05", same_system=False, last_paid_month="2018-02", first_paid_month="2018-03",
                 target={**OFFICE, "level_clock": 2018, "step_clock": 2009})  # fmt: skip
    events = (opened("2008-07-01", "TECH-12", 7), *qualified(2009, 2010), move)
    assert [state_in(when, staff(), *events)["step"] for when in ("2018-12", "2019-01")] == [2, 3]


def test_c10_a_major_demerit_after_a_move_to_the_office_lasts_eighteen_months() -> None:
    sanction = event("sanction", "2016-07-02", kind="MAJOR_DEMERIT")
    events = (opened("2013-07-01", "TECH-12", 7), moved("2016-01", "2015-12", **OFFICE), *qualified(2016, 2017))
    steps = [state_in("2018-01", staff(), *events, *more)["step"] for more in ([], [sanction])]
    assert steps == [3, 2]


def test_o5_a_measure_of_one_month_has_a_link_for_its_start_and_one_for_its_end() -> None:
    arrest = event("coercive_measure", "2010-03-05", kind="ARREST")
    ended = event("measure_ended", "2010-04-20", measure=arrest.id, cleared=False)
    kept = career(staff(), opened("2010-01-01", "TECH-10", 14), arrest, ended)
    assert [(told(link.cause), link.pay_status) for link in kept.links[1:]] == [
        (("coercive_measure", arrest.id, "2010-04"), "COERCIVE_MEASURE"),
        (("measure_ended", ended.id, "2010-05"), "NORMAL"),
    ]
