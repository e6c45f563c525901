"""Civil servants: probation, grading, and the normal promotions of January (C-2 to C-6, D-7, D-8, D-13, D-30)."""

from __future__ import annotations

import pytest

from tests.pay.people import (
    assessed,
    career,
    clocks_in,
    event,
    graded,
    joined,
    parts_in,
    place_in,
    placed,
    qualified,
    refusal_in,
    servant,
    state_in,
    stopped_in,
)

KEPT = {"repricing": "by_event"}
BACHELOR = servant(education="BACHELOR")


def test_d13_before_2019_06_grading_gives_the_position_not_leading() -> None:
    state = state_in("2008-07", BACHELOR, joined("2007-07-02"), graded("2008-07-02"))
    assert state == {
        "staff_type": "CIVIL_SERVANT",
        "phase": "GRADED",
        "position": "STAFF",
        "leading": False,
        "rank": None,
        "level": 25,
        "step": 2,
        "level_clock": 2008,
        "step_clock": 2008,
    }


def test_d13_from_2019_06_grading_gives_the_rank() -> None:
    events = (joined("2018-05-02"), graded("2019-06-02"))
    state = state_in("2019-06", servant(education="MASTER"), *events)
    assert (state["position"], state["leading"], state["rank"]) == (None, None, "RANK_CHIEF_CLERK_4")
    assert (state["level"], state["step"]) == (24, 3)
    assert state_in("2019-05", BACHELOR, joined("2018-05-02"), graded("2019-05-31"))["rank"] is None


def test_d13_level_and_step_of_the_event_win_and_its_position_too() -> None:
    said = {"position": "SECT_DEPUTY", "leading": True, "level": 23, "step": 1}
    state = state_in("2008-07", BACHELOR, joined("2007-07-02"), graded("2008-07-02", **said))
    assert (state["position"], state["leading"], state["level"], state["step"]) == ("SECT_DEPUTY", True, 23, 1)


def test_d13_the_clocks_are_the_year_of_grading_or_the_year_after() -> None:
    events = (joined("2007-07-02"), graded("2008-07-02"), *qualified(2008, 2009))
    assert clocks_in("2008-07", BACHELOR, *events) == (2008, 2008)
    assert clocks_in("2008-07", BACHELOR, *events, grading_year_counts=False) == (2009, 2009)
    assert place_in("2010-01", BACHELOR, *events) == "25-3"
    assert place_in("2010-01", BACHELOR, *events, grading_year_counts=False) == "25-2"


def test_d11_grading_before_the_twelfth_month_is_too_early() -> None:
    assert stopped_in("2008-06", BACHELOR, joined("2007-07-31"), graded("2008-06-30")) == "GRADING_TOO_EARLY"
    assert state_in("2008-05", BACHELOR, joined("2007-07-31"), graded("2008-06-30"))["phase"] == "PROBATION"


def test_d14_an_education_gained_on_probation_counts_for_the_sum_and_the_grading() -> None:
    events = (joined("2018-08-01"), event("education_change", "2018-12-10", education="MASTER"), graded("2019-08-01"))
    assert parts_in("2018-12", BACHELOR, *events) == {"PROBATION_WAGE": "1780.00"}
    assert parts_in("2019-01", BACHELOR, *events) == {"PROBATION_WAGE": "1940.00"}
    assert place_in("2019-08", BACHELOR, *events) == "24-3"


def test_a_probation_wage_that_no_table_has_is_refused() -> None:
    assert refusal_in("2007-07", BACHELOR, joined("2007-07-02")) == "NO_TABLE_CELL"
    assert refusal_in("2018-08", servant(education="JUNIOR_HIGH"), joined("2018-08-02")) == "NO_TABLE_CELL"


def test_an_education_without_civil_grading_is_not_covered_unless_all_is_stated() -> None:
    person, start = servant(education="JUNIOR_HIGH"), joined("2007-07-02")
    assert stopped_in("2008-07", person, start, graded("2008-07-02")) == "NOT_COVERED"
    stated = graded("2008-07-02", position="CLERK", leading=False, level=27, step=1)
    assert place_in("2008-07", person, start, stated) == "27-1"


@pytest.mark.parametrize("said", [{"post": "TECH-12"}, {"grade": 5}, {"extra_grades": 1}])
def test_a_grading_of_another_staff_type_does_not_fit(said: dict[str, object]) -> None:
    assert stopped_in("2008-07", BACHELOR, joined("2007-07-02"), graded("2008-07-02", **said)) == "EVENT_NOT_APPLICABLE"


def test_who_is_graded_is_not_graded_again_and_on_probation_nothing_is_appointed() -> None:
    events = (joined("2007-07-02"), graded("2008-07-02"), event("grading", "2009-01-02"))
    assert stopped_in("2009-01", BACHELOR, *events) == "EVENT_NOT_APPLICABLE"
    for change in (
        event("position_change", "2007-08-02", position="STAFF", leading=False),
        event("rank_change", "2007-08-02", rank="RANK_CLERK_1"),
        event("sanction", "2007-08-02", kind="DOWNGRADE"),
    ):
        assert stopped_in("2007-09", BACHELOR, joined("2007-07-02"), change) == "EVENT_NOT_APPLICABLE"


def test_no_promotion_on_probation() -> None:
    assert state_in("2010-01", BACHELOR, joined("2007-07-02"), *qualified(2007, 2009))["phase"] == "PROBATION"


def test_c5_two_qualified_years_need_not_be_consecutive() -> None:
    events = (placed("2010-01-01", "STAFF", 25, 2), assessed(2010), assessed(2011, "UNQUALIFIED"), assessed(2012))
    assert place_in("2012-12", servant(), *events) == "25-2"
    assert place_in("2013-01", servant(), *events) == "25-3"
    assert clocks_in("2013-01", servant(), *events) == (2010, 2013)


def test_d6_a_year_counts_once_and_its_later_entry_holds() -> None:
    twice = (assessed(2010), assessed(2010, id="again"))
    assert place_in("2012-01", servant(), placed("2010-01-01", "STAFF", 25, 2), *twice) == "25-2"
    corrected = (assessed(2010), assessed(2011), assessed(2011, "BASICALLY_QUALIFIED", id="again"))
    assert place_in("2012-01", servant(), placed("2010-01-01", "STAFF", 25, 2), *corrected) == "25-2"


def test_d7_one_level_and_one_step_a_january_and_surplus_years_are_lost() -> None:
    start = placed("2012-03-01", "STAFF", 25, 2, level_clock=2001, step_clock=2001)
    events = (start, *qualified(2001, 2011))
    assert place_in("2012-12", servant(), *events) == "25-2"
    # 25-2 (380) to 24-1 (386), then the step; no over-raise, for the next step pays 408.
    assert place_in("2013-01", servant(), *events) == "24-2"
    assert clocks_in("2013-01", servant(), *events) == (2013, 2013)
    assert place_in("2014-01", servant(), *events) == "24-2"


def test_d7_a_clock_never_moves_back() -> None:
    start = placed("2010-01-01", "STAFF", 26, 1, level_clock=2016, step_clock=2016)
    up = event("position_change", "2010-05-05", position="SECT_CHIEF", leading=True)
    assert clocks_in("2010-06", servant(), start, up) == (2016, 2016)


def test_d7_a_year_before_the_clock_does_not_count() -> None:
    events = (placed("2010-01-01", "STAFF", 25, 2), *qualified(2007, 2010))
    assert place_in("2011-01", servant(), *events) == "25-2"


def test_d8_at_the_top_of_the_range_five_years_give_a_step_and_leave_the_step_clock() -> None:
    start = placed("2010-01-01", "STAFF", 18, 2, step_clock=2011)
    events = (start, *qualified(2010, 2014))
    # Steps of 2013 and (C-4 and C-5 together) of 2015: one for the level, one of its own.
    assert place_in("2014-12", servant(), *events, **KEPT) == "18-3"
    assert place_in("2015-01", servant(), *events, **KEPT) == "18-5"
    assert clocks_in("2015-01", servant(), *events, **KEPT) == (2015, 2015)
    alone = (placed("2010-01-01", "STAFF", 18, 2, step_clock=2014), *qualified(2010, 2014))
    assert place_in("2015-01", servant(), *alone, **KEPT) == "18-3"
    assert clocks_in("2015-01", servant(), *alone, **KEPT) == (2015, 2014)


def test_c6_an_over_raise_by_a_level_promotion_restarts_the_step_clock() -> None:
    # From 25-1 (352) the level goes to 24-1 (386), more than the step 25-2 (380): no step in this January.
    over = (placed("2008-01-01", "STAFF", 25, 1, step_clock=2011), *qualified(2008, 2012))
    assert place_in("2013-01", servant(), *over) == "24-1"
    assert clocks_in("2013-01", servant(), *over) == (2013, 2013)
    # From 25-2 (380) it goes to 24-1 (386), less than 25-3 (408): the step comes as well.
    plain = (placed("2008-01-01", "STAFF", 25, 2, step_clock=2011), *qualified(2008, 2012))
    assert place_in("2013-01", servant(), *plain) == "24-2"


def test_c6_strictly_higher_or_not_less_differ_where_levels_pay_the_same() -> None:
    # 13-14 and 12-12 pay the same in 2006.
    start = placed("2006-07-01", "DIV_CHIEF", 13, 14, level_clock=2006, step_clock=2011)
    events = (start, *qualified(2006, 2010))
    assert place_in("2011-01", servant(), *events) == "12-13"
    assert place_in("2011-01", servant(), *events, strictly_higher=False) == "12-12"


@pytest.mark.parametrize(
    ("kind", "after"), [("WARNING", "25-3"), ("DEMERIT", "25-2"), ("MAJOR_DEMERIT", "25-2"), (None, "24-2")]
)
def test_d30_under_a_sanction_no_level_and_under_demerit_no_step(kind: str | None, after: str) -> None:
    start = placed("2007-01-01", "STAFF", 25, 2, level_clock=2007, step_clock=2010)
    sanction = [event("sanction", "2011-12-01", kind=kind)] if kind else []
    assert place_in("2012-01", servant(), start, *qualified(2007, 2011), *sanction) == after


def test_d30_nor_the_step_at_the_top_of_the_range() -> None:
    events = (placed("2007-01-01", "STAFF", 18, 2, step_clock=2012), *qualified(2007, 2011))
    assert place_in("2012-01", servant(), *events) == "18-3"
    assert place_in("2012-01", servant(), *events, event("sanction", "2011-12-01", kind="WARNING")) == "18-2"


def test_d30_years_under_a_sanction_still_count_and_the_promotion_comes_when_it_has_run_out() -> None:
    demerit = event("sanction", "2011-06-30", kind="DEMERIT")
    events = (placed("2010-01-01", "STAFF", 25, 2), *qualified(2010, 2011), demerit)
    assert place_in("2012-01", servant(), *events) == "25-2"
    assert place_in("2013-01", servant(), *events) == "25-3"
    lifted = event("sanction_lifted", "2011-12-31", sanction="sanction-2011-06-30")
    assert place_in("2012-01", servant(), *events, lifted) == "25-3"
    later = event("sanction_lifted", "2013-02-01", sanction="sanction-2011-06-30")
    assert place_in("2013-01", servant(), *events, later) == "25-2"
    assert place_in("2014-01", servant(), *events, later) == "25-3"


@pytest.mark.parametrize(("day", "after"), [("2011-07-01", "24-2"), ("2011-07-02", "25-3")])
def test_d29_the_day_on_which_the_period_ends_no_longer_counts(day: str, after: str) -> None:
    start = placed("2010-01-01", "STAFF", 25, 2, level_clock=2007, step_clock=2010)
    events = (start, *qualified(2007, 2011), event("sanction", day, kind="WARNING"))
    assert place_in("2012-01", servant(), *events) == after


def test_d29_a_period_ends_on_the_last_day_of_a_shorter_month() -> None:
    start, demerit = placed("2010-01-01", "STAFF", 25, 2), event("sanction", "2010-08-31", kind="WARNING")
    for day, refused in (("2011-02-27", True), ("2011-02-28", False)):
        up = event("position_change", day, position="SECT_DEPUTY", leading=True)
        held = career(servant(), start, demerit, up)
        assert (held.stopped is not None) == refused


def test_a_level_that_cannot_be_read_stops_the_replay_but_a_step_needs_no_amount() -> None:
    steps = (placed("2013-01-01", "STAFF", 25, 2), *qualified(2013, 2014))
    assert place_in("2015-01", servant(), *steps) == "25-3"
    assert refusal_in("2015-01", servant(), *steps) == "NO_TABLE_CELL"
    levels = (placed("2010-01-01", "STAFF", 25, 2), *qualified(2010, 2014))
    assert stopped_in("2015-01", servant(), *levels) == "NO_TABLE_CELL"
    untrusted = (placed("2010-01-01", "SECT_CHIEF", 20, 2), *qualified(2010, 2014))
    assert stopped_in("2015-03", servant(), *untrusted) == "LOW_CONFIDENCE"


def test_c4_why_there_is_no_level_is_said() -> None:
    held = career(servant(), placed("2010-01-01", "STAFF", 25, 2), assessed(2010))
    said = [str(reason) for note in held.notes for reason in note.reasons]
    assert "Wage level: 1 of 5 qualified years since 2010." in said
    assert "Wage step: 1 of 2 qualified years since 2010." in said


def test_a_promotion_names_the_assessment_that_brought_it() -> None:
    events = (placed("2010-01-01", "STAFF", 25, 2), *qualified(2010, 2011))
    newest = career(servant(), *events).links[-1]
    assert (newest.cause.kind, newest.cause.event) == ("promotion", "assessed-2011")
    late = (*events, event("sanction", "2011-06-30", kind="DEMERIT"))
    assert career(servant(), *late).links[-1].cause.event is None


def test_without_an_assessment_nothing_is_said_of_a_january() -> None:
    held = career(servant(), placed("2010-01-01", "STAFF", 25, 2), assessed(2010), assessed(2014))
    assert [note.month.year for note in held.notes] == [2011]
    assert held.moments[-1].month.year == 2015


def test_the_reasons_of_grading_and_education_name_what_is_meant() -> None:
    change = event("education_change", "2008-01-10", education="MASTER")
    held = career(BACHELOR, joined("2007-07-02"), change, graded("2008-07-02"))
    said = [str(reason) for link in held.links for reason in link.reasons]
    assert any("From 2008-02 the probation wage" in text for text in said)
    assert any("Deputy head at section level, level 24, step 3" in text for text in said)
    later = career(
        BACHELOR,
        joined("2007-07-02"),
        graded("2008-07-02"),
        event("education_change", "2009-01-10", education="MASTER"),
    )
    assert "does not change the wage" in str(later.notes[-1].reasons[0])
