"""What holds for every career of institution staff, tried on many generated ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.pay.agenda import effective_month
from app.pay.careers import Person, person_from_json, person_to_json
from app.pay.events import Assessment, Event, Opening, PostAppointment, event_from_json, event_to_json
from app.pay.months import month_of, months_between, months_from, plus_months
from app.pay.replay import Career, replay
from app.pay.standards import standards

POSTS = sorted(code for code in standards().start_grades if code.startswith(("TECH", "MGMT")))
# Months of the tables that are complete.
FIRST, LAST = date(2006, 8, 1), date(2014, 9, 1)
RESULTS = ["EXCELLENT", "QUALIFIED", "BASICALLY_QUALIFIED", "UNQUALIFIED", "NO_GRADE", "NOT_ASSESSED"]
PEOPLE = st.builds(
    Person,
    staff_type=st.just("INSTITUTION"),
    occupation=st.sampled_from(["TEACHER", "NURSE", None]),
    teaching_start_year=st.integers(1975, 2014),
    teaching_deducted_years=st.integers(0, 5),
)


@st.composite
def careers(draw: st.DrawFn) -> list[Event]:
    """An opening, appointments on different days, and one assessment a year at most."""
    opening = Opening(id="o", date=FIRST, post=draw(st.sampled_from(POSTS)), grade=draw(st.integers(1, 50)))
    days = draw(st.lists(st.dates(FIRST, date(2014, 5, 31)), max_size=4, unique=True))
    appointments = [
        PostAppointment(id=f"p{index}", date=day, post=draw(st.sampled_from(POSTS)))
        for index, day in enumerate(sorted(days))
    ]
    years = draw(st.lists(st.integers(2006, 2013), max_size=8, unique=True))
    assessments = [Assessment(id=f"a{year}", year=year, result=draw(st.sampled_from(RESULTS))) for year in years]
    return [opening, *appointments, *assessments]


def totals(career: Career) -> list[Decimal]:
    return [career.wage_in(month).total for month in months_from(FIRST, LAST)]


@settings(max_examples=60, deadline=None)
@given(PEOPLE, careers(), st.randoms())
def test_the_order_of_entry_does_not_matter(person: Person, events: list[Event], chance: object) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert replay(person, shuffled).links == replay(person, events).links


@settings(max_examples=40, deadline=None)
@given(PEOPLE, careers())
def test_a_replay_repeated_gives_the_same_chain(person: Person, events: list[Event]) -> None:
    assert replay(person, events).links == replay(person, events).links


@settings(max_examples=60, deadline=None)
@given(PEOPLE, careers())
def test_undoing_the_newest_event_gives_the_state_before(person: Person, events: list[Event]) -> None:
    newest = max(events, key=effective_month)
    if isinstance(newest, Opening):
        return
    before, after = replay(person, [event for event in events if event is not newest]), replay(person, events)
    month = effective_month(newest)
    for earlier in months_from(FIRST, month):
        assert after.wage_in(earlier) == before.wage_in(earlier)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, careers(), st.dates(FIRST, date(2014, 5, 31)))
def test_a_promotion_never_lowers_pay(person: Person, events: list[Event], day: date) -> None:
    career = replay(person, events)
    month = plus_months(month_of(day), 1)
    post = career.state_in(month)["post"]
    series, level = post.split("-")
    if int(level) == 1 or any(
        isinstance(event, PostAppointment) and effective_month(event) == month for event in events
    ):
        return
    higher = PostAppointment(id="higher", date=date(day.year, day.month, 1), post=f"{series}-{int(level) - 1}")
    promoted = replay(person, [*events, higher])
    assert promoted.wage_in(month).total >= career.wage_in(month).total
    assert promoted.state_in(month)["grade"] >= standards().start_grades[higher.post]


@settings(max_examples=40, deadline=None)
@given(PEOPLE, careers())
def test_the_last_link_of_a_month_says_what_the_month_pays(person: Person, events: list[Event]) -> None:
    career = replay(person, events, until=LAST)
    for month in months_from(FIRST, LAST):
        link = career.last_link_in(month)
        assert link is not None
        assert link.total == career.wage_in(month).total
        assert link.state == career.state_in(month)


@settings(max_examples=40, deadline=None)
@given(PEOPLE, careers())
def test_a_grade_never_falls_without_a_sanction(person: Person, events: list[Event]) -> None:
    grades = [link.state["grade"] for link in replay(person, events).links]
    assert grades == sorted(grades)


@settings(max_examples=40, deadline=None)
@given(PEOPLE, careers())
def test_facts_and_events_come_back_from_json(person: Person, events: list[Event]) -> None:
    assert person_from_json(person_to_json(person)) == person
    assert [event_from_json(event_to_json(event)) for event in events] == events


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(-500, 500))
def test_months_add_up(day: date, count: int) -> None:
    month = month_of(day)
    later = plus_months(month, count)
    assert later.day == 1
    assert months_between(month, later) == count
