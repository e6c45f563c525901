"""Why there is no increment this year, and why not two: each sentence with the rule it comes from."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pay.careers import Person
from app.pay.errors import PayError
from app.pay.events import Event, event_from_json
from app.pay.replay import Career
from app.pay.rulebook import TITLES
from app.pay.why_not import StepOfYear, step_of_year, steps_of_years
from tests.pay.people import appointed, assessed, career, event, graded, joined, opened, staff
from tests.pay.test_any_career import EVENTS, PEOPLE, SETTINGS, STARTS

CIVIL = {"position": "CLERK", "leading": False, "level": 25, "step": 3}


def civil(day: str, *events: Event, **said: Any) -> Career:
    facts = {**CIVIL, "level_clock": 2014, "step_clock": 2015, **said}
    opening = event("opening", day, **facts)
    return career(Person(staff_type="CIVIL_SERVANT"), opening, *events)


def worker(day: str, *events: Event) -> Career:
    said = {"technical_grade": "SENIOR_WORKER", "step": 3, "step_clock": 2016}
    return career(
        Person(staff_type="ORGAN_WORKER"), event("opening", day, **said), *events
    )  # fmt: skip


def told(found: StepOfYear) -> list[tuple[str, str]]:
    return [(reason.rule, reason.text.text()) for reason in found.against]


IN_WORK = opened("2014-07-01", "TECH-12", 7)


@pytest.mark.parametrize(
    ("events", "rule", "said"),
    [
        ([IN_WORK], "G-8", "No assessment of 2016 is on record"),
        ([IN_WORK, assessed(2016, "UNQUALIFIED")], "G-8", "only Excellent and Qualified count"),
        ([IN_WORK, assessed(2016), event("sanction", "2016-11-02", kind="DEMERIT")], "I-10", "a demerit"),
        ([opened("2014-07-01", "TECH-12", 2), assessed(2016), appointed("2016-05-03", "TECH-9")], "I-6",
         "the next increment is then skipped"),
        ([IN_WORK, event("separation", "2016-03-01", reason="RESIGNATION"), assessed(2016)], "O-8", "already ended"),
        ([opened("2017-01-10", "TECH-12", 7)], "I-5", "the first January that can bring more is that of 2018"),
        ([IN_WORK, event("rank_change", "2016-03-01", rank="RANK_CLERK_2")], "G-7", "another staff type"),
    ],
)  # fmt: skip
def test_why_there_is_no_increment_on_1_january_2017(events: list[Event], rule: str, said: str) -> None:
    found = step_of_year(career(staff(education="BACHELOR"), *events), 2017)
    assert not found.risen
    ((given, text),) = told(found)
    assert given == rule
    assert said in text
    assert found.against[0].title.text()


def test_on_probation_there_is_none() -> None:
    person = staff(education="BACHELOR")
    unassessed = step_of_year(career(person, joined("2016-07-01")), 2017)
    assert told(unassessed) == [("I-3", "On 1 January 2017 probation was not over; grades rise after the grading.")]
    assessed_all_the_same = step_of_year(career(person, joined("2016-07-01"), assessed(2016)), 2017)
    assert [rule for rule, _text in told(assessed_all_the_same)] == ["I-3"]
    civil_servant = Person(staff_type="CIVIL_SERVANT", education="BACHELOR")
    assert [rule for rule, _ in told(step_of_year(career(civil_servant, joined("2016-07-01")), 2017))] == ["C-2"]


def test_the_year_of_grading_may_not_count() -> None:
    events = [joined("2015-07-01"), graded("2016-07-01"), assessed(2016)]
    found = step_of_year(career(staff(education="BACHELOR"), *events, grading_year_counts=False), 2017)
    assert [rule for rule, _text in told(found)] == ["I-5"]


def test_one_year_brings_one_grade_and_says_why_not_two() -> None:
    found = step_of_year(career(staff(), IN_WORK, assessed(2016)), 2017)
    assert [reason.rule for reason in found.brought] == ["I-5"]
    assert told(found) == [("I-5", "One assessed year brings one grade; no rule gives two at once.")]


def test_the_clocks_of_a_civil_servant_say_when_they_are_full() -> None:
    found = step_of_year(civil("2016-07-01", assessed(2016)), 2017)
    assert [rule for rule, _ in told(found)] == ["C-4", "C-5"]
    assert [reason.then and reason.then.text() for reason in found.against] == [
        "If every year qualifies, it comes on 1 January 2021.", "If every year qualifies, it comes on 1 January 2018.",
    ]  # fmt: skip


def test_a_step_without_a_level_says_why_not_both() -> None:
    found = step_of_year(civil("2016-07-01", assessed(2015), assessed(2016)), 2017)
    assert [reason.rule for reason in found.brought] == ["C-5"]
    assert [rule for rule, _ in told(found)] == ["C-4"]


def test_a_sanction_of_a_civil_servant_and_of_an_organ_worker_is_named_by_its_rule() -> None:
    fallen = event("sanction", "2016-11-02", kind="DEMERIT")
    found = step_of_year(civil("2016-07-01", assessed(2015), assessed(2016), fallen), 2017)
    assert "C-10" in [rule for rule, _ in told(found)]
    later = event("sanction", "2017-11-02", kind="DEMERIT")
    found = step_of_year(worker("2016-07-01", assessed(2016), assessed(2017), later), 2018)
    assert [rule for rule, _ in told(found)] == ["W-3"]
    assert [rule for rule, _ in told(step_of_year(worker("2016-07-01", assessed(2016)), 2017))] == ["W-1"]


def test_a_state_that_a_transfer_set_in_january_brings_nothing_that_month() -> None:
    target = {"staff_type": "INSTITUTION", "post": "TECH-12", "grade": 20}
    moved = event("transfer", "2016-12-20", same_system=False, last_paid_month="2016-12", first_paid_month="2017-01",
                  target=target)  # fmt: skip
    found = step_of_year(civil("2015-07-01", assessed(2016), moved), 2017)
    assert [rule for rule, _ in told(found)] == ["O-7"]


def test_the_years_of_a_career_are_told_newest_first_and_not_without_end() -> None:
    held = career(staff(), IN_WORK, assessed(2016))
    assert [one.year for one in steps_of_years(held, 2018)] == [2018, 2017, 2016, 2015]
    assert [one.risen for one in steps_of_years(held, 2018)] == [False, True, False, False]
    assert [one.year for one in steps_of_years(held, 2030, most=2)] == [2030, 2029]


@settings(max_examples=150, deadline=None)
@given(STARTS, st.lists(EVENTS, max_size=8), SETTINGS)
def test_whatever_the_career_every_year_has_an_answer(
    start: dict[str, Any], told_of: list[dict[str, Any]], chosen: dict[str, Any]
) -> None:
    kind = next((kind for field, kind in PEOPLE.items() if field in start), "INSTITUTION")
    person = Person(staff_type=kind, education="BACHELOR", teaching_start_year=2000)
    events = [event_from_json({"id": f"e{place}", **one}) for place, one in enumerate([start, *told_of])]
    try:
        held = career(person, *events, **chosen)
    except PayError:
        return  # refused as a whole, so there is nothing to ask
    for found in steps_of_years(held, 2024, most=20):
        assert found.brought or found.against
        assert all(reason.rule in TITLES and reason.text.text() for reason in (*found.brought, *found.against))
