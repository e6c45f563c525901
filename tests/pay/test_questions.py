"""Questions as they come: types that are no word, endings told twice, settings, and errors that name their event."""

from __future__ import annotations

from typing import Any

from app.pay.answers import answer_case
from app.pay.careers import Settings
from app.pay.preview import preview
from app.pay.trace import explain, proof
from tests.pay.people import asked, assessed, career, month, opened, placed, servant, teacher

PERSON = {"staff_type": "INSTITUTION", "work_start": "1972-09"}
POST = {"id": "o", "type": "opening", "date": "2008-01-01", "post": "TECH-7", "grade": 40}


def refused(*events: dict[str, Any], **query: Any) -> dict[str, str]:
    answer = answer_case(
        {"format": "career-case/1", "id": "Q", "person": PERSON, "events": [POST, *events],
         "queries": [{"id": "q", "type": "wage", "month": "2008-01", **query}]}
    )  # fmt: skip
    error: dict[str, str] = answer["error"]
    return error


def test_a_type_of_question_that_is_no_word_is_malformed() -> None:
    for kind in (["wage"], {"wage": 1}, None, 5):
        assert refused(type=kind)["code"] == "MALFORMED_CASE"


def test_what_is_no_record_is_malformed_wherever_it_stands() -> None:
    case = {"format": "career-case/1", "id": "Q", "person": PERSON, "settings": {}, "events": [POST], "queries": []}
    assert answer_case(case) == {"id": "Q", "status": "ok", "answers": []}
    for place, said in (("person", "person"), ("settings", "settings"), ("events", ""), ("queries", "")):
        for value in (5, "x", None):
            wrong = value if place in ("person", "settings") else [value]
            error = answer_case({**case, place: wrong})["error"]
            assert error["code"] == "MALFORMED_CASE"
            assert error["message"].startswith(said)


def test_of_two_retirements_told_the_first_by_date_counts() -> None:
    late, early = {"type": "retirement", "date": "2008-03-20"}, {"type": "retirement", "date": "2008-02-20"}
    told = asked(PERSON, [POST, late, early], type="retirement_fee")
    assert told == asked(PERSON, [POST, early], type="retirement_fee")


def test_of_two_deaths_told_the_first_by_date_counts() -> None:
    late, early = ({"type": "death", "date": f"2008-03-{day}", "cause": "ILLNESS"} for day in (20, 10))
    said = {"type": "death_benefit", "national_urban_income": "20000"}
    assert asked(PERSON, [POST, late, early], **said) == asked(PERSON, [POST, early], **said)


def test_an_error_of_an_event_names_its_type_and_id() -> None:
    assert refused({"id": "e2", "type": "retirement"})["message"].startswith("retirement e2 ")
    assert refused({"type": "retirement"})["message"].startswith("retirement lacks")
    assert refused(month="2008-13")["message"].startswith("wage q")


def test_a_preview_is_worked_out_by_the_settings_of_the_place() -> None:
    """Ten percent of 1490 and 369 to the fen instead of the yuan."""
    person, held = teacher(2000), [opened("2017-01-01", "TECH-12", 10)]
    for rounding in ("yuan", "cent"):
        settings = Settings(uplift_rounding=rounding)
        seen = preview(person, held, assessed(2017), month=month("2018-04"), settings=settings)
        wanted = career(person, *held, assessed(2017), uplift_rounding=rounding).wage_in(month("2018-01"))
        assert seen.after == wanted
        assert seen.before == career(person, *held, uplift_rounding=rounding).wage_in(month("2018-01"))


def test_what_is_first_paid_in_its_own_month_owes_nothing() -> None:
    seen = preview(teacher(2000), [opened("2017-01-01", "TECH-12", 10)], assessed(2017), month=month("2018-01"))
    assert (seen.back_pay.lines, seen.effective_month) == ((), month("2018-01"))


def test_a_level_wage_says_level_and_step() -> None:
    part = career(servant(), placed("2010-01-01", "STAFF", 25, 2)).wage_in(month("2010-01")).components[1]
    assert "Level 25, step 2" in " ".join(str(sentence) for sentence in explain(part))
    assert "Level 25, step 2" in {str(value) for _, value in proof(part)}
