"""Each rule is found by its id, and the engine stays pure."""

from __future__ import annotations

import ast
from pathlib import Path

import app.pay.institution_wage
import app.pay.preview  # noqa: F401 - loads every module that carries a rule
from app.pay import rulebook

FOLDER = Path(rulebook.__file__).parent
# The engine itself; what reads and writes records stands around it.
ENGINE = [path for path in FOLDER.glob("*.py") if path.name not in ("cli.py", "service.py", "queries.py", "effects.py")]
INSTITUTION_RULES = [f"I-{number}" for number in range(1, 12)]


def test_every_rule_of_institution_staff_has_a_place_in_the_code() -> None:
    assert set(INSTITUTION_RULES) <= rulebook.CARRIERS.keys()


def test_the_general_rules_have_a_place_in_the_code() -> None:
    assert {f"G-{number}" for number in range(1, 9)} <= rulebook.CARRIERS.keys()


def test_an_unknown_rule_still_has_a_title() -> None:
    assert "Z-9" in str(rulebook.rule_title("Z-9"))


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
