"""What the worked cases show a policy officer: their rules and tables, what was worked out and what comes out today."""

from __future__ import annotations

from dataclasses import replace

from app.pay.cases import PolicyCase, cases
from app.pay.rulebook import TITLES
from app.pay.standards import LEVEL_TABLES


def case(name: str) -> PolicyCase:
    return next(held for held in cases() if held.name == name)


def test_every_worked_case_comes_out_today_as_it_was_worked_out() -> None:
    assert len(cases()) >= 14
    for held in cases():
        assert held.agrees
        assert all(worked == today for _, worked, today in held.amounts)


def test_every_worked_case_has_a_title_and_names_only_known_rules() -> None:
    for held in cases():
        assert held.title
        assert set(held.rules) <= TITLES.keys()


def test_a_worked_case_names_the_tables_its_amounts_come_from() -> None:
    assert case("WE02").tables == {"institution_post_wage", "institution_grade_wage_cadre"}
    assert case("WE02").tables <= set(LEVEL_TABLES)


def test_a_worked_case_shows_the_figure_the_error_or_the_word_of_each_answer() -> None:
    assert case("WE02").amounts[1] == ("w-2010-06", "1247.00", "1247.00")
    assert case("WE14").amounts == [("b1", "93.00", "93.00")]
    assert case("WE16").amounts[0] == ("y1", "37", "37")
    assert case("civil-rank-not-confirmed").amounts == [("w-2019-07", "LOW_CONFIDENCE", "LOW_CONFIDENCE")]
    assert case("civil-rank-pair").amounts[0] == ("s-2020-06", "ok", "ok")


def test_a_case_that_comes_out_otherwise_is_seen_with_both_figures() -> None:
    held = case("WE14")
    wrong = replace(held, today={"answers": [{"query": "b1", "status": "ok", "total": "92.00"}]})
    assert not wrong.agrees
    assert wrong.amounts == [("b1", "93.00", "92.00")]


def test_a_question_that_is_no_longer_answered_shows_nothing_for_today() -> None:
    assert replace(case("WE14"), today={}).amounts == [("b1", "93.00", "")]
