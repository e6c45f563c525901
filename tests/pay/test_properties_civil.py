"""What holds for every career of a civil servant, with sick leave and measures, tried on many generated ones."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.pay.agenda import effective_month
from app.pay.careers import Person, Settings
from app.pay.events import Event, event_from_json, event_to_json
from app.pay.months import months_from
from app.pay.replay import Career, replay
from tests.pay.test_slow_clerk_civil import careers

FIRST, LAST = date(2007, 1, 1), date(2016, 1, 1)
PERSON = Person(staff_type="CIVIL_SERVANT", work_start=date(2000, 7, 1))
DAYS = st.dates(FIRST, LAST).map(date.isoformat)
ABSENT = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("coercive_measure"), "date": DAYS, "kind": st.sampled_from(["BAIL", "AT_LARGE"])}
    ),
    st.fixed_dictionaries({"type": st.just("sick_leave"), "date": DAYS, "end_date": st.just("2017-12-31")}),
)


def read(told: list[dict[str, Any]]) -> list[Event]:
    return [event_from_json({"id": f"e{index}", **event}) for index, event in enumerate(told)]


def played(events: list[Event], until: date | None = None) -> Career:
    return replay(PERSON, events, settings=Settings(repricing="by_event"), until=until)


def chain(career: Career) -> list[Any]:
    """The links, with the code of an error for the error."""
    return [
        (link.effective_month, link.order, link.cause, link.state, link.wage, link.error and link.error.code)
        for link in career.links
    ]


@settings(max_examples=60, deadline=None)
@given(careers(), st.lists(ABSENT, max_size=1), st.randoms())
def test_the_order_of_entry_does_not_matter(
    told: list[dict[str, Any]], absent: list[dict[str, Any]], chance: Any
) -> None:
    events = read([*told, *absent])
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert chain(played(shuffled)) == chain(played(events))


@settings(max_examples=60, deadline=None)
@given(careers(), st.lists(ABSENT, max_size=1))
def test_the_last_link_of_a_month_says_what_the_month_pays(
    told: list[dict[str, Any]], absent: list[dict[str, Any]]
) -> None:
    career = played(read([*told, *absent]), until=LAST)
    for month in months_from(FIRST, LAST):
        if career.stopped is not None and month >= career.stopped.month:
            return
        link = career.last_link_in(month)
        assert link is not None
        assert link.state == career.state_in(month)
        if link.wage is not None:
            wage = career.wage_in(month)
            assert (link.total, link.pay_status) == (wage.total, wage.pay_status)


@settings(max_examples=60, deadline=None)
@given(careers())
def test_undoing_the_newest_event_gives_the_state_before(told: list[dict[str, Any]]) -> None:
    events = read(told)
    newest = max(events, key=effective_month)
    if newest is events[0]:
        return
    before, after = played([event for event in events if event is not newest]), played(events)
    for month in months_from(FIRST, effective_month(newest)):
        if before.stopped is not None and month >= before.stopped.month:
            return
        assert after.state_in(month) == before.state_in(month)


@settings(max_examples=100, deadline=None)
@given(careers())
def test_the_years_never_lower_pay_and_no_change_moves_a_clock_back(told: list[dict[str, Any]]) -> None:
    moments = played(read(told)).moments
    for old, new in pairwise(moments):
        before, after = old.state.to_json(), new.state.to_json()
        assert after["level_clock"] >= before["level_clock"]
        assert after["step_clock"] >= before["step_clock"]
        if new.cause.kind == "promotion":
            assert (-after["level"], after["step"]) != (-before["level"], before["step"])
            assert after["level"] <= before["level"]


@settings(max_examples=60, deadline=None)
@given(careers())
def test_events_come_back_from_json(told: list[dict[str, Any]]) -> None:
    events = read(told)
    assert [event_from_json(event_to_json(event)) for event in events] == events
