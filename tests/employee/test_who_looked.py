"""Who looked: everything that is written down about a person's data has words that the person understands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.audit.readings import in_words

ROOT = Path(__file__).parents[2]
OWN = {"pay:print_own"}
"""What only the person does, so that it never stands in the list."""


def deeds_with_people() -> Iterator[tuple[str, str]]:
    """Every deed that is written down with the people concerned, and the file in which it is."""
    for path in [*(ROOT / "app").rglob("*.py"), *(ROOT / "admin_views").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if "subjects=" not in text:
            continue
        for call in ast.walk(ast.parse(text)):
            if not isinstance(call, ast.Call) or not any(word.arg == "subjects" for word in call.keywords):
                continue
            for said in ast.walk(call.args[0]) if call.args else ():
                if isinstance(said, ast.Constant) and isinstance(said.value, str) and ":" in said.value.strip(":"):
                    yield said.value, path.name


def test_every_deed_with_a_persons_data_is_put_in_words() -> None:
    found = dict(deeds_with_people())
    assert len(found) > 20
    assert {deed: place for deed, place in found.items() if deed not in OWN and in_words(deed) is None} == {}


@pytest.mark.parametrize("kind", ["opened", "found_anew", "reopened"])
def test_a_case_about_the_pay_is_put_in_words(kind: str) -> None:
    assert in_words(f"case:{kind}") is not None


def test_an_export_of_any_list_is_named_as_one() -> None:
    assert str(in_words("payment_instruction:export")) == "Exported a list with the name"
    assert in_words("nothing:known") is None
