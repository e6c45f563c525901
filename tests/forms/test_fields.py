"""Answers as people type them are understood, kept within the possible, and refused in a sentence."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.forms import fields
from app.forms.fields import FIELD_TYPES, check_options, control, missing, parse, parse_answers, shown

CHOICES = {"choices": [{"value": "A", "zh": "甲", "en": "First"}, {"value": "B", "zh": "乙", "en": "Second"}]}


@pytest.mark.parametrize(
    "typed",
    ["2018-04-03", "2018/4/3", "2018.04.03", "2018年4月3日", "20180403", "２０１８－０４－０３", " 2018 年 4 月 3 日 "],
)
def test_a_day_is_understood_however_it_is_written(typed: str) -> None:
    assert parse("date", {}, typed) == "2018-04-03"


@pytest.mark.parametrize(
    "typed", ["2018-02-30", "2018-13-01", "0000-00-00", "昨天", "18-4-3", "2018-04-03 09:00", "٢٠١٨"]
)
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="day that exists"):
        parse("date", {}, typed)


def test_years_run_from_1949_to_2100() -> None:
    assert parse("year", {}, "２０１７年") == 2017
    for typed in ("1948", "2101", "98", "20170"):
        with pytest.raises(Invalid, match="four digits, from 1949 to 2100"):
            parse("year", {}, typed)
    with pytest.raises(Invalid, match="between 1949-01-01 and 2100-12-31"):
        parse("date", {}, "1948-12-31")


def test_a_day_may_be_kept_from_the_future() -> None:
    assert parse("date", {"maximum": "today"}, "2018-04-03") == "2018-04-03"
    with pytest.raises(Invalid, match="between 1949-01-01 and 2018-04-03"):
        parse("date", {"maximum": "today"}, "2018-04-04")


def test_an_amount_becomes_whole_fen() -> None:
    assert parse("amount", {}, "１，４９０．５０元") == 149050
    assert str(shown("amount", {}, 149050).en) == "1,490.50 yuan"  # type: ignore[union-attr]
    for typed in ("1.005", "-1", "1,49", "1e5", "一千"):
        with pytest.raises(Invalid):
            parse("amount", {}, typed)


def test_a_whole_number_stays_in_its_limits() -> None:
    assert parse("integer", {"minimum": 0, "maximum": 10}, "３") == 3
    for typed in ("11", "-1", "3.5", "9" * 40):
        with pytest.raises(Invalid):
            parse("integer", {"minimum": 0, "maximum": 10}, typed)


def test_a_choice_outside_the_list_is_refused() -> None:
    assert parse("choice", CHOICES, "A") == "A"
    assert parse("education", {}, "MASTER") == "MASTER"
    assert parse("post", {}, "TECH-12") == "TECH-12"
    for type_code, typed in (("choice", "C"), ("education", "PHD"), ("post", "TECH-99"), ("assessment", "GOOD")):
        with pytest.raises(Invalid, match="one of the list"):
            parse(type_code, CHOICES, typed)


def test_a_text_loses_what_cannot_be_stored_and_keeps_the_rest() -> None:
    assert parse("text", {}, " 张\x00三\u202e（教师） ") == "张三（教师）"
    with pytest.raises(Invalid, match="At most 5 characters"):
        parse("text", {"max_length": 5}, "六个字的名字")


def test_every_wrong_answer_has_its_own_sentence_and_right_ones_are_read() -> None:
    asked = [
        SimpleNamespace(key=key, type=kind, options={}, required=True, label_zh=key, label_en=key)
        for key, kind in (("day", "date"), ("year", "year"), ("note", "text"))
    ]
    with pytest.raises(Invalid) as refused:
        parse_answers(asked, {"day": "soon", "year": "1", "note": "x", "foreign": "y"})
    assert refused.value.fields.keys() == {"day", "year"}
    assert parse_answers(asked, {"day": "2018-04-03", "year": ""}) == {"day": "2018-04-03", "year": None}
    assert [str(one) for one in missing(asked, {"day": "2018-04-03"}).values()] == [
        "Please give: year.", "Please give: note.",
    ]  # fmt: skip


def test_wrong_options_are_named() -> None:
    assert check_options("choice", CHOICES) == []
    assert check_options("date", {"maximum": "today"}) == []
    for type_code, options in (
        ("choice", {}), ("choice", {"choices": [{"value": "A"}]}), ("integer", {"minimum": 5, "maximum": 1}),
        ("text", {"pattern": ".*"}), ("date", {"minimum": "someday"}), ("magic", {}), ("text", {"max_length": 0}),
        ("choice", {"choices": [CHOICES["choices"][0]] * 2}),
    ):  # fmt: skip
        assert check_options(type_code, options), (type_code, options)


anything = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text()), st.binary(),
    st.dictionaries(st.text(), st.integers()), st.from_regex(r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?"),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(type_code=st.sampled_from(sorted(FIELD_TYPES)), raw=anything)
def test_whatever_is_typed_is_taken_as_json_or_refused_in_words(type_code: str, raw: Any) -> None:
    options = CHOICES if type_code == "choice" else {}
    try:
        value = parse(type_code, options, raw)
    except Invalid:  # with its sentence, which is an argument of the refusal
        return
    assert json.loads(json.dumps(value)) == value
    assert str(shown(type_code, options, value))
    assert parse(type_code, options, value) == value if not isinstance(value, int) or type_code != "amount" else True


@settings(max_examples=60, deadline=None)
@given(type_code=st.sampled_from(sorted(FIELD_TYPES)), value=anything)
def test_a_stored_value_of_any_kind_can_be_shown(type_code: str, value: Any) -> None:
    assert shown(type_code, CHOICES, value) is not None


@settings(max_examples=60, deadline=None)
@given(type_code=st.sampled_from([*FIELD_TYPES, "magic"]), options=st.dictionaries(st.text(), anything) | anything)
def test_options_of_any_shape_are_checked_in_words(type_code: str, options: Any) -> None:
    for sentence in check_options(type_code, options):
        assert str(sentence)


def test_every_type_says_how_a_page_asks() -> None:
    for code in FIELD_TYPES:
        asked = control(code, CHOICES if code == "choice" else {})
        assert asked.kind in ("input", "textarea", "select", "radio")
        assert bool(asked.choices) == (asked.kind in ("select", "radio"))
    assert control("date", {"maximum": "today"}).attributes["max"] == "2018-04-03"
    assert fields.control("year", {}).attributes["inputmode"] == "numeric"
