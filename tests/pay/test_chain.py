"""The wage history as a chain: links, re-pricing, undo, ends, months that cannot be answered (G-3, G-6, G-7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.pay.careers import Settings
from app.pay.errors import PayError
from app.pay.replay import replay
from app.pay.standards import Standards
from app.pay.table_files import read_tables
from tests.pay.people import (
    appointed,
    assessed,
    career,
    event,
    graded,
    joined,
    month,
    opened,
    refusal_in,
    staff,
    teacher,
    total_in,
)

BACHELOR = staff(education="BACHELOR")
CAREER = (
    joined("2016-08-01"),
    graded("2017-08-01", post="TECH-12"),
    assessed(2017),
    appointed("2018-02-10", "TECH-10"),
)


def test_every_change_is_a_link_with_its_cause() -> None:
    held = career(BACHELOR, *CAREER)
    assert [(link.effective_month, link.cause.kind, link.cause.event, link.total) for link in held.links] == [
        (month("2016-08"), "join", "joined", 1610),
        (month("2017-08"), "grading", "graded", 1859),
        (month("2018-01"), "increment", "assessed-2017", 1890),
        (month("2018-03"), "post_appointment", "appointed-2018-02-10", 2036),
    ]


def test_without_the_newest_event_the_chain_is_the_one_before() -> None:
    assert career(BACHELOR, *CAREER).links[:-1] == career(BACHELOR, *CAREER[:-1]).links


def test_a_late_event_replays_the_links_after_it() -> None:
    late = appointed("2017-09-05", "TECH-10")
    held = career(BACHELOR, *CAREER[:3], late)
    assert [(link.effective_month, link.state.get("grade")) for link in held.links] == [
        (month("2016-08"), None),
        (month("2017-08"), 7),
        (month("2017-10"), 9),
    ]
    assert "skipped" in str(held.notes[0].reasons[0])


def test_a_new_standard_is_a_link_of_its_own_and_keeps_post_and_grade() -> None:
    begun = opened("2016-01-01", "TECH-9", 20)
    held = replay(staff(), [begun], until=month("2018-08"))
    assert [(link.effective_month, link.cause.kind) for link in held.links] == [
        (month("2016-01"), "opening"),
        (month("2016-07"), "repricing"),
        (month("2018-07"), "repricing"),
    ]
    assert {(link.state["post"], link.state["grade"]) for link in held.links} == {("TECH-9", 20)}
    assert held.links[1].total == 1710 + 1027


def test_a_link_without_amounts_says_so_instead_of_guessing() -> None:
    link = career(staff(), opened("2014-10-01", "TECH-9", 20)).links[0]
    assert link.wage is None
    assert link.error is not None
    assert link.error.code == "NO_TABLE_CELL"
    with pytest.raises(PayError):
        _ = link.total


def test_a_standard_and_an_appointment_of_one_month_are_both_read_from_the_new_standard() -> None:
    held = career(staff(), opened("2016-01-01", "TECH-10", 20), appointed("2016-06-10", "TECH-9"))
    assert [(link.effective_month, link.order, link.cause.kind) for link in held.links] == [
        (month("2016-01"), 0, "opening"),
        (month("2016-07"), 0, "repricing"),
        (month("2016-07"), 1, "post_appointment"),
    ]
    assert [link.total for link in held.links[1:]] == [1600 + 1027, 1710 + 1027]


def test_before_until_nothing_later_is_in_the_chain() -> None:
    held = replay(BACHELOR, CAREER, until=month("2018-01"))
    assert held.links[-1].cause.kind == "increment"
    assert held.wage_in(month("2018-03")).total == 2036


def test_with_by_event_the_old_standard_goes_on_until_the_event() -> None:
    begun = opened("2016-01-01", "TECH-9", 20)
    adjusted = event("repricing", "2016-09-15", version="2016-07-01")
    assert career(staff(), begun, repricing="by_event").version_in(month("2019-01")).version == date(2014, 10, 1)
    held = career(staff(), begun, adjusted, repricing="by_event")
    assert held.wage_in(month("2016-09")).total == 1710 + 1027
    with pytest.raises(PayError):
        held.wage_in(month("2016-08"))
    adjusted_on_links = replay(
        staff(), [begun, adjusted], settings=Settings(repricing="by_event"), until=month("2017-01")
    )
    assert [link.cause.event for link in adjusted_on_links.links] == ["opened", "repricing-2016-09-15"]


def test_where_standards_come_by_date_a_repricing_event_makes_no_link_and_says_why() -> None:
    adjusted = event("repricing", "2016-09-15", version="2018-07-01")
    held = career(staff(), opened("2016-08-01", "TECH-9", 20), adjusted)
    assert held.version_in(month("2016-10")).version == date(2016, 7, 1)
    assert [link.cause.event for link in held.links] == ["opened"]
    assert "by their date" in str(held.notes[0].reasons[0])


@pytest.mark.parametrize(
    ("kind", "said"), [("separation", {"reason": "RESIGNATION"}), ("retirement", {}), ("death", {"cause": "ILLNESS"})]
)
def test_pay_stops_the_month_after_the_end(kind: str, said: dict[str, str]) -> None:
    held = career(staff(), opened("2010-01-01", "TECH-9", 20), event(kind, "2010-05-03", **said), assessed(2010))
    assert held.wage_in(month("2010-05")).pay_status == "NORMAL"
    ended = held.wage_in(month("2011-06"))
    assert (ended.pay_status, ended.components, ended.total) == ("STOPPED", (), 0)
    assert held.state_in(month("2010-06")) == {"staff_type": "INSTITUTION", "phase": "ENDED"}
    assert held.links[-1].total == 0


def test_an_appointment_of_the_last_month_is_made_before_the_end() -> None:
    events = (event("retirement", "2010-05-03"), appointed("2010-05-20", "TECH-8"))
    held = career(staff(), opened("2010-01-01", "TECH-9", 20), *events)
    assert held.stopped is None
    assert held.wage_in(month("2010-06")).pay_status == "STOPPED"


def test_after_the_end_no_event_applies() -> None:
    events = (event("retirement", "2010-05-03"), appointed("2010-06-20", "TECH-8"))
    assert refusal_in("2010-07", staff(), opened("2010-01-01", "TECH-9", 20), *events) == "EVENT_NOT_APPLICABLE"


def test_an_event_that_cannot_be_replayed_leaves_the_earlier_months_answered() -> None:
    events = (
        opened("2010-01-01", "TECH-9", 20),
        appointed("2010-05-03", "WORKER-1"),
        appointed("2010-08-03", "TECH-8"),
    )
    assert total_in("2010-05", staff(), *events) == 730 + 417
    assert refusal_in("2010-06", staff(), *events) == "GRADE_REQUIRED"
    assert refusal_in("2012-06", staff(), *events) == "GRADE_REQUIRED"
    held = career(staff(), *events)
    assert [link.cause.kind for link in held.links] == ["opening"]


def test_a_sick_leave_makes_links_where_what_is_paid_changes() -> None:
    events = (opened("2010-01-01", "TECH-7", 16), event("sick_leave", "2010-03-01", end_date="2010-10-31"))
    held = career(staff(work_start=month("2003-07")), *events)
    assert [(link.effective_month, link.cause.kind, f"{link.total:.2f}") for link in held.links] == [
        (month("2010-01"), "opening", "1247.00"),
        (month("2010-03"), "sick_leave", "1247.00"),
        (month("2010-05"), "sick_leave", "1122.30"),
        (month("2010-09"), "sick_leave", "872.90"),
        (month("2010-11"), "sick_leave", "1247.00"),
    ]
    assert [link.pay_status for link in held.links] == ["NORMAL", *["SICK_LEAVE"] * 3, "NORMAL"]


def test_a_measure_makes_a_link_at_its_beginning_and_after_its_end() -> None:
    events = (
        opened("2010-01-01", "TECH-7", 16),
        event("coercive_measure", "2010-05-03", kind="BAIL"),
        event("measure_ended", "2010-08-20", measure="coercive_measure-2010-05-03", cleared=False),
    )
    held = career(staff(), *events)
    assert [(link.effective_month, link.cause.kind, f"{link.total:.2f}") for link in held.links] == [
        (month("2010-01"), "opening", "1247.00"),
        (month("2010-06"), "coercive_measure", "935.25"),
        (month("2010-09"), "measure_ended", "1247.00"),
    ]


def test_the_last_link_of_a_month_is_found() -> None:
    held = career(BACHELOR, *CAREER)
    link = held.last_link_in(month("2018-02"))
    assert link is not None
    assert link.cause.kind == "increment"
    assert held.last_link_in(month("2016-07")) is None


def test_in_the_month_in_which_pay_stops_a_new_standard_makes_no_link() -> None:
    held = career(staff(), opened("2016-01-01", "TECH-9", 20), event("retirement", "2016-06-20"))
    assert [link.cause.kind for link in held.links] == ["opening", "retirement"]


def test_before_the_first_standard_nothing_is_paid_and_by_event_nothing_follows_by_itself() -> None:
    begun = opened("2006-01-01", "TECH-9", 20)
    assert refusal_in("2006-06", staff(), begun) == "NO_TABLE_CELL"
    assert total_in("2006-07", staff(), begun) == 730 + 417
    assert refusal_in("2006-07", staff(), begun, repricing="by_event") == "NO_TABLE_CELL"
    adjusted = event("repricing", "2006-07-20", version="2006-07-01")
    assert total_in("2006-07", staff(), begun, adjusted, repricing="by_event") == 730 + 417


def test_a_january_in_which_only_the_allowance_grows_is_a_link_of_its_own() -> None:
    held = replay(teacher(2000), [opened("2007-01-01", "TECH-9", 20)], until=month("2012-12"))
    assert [(link.effective_month, link.cause.kind) for link in held.links] == [
        (month("2007-01"), "opening"),
        (month("2010-01"), "seniority"),
    ]


def test_under_a_measure_the_allowance_does_not_grow() -> None:
    measure = event("coercive_measure", "2009-05-03", kind="BAIL")
    held = replay(teacher(2000), [opened("2007-01-01", "TECH-9", 20), measure], until=month("2012-12"))
    assert [link.cause.kind for link in held.links] == ["opening", "coercive_measure"]


def test_where_no_standard_is_known_a_year_brings_no_link() -> None:
    held = replay(teacher(1990), [opened("2004-01-01", "TECH-9", 20)], until=month("2006-08"))
    assert [(link.effective_month, link.wage is None) for link in held.links] == [
        (month("2004-01"), True),
        (month("2006-07"), False),
    ]


def test_a_table_that_begins_inside_a_version_is_first_seen_in_the_january_after_it() -> None:
    tables = read_tables()
    tables.cells += [
        replace(cell, version=date(2010, 3, 1), amount=cell.amount + 10)
        for cell in tables.cells
        if cell.table == "institution_post_wage" and cell.version == date(2006, 7, 1)
    ]
    held = replay(
        teacher(2001), [opened("2010-01-01", "TECH-9", 20)], until=month("2012-12"), tables=Standards(tables)
    )  # fmt: skip
    assert [link.effective_month for link in held.links] == [month("2010-01"), month("2011-01")]
    assert held.links[1].total - held.links[0].total == 10 + 1 + 2
