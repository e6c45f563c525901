"""How much a picture resembles a paper, in points: what speaks for one gives some, what speaks against it takes some.

Points are found from labelled papers and other pictures, as `python -m benchmarks materials_resemblance` does. For
each measure they only rise or only fall where a person would say so: more rows never make a picture less of a paper.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

Table = dict[str, dict[str, list[float]]]
"""For each measure the values from which other points count, and the points: one more than values."""

_PLAIN = 1.0
"""Points by the cheap measures from which a page is clearly one, and no rows need be looked for."""
_NO_PAPER = -0.5
"""Points by the rows and their ground below which a picture is no paper."""
_PAPER = 2.0
"""The same from which it is one, whatever else speaks against it."""
_SOME_ROWS, _ALIGNED = 4.0, 0.9
"""Rows, and the part of them that begin below each other, from which they are those of a page."""


def is_plainly_paper(measures: Mapping[str, float]) -> bool:
    """Whether marks, ground and colours alone are those of a page."""
    return _points(measures, "doubt") >= _PLAIN


def rows_speak_against(measures: Mapping[str, float]) -> bool:
    """Whether rows were looked for, and they and their ground are none of a paper."""
    return "text_rows" in measures and _points(measures, "paper") < _NO_PAPER


def stands_in_rows(measures: Mapping[str, float]) -> bool:
    """Whether the rows begin below each other, as those of a page do, whatever blocks have made of its colours."""
    return measures.get("text_rows", 0.0) >= _SOME_ROWS and measures["text_aligned"] >= _ALIGNED


def rows_speak_for(measures: Mapping[str, float]) -> bool:
    """Whether rows were looked for, and they and their ground are those of a paper."""
    return "text_rows" in measures and _points(measures, "paper") >= _PAPER


def _points(measures: Mapping[str, float], table: str) -> float:
    return sum(
        told["points"][bisect.bisect_right(told["from"], measures.get(name, 0.0))]
        for name, told in _tables()[table].items()
    )


@cache
def _tables() -> dict[str, Table]:
    tables: dict[str, Table] = json.loads(
        Path(__file__).with_name("data").joinpath("resemblance.json").read_text("utf-8")
    )
    return tables
