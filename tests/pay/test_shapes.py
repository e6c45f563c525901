"""What a field may hold: numbers within their bounds, named choices, and what may be left out (career-case/1)."""
# ruff: noqa: RUF009 - `required` and `optional` make dataclass fields

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.pay.errors import PayError
from app.pay.shapes import (
    DoesNotFit,
    day,
    flag,
    money,
    month,
    number,
    one_of,
    optional,
    or_null,
    read_record,
    required,
    text,
    texts,
    write_record,
)


def a_record() -> type:
    """Something with a field that must stand, one that may, and one that stands for itself."""

    @dataclass(frozen=True)
    class Record:
        since: date = required(month)
        step: int | None = optional(number(1, 40))
        kind: str = optional(one_of("yuan", "cent"), default="yuan")

    return Record


def fits(shape: Any, value: Any) -> bool:
    try:
        shape(value)
    except (DoesNotFit, OverflowError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    ("value", "fitting"),
    [(1, True), (40, True), (5.0, True), (0, False), (41, False), (1.5, False), (True, False), ("5", False),
     (None, False), (float("nan"), False), (float("inf"), False)],
)  # fmt: skip
def test_a_number_lies_within_its_bounds_and_is_whole(value: Any, fitting: bool) -> None:
    assert fits(number(1, 40), value) is fitting


def test_a_number_written_with_a_point_is_read_as_whole() -> None:
    read = number(1, 40)(5.0)
    assert (read, type(read)) == (5, int)


@pytest.mark.parametrize(("value", "fitting"), [("yuan", True), ("cent", True), ("fen", False), (None, False)])
def test_a_choice_is_one_of_those_named(value: Any, fitting: bool) -> None:
    assert fits(one_of("yuan", "cent"), value) is fitting


def test_a_choice_of_numbers_takes_no_truth_for_one() -> None:
    assert one_of(1, 2)(2) == 2
    assert not fits(one_of(1, 2), True)
    assert not fits(one_of(True, False), 1)


def test_what_may_be_null_is_null_or_of_its_shape() -> None:
    assert or_null(text)(None) is None
    assert or_null(text)("TECH-9") == "TECH-9"
    assert not fits(or_null(text), 5)


@pytest.mark.parametrize(
    ("shape", "good", "read", "bad"),
    [
        (text, "a", "a", ["", 5, None]),
        (flag, False, False, [0, "false", None]),
        (day, "2012-02-29", date(2012, 2, 29), ["2013-02-29", "2012-2-9", "0000-01-01", 2012, None, "2012-02-29 "]),
        (month, "2012-12", date(2012, 12, 1), ["2012-13", "2012-1", "0000-01", "2012-01-01", 201201]),
        (money, "20000.5", Decimal("20000.5"), ["-1", "1.234", "1e3", 5, "1234567890"]),
        (texts, ["e1", "e2"], ("e1", "e2"), [[], "e1", [""], [5], None]),
    ],
)
def test_each_shape_reads_what_fits_and_refuses_the_rest(shape: Any, good: Any, read: Any, bad: list[Any]) -> None:
    assert shape(good) == read
    assert not any(fits(shape, value) for value in bad)


def test_a_field_that_may_be_left_out_keeps_its_default_and_is_not_written() -> None:
    record = a_record()
    given = {"since": "2012-05"}
    read = record(**read_record(record, given, name="record"))
    assert (read.since, read.step, read.kind) == (date(2012, 5, 1), None, "yuan")
    assert write_record(read) == given
    given = {"since": "2012-05", "step": 3, "kind": "cent"}
    assert write_record(record(**read_record(record, given, name="record"))) == given


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "since"),
        ({"since": "2012-05", "surplus": 1}, "surplus"),
        ({"since": "2012-05", "step": 41}, "step"),
        ("2012-05", "named fields"),
    ],
)
def test_an_error_names_the_record_and_the_field(given: Any, said: str) -> None:
    with pytest.raises(PayError) as refusal:
        read_record(a_record(), given, name="record")
    assert refusal.value.code == "MALFORMED_CASE"
    assert said in str(refusal.value.message)
    assert str(refusal.value.message).startswith("record")
