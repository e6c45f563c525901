"""Bad cases: the right error code, a sentence, and never an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pay.answers import answer_case

GOOD: dict[str, Any] = {
    "format": "career-case/1",
    "id": "X",
    "person": {"staff_type": "INSTITUTION", "education": "BACHELOR"},
    "events": [{"id": "e1", "type": "opening", "date": "2010-01-01", "post": "TECH-9", "grade": 15}],
    "queries": [{"id": "q", "type": "wage", "month": "2010-01"}],
}


def case(**changed: Any) -> dict[str, Any]:
    return {**GOOD, **changed}


def code_of(given_case: Any) -> str | None:
    answer = answer_case(given_case)
    if answer["status"] == "ok":
        return None
    assert "answers" not in answer
    assert answer["error"]["message"]
    return str(answer["error"]["code"])


def with_events(*more: dict[str, Any]) -> dict[str, Any]:
    return case(events=[*GOOD["events"], *more])


def asked(**query: Any) -> dict[str, Any]:
    return case(queries=[{"id": "q", **query}])


def test_the_good_case_is_good() -> None:
    assert code_of(GOOD) is None


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "x",
        {},
        case(format="career-case/2"),
        case(id=""),
        case(id=5),
        case(title=5),
        case(note=5),
        case(rules="I-1"),
        case(surplus=1),
        case(person=None),
        case(person={}),
        case(person={"staff_type": "OTHER"}),
        case(person={"staff_type": "INSTITUTION", "teaching_start_year": "2000"}),
        case(person={"staff_type": "INSTITUTION", "teaching_start_year": True}),
        case(person={"staff_type": "INSTITUTION", "occupation": "TEACHER"}),
        case(person={"staff_type": "INSTITUTION", "surplus": 1}),
        case(settings={"uplift_rounding": "fen"}),
        case(settings={"unknown": 1}),
        case(settings={"grading_year_counts": 1}),
        case(events=None),
        case(events=[None]),
        case(events=[{"id": "e", "type": "promotion", "date": "2010-01-01"}]),
        case(events=[{"id": "e", "type": ["join"], "date": "2010-01-01"}]),
        case(person={"staff_type": "INSTITUTION"}, events=[{"id": "e", "type": "join", "date": "2010-01-01"}]),
        case(person={"staff_type": "ORGAN_WORKER", "education": "BACHELOR"},
             events=[{"id": "e", "type": "join", "date": "2010-01-01"}]),
        with_events({"id": "e2", "type": "retirement", "date": "2010-02-30"}),
        with_events({"id": "e2", "type": "retirement", "date": "2010-2-3"}),
        with_events({"id": "e2", "type": "retirement", "date": "20100203"}),
        with_events({"id": "e2", "type": "retirement"}),
        with_events({"id": "e1", "type": "retirement", "date": "2010-02-03"}),
        with_events({"id": "e2", "type": "post_appointment", "date": "2010-02-03", "post": "TECH-8", "grade": 0}),
        with_events({"id": "e2", "type": "post_appointment", "date": "2010-02-03", "post": "TECH-8", "grade": 1.5}),
        with_events({"id": "e2", "type": "opening", "date": "2010-02-03", "post": "TECH-8"}),
        with_events({"id": "e2", "type": "grading", "date": "2010-02-03", "level": 25}),
        with_events({"id": "e2", "type": "grading", "date": "2010-02-03", "position": "STAFF"}),
        with_events({"id": "e2", "type": "position_change", "date": "2010-02-03", "position": None, "leading": True}),
        with_events({"id": "e2", "type": "sanction_lifted", "date": "2010-02-03", "sanction": "e9"}),
        with_events({"id": "e2", "type": "sanction_lifted", "date": "2010-02-03", "sanction": "e1"}),
        with_events({"id": "e2", "type": "sanction_lifted", "date": "2010-02-03", "sanction": "s"},
                    {"id": "s", "type": "sanction", "date": "2010-03-03", "kind": "WARNING"}),
        with_events({"id": "e2", "type": "occupation_change", "date": "2010-02-03", "occupation": "NURSE"}),
        with_events({"id": "e2", "type": "sick_leave", "date": "2010-02-03", "end_date": "2010-02-01"}),
        with_events({"id": "e2", "type": "sick_leave", "date": "2010-02-03", "end_date": "2010-03-01"},
                    {"id": "e3", "type": "sick_leave", "date": "2010-03-20", "end_date": "2010-04-01"}),
        with_events({"id": "e2", "type": "transfer", "date": "2010-02-03", "same_system": False,
                     "last_paid_month": "2010-02", "first_paid_month": "2010-03"}),
        with_events({"id": "e2", "type": "transfer", "date": "2010-02-03", "same_system": True,
                     "last_paid_month": "2010-02", "first_paid_month": "2010-03",
                     "target": {"staff_type": "INSTITUTION", "post": "TECH-9", "grade": 3}}),
        with_events({"id": "e2", "type": "transfer", "date": "2010-02-03", "same_system": False,
                     "last_paid_month": "2010-02", "first_paid_month": "2010-03",
                     "target": {"staff_type": "INSTITUTION", "post": "TECH-9"}}),
        case(queries=None),
        asked(type="wages", month="2010-01"),
        asked(type="wage", month="2010-13"),
        asked(type="wage", month="2010-1"),
        asked(type="wage"),
        asked(type="wage", month="2010-01", year=3),
        case(queries=[GOOD["queries"][0], GOOD["queries"][0]]),
        asked(type="back_pay", from_month="2010-02", first_paid_month="2010-04"),
        asked(type="back_pay", from_month="2010-02", first_paid_month="2010-04", late_events=[]),
        asked(type="back_pay", from_month="2010-02", first_paid_month="2010-04", late_events=["e9"]),
        asked(type="back_pay", from_month="2010-02", first_paid_month="2010-04", late_events=["e1"]),
        asked(type="back_pay", from_month="2010-04", first_paid_month="2010-04", late_version="2006-07-01"),
        asked(type="table_lookup", table="versions", standard="INST-2006-07", category="x", level="1"),
        asked(type="table_lookup", table="institution_post_wage", standard="INST-2006-07", category="x", level=1),
        asked(type="death_benefit", national_urban_income=36396),
    ],
)  # fmt: skip
def test_a_case_that_does_not_fit_is_malformed(bad: Any) -> None:
    assert code_of(bad) == "MALFORMED_CASE"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (with_events({"id": "e2", "type": "post_appointment", "date": "2010-02-03", "post": "X-1"}), "UNKNOWN_POST"),
        (with_events({"id": "e2", "type": "rank_change", "date": "2010-02-03", "rank": "STAFF"}), "UNKNOWN_POST"),
        (with_events({"id": "e2", "type": "technical_grade_change", "date": "2010-02-03", "technical_grade": "X"}),
         "UNKNOWN_POST"),
        (case(person={"staff_type": "INSTITUTION", "education": "PHD"}), "UNKNOWN_EDUCATION"),
        (with_events({"id": "e2", "type": "education_change", "date": "2010-02-03", "education": "X"}),
         "UNKNOWN_EDUCATION"),
        (with_events({"id": "e2", "type": "repricing", "date": "2010-02-03", "version": "2011-01-01"}),
         "UNKNOWN_STANDARD"),
        (asked(type="back_pay", from_month="2010-02", first_paid_month="2010-04", late_version="2011-01-01"),
         "UNKNOWN_STANDARD"),
        (case(events=[]), "NO_START_EVENT"),
        (with_events({"id": "e2", "type": "join", "date": "2010-02-03"}), "NO_START_EVENT"),
        (with_events({"id": "e2", "type": "retirement", "date": "2009-12-31"}), "EVENT_BEFORE_START"),
        (with_events({"id": "e2", "type": "transfer", "date": "2010-02-03", "same_system": True,
                      "last_paid_month": "2010-02", "first_paid_month": "2010-04"}), "TRANSFER_MONTHS_NOT_ADJACENT"),
    ],
)  # fmt: skip
def test_errors_of_the_whole_case_have_their_code(bad: Any, code: str) -> None:
    assert code_of(bad) == code


def answer_to(**query: Any) -> dict[str, Any]:
    answer: dict[str, Any] = answer_case(asked(**query))["answers"][0]
    return answer


def test_a_lookup_repeats_what_was_asked() -> None:
    answer = answer_to(type="table_lookup", table="civil_level_wage", standard="CIVIL-2006-07", category="level_wage",
                       level="27", step=1)  # fmt: skip
    assert answer["amount"] == "290.00"
    assert answer["factors"] == {"table": "civil_level_wage", "standard": "CIVIL-2006-07", "category": "level_wage",
                                 "level": "27", "step": 1}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"standard": "INST-2014-10", "level": "9"}, "NO_TABLE_CELL"),
        ({"standard": "NOTHING", "level": "9"}, "NO_TABLE_CELL"),
        ({"standard": "INST-2006-07", "level": "14"}, "NO_TABLE_CELL"),
        ({"standard": "INST-2006-07", "level": "9", "step": 2}, "NO_TABLE_CELL"),
        ({"standard": "INST-2018-07", "level": "7"}, "LOW_CONFIDENCE"),
    ],
)
def test_a_lookup_without_a_trusted_cell_is_an_error(said: dict[str, Any], code: str) -> None:
    answer = answer_to(type="table_lookup", table="institution_post_wage", category="tech_post", **said)
    assert answer["error"]["code"] == code


def test_civil_level_steps_above_the_printed_top_are_extended() -> None:
    def read(step: int) -> float:
        answer = answer_to(type="table_lookup", table="civil_level_wage", standard="CIVIL-2006-07",
                           category="level_wage", level="1", step=step)  # fmt: skip
        return float(answer["amount"])

    assert read(8) - read(6) == 2 * (read(6) - read(5))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    place=st.sampled_from(["format", "id", "person", "settings", "events", "queries", "staff_type", "date", "post",
                           "grade", "type", "month"]),
    value=JSON,
)  # fmt: skip
def test_any_value_in_any_place_gets_an_answer(place: str, value: Any) -> None:
    broken = json.loads(json.dumps(GOOD))
    if place in broken or place == "settings":
        broken[place] = value
    elif place == "staff_type":
        broken["person"][place] = value
    elif place == "month":
        broken["queries"][0][place] = value
    else:
        broken["events"][0][place] = value
    answer = answer_case(broken)
    assert answer["status"] in ("ok", "error")
    json.dumps(answer)


# -- which record an error names -------------------------------------------------------------------------------------


def said_of(given_case: Any) -> str:
    return str(answer_case(given_case)["error"]["message"])


@pytest.mark.parametrize("target", [{"staff_type": "INSTITUTION", "post": "TECH-9", "grade": 20, "surplus": 1},
                                    {"staff_type": "INSTITUTION", "post": "TECH-9"}])  # fmt: skip
def test_an_error_in_the_target_of_a_transfer_names_the_target(target: dict[str, Any]) -> None:
    transfer = {"id": "t", "type": "transfer", "date": "2010-05-05", "same_system": False,
                "last_paid_month": "2010-05", "first_paid_month": "2010-06", "target": target}  # fmt: skip
    assert said_of(with_events(transfer)).startswith("target ")


def test_an_error_in_a_question_names_its_type_and_its_id() -> None:
    assert said_of(case(queries=[{"type": "wage"}])) == "wage lacks the field 'id'."
    assert said_of(asked(type="wage")) == "wage q lacks the field 'month'."
    long = {"type": "wage", "id": "q" * 100}
    assert said_of(case(queries=[long])) == f"wage {'q' * 75} lacks the field 'month'."


def test_an_error_in_an_event_names_its_type_and_its_id() -> None:
    opening = {"type": "opening", "date": "2010-01-01", "post": "TECH-9"}
    half = case(events=[{**opening, "id": "e1"}])
    assert said_of(half) == "opening e1 does not carry the fields of one staff type."
    long = case(events=[{**opening, "id": "e" * 100}])
    assert said_of(long) == f"opening {'e' * 72} does not carry the fields of one staff type."


def test_title_and_note_may_be_left_out_or_empty() -> None:
    assert code_of(case(title="", note="")) is None
