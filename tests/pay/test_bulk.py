"""Wages of many at once are the wages of each alone, to the fen; who has none is set aside and stops nobody."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pay import back_pay as back_pay_of_one
from app.pay.bulk import Paid, back_pay, exact_sum, price
from app.pay.careers import Person, Settings, settings_from_json
from app.pay.errors import PayError
from app.pay.events import event_from_json
from app.pay.kinds import KindBook, KindTable
from app.pay.months import Month, months_from, plus_months
from app.pay.replay import Career, replay
from app.pay.rosters import month_number, roster_of_careers, roster_of_columns, roster_of_segments
from app.pay.standards import Standards, standards
from app.pay.table_files import read_tables
from tests.pay.people import appointed, assessed, career, event, month, opened, placed, servant, staff, teacher, worker
from tests.pay.test_any_career import EVENTS, PEOPLE, SETTINGS, STARTS

JANUARY = month("2010-01")
READABLE = {"staff_type": "INSTITUTION", "phase": "GRADED", "post": "TECH-10", "grade": 14}


@cache
def raised(percent: int = 5, factor: int = 1) -> Standards:
    """The tables as if every amount were higher."""
    tables = read_tables()
    tables.cells = [
        replace(cell, amount=Decimal(round(cell.amount * factor * (100 + percent) / 100))) for cell in tables.cells
    ]
    return Standards(tables)


def crc(amounts: list[int] | np.ndarray) -> int:
    return zlib.crc32(np.asarray(amounts, np.int64).tobytes())


def alone(held: Career, when: Month) -> int | None:
    """What one person's own career pays in a month, in fen; none where it refuses."""
    if when < held.facts.start_month:
        return 0
    try:
        return held.wage_in(when).total_fen
    except PayError:
        return None


def each_alone(careers: list[Career], months: list[Month]) -> list[int | None]:
    """The sums of each person's months; none where any is refused."""
    sums: list[int | None] = []
    for held in careers:
        amounts = [alone(held, when) for when in months]
        sums.append(None if None in amounts else sum(amount or 0 for amount in amounts))
    return sums


def assert_equal(paid: Paid, wanted: list[int | None]) -> None:
    assert paid.aside.tolist() == [amount is None for amount in wanted]
    assert crc(paid.amounts) == crc([amount or 0 for amount in wanted])
    assert paid.total_fen == sum(amount or 0 for amount in wanted)
    assert (paid.counted, paid.set_aside) == (len(wanted) - wanted.count(None), wanted.count(None))
    assert [found.person for found in paid.reasons()] == [at for at, amount in enumerate(wanted) if amount is None]


def replayed(
    person: dict[str, Any], events: list[dict[str, Any]], chosen: dict[str, Any], tables: Standards
) -> Career | None:
    given_events = [event_from_json({"id": f"e{place}", **said}) for place, said in enumerate(events)]
    try:
        return replay(Person(**person), given_events, settings=settings_from_json(chosen), tables=tables)
    except PayError:
        return None


@st.composite
def stories(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    start = draw(STARTS)
    kind = next((kind for field, kind in PEOPLE.items() if field in start), "INSTITUTION")
    person = {
        "staff_type": kind,
        "education": "BACHELOR",
        "occupation": draw(st.sampled_from([None, None, "TEACHER", "COMPULSORY_TEACHER"])),
        "teaching_start_year": draw(st.sampled_from([1985, 2000, 2009])),
        "teaching_deducted_years": draw(st.sampled_from([0, 3])),
        "work_start": draw(st.sampled_from([None, date(1998, 7, 1)])),
    }
    events = draw(st.lists(EVENTS, max_size=5))
    if draw(st.booleans()):
        events.append(
            {
                "type": "sick_leave",
                "date": "2011-03-10",
                "end_date": draw(st.sampled_from(["2011-04-02", "2012-01-31"])),
            }
        )
    return person, [start, *events]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(stories(), max_size=6), SETTINGS, st.sampled_from(["2007-01", "2011-02", "2014-06", "2016-02", "2018-03"])
)
def test_a_month_of_many_is_the_month_of_each(
    told: list[tuple[dict[str, Any], list[dict[str, Any]]]], chosen: dict[str, Any], first: str
) -> None:
    careers = [held for story in told if (held := replayed(*story, chosen, standards()))]
    roster, said = roster_of_careers(careers), settings_from_json(chosen)
    for when in (month(first), plus_months(month(first), 5)):
        assert_equal(price(roster, when, standards(), settings=said), each_alone(careers, [when]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(stories(), max_size=5), SETTINGS, st.sampled_from(["2007-01", "2011-02", "2016-02"]), st.integers(1, 60)
)
def test_back_pay_of_many_is_the_back_pay_of_each_replayed_under_both_tables(
    told: list[tuple[dict[str, Any], list[dict[str, Any]]]], chosen: dict[str, Any], first: str, count: int
) -> None:
    both = [(replayed(*story, chosen, standards()), replayed(*story, chosen, raised())) for story in told]
    pairs = [(old, new) for old, new in both if old and new]
    months = months_from(month(first), plus_months(month(first), count))
    paid = back_pay(
        roster_of_careers(old for old, _ in pairs), standards(), raised(), months,
        settings=settings_from_json(chosen), new_roster=roster_of_careers(new for _, new in pairs),
    )  # fmt: skip
    old, new = (each_alone([pair[side] for pair in pairs], months) for side in (0, 1))
    assert_equal(paid, [None if a is None or b is None else b - a for a, b in zip(old, new, strict=True)])


def test_back_pay_in_bulk_is_that_of_the_engine_for_one() -> None:
    events = (opened("2010-01-01", "TECH-9", 20), assessed(2010), appointed("2011-05-03", "TECH-8"))
    old, new = (replay(teacher(2003), events, tables=tables) for tables in (standards(), raised()))
    owed = back_pay_of_one(old, new, from_month=JANUARY, first_paid_month=month("2013-01"))
    months = months_from(JANUARY, month("2013-01"))
    paid = back_pay(roster_of_careers([old]), standards(), raised(), months)
    assert paid.amounts.tolist() == [int(owed.amount * 100)]
    assert owed.amount > 0


@pytest.mark.parametrize("when", ["2016-06", "2016-07", "2018-06", "2018-07"])
def test_the_first_and_the_last_month_of_a_version_are_read_from_their_own_tables(when: str) -> None:
    careers = [
        career(staff(), opened("2006-07-01", "TECH-10", 14)),
        career(teacher(1990), opened("2012-01-01", "MGMT-8", 20)),
        career(servant(), placed("2016-01-01", "CLERK", 27, 1)),
        career(worker(), event("opening", "2016-07-01", technical_grade="TECHNICIAN", step=2, step_clock=2010)),
    ]
    assert_equal(price(roster_of_careers(careers), month(when), standards()), each_alone(careers, [month(when)]))


def test_people_who_are_alike_are_one_kind_whatever_their_clocks_and_causes() -> None:
    careers = [
        career(
            staff(work_start=month("2001-07")), opened(f"{year}-08-01", "TECH-10", 14), assessed(2015, id=f"a{year}")
        )
        for year in range(2007, 2014)
    ]
    roster = roster_of_careers(careers)
    assert len(roster.book.kinds) == 2
    assert roster.kind_in(month("2017-01")).tolist() == [1] * 7


def test_a_table_without_the_cell_sets_aside_and_the_sentence_names_table_level_and_date() -> None:
    careers = [
        career(staff(), opened("2016-07-01", "TECH-10", 14)),
        career(staff(), opened("2016-07-01", "TECH-10", 13)),
        career(staff(), opened("2016-07-01", "TECH-10", 13)),
    ]
    paid = price(roster_of_careers(careers), month("2017-03"), standards())
    assert (paid.counted, paid.set_aside, paid.total_fen) == (1, 2, alone(careers[0], month("2017-03")))
    first, second = paid.reasons()
    assert (first.person, first.month, first.error.code) == (1, month("2017-03"), "LOW_CONFIDENCE")
    assert second.error is first.error
    sentence = str(first.error.message)
    assert "Grade wage standards" in sentence
    assert "Grade 13" in sentence
    assert "2016-07-01" in sentence


def test_back_pay_sets_aside_with_the_first_month_that_has_no_amount_on_either_side() -> None:
    held = career(staff(), opened("2014-07-01", "TECH-10", 14))
    months = months_from(month("2014-07"), month("2015-03"))
    paid = back_pay(roster_of_careers([held]), standards(), raised(), months)
    (found,) = paid.reasons()
    assert (found.month, found.error.code, paid.total_fen) == (month("2014-10"), "NO_TABLE_CELL", 0)
    before = back_pay(roster_of_careers([held]), standards().without(date(2014, 10, 1)), raised(), months)
    assert next(before.reasons()).month == month("2014-10")


def test_where_a_replay_stopped_the_person_is_set_aside_with_the_error_of_the_event() -> None:
    good = career(staff(), opened("2010-01-01", "TECH-10", 14))
    bad = career(staff(), opened("2010-01-01", "TECH-9", 20), appointed("2010-05-03", "WORKER-1"))
    roster = roster_of_careers([bad, good, bad])
    assert price(roster, month("2010-05"), standards()).set_aside == 0
    paid = price(roster, month("2010-06"), standards())
    assert [(found.person, found.error.code) for found in paid.reasons()] == [
        (0, "GRADE_REQUIRED"),
        (2, "GRADE_REQUIRED"),
    ]
    assert paid.total_fen == alone(good, month("2010-06"))


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        ({**READABLE, "post": "TECH-99"}, "NO_TABLE_CELL"),
        ({**READABLE, "post": None}, "MALFORMED_CASE"),
        ({**READABLE, "grade": [7]}, "MALFORMED_CASE"),
        ({**READABLE, "occupation": "NURSE"}, "MALFORMED_CASE"),
        ({"staff_type": "INSTITUTION", "phase": "PROBATION", "education": "NONE"}, "MALFORMED_CASE"),
        ({"staff_type": "CIVIL_SERVANT", "phase": "GRADED", "level": 20}, "MALFORMED_CASE"),
        ({"staff_type": "ORGAN_WORKER", "phase": "GRADED"}, "MALFORMED_CASE"),
        ({"staff_type": "SAILOR", "phase": "GRADED"}, "MALFORMED_CASE"),
        ({"phase": "GRADED"}, "MALFORMED_CASE"),
        (["GRADED"], "MALFORMED_CASE"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_read_sets_aside_its_person_and_nobody_else(kept: Any, code: str) -> None:
    book = KindBook()
    good = book.number_of(READABLE, staff())
    poison = book.number_of(kept, staff())
    start = month_number(JANUARY)
    roster = roster_of_segments(book, 3, [0, 1, 2], [start] * 3, [start] * 3, [good, poison, good])
    paid = price(roster, JANUARY, standards())
    assert paid.aside.tolist() == [False, True, False]
    assert paid.amounts[0] == paid.amounts[2] > 0
    (found,) = paid.reasons()
    assert found.error.code == code
    assert str(found.error.message)


def test_an_amount_beyond_counting_is_refused_and_not_wrapped_around() -> None:
    tables = raised(0, factor=10**15)
    paid = price(roster_of_careers([career(staff(), opened("2010-01-01", "TECH-10", 14))]), JANUARY, tables)
    (found,) = paid.reasons()
    assert found.error.code == "NOT_COVERED"
    assert "1014" not in str(paid.amounts)


def test_sums_that_32_bits_cannot_hold_are_exact() -> None:
    tables = raised(0, factor=1000)
    held = career(staff(), opened("2007-01-01", "TECH-1", 65))
    months = months_from(month("2007-01"), month("2012-01"))
    paid = back_pay(roster_of_careers([held] * 3), standards(), tables, months)
    wanted = 999 * sum(alone(held, when) or 0 for when in months)
    assert wanted > 2**31
    assert paid.amounts.tolist() == [wanted] * 3


def test_a_total_that_64_bits_cannot_hold_is_exact() -> None:
    large, small = 2**63 - 1, -(2**63)
    assert exact_sum(np.array([large, large, 3])) == 2 * large + 3
    assert exact_sum(np.array([small, small, -1])) == 2 * small - 1
    assert exact_sum(np.empty(0, np.int64)) == 0


def test_nobody_is_paid_from_an_empty_roster() -> None:
    for roster in (roster_of_careers([]), roster_of_columns(KindBook(), [])):
        for paid in (price(roster, JANUARY, standards()), back_pay(roster, standards(), raised(), [JANUARY])):
            assert (paid.total_fen, paid.counted, paid.set_aside, list(paid.reasons())) == (0, 0, 0, [])


def test_no_months_are_no_back_pay() -> None:
    roster = roster_of_careers([career(staff(), opened("2010-01-01", "TECH-10", 14))])
    assert back_pay(roster, standards(), raised(), []).amounts.tolist() == [0]


def test_before_the_start_and_after_the_end_nothing_is_paid() -> None:
    roster = roster_of_careers(
        [career(staff(), opened("2010-03-01", "TECH-10", 14), event("retirement", "2010-05-03"))]
    )
    amounts = [price(roster, month(f"2010-0{number}"), standards()).total_fen for number in (2, 3, 5, 6)]
    assert [amount > 0 for amount in amounts] == [False, True, True, False]


def test_back_pay_is_counted_over_consecutive_months_of_the_same_people() -> None:
    one, two = (roster_of_careers([career(staff(), opened("2010-01-01", "TECH-10", 14))] * count) for count in (1, 2))
    with pytest.raises(ValueError, match="consecutive"):
        back_pay(one, standards(), raised(), [JANUARY, month("2010-03")])
    with pytest.raises(ValueError, match="same people"):
        back_pay(one, standards(), raised(), [JANUARY], new_roster=two)


def test_kinds_added_later_are_priced_and_the_others_are_kept() -> None:
    book = KindBook()
    first = roster_of_careers([career(staff(), opened("2010-01-01", "TECH-10", 14))], book)
    before = price(first, JANUARY, standards()).total_fen
    second = roster_of_careers([career(staff(), opened("2010-01-01", "TECH-9", 14))], book)
    assert price(second, JANUARY, standards()).total_fen > before
    assert price(first, JANUARY, standards()).total_fen == before


def test_a_sheet_asked_for_many_months_still_answers_the_first() -> None:
    roster = roster_of_careers([career(staff(), opened("2007-01-01", "TECH-10", 14))])
    months = months_from(month("2007-01"), month("2013-06"))
    amounts = [price(roster, when, standards()).total_fen for when in months]
    assert len(set(amounts)) == 1
    assert price(roster, months[0], standards()).total_fen == amounts[0]


def test_why_is_only_asked_where_an_amount_is_missing() -> None:
    roster = roster_of_careers([career(staff(), opened("2010-01-01", "TECH-10", 14))])
    sheet = roster.book.sheet(standards(), Settings())
    with pytest.raises(LookupError):
        sheet.why(0, JANUARY)


def read(post: int, occupied: int) -> tuple[dict[str, Any], Person]:
    kept = {"staff_type": "INSTITUTION", "phase": "GRADED", "post": f"TECH-{post + 8}", "grade": 20}
    return {**kept, "occupation": "TEACHER" if occupied else None}, teacher(2000)


def test_columns_of_codes_pay_what_careers_pay() -> None:
    book = KindBook()
    table = KindTable(book, (3, 2), read)
    posts, occupied = np.array([2, 0, 2, 1]), np.array([1, 0, 1, 0])
    first = table.numbers_of(posts, occupied)
    second = table.numbers_of(np.array([0, 0, 2, 1]), occupied)
    assert len(book.kinds) == 4
    columns = [(month("2010-01"), month("2010-06"), first), (month("2010-07"), None, second)]
    months = months_from(month("2010-05"), month("2010-09"))
    paid = back_pay(roster_of_columns(book, columns), standards(), raised(), months)
    wanted = []
    for at in range(4):
        person = teacher(2000) if occupied[at] else staff()
        events = [opened("2010-01-01", f"TECH-{posts[at] + 8}", 20)]
        if at == 0:
            events.append(appointed("2010-06-03", "TECH-8"))
        held = [replay(person, events, tables=tables) for tables in (standards(), raised())]
        owed = back_pay_of_one(held[0], held[1], from_month=months[0], first_paid_month=month("2010-09"))
        wanted.append(int(owed.amount * 100))
    assert crc(paid.amounts) == crc(wanted)


def test_a_column_that_has_no_amount_sets_aside_whom_it_holds() -> None:
    table = KindTable(book := KindBook(), (3, 2), read)
    kinds = table.numbers_of(np.array([0, 1]), np.array([0, 0]))
    roster = roster_of_columns(book, [(month("2014-10"), month("2014-12"), kinds), (month("2015-01"), None, kinds)])
    paid = back_pay(roster, standards(), raised(), months_from(month("2014-12"), month("2015-02")))
    assert [found.month for found in paid.reasons()] == [month("2014-12")] * 2


@pytest.mark.parametrize("codes", [[0, 3], [-1, 0]])
def test_a_code_outside_its_column_is_refused(codes: list[int]) -> None:
    with pytest.raises(ValueError, match="outside 0 to 2"):
        KindTable(KindBook(), (3, 2), read).numbers_of(np.array(codes), np.array([0, 0]))
    assert KindTable(KindBook(), (3, 2), read).numbers_of(np.empty(0, np.int64), np.empty(0, np.int64)).size == 0
