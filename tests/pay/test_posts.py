"""Changes of post: I-6, I-7, sanctions that lower it (I-10), and education (I-11), with D-16 to D-21, D-29."""

from __future__ import annotations

import pytest

from app.pay.events import Event
from tests.pay.people import appointed, assessed, career, event, grade_in, month, opened, parts_in, refusal_in, staff


def state(when: str, *events: Event, **settings: object) -> tuple[str, int]:
    held = career(staff(), *events, **settings).state_in(month(when))
    return held["post"], held["grade"]


def test_an_appointment_counts_from_the_month_after() -> None:
    events = (opened("2010-01-01", "TECH-10", 14), appointed("2010-05-10", "TECH-9"))
    assert state("2010-05", *events) == ("TECH-10", 14)
    assert state("2010-06", *events) == ("TECH-9", 14)


def test_an_appointment_of_december_is_paid_by_the_standard_of_january() -> None:
    events = (opened("2016-06-01", "TECH-12", 7), appointed("2016-06-30", "TECH-11"))
    assert parts_in("2016-07", staff(), *events) == {"POST_WAGE": "1510.00", "GRADE_WAGE": "369.00"}


def test_upwards_with_enough_grade_the_next_increment_is_normal() -> None:
    events = (opened("2010-01-01", "TECH-10", 20), appointed("2010-05-10", "TECH-7"), assessed(2010))
    assert state("2010-06", *events) == ("TECH-7", 20)
    assert state("2011-01", *events) == ("TECH-7", 21)


def test_downwards_the_grade_stays() -> None:
    events = (opened("2010-01-01", "TECH-7", 20), appointed("2010-05-10", "TECH-12"), assessed(2010))
    assert state("2010-06", *events) == ("TECH-12", 20)
    assert state("2011-01", *events) == ("TECH-12", 21)


def test_the_same_post_again_changes_nothing() -> None:
    held = career(staff(), opened("2010-01-01", "TECH-7", 16), appointed("2010-05-10", "TECH-7"))
    assert len(held.links) == 1
    assert "same as before" in str(held.notes[0].reasons[0])


def test_the_ordinary_worker_post_stands_below_worker_5_in_the_same_series() -> None:
    events = (opened("2010-01-01", "WORKER-ORDINARY", 1), appointed("2010-05-10", "WORKER-5"))
    assert state("2010-06", *events) == ("WORKER-5", 2)


def test_a_grade_inside_one_series_must_not_be_stated() -> None:
    events = (opened("2010-01-01", "TECH-10", 14), appointed("2010-05-10", "TECH-9", grade=20))
    assert refusal_in("2010-06", staff(), *events) == "EVENT_NOT_APPLICABLE"


def test_management_and_professional_posts_are_one_family() -> None:
    raised = (opened("2010-01-01", "TECH-10", 14), appointed("2010-05-10", "MGMT-6"), assessed(2010))
    assert state("2010-06", *raised) == ("MGMT-6", 17)
    assert state("2011-01", *raised) == ("MGMT-6", 17)
    kept = (opened("2010-01-01", "MGMT-6", 30), appointed("2010-05-10", "TECH-10"), assessed(2010))
    assert state("2011-01", *kept) == ("TECH-10", 31)


@pytest.mark.parametrize(("old", "new"), [("WORKER-3", "TECH-13"), ("TECH-13", "WORKER-3"), ("MGMT-9", "WORKER-1")])
def test_to_or_from_worker_posts_the_grade_must_be_stated(old: str, new: str) -> None:
    begun = opened("2010-01-01", old, 14)
    assert refusal_in("2010-06", staff(), begun, appointed("2010-05-10", new)) == "GRADE_REQUIRED"
    assert state("2010-06", begun, appointed("2010-05-10", new, grade=9)) == (new, 9)


def test_with_explicit_category_change_every_change_of_category_needs_a_grade() -> None:
    events = (opened("2010-01-01", "TECH-10", 14), appointed("2010-05-10", "MGMT-6"))
    assert refusal_in("2010-06", staff(), *events, category_change="explicit") == "GRADE_REQUIRED"


def test_a_stated_grade_of_another_category_skips_no_increment() -> None:
    events = (opened("2010-01-01", "WORKER-3", 14), appointed("2010-05-10", "TECH-10", grade=9), assessed(2010))
    assert state("2011-01", *events) == ("TECH-10", 10)


def test_a_worker_is_paid_from_the_worker_tables() -> None:
    assert parts_in("2010-01", staff(), opened("2010-01-01", "WORKER-ORDINARY", 1)) == {
        "POST_WAGE": "540.00", "GRADE_WAGE": "70.00",
    }  # fmt: skip


# -- sanctions ------------------------------------------------------------------------------------------------


def sanctioned(day: str, kind: str, **said: object) -> Event:
    return event("sanction", day, id="s", kind=kind, **said)


HELD = opened("2010-01-01", "TECH-7", 30)


def test_a_warning_cuts_nothing_and_increments_go_on() -> None:
    assert state("2011-01", HELD, sanctioned("2010-10-01", "WARNING"), assessed(2010)) == ("TECH-7", 31)


def test_a_demerit_stops_the_increment_while_it_lasts() -> None:
    events = (HELD, sanctioned("2010-03-15", "DEMERIT"), assessed(2010), assessed(2011))
    assert state("2011-01", *events) == ("TECH-7", 30)
    assert state("2012-01", *events) == ("TECH-7", 31)


def test_a_demerit_that_ends_on_1_january_no_longer_stops() -> None:
    assert state("2011-01", HELD, sanctioned("2010-01-01", "DEMERIT"), assessed(2010)) == ("TECH-7", 31)
    assert state("2011-01", HELD, sanctioned("2010-01-02", "DEMERIT"), assessed(2010)) == ("TECH-7", 30)


def test_lifting_ends_a_sanction_early_or_late() -> None:
    demerit = sanctioned("2010-03-15", "DEMERIT")
    early = event("sanction_lifted", "2010-12-31", sanction="s")
    late = event("sanction_lifted", "2012-06-01", sanction="s")
    years = (assessed(2010), assessed(2011))
    assert state("2011-01", HELD, demerit, early, *years) == ("TECH-7", 31)
    assert state("2012-01", HELD, demerit, late, *years) == ("TECH-7", 30)


def test_lowering_takes_two_grades_for_each_post_level() -> None:
    assert state("2010-06", HELD, sanctioned("2010-05-10", "POST_LOWERED", post="TECH-9")) == ("TECH-9", 26)


def test_lowering_does_not_go_below_the_starting_grade_and_never_raises() -> None:
    lowered = sanctioned("2010-05-10", "POST_LOWERED", post="TECH-10")
    assert state("2010-06", opened("2010-01-01", "TECH-7", 12), lowered) == ("TECH-10", 9)
    assert state("2010-06", opened("2010-01-01", "TECH-7", 6), lowered) == ("TECH-10", 6)


def test_lowering_may_count_by_tier() -> None:
    across = sanctioned("2010-05-10", "POST_LOWERED", post="TECH-9")
    within = sanctioned("2010-05-10", "POST_LOWERED", post="TECH-7")
    assert state("2010-06", HELD, across, post_lowering_unit="tier") == ("TECH-9", 28)
    assert state("2010-06", opened("2010-01-01", "TECH-5", 30), within, post_lowering_unit="tier") == ("TECH-7", 28)


def test_without_a_lower_post_two_grades_are_taken_at_least_grade_1() -> None:
    lowered = sanctioned("2010-05-10", "POST_LOWERED", no_lower_post=True)
    assert state("2010-06", opened("2010-01-01", "TECH-13", 9), lowered) == ("TECH-13", 7)
    assert state("2010-06", opened("2010-01-01", "TECH-13", 2), lowered) == ("TECH-13", 1)


def test_lowering_without_a_fixed_post_is_not_covered() -> None:
    assert refusal_in("2010-06", staff(), HELD, sanctioned("2010-05-10", "POST_LOWERED")) == "NOT_COVERED"


@pytest.mark.parametrize("post", ["TECH-7", "TECH-5"])
def test_a_lowering_that_does_not_lower_does_not_apply(post: str) -> None:
    lowered = sanctioned("2010-05-10", "POST_LOWERED", post=post)
    assert refusal_in("2010-06", staff(), HELD, lowered) == "EVENT_NOT_APPLICABLE"


@pytest.mark.parametrize("kind", ["MAJOR_DEMERIT", "DOWNGRADE", "REMOVAL"])
def test_sanctions_of_civil_servants_do_not_apply(kind: str) -> None:
    assert refusal_in("2010-06", staff(), HELD, sanctioned("2010-05-10", kind)) == "EVENT_NOT_APPLICABLE"


def test_after_expulsion_pay_stops_the_month_after() -> None:
    events = (HELD, sanctioned("2010-05-10", "EXPULSION"))
    assert career(staff(), *events).wage_in(month("2010-05")).pay_status == "NORMAL"
    assert career(staff(), *events).wage_in(month("2010-06")).pay_status == "STOPPED"


# -- education and occupation -----------------------------------------------------------------------------------


def test_a_new_education_after_grading_changes_nothing_by_default() -> None:
    events = (opened("2010-01-01", "TECH-12", 7), event("education_change", "2010-05-10", education="DOCTOR"))
    assert state("2010-06", *events) == ("TECH-12", 7)


def test_where_education_counts_the_higher_grade_is_taken_and_the_next_increment_skipped() -> None:
    begun = opened("2010-01-01", "TECH-12", 7)
    changed = event("education_change", "2010-05-10", education="MASTER")
    years = (assessed(2010), assessed(2011))
    settings = {"institution_education_change": True}
    assert state("2010-06", begun, changed, *years, **settings) == ("TECH-12", 11)
    assert state("2011-01", begun, changed, *years, **settings) == ("TECH-12", 11)
    assert state("2012-01", begun, changed, *years, **settings) == ("TECH-12", 12)


def test_an_education_effective_in_january_skips_no_increment() -> None:
    begun = opened("2009-01-01", "TECH-12", 7)
    changed = event("education_change", "2009-12-10", education="MASTER")
    assert state("2011-01", begun, changed, assessed(2010), institution_education_change=True) == ("TECH-12", 12)


def test_a_lower_grade_by_education_or_a_worker_post_keeps_the_grade() -> None:
    changed = event("education_change", "2010-05-10", education="MASTER")
    for begun in (opened("2010-01-01", "TECH-12", 11), opened("2010-01-01", "WORKER-3", 5)):
        held = state("2010-06", begun, changed, institution_education_change=True)
        assert held == (begun.post, begun.grade)


def test_grade_in_is_what_the_state_says() -> None:
    assert grade_in("2010-01", staff(), HELD) == 30
