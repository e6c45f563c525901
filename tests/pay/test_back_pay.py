"""Back pay: month by month, new total less old total (G-4, D-36)."""

from __future__ import annotations

from typing import Any

from app.pay.answers import answer_case

JOINED = {"id": "e1", "type": "opening", "date": "2010-01-01", "post": "TECH-10", "grade": 14}
RAISED = {"id": "e2", "type": "post_appointment", "date": "2010-05-10", "post": "TECH-7"}
YEAR_2010 = {"id": "a2010", "type": "assessment", "year": 2010, "result": "QUALIFIED"}


def asked(*events: dict[str, Any], settings: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
    answer = answer_case(
        {
            "format": "career-case/1",
            "id": "B",
            "person": {"staff_type": "INSTITUTION"},
            "settings": settings or {},
            "events": list(events),
            "queries": [{"id": "b", "type": "back_pay", **query}],
        }
    )
    assert answer["status"] == "ok"
    first: dict[str, Any] = answer["answers"][0]
    return first


def test_a_second_change_inside_the_gap_is_counted_from_its_month() -> None:
    # Late: the higher post. It takes away the increment of 2011-01, so the difference falls from then on.
    owed = asked(
        JOINED, RAISED, YEAR_2010, from_month="2010-11", first_paid_month="2011-03", late_events=["e2"]
    )  # fmt: skip
    assert [line["difference"] for line in owed["factors"]["lines"]] == ["294.00", "294.00", "272.00", "272.00"]
    assert owed["amount"] == "1132.00"
    assert owed["factors"]["months"] == 4


def test_back_pay_may_be_negative() -> None:
    lowered = {"id": "e2", "type": "post_appointment", "date": "2010-05-10", "post": "TECH-12"}
    owed = asked(JOINED, lowered, from_month="2010-06", first_paid_month="2010-08", late_events=["e2"])
    assert owed["amount"] == "-180.00"


def test_months_before_the_effective_month_owe_nothing() -> None:
    owed = asked(JOINED, RAISED, from_month="2010-04", first_paid_month="2010-07", late_events=["e2"])
    assert [line["difference"] for line in owed["factors"]["lines"]] == ["0.00", "0.00", "294.00"]


def test_a_late_standard_is_compared_with_the_one_before() -> None:
    begun = {**JOINED, "date": "2006-07-01"}
    owed = asked(begun, from_month="2016-07", first_paid_month="2016-09", late_version="2016-07-01")
    # The standard before has no table of institutions, so the old amount cannot be given.
    assert owed["error"]["code"] == "NO_TABLE_CELL"


def test_a_late_standard_by_event_is_compared_with_the_standard_kept_until_then() -> None:
    begun = {**JOINED, "date": "2014-01-01"}
    brought = {"id": "r", "type": "repricing", "date": "2016-07-01", "version": "2016-07-01"}
    owed = asked(
        begun,
        brought,
        settings={"repricing": "by_event"},
        from_month="2016-07",
        first_paid_month="2016-09",
        late_version="2016-07-01",
    )
    assert owed["amount"] == f"{2 * (1600 + 657 - 680 - 273)}.00"


def test_a_late_sanction_takes_its_lifting_with_it() -> None:
    demerit = {"id": "s", "type": "sanction", "date": "2010-12-01", "kind": "DEMERIT"}
    lifted = {"id": "l", "type": "sanction_lifted", "date": "2012-01-15", "sanction": "s"}
    owed = asked(
        JOINED, YEAR_2010, demerit, lifted, from_month="2011-01", first_paid_month="2011-03", late_events=["s"]
    )  # fmt: skip
    assert owed["amount"] == "-44.00"


def test_an_error_on_either_side_is_the_error_of_the_question() -> None:
    owed = asked(JOINED, RAISED, from_month="2009-12", first_paid_month="2010-07", late_events=["e2"])
    assert owed["error"]["code"] == "MONTH_BEFORE_START"
