"""The worked cases: what the engine covers it answers exactly, what it does not cover it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.pay.answers import answer_case

CASES = Path(__file__).resolve().parents[1] / "cases" / "pay"
COVERED = {
    "WE01": "probation, grading, first increment (I-2 to I-5)",
    "WE02": "raised to a starting grade, next increment skipped (I-6)",
    "WE04": "uplift and seniority allowance of a teacher (I-8, I-9)",
    "WE14": "back pay after a late approval (G-4)",
    "EX1": "a teacher's higher post, approved two months late",
}
# Case, and why the engine says NOT_COVERED to all of it or to the questions named.
NOT_YET: dict[str, tuple[str, set[str] | None]] = {
    "WE06": ("civil servants", None),
    "WE07": ("civil servants", None),
    "WE09": ("civil servants", None),
    "WE13": ("civil servants", None),
    "WE18": ("civil servants", None),
    "EX2": ("civil servants", None),
    "WE15a": ("sick leave", {"s03", "s04", "s05", "s08", "s09", "w-2010-05", "w-2010-09", "w-2010-11"}),
    "WE15b": ("sick leave", {"s04", "s05", "s09"}),
    "WE16": ("service years and retirement fee", {"y1", "r1"}),
}


def read(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    case = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    expected = case.pop("expected")
    return case, expected


def test_every_case_is_listed_as_covered_or_not_yet() -> None:
    assert {path.stem for path in CASES.glob("*.json")} == COVERED.keys() | NOT_YET.keys()


@pytest.mark.parametrize("name", sorted(COVERED))
def test_a_covered_case_is_answered_exactly(name: str) -> None:
    case, expected = read(name)
    assert answer_case(case) == {"id": name, **expected}


@pytest.mark.parametrize("name", sorted(NOT_YET))
def test_what_is_not_covered_is_said_and_never_guessed(name: str) -> None:
    case, expected = read(name)
    _, open_questions = NOT_YET[name]
    answer = answer_case(case)
    assert answer["status"] == "ok"
    for given, wanted in zip(answer["answers"], expected["answers"], strict=True):
        if open_questions is None or given["query"] in open_questions:
            assert given["status"] == "error"
            assert given["error"]["code"] == "NOT_COVERED"
            assert given["error"]["message"]
            assert not {"amount", "total", "components", "state", "value"} & given.keys()
        else:
            assert given == wanted
