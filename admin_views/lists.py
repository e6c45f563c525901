"""How a list is read: only rows in reach, the primary key last in the order, deep pages by their keys first, counts
capped or kept for a short while.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from models import db

COUNT_CAP = 10_000
COUNT_KEPT_SECONDS = 30.0

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Count:
    """How many rows there are; `capped` means "this many or more"."""

    rows: int
    capped: bool = False


@dataclass
class CountKeeper:
    """Large unfiltered counts, each kept for half a minute for one view and reach. Small ones are counted each time."""

    _kept: dict[Hashable, tuple[float, int]] = field(default_factory=dict)

    def count(self, key: Hashable, statement: Select[Any]) -> Count:
        until, rows = self._kept.get(key, (0.0, 0))
        if time.monotonic() < until:
            return Count(rows)
        rows = db.session.scalar(statement) or 0
        if rows > COUNT_CAP:
            if len(self._kept) > 500:
                self._kept.clear()
            self._kept[key] = (time.monotonic() + COUNT_KEPT_SECONDS, rows)
        return Count(rows)


def capped_count(key: Any, conditions: Sequence[Condition]) -> Count:
    """Count to the cap and no further: a filtered list of 300,000 rows says "10,000+"."""
    some = select(key).where(*conditions).limit(COUNT_CAP + 1).subquery()
    rows = db.session.scalar(select(func.count()).select_from(some)) or 0
    return Count(COUNT_CAP, capped=True) if rows > COUNT_CAP else Count(rows)


def page_of(
    model: type[Any],
    *,
    key: Any,
    conditions: Sequence[Condition],
    order: Sequence[tuple[Any, bool]],
    page: int,
    size: int,
    total: Count,
    loads: Sequence[Any],
) -> list[Any]:
    """The rows of one page in two statements: their keys in order, then the rows with what they show.

    The second half of a list whose length is known is read from its other end, so the last page costs like the first.
    """
    ordered = [*order, (key, order[-1][1] if order else True)]
    offset, limit = page * size, size
    backwards = not total.capped and offset > total.rows // 2
    if backwards:
        limit = max(0, min(size, total.rows - offset))
        offset = max(0, total.rows - offset - size)
    statement = select(key).where(*conditions)
    for column, descending in ordered:
        statement = statement.order_by(column.desc() if descending != backwards else column.asc())
    keys = list(db.session.scalars(statement.limit(limit).offset(offset)))
    if backwards:
        keys.reverse()
    return rows_by_key(model, key=key, keys=keys, loads=loads)


def rows_by_key(model: type[Any], *, key: Any, keys: Sequence[Any], loads: Sequence[Any]) -> list[Any]:
    """The rows of these keys, in the order of the keys."""
    if not keys:
        return []
    found = db.session.scalars(select(model).where(key.in_(keys)).options(*loads)).unique()
    rows = {getattr(row, key.key): row for row in found}
    return [rows[one] for one in keys if one in rows]
