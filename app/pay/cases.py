"""The worked cases that a policy officer can read: their rules and tables, and how each comes out today."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.pay.answers import answer_case

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "cases" / "pay"


@dataclass(frozen=True)
class PolicyCase:
    """A case as it was worked out by hand, and what the engine gives. `tables` are where its amounts come from."""

    name: str
    title: str
    note: str
    rules: tuple[str, ...]
    tables: frozenset[str]
    expected: Mapping[str, Any]
    today: Mapping[str, Any]

    @property
    def agrees(self) -> bool:
        """Whether the engine still gives what was worked out, to the fen."""
        return bool(self.today == self.expected)

    @property
    def amounts(self) -> list[tuple[str, str, str]]:
        """What each question asks, what was worked out, and what comes out today."""
        given = {answer["query"]: answer for answer in self.today.get("answers", ())}
        return [
            (answer["query"], _told(answer), _told(given.get(answer["query"], {})))
            for answer in self.expected.get("answers", ())
        ]


@cache
def cases() -> tuple[PolicyCase, ...]:
    """Every case, by name; empty where the product was installed without its tests."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.json")))


def _read(path: Path) -> PolicyCase:
    case = json.loads(path.read_text(encoding="utf-8"))
    expected = {"id": case["id"], **case.pop("expected")}
    today = answer_case(case)
    for answer in (*expected.get("answers", ()), *today.get("answers", ())):
        if "error" in answer:  # the sentence is not part of what was worked out
            answer["error"] = {"code": answer["error"].get("code")}
    return PolicyCase(
        name=path.stem, title=case.get("title", path.stem), note=case.get("note", ""),
        rules=tuple(case.get("rules", ())), tables=frozenset(_tables(expected)), expected=expected, today=today,
    )  # fmt: skip


def _tables(expected: Mapping[str, Any]) -> Iterator[str]:
    for answer in expected.get("answers", ()):
        for part in answer.get("components", ()):
            if part.get("table"):
                yield part["table"]


def _told(answer: Mapping[str, Any]) -> str:
    """The one figure or word that an answer comes down to."""
    if "error" in answer:
        return str(answer["error"].get("code") or "")
    for key in ("total", "amount", "fee", "bonus", "years", "value"):
        if key in answer:
            return str(answer[key])
    return str(answer.get("status", ""))
