"""Whose wage grows with the calendar year alone: teachers' and nurses', by the seniority allowance (I-9)."""

from __future__ import annotations

import pytest

from app.pay.careers import Person
from app.pay.events import Event
from app.pay.replay import replay
from app.pay.staff_types import rules_for
from tests.pay.people import month, opened, placed, servant, staff, teacher, worker
from tests.pay.test_organ_workers import held


@pytest.mark.parametrize(
    ("person", "start", "grows"),
    [
        (teacher(2000), opened("2012-01-01", "TECH-9", 20), True),
        (servant(), placed("2012-01-01", "STAFF", 25, 2), False),
        (worker(), held("JUNIOR_WORKER", 3), False),
        (staff(), opened("2012-01-01", "TECH-9", 20), False),
    ],
    ids=["teacher", "civil servant", "organ worker", "neither teacher nor nurse"],
)
def test_only_the_seniority_allowance_grows_with_the_year(person: Person, start: Event, grows: bool) -> None:
    career = replay(person, [start], until=month("2017-01"))
    state = career.moments[0].state
    rules = rules_for(state.staff_type)
    assert rules.changes_with_the_year(state) == grows
    parts = [rules.grown_in(state, month(when), career.facts) for when in ("2016-12", "2021-01")]
    assert (parts[0] != parts[1]) == grows
    assert grows or parts == [0, 0]


def test_i9_each_further_line_of_the_allowance_is_a_link_that_needs_no_words() -> None:
    """Five years in 2008, ten in 2013."""
    links = replay(teacher(2003), [opened("2007-07-01", "TECH-9", 20)], until=month("2014-03")).links
    assert [(link.cause.kind, link.cause.month, link.reasons) for link in links[1:]] == [
        ("seniority", month("2008-01"), ()), ("seniority", month("2013-01"), ()),
    ]  # fmt: skip
