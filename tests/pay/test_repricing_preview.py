"""What new tables would cost is shown before they hold: heads, cost by unit and category, largest changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from app.pay.kinds import KindBook
from app.pay.repricing import Share, category_name, reprice_preview
from app.pay.rosters import Roster, month_number, roster_of_careers, roster_of_segments
from app.pay.standards import standards
from tests.pay.people import career, event, month, opened, placed, servant, staff, teacher, worker
from tests.pay.test_bulk import raised

JULY = month("2016-07")
BEFORE = standards().without(date(2016, 7, 1))
HERE: dict[str, Any] = {"staff_type": "INSTITUTION", "phase": "GRADED", "occupation": None}


def roster(*held: dict[str, Any], units: list[int]) -> Roster:
    """People in these states since 2007; teachers since 2000."""
    book = KindBook()
    kinds = [book.number_of({**HERE, **kept}, teacher(2000)) for kept in held]
    start, size = month_number(month("2007-01")), len(held)
    return roster_of_segments(
        book, size, np.arange(size), [start] * size, [10**6] * size, kinds,
        ids=np.arange(size) + 100, units=np.array(units),
    )  # fmt: skip


CITY = roster(
    {"post": "TECH-10", "grade": 14},
    {"post": "TECH-10", "grade": 14, "occupation": "TEACHER"},
    {"post": "MGMT-9", "grade": 7},
    {"post": "TECH-10", "grade": 14},
    {"post": "TECH-10", "grade": 13},  # not confirmed in the tables of 2016
    {"post": "TECH-99", "grade": 14},
    {"phase": "ENDED"},
    units=[7, 7, 8, 8, 8, 8, 8],
)


def test_a_preview_says_what_a_version_costs_a_month_and_a_year() -> None:
    seen = reprice_preview(CITY, raised(0), raised(10), JULY)
    alone = [
        career(staff(), opened("2016-01-01", "TECH-10", 14)),
        career(teacher(2000), opened("2016-01-01", "TECH-10", 14)),
        career(staff(), opened("2016-01-01", "MGMT-9", 7)),
        career(staff(), opened("2016-01-01", "TECH-10", 14)),
    ]
    assert seen.total.heads == seen.changed == 4
    assert seen.total.before_fen == sum(held.wage_in(JULY).total_fen for held in alone)
    assert seen.total.yearly_fen == 12 * seen.total.monthly_fen > 0


def test_units_and_categories_add_up_to_the_total() -> None:
    seen = reprice_preview(CITY, raised(0), raised(10), JULY)
    assert [(share.key, share.heads) for share in seen.by_unit] == [(7, 2), (8, 2)]
    assert [(share.key, share.heads) for share in seen.by_category] == [("MGMT", 1), ("TEACHER", 1), ("TECH", 2)]
    for shares in (seen.by_unit, seen.by_category):
        assert sum(share.monthly_fen for share in shares) == seen.total.monthly_fen
        assert sum(share.before_fen for share in shares) == seen.total.before_fen
        assert sum(share.after_fen for share in shares) == seen.total.after_fen


def test_the_largest_changes_come_first_and_nobody_who_stays_the_same() -> None:
    seen = reprice_preview(CITY, raised(0), raised(10), JULY)
    assert [change.person for change in seen.largest] == [1, 0, 3, 2]
    assert [change.difference_fen for change in seen.largest] == sorted(
        (change.difference_fen for change in seen.largest), reverse=True
    )
    assert [change.person for change in reprice_preview(CITY, raised(0), raised(10), JULY, largest=1).largest] == [1]
    assert reprice_preview(CITY, raised(0), raised(0), JULY).largest == ()
    assert reprice_preview(CITY, raised(0), raised(0), JULY).changed == 0


def test_who_is_set_aside_is_named_with_the_reason_and_is_in_no_total() -> None:
    seen = reprice_preview(CITY, raised(0), raised(10), JULY)
    assert [(group.people, group.error.code) for group in seen.aside] == [
        ((4,), "LOW_CONFIDENCE"),
        ((5,), "NO_TABLE_CELL"),
    ]
    assert seen.set_aside == 2
    sentence = str(seen.aside[0].error.message)
    assert "Grade wage standards" in sentence
    assert "Grade 13" in sentence
    assert "2016-07-01" in sentence


def test_the_reason_on_the_side_of_the_new_tables_goes_first() -> None:
    # Before 2016-07 the tables of 2014 hold, which lack every post; in the new ones only grade 13 is in doubt.
    seen = reprice_preview(CITY, BEFORE, standards(), JULY)
    assert sorted(person for group in seen.aside for person in group.people) == [0, 1, 2, 3, 4, 5]
    assert {group.error.code for group in seen.aside if 4 not in group.people} == {"NO_TABLE_CELL"}
    assert next(group for group in seen.aside if 4 in group.people).error.code == "LOW_CONFIDENCE"
    assert seen.total.heads == 0


def test_every_kind_of_staff_has_a_category_with_a_name() -> None:
    people = roster_of_careers(
        [
            career(staff(), opened("2016-07-01", "MGMT-9", 7)),
            career(servant(), placed("2016-07-01", "CLERK", 27, 1)),
            career(worker(), event("opening", "2016-07-01", technical_grade="TECHNICIAN", step=2, step_clock=2010)),
            career(staff(education="BACHELOR"), event("join", "2016-07-01")),
            career(staff(occupation="NURSE", teaching_start_year=2000), opened("2016-07-01", "TECH-10", 14)),
        ]
    )
    seen = reprice_preview(people, raised(0), raised(10), JULY)
    assert {str(share.key): str(category_name(str(share.key))) for share in seen.by_category} == {
        "CIVIL_SERVANT": "Civil servants",
        "INSTITUTION": "Institution staff",
        "NURSE": "Nurse",
        "ORGAN_WORKER": "Organ workers",
        "MGMT": "management posts",
    }
    assert seen.by_unit == ()
    workers = roster_of_careers([career(staff(), opened("2007-01-01", "WORKER-3", 20))])
    (share,) = reprice_preview(workers, raised(0), raised(10), month("2007-01")).by_category
    assert str(category_name(str(share.key))) == "worker posts"


def test_an_empty_roster_costs_nothing() -> None:
    seen = reprice_preview(roster_of_careers([]), standards(), raised(), JULY)
    assert (seen.total, seen.by_unit, seen.by_category, seen.largest, seen.aside) == (
        Share("", 0, 0, 0),
        (),
        (),
        (),
        (),
    )


def test_who_is_not_yet_paid_is_not_counted() -> None:
    people = roster_of_careers([career(staff(), opened("2016-09-01", "TECH-10", 14))])
    assert reprice_preview(people, raised(0), raised(10), JULY).total.heads == 0
