"""Careers replayed together are the careers replayed one by one; a bad case stops nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.pay.careers import Person, settings_from_json
from app.pay.errors import PayError
from app.pay.events import Event, event_from_json
from app.pay.replay import Career, Link, replay
from app.pay.replaying import replay_many
from tests.pay.people import appointed, assessed, joined, month, opened, staff, teacher
from tests.pay.test_any_career import SETTINGS
from tests.pay.test_bulk import stories


def bare(link: Link) -> Link:
    """The link without what brought each part."""
    if link.wage is None:
        assert link.error is not None
        return replace(link, error=PayError(link.error.code, link.error.message))
    parts = tuple(replace(part, cause=None) for part in link.wage.components)
    return replace(link, wage=replace(link.wage, components=parts))


def told(held: Career | PayError) -> Any:
    if isinstance(held, PayError):
        return held.code, held.message
    stopped = held.stopped and (held.stopped.month, held.stopped.cause, held.stopped.error.message)
    links = [
        (bare(link) if link.error is None else (replace(link, error=None), link.error.message)) for link in held.links
    ]
    return links, held.moments, held.notes, stopped


def one(person: Person, events: list[Event], **said: Any) -> Career | PayError:
    try:
        return replay(person, events, **said)
    except PayError as error:
        return error


@settings(max_examples=60, deadline=None)
@given(st.lists(stories(), max_size=6), SETTINGS)
def test_careers_replayed_together_are_those_replayed_alone(
    given_stories: list[tuple[dict[str, Any], list[dict[str, Any]]]], chosen: dict[str, Any]
) -> None:
    said = {"settings": settings_from_json(chosen), "until": month("2018-06")}
    cases = [
        (Person(**person), [event_from_json({"id": f"e{place}", **event}) for place, event in enumerate(events)])
        for person, events in given_stories
    ]
    assert [told(held) for held in replay_many(cases, **said)] == [told(one(*case, **said)) for case in cases]


def test_a_case_that_cannot_be_replayed_stops_nobody_else() -> None:
    good = (staff(), [opened("2010-01-01", "TECH-10", 14)])
    first, bad, last = replay_many([good, (staff(), [joined("2010-01-01")]), good])
    assert isinstance(bad, PayError)
    assert bad.code == "MALFORMED_CASE"
    assert isinstance(first, Career)
    assert told(first) == told(last)


def test_years_of_teaching_are_not_mixed_up() -> None:
    events = [opened("2010-01-01", "TECH-10", 14), assessed(2010), appointed("2011-05-03", "TECH-9")]
    people = [teacher(1985), teacher(2003), teacher(1985, teaching_deducted_years=18), staff()]
    said = {"until": month("2014-01")}
    many = list(replay_many([(person, events) for person in people], **said))
    assert [told(held) for held in many] == [told(replay(person, events, **said)) for person in people]


def test_nobody_is_nothing() -> None:
    assert list(replay_many([])) == []
