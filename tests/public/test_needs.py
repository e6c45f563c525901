"""What will I need? The conditions drive the questions, and what is not known settles nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.public import needs, state
from app.public.needs import HELD, NEEDED, NOT_NEEDED, PERHAPS
from models.items import Necessity

A = {"fact": "field.a", "op": "eq", "value": "X"}
B = {"fact": "field.b", "op": "eq", "value": True}


@pytest.mark.parametrize(
    ("condition", "answers", "verdict"),
    [
        (A, {}, None),
        (A, {"field.a": "X"}, True),
        (A, {"field.a": "Y"}, False),
        ({"all": [A, B]}, {"field.a": "Y"}, False),
        ({"all": [A, B]}, {"field.a": "X"}, None),
        ({"any": [A, B]}, {"field.a": "X"}, True),
        ({"any": [A, B]}, {"field.a": "Y"}, None),
        ({"not": A}, {}, None),
        ({"not": A}, {"field.a": "Y"}, True),
    ],
)
def test_what_is_not_known_settles_nothing(condition: Any, answers: Any, verdict: bool | None) -> None:
    assert needs.judged(condition, answers) is verdict


def _version(code: str) -> Any:
    now = state.present()
    return next(version for one, version in zip(now.items, now.versions(), strict=True) if one.code == code)


def test_no_item_asks_more_than_three_questions_and_each_leads_somewhere(app: Flask) -> None:
    for version in state.present().versions():
        asked = needs.questions(version)
        assert len(asked) <= 3
        conditional = [one for one in version.materials if one.necessity == Necessity.CONDITIONAL]
        assert bool(asked) == bool(conditional), version.code


def test_an_answer_settles_its_materials(app: Flask) -> None:
    version = _version("NCGZ-20")
    asked = needs.questions(version)
    matter = next(one for one in asked if one.fact == "field.matter")
    lines = {
        one.material.code: one for one in needs.settle(version, needs.answered(asked, {matter.name: "SANCTION"}))
    }  # fmt: skip
    assert lines["M30"].standing == NEEDED
    assert lines["M31"].standing == NOT_NEEDED
    assert lines["M14"].standing == PERHAPS
    assert lines["M18"].standing == HELD
    assert lines["M30"].why is not None


def test_without_answers_everything_conditional_is_perhaps(app: Flask) -> None:
    for version in state.present().versions():
        for line in needs.settle(version, {}):
            if line.material.necessity == Necessity.CONDITIONAL and not line.material.shared:
                assert line.standing == PERHAPS


def test_an_answer_that_is_no_choice_is_none(app: Flask) -> None:
    version = _version("NCGZ-20")
    asked = needs.questions(version)
    assert needs.answered(asked, {one.name: "';DROP" for one in asked}) == {}
