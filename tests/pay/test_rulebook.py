"""Each rule is found by its id, and the engine stays pure."""

from __future__ import annotations

import ast
from pathlib import Path

import app.pay.civil
import app.pay.institution
import app.pay.institution_wage
import app.pay.organ_worker  # noqa: F401 - these carry rules and are loaded late
from app.pay import rulebook

FOLDER = Path(rulebook.__file__).parent


def engine() -> list[Path]:
    """The modules that the front door of the engine reaches; what reads and writes records stands around them."""
    found: set[str] = set()
    waiting = ["__init__"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.pay."):
                waiting.append((node.module or "").split(".")[2])
    return [FOLDER / f"{name}.py" for name in sorted(found)]


ENGINE = engine()
INSTITUTION_RULES = [f"I-{number}" for number in range(1, 12)]


def test_every_rule_of_institution_staff_has_a_place_in_the_code() -> None:
    assert set(INSTITUTION_RULES) <= rulebook.CARRIERS.keys()


def test_every_rule_of_civil_servants_and_organ_workers_has_a_place_in_the_code() -> None:
    assert {f"C-{number}" for number in range(1, 11)} <= rulebook.CARRIERS.keys()
    assert {f"W-{number}" for number in range(1, 4)} <= rulebook.CARRIERS.keys()


def test_the_other_rules_have_a_place_in_the_code() -> None:
    """O-9, the allowances, is no part of the basic wage."""
    assert {f"O-{number}" for number in range(1, 9)} <= rulebook.CARRIERS.keys()


def test_every_rule_has_a_title_and_every_title_a_place_in_the_code() -> None:
    assert rulebook.TITLES.keys() == rulebook.CARRIERS.keys()


def test_the_general_rules_have_a_place_in_the_code() -> None:
    assert {f"G-{number}" for number in range(1, 9)} <= rulebook.CARRIERS.keys()


def test_an_unknown_rule_still_has_a_title() -> None:
    assert "Z-9" in str(rulebook.rule_title("Z-9"))


def test_the_front_door_reaches_every_module_of_the_engine() -> None:
    names = {path.stem for path in ENGINE}
    assert {
        "standards",
        "replay",
        "institution",
        "civil",
        "organ_worker",
        "preview",
        "trace",
        "answers",
        "retirement",
    } <= names
    assert not names & {"queries", "service", "effects"}


def test_the_engine_imports_only_messages_errors_and_itself() -> None:
    for path in ENGINE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            )  # fmt: skip
            for name in names:
                top = name.split(".")[0]
                assert top not in ("flask", "sqlalchemy", "models", "admin_views"), path
                if top == "app":
                    assert name in ("app.messages", "app.errors") or name.startswith("app.pay"), f"{path}: {name}"


def test_no_amount_stands_in_the_code() -> None:
    """Figures of three digits and more belong into the tables; years and codes of errors aside."""
    allowed = {100, 1900, 2100, 422, 40}
    for path in ENGINE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
                assert node.value < 100 or node.value in allowed, f"{path}: {node.value}"
