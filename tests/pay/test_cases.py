"""The worked cases: each is answered exactly as a policy officer worked it out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.pay.answers import answer_case

CASES = Path(__file__).resolve().parents[1] / "cases" / "pay"
NAMES = sorted(path.stem for path in CASES.glob("*.json"))


def test_the_cases_are_there() -> None:
    assert len(NAMES) >= 14


@pytest.mark.parametrize("name", NAMES)
def test_the_case_is_answered_exactly(name: str) -> None:
    case = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    expected = case.pop("expected")
    answer = answer_case(case)
    for given in answer.get("answers", ()):
        # The sentence of an error is not part of the format; that there is one, is.
        if "error" in given:
            assert given["error"].pop("message")
    for wanted in expected.get("answers", ()):
        wanted.get("error", {}).pop("message", None)
    assert answer == {"id": name, **expected}
