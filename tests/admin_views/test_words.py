"""What the audit writes down is shown in words: every action that the product records has its noun and its verb."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from admin_views.words import _VERBS, RECORD_KINDS
from app.access.permissions import PERMISSIONS

ROOT = Path(__file__).resolve().parents[2]
RECORDING = {"record", "read", "write_down"}


def recorded() -> Iterator[str]:
    """The actions that stand in the code where something is written down."""
    for top in ("app", "admin_views"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                called, first = node.func, node.args[0]
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in RECORDING and isinstance(first, ast.Constant) and ":" in str(first.value):
                    yield str(first.value)


def test_every_action_of_the_audit_has_its_words() -> None:
    actions = set(recorded())
    assert len(actions) > 30
    nameless = {
        one for one in actions
        if one.split(":")[0] not in RECORD_KINDS or (one.split(":")[1] not in _VERBS and one not in PERMISSIONS)
    }  # fmt: skip
    assert not nameless
