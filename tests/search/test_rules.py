"""How a question is read, and how letters become pinyin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search import rules
from app.search.pinyin import initials_of, pinyin_of, segmentations
from app.search.rules import LONGEST_ASKED, MOST_WANTED, read


def test_chinese_is_taken_by_one_and_two_characters() -> None:
    assert set(rules.tokens_in("试用期")) == {"试", "用", "期", "试用", "用期"}
    assert list(rules.tokens_in("2006")) == ["2006"]


def test_full_width_and_capitals_are_alike() -> None:
    assert read("ＮＣＧＺ－１１").runs == read("ncgz-11").runs == ("ncgz", "11")


@pytest.mark.parametrize("typed", ["", "   ", "\"'", "%", "_*?", "()[]{}\\", "\x00", "--; DROP TABLE"])
def test_signs_only_part_words(typed: str) -> None:
    assert all(run.isalnum() for run in read(typed).runs)


def test_ten_thousand_characters_ask_for_their_beginning() -> None:
    asked = read("工资" * 5_000)
    assert sum(map(len, asked.runs)) <= LONGEST_ASKED
    many = read("".join(chr(0x4E00 + number) for number in range(10_000)))
    assert len(rules.wanted(many, {}, {})) == MOST_WANTED


@given(st.text(max_size=300))
def test_anything_can_be_asked(typed: str) -> None:
    asked = read(typed)
    assert len(rules.wanted(asked, {}, {})) <= MOST_WANTED
    rules.lookup_of(asked)


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("gongzi", [("gong", "zi")]),
        ("xian", [("xian",), ("xi", "an")]),
        ("gongz", [("gong", "z*")]),
        ("lue", [("lve",), ("lu", "e")]),
        ("probation", []),
        ("工资", []),
    ],
)
def test_letters_are_parted_into_syllables(letters: str, ways: list[tuple[str, ...]]) -> None:
    assert segmentations(letters)[: len(ways) or 1] == ways


def test_pinyin_of_characters() -> None:
    assert pinyin_of("工资") == "gongzi"
    assert initials_of("新进人员工资核定 NCGZ-01") == "xjrygzhd"


def test_of_a_word_everything_is_wanted_of_a_sentence_a_part() -> None:
    assert [rules.least_of(count) for count in (1, 2, 3, 5, 10)] == [1, 2, 3, 3, 4]
