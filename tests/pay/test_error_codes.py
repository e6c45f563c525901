"""Every error code of the format is given, with a sentence, by the smallest career that earns it (section 7)."""

from __future__ import annotations

from typing import Any

import pytest

from app.messages import Message
from app.pay.answers import answer_case
from app.pay.errors import CASE_CODES, QUERY_CODES, PayError

CIVIL = {"type": "opening", "date": "2010-01-01", "position": "STAFF", "leading": False, "level": 25, "step": 2,
         "level_clock": 2010, "step_clock": 2010}  # fmt: skip
POST = {"type": "opening", "date": "2010-01-01", "post": "TECH-9", "grade": 20}
WAGE = {"type": "wage", "month": "2012-06"}


def dated(name: str, day: str = "2012-05-05", /, **said: Any) -> dict[str, Any]:
    return {"type": name, "date": day, **said}


def moved(first: str) -> dict[str, Any]:
    return dated("transfer", same_system=True, last_paid_month="2012-05", first_paid_month=first)


OF_THE_CASE: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("MALFORMED_CASE", "CIVIL_SERVANT", [CIVIL, dated("position_change", position="STAFF")]),
    ("MALFORMED_CASE", "CIVIL_SERVANT", [CIVIL, dated("sanction", kind="DOWNGRADE", level=26)]),
    ("MALFORMED_CASE", "CIVIL_SERVANT", [CIVIL, dated("sanction", kind="REMOVAL", position="CLERK")]),
    ("MALFORMED_CASE", "CIVIL_SERVANT", [CIVIL, dated("sanction", kind="DOWNGRADE", level=28, step=1)]),
    ("MALFORMED_CASE", "CIVIL_SERVANT", [CIVIL, dated("measure_ended", measure="e9", cleared=True)]),
    ("MALFORMED_CASE", "CIVIL_SERVANT", [{key: CIVIL[key] for key in CIVIL if key not in ("position", "leading")}]),
    ("MALFORMED_CASE", "CIVIL_SERVANT", [{**CIVIL, "technical_grade": "TECHNICIAN"}]),
    ("MALFORMED_CASE", "CIVIL_SERVANT", [{"type": "join", "date": "2010-01-01"}]),
    ("MALFORMED_CASE", "ORGAN_WORKER", [{"type": "join", "date": "2010-01-01"}]),
    ("UNKNOWN_POST", "CIVIL_SERVANT", [CIVIL, dated("position_change", position="RANK_CLERK_1", leading=False)]),
    ("UNKNOWN_POST", "CIVIL_SERVANT", [{**CIVIL, "rank": "CLERK"}]),
    ("UNKNOWN_EDUCATION", "CIVIL_SERVANT", [CIVIL, dated("education_change", education="PHD")]),
    ("UNKNOWN_STANDARD", "CIVIL_SERVANT", [CIVIL, dated("repricing", version="2015-10-01")]),
    ("NO_START_EVENT", "CIVIL_SERVANT", [dated("retirement")]),
    ("NO_START_EVENT", "CIVIL_SERVANT", [CIVIL, {**CIVIL, "date": "2012-01-01"}]),
    ("EVENT_BEFORE_START", "CIVIL_SERVANT", [CIVIL, dated("retirement", "2009-12-31")]),
    (
        "EVENT_BEFORE_START",
        "CIVIL_SERVANT",
        [CIVIL, dated("transfer", same_system=True, last_paid_month="2009-11", first_paid_month="2009-12")],
    ),
    (
        "MALFORMED_CASE",
        "CIVIL_SERVANT",
        [
            CIVIL,
            dated("transfer", same_system=False, last_paid_month="2012-05", first_paid_month="2012-06", target="x"),
        ],
    ),
    ("MALFORMED_CASE", "CIVIL_SERVANT", [CIVIL, dated("sanction", kind="WARNING", no_lower_post="x")]),
    ("TRANSFER_MONTHS_NOT_ADJACENT", "CIVIL_SERVANT", [CIVIL, moved("2012-07")]),
]
OF_A_QUERY: list[tuple[str, str, list[dict[str, Any]], dict[str, Any]]] = [
    ("MONTH_BEFORE_START", "CIVIL_SERVANT", [CIVIL], {"type": "wage", "month": "2009-12"}),
    ("NO_TABLE_CELL", "CIVIL_SERVANT", [CIVIL], {"type": "wage", "month": "2014-10"}),
    ("LOW_CONFIDENCE", "CIVIL_SERVANT", [{**CIVIL, "level": 20}], {"type": "wage", "month": "2014-10"}),
    ("GRADING_TOO_EARLY", "CIVIL_SERVANT", [dated("join", "2011-07-01"), dated("grading")], WAGE),
    ("GRADE_REQUIRED", "INSTITUTION", [POST, dated("post_appointment", post="WORKER-3")], WAGE),
    (
        "PROMOTION_DURING_SANCTION",
        "CIVIL_SERVANT",
        [CIVIL, dated("sanction", "2012-05-05", kind="WARNING"),
         dated("position_change", position="SECT_CHIEF", leading=True)],
        WAGE,
    ),
    ("EVENT_NOT_APPLICABLE", "CIVIL_SERVANT", [CIVIL, dated("post_appointment", post="TECH-9")], WAGE),
    ("NOT_COVERED", "CIVIL_SERVANT", [CIVIL], {"type": "retirement_fee"}),
    ("NOT_COVERED", "INSTITUTION", [POST, dated("sanction", kind="POST_LOWERED")], WAGE),
    ("EVENT_NOT_APPLICABLE", "INSTITUTION", [POST, dated("sanction", kind="POST_LOWERED", post="MGMT-10")], WAGE),
    ("MISSING_FACT", "CIVIL_SERVANT", [CIVIL], {"type": "service_years", "month": "2012-06"}),
]  # fmt: skip


def answered(staff_type: str, events: list[dict[str, Any]], query: dict[str, Any]) -> dict[str, Any]:
    person = {"staff_type": staff_type}
    if events[0]["type"] == "join" and events[1:]:
        person["education"] = "BACHELOR"
    return answer_case(
        {
            "format": "career-case/1",
            "id": "E",
            "person": person,
            "events": [{"id": f"e{index}", **event} for index, event in enumerate(events)],
            "queries": [{"id": "q", **query}],
        }
    )


def test_every_code_has_its_career() -> None:
    assert {code for code, *_ in OF_THE_CASE} == set(CASE_CODES)
    assert {code for code, *_ in OF_A_QUERY} == set(QUERY_CODES)


@pytest.mark.parametrize(("code", "staff_type", "events"), OF_THE_CASE)
def test_an_error_of_the_whole_case_has_no_answers(code: str, staff_type: str, events: list[dict[str, Any]]) -> None:
    answer = answered(staff_type, events, WAGE)
    assert (answer["status"], answer["error"]["code"]) == ("error", code)
    assert answer["error"]["message"].endswith(".")
    assert "answers" not in answer


@pytest.mark.parametrize(("code", "staff_type", "events", "query"), OF_A_QUERY)
def test_an_error_of_one_query_leaves_the_others_answered(
    code: str, staff_type: str, events: list[dict[str, Any]], query: dict[str, Any]
) -> None:
    answer = answered(staff_type, events, query)
    assert answer["status"] == "ok"
    assert answer["answers"][0]["error"]["code"] == code
    assert answer["answers"][0]["error"]["message"].endswith(".")


def test_months_before_an_event_that_cannot_be_replayed_are_answered() -> None:
    events = [CIVIL, dated("post_appointment", post="TECH-9")]
    early = answered("CIVIL_SERVANT", events, {"type": "wage", "month": "2012-05"})
    assert early["answers"][0]["total"] == "760.00"
    for kind in ("wage", "state", "sick_pay", "service_years"):
        late = answered("CIVIL_SERVANT", events, {"type": kind, "month": "2013-02"})
        assert late["answers"][0]["error"]["code"] == "EVENT_NOT_APPLICABLE"
    bonus = answered("CIVIL_SERVANT", events, {"type": "year_end_bonus", "year": 2012})
    assert bonus["answers"][0]["error"]["code"] == "EVENT_NOT_APPLICABLE"


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("GRADE_REQUIRED", "State the grade in the application."),
        ("NOT_COVERED", "Have the bureau settle this case by hand."),
        ("MALFORMED_CASE", "Correct the employee's record, then calculate again."),
    ],
)
def test_the_remedy_follows_from_the_code(code: str, remedy: str) -> None:
    assert str(PayError(code, Message("No amount.")).remedy) == remedy
