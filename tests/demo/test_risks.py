"""How the simulated year of risks is counted: what is right, what is missed, what was found for nothing."""

from __future__ import annotations

from flask import Flask

from app.demo.risks import FOUND_BY, Outcome, _judge, as_text
from app.demo.risks_plant import PLANTERS, Plant
from app.risk import run  # noqa: F401 - the rules are registered by it
from app.risk.registry import RULES
from tests.factories import a_unit
from tests.fund_cases.factories import a_case


def test_every_kind_of_misuse_may_be_found_by_rules_that_exist() -> None:
    assert FOUND_BY.keys() == PLANTERS.keys()
    assert frozenset().union(*FOUND_BY.values()) == RULES.keys()


def test_a_case_is_right_only_for_the_unit_and_the_people_of_a_misuse(app: Flask) -> None:
    guilty, other, clean = a_unit(), a_unit(), a_unit()
    right = a_case(guilty, "1", rule="paid-after-end")
    right.subject = {"m": "x", "p": {"name": "张伟"}}
    namesake = a_case(guilty, "2", rule="paid-after-end")
    namesake.subject = {"m": "x", "p": {"name": "李强"}}
    a_case(guilty, "3", rule="split")
    a_case(clean, "4", rule="split")
    planted = [
        Plant("paid after the end", guilty.id, names={"张伟"}),
        Plant("paid after the end", other.id, names={"王芳"}),
    ]
    outcome = Outcome()
    _judge(outcome, {guilty.id: [], other.id: [], clean.id: []}, planted)
    assert (outcome.right["paid-after-end"], outcome.wrong["paid-after-end"], outcome.wrong["split"]) == (1, 1, 2)
    assert (outcome.planted.total(), outcome.found.total(), outcome.recall) == (2, 1, 0.5)
    assert (outcome.clean, outcome.clean_with_cases, outcome.false_share) == (1, 1, 1.0)
    text = "\n".join(as_text(outcome))
    assert f"missed: paid after the end in unit {other.id}" in text
    assert "1 clean units of 3: 1 with a case (100.0%)" in text
