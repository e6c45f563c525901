"""Facts that a third reading of the format asked for: odd lines, far dates, endings told twice (D-1, D-29, D-34)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.pay.answers import answer_case
from app.pay.cli import _answer
from app.pay.months import NEVER, month_after, plus_months, same_day_after
from tests.pay.people import career, event, opened, staff

OPENING = {"id": "e1", "type": "opening", "date": "2010-01-01", "post": "TECH-9", "grade": 15}
PLACE = {
    "id": "e1", "type": "opening", "date": "2007-01-01", "position": "STAFF", "leading": False,
    "level": 25, "step": 2, "level_clock": 2006, "step_clock": 2006,
}  # fmt: skip
YEARS = [{"id": f"a{year}", "type": "assessment", "year": year, "result": "QUALIFIED"} for year in range(2006, 2012)]
WAGE = {"id": "q", "type": "wage", "month": "2010-02"}


def case(*events: dict[str, Any], queries: tuple[dict[str, Any], ...] = (WAGE,), **more: Any) -> dict[str, Any]:
    return {
        "format": "career-case/1",
        "id": "X",
        "person": {"staff_type": "INSTITUTION", "work_start": "2000-07"},
        "events": [OPENING, *events],
        "queries": list(queries),
        **more,
    }


def servant(*events: dict[str, Any], queries: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    person = {"staff_type": "CIVIL_SERVANT", "work_start": "2000-07"}
    return {**case(person=person, queries=queries), "events": [PLACE, *YEARS, *events]}


def answers_of(asked: dict[str, Any]) -> list[dict[str, Any]]:
    answer = answer_case(asked)
    assert answer["status"] == "ok", answer
    return list(answer["answers"])


def code_of(answer: dict[str, Any]) -> str | None:
    return answer["error"]["code"] if answer["status"] == "error" else None


def strict(text: str) -> Any:
    """JSON as the standard knows it: no NaN and no Infinity."""

    def refuse(word: str) -> Any:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


# -- lines ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["NaN", "Infinity", "-1e999", "[1]", "null", "1.5"])
def test_an_id_that_no_answer_can_repeat_is_answered_with_null(given: str) -> None:
    line = json.dumps(case()).replace('"X"', given)
    answer = strict(json.dumps(_answer(line.encode())))
    assert (answer["id"], answer["error"]["code"]) == (None, "MALFORMED_CASE")


@pytest.mark.parametrize("line", [b"not json", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_a_line_without_an_id_is_answered_without_one(line: bytes) -> None:
    answer = _answer(line)
    assert (answer["id"], answer["status"]) == (None, "error")


@pytest.mark.parametrize("given", ['"X"', '""', "5"])
def test_an_answer_repeats_the_id_of_its_case_even_of_a_malformed_one(given: str) -> None:
    line = json.dumps(case(surplus=1)).replace('"X"', given)
    assert _answer(line.encode())["id"] == json.loads(given)


def test_a_number_of_thousands_of_digits_is_too_large_and_the_case_keeps_its_id() -> None:
    line = json.dumps(case()).replace('"grade": 15', '"grade": ' + "9" * 10_000)
    answer: Any = _answer(line.encode())
    assert (answer["id"], answer["error"]["code"]) == ("X", "MALFORMED_CASE")


def test_an_unknown_standard_asked_about_goes_before_the_order_of_events() -> None:
    late = {"id": "q", "type": "back_pay", "from_month": "2010-02", "first_paid_month": "2010-04"}
    early = {"id": "e2", "type": "retirement", "date": "2009-05-05"}
    assert code_of(answer_case(case(early, queries=({**late, "late_version": "2015-05-05"},)))) == "UNKNOWN_STANDARD"
    assert code_of(answer_case(case(early, queries=({**late, "late_version": "2014-10-01"},)))) == "EVENT_BEFORE_START"


# -- far dates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "far",
    [
        {"type": "retirement", "date": "9999-12-31"},
        {"type": "sanction", "date": "9999-12-31", "kind": "DEMERIT"},
        {"type": "coercive_measure", "date": "9999-12-31", "kind": "BAIL"},
        {"type": "post_appointment", "date": "9999-12-31", "post": "TECH-8"},
        {"type": "transfer", "date": "2010-05-05", "same_system": True,
         "last_paid_month": "9999-11", "first_paid_month": "9999-12"},
    ],
)  # fmt: skip
def test_an_event_on_the_last_day_of_the_calendar_changes_nothing_before(far: dict[str, Any]) -> None:
    asked = (WAGE, {"id": "end", "type": "state", "month": "9999-12"})
    now, end = answers_of(case({"id": "far", **far}, queries=asked))
    assert now["total"] == answers_of(case())[0]["total"]
    assert end["state"]["post"] == "TECH-9"


def test_a_sick_leave_without_an_end_in_sight_is_paid_month_by_month() -> None:
    leave = {"id": "s", "type": "sick_leave", "date": "2010-02-01", "end_date": "9999-12-31"}
    asked = tuple({"id": when, "type": "sick_pay", "month": when} for when in ("2010-03", "2010-08", "2014-09"))
    asked += ({"id": "wage", "type": "wage", "month": "9999-12"},)
    *paid, last = answers_of(case(leave, queries=asked))
    assert [(one["factors"]["sick_month"], one["factors"]["percent"]) for one in paid] == [(2, 100), (7, 80), (56, 80)]
    assert code_of(last) == "NO_TABLE_CELL"


def test_promotions_are_made_to_the_last_year_of_the_calendar() -> None:
    change = {"id": "e", "type": "education_change", "date": "9999-12-31", "education": "BACHELOR"}
    asked = ({"id": "q", "type": "state", "month": "9999-12"},)
    assert answers_of(servant(change, queries=asked))[0]["state"]["level"] == 24


def test_what_counts_from_the_month_after_the_last_one_never_begins() -> None:
    assert month_after(date(9999, 12, 31)) == plus_months(date(9999, 1, 1), 12) == NEVER
    assert same_day_after(date(9998, 12, 31), 24) == NEVER
    assert same_day_after(date(9999, 6, 30), 6) == date(9999, 12, 30)


@pytest.mark.parametrize(("month", "code"), [("0000-05", "MALFORMED_CASE"), ("0001-01", None), ("9999-12", None)])
def test_there_is_no_year_nought(month: str, code: str | None) -> None:
    assert code_of(answer_case(case(queries=({"id": "q", "type": "wage", "month": month},)))) == code


# -- told twice -----------------------------------------------------------------------------------------------------


def test_of_two_liftings_the_later_one_holds_whatever_the_order_of_entry() -> None:
    """The step of January 2010 would come with the earlier lifting; with the later one the demerit still holds it."""
    demerit = {"id": "s", "type": "sanction", "date": "2008-06-01", "kind": "DEMERIT"}
    first = {"id": "l1", "type": "sanction_lifted", "date": "2009-03-01", "sanction": "s"}
    second = {"id": "l2", "type": "sanction_lifted", "date": "2010-02-01", "sanction": "s"}
    asked = ({"id": "q", "type": "state", "month": "2010-01"},)
    for events in ((demerit, first, second), (second, first, demerit), (first, demerit, second)):
        assert answers_of(servant(*events, queries=asked))[0]["state"]["step"] == 3
    assert answers_of(servant(demerit, first, queries=asked))[0]["state"]["step"] == 4


def test_a_measure_that_was_ended_and_later_cleared_has_no_effect() -> None:
    arrest = {"id": "m", "type": "coercive_measure", "date": "2010-01-10", "kind": "ARREST"}
    ended = {"id": "m1", "type": "measure_ended", "date": "2010-04-10", "measure": "m", "cleared": False}
    cleared = {"id": "m2", "type": "measure_ended", "date": "2010-09-10", "measure": "m", "cleared": True}
    for events in ((arrest, ended, cleared), (cleared, ended, arrest)):
        assert answers_of(case(*events))[0]["pay_status"] == "NORMAL"
    assert answers_of(case(arrest, ended))[0]["pay_status"] == "COERCIVE_MEASURE"


def test_a_measure_that_ends_in_its_first_month_makes_no_link() -> None:
    """It is paid from the month after its start, and then it is already over (D-34)."""
    arrest = event("coercive_measure", "2010-03-05", kind="ARREST")
    ended = event("measure_ended", "2010-03-25", measure=arrest.id, cleared=False)
    links = career(staff(), opened("2010-01-01", "TECH-9", 15), arrest, ended).links
    assert [link.cause.kind for link in links] == ["opening"]
