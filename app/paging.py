"""One page of a list, with what is needed to turn to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
LAST_PAGE = 100_000  # beyond this nobody pages by hand, and a number from outside stays small


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page. `count` is known where counting is cheap; `more` says whether a next page exists."""

    rows: list[Row]
    number: int
    size: int
    more: bool
    count: int | None = None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def pages(self) -> int | None:
        return None if self.count is None else max(1, -(-self.count // self.size))


def page_number(given: object) -> int:
    """A page number from outside: a whole number from 1, anything else is the first page."""
    text = str(given or "")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return 1
    return min(max(int(text), 1), LAST_PAGE)
