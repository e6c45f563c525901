"""What effects do beyond the plain case: moves within the system, earlier years, figures, nothing to pay."""

from __future__ import annotations

from datetime import date

import pytest

from app.messages import Message
from app.pay import queries
from models import (
    CareerEvent,
    ItemVersion,
    PaymentInstruction,
    Result,
    db,
)
from models.staff import StaffState
from tests.factories import an_employee
from tests.pay_records.decisions import CIVIL, IN_2010, OFFICIAL, OPENING, at, decided, in_work, problem, result_of
from tests.workflow.factories import a_city

pytestmark = pytest.mark.usefixtures("app")


def test_who_moves_to_a_unit_of_this_system_goes_on_there() -> None:
    city = a_city()
    staff = in_work(city)
    facts = {"day": "2018-03-20", "stop_month": "2018-03", "new_unit_code": city.other.code}
    assert decided(city, staff, "transfer_out", **facts) is None
    assert (staff.unit_id, staff.state) == (city.other.id, StaffState.ACTIVE)
    assert result_of(staff) == {"Wage of the last month paid": queries.chain_of(staff.id)[-1].total_fen}
    assert decided(city, staff, "transfer_in", day="2018-03-20", stop_month="2018-03") is None
    assert db.session.query(CareerEvent).filter_by(kind="transfer").one().data["same_system"] is True


def test_a_transfer_with_a_state_of_its_own_sets_the_wage_anew() -> None:
    city = a_city()
    staff = in_work(city)
    written = decided(city, staff, "transfer_in", day="2018-03-20", stop_month="2018-03", post="TECH-11", grade=9)
    assert written is not None
    assert written.record.state == {
        "staff_type": "INSTITUTION", "phase": "GRADED", "post": "TECH-11", "grade": 9, "occupation": None,
    }  # fmt: skip


def test_an_official_with_a_rank_alone_is_taken_over_with_it() -> None:
    with at(2019, 8, 6):
        city = a_city()
        staff = an_employee(city.school, joined_on=date(2019, 7, 1), work_start=date(2019, 7, 1), **CIVIL)
        written = decided(city, staff, "transfer_in", day="2019-07-01", stop_month="2019-06", rank="RANK_CLERK_1",
                          level=25, step=2, level_clock=2019, step_clock=2019)  # fmt: skip
        assert written is not None
        assert (written.record.state["rank"], written.record.state["position"]) == ("RANK_CLERK_1", None)


def test_the_results_of_earlier_years_are_kept_once() -> None:
    with at(2011, 3, 8):
        city = a_city()
        staff = in_work(city, OFFICIAL, {"type": "assessment", "year": 2009, "result": "EXCELLENT"}, **CIVIL)
        decided(city, staff, "step_promotion", year=2010, result="QUALIFIED", result_1="QUALIFIED")
        years = {row.year: row.data["result"] for row in queries.event_rows(staff.id) if row.year}
        assert years == {2009: "EXCELLENT", 2010: "QUALIFIED"}


def test_a_year_before_the_career_here_moves_nothing() -> None:
    staff = in_work(a_city())
    assert problem(staff, "increment", year=2014, result="QUALIFIED") == (
        "This would not change the wage. The amounts stay as they are."
    )


def test_a_level_and_a_step_are_filed_under_their_own_items() -> None:
    with at(2011, 3, 8):
        city = a_city()
        years = {"type": "assessment", "result": "QUALIFIED"}
        staff = in_work(city, OFFICIAL, **CIVIL)
        assert "a step is" in problem(staff, "level_promotion", year=2010, result="QUALIFIED", result_1="QUALIFIED")
        older = in_work(city, OFFICIAL, *({**years, "year": year} for year in range(2006, 2010)), **CIVIL)
        assert "A level is due" in problem(older, "step_promotion", year=2010, result="QUALIFIED")


def test_a_year_of_teaching_gone_by_is_paid_when_it_is_filed() -> None:
    with at(2012, 5, 8):
        city = a_city()
        staff = in_work(city, IN_2010, occupation="TEACHER", teaching_start_year=2003)
    with at(2013, 3, 8):
        written = decided(
            city, staff, "occupation_change", day="2013-01-01", occupation="TEACHER", teaching_start_year=2003
        )  # fmt: skip
        assert written is not None
        assert (written.record.cause, written.effective_month) == ("seniority", date(2013, 1, 1))
        assert (written.after_fen - written.before_fen, written.back_pay_fen) == (200, 600)


def test_who_leaves_teaching_loses_the_uplift_and_keeps_the_past() -> None:
    city = a_city()
    staff = in_work(city, occupation="TEACHER", teaching_start_year=2003)
    written = decided(city, staff, "occupation_change", day="2018-03-05")
    assert written is not None
    assert written.after_fen < written.before_fen
    assert (staff.occupation, staff.at_start) == (None, {"occupation": "TEACHER"})


def test_a_late_demerit_takes_the_increment_back_and_what_was_paid_too_much() -> None:
    city = a_city()
    staff = in_work(city, OPENING, {"type": "assessment", "year": 2017, "result": "QUALIFIED"})
    before = queries.chain_of(staff.id)[-1].total_fen
    written = decided(city, staff, "treatment", day="2017-12-05", matter="SANCTION", sanction="DEMERIT")
    assert written is not None
    assert written.back_pay_fen == 4 * (written.after_fen - before) < 0
    assert [link.state["grade"] for link in queries.chain_of(staff.id)] == [7]


def test_a_leave_of_two_months_is_paid_in_full_and_kept() -> None:
    city = a_city()
    staff = in_work(city, work_start=date(2014, 7, 1))
    assert decided(city, staff, "sick_leave", day="2018-02-10", end_day="2018-03-20") is None
    assert db.session.query(CareerEvent).filter_by(kind="sick_leave").count() == 1


def test_who_leaves_later_can_still_be_promoted_until_then() -> None:
    with at(2012, 5, 8):
        city = a_city()
        staff = in_work(city, IN_2010)
        decided(city, staff, "retirement", day="2012-06-30")
        written = decided(city, staff, "post_appointment", day="2012-04-20", post="TECH-10")
        assert written is not None
        assert (staff.state, staff.left_on, written.record.state["post"]) == ("ENDED", date(2012, 6, 30), "TECH-10")


def test_an_expulsion_ends_the_employment_on_its_day() -> None:
    city = a_city()
    staff = in_work(city)
    decided(city, staff, "treatment", day="2018-03-05", matter="SANCTION", sanction="EXPULSION")
    assert (staff.state, staff.left_on) == (StaffState.ENDED, date(2018, 3, 5))


def test_a_removal_states_position_and_level() -> None:
    with at(2012, 5, 8):
        city = a_city()
        staff = in_work(city, {**OFFICIAL, "position": "SECT_DEPUTY", "level": 22, "step": 4}, **CIVIL)
        facts = {"day": "2012-04-05", "matter": "SANCTION", "sanction": "REMOVAL", "position": "STAFF"}
        assert problem(staff, "treatment", **facts) == "Still missing: leading position."
        assert problem(staff, "treatment", **facts, leading=False, level=24) == "Still missing: step of the wage."
        decided(city, staff, "treatment", **facts, leading=False, level=24, step=4)
        assert queries.chain_of(staff.id)[-1].state["level"] == 24


def test_a_fee_that_cannot_be_given_says_why() -> None:
    city = a_city()
    staff = in_work(city, {"type": "join", "date": "2017-08-01"})
    decided(city, staff, "retirement", day="2018-03-31")
    said = result_of(staff)["Provisional retirement fee a month"]
    assert "no retirement fee on probation" in str(Message.from_json(said))


def test_a_death_benefit_of_an_official_needs_the_income_of_the_year_before() -> None:
    with at(2012, 5, 8):
        city = a_city()
        first, second = in_work(city, OFFICIAL, **CIVIL), in_work(city, OFFICIAL, **CIVIL)
        decided(city, first, "death", day="2012-04-20", cause="ILLNESS")
        assert "national urban income" in str(Message.from_json(result_of(first)["One-time death benefit"]))
        decided(city, second, "death", day="2012-04-20", cause="ILLNESS", national_urban_income=2_181_000)
        told = result_of(second)
        assert told["One-time death benefit"] == 2 * 2_181_000 + 40 * told["Wage base of the month of death"]


def test_a_death_without_a_row_in_the_table_says_why() -> None:
    with at(2009, 5, 8):
        city = a_city()
        staff = in_work(city, OFFICIAL, work_start=date(2005, 7, 1), **CIVIL)
        decided(city, staff, "death", day="2009-04-20", cause="ILLNESS")
        assert "no row for this death" in str(Message.from_json(result_of(staff)["One-time death benefit"]))


def test_the_death_of_a_retired_person_stops_no_wage() -> None:
    city = a_city()
    staff = in_work(city)
    decided(city, staff, "retirement", day="2018-02-28")
    assert decided(city, staff, "death", day="2018-03-20", cause="ILLNESS") is None
    assert "pension" in str(Message.from_json(result_of(staff)["One-time death benefit"]))
    assert staff.left_on == date(2018, 2, 28)


def test_for_who_left_without_retiring_no_death_is_filed() -> None:
    city = a_city()
    staff = in_work(city)
    decided(city, staff, "separation", day="2018-02-28", reason="RESIGNATION")
    assert "and not by retiring" in problem(staff, "death", day="2018-03-20", cause="ILLNESS")


def test_a_retired_person_without_a_career_here_leaves_a_result_alone() -> None:
    city = a_city()
    staff = an_employee(city.school, state=StaffState.ENDED, left_on=date(2018, 1, 31), work_start=date(1980, 1, 1))
    assert decided(city, staff, "death", day="2018-03-20", cause="ILLNESS") is None
    assert result_of(staff) == {}


def test_service_years_are_found_also_with_years_of_interruption() -> None:
    city = a_city()
    staff = in_work(city, work_start=date(2010, 7, 1))
    assert decided(city, staff, "service_years", work_start="2008-07-01", interruption_years=2) is None
    assert result_of(staff) == {"Service years so far": 9, "Service years found": 9}
    assert (staff.work_start, staff.interruption_years) == (date(2008, 7, 1), 2)


def test_more_service_years_pay_a_sick_leave_in_full() -> None:
    city = a_city()
    leave = {"type": "sick_leave", "date": "2018-01-10", "end_date": "2018-05-20"}
    staff = in_work(city, OPENING, leave, work_start=date(2014, 7, 1))
    written = decided(city, staff, "service_years", work_start="2005-07-01")
    assert written is not None
    assert written.effective_month == date(2018, 3, 1)
    assert written.back_pay_fen == 2 * (written.after_fen - written.before_fen) > 0


def test_nobody_leaves_before_they_began_to_work() -> None:
    city = a_city()
    staff = in_work(city)
    assert "cannot have left on 2009-05-01" in problem(staff, "separation", day="2009-05-01", reason="RESIGNATION")


def test_a_change_in_a_month_without_a_table_is_refused_by_name() -> None:
    with at(2018, 8, 8):
        city = a_city()
        staff = in_work(city)
        said = problem(staff, "post_appointment", day="2018-07-10", post="TECH-10")
        assert "the standard in force in 2018-08" in said


def test_an_allowance_moves_no_wage_and_is_kept() -> None:
    city = a_city()
    staff = in_work(city)
    assert decided(city, staff, "allowance", day="2018-03-05", kind="POST", action="START", monthly=26_000) is None
    kept = db.session.query(Result).one()
    assert kept.facts == {"day": "2018-03-05", "kind": "POST", "action": "START", "monthly": 26_000}
    assert db.session.query(PaymentInstruction).count() == 0
    assert db.session.get_one(ItemVersion, kept.application.item_version_id).effect == "allowance"


def test_nobody_changes_to_the_category_they_have() -> None:
    with at(2012, 5, 8):
        staff = in_work(a_city(), OFFICIAL, **CIVIL)
        said = problem(staff, "category_change", day="2012-04-10", staff_type="CIVIL_SERVANT")
        assert said == f"{staff.name} already belongs to: Civil servants."


def test_a_grading_of_an_official_states_its_parts_whole() -> None:
    with at(2008, 8, 8):
        staff = in_work(a_city(), {"type": "join", "date": "2007-08-01"}, **CIVIL)
        graded = {"day": "2008-08-01", "position": "STAFF"}
        assert problem(staff, "grading", **graded) == "Still missing: leading position."
        assert problem(staff, "grading", **graded, leading=False, level=25) == (
            "Level and step are stated together, or neither: then they follow from the education."
        )


def test_an_answer_that_is_no_code_or_no_yes_or_no_is_named() -> None:
    staff = in_work(a_city())
    ended = {"day": "2018-03-05", "matter": "MEASURE_ENDED"}
    assert problem(staff, "treatment", **ended, cleared="perhaps") == "This cannot be read: cleared without sanction."
    assert problem(staff, "treatment", day="2018-03-05", matter="PRAISE") == "This cannot be read: what was decided."


def test_only_what_was_imposed_can_be_lifted_or_end() -> None:
    staff = in_work(a_city())
    assert problem(staff, "treatment", day="2018-03-05", matter="LIFTED") == (
        f"No sanction of {staff.name} that could be lifted is on record on that day."
    )
    assert problem(staff, "treatment", day="2018-03-05", matter="MEASURE_ENDED", cleared=True) == (
        f"No coercive measure against {staff.name} that could end is on record on that day."
    )


@pytest.mark.parametrize("own", [False, True])
def test_a_new_unit_that_is_none_is_named(own: bool) -> None:
    city = a_city()
    code = city.school.code if own else "NOWHERE"
    said = problem(in_work(city), "transfer_out", day="2018-03-20", stop_month="2018-03", new_unit_code=code)
    assert said == f"No other unit of this system has the code “{code}”."
